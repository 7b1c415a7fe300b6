"""Encoder: a text and its sentences as 384 numbers each, of like meaning in every language.

Runs the ONNX file of the model directory once a text, on one thread, so that the same text
always gives the same numbers on a machine; a sentence is read within its text. Reads that file
and its pieces, nothing else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from parsers.pieces import Pieces, pieces_from

TOKENS_MAX = 256
CHARACTERS_MAX = 2_000
PREFIX = "query: "
ENCODER_FILE, PIECES_FILE = "encoder.onnx", "pieces.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A text read: the whole and its parts, vectors of length 1, zeros for a part not read.

    `whole` [384]; `parts` [parts, 384]; `is_whole` False where the text was longer than what
    is read.
    """

    whole: NDArray[np.float32]
    parts: NDArray[np.float32]
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """The session and the pieces; `embed` is the only thing it does."""

    session: onnxruntime.InferenceSession
    pieces: Pieces

    def embed(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> Embedded:
        """Return the text and the parts of it that `spans` tell; its first 256 pieces count."""
        read = PREFIX + text[:CHARACTERS_MAX]
        ids, places = self.pieces.placed(read, TOKENS_MAX)
        (found,) = self.session.run(None, {"ids": np.array(ids, dtype=np.int64)})
        hidden = np.asarray(found, dtype=np.float32)
        # The marks of begin and end have no place: those between stand in order.
        starts = places[1:-1]
        parts = np.zeros((len(spans), hidden.shape[1]), dtype=np.float32)
        for row, (low, high) in enumerate(spans):
            first = bisect_left(starts, low + len(PREFIX)) + 1
            end = bisect_left(starts, high + len(PREFIX)) + 1
            if first < end:
                parts[row] = _even(hidden[first:end].mean(axis=0))
        return Embedded(
            whole=_even(hidden.mean(axis=0)),
            parts=parts,
            is_whole=len(ids) < TOKENS_MAX and len(text) <= CHARACTERS_MAX,
        )


def _even(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return (vector / np.float32(np.linalg.norm(vector) + 1e-12)).astype(np.float32)


def load_encoder(folder: Path) -> Encoder | None:
    """Return the encoder of a model directory; None where it has none.

    Raises:
        OSError: A file cannot be read.
        ValueError: The file of pieces is damaged.
    """
    path = folder / ENCODER_FILE
    if not path.is_file():
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    # By its path: bytes would be kept beside what the session makes of them.
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    lines = (folder / PIECES_FILE).read_text(encoding="utf-8")
    return Encoder(session=session, pieces=pieces_from(lines))
