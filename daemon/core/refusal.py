"""What a refusal by the relay means for the letter, its address and our sending.

A relay that refuses the recipient says what a hard bounce says: the address is out, and the
same level goes to the next contact. A full mailbox is tried once more. Any other refusal is
about our mail or our sending: the address rests for a business day and the operator is told.
Source: DESIGN §4 (bounce); RFC 3463 for the enhanced status codes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from daemon.core.calendar import calendar_of
from daemon.core.effects import Decision, TellOperator
from daemon.core.events import ContactChanged, Event, HoldOpened, LetterRefused
from daemon.core.house import House
from daemon.core.model import ContactStatus
from daemon.core.state import (
    AccountState,
    Hold,
    HoldReason,
    HoldScope,
    HoldSource,
    Letter,
    LetterStage,
)

STATUS = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
# 5.1.7 and 5.1.8 are about the sender's address.
SENDER_STATUSES = frozenset({("1", "7"), ("1", "8")})
RECIPIENT_STATUSES = frozenset({("2", "0"), ("2", "1")})
FULL_STATUS = ("2", "2")
RECIPIENT_CODES = ("550", "551", "553")
POLICY_WORDS = ("spam", "block", "policy", "blacklist", "denylist", "reputation", "reject")


def act_refused(
    account: str,
    state: AccountState,
    key: str,
    reply: str,
    house: House,
    now: datetime,
    at: str = "",
) -> Decision:
    """Decide what follows from a letter that the relay refused for good.

    Args:
        account: The account's id.
        state: The account; the letter is on its way.
        key: The letter's key.
        reply: The relay's last line, code first.
        house: `days_off` count for the rest of an address.
        now: Aware UTC instant.
        at: What was refused: `sender`, `recipient`, `text`; empty: not known.

    Returns:
        LetterRefused first; then the address marked as bounced, or resting through the next
        business day with an alarm where the refusal is ours to mend.
    """
    letter = state.letter(key)
    assert letter is not None, "a letter on its way is known to its account"
    refused = LetterRefused(key=key, reply=reply)
    is_full = _status(reply) == FULL_STATUS
    if is_about_recipient(reply, at) or (is_full and _was_refused(state, letter)):
        return Decision(
            events=(refused, *_bounced(state, letter, reply)), effects=(), next_action_at=now
        )
    calendar = calendar_of(state.facts.country, state.facts.zone, house.days_off)
    until_on = calendar.add_business_days(calendar.today(now), 1)
    hold = Hold(
        id=f"{key}|refused",
        reason=HoldReason.UNDELIVERABLE,
        scope=HoldScope.CONTACT,
        subject=letter.recipient,
        since_at=now,
        until_on=until_on,
        source=HoldSource.RULE,
        origin=key,
        because=f"the mail server refused our letter to {letter.recipient}: {reply}",
    )
    alarm = TellOperator(
        key=f"refused|{key}",
        subject=f"A letter to {letter.recipient} was refused",
        lines=(
            f"Account {account}, level {letter.level}. The server said: {reply}",
            "This does not look like a wrong address: please check our sending.",
            f"The letter is tried again after {until_on.isoformat()}.",
        ),
    )
    return Decision(
        events=(refused, HoldOpened(hold=hold)),
        effects=() if is_full else (alarm,),
        next_action_at=now,
    )


def is_about_recipient(reply: str, at: str = "") -> bool:
    """Tell whether a 5xx reply says that the address takes no mail.

    What answers our own sender's address never does; what answers the text does only where its
    status says so, for the recipient had been taken before.
    """
    if at == "sender":
        return False
    status = _status(reply)
    if status is not None:
        is_address = status[0] == "1" and status not in SENDER_STATUSES
        return is_address or status in RECIPIENT_STATUSES
    if at == "text":
        return False
    lowered = reply.lower()
    return reply.startswith(RECIPIENT_CODES) and not any(word in lowered for word in POLICY_WORDS)


def _status(reply: str) -> tuple[str, str] | None:
    found = STATUS.search(reply)
    return None if found is None else (found[1], found[2])


def _was_refused(state: AccountState, letter: Letter) -> bool:
    """Tell whether the same address refused one of these lines before."""
    lines = {(line.number, line.episode, line.level) for line in letter.lines}
    return any(
        other.key != letter.key
        and other.recipient == letter.recipient
        and other.stage is LetterStage.REFUSED
        and lines & {(line.number, line.episode, line.level) for line in other.lines}
        for other in state.letters
    )


def _bounced(state: AccountState, letter: Letter, reply: str) -> tuple[Event, ...]:
    because = f"{letter.recipient} does not take our mail: {reply}"
    return tuple(
        ContactChanged(
            contact=replace(contact, status=ContactStatus.BOUNCED),
            was=contact.status,
            because=because,
        )
        for contact in state.contacts
        if contact.address == letter.recipient and contact.status is ContactStatus.USABLE
    )
