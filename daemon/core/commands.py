"""Commands of the reps: decided here for mail and command line alike.

A command changes one account. What it did is echoed with before, after and the way back; what
is refused changes nothing and says why. Verbs do not overrule the ledger. Source: DESIGN §5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from daemon.core import command_holds as holds
from daemon.core import command_letters as letters
from daemon.core.act_case import debtor_calendar, folded
from daemon.core.act_holds import withdraw_touched
from daemon.core.command_answers import answered_by, is_settled
from daemon.core.command_corrections import wrong
from daemon.core.command_desk import (
    Answer,
    Desk,
    Done,
    Refused,
    described,
    known_ones,
    reviews_of,
)
from daemon.core.command_grammar import parse_commands, parse_line
from daemon.core.command_words import (
    FORMS,
    Accept,
    Action,
    AddContact,
    Approve,
    Command,
    CommandError,
    Decline,
    DisputeFor,
    HandOver,
    Help,
    Later,
    Note,
    Paid,
    Pause,
    PromiseOn,
    Resend,
    Resolved,
    Resume,
    SetLevel,
    Start,
    Stop,
    TreatAsSent,
    Veto,
    Wrong,
)
from daemon.core.conditions import Conditions
from daemon.core.effects import Decision, EchoToRep
from daemon.core.events import CommandApplied, ForwardMoved, HoldOpened
from daemon.core.house import House
from daemon.core.state import AccountState, ForwardStage, ForwardState

__all__ = ["Command", "CommandError", "command", "help_lines", "parse_commands"]

NAMES_INVOICES = frozenset({"resume", "resolved", "pause 14d", "dispute CODE", "veto"})
UNDO_NUMBERS_MAX = 5
LATER_SENTENCE = "`{verb}` is not there yet; nothing was changed. Write `help` for the list."


def command(
    account: str,
    state: AccountState,
    command: Command,
    by: str,
    forward: ForwardState | None,
    numbers: tuple[str, ...],
    conditions: Conditions,
    house: House,
    now: datetime,
    command_id: str,
) -> Decision:
    """Carry out one command of a rep at one account.

    Args:
        account: The account's id.
        state: The account.
        command: What the rep wrote; the invoices it names itself win over `numbers`.
        by: The rep's address, already checked.
        forward: The forward that it answers, None on the command line.
        numbers: The invoices it is about, from the forward or the command line.
        conditions: The world.
        house: Creditor, policy, reps.
        now: Aware UTC instant.
        command_id: Unique id of this command: origin of its holds, key of its echo.

    Returns:
        Events with one CommandApplied and an echo; a refusal is an echo without events.

    Raises:
        ValueError: `now` is naive, or `account` is not the state's.
    """
    if account != state.facts.account:
        raise ValueError(f"{account} is not {state.facts.account}")
    calendar = debtor_calendar(state, house)
    today = calendar.today(now)
    about = known_ones(state, command.invoices or numbers)
    if isinstance(about, Refused):
        return _refused(state, command, by, about, command_id)
    desk = Desk(
        id=command_id,
        state=state,
        by=by,
        forward=forward,
        numbers=about,
        conditions=conditions,
        house=house,
        now=now,
        today=today,
        calendar=calendar,
        is_named=bool(command.invoices),
    )
    answer = _answer(desk, command.action)
    if isinstance(answer, Refused):
        return _refused(state, command, by, answer, command_id)
    return _applied(desk, command, answer)


def help_lines() -> tuple[str, ...]:
    """Return one line per command: its form and what it does."""
    width = max(len(form) for _, form, _ in FORMS)
    return (
        *(f"{form:<{width}}  {what}" for _, form, what in FORMS),
        "Name the invoices right after the verb (`pause INV-7 14d`), or at the end "
        "(`for INV-7, INV-8`).",
    )


def _answer(desk: Desk, action: Action) -> Answer:
    match action:
        case Resume():
            return holds.resume(desk)
        case Pause():
            return holds.pause(desk, action)
        case PromiseOn():
            return holds.promise(desk, action)
        case DisputeFor():
            return holds.dispute(desk, action)
        case Resolved():
            return holds.resolved(desk, action)
        case Paid():
            return holds.paid(desk)
        case Stop():
            return holds.stop(desk)
        case Start():
            return holds.start(desk)
        case Accept():
            return _accept(desk)
        case Decline():
            return _decline(desk)
        case Approve():
            return letters.approve(desk, action)
        case Veto():
            return letters.veto(desk, action)
        case Resend():
            return letters.resend(desk)
        case TreatAsSent():
            return letters.treat_as_sent(desk)
        case HandOver():
            return letters.hand_over(desk)
        case AddContact():
            return letters.contact(desk, action)
        case SetLevel():
            return letters.level(desk, action)
        case Note(text=text):
            return Done(events=(), sentence=f"Noted: {text}")
        case Help():
            return Done(events=(), sentence="These commands are understood.", is_answer=False)
        case Wrong():
            return wrong(desk, action)
        case Later(verb=verb):
            return Refused(sentence=LATER_SENTENCE.format(verb=verb))
        case _:
            assert_never(action)


def _accept(desk: Desk) -> Answer:
    """Run what the forward proposes, once, by the same grammar."""
    if is_settled(desk):
        return Refused(sentence="This proposal was answered already.")
    proposal = desk.forward.accept if desk.forward is not None else ""
    parsed = parse_line(proposal) if proposal else None
    if not isinstance(parsed, Command) or isinstance(parsed.action, Accept):
        return Refused(sentence="Nothing was proposed that could be accepted.")
    answer = _answer(desk, parsed.action)
    if isinstance(answer, Refused):
        return Refused(sentence=f"The proposal `{proposal}` cannot be done: {answer.sentence}")
    state = folded(desk.state, answer.events, desk.now)
    settled = reviews_of(
        replace(desk, state=state),
        (),
    )
    return Done(
        events=(*answer.events, *settled),
        sentence=f"Accepted ({proposal}). {answer.sentence} Please tell the customer.",
        undo=answer.undo,
    )


def _decline(desk: Desk) -> Answer:
    if desk.forward is None:
        return Refused(sentence="There is no proposal to decline; answer the forward itself.")
    if is_settled(desk):
        return Refused(sentence="This proposal was answered already.")
    events = reviews_of(desk, ())
    return Done(
        events=events,
        sentence="Declined; the review is over. Please tell the customer.",
        undo="pause 14d",
    )


def _applied(desk: Desk, command: Command, done: Done) -> Decision:
    opened = tuple(event.hold for event in done.events if isinstance(event, HoldOpened))
    state = folded(desk.state, done.events, desk.now)
    withdrawn = withdraw_touched(state, opened)
    state = folded(state, withdrawn, desk.now)
    answered = tuple(
        ForwardMoved(forward=asked.id, stage=ForwardStage.ANSWERED, rep=desk.by, on=desk.today)
        for asked in (answered_by(desk, command.action, state) if done.is_answer else ())
    )
    before = described(desk.state, desk.numbers, desk.today)
    after = described(state, desk.numbers, desk.today)
    applied = CommandApplied(
        command=desk.id, by=desk.by, text=command.text, before=before, after=after
    )
    lines = [done.sentence, f"Before: {before}.", f"After: {after}."]
    if done.undo:
        lines.append(f"To take it back: {_undo(desk, done)}")
    if isinstance(command.action, Help):
        lines = list(help_lines())
    return Decision(
        events=(*done.events, *withdrawn, *answered, applied),
        effects=(_echo(desk.state, f"Done: {command.text}", desk.by, tuple(lines), desk.id),),
        next_action_at=desk.now,
        because=(done.sentence,),
    )


def _undo(desk: Desk, done: Done) -> str:
    """The way back, with the invoices named: the answer to an echo knows of no forward."""
    if desk.numbers and done.undo in NAMES_INVOICES and len(desk.numbers) <= UNDO_NUMBERS_MAX:
        return f"{done.undo} for {', '.join(desk.numbers)}"
    return done.undo


def _refused(
    state: AccountState, command: Command, by: str, refused: Refused, command_id: str
) -> Decision:
    lines = ("Nothing was changed.", refused.sentence)
    return Decision(
        events=(),
        effects=(_echo(state, f"Not done: {command.text}", by, lines, command_id),),
        next_action_at=None,
        because=(refused.sentence,),
    )


def _echo(
    state: AccountState, subject: str, by: str, lines: tuple[str, ...], command_id: str
) -> EchoToRep:
    return EchoToRep(
        key=f"{command_id}|echo",
        rep=by,
        subject=f"{subject[:100]} ({state.facts.name})",
        lines=lines,
    )
