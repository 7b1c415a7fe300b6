"""The encoder as tensors that learn: several networks side by side, one batched product each.

All networks start from the same base and differ by what they see and in which order. Shapes:
`[networks, ...]` before the shape of one. Needs torch, which only fine-tuning does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from bench.encoder_file import EPSILON, HEADS, LAYERS, WIDTH

SHARPNESS = 10.0
HEAD_SPREAD, HEAD_START = 0.02, -2.0
Floats = NDArray[np.float32]
FUSED = ("q", "k", "v")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the networks see in one step.

    `ids` and `mask` [networks, replies, pieces]; `shares` [networks, replies, sentences, pieces]:
    each row sums to 1 over the pieces of its sentence, or to 0 where there is none.
    """

    ids: Tensor
    mask: Tensor
    shares: Tensor


@dataclass(slots=True, kw_only=True)
class Networks:
    """The tensors by name; the table of pieces, the places and the `frozen` lowest layers rest,
    all else learns."""

    table: Tensor
    places: Tensor
    first: tuple[Tensor, Tensor]
    learning: dict[str, Tensor] = field(default_factory=dict)
    frozen: int = 0

    def start(self, ids: Tensor) -> Tensor:
        """Embeddings of the pieces and of their places."""
        values = functional.embedding(ids, self.table) + self.places[: ids.shape[-1]]
        return functional.layer_norm(values, (WIDTH,), *self.first, EPSILON)

    def linear(self, values: Tensor, name: str) -> Tensor:
        """`values` [networks, rows, in] through a layer of each network."""
        weights, constants = self.learning[name + ".w"], self.learning[name + ".b"]
        return torch.bmm(values, weights.transpose(1, 2)) + constants[:, None, :]

    def norm(self, values: Tensor, name: str) -> Tensor:
        """Layer normalisation by the tensors of that name."""
        plain = functional.layer_norm(values, (WIDTH,), eps=EPSILON)
        return (
            plain * self.learning[name + ".w"][:, None, :] + self.learning[name + ".b"][:, None, :]
        )

    def layer(self, values: Tensor, mask: Tensor, index: int, drop: float) -> Tensor:
        """One layer; `values` [networks, replies * pieces, width]."""
        networks, replies, pieces = mask.shape
        prefix = f"l{index}."
        parted = self.linear(values, prefix + "qkv").view(
            networks * replies, pieces, 3, HEADS, WIDTH // HEADS
        )
        query, key, value = parted.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=mask.view(-1, 1, 1, pieces),
        )
        flat = mixed.transpose(1, 2).reshape(networks, replies * pieces, WIDTH)
        attended = functional.dropout(self.linear(flat, prefix + "ao"), drop)
        first = self.norm(values + attended, prefix + "aln")
        inner = self.linear(functional.gelu(self.linear(first, prefix + "fi")), prefix + "fo")
        return self.norm(first + functional.dropout(inner, drop), prefix + "oln")

    def hidden(self, batch: Batch, drop: float) -> Tensor:
        """Return [networks, replies, pieces, width]."""
        networks, replies, pieces = batch.mask.shape
        values = self.start(batch.ids).view(networks, replies * pieces, WIDTH)
        with torch.no_grad():
            for index in range(self.frozen):
                values = self.layer(values, batch.mask, index, 0.0)
        for index in range(self.frozen, LAYERS):
            values = self.layer(values, batch.mask, index, drop)
        return values.view(networks, replies, pieces, WIDTH)

    def logits(self, batch: Batch, drop: float = 0.0) -> tuple[Tensor, Tensor]:
        """Return logits of the replies and of their sentences: [.., outputs] each."""
        hidden = self.hidden(batch, drop)
        weights = batch.mask.to(hidden.dtype)
        whole = torch.einsum("nrp,nrpw->nrw", weights, hidden)
        parts = torch.einsum("nrsp,nrpw->nrsw", batch.shares.to(hidden.dtype), hidden)
        made: list[Tensor] = []
        for values, name in ((whole, "head"), (parts.flatten(1, 2), "parts")):
            even = functional.normalize(values.float(), dim=-1) * SHARPNESS
            weight, constant = self.learning[name + ".w"], self.learning[name + ".b"]
            made.append(torch.bmm(even, weight.transpose(1, 2)) + constant[:, None, :])
        return made[0], made[1].unflatten(1, parts.shape[1:3])


def networks_from(
    base: Mapping[str, Floats], count: int, sizes: tuple[int, int], device: str
) -> Networks:
    """Return `count` networks that start alike.

    Args:
        base: The tensors of the encoder, by name, with heads (`head.w` and so on) or without.
        count: How many.
        sizes: Outputs of the head on replies and of the head on sentences.
        device: Where they learn, `cpu` or `cuda`.
    """
    learning: dict[str, Tensor] = {}

    def keep(name: str, array: Floats) -> None:
        one = torch.tensor(array, dtype=torch.float32, device=device)
        learning[name] = one.expand(count, *one.shape).clone().requires_grad_(True)

    for index in range(LAYERS):
        prefix = f"l{index}."
        for kind in (".w", ".b"):
            keep(prefix + "qkv" + kind, np.concatenate([base[prefix + p + kind] for p in FUSED]))
            for part in ("ao", "aln", "fi", "fo", "oln"):
                keep(prefix + part + kind, base[prefix + part + kind])
    chance = np.random.default_rng(7)
    for name, outputs in (("head", sizes[0]), ("parts", sizes[1])):
        fresh = chance.normal(0, HEAD_SPREAD, (outputs, WIDTH)).astype(np.float32)
        known = base.get(name + ".w")
        keep(name + ".w", fresh if known is None else known / SHARPNESS)
        level = np.full(outputs, HEAD_START, dtype=np.float32)
        keep(name + ".b", base.get(name + ".b", level))

    def rest(array: Floats) -> Tensor:
        return torch.tensor(array, dtype=torch.float32, device=device)

    return Networks(
        table=rest(base["emb.word"]),
        places=rest(base["emb.pos"] + base["emb.type"][0]),
        first=(rest(base["emb.ln.w"]), rest(base["emb.ln.b"])),
        learning=learning,
    )


def mean_of(networks: Networks) -> Networks:
    """Return one network whose tensors are the means of all."""
    return Networks(
        table=networks.table,
        places=networks.places,
        first=networks.first,
        learning={
            name: one.detach().mean(dim=0, keepdim=True) for name, one in networks.learning.items()
        },
    )


def arrays_of(networks: Networks) -> dict[str, Floats]:
    """Return the first network's tensors under the names of the base; its heads as `head.w` and
    so on, made for embeddings of length 1."""
    found: dict[str, Floats] = {}
    for name, tensor in networks.learning.items():
        array = tensor[0].detach().float().cpu().numpy()
        if ".qkv" in name:
            for part, piece in zip(FUSED, np.split(array, 3), strict=True):
                found[name.replace("qkv", part)] = piece
        else:
            found[name] = array * SHARPNESS if name in ("head.w", "parts.w") else array
    return found
