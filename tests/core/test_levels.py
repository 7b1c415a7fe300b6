"""Which level comes next, and when: derived from facts, date and letters accepted."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.core.calendar import calendar_of
from daemon.core.levels import LevelDue, next_level, procedure_of
from daemon.core.model import Item
from daemon.core.procedure import Level, parse_anchor
from daemon.core.state import Advance, Hold, HoldReason, Sequence, Stage
from tests.core.builders import (
    day,
    default_facts,
    default_policy,
    default_procedure,
    hold,
    invoice,
    level,
)

GERMAN = calendar_of("DE", "Europe/Berlin")
POLICY = default_policy()
ITEM = invoice("A", "2026-03-02", 100)


def derive(
    *advances: tuple[str, str],
    today: str = "2026-03-01",
    item: Item = ITEM,
    holds: tuple[Hold, ...] = (),
    levels: tuple[Level, ...] = (),
    first_import_on: date | None = None,
    went_live_on: date | None = None,
    **changes: object,
) -> LevelDue | None:
    """Derive the next level of an invoice due 2026-03-02 (a Monday)."""
    done = tuple(Advance(level=name, on=day(on)) for name, on in advances)
    fields = {"stage": Stage.DUNNING, "advances": done} | changes
    entry = Sequence(number=item.number, **fields)  # type: ignore[arg-type]  # a shorthand
    procedure = default_procedure(levels=levels) if levels else default_procedure()
    return next_level(
        entry,
        item,
        holds,
        procedure,
        GERMAN,
        POLICY,
        today=day(today),
        first_import_on=first_import_on,
        went_live_on=went_live_on,
    )


def brief(found: LevelDue | None) -> tuple[str, str] | None:
    """Return name and date."""
    return None if found is None else (found.level.name, found.due_on.isoformat())


@pytest.mark.parametrize(
    ("advances", "today", "expected"),
    [
        pytest.param((), "2026-02-20", ("pre_due", "2026-02-23"), id="seven days before"),
        pytest.param((), "2026-03-02", ("pre_due", "2026-02-23"), id="late, but not overdue"),
        pytest.param((), "2026-03-03", ("inquiry", "2026-03-05"), id="no pre-due once overdue"),
        pytest.param(
            (("pre_due", "2026-02-23"),), "2026-02-24", ("inquiry", "2026-03-05"), id="due+3bd"
        ),
        pytest.param(
            (("inquiry", "2026-03-05"),), "2026-06-01", ("reminder", "2026-03-12"), id="no jump"
        ),
        pytest.param(
            (("reminder", "2026-03-12"),),
            "2026-03-12",
            ("firm_reminder", "2026-03-23"),
            id="a Sunday rolls forward",
        ),
    ],
)
def test_the_ladder_is_climbed_rung_by_rung(
    advances: tuple[tuple[str, str], ...], today: str, expected: tuple[str, str]
) -> None:
    """The next unsent level follows, never the one that age suggests."""

    assert expected == brief(derive(*advances, today=today))


def test_a_due_date_on_a_day_off_counts_as_the_next_business_day() -> None:
    """Due on a Saturday: three business days run from Monday."""
    found = derive(item=invoice("A", "2026-02-28", 100), today="2026-03-03")

    assert brief(found) == ("inquiry", "2026-03-05")


def test_the_hand_over_waits_for_the_pay_by_date() -> None:
    """Three business days after the date that the final notice set."""
    done = Advance(level="final_notice", on=day("2026-04-01"), letter="k", pay_by=day("2026-04-13"))
    found = derive(advances=(done,))

    assert brief(found) == ("hand_over", "2026-04-16")


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        pytest.param("2026-03-06", "2026-03-12", id="a short hold costs nothing"),
        pytest.param("2026-05-29", "2026-03-16", id="after a long hold the gap has run"),
    ],
)
def test_after_a_hold_the_gap_between_the_levels_counts(until: str, expected: str) -> None:
    """The later of the anchor and the last letter plus the gap; rest is not made up.

    The inquiry went late, on 2026-03-09; the gap from inquiry to reminder is seven days.
    """
    on = "2026-03-05" if until == "2026-03-06" else "2026-03-09"
    rest = hold(HoldReason.CONVERSATION, "A", until=until, since="2026-03-05")
    found = derive(("inquiry", on), holds=(rest,))

    assert ("reminder", expected) == brief(found)


def test_a_lifted_hold_counts_like_one_that_ended() -> None:
    """The day on which it was lifted is remembered."""
    found = derive(("inquiry", "2026-03-09"), rested_on=day("2026-03-20"))

    assert brief(found) == ("reminder", "2026-03-16")


def test_the_gap_runs_from_the_return_of_an_absent_reader() -> None:
    """Back on 2026-03-20: seven days from there."""
    found = derive(("inquiry", "2026-03-05"), gap_runs_from=day("2026-03-20"))

    assert brief(found) == ("reminder", "2026-03-27")


def test_a_broken_promise_makes_the_next_level_due_at_once() -> None:
    """Due on the day of the judgement, whatever the anchor says."""
    found = derive(("inquiry", "2026-03-05"), next_due_on=day("2026-03-09"))

    assert brief(found) == ("reminder", "2026-03-09")


def test_a_promise_broken_before_the_due_date_asks_for_nothing_yet() -> None:
    """Nobody is reminded of what is not overdue."""
    found = derive(("pre_due", "2026-02-23"), next_due_on=day("2026-02-25"), today="2026-02-25")

    assert brief(found) == ("inquiry", "2026-03-03")


def test_a_reps_level_comes_on_the_reps_day() -> None:
    """`level firm_reminder` is that level, on that day."""
    found = derive(entry_level="firm_reminder", next_due_on=day("2026-03-09"))

    assert brief(found) == ("firm_reminder", "2026-03-09")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"stage": Stage.CLOSED}, id="closed"),
        pytest.param({"stage": Stage.HANDED_OVER}, id="handed over"),
        pytest.param({"is_taken_on": False}, id="awaits the owner"),
    ],
)
def test_nothing_follows(changes: dict[str, object]) -> None:
    """A closed, handed-over or not yet taken-on invoice has no next level."""

    assert derive(**changes) is None  # type: ignore[arg-type]  # a shorthand


def test_notices_dated_before_the_first_import_never_run() -> None:
    """Imported on the 25th: the pre-due notice of the 23rd is not sent late."""
    found = derive(first_import_on=day("2026-02-25"), today="2026-02-25")

    assert brief(found) == ("inquiry", "2026-03-05")


@pytest.mark.parametrize(
    ("live", "today", "expected"),
    [
        pytest.param("2026-01-01", "2026-02-02", "delivery", id="new after go-live"),
        pytest.param("2026-01-01", "2026-02-09", "inquiry", id="issued more than 5 days ago"),
        pytest.param("2026-02-10", "2026-02-02", "inquiry", id="first seen before go-live"),
        pytest.param(None, "2026-02-02", "inquiry", id="not live"),
    ],
)
def test_a_delivery_is_for_new_invoices_only(live: str | None, today: str, expected: str) -> None:
    """First seen after go-live and issued at most five days ago."""
    levels = (level("delivery", "issue+0d", is_delivery=True), level("inquiry", "due+3bd"))
    item = invoice("A", "2026-03-02", 100, issued_on=day("2026-02-02"))
    found = derive(item=item, levels=levels, today=today, went_live_on=day(live) if live else None)

    assert found is not None
    assert expected == found.level.name


def test_a_level_no_longer_in_the_procedure_does_not_send_one_back() -> None:
    """After a change of procedure, levels dated before the last letter are behind."""
    found = derive(("old_name", "2026-03-13"))

    assert brief(found) == ("firm_reminder", "2026-03-23")


def test_previous_counts_from_the_last_letter() -> None:
    """`previous+10d` is ten days after the letter before."""
    levels = (level("inquiry", "due+3bd"), level("second", "previous+10d"))
    found = derive(("inquiry", "2026-03-05"), levels=levels)

    assert brief(found) == ("second", "2026-03-16")


def test_anchors_read_as_they_are_written() -> None:
    """An anchor prints as it was configured."""

    assert str(parse_anchor("final_notice.pay_by+3bd")) == "final_notice.pay_by+3bd"


def test_the_accounts_procedure_then_the_segments_then_the_default() -> None:
    """The most specific one that exists wins."""
    strict = default_procedure(name="strict")
    gentle = default_procedure(name="gentle")
    policy = default_policy(
        procedures=(default_procedure(), strict, gentle),
        procedure_of_segment=(("key", "gentle"),),
    )

    assert procedure_of(default_facts(procedure="strict", segment="key"), policy).name == "strict"
    assert procedure_of(default_facts(segment="key"), policy).name == "gentle"
    assert procedure_of(default_facts(procedure="none"), policy).name == "default"
