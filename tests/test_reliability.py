"""The ledger of promises and threats says what is so, and passes nothing over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.reliability import (
    LEDGER,
    PROMISES,
    REPORT,
    RESULTS,
    THREATS,
    LedgerFault,
    State,
    read_ledger,
    report,
)

GOOD = LEDGER.read_text("utf-8")
REACHED = """
name = "x"
bar = "x"
state = "reached"
figure = "0 lost"
measured_on = 2026-11-28
commands = ["python -m bench.planning"]
"""
BOUND = """
name = "x"
bar = "x"
result = "kills.json"
figure = "{kills.receiving} kills, {lost} lost"
measured_on = 2026-11-28
at_least = { "kills.receiving" = 1000 }
at_most = { lost = 0 }
commands = ["python -m bench.planning"]
"""


def ledger(first: str) -> str:
    """Return a ledger of reached rows, but for the first promise."""
    rows = [f"[promise.{key}]{REACHED}" for key in PROMISES[1:]]
    rows += [f"[threat.{key}]{REACHED}" for key in THREATS]
    return f"[promise.1]{first}" + "".join(rows)


def test_the_report_is_what_the_command_writes() -> None:
    """Who changed a row or measured anew runs `python -m bench.reliability`."""
    written = report(read_ledger(GOOD, RESULTS))

    assert written == REPORT.read_text("utf-8")


def test_every_row_of_the_bar_has_its_place() -> None:
    """Promises, threats and the simulation stand in the report, each once and with its state."""
    found = read_ledger(GOOD, RESULTS)
    headings = [line for line in REPORT.read_text("utf-8").splitlines() if line.startswith("### ")]

    assert 31 == len(found.promise)
    assert 20 == len(found.threat)
    assert 52 == len(set(headings))
    assert all(line.endswith((": reached", ": not yet")) for line in headings)


@pytest.mark.parametrize("key", ["promise.13", "threat.redos"])
def test_a_row_that_is_passed_over_is_missed(key: str) -> None:
    """A ledger without one of the rows is refused and says which."""
    room, _, name = key.partition(".")
    before, _, rest = ledger(REACHED).partition(f"[{key}]")
    shorter = before + rest.removeprefix(REACHED)

    with pytest.raises(LedgerFault, match=f"^{room} {name} is passed over$"):
        read_ledger(shorter, RESULTS)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("bench.planning", "bench.nothing", "there is no module bench.nothing"),
        ("python -m bench.planning", "run.py dun", "run.py has no command dun"),
        (
            "python -m bench.planning",
            "DULY_FULL=1 pytest tests/test_tidy.py::test_x",
            "tests/test_tidy.py has no test_x",
        ),
        ("python -m bench.planning", "pytest tests/none.py", "there is no tests/none.py"),
        ("python -m bench.planning", "make test", "is no command that is known here"),
        ('figure = "0 lost"\n', "", "without a figure, a command or the day"),
        ("measured_on = 2026-11-28\n", "", "without a figure, a command or the day"),
        ('state = "reached"', 'state = "not yet"', "gives no reason"),
        ('state = "reached"\n', "", "neither a state nor a result"),
        ('state = "reached"', 'state = "nearly"', "nearly"),
        ("[promise.1]", "[promise.0]", "promise 0 is not in the bar"),
    ],
)
def test_a_claim_that_nothing_bears_is_refused(old: str, new: str, fault: str) -> None:
    """A test that is gone, a figure without its command, a lack without its reason: all told."""
    with pytest.raises(LedgerFault) as raised:
        read_ledger(ledger(REACHED).replace(old, new, 1), RESULTS)

    assert fault in str(raised.value)


def test_what_was_simulated_is_held_to_the_same() -> None:
    """Seeds that were played are claimed with their figure alone."""
    claimed = REACHED.replace('figure = "0 lost"', 'figure = ""')
    with pytest.raises(LedgerFault, match=r"^simulation is reached without a figure"):
        read_ledger(f"{ledger(REACHED)}[simulation]{claimed}", RESULTS)


@pytest.mark.parametrize(
    ("kills", "lost", "state", "reason"),
    [
        (1000, 0, State.REACHED, ""),
        (400, 0, State.NOT_YET, "kills.receiving is 400, wanted is at least 1,000"),
        (1000, 1, State.NOT_YET, "lost is 1, wanted is at most 0"),
    ],
    ids=["the bar", "too few", "one lost"],
)
def test_a_result_decides_its_row(
    tmp_path: Path, kills: int, lost: int, state: State, reason: str
) -> None:
    """What a bench command wrote is the figure, and says by its bounds whether it is reached."""
    result = {"kills": {"receiving": kills}, "lost": lost}
    (tmp_path / "kills.json").write_text(json.dumps(result), "utf-8")
    row = read_ledger(ledger(BOUND), tmp_path).promise["1"]

    assert (state, reason) == (row.state, row.reason)
    assert f"{kills:,} kills, {lost} lost" == row.figure


def test_a_row_without_its_result_is_not_reached(tmp_path: Path) -> None:
    """Nothing measured is nothing claimed."""
    row = read_ledger(ledger(BOUND), tmp_path).promise["1"]

    assert (State.NOT_YET, "") == (row.state, row.figure)
    assert "bench/results/kills.json was not written yet" == row.reason


def test_a_value_that_was_not_measured_is_told(tmp_path: Path) -> None:
    """What the result does not hold is no zero: the row is not reached and says why."""
    (tmp_path / "kills.json").write_text('{"lost": 0}', "utf-8")
    row = read_ledger(ledger(BOUND), tmp_path).promise["1"]

    assert State.NOT_YET is row.state
    assert "kills.receiving is not measured, wanted is at least 1,000" == row.reason
    assert "not measured kills, 0 lost" == row.figure
