"""What a reply does: the table of intents, and what it does to letters and promises."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.core.act_bounce import MAY_BOUNCE
from daemon.core.acting import CONFIDENCE_MIN
from daemon.core.effects import ForwardToRep
from daemon.core.events import (
    LetterAccepted,
    LetterDeferred,
    LetterPresumed,
    LetterTransmitting,
    LetterUnknown,
    LetterWithdrawn,
    MailCrossed,
    PromiseMade,
    PromiseSettled,
    ReplyApplied,
)
from daemon.core.state import AccountState, LetterStage, PromiseOutcome
from parsers.reading import (
    DisputeFact,
    Flag,
    Intent,
    PromiseFact,
    Reading,
)
from tests.core.builders import (
    at,
    day,
    eur,
    record,
)
from tests.core.replies import (
    acted,
    answered_letter,
    holds_of,
    matched,
    promise_reading,
    reading,
    statement,
    the_forward,
    the_hold,
)
from tests.core.reply_table import (
    LONG_CONVERSATION,
    TABLE,
    TODAY,
    two_overdue,
)


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices, one not yet due; the inquiry about the two went yesterday."""
    return two_overdue()


@pytest.mark.parametrize(("read", "holds", "place"), TABLE.values(), ids=TABLE)
def test_a_reply_of_a_proven_contact_does_what_the_table_says(
    state: AccountState, read: Reading, holds: dict[str, str], place: str
) -> None:
    """Each intent opens its holds, and the mail ends in exactly one place."""
    decision, after = acted(state, read, TODAY)

    applied = [event for event in decision.events if isinstance(event, ReplyApplied)]
    assert [place] == [event.place for event in applied]
    assert holds == holds_of(after)
    assert (place == "forwarded") == any(isinstance(e, ForwardToRep) for e in decision.effects)


@pytest.mark.parametrize("read", [entry[0] for entry in TABLE.values()], ids=TABLE)
def test_the_same_mail_twice_changes_nothing_more(state: AccountState, read: Reading) -> None:
    """A mail acted upon again opens no hold, books no promise and asks nobody again."""
    _, once = acted(state, read, TODAY)
    again, twice = acted(once, read, TODAY, match=matched(state))

    assert once.holds == twice.holds
    assert once.promises == twice.promises
    assert again.effects == ()


def test_a_dispute_suspends_the_promise_and_spares_the_other_invoice(state: AccountState) -> None:
    """
    2026-06-11 promise INV-1 for 2026-06-24
    2026-06-12 dispute INV-1: the promise is suspended, INV-2 goes on
    """
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1"), TODAY)
    read = reading(
        statement(Intent.DISPUTE, "INV-1"), dispute=DisputeFact(reason="quality"), needs_human=True
    )
    decision, after = acted(promised, read, "2026-06-12", mail="mail-2")

    assert [promise.outcome for promise in after.promises] == [PromiseOutcome.SUSPENDED]
    assert the_hold(after, "dispute").reason_code == "quality"
    assert "promise INV-1" not in holds_of(after)
    assert "resolved" in the_forward(decision).commands


def test_a_waiting_letter_is_withdrawn_when_the_customer_writes(state: AccountState) -> None:
    """A letter that still waits when an invoice in it is disputed does not go."""
    waiting = answered_letter(
        state, "2026-06-18", "INV-1", level="reminder", stage=LetterStage.QUEUED
    )
    read = reading(statement(Intent.DISPUTE, "INV-1"), needs_human=True)
    decision, after = acted(waiting, read, "2026-06-18 11:00", match=matched(state))

    assert [LetterWithdrawn] == [
        type(event) for event in decision.events if isinstance(event, LetterWithdrawn)
    ]
    assert LetterStage.WITHDRAWN is after.letters[-1].stage


def test_a_letter_under_way_has_crossed_the_mail(state: AccountState) -> None:
    """A letter in transmission cannot be called back; that the two crossed is recorded."""
    moving = answered_letter(
        state, "2026-06-18", "INV-1", level="reminder", stage=LetterStage.TRANSMITTING
    )
    decision, _ = acted(
        moving, promise_reading("2026-06-24", "INV-1"), "2026-06-18", match=matched(state)
    )

    assert [e.mail for e in decision.events if isinstance(e, MailCrossed)] == ["mail-1"]


def test_a_reply_proves_that_an_unknown_letter_left(state: AccountState) -> None:
    """Nobody knew whether the letter had left; the customer's answer settles it."""
    moving = answered_letter(
        state, "2026-06-18", "INV-1", level="reminder", stage=LetterStage.TRANSMITTING
    )
    unknown = record(
        moving, at("2026-06-18"), LetterUnknown(key=moving.letters[-1].key, because="cut")
    )
    decision, after = acted(unknown, reading(statement(Intent.ACKNOWLEDGEMENT)), "2026-06-19")

    assert isinstance(decision.events[0], LetterAccepted)
    assert LetterStage.ACCEPTED is after.letters[-1].stage


def test_a_letter_proven_by_a_reply_left_on_the_day_of_its_attempt(state: AccountState) -> None:
    """It waited from the 12th to the 18th: the days between two letters count from the 18th."""
    queued = answered_letter(
        state, "2026-06-12", "INV-1", level="reminder", stage=LetterStage.QUEUED
    )
    key = queued.letters[-1].key
    moving = record(queued, at("2026-06-18"), LetterTransmitting(key=key, attempt=1))
    unknown = record(moving, at("2026-06-18"), LetterUnknown(key=key, because="cut"))
    _, after = acted(unknown, reading(statement(Intent.ACKNOWLEDGEMENT)), "2026-06-19")

    assert date(2026, 6, 18) == after.letters[-1].accepted_on


def test_an_attempt_that_failed_dates_no_letter(state: AccountState) -> None:
    """Put off on the 12th, sent after the backup that was restored: a reply proves it, no day."""
    queued = answered_letter(
        state, "2026-06-12", "INV-1", level="reminder", stage=LetterStage.QUEUED
    )
    key = queued.letters[-1].key
    put_off = record(
        queued,
        at("2026-06-12"),
        LetterTransmitting(key=key, attempt=1),
        LetterDeferred(key=key, not_before_at=at("2026-06-15"), reply="451 later"),
    )
    presumed = record(put_off, at("2026-06-17"), LetterPresumed(key=key, because="restored"))
    _, after = acted(presumed, reading(statement(Intent.ACKNOWLEDGEMENT)), "2026-06-19")

    assert date(2026, 6, 19) == after.letters[-1].accepted_on


def test_a_promise_that_a_person_should_see_is_not_booked(state: AccountState) -> None:
    """It pauses; the rep's `accept` would book it."""
    _, after = acted(state, promise_reading("2026-06-24", "INV-1", needs_human=True), TODAY)

    assert () == after.promises
    assert "promise 2026-06-24" == after.forwards[0].accept


def test_an_undated_promise_is_an_acknowledgement(state: AccountState) -> None:
    """`Will pay soon` rests the account and books nothing."""
    read = reading(statement(Intent.PROMISE_TO_PAY), flags=(Flag.UNDATED_PROMISE,))
    decision, after = acted(state, read, TODAY)

    assert LONG_CONVERSATION == holds_of(after)
    assert "date" in the_forward(decision).why


def test_the_date_is_asked_for_once(state: AccountState) -> None:
    """The first acknowledgement offers a question for the date, the second does not."""
    read = reading(statement(Intent.ACKNOWLEDGEMENT))
    first, once = acted(state, read, TODAY)
    second, _ = acted(once, read, "2026-06-15", mail="mail-2")

    assert "An welchem Tag" in the_forward(first).draft_answer
    assert second.effects == ()


def test_a_forward_tells_what_follows_if_nobody_answers(state: AccountState) -> None:
    """The dates on which the rep and the deputy are asked, and what rests until when."""
    read = reading(statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"), needs_human=True)
    decision, _ = acted(state, read, TODAY)
    sentence = the_forward(decision).next_if_silent

    assert "again on 2026-06-15" in sentence
    assert "dan@creditor.example.com on 2026-06-17" in sentence
    assert "until somebody answers" in sentence


def test_two_parts_of_one_mail_are_two_promises(state: AccountState) -> None:
    """400 on the 17th and the rest on the 24th: neither part replaces the other."""
    facts = (
        PromiseFact(on=day("2026-06-17"), amount=eur(400), invoice="INV-1"),
        PromiseFact(on=day("2026-06-24"), amount=eur(800), invoice="INV-1"),
    )
    read = reading(statement(Intent.PROMISE_TO_PAY, "INV-1"), promises=facts)
    decision, after = acted(state, read, TODAY)

    assert len([event for event in decision.events if isinstance(event, PromiseMade)]) == 2
    assert not [event for event in decision.events if isinstance(event, PromiseSettled)]
    assert [eur(1200), eur(800)] == [promise.baseline[0].open for promise in after.promises]


def test_every_intent_has_its_threshold() -> None:
    """No label is acted upon without a stated least confidence."""

    assert set(Intent) == set(CONFIDENCE_MIN)
    assert LetterStage.ACCEPTED in MAY_BOUNCE
