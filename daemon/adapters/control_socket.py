"""The daemon's socket: commands of the command line are handed to the one writing process.

One JSON line in (`argv`), one JSON line out (`code`, `out`, `err`, `question`). The socket
lies in the home with mode 0600: whoever may open it may steer Duly. Source: DESIGN §8 (writers).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from daemon.errors import ConfigError, DulyError

SOCKET_NAME = "duly.sock"
LINE_OCTETS_MAX = 4 * 1024 * 1024
CONNECT_SECONDS = 2.0
CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command printed and how it ended; `question` is what must be agreed to first."""

    code: int
    out: str
    err: str
    question: str = ""


class DaemonGone(DulyError):
    """The daemon took a command and ended, or spoke nonsense, before it answered."""


Handler = Callable[[list[str]], Awaitable[Answer]]


class ControlServer:
    """Listens in the home; `handler` runs one command at a time."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self.path = path
        self.handler = handler
        self.lock = asyncio.Lock()
        self.server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the socket; a stale file of an ended process is replaced.

        Raises:
            ConfigError: It cannot be opened there; its path may be too long for a socket.
        """
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        previous = os.umask(0o177)
        try:
            self.server = await asyncio.start_unix_server(
                self.serve, path=str(self.path), limit=LINE_OCTETS_MAX
            )
        except OSError as error:
            raise ConfigError(
                f"cannot open the socket {self.path} ({error}): choose a home with a shorter path"
            ) from error
        finally:
            os.umask(previous)
        self.path.chmod(stat.S_IRUSR | stat.S_IWUSR)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection: one command."""
        try:
            answer = await self.answer(await reader.readline())
            writer.write(json.dumps(asdict(answer)).encode() + b"\n")
            # Who asked may have gone away; what was asked for is done all the same.
            with contextlib.suppress(ConnectionError):
                await writer.drain()
        finally:
            writer.close()

    async def answer(self, line: bytes) -> Answer:
        """Run the command of one line, after those that were asked for before."""
        try:
            argv = [str(word) for word in json.loads(line)["argv"]]
        except (ValueError, KeyError, TypeError) as error:
            return Answer(code=2, out="", err=f"duly: the daemon did not understand: {error!r}\n")
        async with self.lock:
            return await self.handler(argv)

    async def close(self) -> None:
        """Stop listening and remove the file."""
        if self.server is not None:
            self.server.close()
            # From Python 3.12 on this waits for open connections: nobody may keep us by that.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.server.wait_closed(), CLOSE_SECONDS)
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()


async def ask_daemon(path: Path, argv: list[str]) -> Answer | None:
    """Hand a command to the running daemon; None where none is running.

    Raises:
        DaemonGone: It took the command and did not answer.
    """
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
        answer = Answer(**json.loads(await reader.readline()))
    except (OSError, ValueError, TypeError) as error:
        raise DaemonGone(
            "the daemon ended before it answered; look with `run.py status` what was done"
        ) from error
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return answer
