"""The guided engine: Atheris drives a target by the coverage of our code; run by `bench.fuzz`.

    python -m bench.fuzz_guided TARGET SECONDS SEED FINDS FIGURES

Half of the changes are our own damage, half are libFuzzer's. Finds are kept and the run goes
on; figures are written when the time is over. What it learnt stays below FINDS for the next
time. Atheris must come first: only modules that are imported after it are watched.
"""

from __future__ import annotations

import json
import logging
import os
import random
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import atheris

with atheris.instrument_imports(include=["daemon", "parsers"]):
    from bench.fuzz_damage import OCTETS_MAX, Kit, changed
    from bench.fuzz_finds import Tally, attempt, keep
    from bench.fuzz_targets import TARGETS, Target

# A stall in C code, which our own deadline cannot break, ends the run after this time.
STALL_SECONDS = 120


class Drive:
    """One run: gives each input to the target, keeps the finds, ends when the time is over."""

    def __init__(self, target: Target, seconds: float, seed: int, finds: Path, figures: Path):
        self.target = target
        self.kit: Kit = target.kit()
        self.seconds, self.seed = seconds, seed
        self.finds, self.figures = finds, figures
        self.places: set[str] = set()
        self.inputs, self.longest = 0, 0.0
        self.begun = time.monotonic()

    def one_input(self, raw: bytes) -> None:
        """Try an input that the engine made."""
        if time.monotonic() - self.begun > self.seconds:
            self.end()
        outcome = attempt(self.target, raw)
        self.inputs, self.longest = self.inputs + 1, max(self.longest, outcome.seconds)
        if outcome.place:
            origin = f"Guided engine, seed {self.seed}, {len(raw)} octets"
            path = keep(self.finds, self.target, raw, outcome, origin)
            if outcome.place not in self.places:
                print(f"FIND {self.target.name}: {outcome.place} ({path or 'kept before'})")
            self.places.add(outcome.place)

    def change(self, raw: bytes, octets_max: int, seed: int) -> bytes:
        """Change an input: with our own damage, or as the engine would."""
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return changed(raw, chance, self.kit)[:octets_max]
        return bytes(atheris.Mutate(raw, octets_max))

    def end(self) -> NoReturn:
        """Write the figures and leave: the engine itself never returns."""
        tally = Tally(
            seconds=time.monotonic() - self.begun,
            inputs=self.inputs,
            finds=len(self.places),
            slowest_seconds=self.longest,
        )
        self.figures.write_text(json.dumps(asdict(tally)), "utf-8")
        sys.stdout.flush()
        os._exit(0)


def main(arguments: list[str]) -> None:
    """Set the engine up and hand over to it."""
    name, seconds, seed, finds, figures = arguments
    target = next(target for target in TARGETS if target.name == name)
    drive = Drive(target, float(seconds), int(seed), Path(finds), Path(figures))
    learnt = drive.finds / "learnt" / name
    learnt.mkdir(parents=True, exist_ok=True)
    for place, sound in enumerate(drive.kit.seeds):
        (learnt / f"seed-{place}").write_bytes(sound)
    # Figures may be missing only where the engine itself was brought down.
    atheris.Setup(
        [
            "fuzz",
            f"-seed={seed}",
            f"-max_len={OCTETS_MAX}",
            f"-timeout={STALL_SECONDS}",
            f"-report_slow_units={STALL_SECONDS}",
            f"-artifact_prefix={drive.finds}/{name}-engine-",
            "-verbosity=0",
            str(learnt),
        ],
        drive.one_input,
        custom_mutator=drive.change,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(sys.argv[1:])
