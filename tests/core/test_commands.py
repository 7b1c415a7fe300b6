"""Rep commands: what each does, and that refusals change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.commands import help_lines
from daemon.core.events import (
    CommandApplied,
    HandedOver,
    HoldOpened,
    LetterTransmitting,
    LetterUnknown,
    LevelSet,
    SequenceEntered,
)
from daemon.core.state import (
    AccountState,
    ForwardStage,
    HoldReason,
    HoldScope,
    LetterStage,
    PromiseOutcome,
    Stage,
)
from parsers.reading import DisputeFact, Intent
from tests.core.builders import (
    OWNER,
    account,
    at,
    day,
    eur,
    hold,
    invoice,
    record,
)
from tests.core.replies import (
    acted,
    answered_letter,
    holds_of,
    promise_reading,
    reading,
    statement,
    the_hold,
)
from tests.core.telling import TODAY, echo, told
from tests.core.test_command_grammar import UNDERSTOOD


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices; the inquiry about both went yesterday."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    return answered_letter(opened, "2026-06-10", "INV-1", "INV-2")


HOLDS = {
    "pause 14d": {"manual INV-1": "2026-06-25"},
    "pause until 2026-07-01": {"manual INV-1": "2026-07-01"},
    "promise 2026-06-24": {"promise INV-1": "2026-06-29"},
    "promise 2026-06-24 400": {"promise INV-1": "2026-06-29"},
    "dispute price 40": {"dispute INV-1": "None"},
    "paid": {"payment_claimed INV-1": "2026-06-25"},
    "stop": {"manual 4711": "None"},
    "note called": {},
    "help": {},
}


@pytest.mark.parametrize(("text", "holds"), HOLDS.items(), ids=HOLDS)
def test_a_command_opens_its_hold_and_is_echoed(
    state: AccountState, text: str, holds: dict[str, str]
) -> None:
    """Each verb does its part, is written to the log, and the rep is told."""
    decision, after = told(state, text, "INV-1")

    assert holds == holds_of(after)
    assert len([event for event in decision.events if isinstance(event, CommandApplied)]) == 1
    assert echo(decision).rep == OWNER


REFUSED = {
    "resume": "nothing rests",
    "pause until 2026-06-01": "not ahead",
    "promise 2026-06-01": "already passed",
    "promise 2026-06-24 400 USD": "is in EUR",
    "dispute taste": "price",
    "resolved": "not held as disputed",
    "accept": "Nothing was proposed",
    "decline": "no proposal",
    "approve": "no letter",
    "veto": "no letter",
    "start": "Nothing holds",
    "contact ap@debtor.example.org": "already",
    "contact dan@creditor.example.com": "one of us",
    "level heaven": "inquiry",
    "resend": "no letter",
    "undo": "not there yet",
    "pause 14d for INV-99": "no invoice INV-99",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items(), ids=REFUSED)
def test_a_refused_command_changes_nothing_and_says_why(
    state: AccountState, text: str, why: str
) -> None:
    """Nothing is changed, and the echo says what to write."""
    decision, _ = told(state, text, "INV-1")

    assert decision.events == ()
    assert echo(decision).lines[0] == "Nothing was changed."
    assert why in echo(decision).lines[1]


def test_an_unclear_invoice_is_asked_for(state: AccountState) -> None:
    """With two open invoices `paid` must name one."""
    decision, _ = told(state, "paid")
    named, after = told(state, "paid for inv-2")

    assert "for NUMBER" in echo(decision).lines[1]
    assert named.events
    assert holds_of(after) == {"payment_claimed INV-2": "2026-06-25"}


def test_accept_does_what_the_forward_proposes(state: AccountState) -> None:
    """
    2026-06-11 reply "may we pay INV-1 on 24 June?": review until answered
    2026-06-12 accept: the promise is booked, the review is over, the forward answered
    """
    asking = replace(
        promise_reading("2026-06-24", "INV-1"),
        statements=(statement(Intent.EXTENSION_REQUEST, "INV-1"),),
        needs_human=True,
    )
    _, asked = acted(state, asking, TODAY)
    forward = asked.forwards[0]
    decision, after = told(asked, "accept", "INV-1", forward=forward, when="2026-06-12")

    assert forward.accept == "promise 2026-06-24"
    assert "review INV-1" not in holds_of(after)
    assert holds_of(after)["promise INV-1"] == "2026-06-29"
    assert ForwardStage.ANSWERED is after.forwards[0].stage
    assert "Accepted" in echo(decision).lines[0]


@pytest.mark.parametrize(
    ("text", "holds"), [("accept", {"promise INV-1": "2026-06-29"}), ("decline", {})]
)
def test_an_unsure_promise_is_booked_or_dropped_by_the_rep(
    state: AccountState, text: str, holds: dict[str, str]
) -> None:
    """
    2026-06-11 reply, perhaps a promise for 24 June: it pauses, Olga is asked
    2026-06-12 accept books it; decline ends the pause
    """
    _, asked = acted(state, promise_reading("2026-06-24", "INV-1", needs_human=True), TODAY)
    _, after = told(asked, text, "INV-1", forward=asked.forwards[0], when="2026-06-12")

    assert {"conversation 4711": "2026-06-16"} | holds == holds_of(after)
    assert (text == "accept") == bool(after.promises)


def test_decline_ends_the_review_and_nothing_else(state: AccountState) -> None:
    """The review is over; the short conversation hold runs out by itself."""
    asking = reading(statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"), needs_human=True)
    _, asked = acted(state, asking, TODAY)
    _, after = told(asked, "decline", "INV-1", forward=asked.forwards[0])

    assert holds_of(after) == {"conversation 4711": "2026-06-16"}


def test_resume_lifts_what_the_forward_is_about_and_no_other(state: AccountState) -> None:
    """A dispute is resumed; a rep's own pause of the same invoice stays, and is named."""
    read = reading(statement(Intent.DISPUTE, "INV-1"), needs_human=True)
    _, paused = told(state, "pause 30d", "INV-1")
    _, disputed = acted(paused, read, TODAY)
    decision, after = told(disputed, "resume", "INV-1", forward=disputed.forwards[0], number=2)

    assert holds_of(after) == {"manual INV-1": "2026-07-11"}
    assert "Still resting" in echo(decision).lines[0]


def test_resolved_in_our_favour_repeats_the_level_last_reached(state: AccountState) -> None:
    """The inquiry went, then the dispute; once resolved the inquiry goes again."""
    _, disputed = acted(state, reading(statement(Intent.DISPUTE, "INV-1"), needs_human=True), TODAY)
    decision, after = told(disputed, "resolved", "INV-1")
    sequence = after.sequence_of("INV-1")

    assert [e.level for e in decision.events if isinstance(e, LevelSet)] == ["inquiry"]
    assert sequence is not None
    assert ("inquiry", day(TODAY)) == (sequence.entry_level, sequence.next_due_on)
    assert "dispute INV-1" not in holds_of(after)


def test_resolved_by_a_credit_waits_for_the_credit_note(state: AccountState) -> None:
    """No letter before the credit note is in the ledger."""
    read = reading(
        statement(Intent.DISPUTE, "INV-1"), dispute=DisputeFact(reason="price"), needs_human=True
    )
    _, disputed = acted(state, read, TODAY)
    _, after = told(disputed, "resolved credit 200", "INV-1")
    waiting = the_hold(after, "manual")

    assert waiting.awaits_ledger
    assert eur(200) == waiting.amount
    assert eur(1200) == waiting.baseline[0].open


def test_stop_and_start_hold_and_free_the_account(state: AccountState) -> None:
    """`start` also lifts a hardship hold, and leaves an invoice's dispute alone."""
    hard = record(
        state,
        at(TODAY),
        HoldOpened(hold=hold(HoldReason.HARDSHIP, "4711", scope=HoldScope.ACCOUNT)),
        HoldOpened(hold=hold(HoldReason.DISPUTE, "INV-1")),
    )
    _, stopped = told(hard, "stop")
    _, started = told(stopped, "start", number=2)

    assert {"hardship 4711", "dispute INV-1", "manual 4711"} == set(holds_of(stopped))
    assert {"dispute INV-1"} == set(holds_of(started))


def test_start_takes_on_old_invoices() -> None:
    """Invoices that waited for the owner's word enter their ladder."""
    old = record(
        account(invoice("INV-1", "2026-01-05", 100)),
        at(TODAY),
        SequenceEntered(
            number="INV-1", entry_level="reminder", advances=(), awaits_owner=True, because="old"
        ),
    )
    _, after = told(old, "start")
    sequence = after.sequence_of("INV-1")

    assert sequence is not None
    assert (sequence.is_taken_on, sequence.entry_level) == (True, "reminder")


def test_hand_over_and_level_move_the_sequence(state: AccountState) -> None:
    """Handed over it rests with a person; a level brings it back."""
    decision, handed = told(state, "hand over", "INV-1")
    _, again = told(handed, "level firm_reminder", "INV-1", number=2)
    first, second = handed.sequence_of("INV-1"), again.sequence_of("INV-1")

    assert [e.number for e in decision.events if isinstance(e, HandedOver)] == ["INV-1"]
    assert first is not None
    assert Stage.HANDED_OVER is first.stage
    assert second is not None
    assert (
        second.stage,
        second.entry_level,
        second.episode,
    ) == (Stage.DUNNING, "firm_reminder", 2)


def waiting_letter(state: AccountState) -> AccountState:
    """A final notice about INV-1 that awaits approval."""
    return answered_letter(
        state, "2026-06-20", "INV-1", level="final_notice", stage=LetterStage.AWAITS_APPROVAL
    )


def test_approve_lets_the_letter_go(state: AccountState) -> None:
    """The only letter that awaits approval is meant."""
    _, after = told(waiting_letter(state), "approve")

    assert LetterStage.QUEUED is after.letters[-1].stage
    assert after.letters[-1].approved_by == OWNER


def test_veto_withdraws_the_letter_and_holds_its_invoices(state: AccountState) -> None:
    """The final notice does not go; INV-1 rests until lifted, INV-2 does not."""
    _, after = told(waiting_letter(state), "veto")

    assert LetterStage.WITHDRAWN is after.letters[-1].stage
    assert holds_of(after) == {"manual INV-1": "None"}


@pytest.mark.parametrize(
    ("text", "stage"),
    [("resend", LetterStage.WITHDRAWN), ("treat as sent", LetterStage.ACCEPTED)],
)
def test_a_letter_of_unknown_fate_is_settled_by_the_rep(
    state: AccountState, text: str, stage: LetterStage
) -> None:
    """Nobody knows whether it left; the rep says so. It counts from the day of its attempt."""
    queued = answered_letter(state, "2026-06-20", "INV-1", stage=LetterStage.QUEUED)
    key = queued.letters[-1].key
    moving = record(queued, at("2026-06-22"), LetterTransmitting(key=key, attempt=1))
    unknown = record(moving, at("2026-06-22"), LetterUnknown(key=key, because="cut"))
    _, after = told(unknown, text)
    is_sent = stage is LetterStage.ACCEPTED

    assert stage is after.letters[-1].stage
    assert (date(2026, 6, 22) if is_sent else None) == after.letters[-1].accepted_on


def test_a_pause_withdraws_a_letter_that_waits(state: AccountState) -> None:
    """What rests from now on may not leave from the queue."""
    queued = answered_letter(
        state, "2026-06-20", "INV-1", level="reminder", stage=LetterStage.QUEUED
    )
    _, after = told(queued, "pause 14d", "INV-1")

    assert LetterStage.WITHDRAWN is after.letters[-1].stage


def test_resuming_a_promise_ends_it(state: AccountState) -> None:
    """A promise that the rep lifts is neither kept nor broken."""
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1"), TODAY)
    _, after = told(promised, "resume", "INV-1")

    assert holds_of(after) == {}
    assert [entry.outcome for entry in after.promises] == [PromiseOutcome.SUSPENDED]


def test_help_lists_every_form(state: AccountState) -> None:
    """The list names each verb once."""
    decision, _ = told(state, "help")

    assert help_lines() == echo(decision).lines
    assert any(line.startswith("resolved, or resolved credit") for line in help_lines())


@settings(max_examples=100, deadline=None)
@given(
    texts=st.lists(
        st.sampled_from([*UNDERSTOOD, "start", "stop", "veto", "decline", "accept", "resend"]),
        min_size=1,
        max_size=5,
    ),
    numbers=st.lists(st.sampled_from(["INV-1", "INV-2"]), max_size=2, unique=True),
)
def test_any_sequence_of_commands_can_be_folded(texts: list[str], numbers: list[str]) -> None:
    """Commands in any order lead to possible events only."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    state = waiting_letter(answered_letter(opened, "2026-06-10", "INV-1", "INV-2"))
    for position, text in enumerate(texts):
        when = str(at(TODAY).date() + timedelta(days=position))
        decision, state = told(state, text, *numbers, when=when, number=position)

        assert len(decision.effects) == 1
