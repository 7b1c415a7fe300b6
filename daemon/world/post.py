"""The post office: a submission server in this process that takes what Duly sends.

It keeps every mail in order with its envelope; who reads it is the story's business.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from functools import lru_cache
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

HOSTNAME = "relay.kaltenberg.example"
HEADERS_REMEMBERED = 1_000


class Headers(HeaderRegistry):
    """Parses a header as the library does, but the same header once: it is never changed."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = lru_cache(maxsize=HEADERS_REMEMBERED)(super().__getitem__)
        self._parsed = lru_cache(maxsize=HEADERS_REMEMBERED)(super().__call__)

    def __getitem__(self, name: str) -> type[BaseHeader]:
        return self._kind(name)

    def __call__(self, name: str, value: Any) -> BaseHeader:
        return self._parsed(name, value)


HEADERS = Headers()
READ = email.policy.default.clone(header_factory=HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A mail that the server took: envelope, bytes, bare Message-ID."""

    envelope_from: str
    envelope_to: tuple[str, ...]
    raw: bytes
    message_id: str

    def message(self) -> EmailMessage:
        """Return the mail as a mail program reads it."""
        return email.message_from_bytes(self.raw, policy=READ)


class Post:
    """The server on loopback. `port` is where it listens; `taken` is what came, in order."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[Carried] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname=HOSTNAME, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail; the name is the library's."""
        raw = envelope.content
        assert isinstance(raw, bytes), "aiosmtpd decodes nothing unless it is told to"
        headers = BytesHeaderParser().parsebytes(raw)
        self.taken.append(
            Carried(
                envelope_from=envelope.mail_from or "",
                envelope_to=tuple(envelope.rcpt_tos),
                raw=raw,
                message_id=str(headers["Message-ID"] or "").strip("<> "),
            )
        )
        return f"250 2.0.0 taken as number {len(self.taken)}"
