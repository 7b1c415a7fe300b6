"""What the encoder says of replies that it has not learnt.

    python -m bench.unseen --lessons lessons.npz --models FIRST_MODEL SECOND_MODEL

The shipped encoder has learnt the replies held out too, so its own word on them counts for
nothing. It is the mean of networks among which are two twins: each learnt one half of those
replies and is asked here about the other. What they say is kept in `unseen.npz`; limits, reports
and the check of a refit read it in the place of the encoder. The head on n-grams learns none of
these replies and reads them itself. Limits set by the twins are set for the shipped encoder as
well, which has learnt more than either.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from bench.check_replies import FOLDER, Example, examples
from bench.examples import Floats, held_out, target_of, text_of
from parsers.classifier import CLAUSES_MAX, TrainedClassifier, load_classifier, spans_of
from parsers.opinion import Limits, Opinion
from parsers.record import read_record

UNSEEN_FILE = FOLDER / "unseen.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a network says of a text: `meaning` [outputs], `parts` [clauses, labels and reasons]."""

    meaning: Floats
    parts: Floats
    is_whole: bool

    def with_words(self, reader: TrainedClassifier, text: str) -> Opinion:
        """Return the opinion of this and of the reader's head on n-grams together."""
        words = reader.by_words(text)
        return reader.weighed(words, self.meaning, self.parts, is_whole=self.is_whole)


def mark_of(text: str) -> str:
    """Return a mark that another text would not have."""
    return sha256(text.encode()).hexdigest()[:16]


@dataclass(slots=True, kw_only=True)
class Listener:
    """A judge that keeps what a network says of each text that it is asked about."""

    reader: TrainedClassifier
    heard: dict[str, Said] = field(default_factory=dict)

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the opinion of the reader."""
        if self.reader.encoder is None:
            raise ValueError("the model has no encoder")
        spoken = clauses[:CLAUSES_MAX]
        embedded = self.reader.encoder.embed(text, spans_of(text, spoken))
        meaning, parts = self.reader.by_meaning(embedded)
        is_whole = embedded.is_whole and len(clauses) <= CLAUSES_MAX
        said = Said(meaning=meaning, parts=parts, is_whole=is_whole)
        self.heard[mark_of(text)] = said
        return said.with_words(self.reader, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The trained reader over replies held out: the twins' word in the place of the encoder's.

    `said` by mark; a text that the twins were not asked about is read by the head on n-grams
    alone, for the encoder may have learnt it, and told in `strange`: then `bench.unseen` is to
    be run again. A reader without an encoder reads everything itself.
    """

    reader: TrainedClassifier
    said: dict[str, Said]
    strange: set[str] = field(default_factory=set)

    def under(self, limits: Limits) -> Unseen:
        """Return the same reader under other limits."""
        return replace(
            self, reader=replace(self.reader, heads=replace(self.reader.heads, limits=limits))
        )

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the opinion of the twin that has not learnt the text."""
        if self.reader.encoder is None:
            return self.reader.judge(text, clauses)
        found = self.said.get(mark_of(text))
        if found is None or len(found.parts) != len(clauses[:CLAUSES_MAX]):
            self.strange.add(text)
            return replace(self.reader, encoder=None).judge(text, clauses)
        return found.with_words(self.reader, text)


def unseen(reader: TrainedClassifier, path: Path = UNSEEN_FILE) -> Unseen:
    """Return the reader over replies held out.

    Raises:
        OSError: The file cannot be read.
    """
    return Unseen(reader=reader, said=said_of(path))


def said_of(path: Path) -> dict[str, Said]:
    """Return what the twins said, by the mark of the text.

    Raises:
        OSError: The file cannot be read.
    """
    with np.load(path, allow_pickle=False) as stored:
        marks, whole = stored["marks"].tolist(), stored["meaning"].astype(np.float32)
        bounds = np.cumsum(stored["counts"])[:-1]
        parts = np.split(stored["parts"].astype(np.float32), bounds)
        flags = stored["is_whole"].tolist()
    return {
        mark: Said(meaning=meaning, parts=rows, is_whole=flag)
        for mark, meaning, rows, flag in zip(marks, whole, parts, flags, strict=True)
    }


def asked(
    found: Sequence[Example], readers: Sequence[TrainedClassifier], half: Mapping[str, int]
) -> dict[str, Said]:
    """Return what each reply's twin says of it: the first, which learnt half 0, is asked about
    half 1, the second about half 0. A reply in neither half, for want of words, was learnt by
    none."""
    listeners = [Listener(reader=reader) for reader in readers]
    for one in found:
        listener = listeners[1 - half.get(one.identifier, 0)]
        read_record(one.record, listener)
        text = text_of(one)
        if mark_of(text) not in listener.heard and text.strip():
            # Rules know it for automatic mail; a refit is checked on it all the same.
            listener.judge(text, ())
    return {**listeners[0].heard, **listeners[1].heard}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """The replies held out that have words: texts [n], targets [n, outputs], and what a network
    that has not learnt them says of each, [n, outputs]."""

    texts: tuple[str, ...]
    targets: Floats
    meaning: Floats


def replies_aside(path: Path = UNSEEN_FILE) -> Aside:
    """Return the replies held out; those whose words have changed since are left out.

    Raises:
        OSError: The file cannot be read.
    """
    said = said_of(path)
    aside = held_out()
    kept = [(one, text_of(one)) for one in examples() if one.identifier in aside]
    kept = [(one, text) for one, text in kept if mark_of(text) in said]
    return Aside(
        texts=tuple(text for _, text in kept),
        targets=np.array([target_of(one) for one, _ in kept], dtype=np.float32),
        meaning=np.stack([said[mark_of(text)].meaning for _, text in kept]),
    )


def save(said: dict[str, Said], path: Path) -> None:
    """Write what was said as `unseen` reads it."""
    rows = list(said.values())
    np.savez_compressed(
        path,
        marks=np.array(list(said)),
        meaning=np.stack([one.meaning for one in rows]).astype(np.float16),
        parts=np.concatenate([one.parts for one in rows]).astype(np.float16),
        counts=np.array([len(one.parts) for one in rows], dtype=np.int32),
        is_whole=np.array([one.is_whole for one in rows]),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Ask the twins and write; 0 done, 1 without a model."""
    arguments = argparse.ArgumentParser(prog="bench.unseen", description=__doc__)
    arguments.add_argument("--lessons", type=Path, required=True, help="what the twins learnt from")
    arguments.add_argument("--models", nargs=2, required=True, help="directories of the twins")
    chosen = arguments.parse_args(argv)
    readers = [load_classifier(folder) for folder in chosen.models]
    first, second = readers
    if first is None or second is None:
        sys.stderr.write("A directory has no model.\n")
        return 1
    with np.load(chosen.lessons, allow_pickle=False) as stored:
        half = dict(zip(stored["names"].tolist(), stored["halves"].tolist(), strict=True))
    aside = held_out()
    said = asked([one for one in examples() if one.identifier in aside], (first, second), half)
    save(said, UNSEEN_FILE)
    sys.stdout.write(f"{len(said)} replies asked about, written to {UNSEEN_FILE.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
