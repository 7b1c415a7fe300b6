"""What the fuzzer looks at and keeps: one input tried, and a find written with its way back.

A find is any error that is not the target's documented one, or an input that takes longer than
the deadline of the parser process. Of finds at one place of the code the first is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from bench.fuzz_targets import TARGETS, Target

DEADLINE_SECONDS = 10.0


class PastDeadline(BaseException):
    """The input took too long; no `except Exception` on the way may swallow that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one input: octets, seconds of processor time, and the find if it is one.

    `place` is the error's type with file and line, empty where all is well.
    """

    octets: int
    seconds: float
    place: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A run of one target: seconds on the clock, inputs read, finds by place, slowest seconds."""

    seconds: float
    inputs: int
    finds: int
    slowest_seconds: float


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `PastDeadline` after so many seconds of processor time; main thread only."""

    def end(number: int, frame: FrameType | None) -> None:
        raise PastDeadline(f"more than {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def attempt(target: Target, raw: bytes, seconds_max: float = DEADLINE_SECONDS) -> Outcome:
    """Give a target one input; a find is kept, not raised."""
    begun = time.process_time()
    place = report = ""
    try:
        with deadline(seconds_max):
            target.run(raw)
    except target.errors:
        place = ""
    except (Exception, PastDeadline) as error:  # noqa: BLE001 - a fuzzer looks for any error
        place, report = _place(error), "".join(traceback.format_exception(error, limit=-8))
    return Outcome(octets=len(raw), seconds=time.process_time() - begun, place=place, report=report)


def _place(error: BaseException) -> str:
    """Name the error and the innermost line of our own code; a hang only by its name."""
    if isinstance(error, PastDeadline):
        return "PastDeadline"
    frames = traceback.extract_tb(error.__traceback__)
    root = str(Path(__file__).resolve().parent.parent)
    ours = [
        frame
        for frame in frames
        if frame.filename.startswith(root) and "site-packages" not in frame.filename
    ]
    frame = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def keep(folder: Path, target: Target, raw: bytes, outcome: Outcome, origin: str) -> Path | None:
    """Write a find: its bytes, and beside them what happened and the way to rerun it.

    Args:
        folder: Where finds lie; made where it is not there.
        target: The target.
        raw: The input.
        outcome: What became of it.
        origin: Which engine, seed and number made it.

    Returns:
        The file with the bytes; None where a find at this place is kept already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = hashlib.sha256(outcome.place.encode()).hexdigest()[:12]
    path = folder / f"{target.name}-{place}.input"
    if path.exists():
        return None
    path.write_bytes(raw)
    path.with_suffix(".txt").write_text(
        f"{outcome.place}\n{origin}\nRerun: {rerun(target, path)}\n\n{outcome.report}", "utf-8"
    )
    return path


def rerun(target: Target, path: Path) -> str:
    """Return the command that tries a kept input again."""
    return f".venv/bin/python -m bench.fuzz --target {target.name} --input {path}"


def record(path: Path, target: str, engine: str, tally: Tally) -> None:
    """Put a run's figures into a result file, beside those of other targets and engines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        runs = json.loads(text)["runs"] if text else {}
        rounded = {name: round(figure, 1) for name, figure in asdict(tally).items()}
        runs.setdefault(engine, {})[target] = rounded
        figures = {"measured_on": f"{datetime.now(UTC):%Y-%m-%d}", "runs": runs}
        figures |= {name: _summed(found) for name, found in runs.items()}
        file.truncate(0)
        file.write(json.dumps(figures, indent=1, sort_keys=True) + "\n")


def _summed(runs: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Sum an engine's runs up; a target that was not run had no seconds."""
    seconds = [runs[each.name]["seconds"] if each.name in runs else 0 for each in TARGETS]
    summed = {name: sum(run[name] for run in runs.values()) for name in ("inputs", "finds")}
    slowest = max(run["slowest_seconds"] for run in runs.values())
    return {"least_seconds": min(seconds), "slowest_seconds": slowest, **summed}
