"""One IMAP connection: connect, log in, run commands, idle. Broken once, it is never mended.

Every await has a deadline; a timeout, a loss or a cancellation cuts the connection, because
what the server still has to say would answer the wrong question. The caller runs one command
at a time.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from dataclasses import dataclass
from typing import Any, assert_never

from aioimaplib import aioimaplib as library

from daemon.adapters.authentication import Bearer, Credential, Password
from daemon.adapters.imap_answers import Lines, capabilities, is_new_mail
from daemon.adapters.imap_protocol import ImapProtocol, quoted
from daemon.adapters.tls import TlsMode
from daemon.errors import PeerError

KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
# Response codes of RFC 5530: what passes by itself, and what does not.
PASSING_CODES = ("[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[LIMIT]", "[CONTACTADMIN]")
LASTING_CODES = ("[NONEXISTENT]", "[NOPERM]", "[CANNOT]", "[OVERQUOTA]")


class Refusal(PeerError):
    """The server answered NO or BAD; the connection lives. `text` is its answer."""

    def __init__(self, command: str, result: str, text: str) -> None:
        is_lasting = result == "BAD" or any(code in text.upper() for code in LASTING_CODES)
        message = f"IMAP {command} was answered {result} {text}"
        super().__init__(message, is_permanent=is_lasting, is_refusal=True)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """A mailbox and its limits.

    `name` is how the store knows the mailbox (empty: the user's name). Of a mail above
    `octets_max` only `header_octets_max` of the headers and `text_octets_max` of the text are
    fetched; `beginning_*` are the same for `beginnings`. `idle_seconds_max` bounds one IDLE,
    `done_seconds` the wait for its end; `octets_per_second_min` is the slowest transfer that is
    not taken for a dead line.
    """

    host: str
    port: int
    username: str
    credential: Credential
    name: str = ""
    tls: TlsMode = "implicit"
    ca_file: str = ""
    connect_seconds: float = 30.0
    command_seconds: float = 60.0
    done_seconds: float = 15.0
    idle_seconds_max: float = 300.0
    poll_seconds: float = 60.0
    octets_max: int = 25_000_000
    header_octets_max: int = 262_144
    text_octets_max: int = 65_536
    beginning_header_octets_max: int = 32_768
    beginning_text_octets_max: int = 16_384
    batch_octets_max: int = 8_000_000
    octets_per_second_min: int = 20_000


class ImapConnection:
    """An authenticated connection; made by `connect`. `capabilities` are those after login."""

    def __init__(self, protocol: ImapProtocol, settings: ImapSettings) -> None:
        self.capabilities: frozenset[str] = frozenset()
        self._protocol = protocol
        self._settings = settings

    @classmethod
    async def connect(
        cls, settings: ImapSettings, context: ssl.SSLContext | None
    ) -> ImapConnection:
        """Connect, read the greeting, log in, ask for capabilities anew.

        Raises:
            PeerError: `is_auth` where the login was refused, `is_permanent` for that and for
                a certificate that does not verify.
        """
        loop = asyncio.get_running_loop()
        where = f"{settings.host}:{settings.port}"
        connection: ImapConnection | None = None
        is_ready = False
        try:
            async with asyncio.timeout(settings.connect_seconds):
                _, protocol = await loop.create_connection(
                    lambda: ImapProtocol(loop), settings.host, settings.port, ssl=context
                )
                connection = cls(protocol, settings)
                connection._keep_alive()
                await protocol.greeting
            await connection._log_in()
            connection.capabilities = capabilities(await connection.run("CAPABILITY"))
            is_ready = True
        except TimeoutError as error:
            raise PeerError(f"no IMAP greeting from {where} in time") from error
        except ssl.SSLCertVerificationError as error:
            message = f"no IMAP connection to {where}: {error.verify_message}"
            raise PeerError(message, is_permanent=True) from error
        except (OSError, library.AioImapException) as error:
            raise PeerError(f"no IMAP connection to {where}: {error}") from error
        finally:
            if connection is not None and not is_ready:
                connection.drop("not ready")
        return connection

    @property
    def is_lost(self) -> bool:
        """Tell whether the connection is gone, as far as anybody noticed."""
        return self._protocol.lost.is_set()

    def drop(self, because: str) -> None:
        """Cut the connection; what waits on it ends with PeerError."""
        self._protocol.break_off(because)

    async def run(
        self,
        command: str,
        *words: str,
        prefix: str = "",
        seconds: float | None = None,
        literal: bytes | None = None,
    ) -> Lines:
        """Run one command to its end.

        Args:
            command: Its name as aioimaplib's table knows it; `words` its encoded arguments.
            prefix: "UID" for the commands that count by UID.
            seconds: Deadline for the whole command; None: `command_seconds`.
            literal: What APPEND sends when it is asked to.

        Returns:
            The untagged lines and literals, as they came.

        Raises:
            Refusal: NO or BAD; the connection lives.
            PeerError: A deadline passed or the connection is lost.
        """
        protocol = self._protocol
        sent = library.Command(command, protocol.new_tag(), *words, prefix=prefix)
        protocol.literal_data = literal
        try:
            async with asyncio.timeout(seconds or self._settings.command_seconds):
                response = await protocol.execute(sent)
        except TimeoutError as error:
            self.drop(f"no answer to {command} in time")
            raise PeerError(f"IMAP: no answer to {command} in time") from error
        except library.AioImapException as error:
            self.drop(str(error))
            raise PeerError(f"IMAP: {protocol.why_lost or error}") from error
        except asyncio.CancelledError:
            self.drop(f"{command} was cancelled")
            raise
        finally:
            protocol.literal_data = None
        if response.result != "OK":
            text = bytes(response.lines[-1]).decode("utf-8", "replace")[:300]
            raise Refusal(command, str(response.result), text)
        lines: Lines = response.lines[:-1]
        return lines

    async def select(self, folder: str) -> Lines:
        """Select a folder by its encoded name.

        Raises:
            Refusal: The folder cannot be opened; none is selected then.
        """
        # The library keeps the old state after a failed SELECT; the server does not.
        self._protocol.state = library.AUTH
        lines = await self.run("SELECT", folder)
        self._protocol.state = library.SELECTED
        self._protocol.has_news = False
        return lines

    def take_news(self) -> bool:
        """Tell whether mail was announced since the last time that this was asked."""
        has_news, self._protocol.has_news = self._protocol.has_news, False
        return has_news

    async def idle(self, seconds: float) -> bool:
        """IDLE until mail is announced (True) or `seconds` have passed (False).

        Raises:
            PeerError: The connection went, or the server did not end the IDLE in time.
        """
        protocol = self._protocol
        pushes: asyncio.Queue[list[bytes]] = asyncio.Queue()
        command = library.IdleCommand(protocol.new_tag(), pushes)
        idling = asyncio.ensure_future(protocol.execute(command))
        try:
            await self._idle_begun(idling)
            is_pushed = await _pushed(pushes, idling, seconds)
            if not idling.done():
                protocol.send("DONE")
            async with asyncio.timeout(self._settings.done_seconds):
                response = await asyncio.shield(idling)
        except TimeoutError as error:
            self.drop("the server does not answer any more")
            raise PeerError("IMAP: the server does not answer any more") from error
        except library.AioImapException as error:
            self.drop(str(error))
            raise PeerError(f"IMAP: {protocol.why_lost or error}") from error
        except asyncio.CancelledError:
            self.drop("the wait was cancelled")
            raise
        finally:
            await _settled(idling)
        self.take_news()
        if response.result != "OK":
            raise PeerError(f"IMAP IDLE was answered {response.result}")
        return is_pushed

    async def rest(self, seconds: float) -> None:
        """Do nothing for `seconds`, where the server offers no IDLE.

        Raises:
            PeerError: The connection went meanwhile.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._protocol.lost.wait()
        except TimeoutError:
            return
        raise PeerError(f"IMAP: {self._protocol.why_lost}")

    async def _idle_begun(self, idling: asyncio.Future[Any]) -> None:
        begun = asyncio.ensure_future(self._protocol.wait_for_idle_response())
        try:
            async with asyncio.timeout(self._settings.command_seconds):
                await asyncio.wait({begun, idling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _settled(begun)

    async def _log_in(self) -> None:
        if self._protocol.state == library.AUTH:
            return
        settings = self._settings
        credential = settings.credential
        try:
            match credential:
                case Password():
                    await self.run("LOGIN", quoted(settings.username), quoted(credential.text))
                case Bearer():
                    token = await credential.provider()
                    sasl = f"user={settings.username}\x01auth=Bearer {token}\x01\x01"
                    encoded = base64.b64encode(sasl.encode()).decode("ascii")
                    await self.run("AUTHENTICATE", "XOAUTH2", encoded)
                case _:
                    assert_never(credential)
        except Refusal as error:
            if any(code in error.text.upper() for code in PASSING_CODES):
                raise
            message = f"the IMAP login was refused: {error}"
            raise PeerError(message, is_permanent=True, is_auth=True) from error
        self._protocol.state = library.AUTH

    def _keep_alive(self) -> None:
        wire = self._protocol.transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, number in KEEPALIVE:
            if hasattr(socket, option):
                wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), number)


async def _pushed(
    pushes: asyncio.Queue[list[bytes]], idling: asyncio.Future[Any], seconds: float
) -> bool:
    """Wait until mail is announced (True), the time is over, or the IDLE ends by itself."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not idling.done() and (left := end - loop.time()) > 0:
        push = asyncio.ensure_future(pushes.get())
        try:
            await asyncio.wait({push, idling}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if push.done() and any(is_new_mail(line) for line in push.result()):
                return True
        finally:
            await _settled(push)
    return False


async def _settled(future: asyncio.Future[Any]) -> None:
    """Leave no task behind, nor an exception that nobody has seen."""
    if not future.done():
        future.cancel()
        await asyncio.wait({future})
    if not future.cancelled():
        future.exception()
