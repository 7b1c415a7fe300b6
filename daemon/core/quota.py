"""Quotas of octets: how much mail of a day is kept whole, of one sender and of all together.

A mail over a quota is kept by its headers and the beginning of its text, and pauses letters as
any other; its original stays in the mailbox. Anybody can write anybody's address, so what lies
under it may be forged: a known sender whom our own mail server proved has a quota of his own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from daemon.core.effects import TellOperator
from parsers.reading import AuthVerdict, Identity

MEGABYTE = 1_000_000
KEY_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Octets kept whole in 24 hours: of one address, and of all."""

    sender_octets_max: int = 50 * MEGABYTE
    all_octets_max: int = 1_000 * MEGABYTE


USUAL_QUOTA = Quota()


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeMail:
    """A mail that could be kept short.

    `sender` is who stands in From, lower case, unproven; `sender_octets` is what was kept whole
    of that address in the last 24 hours. `is_known`: it is kept already, in its short form.
    """

    uid: int
    octets: int
    sender: str
    sender_octets: int
    is_known: bool


class Over(StrEnum):
    """Which quota a mail does not fit into."""

    SENDER = "sender"
    ALL = "all"


def over_quota(mails: Sequence[LargeMail], all_octets: int, quota: Quota) -> dict[int, Over]:
    """Say which mails do not fit, in the order in which they came.

    Args:
        mails: New ones only.
        all_octets: What was kept whole of all senders in the last 24 hours.
        quota: The limits.

    Returns:
        UIDs with the quota that is used up; the sender's own is named first.
    """
    over: dict[int, Over] = {}
    of_sender: dict[str, int] = {}
    for mail in mails:
        before = of_sender.get(mail.sender, mail.sender_octets)
        if before + mail.octets > quota.sender_octets_max:
            over[mail.uid] = Over.SENDER
        elif all_octets + mail.octets > quota.all_octets_max:
            over[mail.uid] = Over.ALL
        else:
            of_sender[mail.sender] = before + mail.octets
            all_octets += mail.octets
    return over


def is_proven(identity: Identity, sender: str) -> bool:
    """Tell whether our own mail server proved that a mail is this sender's."""
    is_sender = identity.from_address.casefold() == sender.casefold()
    return identity.verdict is AuthVerdict.PASS and identity.from_count == 1 and is_sender


def own_tally(kept: str | None, on: date, octets: int, quota: Quota) -> str | None:
    """Count a proven mail on its sender's own quota of the day.

    Args:
        kept: The last tally; None or empty: nothing was counted yet.
        on: Today.
        octets: Of the mail.
        quota: The limits.

    Returns:
        The new tally; None where the mail does not fit.
    """
    day, _, counted = (kept or "").partition(" ")
    used = int(counted) if day == on.isoformat() else 0
    if used + octets > quota.sender_octets_max:
        return None
    return f"{on.isoformat()} {used + octets}"


def quota_alarm(over: Over, sender: str, on: date, quota: Quota) -> TellOperator:
    """Return the notice that mail is kept short: one a day for a sender, one for all."""
    match over:
        case Over.SENDER:
            who = sender or "a sender without an address"
            name = hashlib.sha256(sender.encode("utf-8", "replace")).hexdigest()[:KEY_CHARACTERS]
            subject = f"Very much mail of {who}: the rest of today is kept short"
            limit = f"{_megabytes(quota.sender_octets_max)} of one sender"
        case Over.ALL:
            name = "all"
            subject = "Very much mail: the rest of today is kept short"
            limit = f"{_megabytes(quota.all_octets_max)} of all senders"
        case _:
            assert_never(over)
    return TellOperator(
        key=f"quota|{on.isoformat()}|{name}",
        subject=subject,
        lines=(
            f"In 24 hours {limit} are kept whole; that is used up, see "
            "[imap] sender_day_octets_max and day_octets_max in duly.toml.",
            "Of larger mails the headers and the beginning of the text are kept and read, and "
            "they make letters rest as always. The whole mails lie in the mailbox.",
            "Known customers whom your mail server proves have a quota of their own.",
        ),
    )


def _megabytes(octets: int) -> str:
    return f"{octets / MEGABYTE:,.0f} MB"
