"""The inbox: an IMAP server in this process, behind a border that vouches for senders.

The border takes away what a sender says of his own authentication and stamps its own verdict,
as a company's mail gateway does. pymap keeps the mail in memory.
"""

from __future__ import annotations

import asyncio
import re
from argparse import Namespace
from typing import Literal, Self

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata

from daemon.adapters.authentication import Password
from daemon.adapters.imap import ImapMailbox
from daemon.adapters.imap_connection import ImapSettings

AUTHSERV = "mx.kaltenberg.example"
USER = "ar"
PASSWORD = "only on loopback, only for the demonstration"
INBOX = "INBOX"
FOREIGN_VERDICT = re.compile(rb"^Authentication-Results:.*(?:\r\n[ \t].*)*\r\n", re.I | re.M)

Verdict = Literal["pass", "fail", "none"]


def stamped(raw: bytes, sender: str, verdict: Verdict) -> bytes:
    """Return a mail with our border's verdict on its sender, and with nobody else's.

    Args:
        raw: The mail as it was sent, lines ended by CRLF.
        sender: The address that it claims to come from; empty for a bounce.
        verdict: What the border found.
    """
    headers, blank, body = raw.partition(b"\r\n\r\n")
    headers = FOREIGN_VERDICT.sub(b"", headers + b"\r\n")
    domain = sender.rpartition("@")[2]
    found = f"dmarc={verdict} header.from={domain}; dkim={verdict} header.d={domain}"
    stamp = f"Authentication-Results: {AUTHSERV}; {found}\r\n" if domain else ""
    return stamp.encode("ascii") + headers.removesuffix(b"\r\n") + blank + body


class Inbox:
    """The server on loopback, with one user. `port` is where it listens."""

    def __init__(self) -> None:
        self.port = 0
        arguments = Namespace(
            host=["127.0.0.1"], port="0", cert=None, key=None, tls=False, inherited_sockets=None,
            proxy_protocol=None, passlib_cfg=None, debug=False,
            demo_data=False, demo_user=USER, demo_password=PASSWORD,
        )  # fmt: skip
        self._config = Config.from_args(arguments, invalid_user_sleep=0.0)
        self._login = Login(self._config)
        self._backend = DictBackend(self._login, self._config)
        self._server: asyncio.Server | None = None
        self._border: ImapMailbox | None = None

    async def __aenter__(self) -> Self:
        self._config.apply_context()
        hashed = await Passwords(self._config).hash_password(PASSWORD)
        identity = Identity(USER, self._login, None, frozenset())
        await identity.set(UserMetadata(self._config, USER, password=hashed))
        protocol = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        answer = protocol.get_callback(IMAPServer(self._backend.login, self._config))
        self._server = await asyncio.start_server(answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        settings = ImapSettings(
            host="127.0.0.1",
            port=self.port,
            tls="none",
            username=USER,
            credential=Password(text=PASSWORD),
        )
        self._border = ImapMailbox(settings)
        await self._border.open(INBOX)
        return self

    async def __aexit__(self, *_: object) -> None:
        # Clients must be gone: from Python 3.12 on the server waits for them.
        if self._border is not None:
            await self._border.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def deliver(self, raw: bytes) -> None:
        """Put a stamped mail into the inbox."""
        assert self._border is not None, "the server runs"
        await self._border.append(INBOX, raw)
