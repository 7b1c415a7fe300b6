"""Training of the heads: `python -m bench.train`, from the labelled replies to `heads.npz`.

A minute on one core, numpy alone, deterministic. The encoder and its head stay as they are
unless a fresh fine-tuning (`bench.finetune`) is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.examples import Examples, Floats, load
from bench.learning import fit, kernel, rarity_of, rows_of, weights_of
from parsers.classifier import HEADS_FILE, LABELS, Heads, load_heads, packaged_model
from parsers.encoder import ENCODER_FILE, PIECES_FILE
from parsers.ngrams import Row
from parsers.opinion import Limits
from parsers.reading import Intent

MANIFEST_FILE = "MANIFEST.json"
STEPS_MAX = 127.0
SHARE = 0.7
WORDS_STRENGTH = 12.0
# Set on the replies held out, precision and danger before coverage.
MARGINS = {
    "promise_to_pay": 0.45,
    "already_paid_claim": 0.4,
    "information_request": 0.4,
    "remittance_advice": 0.3,
}
LIMITS = {
    "margin": 0.25,
    "second_min": 0.05,
    "grave_max": 0.2,
    "clause_max": 0.8,
    "human_max": 0.33,
}


def words_head(products: Floats, rows: Sequence[Row], targets: Floats) -> tuple[Floats, Floats]:
    """Return weights [buckets, outputs] and constants of the head on n-grams."""
    ones = np.ones(len(targets), dtype=np.float32)
    return weights_of(rows, fit(products, targets, ones, WORDS_STRENGTH))


def limits() -> Limits:
    """Return the limits set above."""
    margins = tuple(MARGINS.get(intent.value, LIMITS["margin"]) for intent in Intent)
    return Limits(
        margins=margins,
        second_min=LIMITS["second_min"],
        grave_max=LIMITS["grave_max"],
        clause_max=LIMITS["clause_max"],
        human_max=LIMITS["human_max"],
    )


def meaning_head(model: Path, tuned: Path | None) -> tuple[Floats, Floats]:
    """Return the encoder's head: of a fresh fine-tuning, else the one that the model has."""
    if tuned is not None:
        with np.load(tuned, allow_pickle=False) as stored:
            return stored["head"], stored["constants"]
    heads = load_heads(model / HEADS_FILE)
    return heads.encoder_weights, heads.encoder_constants


def write_heads(found: Examples, meaning: tuple[Floats, Floats], target: Path) -> None:
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
        encoder_weights=meaning[0],
        encoder_constants=meaning[1],
        share=SHARE,
        limits=limits(),
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
        share=np.float32(heads.share),
        limits=np.array([*one.margins, *others], dtype=np.float32),
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
    arguments.add_argument("--tuned", type=Path, help="tensors of a fresh fine-tuning")
    chosen = arguments.parse_args(argv)
    found = load()
    write_heads(found, meaning_head(chosen.model, chosen.tuned), chosen.model / HEADS_FILE)
    write_manifest(chosen.model)
    sys.stdout.write(f"{len(found.texts)} replies, heads written to {chosen.model}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
