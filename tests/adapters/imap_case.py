"""What the IMAP tests share: mails, settings that fail fast, and an open mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from daemon.adapters.authentication import Password
from daemon.adapters.imap import ImapMailbox, ImapSettings
from tests.servers.dovecot import Dovecot, User
from tests.servers.pymap_imap import PASSWORD, Pymap
from tests.servers.relay import Relay

SENT = "Gesendete Objekte & Grüße"
MakeRelay = Callable[[int], Awaitable[Relay]]


def mail(number: int, text: str = "We will pay.") -> bytes:
    return (
        f"From: ap@debtor.test\r\nMessage-ID: <r{number}@debtor.test>\r\n"
        f"Subject: pay * now {number}\r\n\r\n{text}\r\n"
    ).encode()


def settings_for(port: int, user: User) -> ImapSettings:
    return ImapSettings(
        host="127.0.0.1",
        port=port,
        tls="none",
        username=user.name,
        credential=Password(text=user.password),
        connect_seconds=3,
        command_seconds=5,
        done_seconds=1,
    )


@asynccontextmanager
async def mailbox(settings: ImapSettings) -> AsyncIterator[ImapMailbox]:
    opened = ImapMailbox(settings)
    try:
        yield opened
    finally:
        await opened.close()


async def deliver(dovecot: Dovecot, user: User, *raws: bytes) -> None:
    for raw in raws:
        await asyncio.to_thread(dovecot.deliver, user, raw)


def embedded_settings(server: Pymap) -> ImapSettings:
    """Return the settings of the mailbox `ar` on the server of the demonstration."""
    return ImapSettings(
        host="127.0.0.1",
        port=server.port,
        tls="none",
        username="ar",
        credential=Password(text=PASSWORD),
    )
