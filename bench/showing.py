"""Showing lessons: replies as batches for several networks, drawn by a seed.

Reads the arrays of `bench.lessons`. A reply comes in one of its spellings, and now and then two
of one language are shown as one that says both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bench.network import Batch

LABELS = 16
BUCKET = 16
EPOCHS, RATE = 8, 7e-5
REPLAY_SEED = 99
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How it is learnt. `sentences` is how much a sentence counts beside the reply; `respelt`
    how often a reply comes in another spelling, `joined` how often two are made one;
    the `frozen` lowest layers rest. With `replay` an epoch shows all replies held out that the
    network learns, and only so many of the others, so that these are not forgotten."""

    epochs: int = EPOCHS
    batch: int = 16
    rate: float = RATE
    head_factor: float = 20.0
    decay: float = 0.01
    warm_up: float = 0.1
    drop: float = 0.1
    smooth: float = 0.02
    human: float = 0.7
    sentences: float = 0.5
    respelt: float = 0.3
    joined: float = 0.1
    frozen: int = 0
    replay: int = 0


@dataclass(slots=True)
class Lessons:
    """The arrays of `bench.lessons`, cut up by reply."""

    arrays: dict[str, NDArray[np.generic]]
    starts: Numbers = field(init=False)
    span_starts: Numbers = field(init=False)
    target_starts: Numbers = field(init=False)
    joinable: list[Numbers] = field(init=False)

    def __post_init__(self) -> None:
        """Find where each reply begins in the flat arrays."""
        sizes = self.arrays["sizes"]
        self.starts = np.concatenate([[0], np.cumsum(sizes.reshape(-1))]).astype(np.int64)
        counts = self.arrays["counts"].astype(np.int64)
        repeated = np.repeat(counts, sizes.shape[1])
        self.span_starts = np.concatenate([[0], np.cumsum(repeated)])
        self.target_starts = np.concatenate([[0], np.cumsum(counts)])

    @property
    def spellings(self) -> int:
        """How many spellings each reply comes in."""
        return int(self.arrays["sizes"].shape[1])

    def __len__(self) -> int:
        """How many replies."""
        return len(self.arrays["counts"])

    def one(self, index: int, spelling: int) -> tuple[Numbers, Numbers]:
        """Return pieces [pieces] and spans [sentences, 2] of a reply in a spelling."""
        place = index * self.spellings + spelling
        ids = self.arrays["ids"][self.starts[place] : self.starts[place + 1]]
        spans = self.arrays["spans"][self.span_starts[place] : self.span_starts[place + 1]]
        return ids.astype(np.int64), spans.astype(np.int64)

    def targets(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the targets of a reply and of its sentences."""
        low, high = self.target_starts[index], self.target_starts[index + 1]
        return (
            self.arrays["targets"][index].astype(np.float32),
            self.arrays["sentence_targets"][low:high].astype(np.float32),
        )


@dataclass(slots=True, kw_only=True)
class Shown:
    """One reply as it is shown: pieces, spans, targets."""

    ids: Numbers
    spans: Numbers
    target: NDArray[np.float32]
    parts: NDArray[np.float32]


PREFIX_PIECES = 3
"""The mark of begin and the pieces of `query:`."""
TOKENS_MAX = 256
ALONE = (12, 13, 14, 15)
"""Labels that stand only alone: absence, other automatic mail, acknowledgement, unrelated."""


def joined(first: Shown, second: Shown) -> Shown:
    """Return two replies as one that says both."""
    shift = len(first.ids) - 1 - PREFIX_PIECES
    target = np.fmax(first.target, second.target)
    if not (np.isnan(first.target[LABELS + 1]) or np.isnan(second.target[LABELS + 1])):
        target[LABELS + 1 :] = np.nan
    return Shown(
        ids=np.concatenate([first.ids[:-1], second.ids[PREFIX_PIECES:]]),
        spans=np.concatenate([first.spans, second.spans + shift]),
        target=target,
        parts=np.concatenate([first.parts, second.parts]),
    )


def shown(
    found: Lessons, index: int, recipe: Recipe, chance: np.random.Generator, mates: Numbers | None
) -> Shown:
    """Return a reply as the recipe shows it this time."""
    is_respelt = chance.random() < recipe.respelt
    spelling = int(chance.integers(1, found.spellings)) if is_respelt else 0
    ids, spans = found.one(index, spelling)
    target, parts = found.targets(index)
    one = Shown(ids=ids, spans=spans, target=target, parts=parts)
    if mates is None or not len(mates) or chance.random() >= recipe.joined:
        return one
    if target[list(ALONE)].any():
        return one
    mate = int(mates[chance.integers(len(mates))])
    other_ids, other_spans = found.one(mate, 0)
    other_target, other_parts = found.targets(mate)
    if len(ids) + len(other_ids) > TOKENS_MAX or other_target[list(ALONE)].any():
        return one
    other = Shown(ids=other_ids, spans=other_spans, target=other_target, parts=other_parts)
    both = (one, other) if chance.random() < 0.5 else (other, one)
    return joined(*both)


@dataclass(slots=True, kw_only=True)
class Step:
    """What several networks see in one step, padded to the longest: `ids` [networks, replies,
    pieces], `sizes` [networks, replies], `spans` [networks, replies, sentences, 2], `targets`
    [networks, replies, outputs], `parts` [networks, replies, sentences, outputs]."""

    ids: NDArray[np.uint16]
    sizes: NDArray[np.int16]
    spans: NDArray[np.int16]
    targets: NDArray[np.float32]
    parts: NDArray[np.float32]

    def batch(self, device: str) -> Batch:
        """Return the pieces as tensors."""
        line = torch.arange(self.ids.shape[-1], device=device)
        bounds = torch.from_numpy(self.spans).to(device)
        inside = (line >= bounds[..., :1]) & (line < bounds[..., 1:])
        counts = inside.sum(-1, keepdim=True).clamp(min=1)
        return Batch(
            ids=torch.from_numpy(self.ids.astype(np.int32)).to(device),
            mask=line < torch.from_numpy(self.sizes).to(device)[..., None],
            shares=inside.float() / counts,
        )

    def wanted(self, device: str) -> tuple[Tensor, Tensor]:
        """Return the targets of replies and of sentences as tensors."""
        return torch.from_numpy(self.targets).to(device), torch.from_numpy(self.parts).to(device)


def step_of(rows: Sequence[Sequence[Shown]]) -> Step:
    """Return the replies of each network as arrays."""
    pieces = max(len(one.ids) for row in rows for one in row)
    sentences = max(1, *(len(one.spans) for row in rows for one in row))
    shape = (len(rows), len(rows[0]))
    width = rows[0][0].parts.shape[1]
    made = Step(
        ids=np.ones((*shape, pieces), dtype=np.uint16),
        sizes=np.zeros(shape, dtype=np.int16),
        spans=np.zeros((*shape, sentences, 2), dtype=np.int16),
        targets=np.stack([np.stack([one.target for one in row]) for row in rows]),
        parts=np.full((*shape, sentences, width), np.nan, dtype=np.float32),
    )
    for network, row in enumerate(rows):
        for place, one in enumerate(row):
            made.ids[network, place, : len(one.ids)] = one.ids
            made.sizes[network, place] = len(one.ids)
            made.spans[network, place, : len(one.spans)] = one.spans
            made.parts[network, place, : len(one.parts)] = one.parts
    return made


def epoch_of(
    found: Lessons, own: Sequence[Numbers], recipe: Recipe, seed: tuple[int, int]
) -> list[Step]:
    """Return what each network sees in one epoch: batches of like length, in a drawn order.

    Args:
        found: All lessons.
        own: The lessons of each network.
        recipe: Batch size and how replies are shown.
        seed: Draws everything.
    """
    chance = np.random.default_rng(seed)
    own = [_shown_again(found, indices, recipe.replay, seed) for indices in own]
    steps = math.ceil(max(map(len, own)) / recipe.batch)
    languages = found.arrays["languages"]
    lines: list[list[list[Shown]]] = []
    for indices in own:
        drawn = np.resize(chance.permutation(indices), steps * recipe.batch)
        mates = {code: indices[languages[indices] == code] for code in np.unique(languages)}
        replies = [
            shown(found, int(index), recipe, chance, mates.get(languages[index])) for index in drawn
        ]
        made: list[list[Shown]] = []
        block = recipe.batch * BUCKET
        for start in range(0, len(replies), block):
            ordered = sorted(replies[start : start + block], key=lambda one: len(one.ids))
            made += [
                ordered[low : low + recipe.batch] for low in range(0, len(ordered), recipe.batch)
            ]
        made.sort(key=lambda batch: max(len(one.ids) for one in batch))
        lines.append(made)
    return [step_of([line[place] for line in lines]) for place in chance.permutation(steps)]


def _shown_again(found: Lessons, indices: Numbers, replay: int, seed: tuple[int, int]) -> Numbers:
    """Of the lessons of a network those of one epoch: all, or what is new and `replay` others."""
    held = found.arrays["held"][indices].astype(bool)
    if not replay or replay >= int((~held).sum()):
        return indices
    chance = np.random.default_rng((REPLAY_SEED, *seed))
    others = chance.choice(indices[~held], replay, replace=False)
    return np.concatenate([indices[held], others])
