"""The wires in memory: mailbox and relay behind the ports, without a socket."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.ports import Mailbox, Submission
from daemon.world.near_inbox import NearMailbox, NearServer
from daemon.world.near_post import NearPost, NearSubmission


@dataclass(frozen=True, slots=True, kw_only=True)
class NearWires:
    """Implements `machine.Wires` over the servers in memory."""

    server: NearServer
    post: NearPost

    def mailbox(self) -> Mailbox:
        """Return a new connection to the inbox."""
        return NearMailbox(self.server)

    def submission(self) -> Submission:
        """Return a new way to the relay."""
        return NearSubmission(self.post)

    async def close(self) -> None:
        """Nothing listens."""
