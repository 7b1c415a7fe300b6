"""Take-on: an old ledger begins without a blast."""

from __future__ import annotations

import pytest

from daemon.core.calendar import calendar_of
from daemon.core.effects import ForwardToRep
from daemon.core.events import RepAsked
from daemon.core.take_on import enter
from tests.core.builders import (
    account,
    at,
    day,
    default_policy,
    default_procedure,
    diary,
    invoice,
    record,
    turn,
)

POLICY = default_policy()
GERMAN = calendar_of("DE", "Europe/Berlin")


@pytest.mark.parametrize(
    ("due", "entry", "awaits_owner"),
    [
        pytest.param("2026-06-30", None, False, id="not yet due"),
        pytest.param("2026-06-01", "inquiry", False, id="14 days overdue"),
        pytest.param("2026-05-26", "inquiry", False, id="20 days overdue"),
        pytest.param("2026-05-22", "reminder", False, id="24 days overdue"),
        pytest.param("2026-04-16", "reminder", False, id="60 days overdue"),
        pytest.param("2026-04-15", None, True, id="61 days overdue"),
    ],
)
def test_age_decides_where_an_old_invoice_begins(
    due: str, entry: str | None, awaits_owner: bool
) -> None:
    """Up to 20 days: inquiry; 21 to 60: reminder; older: the owner."""
    entered = enter(
        invoice("A", due, 100),
        default_procedure(),
        GERMAN,
        POLICY,
        as_of=day("2026-06-14"),
        today=day("2026-06-15"),
        is_take_on=True,
    )

    assert (entry, awaits_owner) == (entered.entry_level, entered.awaits_owner)


def test_a_re_issued_invoice_begins_at_its_own_due_date() -> None:
    """It stands in the first ledger, long overdue, but replaces another: it is not taken on."""
    entered = enter(
        invoice("B", "2026-04-01", 100, replaces="A"),
        default_procedure(),
        GERMAN,
        POLICY,
        as_of=day("2026-06-14"),
        today=day("2026-06-15"),
        is_take_on=True,
    )

    assert (None, (), False) == (entered.entry_level, entered.advances, entered.awaits_owner)
    assert "it replaces A" == entered.because


def test_the_old_systems_level_wins_over_age() -> None:
    """What the old system last sent counts as done, on its day."""
    item = invoice("A", "2026-03-02", 100, last_level="reminder", last_letter_on=day("2026-06-01"))
    entered = enter(
        item,
        default_procedure(),
        GERMAN,
        POLICY,
        as_of=day("2026-06-14"),
        today=day("2026-06-15"),
        is_take_on=True,
    )

    assert [("reminder", day("2026-06-01"))] == [(d.level, d.on) for d in entered.advances]
    assert not entered.awaits_owner


def test_a_taken_on_invoice_climbs_one_level_per_contact_delay() -> None:
    """
    2026-05-15 take-on: A is 39 days overdue
    2026-05-15 expect letter reminder, never what age suggests
    2026-05-20 expect letter firm_reminder, five days on
    2026-05-26 expect letter final_notice (the 25th is a holiday)
    """
    item = invoice("A", "2026-04-06", 100)
    state = account(item, as_of="2026-05-14")
    entered = enter(
        item,
        default_procedure(),
        GERMAN,
        POLICY,
        as_of=day("2026-05-14"),
        today=day("2026-05-15"),
        is_take_on=True,
    )
    state = record(state, at("2026-05-15 06:00"), entered)

    assert diary(state, "2026-05-15", "2026-05-30") == [
        ("2026-05-15", "reminder", "A"),
        ("2026-05-20", "firm_reminder", "A"),
        ("2026-05-26", "final_notice", "A"),
    ]


def test_very_old_invoices_are_listed_for_the_owner_once() -> None:
    """More than 60 days overdue: no letter, one list with start and hand over."""
    item = invoice("A", "2026-01-05", 100)
    entered = enter(
        item,
        default_procedure(),
        GERMAN,
        POLICY,
        as_of=day("2026-05-14"),
        today=day("2026-05-15"),
        is_take_on=True,
    )
    state = record(account(item, as_of="2026-05-14"), at("2026-05-15 06:00"), entered)
    state, decision = turn(state, at("2026-05-15"))
    effects = [effect for effect in decision.effects if isinstance(effect, ForwardToRep)]

    assert [RepAsked] == [type(event) for event in decision.events]
    assert [effect.commands for effect in effects] == [("start", "hand over")]

    _, again = turn(state, at("2026-05-18"))

    assert again.events == ()
