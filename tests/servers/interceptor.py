"""A man in the middle of an SMTP or IMAP connection, on loopback: real, and never trusted.

It hears all that the client says in clear (and inside TLS where the client took its
certificate), and changes what the server says as its mode wants.
"""

from __future__ import annotations

import asyncio
import ssl
from enum import StrEnum
from typing import Self, assert_never


class Attack(StrEnum):
    """What it does.

    `STRIP` leaves STARTTLS out of the server's offer. `REFUSE` answers STARTTLS with 454.
    `PRETEND` answers it with a yes and then goes on in clear. `INJECT` puts answers of its own
    behind the yes, before TLS begins. `TERMINATE` speaks TLS by its own certificate, at once
    or after STARTTLS. `CLEAR` passes all on, and so shows a client of implicit TLS clear text.
    """

    STRIP = "strip"
    REFUSE = "refuse"
    PRETEND = "pretend"
    INJECT = "inject"
    TERMINATE = "terminate"
    TERMINATE_LATER = "terminate_later"
    CLEAR = "clear"


INJECTED = b"250-mx.evil.test\r\n250 AUTH PLAIN LOGIN\r\n235 2.7.0 fine\r\n250 Ok\r\n"


class Interceptor:
    """Listens on `port` before `target_port`; `heard` is what the client sent, as it came.

    Args:
        context: A server context of its own certificate, for the two kinds of TERMINATE.
    """

    def __init__(
        self, target_port: int, attack: Attack, context: ssl.SSLContext | None = None
    ) -> None:
        self.port = 0
        self.heard = bytearray()
        self.connections = 0
        self._target_port = target_port
        self._attack = attack
        self._context = context
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        at_once = self._context if self._attack is Attack.TERMINATE else None
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=at_once)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()

    async def _accept(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            far, far_out = await asyncio.open_connection("127.0.0.1", self._target_port)
            down = asyncio.create_task(self._pass_down(far, near_out))
            self._tasks.add(down)
            try:
                await self._pass_up(near, near_out, far_out)
            finally:
                down.cancel()
                far_out.transport.abort()
        except (OSError, asyncio.IncompleteReadError):
            # One of the two has had enough.
            pass
        except asyncio.CancelledError:
            # The test ends.
            pass
        finally:
            self._tasks.discard(task)
            near_out.transport.abort()

    async def _pass_up(
        self,
        near: asyncio.StreamReader,
        near_out: asyncio.StreamWriter,
        far_out: asyncio.StreamWriter,
    ) -> None:
        while line := await near.readline():
            self.heard += line
            if not await self._is_answered(line, near_out):
                far_out.write(line)
                await far_out.drain()

    async def _is_answered(self, line: bytes, near_out: asyncio.StreamWriter) -> bool:
        """Answer a line in the server's place; False where the server is asked."""
        return line.strip().upper() == b"STARTTLS" and await self._start_tls(near_out)

    async def _start_tls(self, near_out: asyncio.StreamWriter) -> bool:
        """Answer STARTTLS in the server's place; False where the server is asked."""
        match self._attack:
            case Attack.REFUSE:
                near_out.write(b"454 4.7.0 TLS not available\r\n")
            case Attack.PRETEND:
                near_out.write(b"220 2.0.0 Ready to start TLS\r\n")
            case Attack.INJECT:
                near_out.write(b"220 2.0.0 Ready to start TLS\r\n" + INJECTED)
            case Attack.TERMINATE_LATER:
                assert self._context is not None
                near_out.write(b"220 2.0.0 Ready to start TLS\r\n")
                await near_out.drain()
                await near_out.start_tls(self._context)
            case Attack.STRIP | Attack.TERMINATE | Attack.CLEAR:
                return False
            case _:
                assert_never(self._attack)
        await near_out.drain()
        return True

    async def _pass_down(self, far: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        while line := await far.readline():
            if self._attack is Attack.STRIP and b"STARTTLS" in line.upper():
                # A last line ("250 STARTTLS") must still end the answer.
                line = b"250 HELP\r\n" if line[3:4] == b" " else b""
            near_out.write(line)
            await near_out.drain()
