"""Limits: from where on a reading is certain, set by the price of each error.

    python -m bench.limits [--write]

Reads the replies held out once without limits, by networks that have not learnt them
(`bench.unseen`), then looks for the limits under which the value
is greatest: a mail rightly kept from a human earns 1, one wrongly kept costs 16, a dangerous
one 60. Traps are many among these replies; they count as if they were a fifth of the mail. What
is printed first is found crosswise: limits set on four fifths, counted on the
fifth. `--write` puts both kinds into `bench/limits.json`: those set on all go into the model by
`bench.train`, the others into the report of `bench.evaluate`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.check_replies import FOLDER, GROUPS_FILE, Example, examples
from bench.examples import Floats, held_out
from bench.figures import Case, danger, names, primary
from bench.lessons import FOLDS, folds
from bench.train import LIMITS_FILE
from bench.unseen import unseen
from parsers.classifier import TrainedClassifier, load_classifier
from parsers.deciding import pressures
from parsers.opinion import Judge, Limits, Opinion
from parsers.predictions import prediction
from parsers.reading import Intent
from parsers.record import read_record

WRONG, DANGEROUS = 16.0, 60.0
PROMISE = list(Intent).index(Intent.PROMISE_TO_PAY)
PROMISE_MARGIN_MIN = 0.4
HARD, HARD_SHARE = 3, 0.2
ENOUGH = 30
OPEN = Limits(
    margins=(0.0,) * len(Intent), second_min=0.0, grave_max=1.1, clause_max=1.1, human_max=1.1
)
GRID: dict[str, tuple[float, ...]] = {
    "margin": (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6),
    "second_min": (0.0, 0.02, 0.03, 0.05, 0.08, 0.12),
    "grave_max": (0.1, 0.15, 0.2, 0.25, 0.3, 0.4),
    "clause_max": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97),
    # Below it a plain "we will pay by 12 June" would go to a human.
    "human_max": (0.4, 0.45, 0.5),
}
MARGINS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)


@dataclass(slots=True)
class Open:
    """A judge that keeps the last opinion of another, without its limits."""

    reader: Judge
    last: Opinion | None = None

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the opinion with open limits."""
        self.last = replace(self.reader.judge(text, clauses), limits=OPEN)
        return self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Records read without limits, an array each [records].

    `worth` is what a record earns if it is kept, `weight` what it counts for; `is_open` False
    where something else than a limit brings a human. The rest are the pressures that limits look
    at, `best` as the place of the leading label; NaN for a record that no trained reader judged.
    """

    names: tuple[str, ...]
    worth: Floats
    weight: Floats
    is_open: NDArray[np.bool_]
    best: NDArray[np.int64]
    margin: Floats
    second: Floats
    grave: Floats
    spoken: Floats
    human: Floats

    def kept(self, limits: Limits) -> NDArray[np.bool_]:
        """Return which records these limits leave without a doubt."""
        doubted = (
            (self.margin < np.array(limits.margins)[self.best])
            | (self.second < limits.second_min)
            | (self.grave >= limits.grave_max)
            | (self.spoken >= limits.clause_max)
            | (self.human >= limits.human_max)
        )
        return self.is_open & ~doubted

    def value(self, limits: Limits, among: NDArray[np.bool_]) -> float:
        """Return what the kept records are worth together."""
        chosen = self.kept(limits) & among
        return float((self.worth * self.weight)[chosen].sum())


def read_open(found: Sequence[Example], reader: Judge) -> Reads:
    """Read records without limits."""
    worth: list[float] = []
    is_open: list[bool] = []
    best: list[int] = []
    rows: list[tuple[float, ...]] = []
    for one in found:
        listener = Open(reader)
        reading = read_record(one.record, listener)
        case = Case(record=one.record, gold=one.gold, found=prediction(reading, one.identifier))
        is_right = primary(names(case.gold["intents"])) == primary(names(case.found["intents"]))
        earned = 1.0 if is_right and not case.gold["needs_human"] else -WRONG
        worth.append(-DANGEROUS if danger(case) else earned)
        is_open.append(not reading.needs_human)
        if listener.last is None:
            best.append(0)
            rows.append((np.nan,) * 5)
            continue
        told = pressures(tuple(one.intent for one in reading.statements), listener.last)
        best.append(list(Intent).index(told.best))
        grave, spoken = (pair[1] if pair else 0.0 for pair in (told.grave, told.spoken))
        rows.append((told.margin, told.second, grave, spoken, told.human))
    is_hard = np.array([one.record.get("difficulty") == HARD for one in found])
    shares = (1 - HARD_SHARE, HARD_SHARE)
    means = [
        share / max(float((is_hard == kind).mean()), 1e-9) for kind, share in enumerate(shares)
    ]
    columns = np.array(rows, dtype=np.float32).T
    return Reads(
        names=tuple(one.identifier for one in found),
        worth=np.array(worth, dtype=np.float32),
        weight=np.where(is_hard, means[1], means[0]).astype(np.float32),
        is_open=np.array(is_open),
        best=np.array(best),
        margin=columns[0],
        second=columns[1],
        grave=columns[2],
        spoken=columns[3],
        human=columns[4],
    )


def _variants(limits: Limits, labels: Sequence[int]) -> Iterator[Limits]:
    for name, values in GRID.items():
        if name == "margin":
            for margin in values:
                yield replace(limits, margins=(margin,) * len(Intent))
            continue
        for each in values:
            match name:
                case "second_min":
                    yield replace(limits, second_min=each)
                case "grave_max":
                    yield replace(limits, grave_max=each)
                case "clause_max":
                    yield replace(limits, clause_max=each)
                case _:
                    yield replace(limits, human_max=each)
    for label in labels:
        for margin in MARGINS:
            # What is booked as a promise stops reminders: it is never a close call.
            if label == PROMISE and margin < PROMISE_MARGIN_MIN:
                continue
            row = list(limits.margins)
            row[label] = margin
            yield replace(limits, margins=tuple(row))


def best_limits(found: Reads, among: NDArray[np.bool_], start: Limits) -> Limits:
    """Climb from `start` to the limits of greatest value over the records `among`, one figure at
    a time; a label that leads fewer than 30 of them keeps the common margin."""
    counts = np.bincount(found.best[found.is_open & among], minlength=len(Intent))
    labels = [place for place, count in enumerate(counts) if count >= ENOUGH]
    best, most = start, found.value(start, among)
    while True:
        grown = max(_variants(best, labels), key=lambda one: found.value(one, among))
        worth = found.value(grown, among)
        if worth <= most:
            return best
        best, most = grown, worth


def summary(found: Reads, kept: NDArray[np.bool_]) -> str:
    """Return how many are kept, and how many of these rightly, in a sentence."""
    right = kept & (found.worth > 0)
    grave = int((kept & (found.worth <= -DANGEROUS)).sum())
    share = 100 * found.weight[right].sum() / max(float(found.weight[kept].sum()), 1e-9)
    return (
        f"{kept.sum()} of {len(kept)} kept, {right.sum()} rightly, {grave} dangerously;"
        f" traps a fifth: {100 * (found.weight * kept).sum() / len(kept):.1f}% kept,"
        f" {share:.1f}% of them rightly"
    )


def shape(limits: Limits) -> dict[str, object]:
    """Return limits as an object of `bench/limits.json`."""
    return {
        "margins": {i.value: m for i, m in zip(Intent, limits.margins, strict=True)},
        "second_min": limits.second_min,
        "grave_max": limits.grave_max,
        "clause_max": limits.clause_max,
        "human_max": limits.human_max,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Find limits; 0 done, 1 without a model."""
    arguments = argparse.ArgumentParser(prog="bench.limits", description=__doc__)
    arguments.add_argument("--write", action="store_true")
    chosen = arguments.parse_args(argv)
    reader: TrainedClassifier | None = load_classifier()
    if reader is None:
        sys.stderr.write("There is no model to set limits for.\n")
        return 1
    aside = held_out()
    kept_aside = [one for one in examples() if one.identifier in aside]
    found = read_open(kept_aside, unseen(reader))
    groups = [line.split() for line in (FOLDER / GROUPS_FILE).read_text("utf-8").splitlines()]
    drawn = folds(found.names, groups)
    start = replace(OPEN, margins=(0.4,) * len(Intent), second_min=0.05, grave_max=0.2)
    start = replace(start, clause_max=0.8, human_max=0.4)
    crosswise = np.zeros(len(drawn), dtype=bool)
    each: list[Limits] = []
    for fold in range(FOLDS):
        each.append(best_limits(found, drawn != fold, start))
        crosswise |= found.kept(each[-1]) & (drawn == fold)
    sys.stdout.write(f"crosswise: {summary(found, crosswise)}\n")
    limits = best_limits(found, np.ones(len(drawn), dtype=bool), start)
    sys.stdout.write(f"on all: {summary(found, found.kept(limits))}\n")
    stored = {"limits": shape(limits), "crosswise": [shape(one) for one in each]}
    sys.stdout.write(json.dumps(stored["limits"], indent=1) + "\n")
    if chosen.write:
        LIMITS_FILE.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
