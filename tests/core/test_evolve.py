"""The fold of events: what each one changes, and what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from daemon.core.events import (
    ApprovalPassedOn,
    ContactAbsent,
    ContactChanged,
    Event,
    ForwardMoved,
    HandedOver,
    HoldLifted,
    HoldOpened,
    InvoiceClosed,
    InvoiceReopened,
    LetterAccepted,
    LetterApproved,
    LetterDeferred,
    LetterPlanned,
    LetterRefused,
    LetterTransmitting,
    LetterUndelivered,
    LetterUnknown,
    LetterWithdrawn,
    LevelSet,
    MailCrossed,
    PromiseMade,
    PromiseSettled,
    Recorded,
    RepAsked,
    ReplyApplied,
    TaskGiven,
)
from daemon.core.evolve import evolve, replay
from daemon.core.model import ContactRole, ContactStatus
from daemon.core.state import (
    AccountState,
    ForwardStage,
    ForwardState,
    HoldReason,
    Letter,
    LetterKind,
    LetterLine,
    LetterStage,
    PromiseOutcome,
    Sequence,
    Stage,
)
from daemon.errors import IllegalTransition
from tests.core.builders import (
    AP,
    OWNER,
    SECOND,
    account,
    at,
    contact,
    day,
    hold,
    invoice,
    opening,
    promise,
    record,
)

NOW = at("2026-03-10")
KEY = "main/4711|letter|2026-03-10"


def letter(stage: LetterStage = LetterStage.QUEUED, key: str = KEY) -> Letter:
    """Return a planned inquiry about invoice A."""
    return Letter(
        key=key,
        kind=LetterKind.LETTER,
        business_date=day("2026-03-10"),
        recipient=AP,
        level="inquiry",
        lines=(LetterLine(number="A", episode=1, level="inquiry", delivery=1),),
        demanded=("A",),
        stage=stage,
        planned_at=NOW,
    )


def books() -> AccountState:
    """Return an account with invoice A."""
    return account(invoice("A", "2026-03-02", 100))


def sequence(state: AccountState) -> Sequence:
    """Return the sequence of invoice A."""
    found = state.sequence_of("A")
    assert found is not None
    return found


PLANNED: tuple[Event, ...] = (LetterPlanned(letter=letter()),)
SENDING: tuple[Event, ...] = (*PLANNED, LetterTransmitting(key=KEY, attempt=1))
ACCEPTED: tuple[Event, ...] = (
    *SENDING,
    LetterAccepted(key=KEY, on=day("2026-03-10"), reply="250 ok"),
)


def test_an_accepted_letter_advances_its_invoice() -> None:
    """The level counts when the relay has taken the letter, and dunning has begun."""
    entry = sequence(record(books(), NOW, *ACCEPTED))

    assert [(done.level, done.letter) for done in entry.advances] == [("inquiry", KEY)]
    assert Stage.DUNNING is entry.stage


def test_an_undelivered_letter_takes_its_level_back() -> None:
    """A bounce frees the line: the same level again, as the second delivery."""
    bounced = LetterUndelivered(key=KEY, address=AP, because="550")
    entry = sequence(record(books(), NOW, *ACCEPTED, bounced))

    assert entry.advances == ()
    assert entry.delivery("inquiry") == 2
    assert entry.entry_level == "inquiry"


def test_a_refused_letter_frees_its_lines_with_the_next_delivery() -> None:
    """The relay refused for good: nothing advanced, the next delivery is the second."""
    entry = sequence(record(books(), NOW, *SENDING, LetterRefused(key=KEY, reply="550")))

    assert (entry.advances, entry.delivery("inquiry")) == ((), 2)


def test_an_unknown_letter_keeps_its_key_until_evidence_comes() -> None:
    """Nobody knows: no level yet; the evidence counts it afterwards."""
    state = record(books(), NOW, *SENDING, LetterUnknown(key=KEY, because="reset"))

    assert sequence(state).advances == ()

    settled = record(state, NOW, LetterAccepted(key=KEY, on=day("2026-03-10"), reply="in Sent"))

    assert len(sequence(settled).advances) == 1


def test_a_deferred_letter_is_queued_again() -> None:
    """A 4xx puts it back into the queue, not before its time."""
    later = at("2026-03-10 10:05")
    deferred = LetterDeferred(key=KEY, not_before_at=later, reply="451")
    found = record(books(), NOW, *SENDING, deferred).letter(KEY)

    assert found is not None
    assert (LetterStage.QUEUED, later) == (found.stage, found.not_before_at)


def test_approval_and_its_deputy() -> None:
    """An approval passes to the deputy and ends with a name."""
    waiting = LetterPlanned(letter=letter(LetterStage.AWAITS_APPROVAL))
    passed = ApprovalPassedOn(key=KEY, expires_on=day("2026-03-24"))
    state = record(books(), NOW, waiting, passed, LetterApproved(key=KEY, by=OWNER))
    found = state.letter(KEY)

    assert found is not None
    assert (
        found.stage,
        found.approved_by,
        found.is_with_deputy,
    ) == (LetterStage.QUEUED, OWNER, True)


def test_an_absence_lets_the_gap_run_from_the_return() -> None:
    """The level counts; the next gap runs from the day the reader is back."""
    absent = ContactAbsent(address=AP, returns_on=day("2026-03-20"), deputy=SECOND, mail="mail-1")
    state = record(books(), NOW, *ACCEPTED, absent)

    assert day("2026-03-20") == sequence(state).gap_runs_from
    assert state.deputies == ((AP, SECOND),)


def test_a_broken_promise_makes_the_next_level_due() -> None:
    """Broken: due at once, with the paragraph; kept: nothing."""
    made = PromiseMade(promise=promise("A", "2026-03-15", "2026-03-11"))
    name = made.promise.id

    def settle(outcome: PromiseOutcome) -> Sequence:
        settled = PromiseSettled(
            promise=name, outcome=outcome, on=day("2026-03-19"), snapshot="s2", because=""
        )
        return sequence(record(books(), NOW, made, settled))

    broken, kept = settle(PromiseOutcome.BROKEN), settle(PromiseOutcome.KEPT)

    assert (day("2026-03-19"), True) == (broken.next_due_on, broken.has_broken_promise)
    assert (kept.next_due_on, kept.has_broken_promise) == (None, False)
    assert kept.promises_made == 1


def test_reopening_begins_an_episode_with_its_history() -> None:
    """The levels reached stay; the keys are those of a new episode."""
    closed = InvoiceClosed(number="A", snapshot="s2", because="paid")
    reopened = InvoiceReopened(number="A", snapshot="s3", because="listed again")
    entry = sequence(record(books(), NOW, *ACCEPTED, closed, reopened))

    assert (entry.episode, len(entry.advances)) == (2, 1)


def test_a_reps_level_begins_an_episode_there() -> None:
    """`level firm_reminder` starts a new episode at that level, on that day."""
    chosen = LevelSet(number="A", level="firm_reminder", due_on=day("2026-03-11"), because="rep")
    entry = sequence(record(books(), NOW, *ACCEPTED, chosen))

    assert (2, (), "firm_reminder", day("2026-03-11")) == (
        entry.episode,
        entry.advances,
        entry.entry_level,
        entry.next_due_on,
    )


def test_a_lifted_hold_is_gone_and_remembered() -> None:
    """The next gap needs to know when the invoice last rested."""
    opened = hold(HoldReason.MANUAL, "A")
    lifted = HoldLifted(hold=opened.id, on=day("2026-03-12"), because="rep")
    state = record(books(), NOW, HoldOpened(hold=opened), lifted)

    assert state.holds == ()
    assert day("2026-03-12") == sequence(state).rested_on


def test_contacts_forwards_and_replies_leave_their_mark() -> None:
    """An address bounced, another came; a rep was asked and answered; a date was asked for."""
    bounced = contact(AP, status=ContactStatus.BOUNCED)
    new = contact(SECOND, ContactRole.ESCALATION)
    forward = ForwardState(id="f1", origin="mail-1", rep=OWNER, why="", sent_at=NOW)
    moved = ForwardMoved(forward="f1", stage=ForwardStage.ANSWERED, rep=OWNER, on=day("2026-03-10"))
    reply = ReplyApplied(
        mail="mail-1",
        intents=("acknowledgement",),
        invoices=("A",),
        place="applied",
        is_stranger=True,
        on=day("2026-03-10"),
        because="",
    )
    state = record(
        books(),
        NOW,
        ContactChanged(contact=bounced, was=ContactStatus.USABLE, because="550"),
        ContactChanged(contact=new, was=None, because="told"),
        RepAsked(forward=forward),
        moved,
        reply,
        MailCrossed(key=KEY, mail="mail-1"),
    )

    assert (bounced, new) == state.contacts
    assert [known.stage for known in state.forwards] == [ForwardStage.ANSWERED]
    assert (("A",), day("2026-03-10")) == (state.date_asked, state.stranger_reviewed_on)


def test_tasks_and_hand_over() -> None:
    """A task counts as a level done; a hand-over ends the letters."""
    task = TaskGiven(number="A", level="call", on=day("2026-03-10"), because="")
    entry = sequence(record(books(), NOW, task, HandedOver(number="A", because="")))

    assert (entry.stage, [done.level for done in entry.advances]) == (Stage.HANDED_OVER, ["call"])


IMPOSSIBLE: list[object] = [
    pytest.param((LetterTransmitting(key=KEY, attempt=1),), id="sending what was never planned"),
    pytest.param((*PLANNED, *PLANNED), id="one key, two letters"),
    pytest.param((*PLANNED, LetterUnknown(key=KEY, because="")), id="unknown before sending"),
    pytest.param((*ACCEPTED, LetterTransmitting(key=KEY, attempt=2)), id="sending again"),
    pytest.param((*ACCEPTED, LetterWithdrawn(key=KEY, because="")), id="withdrawing the sent"),
    pytest.param((*PLANNED, LetterApproved(key=KEY, by=OWNER)), id="approving the queued"),
    pytest.param((HoldLifted(hold="h", on=day("2026-03-10"), because=""),), id="no such hold"),
    pytest.param((HoldOpened(hold=hold(HoldReason.MANUAL, "A")),) * 2, id="the same hold twice"),
    pytest.param((InvoiceReopened(number="A", snapshot="", because=""),), id="reopening the open"),
    pytest.param((HandedOver(number="Z", because=""),), id="no such invoice"),
    pytest.param((InvoiceClosed(number="Z", snapshot="", because=""),), id="closing no invoice"),
    pytest.param(
        (ForwardMoved(forward="f", stage=ForwardStage.CLOSED, rep="", on=day("2026-03-10")),),
        id="no such forward",
    ),
]


@pytest.mark.parametrize("events", IMPOSSIBLE)
def test_what_cannot_be_is_a_bug_and_stays_loud(events: tuple[Event, ...]) -> None:
    """A refused event raises; the state before it is untouched."""
    with pytest.raises(IllegalTransition):
        record(books(), NOW, *events)


@pytest.mark.parametrize("number", [pytest.param(1, id="again"), pytest.param(5, id="a gap")])
def test_events_follow_one_another(number: int) -> None:
    """The compare-and-set of the log: no number twice, none left out."""
    state = books()
    event = Recorded(account="main/4711", sequence=number, at=NOW, event=ACCEPTED[0])
    with pytest.raises(IllegalTransition, match="was due"):
        evolve(state, event)


def test_replay_needs_a_beginning() -> None:
    """A log begins with the account; an empty one is no account."""
    with pytest.raises(IllegalTransition):
        replay([])
    with pytest.raises(IllegalTransition):
        replay([Recorded(account="a", sequence=1, at=NOW, event=ACCEPTED[0])])


def test_replay_gives_the_stored_state() -> None:
    """State is the replay of the account's events."""
    events = (*opening(invoice("A", "2026-03-02", 100)), *ACCEPTED)
    moment = datetime(2026, 3, 10, 10, tzinfo=UTC)
    log = [
        Recorded(account="main/4711", sequence=number, at=moment, event=event)
        for number, event in enumerate(events, start=1)
    ]

    assert record(None, moment, *events) == replay(log)
