"""Examples to train on: the labelled replies as texts, targets and folds.

The text is what the product itself would read: quote and signature off. Folds never part
near-duplicates. Targets: the 16 labels, a human needed, the codes of disputes; NaN where a
record does not say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bench.check_replies import FOLDER, GROUPS_FILE, Example, examples
from parsers.mime import decode
from parsers.opinion import REASON_CODES
from parsers.reading import Intent
from parsers.record import raw_of
from parsers.trim import split_reply

Floats = NDArray[np.float32]
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts [n] with targets [n, 28], writers [n] and folds [n] (0..4)."""

    identifiers: tuple[str, ...]
    texts: tuple[str, ...]
    targets: Floats
    writers: tuple[str, ...]
    folds: NDArray[np.int64]


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


def folds_of(identifiers: Sequence[str], folder: Path = FOLDER) -> NDArray[np.int64]:
    """Return a fold for each record; near-duplicates share one."""
    leader: dict[str, str] = {}
    for line in (folder / GROUPS_FILE).read_text(encoding="utf-8").splitlines():
        names = line.split()
        leader.update(dict.fromkeys(names, names[0]))
    chosen = [crc32(leader.get(name, name).encode()) % FOLDS for name in identifiers]
    return np.array(chosen, dtype=np.int64)


def load(folder: Path = FOLDER) -> Examples:
    """Return all labelled replies that have words of their own."""
    kept = [(one, text_of(one)) for one in examples(folder)]
    kept = [(one, text) for one, text in kept if text.strip()]
    identifiers = tuple(one.identifier for one, _ in kept)
    return Examples(
        identifiers=identifiers,
        texts=tuple(text for _, text in kept),
        targets=np.array([target_of(one) for one, _ in kept], dtype=np.float32),
        writers=tuple(one.file for one, _ in kept),
        folds=folds_of(identifiers, folder),
    )
