"""Forwards: how a rep is asked, reminded, and relieved by the deputy.

A forward says why, quotes, tells what was done and what follows if nobody answers. It is
repeated after `forward_repeat_business_days`, goes to the deputy after
`forward_deputy_business_days` (business days of the creditor), and its holds stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from daemon.core.act_case import creditor_calendar, names, open_numbers
from daemon.core.act_holds import open_forwards
from daemon.core.card import account_card
from daemon.core.effects import Decision, Effect, ForwardToRep
from daemon.core.events import Event, ForwardMoved, RepAsked
from daemon.core.house import House
from daemon.core.state import (
    AccountState,
    ForwardStage,
    ForwardState,
    Hold,
    HoldReason,
    HoldScope,
    LetterStage,
)

EVIDENCE_CHARACTERS_MAX = 600
SUBJECT_CHARACTERS_MAX = 160
# A letter in one of these stages goes no further without a rep's word.
WAIT_FOR_A_WORD = frozenset({LetterStage.AWAITS_APPROVAL, LetterStage.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a rep is asked about.

    `id` is unique over all accounts (it is the outbox key too), `origin` the inbox id, command
    or letter it came from, `mail` the inbox id of the original to attach (empty: none). `holds`
    are the ids of the holds that an answer may end, `accept` the command text that `accept` runs,
    `caused_by` the sender whose questions are counted.
    """

    id: str
    origin: str
    topic: str
    why: str
    evidence: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    accept: str = ""
    draft: str = ""
    mail: str = ""
    letter: str = ""
    invoices: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    is_suspicious: bool = False
    caused_by: str = ""


def forward(
    state: AccountState, matter: Matter, house: House, now: datetime
) -> tuple[tuple[Event, ...], tuple[Effect, ...]]:
    """Ask the owner of the account, once per matter.

    Args:
        state: The account after everything that was done about the matter.
        matter: What it is about.
        house: The reps and the calendars.
        now: Aware UTC instant.

    Returns:
        RepAsked and its ForwardToRep; both empty where this matter was asked before.
    """
    if any(known.id == matter.id for known in state.forwards):
        return (), ()
    asked = ForwardState(
        id=matter.id,
        origin=matter.origin,
        rep=state.facts.owner,
        why=matter.why,
        sent_at=now,
        invoices=matter.invoices,
        holds=matter.holds,
        accept=matter.accept,
        letter=matter.letter,
        mail=matter.mail,
        commands=matter.commands,
        caused_by=matter.caused_by,
    )
    about = f", {names(matter.invoices)}" if matter.invoices else ""
    subject = f"{state.facts.name}: {matter.topic}{about}"
    effect = ForwardToRep(
        key=matter.id,
        forward=matter.id,
        rep=asked.rep,
        subject=subject[:SUBJECT_CHARACTERS_MAX],
        why=matter.why,
        evidence=tuple(text[:EVIDENCE_CHARACTERS_MAX] for text in matter.evidence),
        done=matter.done,
        next_if_silent=next_if_silent(state, asked, house, now),
        card=account_card(state, house, now),
        draft_answer=matter.draft,
        commands=tuple(dict.fromkeys((*matter.commands, "note …", "help"))),
        mail=matter.mail,
        letter=matter.letter,
        is_suspicious=matter.is_suspicious,
    )
    return (RepAsked(forward=asked),), (effect,)


def next_if_silent(state: AccountState, asked: ForwardState, house: House, now: datetime) -> str:
    """Say what happens on which date if nobody answers."""
    repeat_on, deputy_on = _deadlines(asked, house)
    deputy = house.reps.deputy_of(asked.rep)
    sentences = []
    if asked.stage is not ForwardStage.WAITING:
        passed_on = f"{deputy} is asked on {deputy_on}."
        sentences.append("The letter waits." if asked.letter else passed_on)
    elif asked.letter:
        sentences.append(f"You are asked again on {repeat_on}; the letter waits.")
    else:
        sentences.append(f"You are asked again on {repeat_on}, {deputy} on {deputy_on}.")
    holds = tuple(hold for hold in state.holds if hold.id in asked.holds)
    stays = tuple(hold for hold in holds if hold.until_on is None or hold.awaits_ledger)
    ends = tuple(hold for hold in holds if hold not in stays)
    if stays:
        sentences.append(f"{_rests(stays)} until somebody answers.")
    for until_on in sorted({hold.until_on for hold in ends if hold.until_on}):
        ending = tuple(hold for hold in ends if hold.until_on == until_on)
        sentences.append(f"{_rests(ending)} through {until_on}; after that it goes on by itself.")
    if not holds and not asked.letter:
        sentences.append("Nothing rests because of this.")
    return " ".join(sentences)


def remind(state: AccountState, house: House, now: datetime) -> Decision:
    """Ask again where a rep has not answered in time, then ask the deputy. Holds stay.

    A matter whose invoices are all closed, or whose letter is settled, is closed without a word.

    Args:
        state: The account with its forwards.
        house: The reps and their deadlines in business days of the creditor.
        now: Aware UTC instant.

    Returns:
        Moved forwards with their mails; without events `next_action_at` is None: leave it.
    """
    today = creditor_calendar(house).today(now)
    events: list[Event] = []
    effects: list[Effect] = []
    for asked in open_forwards(state):
        repeat_on, deputy_on = _deadlines(asked, house)
        if _is_over(state, asked):
            events.append(_moved(asked, ForwardStage.CLOSED, asked.rep, today))
            continue
        is_approval = _is_approval(state, asked)
        if asked.stage is not ForwardStage.WITH_DEPUTY and today >= deputy_on and not is_approval:
            event, effect = _to_deputy(state, asked, house, now, "was not answered in time")
        elif asked.stage is ForwardStage.WAITING and today >= repeat_on:
            event = _moved(asked, ForwardStage.REPEATED, asked.rep, today)
            effect = _again(state, asked, house, now, "Not answered yet", asked.rep, 1)
        else:
            continue
        events.append(event)
        effects.append(effect)
    return Decision(
        events=tuple(events), effects=tuple(effects), next_action_at=now if events else None
    )


def rep_absent(state: AccountState, rep: str, house: House, now: datetime) -> Decision:
    """Pass all that waits for an absent rep to the deputy now."""
    moved = [
        _to_deputy(state, asked, house, now, f"waits while {rep} is away")
        for asked in open_forwards(state)
        if asked.rep == rep and asked.stage is not ForwardStage.WITH_DEPUTY
    ]
    return Decision(
        events=tuple(event for event, _ in moved),
        effects=tuple(effect for _, effect in moved),
        next_action_at=now if moved else None,
    )


def next_reminder_at(state: AccountState, house: House) -> datetime | None:
    """Return the aware UTC instant at which `remind` has its next work; None: never."""
    calendar = creditor_calendar(house)
    due: list[datetime] = []
    for asked in open_forwards(state):
        repeat_on, deputy_on = _deadlines(asked, house)
        if asked.stage is ForwardStage.WAITING:
            due.append(calendar.start_of(repeat_on))
        elif asked.stage is ForwardStage.REPEATED and not _is_approval(state, asked):
            due.append(calendar.start_of(deputy_on))
    return min(due, default=None)


def stops_account(state: AccountState, asked: ForwardState) -> bool:
    """Tell whether the whole account rests because of the matter, for more than the talk."""
    return any(
        hold.id in asked.holds
        and hold.scope is HoldScope.ACCOUNT
        and hold.reason is not HoldReason.CONVERSATION
        for hold in state.holds
    )


def _is_approval(state: AccountState, asked: ForwardState) -> bool:
    """An approval goes to the deputy by its own date, not by the forward's."""
    letter = state.letter(asked.letter) if asked.letter else None
    return letter is not None and letter.stage is LetterStage.AWAITS_APPROVAL


def _is_over(state: AccountState, asked: ForwardState) -> bool:
    """Nothing is open any more on what it is about, and it does not stop the account."""
    if asked.letter:
        letter = state.letter(asked.letter)
        return letter is None or letter.stage not in WAIT_FOR_A_WORD
    is_open = set(open_numbers(state)) & set(asked.invoices)
    return bool(asked.invoices) and not is_open and not stops_account(state, asked)


def _deadlines(asked: ForwardState, house: House) -> tuple[date, date]:
    calendar = creditor_calendar(house)
    sent_on = calendar.today(asked.sent_at)
    return (
        calendar.add_business_days(sent_on, house.policy.forward_repeat_business_days),
        calendar.add_business_days(sent_on, house.policy.forward_deputy_business_days),
    )


def _moved(asked: ForwardState, stage: ForwardStage, rep: str, on: date) -> ForwardMoved:
    return ForwardMoved(forward=asked.id, stage=stage, rep=rep, on=on)


def _to_deputy(
    state: AccountState, asked: ForwardState, house: House, now: datetime, why: str
) -> tuple[ForwardMoved, ForwardToRep]:
    deputy = house.reps.deputy_of(asked.rep)
    today = creditor_calendar(house).today(now)
    event = _moved(asked, ForwardStage.WITH_DEPUTY, deputy, today)
    effect = _again(state, asked, house, now, f"For {asked.rep}: {why}", deputy, 2)
    return event, effect


def _again(
    state: AccountState,
    asked: ForwardState,
    house: House,
    now: datetime,
    opening: str,
    rep: str,
    repeat: int,
) -> ForwardToRep:
    holds = tuple(hold for hold in state.holds if hold.id in asked.holds)
    about = f", {names(asked.invoices)}" if asked.invoices else ""
    commands = _commands_again(state, asked)
    is_deputy = repeat > 1
    silent = (
        f"It waits for you. {_rests(holds)} until somebody answers or the hold ends."
        if is_deputy and holds
        else next_if_silent(state, replace(asked, rep=rep, stage=ForwardStage.REPEATED), house, now)
    )
    return ForwardToRep(
        key=f"{asked.id}|{repeat}",
        forward=asked.id,
        rep=rep,
        subject=f"{opening}: {state.facts.name}{about}"[:SUBJECT_CHARACTERS_MAX],
        why=asked.why,
        evidence=tuple(dict.fromkeys(hold.evidence for hold in holds if hold.evidence)),
        done=tuple(dict.fromkeys(hold.because for hold in holds)),
        next_if_silent=silent,
        card=account_card(state, house, now),
        draft_answer="",
        commands=tuple(dict.fromkeys((*commands, "note …", "help"))),
        mail=asked.mail,
        letter=asked.letter,
        repeat=repeat,
    )


def _commands_again(state: AccountState, asked: ForwardState) -> tuple[str, ...]:
    """The commands that make sense now, from what the matter is about."""
    letter = state.letter(asked.letter) if asked.letter else None
    if letter is not None and letter.stage is LetterStage.UNKNOWN:
        return ("resend", "treat as sent")
    if asked.letter:
        return ("approve", "veto")
    entries = (state.sequence_of(number) for number in asked.invoices)
    if any(entry is not None and not entry.is_taken_on for entry in entries):
        return ("start", "hand over")
    if asked.commands:
        return asked.commands
    return (*(("accept", "decline") if asked.accept else ()), "resume", "pause 14d")


def _rests(holds: tuple[Hold, ...]) -> str:
    if any(hold.scope is HoldScope.ACCOUNT for hold in holds):
        return "The whole account rests"
    subjects = names(tuple(dict.fromkeys(hold.subject for hold in holds)))
    return f"{subjects} {'rests' if len(holds) == 1 else 'rest'}"
