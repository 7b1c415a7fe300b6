"""Training of the heads: `python -m bench.train`, from the labelled replies to `heads.npz`.

A minute on one core, numpy alone, deterministic. The encoder and its head stay as they are
unless a fresh fine-tuning (`bench.finetune`) is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.examples import Examples, Floats, load
from bench.learning import fit, kernel, rarity_of, rows_of, tuned_of, weights_of
from parsers.classifier import (
    HEADS_FILE,
    LABELS,
    Heads,
    encoder_mark,
    load_heads,
    packaged_model,
)
from parsers.encoder import ENCODER_FILE, PIECES_FILE
from parsers.ngrams import Row
from parsers.opinion import Limits
from parsers.reading import Intent

MANIFEST_FILE = "MANIFEST.json"
LIMITS_FILE = Path(__file__).with_name("limits.json")
STEPS_MAX = 127.0
SHARE = 0.7
WORDS_STRENGTH = 12.0


def words_head(products: Floats, rows: Sequence[Row], targets: Floats) -> tuple[Floats, Floats]:
    """Return weights [buckets, outputs] and constants of the head on n-grams."""
    ones = np.ones(len(targets), dtype=np.float32)
    return weights_of(rows, fit(products, targets, ones, WORDS_STRENGTH))


def limits_from(stored: Mapping[str, Any]) -> Limits:
    """Return limits out of an object of `bench/limits.json`."""
    return Limits(
        margins=tuple(float(stored["margins"][intent.value]) for intent in Intent),
        second_min=float(stored["second_min"]),
        grave_max=float(stored["grave_max"]),
        clause_max=float(stored["clause_max"]),
        human_max=float(stored["human_max"]),
    )


def limits() -> Limits:
    """Return the limits that `bench.limits` has set on all replies held out."""
    return limits_from(json.loads(LIMITS_FILE.read_text(encoding="utf-8"))["limits"])


def crosswise_limits() -> list[Limits]:
    """Return for each fold the limits that were set on the others."""
    stored = json.loads(LIMITS_FILE.read_text(encoding="utf-8"))["crosswise"]
    return [limits_from(one) for one in stored]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The heads on the encoder: weights and constants for whole replies and for sentences."""

    weights: Floats
    constants: Floats
    part_weights: Floats
    part_constants: Floats


def meaning_of(model: Path, tuned: Sequence[Path]) -> Meaning:
    """Return the encoder's heads: of fresh fine-tunings the mean, else those that the model has."""
    if tuned:
        stored = tuned_of(tuned)
        return Meaning(
            weights=stored["head.w"],
            constants=stored["head.b"],
            part_weights=stored["parts.w"],
            part_constants=stored["parts.b"],
        )
    heads = load_heads(model / HEADS_FILE)
    return Meaning(
        weights=heads.encoder_weights,
        constants=heads.encoder_constants,
        part_weights=heads.part_weights,
        part_constants=heads.part_constants,
    )


def write_heads(found: Examples, meaning: Meaning, target: Path) -> None:
    """Fit the head on n-grams on all examples and write both heads."""
    rarity = rarity_of(found.texts)
    rows = rows_of(found.texts, rarity)
    weights, constants = words_head(kernel(rows), rows, found.targets)
    steps = (np.maximum(np.abs(weights).max(axis=0), 1e-6) / STEPS_MAX).astype(np.float32)
    heads = Heads(
        rarity=rarity,
        weights=np.rint(weights / steps).astype(np.int8),
        steps=steps,
        constants=constants.astype(np.float32),
        encoder_weights=meaning.weights,
        encoder_constants=meaning.constants,
        part_weights=meaning.part_weights,
        part_constants=meaning.part_constants,
        share=SHARE,
        limits=limits(),
        encoder=encoder_mark(target.parent),
    )
    save_heads(heads, target)


def save_heads(heads: Heads, target: Path) -> None:
    """Write heads as `load_heads` reads them."""
    one = heads.limits
    others = (one.second_min, one.grave_max, one.clause_max, one.human_max)
    np.savez_compressed(
        target,
        rarity=heads.rarity.astype(np.float16),
        weights=heads.weights,
        steps=heads.steps,
        constants=heads.constants,
        encoder_weights=heads.encoder_weights.astype(np.float32),
        encoder_constants=heads.encoder_constants.astype(np.float32),
        part_weights=heads.part_weights.astype(np.float32),
        part_constants=heads.part_constants.astype(np.float32),
        share=np.float32(heads.share),
        limits=np.array([*one.margins, *others], dtype=np.float32),
        encoder=np.array(heads.encoder),
    )


def write_manifest(model: Path) -> None:
    """Write the hashes of the model's files."""
    names = [n for n in (ENCODER_FILE, PIECES_FILE, HEADS_FILE) if (model / n).is_file()]
    found = {name: hashlib.sha256((model / name).read_bytes()).hexdigest() for name in names}
    text = json.dumps({"labels": LABELS, "sha256": found}, indent=1)
    (model / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Train and write; 0 done."""
    arguments = argparse.ArgumentParser(prog="bench.train", description=__doc__)
    arguments.add_argument("--model", type=Path, default=packaged_model())
    arguments.add_argument(
        "--tuned",
        type=Path,
        nargs="+",
        default=[],
        help="tensors of a fresh fine-tuning; of several the mean",
    )
    chosen = arguments.parse_args(argv)
    found = load()
    write_heads(found, meaning_of(chosen.model, chosen.tuned), chosen.model / HEADS_FILE)
    write_manifest(chosen.model)
    sys.stdout.write(f"{len(found.texts)} replies, heads written to {chosen.model}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
