"""The encoder as one ONNX file: embedding table in 4 bits, weights in 8 bits per channel.

One message per run: no padding, no mask, so that the scales of the dynamic quantisation depend
on that message alone. Input `ids` [tokens], output [tokens, 384]: each piece within its text.
Built from the archive of the base encoder and, where given, the fine-tuned layers of
`bench/finetune.py`. Needs the package `onnx`, which the product itself does not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bench.learning import tuned_of

LAYERS, WIDTH, HEADS, INNER, BLOCK = 12, 384, 12, 1536, 32
EPSILON = 1e-12
Floats = NDArray[np.float32]
SHAPES = {"emb.word": (40_000, WIDTH), "emb.pos": (512, WIDTH), "emb.type": (2, WIDTH)}
NIBBLE_ZERO = 8


def read_base(archive: Path) -> dict[str, Floats]:
    """Return the tensors of the base encoder as float32, shaped."""
    found: dict[str, Floats] = {}
    with np.load(archive) as stored:
        for key in stored.files:
            kind, name = key.split(":", 1)
            if kind == "s":
                continue
            flat = stored[key].astype(np.float32)
            if kind == "n":
                scale = stored["s:" + name].reshape(-1, 1)
                flat = (flat.reshape(-1, BLOCK) - NIBBLE_ZERO) * scale
            found[name] = _shaped(name, flat.reshape(-1))
    return found


def _shaped(name: str, flat: Floats) -> Floats:
    if name in SHAPES:
        return flat.reshape(SHAPES[name])
    part = name.split(".")[1]
    if name.endswith(".w") and part in ("q", "k", "v", "ao", "fi", "fo"):
        rows, columns = {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}.get(part, (WIDTH, WIDTH))
        return flat.reshape(rows, columns)
    return flat


def read_encoder(path: Path) -> dict[str, Floats]:
    """Return the tensors of the layers of an encoder that `build` wrote, out of their 8 bits."""
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    found: dict[str, Floats] = {}
    for index in range(LAYERS):
        prefix = f"l{index}."
        for part in ("qkv", "ao", "fi", "fo"):
            name = prefix + part
            weight = stored[name + ".w8"].T.astype(np.float32) * stored[name + ".ws"][:, None]
            bias = stored[name + ".b"].copy()
            if part != "qkv":
                found[name + ".w"], found[name + ".b"] = weight, bias
                continue
            # The root of the head's width was drawn into the query.
            weight[:WIDTH] *= np.sqrt(WIDTH // HEADS)
            bias[:WIDTH] *= np.sqrt(WIDTH // HEADS)
            for one, rows, shift in zip("qkv", np.split(weight, 3), np.split(bias, 3), strict=True):
                found[f"{prefix}{one}.w"], found[f"{prefix}{one}.b"] = rows, shift
        for part in ("aln", "oln"):
            for kind in (".w", ".b"):
                found[prefix + part + kind] = stored[prefix + part + kind]
    return found


@dataclass(slots=True, kw_only=True)
class _Graph:
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    stored: list[onnx.TensorProto] = field(default_factory=list)

    def keep(self, name: str, array: NDArray[np.generic]) -> str:
        self.stored.append(numpy_helper.from_array(array, name))
        return name

    def add(self, kind: str, inputs: list[str], name: str, **attributes: object) -> str:
        domain = "com.microsoft" if kind in ("GatherBlockQuantized", "Gelu") else ""
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def linear(self, source: str, name: str, weight: Floats, bias: Floats) -> str:
        """`source @ weight.T + bias`, the weight in 8 bits with one scale a channel."""
        top = np.maximum(np.abs(weight).max(axis=1), 1e-9)
        # 7 bits of 8: two products added in 16 bits do not overflow on older processors.
        scale = (top / 63.0).astype(np.float32)
        whole = np.rint(weight / scale[:, None]).astype(np.int8)
        quantised = name + ".x8"
        self.nodes.append(
            helper.make_node(
                "DynamicQuantizeLinear", [source], [quantised, name + ".s", name + ".z"]
            )
        )
        self.keep(name + ".w8", np.ascontiguousarray(whole.T))
        self.keep(name + ".ws", scale)
        self.keep(name + ".b", bias)
        self.add("MatMulInteger", [quantised, name + ".w8", name + ".z"], name + ".i")
        self.nodes.append(
            helper.make_node("Cast", [name + ".i"], [name + ".f"], to=TensorProto.FLOAT)
        )
        self.add("Mul", [name + ".s", name + ".ws"], name + ".m")
        self.add("Mul", [name + ".f", name + ".m"], name + ".p")
        return self.add("Add", [name + ".p", name + ".b"], name + ".o")

    def norm(self, source: str, name: str, tensors: dict[str, Floats]) -> str:
        self.keep(name + ".w", tensors[name + ".w"])
        self.keep(name + ".b", tensors[name + ".b"])
        return self.add(
            "LayerNormalization",
            [source, name + ".w", name + ".b"],
            name + ".o",
            axis=-1,
            epsilon=EPSILON,
        )


def _table(graph: _Graph, archive: Path) -> str:
    with np.load(archive) as stored:
        nibbles = stored["n:emb.word"].reshape(-1, WIDTH).astype(np.uint8)
        scale = stored["s:emb.word"].reshape(-1, WIDTH // BLOCK).astype(np.float32)
    signed = (nibbles.astype(np.int16) - NIBBLE_ZERO) & 15
    packed = (signed[:, 0::2] | (signed[:, 1::2] << 4)).astype(np.uint8)
    graph.stored.append(
        helper.make_tensor("table", TensorProto.INT4, nibbles.shape, packed.tobytes(), raw=True)
    )
    graph.keep("table.scale", scale)
    return graph.add(
        "GatherBlockQuantized",
        ["table", "ids", "table.scale"],
        "words",
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )


def _layer(graph: _Graph, source: str, index: int, tensors: dict[str, Floats]) -> str:
    prefix = f"l{index}."
    get = {key.removeprefix(prefix): one for key, one in tensors.items() if key.startswith(prefix)}
    root = np.float32(np.sqrt(WIDTH // HEADS))
    weight = np.concatenate([get["q.w"] / root, get["k.w"], get["v.w"]])
    bias = np.concatenate([get["q.b"] / root, get["k.b"], get["v.b"]])
    joint = graph.linear(source, prefix + "qkv", weight, bias)
    parted = graph.add("Reshape", [joint, "shape.parted"], prefix + "parted")
    turned = graph.add("Transpose", [parted], prefix + "turned", perm=[1, 2, 0, 3])
    outputs = [prefix + part for part in ("query", "key", "value")]
    graph.nodes.append(helper.make_node("Split", [turned], outputs, axis=0, num_outputs=3))
    across = graph.add("Transpose", [outputs[1]], prefix + "across", perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", [outputs[0], across], prefix + "scores")
    shares = graph.add("Softmax", [scores], prefix + "shares", axis=-1)
    mixed = graph.add("MatMul", [shares, outputs[2]], prefix + "mixed")
    back = graph.add("Transpose", [mixed], prefix + "back", perm=[0, 2, 1, 3])
    flat = graph.add("Reshape", [back, "shape.flat"], prefix + "flat")
    attended = graph.linear(flat, prefix + "ao", get["ao.w"], get["ao.b"])
    summed = graph.add("Add", [source, attended], prefix + "sum1")
    first = graph.norm(summed, prefix + "aln", tensors)
    inner = graph.linear(first, prefix + "fi", get["fi.w"], get["fi.b"])
    curved = graph.add("Gelu", [inner], prefix + "gelu")
    outer = graph.linear(curved, prefix + "fo", get["fo.w"], get["fo.b"])
    return graph.norm(graph.add("Add", [first, outer], prefix + "sum2"), prefix + "oln", tensors)


def build(archive: Path, tuned: dict[str, Floats], target: Path) -> None:
    """Write the encoder.

    Args:
        archive: The base encoder (`.npz`).
        tuned: Tensors that replace those of the base, by name; may be empty.
        target: Where the ONNX file goes.
    """
    tensors = {**read_base(archive), **tuned}
    graph = _Graph()
    graph.keep("shape.parted", np.array([-1, 3, HEADS, WIDTH // HEADS], dtype=np.int64))
    graph.keep("shape.flat", np.array([-1, WIDTH], dtype=np.int64))
    graph.keep("places", tensors["emb.pos"] + tensors["emb.type"][0])
    graph.keep("zero", np.array([0], dtype=np.int64))
    words = _table(graph, archive)
    size = graph.add("Shape", ["ids"], "size")
    places = graph.add("Slice", ["places", "zero", size], "sliced")
    hidden = graph.norm(graph.add("Add", [words, places], "summed"), "emb.ln", tensors)
    for index in range(LAYERS):
        hidden = _layer(graph, hidden, index, tensors)
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
        [helper.make_tensor_value_info(hidden, TensorProto.FLOAT, ["tokens", WIDTH])],
        graph.stored,
    )
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)],
        producer_name="duly",
    )
    model.ir_version = 10
    target.write_bytes(model.SerializeToString())


def main(argv: Sequence[str] | None = None) -> int:
    """Write the encoder of a model directory; 0 done."""
    arguments = argparse.ArgumentParser(prog="bench.encoder_file", description=__doc__)
    arguments.add_argument("--base", type=Path, required=True, help="the archive of the encoder")
    arguments.add_argument(
        "--tuned",
        type=Path,
        nargs="+",
        default=[],
        help="tensors of `bench.finetune`; of several the mean",
    )
    arguments.add_argument("--model", type=Path, default=Path("parsers/model"))
    chosen = arguments.parse_args(argv)
    tuned = {name: one for name, one in tuned_of(chosen.tuned).items() if name.startswith("l")}
    build(chosen.base, tuned, chosen.model / "encoder.onnx")
    return 0


if __name__ == "__main__":
    sys.exit(main())
