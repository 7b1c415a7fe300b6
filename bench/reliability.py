"""The ledger of promises and threats: `python -m bench.reliability` writes `reliability.md`.

Each row of the bar stands in `reliability.toml`: what is wanted, whether it is reached, the
figure, the day and the command that measures it. A row with a `result` takes its figure and its
state from a file that a bench command wrote to `bench/results`. Refused are a ledger without one
of the rows, with a test or module that is not there, a reached row without figure or command,
and an unreached one without its reason: nothing is passed over, nothing is claimed by hand that
a command cannot repeat.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from textwrap import fill

from pydantic import TypeAdapter, ValidationError

from daemon.cli.registry import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
LEDGER = Path(__file__).with_name("reliability.toml")
REPORT = Path(__file__).with_name("reliability.md")
RESULTS = Path(__file__).with_name("results")
PROMISES = tuple(str(number) for number in range(1, 32))
THREATS = (
    "spoofed_promise", "forged_results", "stolen_token", "spoofed_command", "rep_token_leak",
    "header_injection", "display_name", "template_injection", "html_injection", "redos",
    "parser_dos", "attachment_names", "bombs", "formula_injection", "mail_bomb", "backscatter",
    "secrets_in_logs", "tls_stripping", "prompt_injection", "homograph",
)  # fmt: skip
COLUMNS = 98
Number = int | float


class State(StrEnum):
    """Where a row stands."""

    REACHED = "reached"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One promise or threat.

    `figure` may name values of the result as `{name}` or `{name.inner}`; `at_least` and
    `at_most` bound them, and with a result they alone decide whether the row is reached.
    """

    name: str
    bar: str
    state: State | None = None
    figure: str = ""
    measured_on: date | None = None
    commands: tuple[str, ...] = ()
    note: str = ""
    reason: str = ""
    result: str = ""
    at_least: Mapping[str, Number] = field(default_factory=dict)
    at_most: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All rows, by number and by name, and what the simulation was played for."""

    promise: Mapping[str, Row]
    threat: Mapping[str, Row]
    simulation: Row | None = None

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield each row with the words that a fault names it by."""
        if self.simulation is not None:
            yield "simulation", self.simulation
        yield from ((f"promise {key}", row) for key, row in self.promise.items())
        yield from ((f"threat {key}", row) for key, row in self.threat.items())


class LedgerFault(ValueError):
    """The ledger says something that is not so; each line of the text is one fault."""


def read_ledger(text: str, results: Path, root: Path = ROOT) -> Ledger:
    """Read the ledger and fill in what the results say.

    Args:
        text: The TOML.
        results: The folder of the bench commands' results.
        root: The repository, in which tests and modules are looked for.

    Raises:
        LedgerFault: It is no ledger, or it has one of the faults of the module's law.
    """
    try:
        ledger = TypeAdapter(Ledger).validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise LedgerFault(str(error)) from error
    filled = Ledger(
        promise={key: measured(row, results) for key, row in ledger.promise.items()},
        threat={key: measured(row, results) for key, row in ledger.threat.items()},
        simulation=ledger.simulation and measured(ledger.simulation, results),
    )
    found = [*missing(filled), *faults(filled, root)]
    if found:
        raise LedgerFault("\n".join(found))
    return filled


def missing(ledger: Ledger) -> Iterator[str]:
    """Yield the rows that the bar has and the ledger has not, and the other way round."""
    for what, wanted, found in (
        ("promise", PROMISES, ledger.promise),
        ("threat", THREATS, ledger.threat),
    ):
        yield from (f"{what} {key} is passed over" for key in wanted if key not in found)
        yield from (f"{what} {key} is not in the bar" for key in found if key not in wanted)


def faults(ledger: Ledger, root: Path) -> Iterator[str]:
    """Yield what is wrong with single rows."""
    for name, row in ledger.rows():
        match row.state:
            case State.REACHED if not (row.figure and row.commands and row.measured_on):
                yield f"{name} is reached without a figure, a command or the day"
            case State.NOT_YET if not row.reason:
                yield f"{name} is not yet reached and gives no reason"
            case None:
                yield f"{name} has neither a state nor a result"
            case _:
                pass
        for command in row.commands:
            yield from (f"{name}: {fault}" for fault in command_faults(command, root))


# --- results ----------------------------------------------------------------------------------


def measured(row: Row, results: Path) -> Row:
    """Return the row with figure, state and reason from its result; unchanged without one."""
    if not row.result:
        return row
    path = results / row.result
    if not path.is_file():
        reason = row.reason or f"bench/results/{row.result} was not written yet"
        return replace(row, state=State.NOT_YET, figure="", reason=reason)
    result = json.loads(path.read_text("utf-8"))
    short = [*shortfalls(row, result)]
    figure = re.sub(r"\{([\w.]+)\}", lambda found: spoken(value(result, found[1])), row.figure)
    day = result.get("measured_on")
    return replace(
        row,
        state=State.NOT_YET if short else State.REACHED,
        figure=figure,
        measured_on=date.fromisoformat(day) if day else row.measured_on,
        reason="; ".join(short),
    )


def shortfalls(row: Row, result: object) -> Iterator[str]:
    """Yield the bounds that a result does not keep."""
    for words, bounds in (("at least", row.at_least), ("at most", row.at_most)):
        for key, bound in bounds.items():
            found = value(result, key)
            is_kept = isinstance(found, int | float) and (
                found >= bound if bounds is row.at_least else found <= bound
            )
            if not is_kept:
                yield f"{key} is {spoken(found)}, wanted is {words} {spoken(bound)}"


def value(result: object, key: str) -> object:
    """Return the value at a dotted name; None where it was not measured."""
    for name in key.split("."):
        if not isinstance(result, dict) or name not in result:
            return None
        result = result[name]
    return result


def spoken(found: object) -> str:
    """Return a value as the report writes it: thousands parted, no long fractions."""
    match found:
        case None:
            return "not measured"
        case bool() | str():
            return str(found)
        case int():
            return f"{found:,}"
        case float():
            return f"{found:,.2f}"
        case list() | dict():
            return f"{len(found):,}"
        case _:
            return str(found)


# --- commands ---------------------------------------------------------------------------------


def command_faults(command: str, root: Path) -> Iterator[str]:
    """Yield what a command names and the repository does not have."""
    words = [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z_]+=\S*", word)]
    match words:
        case ["python", "-m", module, *_]:
            if not (root / (module.replace(".", "/") + ".py")).is_file():
                yield f"there is no module {module}"
        case ["run.py", verb, *_]:
            if verb not in {one.name for one in COMMANDS}:
                yield f"run.py has no command {verb}"
        case ["pytest", *given] if any(word.startswith("tests/") for word in given):
            for node in (word for word in given if word.startswith("tests/")):
                yield from node_faults(node, root)
        case _:
            yield f"{command!r} is no command that is known here"


def node_faults(node: str, root: Path) -> Iterator[str]:
    """Yield whether the file or the function of a test is missing."""
    path, _, function = node.partition("::")
    if not (root / path).exists():
        yield f"there is no {path}"
    elif function and function not in functions(root / path):
        yield f"{path} has no {function}"


def functions(path: Path) -> set[str]:
    """Return the names of a module's functions."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }


# --- the report -------------------------------------------------------------------------------

HEAD = """\
# Promises and threats: what is reached, and what is not yet

Written by `python -m bench.reliability` from `bench/reliability.toml` and `bench/results`; never
by hand. Every row of the bar is here. `pytest` stands for `.venv/bin/python -m pytest` and
`run.py` for `python3 run.py`; with `DULY_FULL=1` a test runs at the count of the figure, without
it CI runs a smaller one. Machine, where nothing else is said: two shared cores, Linux, Python
3.11, Dovecot 2.3, PostgreSQL 15. Times were taken while other work ran beside.
"""


def report(ledger: Ledger) -> str:
    """Return the Markdown of the ledger."""
    promises, threats = list(ledger.promise.values()), list(ledger.threat.values())
    counted = (
        f"Reached: {reached(promises)} of {len(promises)} promises, "
        f"{reached(threats)} of {len(threats)} threats."
    )
    blocks = [HEAD + "\n" + counted]
    if ledger.simulation is not None:
        blocks += ["## Simulation", block(ledger.simulation.name, ledger.simulation)]
    blocks.append("## Promises")
    blocks += [block(f"{key}. {row.name}", row) for key, row in in_order(ledger.promise, PROMISES)]
    blocks.append("## Threats")
    blocks += [block(row.name, row) for _, row in in_order(ledger.threat, THREATS)]
    return "\n\n".join(blocks) + "\n"


def in_order(rows: Mapping[str, Row], order: Sequence[str]) -> list[tuple[str, Row]]:
    """Return the rows in the order of the bar."""
    return [(key, rows[key]) for key in order]


def reached(rows: Sequence[Row]) -> int:
    """Count the rows that are reached."""
    return sum(row.state is State.REACHED for row in rows)


def block(title: str, row: Row) -> str:
    """Return one row as a heading and a list."""
    day = f" ({row.measured_on.isoformat()})" if row.measured_on else ""
    lines = [
        f"### {title}: {row.state}",
        *bullet("Bar", row.bar),
        *bullet("Measured", f"{row.figure}{day}" if row.figure else ""),
        *bullet("Missing", row.reason),
        *bullet("Note", row.note),
        *(f"- `{command}`" for command in row.commands),
    ]
    return "\n".join(lines)


def bullet(name: str, text: str) -> list[str]:
    """Return a wrapped point of a list; none for an empty text."""
    if not text:
        return []
    wrapped = fill(
        f"- {name}: {text}",
        COLUMNS,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [wrapped]


def main() -> int:
    """Write the report, or print why it cannot be written; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it would differ")
    asked = parser.parse_args()
    try:
        written = report(read_ledger(LEDGER.read_text("utf-8"), RESULTS))
    except LedgerFault as fault:
        print(fault, file=sys.stderr)
        return 1
    if asked.check:
        return int(not REPORT.is_file() or REPORT.read_text("utf-8") != written)
    REPORT.write_text(written, "utf-8")
    print(f"written: {REPORT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
