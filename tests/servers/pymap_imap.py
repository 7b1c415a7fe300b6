"""pymap: an IMAP server in this process, the one that the demonstration embeds.

It knows no custom keywords and no XOAUTH2, so nothing of ours may need them.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import Self

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata

PASSWORD = "sesame"


class Pymap:
    """The server, with its users' mail in memory. `port` is where it listens."""

    def __init__(self) -> None:
        self.port = 0
        arguments = Namespace(
            host=["127.0.0.1"], port="0", cert=None, key=None, tls=False, inherited_sockets=None,
            proxy_protocol=None, passlib_cfg=None, debug=False,
        )  # fmt: skip
        self._config = Config.from_args(
            Namespace(
                **vars(arguments), demo_data=False, demo_user="nobody", demo_password=PASSWORD
            ),
            invalid_user_sleep=0.0,
        )
        self._login = Login(self._config)
        self._backend = DictBackend(self._login, self._config)
        self._server: asyncio.Server | None = None

    async def add_user(self, name: str) -> None:
        """Make a mailbox with the password `PASSWORD`."""
        hashed = await Passwords(self._config).hash_password(PASSWORD)
        identity = Identity(name, self._login, None, frozenset())
        await identity.set(UserMetadata(self._config, name, password=hashed))

    async def __aenter__(self) -> Self:
        self._config.apply_context()
        protocol = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        answer = protocol.get_callback(IMAPServer(self._backend.login, self._config))
        self._server = await asyncio.start_server(answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        # Clients must be gone: from Python 3.12 on the server waits for them.
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
