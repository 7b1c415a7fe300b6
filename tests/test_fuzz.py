"""The fuzzer: each target reads damaged input cleanly, and a crash in it would be found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.fuzz import fuzz, main
from bench.fuzz_damage import ZIP_MAGIC, Kit, damaged, inside
from bench.fuzz_finds import PastDeadline, Tally, attempt, record
from bench.fuzz_targets import TARGETS, Target
from daemon.errors import DulyError
from tests.threats.counts import count

NAMES = [target.name for target in TARGETS]
INPUTS = count(200, 2_000)
FOREVER = 3_600.0
PLANTED_EVERY = 5


def with_planted_crash(target: Target) -> Target:
    """Return a target that fails at inputs whose size divides by five, and reads none."""

    def run(raw: bytes) -> None:
        if len(raw) % PLANTED_EVERY == 0:
            raise ZeroDivisionError("planted")

    return replace(target, run=run)


def failing_with(error: BaseException) -> Callable[[bytes], object]:
    def run(raw: bytes) -> None:
        raise error

    return run


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_damaged_input_is_read_without_an_error(target: Target, tmp_path: Path) -> None:
    """Two hundred damaged inputs of each target end as its documentation says."""
    tally = fuzz(target, seconds=FOREVER, seed=15, finds=tmp_path, numbers=range(INPUTS))

    assert (INPUTS, 0, []) == (tally.inputs, tally.finds, [*tmp_path.iterdir()])


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_sound_input_is_accepted(target: Target) -> None:
    """The first seed of each target is read to its end: damage starts from what is whole."""
    outcome = attempt(replace(target, errors=()), target.kit().seeds[0])

    assert "" == outcome.report


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_a_planted_crash_is_found_and_found_again(
    target: Target, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run fails, keeps one input for the place, and the command beside it fails the same."""
    broken = with_planted_crash(target)
    asked = ["--target", target.name, "--finds", str(tmp_path), "--seed", "3"]
    status = main([*asked, "--count", "40"], [broken])
    (kept,) = tmp_path.glob("*.input")
    told = kept.with_suffix(".txt").read_text("utf-8")
    words = next(line for line in told.splitlines() if line.startswith("Rerun: ")).split()
    capsys.readouterr()
    again = main(words[words.index("bench.fuzz") + 1 :], [broken])
    mended = main(words[words.index("bench.fuzz") + 1 :], [replace(target, run=len)])

    assert (1, 1, 0) == (status, again, mended)
    assert "ZeroDivisionError: planted" in told
    assert "ZeroDivisionError: planted" in capsys.readouterr().out


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_the_number_of_a_find_brings_its_input_back(target: Target) -> None:
    """Same seed and number, same bytes: for text as for a workbook damaged inside."""
    first = [damaged(number, 7, target.kit()) for number in range(8)]
    second = [damaged(number, 7, target.kit()) for number in range(8)]

    assert first == second
    assert len(set(first)) > 4


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_only_the_documented_errors_are_no_finds(target: Target) -> None:
    """What a function says it may raise is an answer; its parent or a neighbour is a find."""
    others = (ValueError("x"), RecursionError("x"), MemoryError("x"), DulyError("x"))

    for error in target.errors:
        assert "" == attempt(replace(target, run=failing_with(error("said"))), b"").place
    for other in others:
        place = attempt(replace(target, run=failing_with(other)), b"").place
        assert place.startswith(f"{type(other).__name__} at test_fuzz.py:")


def test_a_hang_is_a_find() -> None:
    """An input over its deadline is ended, even inside code that swallows errors."""

    def hang(raw: bytes) -> None:
        while True:
            try:
                sum(range(1_000))
            except Exception:  # noqa: BLE001 - the point: this must not hold the deadline back
                continue

    outcome = attempt(replace(TARGETS[0], run=hang), b"", seconds_max=0.05)

    assert PastDeadline.__name__ == outcome.place
    assert outcome.seconds < 5


def test_a_workbook_is_damaged_inside() -> None:
    """Its archive stays sound, so that the damage comes as far as the reader of sheets."""
    kit = next(target for target in TARGETS if target.name == "ledger").kit()
    sheet = next(seed for seed in kit.seeds if seed.startswith(ZIP_MAGIC))
    changed = [inside(sheet, random.Random(number), kit) for number in range(20)]

    assert all(one.startswith(ZIP_MAGIC) for one in changed)
    assert len({*changed, sheet}) > 10


def test_a_broken_archive_is_left_alone() -> None:
    """What cannot be opened is damaged as bytes next time, not given up with an error."""
    kit = Kit(seeds=(ZIP_MAGIC,))

    assert ZIP_MAGIC + b"x" == inside(ZIP_MAGIC + b"x", random.Random(1), kit)


def test_figures_of_engines_and_targets_stand_side_by_side(tmp_path: Path) -> None:
    """The least time counts, and a target that was not run has none."""
    path = tmp_path / "fuzz.json"
    tally = Tally(seconds=3_600.04, inputs=10, finds=0, slowest_seconds=0.5)
    for target in TARGETS:
        record(path, target.name, "own", tally)
    record(path, "mail", "atheris", replace(tally, finds=2))
    figures = json.loads(path.read_text("utf-8"))

    assert (3600.0, 10 * len(TARGETS), 0) == tuple(
        figures["own"][name] for name in ("least_seconds", "inputs", "finds")
    )
    assert (0, 2) == (figures["atheris"]["least_seconds"], figures["atheris"]["finds"])


def test_without_the_guided_engine_its_lack_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Atheris is no dependency: who asks for it without having it gets a sentence."""
    if find_spec("atheris") is not None:
        pytest.skip("atheris is installed here")
    status = main(["--target", "mail", "--engine", "atheris"])

    assert 2 == status
    assert "atheris is not installed" in capsys.readouterr().out
