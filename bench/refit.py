"""Learning on the spot: `python -m bench.refit --examples CORRECTED.jsonl --models FOLDER`.

What a site's own corrected replies teach comes on top of the packaged head on n-grams, beside a
sample of the packaged replies so that these are not forgotten; each correction counts three
times, all of them never more than three tenths of the whole. The encoder stays. Seconds. Before
and after are compared on the replies held out; a model that is worse is not activated. The last
five are kept in numbered directories; the file `active` names the one in use. Nothing leaves
the machine.

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
from bench.examples import Floats, held_out, target_of, text_of
from bench.learning import fit, kernel, rows_of, weights_of
from bench.train import STEPS_MAX, WORDS_STRENGTH, save_heads
from bench.unseen import Aside, replies_aside
from parsers.classifier import (
    HEADS_FILE,
    LABELS,
    Heads,
    TrainedClassifier,
    load_classifier,
)
from parsers.ngrams import Row, row_of

LOCAL_WEIGHT, LOCAL_SHARE_MAX = 3.0, 0.3
SAMPLE, BASE_WEIGHT, SEED = 1_000, 4.0, 5
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


def score_of(outputs: Floats, targets: Floats) -> Score:
    """Compare probabilities [n, labels] with targets [n, outputs]."""
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


def read_again(reader: TrainedClassifier, aside: Aside) -> Floats:
    """Return the mean of both heads over the replies held out; what the encoder says of them
    stands in the file."""
    words = np.stack([reader.by_words(text) for text in aside.texts])
    share = np.float32(reader.heads.share)
    return (share * aside.meaning + (1 - share) * words)[:, :LABELS].astype(np.float32)


def sample(seed: int = SEED) -> list[Example]:
    """Return the packaged replies that stand for all, none of them held out."""
    aside = held_out()
    kept = [one for one in examples() if one.identifier not in aside]
    drawn = np.random.default_rng(seed).permutation(len(kept))[:SAMPLE]
    return [kept[place] for place in sorted(drawn.tolist())]


def logits_of(heads: Heads, rows: Sequence[Row]) -> Floats:
    """Return what the head on n-grams says of each row, before any curve."""
    said = [values @ heads.weights[buckets].astype(np.float32) for buckets, values in rows]
    return (np.stack(said) * heads.steps + heads.constants).astype(np.float32)


def refitted(
    reader: TrainedClassifier, base: Sequence[Example], local: Sequence[Example]
) -> TrainedClassifier:
    """Return the reader with what base and local examples teach on top of its n-grams."""
    texts = [text_of(one) for one in (*base, *local)]
    targets = np.array([target_of(one) for one in (*base, *local)], dtype=np.float32)
    counts = np.full(len(texts), BASE_WEIGHT, dtype=np.float32)
    most = LOCAL_SHARE_MAX / (1 - LOCAL_SHARE_MAX) * BASE_WEIGHT * len(base) / max(len(local), 1)
    counts[len(base) :] = min(LOCAL_WEIGHT, most)
    rarity = reader.heads.rarity.copy()
    for text in texts[len(base) :]:
        for buckets, _ in row_of(text):
            # Words that no packaged reply has are as rare as can be.
            rarity[buckets] = np.where(rarity[buckets] > 0, rarity[buckets], rarity.max())
    rows = rows_of(texts, rarity)
    said = logits_of(reader.heads, rows)
    # The packaged replies ask for nothing but to be read as before.
    targets[: len(base)] = 1.0 / (1.0 + np.exp(-said[: len(base)]))
    mix = fit(kernel(rows), targets, counts, WORDS_STRENGTH, said)
    more, constants = weights_of(rows, mix)
    weights = reader.heads.weights.astype(np.float32) * reader.heads.steps + more
    steps = (np.maximum(np.abs(weights).max(axis=0), 1e-6) / STEPS_MAX).astype(np.float32)
    heads = replace(
        reader.heads,
        rarity=rarity,
        weights=np.rint(weights / steps).astype(np.int8),
        steps=steps,
        constants=(reader.heads.constants + constants).astype(np.float32),
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
    aside = replies_aside()
    made = refitted(reader, sample(), local_examples(chosen.examples))
    before = score_of(read_again(reader, aside), aside.targets)
    after = score_of(read_again(made, aside), aside.targets)
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
