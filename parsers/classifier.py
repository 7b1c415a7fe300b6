"""The trained reader: two heads on one text, averaged, with the second opinion kept apart.

The encoder's head reads meaning across languages, the head on n-grams reads words; their
probabilities are averaged. Loads a model directory (`encoder.onnx`, `pieces.txt`, `heads.npz`);
without an encoder the n-grams speak alone. Deterministic: one text at a time, one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parsers.encoder import ENCODER_FILE, Embedded, Encoder, load_encoder
from parsers.ngrams import BUCKETS, weighted
from parsers.opinion import REASON_CODES, Limits, Opinion
from parsers.reading import Intent

HEADS_FILE = "heads.npz"
LABELS = len(Intent)
OUTPUTS = LABELS + 1 + len(REASON_CODES)
PART_OUTPUTS = LABELS + len(REASON_CODES)
CLAUSES_MAX = 12
# Notes of machines come again word for word: the last answers to short texts are kept.
KEPT_ANSWERS_MAX = 200
KEPT_CHARACTERS_MAX = 2_000
DISPUTE = list(Intent).index(Intent.DISPUTE)
REASON_MIN = 0.5
OUTDATED = "The site's own model was made for another version; `run.py train` makes it again."
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Weights of both heads.

    Outputs: the 16 labels in the order of `Intent`, a human needed, the codes of disputes.
    `weights` [buckets, outputs] in whole steps of `steps` [outputs]; `encoder_weights`
    [outputs, 384]; `part_weights` [labels and reasons, 384] the same for a sentence; `share`
    is how much the encoder's head counts in the mean; `limits` say from where on a label is
    certain; `encoder` is the mark of the encoder that they stand on.
    """

    rarity: Floats
    weights: NDArray[np.int8]
    steps: Floats
    constants: Floats
    encoder_weights: Floats
    encoder_constants: Floats
    part_weights: Floats
    part_constants: Floats
    share: float
    limits: Limits
    encoder: str = ""


def _even_odds(logits: Floats) -> Floats:
    odds: Floats = (1.0 / (1.0 + np.exp(-logits.astype(np.float64)))).astype(np.float32)
    return odds


def _one_of(logits: Floats) -> Floats:
    codes = logits.astype(np.float64)
    grown = np.exp(codes - codes.max(axis=-1, keepdims=True))
    shares: Floats = (grown / grown.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares


def _chances(logits: Floats, labels: int) -> Floats:
    """Probabilities of logits [.., outputs]: the first `labels` each for itself, the rest one
    of all."""
    odds = _even_odds(logits[..., :labels])
    return np.concatenate([odds, _one_of(logits[..., labels:])], axis=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedClassifier:
    """A loaded model: the heads, the encoder where there is one, and what a clerk should know.

    `kept` are the last answers, the newest last.
    """

    heads: Heads
    encoder: Encoder | None
    note: str = ""
    kept: dict[tuple[str, tuple[str, ...]], Opinion] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def by_words(self, text: str) -> Floats:
        """Return the outputs of the head on n-grams."""
        buckets, values = weighted(text, self.heads.rarity)
        raw = values @ self.heads.weights[buckets].astype(np.float32)
        return _chances(raw * self.heads.steps + self.heads.constants, LABELS + 1)

    def by_meaning(self, embedded: Embedded) -> tuple[Floats, Floats]:
        """Return the outputs of the encoder's heads: of the whole, and a row a part."""
        heads = self.heads
        whole = heads.encoder_weights @ embedded.whole + heads.encoder_constants
        parts = embedded.parts @ heads.part_weights.T + heads.part_constants
        made = _chances(parts, LABELS)
        made[~embedded.parts.any(axis=1)] = 0.0
        return _chances(whole, LABELS + 1), made

    def outputs(self, text: str) -> tuple[Floats, Floats]:
        """Return the mean of both heads, and the head on n-grams alone."""
        words = self.by_words(text)
        if self.encoder is None:
            return words, words
        return self._mean(self.by_meaning(self.encoder.embed(text))[0], words), words

    def _mean(self, meaning: Floats, words: Floats) -> Floats:
        share = np.float32(self.heads.share)
        return (share * meaning + (1 - share) * words).astype(np.float32)

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the probabilities for the text and for each of its clauses.

        Args:
            text: The sender's new words.
            clauses: Its sentences in order, an empty string for one that only greets; the first
                12 are scored, each within the text (without an encoder each by itself).
        """
        asked = (text, tuple(clauses))
        found = self.kept.pop(asked, None) or self._judged(text, clauses)
        if len(text) <= KEPT_CHARACTERS_MAX:
            if len(self.kept) >= KEPT_ANSWERS_MAX:
                del self.kept[next(iter(self.kept))]
            self.kept[asked] = found
        return found

    def _judged(self, text: str, clauses: Sequence[str]) -> Opinion:
        words = self.by_words(text)
        spoken = clauses[:CLAUSES_MAX]
        if self.encoder is None:
            rows = [self.by_words(one) if one else np.zeros_like(words) for one in spoken]
            return self._opinion(words, words, [row[:LABELS] for row in rows], is_whole=True)
        embedded = self.encoder.embed(text, spans_of(text, spoken))
        meaning, parts = self.by_meaning(embedded)
        is_whole = embedded.is_whole and len(clauses) <= CLAUSES_MAX
        return self.weighed(words, meaning, parts, is_whole=is_whole)

    def weighed(self, words: Floats, meaning: Floats, parts: Floats, *, is_whole: bool) -> Opinion:
        """Return the opinion of both heads together.

        Args:
            words: What the head on n-grams says of the text, [outputs].
            meaning: What the encoder's head says of it, [outputs].
            parts: What the encoder's head says of each clause, [clauses, labels and reasons].
            is_whole: Whether all of the text was read.
        """
        mean = self._mean(meaning, words)
        if len(parts):
            told = parts[int(parts[:, DISPUTE].argmax())]
            if told[DISPUTE] >= REASON_MIN:
                mean[LABELS + 1 :] = (mean[LABELS + 1 :] + told[LABELS:]) / 2
        return self._opinion(mean, words, [row[:LABELS] for row in parts], is_whole=is_whole)

    def _opinion(
        self, mean: Floats, words: Floats, rows: Sequence[Floats], *, is_whole: bool
    ) -> Opinion:
        return Opinion(
            scores=_snapped(mean[:LABELS]),
            second=_snapped(words[:LABELS]),
            human=_snapped(mean[LABELS : LABELS + 1])[0],
            reasons=_snapped(mean[LABELS + 1 :]),
            limits=self.heads.limits,
            clauses=tuple(map(_snapped, rows)),
            is_whole=is_whole,
        )


def spans_of(text: str, clauses: Sequence[str]) -> list[tuple[int, int]]:
    """Where the clauses stand in the text; (0, 0) for an empty one."""
    found: list[tuple[int, int]] = []
    place = 0
    for one in clauses:
        start = text.find(one, place) if one else -1
        found.append((start, start + len(one)) if start >= 0 else (0, 0))
        place = max(place, found[-1][1])
    return found


def _snapped(values: Floats) -> tuple[float, ...]:
    return tuple([round(value, 3) for value in values.tolist()])


def _limits(numbers: NDArray[np.float32]) -> Limits:
    values = _snapped(numbers)
    return Limits(
        margins=values[:LABELS],
        second_min=values[LABELS],
        grave_max=values[LABELS + 1],
        clause_max=values[LABELS + 2],
        human_max=values[LABELS + 3],
    )


def load_heads(path: Path) -> Heads:
    """Return the heads of a file.

    Raises:
        OSError: The file cannot be read.
        ValueError: Its arrays are not those of this version.
    """
    with np.load(path, allow_pickle=False) as stored:
        heads = Heads(
            rarity=stored["rarity"].astype(np.float32),
            weights=stored["weights"],
            steps=stored["steps"].astype(np.float32),
            constants=stored["constants"].astype(np.float32),
            encoder_weights=stored["encoder_weights"].astype(np.float32),
            encoder_constants=stored["encoder_constants"].astype(np.float32),
            part_weights=stored["part_weights"].astype(np.float32),
            part_constants=stored["part_constants"].astype(np.float32),
            share=float(stored["share"]),
            limits=_limits(stored["limits"]),
            encoder=str(stored["encoder"]),
        )
    if heads.weights.shape != (BUCKETS, OUTPUTS) or heads.constants.shape != (OUTPUTS,):
        raise ValueError(f"{path.name} was made for other labels or features")
    return heads


def packaged_model() -> Path:
    """Return the model directory that comes with the program."""
    return Path(str(files("parsers") / "model"))


def encoder_mark(folder: Path) -> str:
    """Return a mark that another encoder would not have; empty where a directory has none."""
    path = folder / ENCODER_FILE
    return sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


@lru_cache(maxsize=2)
def load_classifier(folder: str = "") -> TrainedClassifier | None:
    """Return the model of a directory (empty: the packaged one); None where it has no heads.

    A site's own heads stand on the packaged encoder; where they were fitted on another one, as
    after an upgrade, the packaged heads serve until `run.py train` makes new ones.

    Raises:
        OSError: A file is there and cannot be read.
        ValueError: A file is damaged.
    """
    packaged = packaged_model()
    path = Path(folder) if folder else packaged
    if not (path / HEADS_FILE).is_file():
        return None
    has_own = (path / ENCODER_FILE).is_file()
    stands_on = path if has_own else packaged
    heads = _fitting_heads(path, encoder_mark(stands_on))
    if heads is None:
        heads = load_heads(packaged / HEADS_FILE)
        return TrainedClassifier(heads=heads, encoder=load_encoder(packaged), note=OUTDATED)
    return TrainedClassifier(heads=heads, encoder=load_encoder(stands_on))


def _fitting_heads(path: Path, mark: str) -> Heads | None:
    """The heads of a directory; None where they were made for another encoder."""
    with np.load(path / HEADS_FILE, allow_pickle=False) as stored:
        if "encoder" not in stored.files or str(stored["encoder"]) != mark:
            return None
    return load_heads(path / HEADS_FILE)
