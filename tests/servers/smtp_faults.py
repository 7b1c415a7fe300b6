"""A submission server whose every answer is scripted, with a ledger of what it took.

The ledger is the outside truth: a mail stands in it once the server has the final dot and has
taken responsibility, whatever the client came to hear.
"""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import ssl
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self, assert_never


class Moment(StrEnum):
    """When a fault strikes."""

    CONNECT = "connect"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    DOT = "dot"
    TAKEN = "taken"
    NOOP = "NOOP"
    RSET = "RSET"
    QUIT = "QUIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Answer with this line instead."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Reset the connection without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Never answer; the connection stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Answer as usual, but not before this is set."""

    until: asyncio.Event


Fault = Reply | Disconnect | Hang | Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A mail that the server took: envelope, bytes with dots restored, bare Message-ID."""

    envelope_from: str
    envelope_to: tuple[str, ...]
    raw: bytes
    message_id: str


class _Gone(Exception):
    """This connection is over."""


class FaultSmtp:
    """The server. `ledger` is what it took, `commands` every line that it heard.

    Args:
        context: A server context; `tls` says whether it is used at once or by STARTTLS.
        logins: Passwords by user name; given, mail is taken after a login only.
        tokens: XOAUTH2 tokens by user name.
        extensions: EHLO lines beside STARTTLS and AUTH.
    """

    def __init__(
        self,
        *,
        context: ssl.SSLContext | None = None,
        tls: Literal["implicit", "starttls", "none"] = "none",
        logins: dict[str, str] | None = None,
        tokens: dict[str, str] | None = None,
        extensions: tuple[str, ...] = ("8BITMIME", "SIZE 52428800"),
    ) -> None:
        self.port = 0
        self.ledger: list[Taken] = []
        self.commands: list[str] = []
        self.connections = 0
        self.context = context
        self.tls = tls
        self.logins = logins or {}
        self.tokens = tokens or {}
        self.extensions = extensions
        self._plans: dict[Moment, list[Fault]] = {}
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        context = self.context if self.tls == "implicit" else None
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=context, limit=2**26
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions)
        if self._server is not None:
            await self._server.wait_closed()

    def plan(self, moment: Moment, fault: Fault, times: int = 1) -> None:
        """Strike the next `times` times that this moment comes."""
        self._plans.setdefault(moment, []).extend([fault] * times)

    def clear(self) -> None:
        """Forget every fault that has not struck yet."""
        self._plans.clear()

    def next_fault(self, moment: Moment) -> Fault | None:
        """Return the fault planned for this moment, and use it up."""
        planned = self._plans.get(moment)
        return planned.pop(0) if planned else None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        try:
            await _Session(self, reader, writer).serve()
        except (_Gone, OSError, asyncio.IncompleteReadError):
            # The connection is over, as planned or by the client's doing.
            pass
        except asyncio.CancelledError:
            # The server closes; a task of asyncio's streams must not end as cancelled.
            pass
        finally:
            self._sessions.discard(session)
            writer.transport.abort()


class _Session:
    """One connection's dialogue."""

    def __init__(
        self, server: FaultSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._is_secure = server.tls == "implicit"
        self._is_logged_in = not (server.logins or server.tokens)
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def serve(self) -> None:
        await self._answer(Moment.CONNECT, "220 faults.test ESMTP")
        while True:
            line = (await self._reader.readuntil(b"\r\n"))[:-2].decode("utf-8")
            self._server.commands.append(line)
            verb = line.partition(" ")[0].upper()
            match verb:
                case "EHLO":
                    await self._answer(Moment.EHLO, *self._extensions())
                case "STARTTLS":
                    await self._start_tls()
                case "AUTH":
                    await self._authenticate(line)
                case "MAIL" | "RCPT" if not self._is_logged_in:
                    await self._say("530 5.7.0 Authentication required")
                case "MAIL":
                    await self._mail(line)
                case "RCPT":
                    await self._rcpt(line)
                case "DATA":
                    await self._take_body()
                case "RSET":
                    self._forget()
                    await self._answer(Moment.RSET, "250 2.0.0 Ok")
                case "NOOP":
                    await self._answer(Moment.NOOP, "250 2.0.0 Ok")
                case "QUIT":
                    await self._answer(Moment.QUIT, "221 2.0.0 Bye")
                    return
                case _:
                    await self._say("502 5.5.2 Command not recognised")

    def _extensions(self) -> list[str]:
        server = self._server
        words = ["faults.test", *server.extensions]
        if server.tls == "starttls" and not self._is_secure:
            words.append("STARTTLS")
        elif server.logins or server.tokens:
            words.append(
                "AUTH" + " PLAIN LOGIN" * bool(server.logins) + " XOAUTH2" * bool(server.tokens)
            )
        return [f"250-{word}" for word in words[:-1]] + [f"250 {words[-1]}"]

    async def _start_tls(self) -> None:
        await self._answer(Moment.STARTTLS, "220 2.0.0 Ready to start TLS")
        assert self._server.context is not None
        await self._writer.start_tls(self._server.context)
        self._is_secure = True

    async def _authenticate(self, line: str) -> None:
        fault = self._server.next_fault(Moment.AUTH)
        if fault is not None:
            await self._strike(fault)
            return
        _, method, initial = line.split(" ", 2)
        secret = base64.b64decode(initial).decode()
        if method.upper() == "XOAUTH2":
            user, _, rest = secret.removeprefix("user=").partition("\x01auth=Bearer ")
            is_right = self._server.tokens.get(user) == rest.rstrip("\x01")
            if not is_right:
                await self._say("334 eyJzdGF0dXMiOiI0MDAifQ==")
                await self._reader.readuntil(b"\r\n")
        else:
            _, user, password = secret.split("\0")
            is_right = self._server.logins.get(user) == password
        self._is_logged_in = is_right
        await self._say(
            "235 2.7.0 Authentication successful"
            if is_right
            else "535 5.7.8 Authentication credentials invalid"
        )

    async def _mail(self, line: str) -> None:
        if await self._answer(Moment.MAIL, "250 2.1.0 Ok"):
            self._sender = line[line.index("<") + 1 : line.index(">")]
            self._recipients = []

    async def _rcpt(self, line: str) -> None:
        if self._sender is None:
            await self._say("503 5.5.1 MAIL first")
        elif await self._answer(Moment.RCPT, "250 2.1.5 Ok"):
            self._recipients.append(line[line.index("<") + 1 : line.index(">")])

    async def _take_body(self) -> None:
        if not self._recipients:
            await self._say("503 5.5.1 RCPT first")
            return
        if not await self._answer(Moment.DATA, "354 End data with <CR><LF>.<CR><LF>"):
            return
        fault = self._server.next_fault(Moment.BODY)
        if fault is not None:
            await self._reader.read(1)
            await self._strike(fault)
        wire = await self._reader.readuntil(b"\r\n.\r\n")
        fault = self._server.next_fault(Moment.DOT)
        if fault is not None:
            self._forget()
            await self._strike(fault)
            return
        lines = wire[:-3].split(b"\r\n")
        raw = b"\r\n".join(one[1:] if one.startswith(b".") else one for one in lines)
        headers = email.message_from_bytes(raw, policy=email.policy.compat32)
        self._server.ledger.append(
            Taken(
                envelope_from=self._sender or "",
                envelope_to=tuple(self._recipients),
                raw=raw,
                message_id=str(headers.get("Message-ID", "")).strip().strip("<>"),
            )
        )
        self._forget()
        number = len(self._server.ledger)
        await self._answer(Moment.TAKEN, f"250 2.0.0 Ok: queued as {number:06d}")

    def _forget(self) -> None:
        self._sender, self._recipients = None, []

    async def _answer(self, moment: Moment, *lines: str) -> bool:
        """Answer as planned; False where a fault struck instead of the good answer."""
        fault = self._server.next_fault(moment)
        if fault is None:
            await self._say(*lines)
            return True
        await self._strike(fault)
        if isinstance(fault, Wait):
            await self._say(*lines)
            return True
        return False

    async def _strike(self, fault: Fault) -> None:
        match fault:
            case Reply():
                await self._say(fault.line)
                if fault.line.startswith("421"):
                    raise _Gone
            case Disconnect():
                raise _Gone
            case Hang():
                await asyncio.Event().wait()
            case Wait():
                await fault.until.wait()
            case _:
                assert_never(fault)

    async def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()
