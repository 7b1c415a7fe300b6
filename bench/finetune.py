"""Fine-tuning of the encoder: `python -m bench.finetune --base ARCHIVE --out tuned.npz`.

The lower layers stay as they are and run once; the upper ones learn in three stages, with one
linear head for the 16 labels, the need of a human and the reasons of disputes. Then
`bench.encoder_file` writes the encoder and `bench.train` the light heads. Needs torch, which
nothing else here does; about an hour on one core. Seeds are fixed, one thread.
Recipe: AdamW, linear warm-up and decay, binary cross-entropy with smoothed labels.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from bench.check_replies import examples
from bench.encoder_file import EPSILON, HEADS, LAYERS, WIDTH, read_base
from bench.examples import Examples, load, target_of
from parsers.classifier import LABELS, OUTPUTS
from parsers.encoder import PIECES_FILE, PREFIX
from parsers.pieces import Pieces, pieces_from

TOKENS_MAX = 128
BATCH = 32
BUCKET = 16
DECAY = 0.01
WARM_UP = 0.1
DROP = 0.1
SMOOTH = 0.02
SHARPNESS = 10.0
QUOTE_WEIGHT = 0.5
HUMAN_WEIGHT, REASON_WEIGHT = 0.7, 1.2
QUOTE_MIN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stretch of learning: how many layers rest, how often all is seen, how fast."""

    frozen: int
    epochs: int
    rate: float
    head_factor: float
    seed: int


STAGES = (
    Stage(frozen=8, epochs=2, rate=8e-5, head_factor=20.0, seed=7),
    Stage(frozen=6, epochs=3, rate=7e-5, head_factor=8.0, seed=8),
    Stage(frozen=6, epochs=2, rate=5e-5, head_factor=8.0, seed=9),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One text in pieces with its targets (NaN: not told) and how much it counts."""

    pieces: tuple[int, ...]
    target: tuple[float, ...]
    weight: float


@dataclass(slots=True, kw_only=True)
class Network:
    """The encoder's tensors; those of the layers from `frozen` on learn."""

    tensors: dict[str, Tensor]
    frozen: int

    def norm(self, values: Tensor, name: str) -> Tensor:
        """Layer normalisation by the tensors of that name."""
        weight, bias = self.tensors[name + ".w"], self.tensors[name + ".b"]
        return functional.layer_norm(values, (WIDTH,), weight, bias, EPSILON)

    def start(self, ids: Tensor) -> Tensor:
        """Embeddings of the pieces and of their places."""
        places = self.tensors["emb.pos"][: ids.shape[1]]
        return self.norm(
            self.tensors["emb.word"][ids] + places + self.tensors["emb.type"][0], "emb.ln"
        )

    def layer(self, values: Tensor, mask: Tensor, index: int, drop: float) -> Tensor:
        """One layer of attention and of the inner network; `mask` [batch, tokens]."""
        batch, tokens, _ = values.shape

        def linear(name: str, source: Tensor) -> Tensor:
            prefix = f"l{index}.{name}"
            return functional.linear(
                source, self.tensors[prefix + ".w"], self.tensors[prefix + ".b"]
            )

        parts = [
            linear(name, values).view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)
            for name in ("q", "k", "v")
        ]
        mixed = functional.scaled_dot_product_attention(
            parts[0], parts[1], parts[2], attn_mask=mask[:, None, None, :]
        )
        attended = linear("ao", mixed.transpose(1, 2).reshape(batch, tokens, WIDTH))
        first = self.norm(values + functional.dropout(attended, drop), f"l{index}.aln")
        inner = linear("fo", functional.gelu(linear("fi", first)))
        return self.norm(first + functional.dropout(inner, drop), f"l{index}.oln")

    def upper(self, values: Tensor, mask: Tensor, drop: float) -> Tensor:
        """Run the learning layers; return the mean over the tokens, of length `SHARPNESS`."""
        for index in range(self.frozen, LAYERS):
            values = self.layer(values, mask, index, drop)
        shares = mask[:, :, None].float()
        mean = (values * shares).sum(1) / shares.sum(1)
        return functional.normalize(mean, dim=1) * SHARPNESS


def _cut(pieces: Pieces, text: str) -> tuple[int, ...]:
    return tuple(pieces.encode(PREFIX + text, TOKENS_MAX))


def lessons(found: Examples, pieces: Pieces) -> list[Lesson]:
    """Return a lesson for each example, and one for each quote of those with two labels."""
    by_name = {one.identifier: one for one in examples()}
    made: list[Lesson] = []
    for index, name in enumerate(found.identifiers):
        target = tuple(float(value) for value in found.targets[index])
        made.append(Lesson(pieces=_cut(pieces, found.texts[index]), target=target, weight=1.0))
        rows = by_name[name].gold.get("evidence")
        if sum(target[:LABELS]) < 2 or not isinstance(rows, list):
            continue
        for row in rows:
            if len(row["quote"]) > QUOTE_MIN:
                labels = target_of(by_name[name].only(row["intent"]))[:LABELS]
                rest = (math.nan,) * (OUTPUTS - LABELS)
                made.append(
                    Lesson(
                        pieces=_cut(pieces, row["quote"]),
                        target=(*labels, *rest),
                        weight=QUOTE_WEIGHT,
                    )
                )
    return made


def _padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    tokens = max(len(row) for row in rows)
    mask = torch.zeros(len(rows), tokens, dtype=torch.bool)
    values = torch.zeros(len(rows), tokens, *rows[0].shape[1:], dtype=rows[0].dtype)
    for place, row in enumerate(rows):
        values[place, : len(row)] = row
        mask[place, : len(row)] = True
    return values, mask


def lower(network: Network, given: Sequence[Lesson]) -> list[Tensor]:
    """Run the frozen layers once for every lesson; kept in half precision."""
    found: list[Tensor] = [torch.empty(0)] * len(given)
    order = sorted(range(len(given)), key=lambda place: len(given[place].pieces))
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            ids, mask = _padded([torch.tensor(given[place].pieces) for place in places])
            values = network.start(ids)
            for index in range(network.frozen):
                values = network.layer(values, mask, index, 0.0)
            for row, place in enumerate(places):
                found[place] = values[row, : len(given[place].pieces)].half()
    return found


def batches(sizes: Sequence[int], chance: np.random.Generator) -> Iterator[list[int]]:
    """Yield places in batches of like length, in an order that the generator draws."""
    drawn = chance.permutation(len(sizes)).tolist()
    made: list[list[int]] = []
    for start in range(0, len(drawn), BATCH * BUCKET):
        block = sorted(drawn[start : start + BATCH * BUCKET], key=lambda place: sizes[place])
        made += [block[low : low + BATCH] for low in range(0, len(block), BATCH)]
    for place in chance.permutation(len(made)).tolist():
        yield made[place]


def loss_of(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the loss of a batch: labels, need of a human, reason of a dispute."""
    cross = functional.binary_cross_entropy_with_logits
    wanted = target[:, :LABELS] * (1 - 2 * SMOOTH) + SMOOTH
    loss = (cross(logits[:, :LABELS], wanted, reduction="none").sum(1) * weight).mean()
    is_told = ~torch.isnan(target[:, LABELS])
    if is_told.any():
        human = target[is_told, LABELS] * (1 - 2 * SMOOTH) + SMOOTH
        loss = loss + HUMAN_WEIGHT * cross(logits[is_told, LABELS], human)
    is_disputed = ~torch.isnan(target[:, LABELS + 1])
    if is_disputed.any():
        share = is_disputed.float().mean()
        code = target[is_disputed, LABELS + 1 :].argmax(1)
        found = functional.cross_entropy(logits[is_disputed, LABELS + 1 :], code)
        loss = loss + REASON_WEIGHT * share * found
    return loss


def fresh_head() -> tuple[Tensor, Tensor]:
    """Return the head before any learning: labels are rare."""
    constants = torch.zeros(OUTPUTS)
    constants[:LABELS] = -2.0
    return torch.nn.init.normal_(torch.zeros(OUTPUTS, WIDTH), std=0.02), constants


def learn(
    network: Network, given: Sequence[Lesson], stage: Stage, head: tuple[Tensor, Tensor]
) -> None:
    """Train the upper layers and the head in place."""
    hidden = lower(network, given)
    chance = np.random.default_rng(stage.seed)
    weights, constants = head
    learning = [
        tensor
        for name, tensor in network.tensors.items()
        if name.startswith("l") and int(name[1:].split(".")[0]) >= network.frozen
    ]
    for tensor in (*learning, weights, constants):
        tensor.requires_grad_(True)
    optimiser = torch.optim.AdamW(
        [{"params": learning}, {"params": [weights, constants]}],
        lr=stage.rate,
        weight_decay=DECAY,
    )
    epochs = stage.epochs
    sizes = [len(one.pieces) for one in given]
    steps, taken = math.ceil(len(given) / BATCH) * epochs, 0
    for epoch in range(epochs):
        total = 0.0
        for places in batches(sizes, chance):
            part = taken / steps
            factor = part / WARM_UP if part < WARM_UP else (1 - part) / (1 - WARM_UP)
            optimiser.param_groups[0]["lr"] = stage.rate * factor
            optimiser.param_groups[1]["lr"] = stage.rate * stage.head_factor * factor
            values, mask = _padded([hidden[place].float() for place in places])
            logits = functional.linear(network.upper(values, mask, DROP), weights, constants)
            target = torch.tensor([given[place].target for place in places])
            loss = loss_of(logits, target, torch.tensor([given[place].weight for place in places]))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*learning, weights, constants], 1.0)
            optimiser.step()
            taken, total = taken + 1, total + loss.item()
        sys.stdout.write(f"epoch {epoch + 1}: loss {total * epochs / steps:.3f}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Fine-tune and write the tensors; 0 done."""
    arguments = argparse.ArgumentParser(prog="bench.finetune", description=__doc__)
    arguments.add_argument("--base", type=Path, required=True, help="the archive of the encoder")
    arguments.add_argument("--model", type=Path, default=Path("parsers/model"))
    arguments.add_argument("--out", type=Path, required=True)
    chosen = arguments.parse_args(argv)
    torch.set_num_threads(1)
    found = load()
    pieces = pieces_from((chosen.model / PIECES_FILE).read_text(encoding="utf-8"))
    tensors = {name: torch.tensor(array) for name, array in read_base(chosen.base).items()}
    given = lessons(found, pieces)
    torch.manual_seed(STAGES[0].seed)
    head = fresh_head()
    network = Network(tensors=tensors, frozen=LAYERS)
    for stage in STAGES:
        torch.manual_seed(stage.seed)
        network.frozen = stage.frozen
        learn(network, given, stage, head)
    tuned = {
        name: tensor.detach().numpy()
        for name, tensor in network.tensors.items()
        if tensor.requires_grad
    }
    weights, constants = (one.detach().numpy() for one in head)
    arrays = {**tuned, "head": weights * SHARPNESS, "constants": constants}
    np.savez(chosen.out, **{name: array.astype(np.float32) for name, array in arrays.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
