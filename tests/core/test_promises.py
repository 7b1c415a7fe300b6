"""Promises: taken, judged, kept or broken, as diaries."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.events import (
    HoldLifted,
    InvoiceClosed,
    PromiseSettled,
)
from daemon.core.model import ItemKind
from daemon.core.promises import PromiseAsked, judge, make_promise
from daemon.core.state import AccountState, HoldSource, PromiseOutcome
from parsers.reading import Flag, PromiseFact
from tests.core.builders import (
    account,
    at,
    conditions,
    credit,
    day,
    default_house,
    invoice,
    record,
)
from tests.core.judging import MADE, after_inquiry, judged, paid_down
from tests.core.replies import (
    acted,
    answered_letter,
    holds_of,
    promise_reading,
    the_forward,
    the_hold,
)


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices; the inquiry about both went on 10 June."""
    return after_inquiry()


OUTCOMES = {
    "nothing came": (1200.0, None, PromiseOutcome.BROKEN),
    "all came": (0.01, None, PromiseOutcome.KEPT),
    "within tolerance": (6.0, None, PromiseOutcome.KEPT),
    "beyond tolerance": (7.0, None, PromiseOutcome.PARTLY_KEPT),
    "a part came": (700.0, None, PromiseOutcome.PARTLY_KEPT),
    "it lies unapplied": (1200.0, 1200.0, PromiseOutcome.KEPT),
    "a part lies unapplied": (1200.0, 500.0, PromiseOutcome.PARTLY_KEPT),
    "both together": (700.0, 700.0, PromiseOutcome.KEPT),
}


@pytest.mark.parametrize(("left", "unapplied", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_promise_is_judged_by_what_came_in(
    state: AccountState, left: float, unapplied: float | None, outcome: PromiseOutcome
) -> None:
    """
    2026-06-12 reply "We will pay INV-1 by 24 June.": rests through 2026-06-29
    2026-06-30 ledger as of 2026-06-29: kept, partly kept or broken, and the hold is lifted
    """
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1"), MADE)
    rows = [paid_down("INV-1", "2026-06-01", left, 1200)]
    if unapplied is not None:
        rows.append(credit("PAY-1", "2026-06-24", unapplied, ItemKind.PAYMENT))
    decision, after = judged(promised, "2026-06-29", *rows)

    assert [outcome] == [promise.outcome for promise in after.promises]
    assert "promise INV-1" not in holds_of(after)
    assert [PromiseSettled, HoldLifted] == [type(event) for event in decision.events]


def test_a_promise_is_not_judged_before_a_ledger_can_know(state: AccountState) -> None:
    """
    2026-06-12 promise for 24 June, rests through 2026-06-29
    2026-07-03 ledger as of 2026-06-28 only: not judged, the hold stays live
    2026-07-04 ledger as of 2026-06-29: broken, the next level is due at once
    """
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1"), MADE)
    early, waiting = judged(promised, "2026-06-28")
    late, broken = judged(waiting, "2026-06-29")
    sequence = broken.sequence_of("INV-1")

    assert () == early.events
    assert the_hold(waiting, "promise").is_live(day("2026-07-03"))
    assert late.events
    assert sequence is not None
    assert (day("2026-06-30"), True) == (sequence.next_due_on, sequence.has_broken_promise)


def test_a_promise_of_a_part_holds_the_whole_and_is_kept_by_the_part(state: AccountState) -> None:
    """
    2026-06-12 reply "400 by 24 June": INV-1 rests whole
    2026-06-30 ledger: 800 open, so the 400 came: kept, the rest goes on
    """
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1", amount=400), MADE)
    _, after = judged(promised, "2026-06-29", paid_down("INV-1", "2026-06-01", 800, 1200))

    assert {"promise INV-1", "conversation 4711"} == set(holds_of(promised))
    assert [PromiseOutcome.KEPT] == [promise.outcome for promise in after.promises]


def test_a_closed_invoice_settles_its_promise_at_once(state: AccountState) -> None:
    """
    2026-06-12 promise for 24 June
    2026-06-16 the ledger lists INV-1 no more: kept, without waiting for the date
    """
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1"), MADE)
    closed = record(
        promised,
        at("2026-06-16"),
        InvoiceClosed(number="INV-1", snapshot="s2", because="no longer listed"),
    )
    decision = judge(closed, conditions(at("2026-06-16")), default_house(), at("2026-06-16"))

    assert [PromiseOutcome.KEPT] == [
        event.outcome for event in decision.events if isinstance(event, PromiseSettled)
    ]


def test_the_same_money_keeps_only_one_promise(state: AccountState) -> None:
    """
    2026-06-12 promise for INV-1 (1,200) and INV-2 (300) by 24 June
    2026-06-30 ledger: 1,200 lie unapplied: INV-1 is kept, INV-2 is broken
    """
    _, promised = acted(state, promise_reading("2026-06-24"), MADE)
    cash = credit("PAY-1", "2026-06-24", 1200, ItemKind.PAYMENT)
    _, after = judged(promised, "2026-06-29", cash)

    assert {"INV-1": "kept", "INV-2": "broken"} == {
        promise.invoices[0]: promise.outcome.value for promise in after.promises
    }


def test_unapplied_money_of_before_keeps_no_promise() -> None:
    """Money that lay on the account when the promise was made is not the promised payment."""
    opened = account(
        invoice("INV-1", "2026-06-01", 1200),
        credit("PAY-0", "2026-06-01", 500, ItemKind.PAYMENT),
    )
    sent = answered_letter(opened, "2026-06-10", "INV-1")
    _, promised = acted(sent, promise_reading("2026-06-24", "INV-1"), MADE)
    _, after = judged(promised, "2026-06-29")

    assert [PromiseOutcome.BROKEN] == [promise.outcome for promise in after.promises]


def test_a_later_promise_replaces_the_earlier_and_the_third_is_for_a_person(
    state: AccountState,
) -> None:
    """
    2026-06-12 promise for 24 June
    2026-06-15 promise for 30 June: takes its place
    2026-06-16 promise for 2 July: two are enough, a person decides
    """
    _, first = acted(state, promise_reading("2026-06-24", "INV-1"), MADE)
    _, second = acted(first, promise_reading("2026-06-30", "INV-1"), "2026-06-15", mail="mail-2")
    decision, third = acted(
        second, promise_reading("2026-07-02", "INV-1"), "2026-06-16", mail="mail-3"
    )

    assert ["replaced", "open"] == [promise.outcome.value for promise in second.promises]
    assert "2026-07-03" == holds_of(second)["promise INV-1"]
    assert second.promises == third.promises
    assert "2 times before" in the_forward(decision).why
    assert "review INV-1" in holds_of(third)


@pytest.mark.parametrize(
    ("on", "why"),
    [("2026-06-10", "already passed"), ("2026-08-30", "more than 30 days ahead")],
    ids=["in the past", "far ahead"],
)
def test_an_odd_date_is_for_a_person(state: AccountState, on: str, why: str) -> None:
    """A promised date in the past, or months ahead, is not booked."""
    decision, after = acted(state, promise_reading(on, "INV-1"), MADE)

    assert () == after.promises
    assert why in the_forward(decision).why


def test_an_ambiguous_date_ends_the_hold_by_the_earlier(state: AccountState) -> None:
    """05/07 may be 5 July or 7 May; of the dates still ahead the earliest counts."""
    fact = PromiseFact(
        on=day("2026-07-06"),
        amount=None,
        invoice="INV-1",
        alternatives=(day("2026-06-17"), day("2026-05-07")),
    )
    read = promise_reading("2026-07-06", "INV-1", promises=(fact,), flags=(Flag.AMBIGUOUS_DATE,))
    _, after = acted(state, read, MADE)

    assert "2026-06-22" == holds_of(after)["promise INV-1"]


def test_a_rep_may_promise_further_ahead(state: AccountState) -> None:
    """The limits are for customers; a rep's word knows only the year."""
    asked = PromiseAsked(
        id="c1|promise",
        numbers=("INV-1",),
        on=day("2026-09-30"),
        amount=None,
        origin="c1",
        source=HoldSource.REP,
    )
    answer = make_promise(state, asked, default_house(), at(MADE))

    assert "" == answer.refusal
    assert day("2026-10-05") == answer.until_on


@settings(max_examples=60, deadline=None)
@given(
    left=st.integers(0, 120_000),
    more=st.integers(0, 120_000),
    unapplied=st.integers(0, 150_000),
    promised=st.one_of(st.none(), st.integers(1, 200_000)),
)
def test_more_money_never_makes_a_promise_worse(
    left: int, more: int, unapplied: int, promised: int | None
) -> None:
    """A ledger with more paid judges the same promise as well or better."""
    order = (PromiseOutcome.BROKEN, PromiseOutcome.PARTLY_KEPT, PromiseOutcome.KEPT)
    opened = account(invoice("INV-1", "2026-06-01", 1200))
    sent = answered_letter(opened, "2026-06-10", "INV-1")
    amount = None if promised is None else promised / 100
    _, made = acted(sent, promise_reading("2026-06-24", "INV-1", amount=amount), MADE)
    ranks = []
    for still_open in (left, max(0, left - more)):
        rows = [paid_down("INV-1", "2026-06-01", still_open / 100, 1200)]
        if unapplied:
            rows.append(credit("PAY-1", "2026-06-24", unapplied / 100, ItemKind.PAYMENT))
        _, after = judged(made, "2026-06-29", *rows)
        ranks.append(order.index(after.promises[0].outcome))

    assert ranks == sorted(ranks)
