"""Business time: the system's, or a virtual one that tests and the demonstration move.

The only reader of system time. Neither clock ever goes back: a step of the system clock into
the past holds the last instant until the present has caught up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC, made monotonic.

    Args:
        read: What is asked for the time; None: the system.
    """

    __slots__ = ("_last", "_read")

    def __init__(self, read: Callable[[], datetime] | None = None) -> None:
        self._read = read or _system_time
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the present instant, aware, UTC; never earlier than the one before."""
        self._last = max(self._last, self._read())
        return self._last


class VirtualClock:
    """A clock that stands until it is moved.

    Args:
        start: Aware instant at which it stands first.

    Raises:
        ValueError: `start` is naive.
    """

    __slots__ = ("_now",)

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        """Return the instant at which the clock stands, aware, UTC."""
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move the clock on to `instant`; the same instant is allowed.

        Raises:
            ValueError: `instant` is naive, or lies before the present instant.
        """
        wanted = _utc(instant)
        if wanted < self._now:
            raise ValueError(f"time does not go back: {self._now} to {wanted}")
        self._now = wanted


def _system_time() -> datetime:
    return datetime.now(UTC)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant}")
    return instant.astimezone(UTC)
