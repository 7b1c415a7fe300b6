"""Taking in a ledger: what changes, what is reported, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.events import (
    Event,
    HoldLifted,
    HoldOpened,
    InvoiceClosed,
    InvoiceReopened,
    SequenceEntered,
)
from daemon.core.feed import Feed, FeedKind, LedgerRow, RowError
from daemon.core.ledger_change import FeedResult, take_feed
from daemon.core.ledger_items import DifferenceKind
from daemon.core.model import ItemKind
from daemon.core.state import AccountState, HoldReason, Stage
from tests.core.builders import AP, OWNER, at, day, default_house, eur, record

HOUSE = default_house()


def row(number: str, open_major: float, **changes: object) -> LedgerRow:
    """Return a row of account 4711, due 2026-03-02."""
    plain = LedgerRow(
        line=2,
        account="4711",
        name="Debtor AG",
        number=number,
        kind=ItemKind.INVOICE,
        issued_on=day("2026-02-02"),
        due_on=day("2026-03-02"),
        total=eur(open_major),
        open=eur(open_major),
        email=AP,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def feed(
    *rows: LedgerRow,
    as_of: str = "2026-02-10",
    kind: FeedKind = FeedKind.OPEN_ITEMS,
    errors: tuple[RowError, ...] = (),
) -> Feed:
    """Return a feed of these rows."""
    return Feed(
        source="open.csv",
        sha256=as_of,
        kind=kind,
        as_of=day(as_of),
        as_of_source="file",
        rows=rows,
        contacts=(),
        errors=errors,
    )


def take(
    states: dict[str, AccountState], taken: Feed, *, first: bool = False, waived: bool = False
) -> FeedResult:
    """Import a feed on its as-of day; the events are folded into `states`."""
    now = at(taken.as_of.isoformat())
    result = take_feed(
        states,
        taken,
        HOUSE,
        f"s-{taken.as_of}",
        now,
        is_first_import=first,
        is_guard_waived=waived,
    )
    for account, events in result.events:
        states[account] = record(states.get(account), now, *events)
    return result


def kinds(result: FeedResult) -> list[str]:
    """Return the kinds of all events, in order."""
    return [event.kind for _, events in result.events for event in events]


def of_kind(result: FeedResult, kind: type[Event]) -> list[Event]:
    """Return the events of one kind."""
    return [event for _, events in result.events for event in events if isinstance(event, kind)]


def test_a_new_account_is_listed_with_its_invoices() -> None:
    """The first ledger brings the account, its items and the start of each sequence."""
    states: dict[str, AccountState] = {}
    result = take(states, feed(row("A", 100), row("B", 50)))

    assert kinds(result) == [
        "account_listed",
        "items_changed",
        "sequence_entered",
        "sequence_entered",
    ]
    assert [(difference.kind, difference.number) for difference in result.differences] == [
        (DifferenceKind.NEW, "A"),
        (DifferenceKind.NEW, "B"),
    ]
    assert states["main/4711"].facts.language == "de"
    assert states["main/4711"].facts.owner == "olga@creditor.example.com"


def test_the_same_ledger_again_changes_nothing() -> None:
    """Only changed accounts get events."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100)))
    result = take(states, feed(row("A", 100), as_of="2026-02-11"))

    assert (result.events, result.differences) == ((), ())


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(row("A", 100, open=eur(40)), DifferenceKind.PAID_IN_PART, id="part payment"),
        pytest.param(row("A", 120), DifferenceKind.AMOUNT, id="corrected amount"),
        pytest.param(row("A", 100, due_on=day("2026-03-09")), DifferenceKind.DUE_DATE, id="due"),
        pytest.param(row("A", 100, open=eur(0)), DifferenceKind.CLEARED, id="paid"),
        pytest.param(row("A", 100, email="x@debtor.example.org"), DifferenceKind.CONTACT, id="at"),
    ],
)
def test_an_import_shows_how_the_ledger_changed(
    changed: LedgerRow, expected: DifferenceKind
) -> None:
    """Each change against the last snapshot is named by its kind."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100)))
    result = take(states, feed(changed, as_of="2026-02-11"))

    assert [expected] == [difference.kind for difference in result.differences]


def test_an_open_item_no_longer_listed_is_cleared_and_reopens_under_review() -> None:
    """
    2026-02-10 ledger  A 100.00, B 50.00
    2026-02-11 ledger  A 100.00         B is cleared
    2026-02-12 ledger  A, B             B reopens under a review hold, episode 2
    """
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100), row("B", 50)))
    cleared = take(states, feed(row("A", 100), as_of="2026-02-11"))
    entry = states["main/4711"].sequence_of("B")
    item = states["main/4711"].item("B")

    assert kinds(cleared) == ["items_changed", "invoice_closed"]
    assert entry is not None and entry.stage is Stage.CLOSED
    assert item is not None and (eur(0), False) == (item.open, item.is_listed)

    reopened = take(states, feed(row("A", 100), row("B", 50), as_of="2026-02-12"))
    entry = states["main/4711"].sequence_of("B")

    assert len(of_kind(reopened, InvoiceReopened)) == 1
    assert [hold.reason for hold in states["main/4711"].holds] == [HoldReason.REVIEW]
    assert entry is not None and entry.episode == 2


def test_zero_at_first_sight_is_closed() -> None:
    """An invoice with nothing open never starts."""
    states: dict[str, AccountState] = {}
    result = take(states, feed(row("A", 0)))

    assert len(of_kind(result, InvoiceClosed)) == 1
    assert of_kind(result, SequenceEntered) == []


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(row("C", -30), id="a negative invoice is a credit note"),
        pytest.param(row("C", 30, kind=ItemKind.CREDIT_NOTE), id="a credit note, unsigned"),
        pytest.param(row("C", -30, kind=ItemKind.CREDIT_NOTE), id="a credit note, signed"),
    ],
)
def test_credits_are_negative_items(listed: LedgerRow) -> None:
    """Whatever sign the export uses, a credit note takes off and has no sequence."""
    states: dict[str, AccountState] = {}
    take(states, feed(listed))
    state = states["main/4711"]

    assert [(ItemKind.CREDIT_NOTE, eur(-30))] == [(item.kind, item.open) for item in state.items]
    assert state.sequences == ()


def test_a_source_flag_holds_and_its_end_lifts() -> None:
    """A dispute flag in the ledger holds the invoice until the ledger drops the flag."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100, is_disputed=True)))

    assert [hold.reason for hold in states["main/4711"].holds] == [HoldReason.SOURCE_FLAG]

    lifted = take(states, feed(row("A", 100), as_of="2026-02-11"))

    assert len(of_kind(lifted, HoldLifted)) == 1
    assert states["main/4711"].holds == ()


def test_one_number_at_two_accounts_holds_both_and_is_reported() -> None:
    """Nobody knows whose invoice it is, so nobody is asked for it."""
    states: dict[str, AccountState] = {}
    result = take(states, feed(row("A", 100), row("A", 100, account="4712", line=3)))

    assert [problem.column for problem in result.problems] == ["number"]
    assert {account: len(state.holds) for account, state in states.items()} == {
        "main/4711": 1,
        "main/4712": 1,
    }


def test_an_account_without_address_is_reported() -> None:
    """No address: listed, and no letter."""
    result = take({}, feed(row("A", 100, email="")))

    assert [problem.column for problem in result.problems] == ["email"]


def test_an_owner_who_is_no_rep_is_reported_once() -> None:
    """Who is not in [reps] would be asked, and refused when answering; the rows are taken."""
    stranger = "eve@creditor.example.com"
    rows = (
        row("A", 100, owner=stranger),
        row("B", 50, owner=stranger, account="4712", line=3),
        row("C", 50, owner=OWNER.upper(), account="4713", line=4),
    )
    result = take({}, feed(*rows))

    assert [(2, "owner")] == [(problem.line, problem.column) for problem in result.problems]
    assert stranger in result.problems[0].sentence
    assert 3 == len(result.events)


def test_a_vanished_row_of_a_full_ledger_is_held_and_reported() -> None:
    """A ledger that lists all invoices lost one: it is held, not taken for paid."""
    states: dict[str, AccountState] = {}
    every = FeedKind.ALL_INVOICES
    take(states, feed(row("A", 100), row("B", 50), kind=every))
    result = take(states, feed(row("A", 100), kind=every, as_of="2026-02-11"))

    assert [difference.kind for difference in result.differences] == [DifferenceKind.VANISHED]
    assert [hold.subject for hold in states["main/4711"].holds] == ["B"]

    take(states, feed(row("A", 100), row("B", 50), kind=every, as_of="2026-02-12"))

    assert states["main/4711"].holds == ()


def test_with_unreadable_rows_a_missing_invoice_is_held_not_cleared() -> None:
    """Its row may be the one that could not be read."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100), row("B", 50)))
    bad = RowError(source="open.csv", line=3, column="open", sentence="no amount")
    result = take(states, feed(row("A", 100), as_of="2026-02-11", errors=(bad,)))
    entry = states["main/4711"].sequence_of("B")

    assert len(of_kind(result, HoldOpened)) == 1
    assert entry is not None and entry.stage is not Stage.CLOSED


def many(count: int, **changes: object) -> list[LedgerRow]:
    """Return that many rows of 100.00."""
    return [row(f"N{number:02}", 100, **changes) for number in range(count)]


@pytest.mark.parametrize(
    ("left", "is_refused"),
    [
        pytest.param(many(14), False, id="30% gone is taken"),
        pytest.param(many(13), True, id="35% gone is refused"),
    ],
)
def test_too_much_gone_is_a_broken_export(left: list[LedgerRow], is_refused: bool) -> None:
    """More than 30% of the open invoices disappeared: refused whole, the operator is asked."""
    states: dict[str, AccountState] = {}
    take(states, feed(*many(20)))
    result = take(states, feed(*left, as_of="2026-02-11"))

    assert is_refused == (result.refusal is not None)
    assert is_refused == (result.events == ())


def test_the_guard_counts_amounts_too() -> None:
    """One large invoice can be more than 30% of what is open."""
    states: dict[str, AccountState] = {}
    take(states, feed(*many(12), row("BIG", 5000)))
    result = take(states, feed(*many(12), as_of="2026-02-11"))

    assert result.refusal is not None
    assert "5,000.00 EUR of 6,200.00 EUR" in result.refusal


def test_the_operator_may_say_that_it_is_so() -> None:
    """With the operator's yes the same feed is taken."""
    states: dict[str, AccountState] = {}
    take(states, feed(*many(20)))
    result = take(states, feed(*many(5), as_of="2026-02-11"), waived=True)

    assert result.refusal is None
    assert len(of_kind(result, InvoiceClosed)) == 15


def test_a_ledger_from_the_future_is_refused() -> None:
    """An as-of date ahead of today would make a stale ledger look fresh."""
    result = take_feed(
        {},
        feed(row("A", 100), as_of="2026-02-20"),
        HOUSE,
        "s1",
        at("2026-02-10"),
        is_first_import=False,
    )

    assert result.refusal is not None
