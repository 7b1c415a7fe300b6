"""The letter machine: planned, transmitted, then accepted, refused or unknown.

A letter's lines advance their invoices only when it is accepted, and fall back when it is
found undelivered; a refused or undelivered line frees its key by the next delivery number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from daemon.core.events import (
    ApprovalPassedOn,
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
)
from daemon.core.state import AccountState, Advance, Letter, LetterStage, Sequence, Stage
from daemon.errors import IllegalTransition

BEGINNINGS = frozenset({LetterStage.DRAFT, LetterStage.AWAITS_APPROVAL, LetterStage.QUEUED})
IN_FLIGHT = frozenset({LetterStage.TRANSMITTING, LetterStage.UNKNOWN})
# Which stages an event may find its letter in; everything else is a bug and stays loud.
MAY_FIND: dict[type[LetterEvent], frozenset[LetterStage]] = {
    LetterApproved: frozenset({LetterStage.AWAITS_APPROVAL}),
    ApprovalPassedOn: frozenset({LetterStage.AWAITS_APPROVAL}),
    LetterTransmitting: frozenset({LetterStage.QUEUED}),
    LetterAccepted: IN_FLIGHT,
    LetterDeferred: frozenset({LetterStage.TRANSMITTING, LetterStage.QUEUED}),
    LetterRefused: IN_FLIGHT,
    LetterUnknown: frozenset({LetterStage.TRANSMITTING}),
    LetterPresumed: frozenset({LetterStage.AWAITS_APPROVAL, LetterStage.QUEUED}),
    LetterWithdrawn: BEGINNINGS | {LetterStage.UNKNOWN},
    LetterUndelivered: IN_FLIGHT | {LetterStage.ACCEPTED},
}


def evolve_letter(state: AccountState, event: LetterEvent, at: datetime) -> AccountState:
    """Fold one letter event.

    Raises:
        IllegalTransition: The key is taken, unknown, or its letter is in another stage.
    """
    if isinstance(event, LetterPlanned):
        return _planned(state, event.letter)
    letter = state.letter(event.key)
    if letter is None:
        raise IllegalTransition(f"letter {event.key} was never planned")
    if letter.stage not in MAY_FIND[type(event)]:
        raise IllegalTransition(f"letter {event.key} is {letter.stage}, so no {event.kind}")
    was_unknown = letter.stage is LetterStage.UNKNOWN
    match event:
        case LetterApproved(by=by):
            return _put(state, replace(letter, stage=LetterStage.QUEUED, approved_by=by))
        case ApprovalPassedOn(expires_on=expires_on):
            return _put(state, replace(letter, is_with_deputy=True, expires_on=expires_on))
        case LetterTransmitting(attempt=attempt):
            stage = LetterStage.TRANSMITTING
            changed = replace(letter, stage=stage, attempt=attempt, transmitting_at=at)
            return _put(state, changed)
        case LetterDeferred():
            return _put(state, _deferred(letter, event))
        case LetterUnknown() | LetterPresumed():
            return _put(state, replace(letter, stage=LetterStage.UNKNOWN))
        case LetterAccepted(on=on):
            changed = replace(letter, stage=LetterStage.ACCEPTED, accepted_on=on, ended_at=at)
            return _advanced(_put(state, changed), changed, on)
        case LetterRefused():
            changed = replace(letter, stage=LetterStage.REFUSED, ended_at=at)
            return _voided(_put(state, changed), changed)
        case LetterWithdrawn():
            changed = replace(letter, stage=LetterStage.WITHDRAWN, ended_at=at)
            withdrawn = _put(state, changed)
            return _voided(withdrawn, changed) if was_unknown else withdrawn
        case LetterUndelivered():
            changed = replace(letter, stage=LetterStage.UNDELIVERED, ended_at=at)
            return _voided(_put(state, changed), changed)
        case _:
            assert_never(event)


def _deferred(letter: Letter, event: LetterDeferred) -> Letter:
    """It certainly did not leave then: should it be proven later, it left at another time."""
    return replace(
        letter,
        stage=LetterStage.QUEUED,
        not_before_at=event.not_before_at,
        transmitting_at=None,
        cut_copies=(*letter.cut_copies, *([event.cut_copy] if event.cut_copy else [])),
    )


def _planned(state: AccountState, letter: Letter) -> AccountState:
    if state.letter(letter.key) is not None:
        raise IllegalTransition(f"letter {letter.key} was already planned")
    if letter.stage not in BEGINNINGS:
        raise IllegalTransition(f"letter {letter.key} cannot begin as {letter.stage}")
    return replace(state, letters=(*state.letters, letter))


def _put(state: AccountState, letter: Letter) -> AccountState:
    letters = tuple(letter if known.key == letter.key else known for known in state.letters)
    return replace(state, letters=letters)


def _advanced(state: AccountState, letter: Letter, on: date) -> AccountState:
    lines = {line.number: line for line in letter.lines}

    def advance(entry: Sequence) -> Sequence:
        line = lines.get(entry.number)
        if line is None or line.episode != entry.episode:
            return entry
        done = Advance(level=line.level, on=on, letter=letter.key, pay_by=letter.pay_by)
        item = state.item(entry.number)
        is_late = item is not None and on > item.due_on
        is_begun = entry.stage is Stage.NOT_YET_DUE and is_late
        return replace(
            entry,
            stage=Stage.DUNNING if is_begun else entry.stage,
            advances=(*entry.advances, done),
            entry_level=None,
            next_due_on=None,
            next_template="",
            gap_runs_from=None,
            has_broken_promise=False,
        )

    return replace(state, sequences=tuple(advance(entry) for entry in state.sequences))


def _voided(state: AccountState, letter: Letter) -> AccountState:
    """Free the lines: the advance goes, and the next delivery of the level is the next number."""
    lines = {line.number: line for line in letter.lines}

    def void(entry: Sequence) -> Sequence:
        line = lines.get(entry.number)
        if line is None or line.episode != entry.episode:
            return entry
        was_last = bool(entry.advances) and entry.advances[-1].letter == letter.key
        counts = dict(entry.void_deliveries)
        counts[line.level] = counts.get(line.level, 0) + 1
        return replace(
            entry,
            advances=tuple(done for done in entry.advances if done.letter != letter.key),
            entry_level=line.level if was_last else entry.entry_level,
            next_due_on=letter.business_date if was_last else entry.next_due_on,
            void_deliveries=tuple(sorted(counts.items())),
        )

    return replace(state, sequences=tuple(void(entry) for entry in state.sequences))
