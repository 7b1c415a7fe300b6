"""The daemon's socket: commands of the command line are handed to the one writing process.

One JSON line in (`argv`), one JSON line out (`code`, `out`, `err`). The socket lies in the home
with mode 0600: whoever may open it may steer Duly. Source: DESIGN §8 (writers).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

LINE_OCTETS_MAX = 4 * 1024 * 1024
CONNECT_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Handler = Callable[[list[str]], Awaitable[Answer]]


class ControlServer:
    """Listens in the home; `handler` runs one command at a time."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self.path = path
        self.handler = handler
        self.lock = asyncio.Lock()
        self.server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the socket; a stale file of an ended process is replaced."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        previous = os.umask(0o177)
        try:
            self.server = await asyncio.start_unix_server(
                self.serve, path=str(self.path), limit=LINE_OCTETS_MAX
            )
        finally:
            os.umask(previous)
        self.path.chmod(stat.S_IRUSR | stat.S_IWUSR)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection: one command."""
        try:
            request = json.loads(await reader.readline())
            async with self.lock:
                answer = await self.handler([str(word) for word in request["argv"]])
            line = {"code": answer.code, "out": answer.out, "err": answer.err}
            writer.write(json.dumps(line).encode() + b"\n")
            await writer.drain()
        except (ValueError, KeyError, ConnectionError) as error:
            writer.write(json.dumps({"code": 2, "out": "", "err": str(error)}).encode() + b"\n")
        finally:
            writer.close()

    async def close(self) -> None:
        """Stop listening and remove the file."""
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()


async def ask_daemon(path: Path, argv: list[str]) -> Answer | None:
    """Hand a command to the running daemon; None where none is running."""
    if not path.exists():
        return None
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_unix_connection(str(path), limit=LINE_OCTETS_MAX), CONNECT_SECONDS
        )
    except (OSError, TimeoutError):
        return None
    try:
        writer.write(json.dumps({"argv": argv}).encode() + b"\n")
        await writer.drain()
        answer = json.loads(await reader.readline())
        return Answer(code=int(answer["code"]), out=answer["out"], err=answer["err"])
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
