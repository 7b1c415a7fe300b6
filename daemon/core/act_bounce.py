"""What a delivery failure does: lines voided, the next contact, or the owner.

A failure counts only where it is tied to a letter of ours; anybody can write a mail that looks
like one. Hard: the address is out. A final 4.x: the same address once more after a business
day, then as hard. A delay notice is filed; a policy refusal (5.7.x) is ours to mend: the operator
is told, and where the same letter is refused again the owner decides before a third.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from daemon.core.act_case import Ask, Case, Outcome
from daemon.core.act_contact import contact_of, usable_left
from daemon.core.act_holds import new_hold, open_holds
from daemon.core.events import ContactChanged, Event, LetterUndelivered
from daemon.core.model import Contact, ContactStatus
from daemon.core.state import HoldReason, HoldScope, Letter, LetterLine, LetterStage
from parsers.reading import BounceFact, Flag

MAY_BOUNCE = frozenset({LetterStage.ACCEPTED, LetterStage.UNKNOWN, LetterStage.TRANSMITTING})
CONTACT_COMMANDS = ("contact NAME@COMPANY", "stop", "note …")


def act_bounce(case: Case) -> Outcome:
    """Act on a bounce.

    Returns:
        The events of a letter that did not arrive; an ask where no contact is left or where
        no letter of ours is tied to it; nothing for a delay notice.
    """
    fact = case.reading.bounce
    if (fact is not None and fact.is_delayed) or case.has(Flag.DELAY_NOTICE):
        return Outcome()
    letter = case.letter
    if fact is None or letter is None:
        ask = Ask(
            topic="delivery failure",
            why="A mail could not be delivered, and it is not certain which of our letters it was.",
            commands=CONTACT_COMMANDS,
        )
        return Outcome(asks=(ask,))
    if letter.stage not in MAY_BOUNCE:
        return Outcome(done=(f"The letter {letter.key} was settled before.",))
    copy = _bounced_copy(case, letter, fact)
    if copy is not None:
        return _out(case, copy, fact) if fact.is_hard else Outcome()
    if fact.is_policy:
        return _policy(case, letter, fact)
    if fact.is_hard or _bounced_before(case, letter):
        return _hard(case, letter, fact)
    return _soft(case, letter, fact)


def _hard(case: Case, letter: Letter, fact: BounceFact) -> Outcome:
    address = letter.recipient
    why = (
        f"{address} does not take our mail ({fact.status or fact.diagnostic or 'no reason given'})."
    )
    events: tuple[Event, ...] = (LetterUndelivered(key=letter.key, address=address, because=why),)
    contact = contact_of(case.state, address)
    if contact is not None and contact.status is ContactStatus.USABLE:
        bounced = replace(contact, status=ContactStatus.BOUNCED)
        events = (*events, ContactChanged(contact=bounced, was=contact.status, because=why))
    left = usable_left(case.after(Outcome(events=events)).state)
    if left:
        done = f"{why} The same level goes to {left[0].address}."
        return Outcome(events=events, done=(done,))
    ask = Ask(
        topic="no address left",
        why=f"{why} No other address of this customer is left, so no letter can go.",
        commands=CONTACT_COMMANDS,
    )
    return Outcome(events=events, done=(f"{address} is marked as bounced.",), asks=(ask,))


def _soft(case: Case, letter: Letter, fact: BounceFact) -> Outcome:
    again_on = case.business_days(1)
    hold = new_hold(
        HoldReason.UNDELIVERABLE,
        HoldScope.CONTACT,
        letter.recipient,
        origin=case.mail.id,
        since_at=case.now,
        until_on=again_on - timedelta(days=1),
        because=f"{letter.recipient} could not be reached ({fact.status or 'for now'}).",
    )
    why = f"{hold.because} The letter goes once more on {again_on}."
    events: tuple[Event, ...] = (
        LetterUndelivered(key=letter.key, address=letter.recipient, because=why),
        *open_holds(case.state, (hold,)),
    )
    return Outcome(events=events, done=(why,))


def _policy(case: Case, letter: Letter, fact: BounceFact) -> Outcome:
    is_again = _bounced_before(case, letter)
    until_on = None if is_again else case.business_days(1)
    why = (
        f"The mail server of {letter.recipient} refused our letter by policy "
        f"({fact.status or fact.diagnostic}). This is about our sending, not about the address."
    )
    hold = new_hold(
        HoldReason.UNDELIVERABLE,
        HoldScope.CONTACT,
        letter.recipient,
        origin=case.mail.id,
        since_at=case.now,
        until_on=until_on,
        because=why,
    )
    events: tuple[Event, ...] = (
        LetterUndelivered(key=letter.key, address=letter.recipient, because=why),
        *open_holds(case.state, (hold,)),
    )
    if not is_again:
        return Outcome(events=events, done=(why,), alarm=why)
    ask = Ask(
        topic="our mail is refused",
        why=f"{why} It was refused before, so the address rests until you answer.",
        commands=(f"contact {letter.recipient}", *CONTACT_COMMANDS, "pause 14d"),
    )
    return Outcome(events=events, done=(why,), asks=(ask,), alarm=why)


def _bounced_copy(case: Case, letter: Letter, fact: BounceFact) -> Contact | None:
    """Return the contact in copy whose mail failed; None where the reader's own did."""
    failed = {address.casefold() for address in fact.recipients}
    if not failed or letter.recipient.casefold() in failed:
        return None
    others = (contact_of(case.state, address) for address in fact.recipients)
    return next((contact for contact in others if contact is not None), None)


def _out(case: Case, contact: Contact, fact: BounceFact) -> Outcome:
    """A copy failed: the address is out, but the letter itself arrived."""
    why = f"{contact.address} does not take our mail ({fact.status or 'no reason given'})."
    if contact.status is not ContactStatus.USABLE:
        return Outcome(done=(why,))
    bounced = replace(contact, status=ContactStatus.BOUNCED)
    event = ContactChanged(contact=bounced, was=contact.status, because=why)
    return Outcome(events=(event,), done=(why,))


def _bounced_before(case: Case, letter: Letter) -> bool:
    """Tell whether this address already failed for the same invoice at the same level."""
    lines = {_line_key(line) for line in letter.lines}
    return any(
        other.key != letter.key
        and other.recipient == letter.recipient
        and other.stage is LetterStage.UNDELIVERED
        and lines & {_line_key(line) for line in other.lines}
        for other in case.state.letters
    )


def _line_key(line: LetterLine) -> tuple[str, int, str]:
    return line.number, line.episode, line.level
