"""Commands about letters, levels and contacts: approve, veto, level, hand over, contact."""

from __future__ import annotations

from dataclasses import replace

from daemon.core.act_case import names
from daemon.core.act_contact import contact_of
from daemon.core.act_holds import WAITING, lift_holds, new_hold, open_holds, withdraw
from daemon.core.command_desk import Answer, Desk, Done, Refused, open_ones, reviews_of
from daemon.core.command_words import AddContact, Approve, SetLevel, Veto
from daemon.core.events import (
    ContactChanged,
    Event,
    HandedOver,
    LetterAccepted,
    LetterApproved,
    LetterWithdrawn,
    LevelSet,
)
from daemon.core.levels import procedure_of
from daemon.core.model import Contact, ContactStatus
from daemon.core.state import (
    HoldReason,
    HoldScope,
    HoldSource,
    Letter,
    LetterStage,
    Stage,
)

MAY_VETO = WAITING | {LetterStage.DRAFT}


def approve(desk: Desk, action: Approve) -> Answer:
    """Let a letter go that awaits approval; every other blocker is still checked."""
    letter = _letter(desk, action.key, frozenset({LetterStage.AWAITS_APPROVAL}))
    if isinstance(letter, Refused):
        return letter
    because = f"{desk.by} approved it."
    events = (LetterApproved(key=letter.key, by=desk.by, because=because),)
    sentence = (
        f"The letter {letter.level} to {letter.recipient} about {names(letter.demanded)} goes at "
        "the next send window, unless something else holds it then."
    )
    return Done(events=events, sentence=sentence, undo="veto")


def veto(desk: Desk, action: Veto) -> Answer:
    """Withdraw a letter that has not left and hold its invoices until lifted.

    Named invoices are held also where their letter is not written yet: a digest tells it before.
    """
    letter = _letter(desk, action.key, MAY_VETO)
    if isinstance(letter, Refused):
        return _held_back(desk) if desk.is_named and not action.key else letter
    because = f"{desk.by} vetoed the letter {letter.level}."
    holds = tuple(
        new_hold(
            HoldReason.MANUAL,
            HoldScope.INVOICE,
            line.number,
            origin=desk.id,
            since_at=desk.now,
            until_on=None,
            because=because,
            source=HoldSource.REP,
        )
        for line in letter.lines
    )
    held = names(tuple(line.number for line in letter.lines))
    return Done(
        events=(
            *withdraw(desk.state, letter, because, desk.today),
            *open_holds(desk.state, holds),
        ),
        sentence=f"The letter {letter.level} does not go. {held} rests until you write `resume`.",
        undo="resume",
    )


def _held_back(desk: Desk) -> Answer:
    """Hold the named invoices until lifted; the letters that wait about them are withdrawn."""
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    because = f"{desk.by} vetoed the next letter."
    holds = tuple(
        new_hold(
            HoldReason.MANUAL,
            HoldScope.INVOICE,
            number,
            origin=desk.id,
            since_at=desk.now,
            until_on=None,
            because=because,
            source=HoldSource.REP,
        )
        for number in numbers
    )
    return Done(
        events=open_holds(desk.state, holds),
        sentence=f"No letter goes about {names(numbers)} until you write `resume`.",
        undo="resume",
    )


def resend(desk: Desk) -> Answer:
    """A letter of unknown fate did not leave: its lines are free for the next delivery."""
    letter = _letter(desk, "", frozenset({LetterStage.UNKNOWN}))
    if isinstance(letter, Refused):
        return letter
    because = f"{desk.by} says that it did not leave."
    return Done(
        events=(LetterWithdrawn(key=letter.key, because=because),),
        sentence=f"The letter {letter.level} of {letter.business_date} goes out anew.",
    )


def treat_as_sent(desk: Desk) -> Answer:
    """A letter of unknown fate left: its level counts from the day of its last attempt."""
    letter = _letter(desk, "", frozenset({LetterStage.UNKNOWN}))
    if isinstance(letter, Refused):
        return letter
    on = desk.calendar.today(letter.transmitting_at or desk.now)
    event = LetterAccepted(key=letter.key, on=on, reply=f"{desk.by} says that it left")
    return Done(
        events=(event,),
        sentence=f"The letter {letter.level} of {letter.business_date} counts as sent.",
    )


def level(desk: Desk, action: SetLevel) -> Answer:
    """Make a level the next one, due today."""
    ladder = procedure_of(desk.state.facts, desk.house.policy).ladder
    known = tuple(entry.name for entry in ladder)
    if action.name not in known:
        return Refused(sentence=f"There is no level {action.name!r}. Write one of {names(known)}.")
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    because = f"{desk.by} chose the level."
    withdrawn = _withdrawn(desk, numbers, because)
    events = tuple(
        LevelSet(number=number, level=action.name, due_on=desk.today, because=because)
        for number in numbers
    )
    return Done(
        events=(*reviews_of(desk, numbers), *withdrawn, *events),
        sentence=f"{names(numbers)}: the next letter is {action.name}, due today.",
        undo="level NAME, or pause 14d",
    )


def hand_over(desk: Desk) -> Answer:
    """Take invoices out of dunning: a person goes on."""
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    entries = (desk.state.sequence_of(number) for number in numbers)
    moving = tuple(
        entry.number
        for entry in entries
        if entry is not None and entry.stage is not Stage.HANDED_OVER
    )
    if not moving:
        return Refused(sentence=f"{names(numbers)} is handed over already.")
    because = f"{desk.by} took it over."
    withdrawn = _withdrawn(desk, moving, because)
    events = tuple(HandedOver(number=number, because=because) for number in moving)
    return Done(
        events=(*reviews_of(desk, moving), *withdrawn, *events),
        sentence=f"{names(moving)} is in your hands; Duly writes no more about it.",
        undo="level NAME",
    )


def contact(desk: Desk, action: AddContact) -> Answer:
    """Write to this address from now on; a bounced one becomes usable again."""
    local, _, domain = action.address.rpartition("@")
    address = f"{local}@{domain.lower()}"
    if desk.house.reps.is_rep(address.casefold()):
        return Refused(sentence=f"{address} is one of us; a customer's address is wanted.")
    known = contact_of(desk.state, address)
    rests = any(
        hold.reason is HoldReason.UNDELIVERABLE and hold.subject == address
        for hold in desk.state.holds
    )
    if known is not None and known.status is ContactStatus.USABLE and not rests:
        return Refused(sentence=f"{address} is a usable contact already.")
    fresh = replace(known, status=ContactStatus.USABLE) if known else Contact(address=address)
    event = ContactChanged(
        contact=fresh, was=known.status if known else None, because=f"{desk.by} added it."
    )
    answered = tuple(
        hold
        for hold in desk.state.holds
        if hold.reason is HoldReason.UNDELIVERABLE and hold.subject == address
    )
    return Done(
        events=(event, *lift_holds(answered, desk.today, f"{desk.by} says that it works.")),
        sentence=f"{address} is a contact of {desk.state.facts.name} from now on.",
        undo="in the ledger or contacts.csv",
    )


def _withdrawn(desk: Desk, numbers: tuple[str, ...], because: str) -> tuple[Event, ...]:
    return tuple(
        event
        for letter in desk.state.letters
        if letter.stage in WAITING and any(line.number in numbers for line in letter.lines)
        for event in withdraw(desk.state, letter, because, desk.today)
    )


def _letter(desk: Desk, key: str, stages: frozenset[LetterStage]) -> Letter | Refused:
    """Find the letter meant: by key, by the forward, else the only one that fits."""
    wanted = key or (desk.forward.letter if desk.forward is not None else "")
    fitting = tuple(letter for letter in desk.state.letters if letter.stage in stages)
    words = names(tuple(sorted(stage.value.replace("_", " ") for stage in stages)))
    if wanted:
        found = next((letter for letter in fitting if letter.key == wanted), None)
        if found is not None:
            return found
        known = desk.state.letter(wanted)
        is_now = f"is {known.stage.value.replace('_', ' ')}" if known else "does not exist"
        return Refused(sentence=f"The letter {wanted} {is_now}; it would have to be: {words}.")
    if desk.numbers:
        fitting = tuple(letter for letter in fitting if set(letter.demanded) & set(desk.numbers))
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return Refused(sentence=f"There is no letter that is: {words}.")
    keys = names(tuple(letter.key for letter in fitting))
    return Refused(sentence=f"Several letters fit; name one of {keys}.")
