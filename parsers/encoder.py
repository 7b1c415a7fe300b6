"""Encoder: a text as 384 numbers that mean the same in every language it was trained on.

Runs the ONNX file of the model directory on one thread, one text at a time, so that the same
text always gives the same numbers on a machine. Reads that file and its pieces, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from parsers.pieces import Pieces, pieces_from

TOKENS_MAX = 192
CHARACTERS_MAX = 2_000
PREFIX = "query: "
ENCODER_FILE, PIECES_FILE = "encoder.onnx", "pieces.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """The session and the pieces; `embed` is the only thing it does."""

    session: onnxruntime.InferenceSession
    pieces: Pieces

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return the text as 384 numbers of length 1; its first 192 pieces count."""
        ids = self.pieces.encode(PREFIX + text[:CHARACTERS_MAX], TOKENS_MAX)
        (found,) = self.session.run(None, {"ids": np.array(ids, dtype=np.int64)})
        return np.asarray(found, dtype=np.float32)


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
    session = onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    lines = (folder / PIECES_FILE).read_text(encoding="utf-8")
    return Encoder(session=session, pieces=pieces_from(lines))
