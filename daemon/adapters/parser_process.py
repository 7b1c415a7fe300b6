"""The parser process: foreign bytes are read by a child that may die, never by the daemon.

One long-lived child, asked over pipes, one mail at a time. Past the deadline, after a crash or
after a garbled answer it is killed; the next mail gets a new one. The frames are those of
`parsers/worker.py`: four octets of length (big-endian), then the payload; a question is a JSON
frame and a frame of raw bytes, an answer one JSON frame.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from daemon.errors import ParserFailed, ParserNotStarted
from parsers.reading import Context, Identity, Reading

ANSWER_OCTETS_MAX = 32 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
TAIL_OCTETS = 8_192
_PLACE = re.compile(r'^  File "([^"\n]+)", line (\d+), in (\S+)', re.MULTILINE)
_KIND = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit))\b", re.MULTILINE)
# One thread each, since there may be a child a core; what loading took is given back.
FRUGAL = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "262144",
}
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


@dataclass(frozen=True, slots=True, kw_only=True)
class _IdentityAnswer:
    ok: Identity | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadingAnswer:
    ok: Reading | None = None
    error: str = ""


_CONTEXT = TypeAdapter(Context)
_IDENTITY = TypeAdapter(_IdentityAnswer)
_READING = TypeAdapter(_ReadingAnswer)
_Answer = TypeVar("_Answer", _IdentityAnswer, _ReadingAnswer)


class ParserProcess:
    """The port `Parser` over a child process, started with the first mail.

    Args:
        command: Program and arguments; None: this interpreter with `-m parsers.worker`.
        deadline_seconds: For one mail, from the question to the answer.
        start_seconds: For a new child to read an empty mail, by which it loads all that it
            needs: so the deadline of a foreign mail is the same for the first one. 0: not asked.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        deadline_seconds: float = 10.0,
        start_seconds: float = 60.0,
    ) -> None:
        self._command = tuple(command or (sys.executable, "-m", "parsers.worker"))
        self._deadline_seconds = deadline_seconds
        self._start_seconds = start_seconds
        self._child: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[bytes] | None = None
        self._lock = asyncio.Lock()

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Return the keys and trust of a mail.

        Raises:
            ParserFailed: The child died, ran late, or could not read this mail.
            ParserNotStarted: There is no child, and none can be started.
        """
        answer = await self._ask("identify", raw, context, _IDENTITY)
        if answer.ok is None:
            raise ParserFailed(f"the parser reports: {answer.error or 'nothing'}")
        return answer.ok

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Return all that a mail says.

        Raises:
            ParserFailed: The child died, ran late, or could not read this mail.
            ParserNotStarted: There is no child, and none can be started.
        """
        answer = await self._ask("read", raw, context, _READING)
        if answer.ok is None:
            raise ParserFailed(f"the parser reports: {answer.error or 'nothing'}")
        return answer.ok

    async def close(self) -> None:
        """End the child, after the mail that it may be reading."""
        async with self._lock:
            await self._kill()

    async def _ask(
        self,
        operation: Literal["identify", "read"],
        raw: bytes,
        context: Context,
        shape: TypeAdapter[_Answer],
    ) -> _Answer:
        question = _question(operation, context)
        async with self._lock:
            is_understood = False
            seconds = self._deadline_seconds
            try:
                if self._child is None or self._child.returncode is not None:
                    await self._begin(context)
                async with asyncio.timeout(seconds):
                    answer = await self._exchange(_frame(question) + _frame(raw))
                understood = shape.validate_json(answer)
                is_understood = True
            except TimeoutError as error:
                message = f"the parser took longer than {seconds:g} seconds"
                raise ParserFailed(message) from error
            except (OSError, EOFError) as error:
                raise ParserFailed(f"the parser died: {await self._last_words()}") from error
            except ValidationError as error:
                count = error.error_count()
                raise ParserFailed(f"the parser's answer has {count} errors") from error
            finally:
                # Whatever went wrong, a cancellation too: the child may still be answering.
                if not is_understood:
                    await self._kill()
            return understood

    async def _begin(self, context: Context) -> None:
        """Start a child, and let it load all that it needs by reading an empty mail.

        Raises:
            ParserNotStarted: It did not start, or could not read even that in time.
        """
        seconds = self._start_seconds
        try:
            await self._start()
            if not seconds:
                return
            async with asyncio.timeout(seconds):
                answer = await self._exchange(_first_question(context))
            first = _READING.validate_json(answer)
        except TimeoutError as error:
            message = f"the parser took longer than {seconds:g} seconds to start"
            raise ParserNotStarted(message) from error
        except (OSError, EOFError) as error:
            message = f"the parser did not start: {await self._last_words()}"
            raise ParserNotStarted(message) from error
        except ValidationError as error:
            count = error.error_count()
            raise ParserNotStarted(f"the parser's first answer has {count} errors") from error
        if first.ok is None:
            raise ParserNotStarted(f"the parser reports at its start: {first.error or 'nothing'}")

    async def _exchange(self, question: bytes) -> bytes:
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise EOFError("no child")
        child.stdin.write(question)
        if child.stdin.transport.get_write_buffer_size():
            # A child that answers before it has read everything must not lock both sides up.
            _, header = await asyncio.gather(child.stdin.drain(), child.stdout.readexactly(4))
        else:
            header = await child.stdout.readexactly(4)
        octets = int.from_bytes(header, "big")
        if octets > ANSWER_OCTETS_MAX:
            raise ParserFailed(f"the parser announces an answer of {octets} octets")
        return await child.stdout.readexactly(octets)

    async def _start(self) -> None:
        await self._kill()
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        self._child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            # The child reads hostile mail: it gets no secret that the daemon was started with.
            env={**kept, **FRUGAL, "PYTHONPATH": str(ROOT)},
        )
        assert self._child.stderr is not None
        self._listening = asyncio.create_task(_tail(self._child.stderr))

    async def _last_words(self) -> str:
        child, listening = self._child, self._listening
        if child is None or listening is None:
            return "it could not be started"
        try:
            async with asyncio.timeout(1):
                code = await child.wait()
                said = await asyncio.shield(listening)
        except TimeoutError:
            return "it closed its pipe"
        ended = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        # A killed child wrote no traceback of its end; what a library logged before is no cause.
        return ended if code < 0 else f"{ended}{_where_it_failed(said)}"

    async def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        if child.stdin is not None:
            child.stdin.close()
        listening, self._listening = self._listening, None
        await asyncio.shield(_reap(child, listening))


async def _reap(child: asyncio.subprocess.Process, listening: asyncio.Task[bytes] | None) -> None:
    """Wait for the end of a child that is closed or killed, and read its pipes empty."""
    if child.stdout is not None:
        await _tail(child.stdout)
    if listening is not None:
        await listening
    await child.wait()


async def _tail(stream: asyncio.StreamReader) -> bytes:
    """Read a stream to its end and return the last of it."""
    kept = b""
    while piece := await stream.read(TAIL_OCTETS):
        kept = (kept + piece)[-TAIL_OCTETS:]
    return kept


def _where_it_failed(said: bytes) -> str:
    """Return place and kind of the last traceback; its words may hold parts of a mail."""
    text = said.decode("utf-8", "replace")
    places = _PLACE.findall(text)
    kinds = _KIND.findall(text)
    if not places or not kinds:
        return ""
    path, line, function = places[-1]
    return f", {kinds[-1]} in {Path(path).name}:{line} ({function})"


def _question(operation: Literal["identify", "read"], context: Context) -> bytes:
    return b'{"op":"%b","context":%b}' % (operation.encode(), _CONTEXT.dump_json(context))


def _first_question(context: Context) -> bytes:
    """Return what a new child is asked, so that it loads its tables and the model."""
    return _frame(_question("read", Context(model_path=context.model_path))) + _frame(b"")


def _frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload
