"""The wires over loopback: the product's own SMTP and IMAP adapters against real sockets."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.adapters.authentication import Password
from daemon.adapters.imap import ImapMailbox
from daemon.adapters.imap_connection import ImapSettings
from daemon.ports import Mailbox, Submission
from daemon.world.inbox import PASSWORD, USER
from daemon.world.loop_imap import LoopbackImap
from daemon.world.loop_smtp import LoopbackSmtp, LoopbackSubmission, Relay
from daemon.world.near_inbox import NearServer
from daemon.world.near_post import NearPost


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopbackWires:
    """Implements `machine.Wires` over servers on loopback; made by `started`."""

    imap: LoopbackImap
    smtp: LoopbackSmtp

    @classmethod
    async def started(cls, server: NearServer, post: NearPost) -> LoopbackWires:
        """Start both servers."""
        return cls(
            imap=await LoopbackImap(server=server).start(),
            smtp=await LoopbackSmtp(relay=Relay(post=post)).start(),
        )

    def mailbox(self) -> Mailbox:
        """Return a new connection to the inbox."""
        settings = ImapSettings(
            host="127.0.0.1",
            port=self.imap.port,
            tls="none",
            name="inbox",
            username=USER,
            credential=Password(text=PASSWORD),
        )
        return ImapMailbox(settings)

    def submission(self) -> Submission:
        """Return a new way to the relay."""
        return LoopbackSubmission(self.smtp)

    async def close(self) -> None:
        """Stop both servers."""
        await self.smtp.stop()
        await self.imap.stop()
