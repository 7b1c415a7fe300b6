"""SMTP submission: one authenticated connection, one mail at a time, the phase always known.

MAIL, RCPT, DATA and the body are driven one by one, because only the phase tells "certainly not
sent" from "nobody knows". TLS is required and verified. After a timeout, a cancellation or a
lost answer the connection is thrown away, never used again.
Deadlines are wire time: monotonic and real.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from typing import assert_never

import aiosmtplib
from aiosmtplib.errors import SMTPServerDisconnected

from daemon.adapters.authentication import Bearer, Credential, Password
from daemon.adapters.smtp_body import dotted
from daemon.adapters.smtp_outcome import (
    CLOSING,
    Phase,
    broken,
    judge,
    login_refused,
    reply_line,
    told_of,
)
from daemon.adapters.smtp_settings import SmtpSettings as SmtpSettings
from daemon.adapters.tls import client_context, require_safe
from daemon.errors import PeerError
from daemon.failpoints import failpoint
from daemon.ports import Deferred, Frozen, Outcome, Refused

QUIT_SECONDS = 3.0
_ENVELOPE = re.compile(r"[^\s<>\x00-\x20\x7f]+@[^\s<>@\x00-\x20\x7f]+")


class SmtpWire:
    """One open connection. `phase` tells how far the mail on it has come."""

    def __init__(self, client: aiosmtplib.SMTP, settings: SmtpSettings) -> None:
        self.phase = Phase.IDLE
        self.mails = 0
        self._client = client
        self._settings = settings
        self._lock = asyncio.Lock()
        self._used_at = asyncio.get_running_loop().time()
        self._invited = ""
        self._refused: tuple[str, ...] = ()

    async def transmit(self, mail: Frozen) -> Outcome:
        """Send one mail, byte for byte, to its recipient and those who get a copy.

        All share one transaction, so that no copy is lost or doubled by itself; one that is
        refused stops nothing and is told with the outcome. One at whom the server ends the
        connection, by 421 or without a word, is named: nothing was sent then.

        Never raises for what the peer does. A cancellation amid the conversation drops the
        connection; what is known is returned all the same (the answer, that the mail was
        certainly not sent, who of those in Cc was refused), and the caller is to end by itself.
        """
        async with self._lock:
            self.phase = Phase.IDLE
            self.mails += 1
            self._invited, self._refused = "", ()
            try:
                outcome = await self._converse(mail)
            except (aiosmtplib.SMTPException, OSError) as error:
                self.drop()
                outcome = broken(self.phase, _sentence(error))
                return told_of(outcome, self._refused, self._invited)
            except asyncio.CancelledError:
                self.drop()
                return told_of(broken(self.phase, "Duly was told to end"), self._refused, "")
            await self._tidy(outcome)
            return told_of(outcome, self._refused, self._invited)

    async def is_fresh(self) -> bool:
        """Tell whether the connection may carry another mail; asks the server by NOOP."""
        settings = self._settings
        async with self._lock:
            idle_seconds = asyncio.get_running_loop().time() - self._used_at
            is_worn = self.mails >= settings.mails_per_connection_max
            if is_worn or idle_seconds > settings.idle_seconds_max:
                return False
            try:
                code, _ = await self._command(b"NOOP")
            except (aiosmtplib.SMTPException, OSError):
                self.drop()
                return False
            except asyncio.CancelledError:
                self.drop()
                raise
            return code == 250

    async def quit(self) -> None:
        """Part politely, after the mail that may be in flight; then drop the connection."""
        async with self._lock:
            try:
                await self._client.execute_command(b"QUIT", timeout=QUIT_SECONDS)
            except (aiosmtplib.SMTPException, OSError):
                # Nothing hangs on the farewell; the connection is dropped either way.
                return
            finally:
                self.drop()

    def drop(self) -> None:
        """Cut the connection without sending what is still buffered."""
        _abort(self._client)

    async def _converse(self, mail: Frozen) -> Outcome:
        flaw = self._envelope_flaw(mail)
        if flaw:
            return Refused(reply=f"not sent: {flaw}")
        options, encoding = self._mail_options(mail)
        sender = b"FROM:<" + mail.envelope_from.encode(encoding) + b">"
        recipient = b"TO:<" + mail.envelope_to.encode(encoding) + b">"
        self.phase = Phase.MAIL
        code, text = await self._command(b"MAIL", sender, *options)
        if code // 100 != 2:
            return judge(Phase.MAIL, code, text)
        failpoint("send.sender_accepted")
        self.phase = Phase.RCPT
        code, text = await self._command(b"RCPT", recipient)
        if code // 100 != 2:
            return judge(Phase.RCPT, code, text)
        failpoint("send.recipient_accepted")
        closing = await self._invite_copies(mail, encoding)
        if closing is not None:
            return closing
        self.phase = Phase.DATA
        code, text = await self._command(b"DATA")
        if code != 354:
            return judge(Phase.DATA, code, text)
        failpoint("send.body_invited")
        return await self._send_body(mail.raw)

    async def _invite_copies(self, mail: Frozen, encoding: str) -> Outcome | None:
        """Name those who get a copy, and keep a sentence for each that the server refuses.

        Returns:
            None; where the server closes the connection over one of them, what that means.
        """
        for address in mail.copies:
            if not _ENVELOPE.fullmatch(address) or not (address.isascii() or encoding == "utf-8"):
                self._refuse(f"{address}: the server does not take this address")
                continue
            self._invited = address
            code, text = await self._command(b"RCPT", b"TO:<" + address.encode(encoding) + b">")
            failpoint("send.copy_invited")
            if code == CLOSING:
                return judge(Phase.RCPT, code, text)
            self._invited = ""
            if code // 100 != 2:
                self._refuse(f"{address}: {reply_line(code, text)}")
        return None

    def _refuse(self, sentence: str) -> None:
        self._refused = (*self._refused, sentence)

    async def _send_body(self, raw: bytes) -> Outcome:
        protocol = self._client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("connection lost")
        body = dotted(raw)
        # From here on nobody knows, until the answer to the final dot says so.
        self.phase = Phase.BODY
        protocol.write(body)
        failpoint("send.body_written")
        reply = await protocol.read_response(timeout=self._settings.final_reply_seconds)
        self._used_at = asyncio.get_running_loop().time()
        return judge(Phase.BODY, reply.code, reply.message)

    def _envelope_flaw(self, mail: Frozen) -> str:
        """Say why this envelope cannot be sent over this connection; empty: it can."""
        if mail.envelope_from and not _ENVELOPE.fullmatch(mail.envelope_from):
            return "the envelope sender is not an address"
        if not _ENVELOPE.fullmatch(mail.envelope_to):
            return "the envelope recipient is not an address"
        is_ascii = mail.envelope_from.isascii() and mail.envelope_to.isascii()
        if not is_ascii and not self._client.supports_extension("smtputf8"):
            return "the server does not take addresses beyond ASCII"
        limit = self._client.esmtp_extensions.get("size", "").strip()
        if limit.isdecimal() and 0 < int(limit) < len(mail.raw):
            return f"{len(mail.raw)} octets are more than the server's limit of {limit}"
        return ""

    def _mail_options(self, mail: Frozen) -> tuple[list[bytes], str]:
        options: list[bytes] = []
        if self._client.supports_extension("size"):
            options.append(b"SIZE=%d" % len(mail.raw))
        if not mail.raw.isascii() and self._client.supports_extension("8bitmime"):
            options.append(b"BODY=8BITMIME")
        readers = "".join((mail.envelope_from, mail.envelope_to, *mail.copies))
        if readers.isascii() or not self._client.supports_extension("smtputf8"):
            return options, "ascii"
        return [*options, b"SMTPUTF8"], "utf-8"

    async def _command(self, *words: bytes) -> tuple[int, str]:
        reply = await self._client.execute_command(*words, timeout=self._settings.command_seconds)
        self._used_at = asyncio.get_running_loop().time()
        return reply.code, reply.message

    async def _tidy(self, outcome: Outcome) -> None:
        """Leave the connection as a new one, or drop it."""
        is_throttled = isinstance(outcome, Deferred) and outcome.is_account_wide
        if is_throttled or not self._client.is_connected:
            self.drop()
            return
        if self.phase in (Phase.BODY, Phase.IDLE):
            return
        try:
            code, _ = await self._command(b"RSET")
        except (aiosmtplib.SMTPException, OSError):
            code = -1
        except asyncio.CancelledError:
            # The answer to the mail is there already, and must not be lost for this farewell.
            code = -1
        if code != 250:
            self.drop()


class SmtpSubmission:
    """The submission host of one mailbox, over at most one connection.

    Raises:
        ConfigError: Clear text to another machine, or an unusable `ca_file`.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        require_safe(settings.host, settings.tls, settings.ca_file)
        self._settings = settings
        self._context = None if settings.tls == "none" else client_context(settings.ca_file)
        self._wire: SmtpWire | None = None
        self._lock = asyncio.Lock()

    async def connect(self) -> SmtpWire:
        """Return an open, authenticated connection: the last one where it is still fresh.

        Raises:
            PeerError: No connection, no TLS, or the login was refused (`is_auth`).
        """
        async with self._lock:
            if self._wire is not None and await self._wire.is_fresh():
                return self._wire
            await self._part()
            self._wire = SmtpWire(await self._connected(), self._settings)
            return self._wire

    async def close(self) -> None:
        """Close the connection, if one is open."""
        async with self._lock:
            await self._part()

    async def _part(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.quit()

    async def _connected(self) -> aiosmtplib.SMTP:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.tls == "implicit",
            start_tls=settings.tls == "starttls",
            tls_context=self._context,
            local_hostname=settings.helo or socket.gethostname(),
            timeout=settings.connect_seconds,
        )
        where = f"{settings.host}:{settings.port}"
        is_ready = False
        try:
            async with asyncio.timeout(settings.connect_seconds * 2):
                await client.connect()
                await client.ehlo()
                if settings.credential is not None:
                    await self._log_in(client, settings.credential)
            is_ready = True
        except aiosmtplib.SMTPAuthenticationError as error:
            raise login_refused(error.code, error.message) from error
        except aiosmtplib.SMTPResponseException as error:
            reply = reply_line(error.code, error.message)
            is_permanent = error.code // 100 == 5
            message = f"SMTP server {where} answered {reply}"
            raise PeerError(message, is_permanent=is_permanent) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            message = f"no SMTP connection to {where}: {_sentence(error)}"
            raise PeerError(message, is_permanent=_is_tls_fault(error)) from error
        finally:
            if not is_ready:
                _abort(client)
        return client

    async def _log_in(self, client: aiosmtplib.SMTP, credential: Credential) -> None:
        """Try one mechanism only: several wrong logins in a row lock mailboxes."""
        name = self._settings.username
        offered = {method.lower() for method in client.server_auth_methods}
        match credential:
            case Bearer():
                if "xoauth2" not in offered:
                    raise _no_login("XOAUTH2")
                await client.auth_xoauth2(name, await credential.provider())
            case Password() if "plain" in offered:
                await client.auth_plain(name, credential.text)
            case Password() if "login" in offered:
                await client.auth_login(name, credential.text)
            case Password():
                raise _no_login("a password login (PLAIN or LOGIN)")
            case _:
                assert_never(credential)


def _abort(client: aiosmtplib.SMTP) -> None:
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _no_login(what: str) -> PeerError:
    return PeerError(f"the SMTP server does not offer {what}", is_permanent=True, is_auth=True)


def _is_tls_fault(error: BaseException) -> bool:
    """Tell a certificate or a missing STARTTLS from a network that may come back."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__
    return type(error) is aiosmtplib.SMTPException


def _sentence(error: BaseException) -> str:
    return reply_line(-1, str(error) or type(error).__name__)
