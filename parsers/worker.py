"""Worker: the process in which foreign bytes are read, one mail after another.

`python -m parsers.worker` speaks over its standard streams. A frame is four octets of length,
big-endian, and that many octets of payload. A question is two frames: JSON
`{"op": "identify" | "read", "context": {…}}` (the fields of `Context`), then the raw mail. The
answer is one frame: `{"ok": {…}}` with an `Identity` or a `Reading`, or `{"error": "…"}` where
the question itself was wrong or memory ran out. The end of the input ends the worker.

No network, no clock, no files but its own tables and the model of the context. Memory is
limited here where the system allows; time is limited by the parent, which kills. A mistake in
the code is not caught: the traceback goes to standard error and the process dies.
"""

from __future__ import annotations

import resource
import struct
import sys
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal

from pydantic import TypeAdapter, ValidationError

from parsers import limits
from parsers.identify import identify
from parsers.reading import Context, Identity, Reading

ADDRESS_SPACE_OCTETS_MAX: Final = 1024**3
_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    op: Literal["identify", "read"]
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identified:
    ok: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    ok: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    error: str


_QUESTION: Final = TypeAdapter(_Question)
_IDENTIFIED: Final = TypeAdapter(_Identified)
_READ: Final = TypeAdapter(_Read)
_FAILED: Final = TypeAdapter(_Failed)


def main() -> int:
    """Answer questions until the input ends; returns the exit status."""
    _limit_memory()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints must not get among the frames.
    sys.stdout = sys.stderr
    while True:
        question = read_frame(source)
        raw = read_frame(source) if question is not None else None
        if question is None or raw is None:
            return 0
        write_frame(sink, answer(question, raw))


def answer(question: bytes, raw: bytes) -> bytes:
    """Answer one question.

    Args:
        question: The JSON frame.
        raw: The mail.

    Returns:
        The JSON of the answer frame.
    """
    try:
        asked = _QUESTION.validate_json(question)
    except ValidationError as mistake:
        return _FAILED.dump_json(_Failed(error=f"no question that is known: {mistake}"[:2_000]))
    try:
        match asked.op:
            case "identify":
                found = _Identified(ok=identify(raw, asked.context))
                return _IDENTIFIED.dump_json(found)
            case "read":
                # Imported late: identifying needs no tables, no calendar and no model.
                from parsers.reader import read_mail

                return _READ.dump_json(_Read(ok=read_mail(raw, asked.context)))
    except MemoryError:
        return _FAILED.dump_json(_Failed(error="the mail needs more memory than is allowed"))


def read_frame(source: BinaryIO) -> bytes | None:
    """Read one frame; None at the end of the input.

    Raises:
        ValueError: The frame is longer than `FRAME_OCTETS_MAX`, so the stream is not ours.
    """
    head = _exactly(source, _LENGTH.size)
    if head is None:
        return None
    (size,) = _LENGTH.unpack(head)
    if size > limits.FRAME_OCTETS_MAX:
        raise ValueError(f"a frame of {size} octets is longer than any mail that is read")
    return _exactly(source, size)


def write_frame(sink: BinaryIO, payload: bytes) -> None:
    """Write one frame and flush it."""
    sink.write(_LENGTH.pack(len(payload)) + payload)
    sink.flush()


def _exactly(source: BinaryIO, size: int) -> bytes | None:
    found = source.read(size)
    return found if len(found) == size else None


def _limit_memory() -> None:
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        is_lower = hard == resource.RLIM_INFINITY or hard > ADDRESS_SPACE_OCTETS_MAX
        if is_lower:
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_OCTETS_MAX, hard))
    except (ValueError, OSError):
        # Some systems know the limit and refuse to set it; the parent's deadline remains.
        sys.stderr.write("the memory of the parser could not be limited\n")


if __name__ == "__main__":
    sys.exit(main())
