"""Fuzzing: damaged input for every place where foreign bytes come in, by seed and time.

    python -m bench.fuzz --target mail|headers|command|ledger|remittance|configuration|answer|all
                         [--seconds 60] [--seed 1] [--engine own|atheris] [--finds bench/finds]

Takes sound inputs, damages them (bytes, lines, stretches repeated until they are large, two
spliced) and reads each under a deadline. A find, any error but the documented one, is written
to the folder of finds with the command that reruns it (`--input FILE`; `--only NUMBER` brings
an own input back by its number). Same seed, same inputs. `--engine atheris` lets the coverage
of the code guide the damage, where the package atheris is installed. `--out FILE` writes the
figures. The exit status is 1 if anything was found, 2 if it could not run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.fuzz_damage import damaged
from bench.fuzz_finds import DEADLINE_SECONDS, Outcome, Tally, attempt, keep, record, rerun
from bench.fuzz_targets import ROOT, TARGETS, Target

FINDS = Path(__file__).parent / "finds"
ALL = "all"
COUNT_MAX = 1_000_000_000
# What the guided engine may need beyond its time: to import, to load its seeds, to end.
GRACE_SECONDS = 300.0


def fuzz(
    target: Target, *, seconds: float, seed: int, finds: Path, numbers: Iterable[int], slow: int = 0
) -> Tally:
    """Try damaged inputs until the time or the numbers are over, and tell what was found.

    Args:
        target: What reads them.
        seconds: Time on the clock.
        seed: Of the damage.
        finds: The folder for what is found.
        numbers: The numbers of the inputs.
        slow: How many of the slowest inputs to print.
    """
    kit = target.kit()
    # The first reading loads tables and is not timed.
    attempt(target, kit.seeds[0])
    begun = time.monotonic()
    places: set[str] = set()
    slowest: list[tuple[float, int, int]] = []
    inputs, longest = 0, 0.0
    for number in numbers:
        if time.monotonic() - begun > seconds:
            break
        raw = damaged(number, seed, kit)
        outcome = attempt(target, raw)
        inputs, longest = inputs + 1, max(longest, outcome.seconds)
        slowest = sorted([*slowest, (outcome.seconds, outcome.octets, number)])[-max(slow, 1) :]
        if outcome.place:
            origin = f"Own engine, seed {seed}, number {number}, {len(raw)} octets"
            _tell(target, raw, outcome, finds, origin, is_new=outcome.place not in places)
            places.add(outcome.place)
    for taken, octets, number in reversed(slowest[-slow:] if slow else []):
        print(f"{taken * 1000:8.1f} ms  {octets:7d} octets  number {number}")
    return Tally(
        seconds=time.monotonic() - begun,
        inputs=inputs,
        finds=len(places),
        slowest_seconds=longest,
    )


def _tell(
    target: Target, raw: bytes, outcome: Outcome, finds: Path, origin: str, is_new: bool
) -> None:
    path = keep(finds, target, raw, outcome, origin)
    if is_new:
        print(f"FIND {target.name}: {outcome.place}\n{origin}")
        print(rerun(target, path) if path else f"one at this place is kept in {finds} already")


def guided(target: Target, *, seconds: float, seed: int, finds: Path) -> Tally:
    """Let Atheris run in a process of its own, which it ends as it likes."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench.fuzz_guided", target.name]
        command += [str(seconds), str(seed), str(finds.resolve()), str(figures)]
        try:
            ended = subprocess.run(
                command, cwd=ROOT, check=False, timeout=seconds + GRACE_SECONDS
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"FIND {target.name}: the guided engine did not end in time")
            ended = 1
        if ended == 0 and figures.exists():
            return Tally(**json.loads(figures.read_text("utf-8")))
        print(f"FIND {target.name}: the guided engine ended with {ended}; its input is in {finds}")
        return Tally(seconds=0.0, inputs=0, finds=1, slowest_seconds=0.0)


def again(target: Target, path: Path) -> int:
    """Try one file and print what becomes of it; the exit status."""
    outcome = attempt(target, path.read_bytes())
    print(
        outcome.report or "no find", f"{outcome.octets} octets, {outcome.seconds:.3f} s", sep="\n"
    )
    return 1 if outcome.place else 0


def main(arguments: Sequence[str] | None = None, targets: Sequence[Target] = TARGETS) -> int:
    """Run and print; returns the exit status."""
    asked = _asked(arguments, targets)
    chosen = [target for target in targets if asked.target in (ALL, target.name)]
    if asked.input is not None:
        return max(again(target, asked.input) for target in chosen)
    if asked.engine == "atheris" and importlib.util.find_spec("atheris") is None:
        print("the package atheris is not installed: take --engine own, or see .ci/nightly")
        return 2
    found = 0
    for target in chosen:
        if asked.engine == "atheris":
            tally = guided(target, seconds=asked.seconds, seed=asked.seed, finds=asked.finds)
        else:
            tally = fuzz(
                target,
                seconds=asked.seconds,
                seed=asked.seed,
                finds=asked.finds,
                numbers=range(asked.count) if asked.only is None else (asked.only,),
                slow=asked.slow,
            )
        found += tally.finds
        print(
            f"{target.name}, {asked.engine}, seed {asked.seed}: {tally.inputs} inputs in "
            f"{tally.seconds:.0f} s, {tally.finds} finds, "
            f"the slowest {tally.slowest_seconds:.2f} s (deadline {DEADLINE_SECONDS:.0f} s)",
            flush=True,
        )
        if asked.out is not None:
            record(asked.out, target.name, asked.engine, tally)
    return 1 if found else 0


def _asked(arguments: Sequence[str] | None, targets: Sequence[Target]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    names = [*(target.name for target in targets), ALL]
    parser.add_argument("--target", choices=names, required=True)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--count", type=int, default=COUNT_MAX, help="inputs at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("own", "atheris"), default="own")
    parser.add_argument("--finds", type=Path, default=FINDS, help="the folder for what is found")
    parser.add_argument("--slow", type=int, default=3, help="how many of the slowest to print")
    parser.add_argument("--out", type=Path, default=None, help="a JSON file for the figures")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--only", type=int, default=None, help="the one input of this number")
    one.add_argument("--input", type=Path, default=None, help="the one input of this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    # pypdf tells each fault of a broken file to the log.
    logging.disable(logging.CRITICAL)
    sys.exit(main())
