"""Learning on the spot: `python -m bench.refit --examples CORRECTED.jsonl --models FOLDER`.

Fits the head on n-grams again with a site's own corrected replies, each counting three times
but all of them never more than three tenths of the whole; the encoder stays. Before and after are
compared on the replies held out; a model that is worse is not activated. The last five are kept
in numbered directories; the file `active` names the one in use. Nothing leaves the machine.

A corrected reply is one JSON object a line: `{"body": text, "intents": [labels]}`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.check_replies import Example, examples
from bench.examples import Examples, Floats, held_out, load, target_of, text_of
from bench.learning import fit, kernel, rarity_of, rows_of, weights_of
from bench.train import STEPS_MAX, WORDS_STRENGTH, save_heads
from parsers.classifier import (
    HEADS_FILE,
    LABELS,
    TrainedClassifier,
    load_classifier,
)

LOCAL_WEIGHT, LOCAL_SHARE_MAX = 3.0, 0.3
KEPT = 5
LOSS_MAX = 0.002
ACTIVE_FILE = "active"
LABEL_MIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well the labels are read: mean F1 over the labels, share of best labels right."""

    macro: float
    best_right: float


def local_examples(path: Path) -> list[Example]:
    """Return a site's corrected replies.

    Raises:
        ValueError: A line is no object with `body` and `intents`.
    """
    found: list[Example] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        if not isinstance(row, dict) or not row.get("body") or not row.get("intents"):
            raise ValueError(f"line {number}: a corrected reply needs body and intents")
        record = {"id": f"local{number}", "body": row["body"], "gold": {"intents": row["intents"]}}
        found.append(Example(file="local", record=record))
    return found


def score_of(reader: TrainedClassifier, texts: Sequence[str], targets: Floats) -> Score:
    """Read the texts and compare with their labels."""
    outputs = np.stack([reader.outputs(text)[0][:LABELS] for text in texts])
    wanted = targets[:, :LABELS] > LABEL_MIN
    best = outputs.argmax(axis=1)
    found = outputs >= LABEL_MIN
    found[np.arange(len(found)), best] = True
    both = (found & wanted).sum(axis=0)
    whole = found.sum(axis=0) + wanted.sum(axis=0)
    told = wanted.any(axis=0)
    return Score(
        macro=float((2 * both[told] / np.maximum(whole[told], 1)).mean()),
        best_right=float(wanted[np.arange(len(wanted)), best].mean()),
    )


def refitted(
    reader: TrainedClassifier, base: Examples, local: Sequence[Example]
) -> TrainedClassifier:
    """Return the reader with its head on n-grams fitted to base and local examples."""
    texts = [*base.texts, *(text_of(one) for one in local)]
    own = np.array([target_of(one) for one in local], dtype=np.float32)
    targets = np.concatenate([base.targets, own])
    counts = np.ones(len(texts), dtype=np.float32)
    most = LOCAL_SHARE_MAX / (1 - LOCAL_SHARE_MAX) * len(base.texts) / max(len(local), 1)
    counts[len(base.texts) :] = min(LOCAL_WEIGHT, most)
    rarity = rarity_of(texts)
    rows = rows_of(texts, rarity)
    weights, constants = weights_of(rows, fit(kernel(rows), targets, counts, WORDS_STRENGTH))
    steps = (np.maximum(np.abs(weights).max(axis=0), 1e-6) / STEPS_MAX).astype(np.float32)
    heads = replace(
        reader.heads,
        rarity=rarity,
        weights=np.rint(weights / steps).astype(np.int8),
        steps=steps,
        constants=constants,
    )
    return replace(reader, heads=heads)


def keep(reader: TrainedClassifier, models: Path) -> Path:
    """Write the model as the next of the folder, name it active, drop all but the last five."""
    numbers = sorted(int(one.name) for one in models.iterdir() if one.name.isdigit())
    target = models / str((numbers or [0])[-1] + 1)
    target.mkdir()
    save_heads(reader.heads, target / HEADS_FILE)
    (models / ACTIVE_FILE).write_text(target.name + "\n", encoding="utf-8")
    for number in numbers[: max(0, len(numbers) + 1 - KEPT)]:
        shutil.rmtree(models / str(number))
    return target


def main(argv: Sequence[str] | None = None) -> int:
    """Refit; 0 activated, 1 refused because it is worse, 2 without a model to start from."""
    arguments = argparse.ArgumentParser(prog="bench.refit", description=__doc__)
    arguments.add_argument("--examples", type=Path, required=True)
    arguments.add_argument("--models", type=Path, required=True)
    chosen = arguments.parse_args(argv)
    reader = load_classifier()
    if reader is None:
        sys.stderr.write("There is no model to start from.\n")
        return 2
    aside = held_out()
    kept = [one for one in examples() if one.identifier in aside]
    texts = [text_of(one) for one in kept]
    targets = np.array([target_of(one) for one in kept], dtype=np.float32)
    made = refitted(reader, load(), local_examples(chosen.examples))
    before, after = score_of(reader, texts, targets), score_of(made, texts, targets)
    for name, score in (("before", before), ("after", after)):
        sys.stdout.write(
            f"{name}: macro F1 {score.macro:.3f}, best label right {score.best_right:.3f}\n"
        )
    is_worse = after.macro < before.macro - LOSS_MAX
    if is_worse or after.best_right < before.best_right - LOSS_MAX:
        sys.stdout.write("It reads worse than before and is not activated.\n")
        return 1
    chosen.models.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"activated: {keep(made, chosen.models)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
