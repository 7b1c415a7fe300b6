"""The trained reader: two heads on one text, averaged, with the second opinion kept apart.

The encoder's head reads meaning across languages, the head on n-grams reads words; their
probabilities are averaged. Loads a model directory (`encoder.onnx`, `pieces.txt`, `heads.npz`);
without an encoder the n-grams speak alone. Deterministic: one text at a time, one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parsers.encoder import Encoder, load_encoder
from parsers.ngrams import BUCKETS, weighted
from parsers.opinion import REASON_CODES, Limits, Opinion
from parsers.reading import Intent

HEADS_FILE = "heads.npz"
LABELS = len(Intent)
OUTPUTS = LABELS + 1 + len(REASON_CODES)
CLAUSES_MAX = 12
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Weights of both heads.

    Outputs: the 16 labels in the order of `Intent`, a human needed, the codes of disputes.
    `weights` [buckets, outputs] in whole steps of `steps` [outputs]; `encoder_weights`
    [outputs, 384]; `share` is how much the encoder's head counts in the mean; `limits` say
    from where on a label is certain.
    """

    rarity: Floats
    weights: NDArray[np.int8]
    steps: Floats
    constants: Floats
    encoder_weights: Floats
    encoder_constants: Floats
    share: float
    limits: Limits


def _chances(logits: Floats) -> Floats:
    found = np.empty(OUTPUTS, dtype=np.float64)
    found[: LABELS + 1] = 1.0 / (1.0 + np.exp(-logits[: LABELS + 1].astype(np.float64)))
    codes = logits[LABELS + 1 :].astype(np.float64)
    grown = np.exp(codes - codes.max())
    found[LABELS + 1 :] = grown / grown.sum()
    return found.astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedClassifier:
    """A loaded model: the heads, and the encoder where there is one."""

    heads: Heads
    encoder: Encoder | None

    def by_words(self, text: str) -> Floats:
        """Return the outputs of the head on n-grams."""
        buckets, values = weighted(text, self.heads.rarity)
        raw = values @ self.heads.weights[buckets].astype(np.float32)
        return _chances(raw * self.heads.steps + self.heads.constants)

    def by_meaning(self, text: str) -> Floats | None:
        """Return the outputs of the head on the encoder; None without an encoder."""
        if self.encoder is None:
            return None
        embedding = self.encoder.embed(text)
        return _chances(self.heads.encoder_weights @ embedding + self.heads.encoder_constants)

    def outputs(self, text: str) -> tuple[Floats, Floats]:
        """Return the mean of both heads, and the head on n-grams alone."""
        words = self.by_words(text)
        meaning = self.by_meaning(text)
        if meaning is None:
            return words, words
        share = np.float32(self.heads.share)
        return share * meaning + (1 - share) * words, words

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the probabilities for the text and for each of its clauses.

        Args:
            text: The sender's new words.
            clauses: Its sentences, an empty string for one that only greets; the first 12 are
                scored. A single sentence has the scores of the text.
        """
        mean, words = self.outputs(text)
        spoken = [one for one in clauses[:CLAUSES_MAX] if one]
        rows = dict.fromkeys(spoken, mean) if len(spoken) == 1 else {}
        rows.update({one: self.outputs(one)[0] for one in spoken if one not in rows})
        rows[""] = np.zeros(OUTPUTS, dtype=np.float32)
        return Opinion(
            scores=_snapped(mean[:LABELS]),
            second=_snapped(words[:LABELS]),
            human=_snapped(mean[LABELS : LABELS + 1])[0],
            reasons=_snapped(mean[LABELS + 1 :]),
            limits=self.heads.limits,
            clauses=tuple(_snapped(rows[one][:LABELS]) for one in clauses[:CLAUSES_MAX]),
        )


def _snapped(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


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
            share=float(stored["share"]),
            limits=_limits(stored["limits"]),
        )
    if heads.weights.shape != (BUCKETS, OUTPUTS) or heads.constants.shape != (OUTPUTS,):
        raise ValueError(f"{path.name} was made for other labels or features")
    return heads


def packaged_model() -> Path:
    """Return the model directory that comes with the program."""
    return Path(str(files("parsers") / "model"))


@lru_cache(maxsize=2)
def load_classifier(folder: str = "") -> TrainedClassifier | None:
    """Return the model of a directory (empty: the packaged one); None where it has no heads.

    Raises:
        OSError: A file is there and cannot be read.
        ValueError: A file is damaged or of another version.
    """
    path = Path(folder) if folder else packaged_model()
    if not (path / HEADS_FILE).is_file():
        return None
    # A site's own heads stand on the packaged encoder.
    encoder = load_encoder(path) or load_encoder(packaged_model())
    return TrainedClassifier(heads=load_heads(path / HEADS_FILE), encoder=encoder)
