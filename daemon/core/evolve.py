"""The fold: how an event changes what is known of an account.

State is the replay of the account's events and nothing else (DESIGN §6.8). An event that
cannot be raises IllegalTransition and changes nothing; letters have their own machine in
`evolve_letters.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import assert_never

from daemon.core.events import (
    AccountListed,
    ApprovalPassedOn,
    CommandApplied,
    ContactAbsent,
    ContactChanged,
    ForwardMoved,
    HandedOver,
    HoldLifted,
    HoldOpened,
    InvoiceClosed,
    InvoiceReopened,
    ItemsChanged,
    LetterAccepted,
    LetterApproved,
    LetterDeferred,
    LetterEvent,
    LetterPlanned,
    LetterPresumed,
    LetterRefused,
    LetterTransmitting,
    LetterUndelivered,
    LetterUnknown,
    LetterWithdrawn,
    LevelSet,
    MailCrossed,
    PromiseMade,
    PromiseSettled,
    ReadingCorrected,
    Recorded,
    RepAsked,
    ReplyApplied,
    SequenceEntered,
    TaskGiven,
)
from daemon.core.evolve_letters import evolve_letter
from daemon.core.evolve_people import evolve_contact, evolve_forward, evolve_reply
from daemon.core.model import ItemKind
from daemon.core.state import (
    AccountState,
    Advance,
    HoldScope,
    PromiseOutcome,
    Sequence,
    Stage,
)
from daemon.errors import IllegalTransition


def evolve(state: AccountState | None, recorded: Recorded) -> AccountState:
    """Fold one recorded event into the state.

    Args:
        state: The account before; None before its first event.
        recorded: The next event; its sequence number follows the state's.

    Raises:
        IllegalTransition: The number does not follow, or the event cannot be in this state.
    """
    event = recorded.event
    expected = 1 if state is None else state.sequence + 1
    if recorded.sequence != expected:
        raise IllegalTransition(
            f"{recorded.account}: event {recorded.sequence} came where {expected} was due"
        )
    if state is None:
        if not isinstance(event, AccountListed):
            raise IllegalTransition(f"{recorded.account}: {event.kind} before the account is known")
        return AccountState(facts=event.facts, contacts=event.contacts, sequence=1)
    return replace(_fold(state, recorded), sequence=recorded.sequence)


def replay(events: Iterable[Recorded]) -> AccountState:
    """Rebuild an account from all its events, in order.

    Raises:
        IllegalTransition: The log is empty, has a gap, or holds an impossible event.
    """
    state: AccountState | None = None
    for recorded in events:
        state = evolve(state, recorded)
    if state is None:
        raise IllegalTransition("an account has at least one event")
    return state


def _fold(state: AccountState, recorded: Recorded) -> AccountState:
    event = recorded.event
    match event:
        case AccountListed():
            return replace(state, facts=event.facts, contacts=event.contacts)
        case ItemsChanged():
            return _items_changed(state, event)
        case InvoiceClosed() | InvoiceReopened() | SequenceEntered() | LevelSet():
            return _sequence_moved(state, event)
        case HandedOver() | TaskGiven():
            return _task(state, event)
        case HoldOpened() | HoldLifted():
            return _hold(state, event)
        case PromiseMade() | PromiseSettled():
            return _promise(state, event)
        case ContactChanged() | ContactAbsent():
            return evolve_contact(state, event)
        case RepAsked() | ForwardMoved():
            return evolve_forward(state, event)
        case ReplyApplied():
            return evolve_reply(state, event)
        case MailCrossed() | CommandApplied() | ReadingCorrected():
            return state
        case (
            LetterPlanned()
            | LetterApproved()
            | ApprovalPassedOn()
            | LetterTransmitting()
            | LetterAccepted()
            | LetterDeferred()
            | LetterRefused()
            | LetterUnknown()
            | LetterPresumed()
            | LetterWithdrawn()
            | LetterUndelivered()
        ):
            letter_event: LetterEvent = event
            return evolve_letter(state, letter_event, recorded.at)
        case _:
            assert_never(event)


# --- items and sequences --------------------------------------------------------------------


def _items_changed(state: AccountState, event: ItemsChanged) -> AccountState:
    items = {item.number: item for item in state.items}
    items.update((item.number, item) for item in event.items)
    known = {entry.number: entry for entry in state.sequences}
    for item in event.items:
        entry = known.get(item.number)
        if item.kind is not ItemKind.INVOICE:
            if entry is not None:
                known[item.number] = replace(entry, stage=Stage.CLOSED)
            continue
        is_late = event.as_of > item.due_on
        stage = Stage.DUNNING if is_late else Stage.NOT_YET_DUE
        if entry is None:
            known[item.number] = Sequence(number=item.number, stage=stage)
        elif entry.stage in (Stage.NOT_YET_DUE, Stage.DUNNING):
            known[item.number] = replace(entry, stage=stage)
    return replace(
        state,
        items=tuple(items[number] for number in sorted(items)),
        sequences=tuple(known[number] for number in sorted(known)),
    )


def with_sequence(
    state: AccountState, number: str, change: Callable[[Sequence], Sequence]
) -> AccountState:
    """Return the state with one sequence changed.

    Raises:
        IllegalTransition: The account has no such invoice.
    """
    if state.sequence_of(number) is None:
        raise IllegalTransition(f"{state.facts.account} has no invoice {number}")
    return replace(
        state,
        sequences=tuple(
            change(entry) if entry.number == number else entry for entry in state.sequences
        ),
    )


def _sequence_moved(
    state: AccountState, event: InvoiceClosed | InvoiceReopened | SequenceEntered | LevelSet
) -> AccountState:
    entry = state.sequence_of(event.number)
    if entry is None:
        raise IllegalTransition(f"{state.facts.account} has no invoice {event.number}")
    match event:
        case InvoiceClosed():
            changed = replace(entry, stage=Stage.CLOSED)
        case InvoiceReopened():
            if entry.stage is not Stage.CLOSED:
                raise IllegalTransition(f"{event.number} was not closed, so it cannot reopen")
            changed = replace(_next_episode(entry), has_broken_promise=False, gap_runs_from=None)
        case SequenceEntered():
            changed = replace(
                entry,
                stage=Stage.DUNNING if entry.stage is Stage.HANDED_OVER else entry.stage,
                entry_level=event.entry_level,
                advances=event.advances,
                is_taken_on=not event.awaits_owner,
            )
        case LevelSet():
            if entry.stage is Stage.CLOSED:
                raise IllegalTransition(f"{event.number} is closed, so it has no next level")
            changed = replace(
                _next_episode(entry),
                advances=(),
                entry_level=event.level,
                next_due_on=event.due_on,
                next_template=event.template,
                is_taken_on=True,
            )
        case _:
            assert_never(event)
    return with_sequence(state, event.number, lambda _: changed)


def _next_episode(entry: Sequence) -> Sequence:
    """Begin a new episode: the keys are free again, the levels reached stay as history."""
    return replace(
        entry, stage=Stage.DUNNING, episode=entry.episode + 1, void_deliveries=(), next_due_on=None
    )


def _task(state: AccountState, event: HandedOver | TaskGiven) -> AccountState:
    match event:
        case HandedOver():
            return with_sequence(
                state, event.number, lambda entry: replace(entry, stage=Stage.HANDED_OVER)
            )
        case TaskGiven(level=level, on=on):
            done = Advance(level=level, on=on)
            return with_sequence(
                state,
                event.number,
                lambda entry: replace(
                    entry, advances=(*entry.advances, done), entry_level=None, next_due_on=None
                ),
            )
        case _:
            assert_never(event)


# --- holds and promises ---------------------------------------------------------------------


def _hold(state: AccountState, event: HoldOpened | HoldLifted) -> AccountState:
    match event:
        case HoldOpened(hold=hold):
            if any(known.id == hold.id for known in state.holds):
                raise IllegalTransition(f"hold {hold.id} is already open")
            return replace(state, holds=(*state.holds, hold))
        case HoldLifted(hold=name, on=on):
            lifted = next((hold for hold in state.holds if hold.id == name), None)
            if lifted is None:
                raise IllegalTransition(f"hold {name} is not open")
            left = replace(state, holds=tuple(hold for hold in state.holds if hold is not lifted))
            rested = tuple(
                replace(entry, rested_on=max(on, entry.rested_on or on))
                if lifted.scope is HoldScope.ACCOUNT
                or (lifted.scope is HoldScope.INVOICE and lifted.subject == entry.number)
                else entry
                for entry in left.sequences
            )
            return replace(left, sequences=rested)
        case _:
            assert_never(event)


def _promise(state: AccountState, event: PromiseMade | PromiseSettled) -> AccountState:
    match event:
        case PromiseMade(promise=promise):
            if any(known.id == promise.id for known in state.promises):
                raise IllegalTransition(f"promise {promise.id} is already known")
            counted = tuple(
                replace(entry, promises_made=entry.promises_made + 1)
                if entry.number in promise.invoices
                else entry
                for entry in state.sequences
            )
            return replace(state, promises=(*state.promises, promise), sequences=counted)
        case PromiseSettled():
            settled = next((known for known in state.promises if known.id == event.promise), None)
            if settled is None:
                raise IllegalTransition(f"promise {event.promise} is not known")
            promises = tuple(
                replace(known, outcome=event.outcome) if known is settled else known
                for known in state.promises
            )
            if event.outcome is not PromiseOutcome.BROKEN:
                return replace(state, promises=promises)
            broken = tuple(
                replace(entry, next_due_on=event.on, has_broken_promise=True)
                if entry.number in settled.invoices and entry.stage is not Stage.CLOSED
                else entry
                for entry in state.sequences
            )
            return replace(state, promises=promises, sequences=broken)
        case _:
            assert_never(event)
