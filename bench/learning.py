"""Heads over n-grams: logistic regression per label, in numpy alone, in seconds.

Solved in its dual form: with the kernel matrix of the examples the weights are a mix of the
examples, and a step costs one product of matrices. Accelerated gradient descent (Nesterov);
deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parsers.ngrams import BUCKETS, Row, row_of, weighted

Floats = NDArray[np.float32]
ROUNDS = 200
COLUMNS = 128
STRENGTH = 12.0


def rarity_of(texts: Sequence[str]) -> Floats:
    """Return the inverse document frequency a bucket; 0 where fewer than two texts have it."""
    counts = np.zeros(BUCKETS, dtype=np.float32)
    for text in texts:
        for buckets, _ in row_of(text):
            counts[buckets] += 1
    found = 1.0 + np.log((1.0 + len(texts)) / (1.0 + counts))
    return np.where(counts >= 2, found, 0.0).astype(np.float32)


def kernel(rows: Sequence[Row]) -> Floats:
    """Return all products of two rows."""
    size = len(rows)
    found = np.zeros((size, size), dtype=np.float32)
    for low in range(0, size, COLUMNS):
        block = np.zeros((BUCKETS, min(COLUMNS, size - low)), dtype=np.float32)
        for column, (buckets, values) in enumerate(rows[low : low + COLUMNS]):
            np.add.at(block[:, column], buckets, values)
        for index in range(low, size):
            buckets, values = rows[index]
            found[index, low : low + block.shape[1]] = values @ block[buckets]
    lower = np.tril(found)
    return (lower + np.tril(found, -1).T).astype(np.float32)


def fit(
    products: Floats,
    wanted: Floats,
    weight: Floats,
    strength: float = STRENGTH,
    known_logits: Floats | None = None,
) -> Floats:
    """Return the mix of examples that each label's weights are.

    Args:
        products: Kernel of the examples [n, n], without constant.
        wanted: 0 or 1 an example and label [n, labels]; NaN counts nothing.
        weight: Weight of each example [n].
        strength: Inverse of the ridge.
        known_logits: What weights that stay say already [n, labels]; the mix comes on top.

    Returns:
        [n, labels]; scores are `(kernel + 1) @ mix`, the 1 standing for the constant.
    """
    said = np.float32(0.0) if known_logits is None else known_logits
    grown = products + 1.0
    probe: Floats = np.ones(len(grown), dtype=np.float32)
    for _ in range(12):
        probe = (grown @ probe).astype(np.float32)
        probe /= np.float32(np.linalg.norm(probe))
    ridge = np.float32(1.0 / strength)
    step = np.float32(1.0) / (np.float32(0.25) * np.float32(probe @ grown @ probe) + ridge)
    known = np.where(np.isnan(wanted), 0.0, weight[:, None]).astype(np.float32)
    target = np.nan_to_num(wanted).astype(np.float32)
    mix = np.zeros_like(target)
    ahead: Floats = mix
    momentum = 1.0
    for _ in range(ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-(grown @ ahead + said)))
        following = ahead - step * (known * (chance - target) + ridge * ahead)
        grown_momentum = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        pull = np.float32((momentum - 1) / grown_momentum)
        ahead = (following + pull * (following - mix)).astype(np.float32)
        mix, momentum = following.astype(np.float32), grown_momentum
    return mix


def weights_of(rows: Sequence[Row], mix: Floats) -> tuple[Floats, Floats]:
    """Return the weights a bucket [buckets, labels] and the constant a label."""
    found = np.zeros((BUCKETS, mix.shape[1]), dtype=np.float32)
    for (buckets, values), share in zip(rows, mix, strict=True):
        found[buckets] += values[:, None] * share[None, :]
    return found, mix.sum(axis=0)


def rows_of(texts: Sequence[str], rarity: Floats) -> list[Row]:
    """Return the weighted rows of the texts."""
    return [weighted(text, rarity) for text in texts]


def tuned_of(archives: Sequence[Path]) -> dict[str, Floats]:
    """Return the tensors that `bench.finetune` wrote, the means of several runs; empty for none."""
    found: dict[str, Floats] = {}
    for path in archives:
        with np.load(path, allow_pickle=False) as stored:
            for name in stored.files:
                found[name] = found.get(name, np.float32(0)) + stored[name] / np.float32(
                    len(archives)
                )
    return found
