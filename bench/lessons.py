"""Lessons for the encoder: `python -m bench.lessons --out lessons.npz`, from replies to numbers.

A lesson is one reply in pieces with the spans of its sentences. The whole reply has the targets
of its record; a sentence has a label where a quote of the evidence stands in it, has none that
the record does not give, and is silent (NaN) on those that the record gives elsewhere. Each
reply comes in four spellings: as written, without accents in lower case, without marks, and with
other digits, so that no number is learnt by heart. The replies held out are among them, marked
and parted into two halves: a network that learns one half is asked about the other.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.check_replies import FOLDER, GROUPS_FILE, Example, examples
from bench.examples import agreed_humans, held_out, target_of, targets_of, text_of
from parsers.classifier import CLAUSES_MAX, LABELS
from parsers.clauses import split_sentences
from parsers.encoder import PIECES_FILE, PREFIX, TOKENS_MAX
from parsers.evidence import fold
from parsers.language import guess_language
from parsers.opinion import REASON_CODES
from parsers.pieces import Pieces, pieces_from
from parsers.reading import Intent

SPELLINGS = 4
FOLDS = 5
SENTENCE_OUTPUTS = LABELS + len(REASON_CODES)
QUOTE_SHARE = 0.4
_DIGIT = re.compile(r"[0-9]")
_MARKS = re.compile(r"[.,;:!?'\"()-](?=\s|$)")
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """The sentences of one reply that say something: spans in the text, targets a row each."""

    spans: Spans
    targets: NDArray[np.float32]


def _rows(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _quotes(example: Example, text: str) -> list[tuple[str, int, int]]:
    """The evidence as label and span in the text; white space in quotes counts as one blank."""
    found: list[tuple[str, int, int]] = []
    for row in _rows(example.gold.get("evidence")):
        words = [re.escape(word) for word in str(row.get("quote", "")).split()]
        match = re.search(r"\s+".join(words), text) if words else None
        if match is not None:
            found.append((str(row.get("intent")), match.start(), match.end()))
    return found


def sentences_of(example: Example, text: str) -> Sentences:
    """Return the sentences of a reply with their targets [sentences, labels and reasons]."""
    whole = np.array(target_of(example), dtype=np.float32)
    given = whole[:LABELS] > 0
    reasons = whole[LABELS + 1 :]
    spans: Spans = [
        (one.start, one.end) for one in split_sentences(text)[:CLAUSES_MAX] if not one.is_greeting
    ]
    quotes = _quotes(example, text)
    targets = np.full((len(spans), SENTENCE_OUTPUTS), np.nan, dtype=np.float32)
    for place, (low, high) in enumerate(spans):
        targets[place, :LABELS] = np.where(given, np.nan, 0.0)
        for name, start, end in quotes:
            common = min(high, end) - max(low, start)
            if common >= QUOTE_SHARE * min(high - low, end - start):
                targets[place, [intent.value for intent in Intent].index(name)] = 1.0
                if name == Intent.DISPUTE.value:
                    targets[place, LABELS:] = reasons
        if len(spans) == 1:
            targets[place, :LABELS] = whole[:LABELS]
            targets[place, LABELS:] = reasons
    return Sentences(spans=spans, targets=targets)


def spelt(text: str, spelling: int) -> str:
    """Return the text in a spelling, one character for one character."""
    if spelling == 0:
        return text
    if spelling == 1:
        return fold(text)
    if spelling == 2:
        return _MARKS.sub(" ", text)
    chance = random.Random(text)
    return _DIGIT.sub(lambda _: chance.choice("0123456789"), text)


def ranges(spans: Spans, places: Sequence[int], lead: int) -> list[tuple[int, int]]:
    """Return the spans as ranges of pieces; (0, 0) where a span lies behind the last piece."""
    found: list[tuple[int, int]] = []
    for low, high in spans:
        inside = [at for at, place in enumerate(places) if low <= place - lead < high]
        found.append((inside[0], inside[-1] + 1) if inside else (0, 0))
    return found


def folds(names: Sequence[str], groups: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Return a fold for each name; names of a group share one."""
    return _parted(names, groups, FOLDS, seed=11)


def halves(names: Sequence[str], groups: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Return 0 or 1 for each name; names of a group share one."""
    return _parted(names, groups, 2, seed=12)


def _parted(
    names: Sequence[str], groups: Sequence[Sequence[str]], count: int, *, seed: int
) -> NDArray[np.int64]:
    heads = {name: group[0] for group in groups for name in group}
    chance = np.random.default_rng(seed)
    drawn: dict[str, int] = {}
    return np.array(
        [drawn.setdefault(heads.get(name, name), int(chance.integers(count))) for name in names],
        dtype=np.int64,
    )


def lessons(found: Sequence[Example], pieces: Pieces) -> dict[str, NDArray[np.generic]]:
    """Return the lessons as flat arrays, in the order of the examples; those without words of
    their own are left out."""
    kept = [(one, text) for one in found if (text := text_of(one)).strip()]
    aside = held_out()
    agreed = agreed_humans([one for one, _ in kept if one.identifier not in aside])
    groups = [line.split() for line in (FOLDER / GROUPS_FILE).read_text("utf-8").splitlines()]
    ids: list[int] = []
    sizes: list[int] = []
    spans: list[tuple[int, int]] = []
    counts: list[int] = []
    targets: list[NDArray[np.float32]] = []
    for one, text in kept:
        made = sentences_of(one, text)
        counts.append(len(made.spans))
        targets.append(made.targets)
        for spelling in range(SPELLINGS):
            numbers, places = pieces.placed(PREFIX + spelt(text, spelling), TOKENS_MAX)
            ids += numbers
            sizes.append(len(numbers))
            spans += ranges(made.spans, places, len(PREFIX))
    return {
        "ids": np.array(ids, dtype=np.uint16),
        "sizes": np.array(sizes, dtype=np.int32).reshape(-1, SPELLINGS),
        "spans": np.array(spans, dtype=np.int16),
        "counts": np.array(counts, dtype=np.int32),
        "targets": targets_of([one for one, _ in kept], agreed),
        "sentence_targets": np.concatenate(targets),
        "names": np.array([one.identifier for one, _ in kept]),
        "writers": np.array([one.file for one, _ in kept]),
        "languages": np.array(
            [str(one.record.get("lang") or guess_language(text, "")) for one, text in kept]
        ),
        "held": np.array([one.identifier in aside for one, _ in kept]),
        "folds": folds([one.identifier for one, _ in kept], groups),
        "halves": halves([one.identifier for one, _ in kept], groups),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the lessons; 0 done."""
    arguments = argparse.ArgumentParser(prog="bench.lessons", description=__doc__)
    arguments.add_argument("--model", type=Path, default=Path("parsers/model"))
    arguments.add_argument("--out", type=Path, required=True)
    chosen = arguments.parse_args(argv)
    pieces = pieces_from((chosen.model / PIECES_FILE).read_text(encoding="utf-8"))
    made = lessons(examples(), pieces)
    np.savez_compressed(chosen.out, allow_pickle=False, **made)
    sys.stdout.write(f"{len(made['names'])} lessons written to {chosen.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
