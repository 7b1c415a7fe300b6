"""Rows that could not be read: what they hold back, and what they do not."""

from __future__ import annotations

import pytest

from daemon.core.feed import RowError
from daemon.core.model import ItemKind
from daemon.core.state import AccountState, Stage
from tests.core.test_ledger_change import feed, row, take

SOURCE = "open.csv"


def bad(line: int, *, account: str = "", number: str = "", source: str = SOURCE) -> RowError:
    """Return an error on a line; a named one set a whole row aside."""
    return RowError(
        source=source, line=line, column="open", sentence="no", account=account, number=number
    )


def stages(states: dict[str, AccountState]) -> dict[str, tuple[Stage, int]]:
    """Return each invoice's stage and how many holds rest on it."""
    state = states["main/4711"]
    return {
        entry.number: (
            entry.stage,
            sum(1 for hold in state.holds if hold.subject == entry.number),
        )
        for entry in state.sequences
    }


@pytest.mark.parametrize(
    ("errors", "b", "c"),
    [
        pytest.param(
            (bad(9, account="4711", number="B"),),
            (Stage.NOT_YET_DUE, 1),
            (Stage.CLOSED, 0),
            id="a named row holds its own invoice only",
        ),
        pytest.param(
            (bad(9),),
            (Stage.NOT_YET_DUE, 1),
            (Stage.NOT_YET_DUE, 1),
            id="a row without a name may be any of them",
        ),
        pytest.param(
            (bad(2),), (Stage.CLOSED, 0), (Stage.CLOSED, 0), id="a bad cell of a taken row"
        ),
        pytest.param(
            (bad(9, source="contacts.csv"),),
            (Stage.CLOSED, 0),
            (Stage.CLOSED, 0),
            id="a bad row of the contacts",
        ),
    ],
)
def test_one_bad_row_never_stops_the_others(
    errors: tuple[RowError, ...], b: tuple[Stage, int], c: tuple[Stage, int]
) -> None:
    """Only what may stand in an unreadable row is held; everything else missing is cleared."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100), row("B", 50, line=3), row("C", 30, line=4)))
    take(states, feed(row("A", 100), as_of="2026-02-11", errors=errors))

    assert {"A": (Stage.NOT_YET_DUE, 0), "B": b, "C": c} == stages(states)


@pytest.mark.parametrize("kind", [ItemKind.CREDIT_NOTE, ItemKind.PAYMENT])
def test_a_credit_that_may_still_stand_goes_on_counting(kind: ItemKind) -> None:
    """A credit in an unreadable row is not taken for used up: nobody is asked for too much."""
    states: dict[str, AccountState] = {}
    credit = row("P", -40, kind=kind, line=3)
    take(states, feed(row("A", 100), credit))
    take(states, feed(row("A", 100), as_of="2026-02-11", errors=(bad(9),)))
    kept = states["main/4711"].item("P")
    take(states, feed(row("A", 100), as_of="2026-02-12"))
    gone = states["main/4711"].item("P")

    assert kept is not None and gone is not None
    assert (-4000, True, 0, False) == (
        kept.open.minor,
        kept.is_listed,
        gone.open.minor,
        gone.is_listed,
    )


def test_rows_set_aside_do_not_count_as_gone_for_the_guard() -> None:
    """An export with ten rows that cannot be read is not one from which ten rows are missing."""
    states: dict[str, AccountState] = {}
    rows = [row(f"N{number:02}", 100, line=number + 2) for number in range(12)]
    take(states, feed(*rows))
    errors = tuple(bad(known.line, account="4711", number=known.number) for known in rows[6:])
    result = take(states, feed(*rows[:6], as_of="2026-02-11", errors=errors))

    assert result.refusal is None
