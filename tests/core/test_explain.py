"""Explaining and forecasting: what comes next, when, and why not now."""

from __future__ import annotations

import pytest

from daemon.core.events import HoldOpened
from daemon.core.explain import account_card, explain, explain_all, forecast
from daemon.core.state import AccountState, HoldReason, HoldScope
from tests.core.builders import (
    AP,
    account,
    at,
    conditions,
    day,
    default_facts,
    default_house,
    deliver,
    eur,
    hold,
    invoice,
    record,
    turn,
)

HOUSE = default_house()
FIRST = invoice("A", "2026-03-02", 1200)


def letters(state: AccountState, when: str, days: int) -> list[tuple[str, str, bool]]:
    """Return the forecast as (date, level, awaits approval)."""
    now = at(when)
    found = forecast(state, conditions(now), HOUSE, now, days)
    return [(letter.on.isoformat(), letter.level, letter.awaits_approval) for letter in found]


def test_a_verdict_names_the_next_level_and_its_day() -> None:
    """The reminder follows on the 12th, by its anchor."""
    now = at("2026-03-06")
    state, _ = turn(account(FIRST), now)
    verdict = explain(deliver(state, now), conditions(now), HOUSE, now, "A")

    assert ("reminder", day("2026-03-12")) == (verdict.level, verdict.due_on)
    assert "due+10d" in verdict.because


def test_all_open_invoices_are_explained() -> None:
    """One verdict for each invoice that is not closed."""
    now = at("2026-03-06")
    state = account(FIRST, invoice("B", "2026-05-04", 10))

    assert ["A", "B"] == [v.number for v in explain_all(state, conditions(now), HOUSE, now)]


def test_the_forecast_plays_planning_forward() -> None:
    """Every letter of the ladder on its day; the final notice waits for approval."""

    assert [
        ("2026-02-23", "pre_due", False),
        ("2026-03-05", "inquiry", False),
        ("2026-03-12", "reminder", False),
        ("2026-03-23", "firm_reminder", False),
        ("2026-04-01", "final_notice", True),
    ] == letters(account(FIRST), "2026-02-10", 90)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(1, [], id="nothing today"),
        pytest.param(4, [("2026-03-05", "inquiry", False)], id="the fourth day is included"),
    ],
)
def test_the_forecast_looks_as_far_as_asked(
    days: int, expected: list[tuple[str, str, bool]]
) -> None:
    """`days` counts today."""
    state, _ = turn(account(FIRST), at("2026-02-23"))
    state = deliver(state, at("2026-02-23"))

    assert expected == letters(state, "2026-03-02", days)


def test_the_forecast_shows_what_is_already_queued() -> None:
    """A letter planned and not yet sent goes with the present window."""
    state, _ = turn(account(FIRST), at("2026-03-06"))

    assert [("2026-03-06", "inquiry", False)] == letters(state, "2026-03-06 11:00", 1)


def test_the_forecast_takes_a_promise_for_broken() -> None:
    """If nothing is paid, the next level follows after the hold."""
    promised = hold(HoldReason.PROMISE, "A", until="2026-03-18", awaits_ledger=True)
    state, _ = turn(account(FIRST), at("2026-03-06"))
    state = record(deliver(state, at("2026-03-06")), at("2026-03-07"), HoldOpened(hold=promised))

    assert ("2026-03-19", "reminder", False) == letters(state, "2026-03-09", 20)[0]


def test_a_held_account_has_no_forecast() -> None:
    """Held until lifted: no letter on any day."""
    stop = hold(HoldReason.STOP_REQUESTED, "4711", scope=HoldScope.ACCOUNT)
    state = record(account(FIRST), at("2026-02-10"), HoldOpened(hold=stop))

    assert [] == letters(state, "2026-02-10", 60)


def test_the_forecast_says_how_much() -> None:
    """What is asked for, per currency."""
    now = at("2026-03-06")
    (letter,) = forecast(account(FIRST), conditions(now), HOUSE, now, 1)

    assert ((eur(1200),), AP) == (letter.amounts, letter.recipient)


def test_the_account_card_shows_the_account_at_a_glance() -> None:
    """Totals, rows, holds, contacts, the last letter."""
    now = at("2026-03-06")
    state, _ = turn(account(FIRST, facts=default_facts(name="Debtor AG")), now)
    state = record(deliver(state, now), now, HoldOpened(hold=hold(HoldReason.MANUAL, "A")))
    card = account_card(state, HOUSE, at("2026-03-09"))
    (row,) = card.rows

    assert ("Debtor AG", ("1,200.00 EUR",)) == (card.name, card.open_totals)
    assert ("A", 7, "inquiry") == (row.number, row.days_overdue, row.level)
    assert ("manual until lifted",) == row.holds
    assert f"inquiry on 2026-03-06 to {AP}" == card.last_letter
