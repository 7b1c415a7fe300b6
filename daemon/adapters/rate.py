"""How fast we may send: so many mails in any minute, for the mailbox and for each domain.

Business time comes in; nothing here waits. The limit holds in every window of sixty seconds,
not only on average: providers count that way.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)
DOMAINS_KEPT_MAX = 10_000


class TokenBucket:
    """`per_minute` tokens; a token comes back sixty seconds after it was taken.

    Args:
        per_minute: Mails in any sixty seconds, at least one.

    Raises:
        ValueError: `per_minute` is below one.
    """

    __slots__ = ("_taken_at",)

    def __init__(self, per_minute: int) -> None:
        if per_minute < 1:
            raise ValueError(f"a rate limit is at least one mail a minute, not {per_minute}")
        self._taken_at: deque[datetime] = deque(maxlen=per_minute)

    def delay_until(self, now: datetime) -> datetime:
        """Return the earliest instant, not before `now`, at which a mail may go."""
        if len(self._taken_at) < (self._taken_at.maxlen or 0):
            return now
        return max(now, self._taken_at[0] + WINDOW)

    def take(self, now: datetime) -> None:
        """Count a mail that goes at `now`."""
        self._taken_at.append(now)

    def is_full(self, now: datetime) -> bool:
        """Tell whether every token is back."""
        return not self._taken_at or self._taken_at[-1] + WINDOW <= now


class RateLimits:
    """The limits of one mailbox.

    Args:
        mailbox_per_minute: Mails in any minute over all recipients.
        domain_per_minute: Mails in any minute to one recipient domain.
    """

    __slots__ = ("_domain_per_minute", "_domains", "_mailbox")

    def __init__(self, mailbox_per_minute: int = 20, domain_per_minute: int = 5) -> None:
        self._mailbox = TokenBucket(mailbox_per_minute)
        self._domain_per_minute = domain_per_minute
        self._domains: dict[str, TokenBucket] = {}

    def delay_until(self, domain: str, now: datetime) -> datetime:
        """Return the earliest instant, not before `now`, for a mail to `domain`."""
        bucket = self._domains.get(domain.lower())
        mailbox_at = self._mailbox.delay_until(now)
        return mailbox_at if bucket is None else max(mailbox_at, bucket.delay_until(now))

    def take(self, domain: str, now: datetime) -> None:
        """Count a mail to `domain` that goes at `now`."""
        name = domain.lower()
        if name not in self._domains:
            self._forget_full(now)
            self._domains[name] = TokenBucket(self._domain_per_minute)
        self._domains[name].take(now)
        self._mailbox.take(now)

    def _forget_full(self, now: datetime) -> None:
        if len(self._domains) < DOMAINS_KEPT_MAX:
            return
        self._domains = {name: one for name, one in self._domains.items() if not one.is_full(now)}
