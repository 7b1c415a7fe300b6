"""Examples to train on: the labelled replies as texts, targets.

The text is what the product itself would read: quote and signature off. Records held out
(`held_out.txt`, near-duplicates never parted) are never trained on. Targets: the 16 labels, a
human needed, the codes of disputes; NaN where a record does not say.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.check_replies import FOLDER, HELD_OUT_FILE, Example, examples
from parsers.mime import decode
from parsers.opinion import REASON_CODES
from parsers.reading import Intent
from parsers.record import raw_of
from parsers.trim import split_reply

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts [n] with targets [n, 28] and writers [n]."""

    identifiers: tuple[str, ...]
    texts: tuple[str, ...]
    targets: Floats
    writers: tuple[str, ...]


def text_of(example: Example) -> str:
    """Return the sender's new words, as reading would see them."""
    split = split_reply(decode(raw_of(example.record)).text)
    return unicodedata.normalize("NFC", split.new_text)


def target_of(example: Example) -> list[float]:
    """Return 0, 1 or NaN an output."""
    gold = example.gold
    names = gold.get("intents")
    labels = set(names) if isinstance(names, list) else set()
    found = [float(intent.value in labels) for intent in Intent]
    human = gold.get("needs_human")
    found.append(float("nan") if human is None else float(bool(human)))
    reason = gold.get("dispute_reason")
    is_told = reason in REASON_CODES
    return found + [float(code == reason) if is_told else float("nan") for code in REASON_CODES]


def held_out(folder: Path = FOLDER) -> frozenset[str]:
    """Return the identifiers that no training sees."""
    return frozenset((folder / HELD_OUT_FILE).read_text(encoding="utf-8").split())


def load(folder: Path = FOLDER) -> Examples:
    """Return the labelled replies to train on: with words of their own, and not held out."""
    aside = held_out(folder)
    kept = [(one, text_of(one)) for one in examples(folder) if one.identifier not in aside]
    kept = [(one, text) for one, text in kept if text.strip()]
    return Examples(
        identifiers=tuple(one.identifier for one, _ in kept),
        texts=tuple(text for _, text in kept),
        targets=np.array([target_of(one) for one, _ in kept], dtype=np.float32),
        writers=tuple(one.file for one, _ in kept),
    )
