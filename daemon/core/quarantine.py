"""Poison mail: what holds while a mail cannot be read, and what a human is told.

A quarantined mail blocks only the accounts that its headers name: a review hold on each.
Source: DESIGN §2, §6.4, §6.9.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.calendar import calendar_of
from daemon.core.effects import TellOperator
from daemon.core.house import House
from daemon.core.state import AccountState, Hold, HoldReason, HoldScope, HoldSource

HEADER_OCTETS_MAX = 64 * 1024
SUBJECT_CHARACTERS_MAX = 200


def quarantine_hold(
    mail: str, account: str, state: AccountState, house: House, now: datetime
) -> Hold:
    """Return the review hold that an unreadable mail earns the account its headers name."""
    facts = state.facts
    calendar = calendar_of(facts.country, facts.zone, house.days_off)
    until = calendar.add_business_days(calendar.today(now), house.policy.review_business_days)
    return Hold(
        id=f"quarantine|{mail}|{account}",
        reason=HoldReason.REVIEW,
        scope=HoldScope.ACCOUNT,
        subject=facts.reference,
        since_at=now,
        until_on=until,
        source=HoldSource.MAIL,
        origin=mail,
        because="a mail from this customer could not be read; a human looks at it first",
    )


def subject_at_a_glance(raw: bytes) -> str:
    """Return the first Subject line as it stands, for a mail that no parser could read.

    Nothing is decoded; only printable characters are kept, at most `SUBJECT_CHARACTERS_MAX`.
    """
    for line in raw[:HEADER_OCTETS_MAX].splitlines():
        if not line:
            break
        if line[:8].lower() == b"subject:":
            text = line[8:].decode("ascii", "replace").strip()[:SUBJECT_CHARACTERS_MAX]
            return "".join(one for one in text if one.isprintable())
    return ""


def quarantine_notice(
    mail: str, sender: str, subject: str, why: str, house: House, *, is_broken: bool = False
) -> TellOperator:
    """Return the notice to the operator, with the raw mail attached unless its row is broken."""
    where = "The mail is attached as it came and lies in the quarantine folder."
    days = house.policy.review_business_days
    rest = f"The accounts that its headers name rest for {days} business days."
    if is_broken:
        where = "It cannot be attached; what the mail server has lies in the quarantine folder."
        rest = f"Accounts that it is known to concern rest for {days} business days, others go on."
    return TellOperator(
        key=f"quarantine|{mail}",
        subject="A mail could not be read and was set aside",
        lines=(
            f"From: {sender or '(unknown)'}",
            f"Subject: {subject or '(unknown)'}",
            f"Why: {why}.",
            where,
            f"{rest} Please read it and act by hand.",
        ),
        mail="" if is_broken else mail,
    )
