"""Fine-tuning: `python -m bench.finetune --base ARCHIVE --lessons lessons.npz --out tuned.npz`.

Several networks learn side by side from the same lessons in other orders; the mean of their
weights is kept. Each reply is learnt whole, and its sentences within it, so that one run of the
encoder tells what the reply says and where. Then `bench.encoder_file` writes the encoder and
`bench.train` the light heads. With `--apart writers` (or `folds`) there is one network for each
writer, which learns from all others, and what it says of that writer's replies is kept instead:
`bench.writers` reports it. With `--beside first` (or `second`) a network that goes on from
another (`--start`) learns one half of the replies held out too, `--beside all` both;
`bench.unseen` asks each about the half that it has not learnt. Needs torch; minutes on a GPU, hours
on a CPU. Seeds are fixed.

Recipe: AdamW, linear warm-up and decay, binary cross-entropy with smoothed labels; the table of
pieces rests.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from bench.encoder_file import read_base, read_encoder
from bench.network import Networks, arrays_of, mean_of, networks_from
from bench.showing import EPOCHS, LABELS, RATE, Lessons, Numbers, Recipe, Shown, epoch_of, step_of

ENCODER_FILE, HEADS_FILE = "encoder.onnx", "heads.npz"
REASON_WEIGHT = 1.2


def _binary(logits: Tensor, target: Tensor, smooth: float) -> Tensor:
    """Cross-entropy of each target; 0 where it is NaN."""
    known = ~torch.isnan(target)
    wanted = torch.nan_to_num(target) * (1 - 2 * smooth) + smooth
    loss = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return torch.where(known, loss, 0.0)


def _reasons(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of the reason a row; 0 where none is told."""
    known = ~torch.isnan(target[..., 0])
    loss = -(torch.nan_to_num(target) * functional.log_softmax(logits, dim=-1)).sum(-1)
    return torch.where(known, loss, 0.0)


def loss_of(
    logits: tuple[Tensor, Tensor], targets: tuple[Tensor, Tensor], recipe: Recipe
) -> Tensor:
    """Return the loss of all networks together, each counting for itself."""
    whole, parts = logits
    target, part = targets
    loss = _binary(whole[..., :LABELS], target[..., :LABELS], recipe.smooth).sum(-1).mean(1)
    human = _binary(whole[..., LABELS], target[..., LABELS], recipe.smooth).mean(1)
    reason = _reasons(whole[..., LABELS + 1 :], target[..., LABELS + 1 :]).mean(1)
    loss = loss + recipe.human * human + REASON_WEIGHT * reason
    of_parts = _binary(parts[..., :LABELS], part[..., :LABELS], recipe.smooth).sum(-1)
    of_parts = of_parts + REASON_WEIGHT * _reasons(parts[..., LABELS:], part[..., LABELS:])
    real = ~torch.isnan(part).all(-1)
    mean = (of_parts * real).sum((1, 2)) / real.sum((1, 2)).clamp(min=1)
    return (loss + recipe.sentences * mean).sum()


def learn(
    base: dict[str, NDArray[np.float32]],
    found: Lessons,
    own: Sequence[Numbers],
    recipe: Recipe,
    *,
    seed: int,
    device: str,
    pool: Executor | None = None,
) -> Networks:
    """Return networks that have learnt, one for each set of lessons in `own`.

    A pool prepares the epochs ahead; it changes nothing in what is learnt.
    """
    torch.manual_seed(seed)
    draw = partial(epoch_of, found, own, recipe)
    seeds = [(seed, epoch) for epoch in range(recipe.epochs)]
    sizes = (found.arrays["targets"].shape[1], found.arrays["sentence_targets"].shape[1])
    networks = networks_from(base, len(own), sizes, device)
    networks.frozen = recipe.frozen
    heads = [one for name, one in networks.learning.items() if not name.startswith("l")]
    bodies = [
        one
        for name, one in networks.learning.items()
        if name.startswith("l") and int(name[1:].split(".")[0]) >= recipe.frozen
    ]
    optimiser = torch.optim.AdamW(
        [{"params": bodies}, {"params": heads}],
        lr=recipe.rate,
        weight_decay=recipe.decay,
        fused=True,
    )
    taken = 0
    for epoch, prepared in enumerate((pool.map if pool else map)(draw, seeds)):
        total = torch.zeros((), device=device)
        for step in prepared:
            part = taken / len(prepared) / recipe.epochs
            rising, falling = part / recipe.warm_up, (1 - part) / (1 - recipe.warm_up)
            factor = min(rising, falling)
            optimiser.param_groups[0]["lr"] = recipe.rate * factor
            optimiser.param_groups[1]["lr"] = recipe.rate * recipe.head_factor * factor
            with torch.autocast(device, dtype=torch.bfloat16, enabled=device != "cpu"):
                logits = networks.logits(step.batch(device), recipe.drop)
            loss = loss_of(logits, step.wanted(device), recipe)
            optimiser.zero_grad()
            loss.backward()
            clip(list(networks.learning.values()))
            optimiser.step()
            taken += 1
            total += loss.detach()
        mean = total.item() / len(prepared) / len(own)
        sys.stdout.write(f"epoch {epoch + 1}: loss {mean:.3f}\n")
        sys.stdout.flush()
    return networks


def clip(tensors: Sequence[Tensor]) -> None:
    """Shorten the gradient of each network to a length of 1."""
    squares = torch.stack(
        [one.grad.flatten(1).square().sum(1) for one in tensors if one.grad is not None]
    ).sum(0)
    factor = (1.0 / (squares.sqrt() + 1e-6)).clamp(max=1.0)
    for one in tensors:
        if one.grad is not None:
            one.grad.mul_(factor.view(-1, *[1] * (one.grad.dim() - 1)))


def groups_apart(found: Lessons, kind: str) -> list[Numbers]:
    """Return the lessons of each writer, or of each fold."""
    column = found.arrays[kind]
    return [np.flatnonzero(column == name) for name in np.unique(column)]


def unseen_logits(
    networks: Networks, found: Lessons, apart: Sequence[Numbers], batch: int, device: str
) -> NDArray[np.float32]:
    """Return what each network says of the replies that it did not learn from.

    Args:
        networks: One for each group.
        found: All lessons.
        apart: The lessons of each group; together they are all.
        batch: How many replies a network reads at a time.
        device: Where the networks are.

    Returns:
        Logits [lessons, outputs].
    """
    longest = max(map(len, apart))
    drawn = [np.resize(indices, longest) for indices in apart]
    said = np.zeros(found.arrays["targets"].shape, dtype=np.float32)
    for low in range(0, longest, batch):
        rows = [indices[low : low + batch] for indices in drawn]
        shown = [[as_written(found, int(index)) for index in row] for row in rows]
        with torch.no_grad():
            whole, _ = networks.logits(step_of(shown).batch(device))
        for row, logits in zip(rows, whole.float().cpu().numpy(), strict=True):
            said[row] = logits
    return said


def learnt(found: Lessons, beside: str | None) -> NDArray[np.bool_]:
    """Return for each lesson whether it is learnt: those that are not held out, and `beside`
    them the `first` half of the others, the `second`, or `all`."""
    held = found.arrays["held"].astype(bool)
    if beside is None:
        return ~held
    if beside == "all":
        return np.ones(len(held), dtype=bool)
    half = ("first", "second").index(beside)
    mine: NDArray[np.bool_] = ~held | (found.arrays["halves"] == half)
    return mine


def as_written(found: Lessons, index: int) -> Shown:
    """Return a reply in the spelling of its writer."""
    ids, spans = found.one(index, 0)
    target, parts = found.targets(index)
    return Shown(ids=ids, spans=spans, target=target, parts=parts)


def started(model: Path) -> dict[str, NDArray[np.float32]]:
    """Return the tensors to go on from: of an archive that an earlier run wrote, or of a model
    directory, its encoder's layers and its heads."""
    if model.is_file():
        with np.load(model, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    found = read_encoder(model / ENCODER_FILE)
    with np.load(model / HEADS_FILE, allow_pickle=False) as stored:
        return {
            **found,
            "head.w": stored["encoder_weights"],
            "head.b": stored["encoder_constants"],
            "parts.w": stored["part_weights"],
            "parts.b": stored["part_constants"],
        }


def main(argv: Sequence[str] | None = None) -> int:
    """Fine-tune and write the tensors; 0 done."""
    arguments = argparse.ArgumentParser(prog="bench.finetune", description=__doc__)
    arguments.add_argument("--base", type=Path, required=True, help="the archive of the encoder")
    arguments.add_argument("--lessons", type=Path, required=True)
    arguments.add_argument("--networks", type=int, default=1)
    arguments.add_argument("--device", default="cpu")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument(
        "--start", type=Path, help="an archive or a model directory to go on from"
    )
    arguments.add_argument("--epochs", type=int, default=EPOCHS)
    arguments.add_argument("--frozen", type=int, default=0, help="how many layers rest")
    arguments.add_argument("--rate", type=float, default=RATE)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument(
        "--beside", choices=("first", "second", "all"), help="of the replies held out, learn these"
    )
    arguments.add_argument(
        "--replay", type=int, default=0, help="how many of the others an epoch shows; 0: all"
    )
    arguments.add_argument("--apart", choices=("writers", "folds"), help="keep what is unseen")
    chosen = arguments.parse_args(argv)
    torch.set_num_threads(chosen.threads)
    with np.load(chosen.lessons, allow_pickle=False) as stored:
        found = Lessons({name: stored[name] for name in stored.files})
    base = {**read_base(chosen.base), **(started(chosen.start) if chosen.start else {})}
    recipe = Recipe(
        epochs=chosen.epochs, frozen=chosen.frozen, rate=chosen.rate, replay=chosen.replay
    )
    if chosen.apart:
        apart = groups_apart(found, chosen.apart)
        own = [np.setdiff1d(np.arange(len(found)), indices) for indices in apart]
        networks = learn(base, found, own, recipe, seed=chosen.seed, device=chosen.device)
        said = unseen_logits(networks, found, apart, recipe.batch, chosen.device)
        np.savez_compressed(chosen.out, names=found.arrays["names"], logits=said)
        return 0
    own = [np.flatnonzero(learnt(found, chosen.beside))] * chosen.networks
    made = mean_of(learn(base, found, own, recipe, seed=chosen.seed, device=chosen.device))
    np.savez(chosen.out, allow_pickle=False, **arrays_of(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
