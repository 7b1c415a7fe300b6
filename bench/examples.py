"""Examples to train on: the labelled replies as texts, targets.

The text is what the product itself would read: quote and signature off. Records held out
(`held_out.txt`, near-duplicates never parted) are not among them. Targets: the 16 labels, a
human needed, the codes of disputes; NaN where a record does not say. The short replies do not say
whether a human is needed: where nearly all full replies with the same labels agree, theirs does.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
AGREEING_SHARE = 0.95
AGREEING_MIN = 20


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


def labels_of(example: Example) -> frozenset[str]:
    """Return the labels of a record."""
    names = example.gold.get("intents")
    return frozenset(names) if isinstance(names, list) else frozenset()


def target_of(example: Example) -> list[float]:
    """Return 0, 1 or NaN an output."""
    gold = example.gold
    labels = labels_of(example)
    found = [float(intent.value in labels) for intent in Intent]
    human = gold.get("needs_human")
    found.append(float("nan") if human is None else float(bool(human)))
    reason = gold.get("dispute_reason")
    is_told = reason in REASON_CODES
    return found + [float(code == reason) if is_told else float("nan") for code in REASON_CODES]


def agreed_humans(found: Sequence[Example]) -> Mapping[frozenset[str], float]:
    """Return the answer, 0 or 1, that nearly all records with the same labels give to whether
    a human is needed; sets of labels with few records or divided ones are left out."""
    told: dict[frozenset[str], list[bool]] = defaultdict(list)
    for one in found:
        human = one.gold.get("needs_human")
        if human is not None:
            told[labels_of(one)].append(bool(human))
    agreed: dict[frozenset[str], float] = {}
    for labels, answers in told.items():
        share = sum(answers) / len(answers)
        if len(answers) >= AGREEING_MIN and max(share, 1 - share) >= AGREEING_SHARE:
            agreed[labels] = float(share > 0.5)
    return agreed


def targets_of(found: Sequence[Example], agreed: Mapping[frozenset[str], float]) -> Floats:
    """Return the targets [records, outputs], with the agreed answer where a record is silent."""
    targets = np.array([target_of(one) for one in found], dtype=np.float32)
    humans = targets[:, len(Intent)]
    usual = np.array([agreed.get(labels_of(one), np.nan) for one in found], dtype=np.float32)
    targets[:, len(Intent)] = np.where(np.isnan(humans), usual, humans)
    return targets


def held_out(folder: Path = FOLDER) -> frozenset[str]:
    """Return the identifiers of the replies by which limits are set and figures made."""
    return frozenset((folder / HELD_OUT_FILE).read_text(encoding="utf-8").split())


def load(folder: Path = FOLDER) -> Examples:
    """Return the labelled replies to train on: with words of their own, and not held out."""
    aside = held_out(folder)
    kept = [(one, text_of(one)) for one in examples(folder) if one.identifier not in aside]
    kept = [(one, text) for one, text in kept if text.strip()]
    records = [one for one, _ in kept]
    return Examples(
        identifiers=tuple(one.identifier for one, _ in kept),
        texts=tuple(text for _, text in kept),
        targets=targets_of(records, agreed_humans(records)),
        writers=tuple(one.file for one, _ in kept),
    )
