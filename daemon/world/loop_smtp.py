"""The relay over loopback: a real SMTP server before the world's post, and the way to it.

The way tells the server which mail comes next, so that both draw the same trouble from the same
plan as in memory; what is taken is what really came over the wire.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon.adapters.smtp import SmtpSettings, SmtpSubmission
from daemon.adapters.smtp_outcome import Phase
from daemon.ports import Frozen, Outcome, Submission, Wire
from daemon.world.near_post import Cuts, Interrupts, NearPost, Says, Trouble
from daemon.world.post import HOSTNAME


class CutShort(ConnectionError):
    """The server has cut the connection in the middle of a mail."""


# Without slots: the library gets every member, which Python before 3.11.3 refuses for slots.
@dataclass(kw_only=True)
class Relay:
    """What the server does with the mail that comes next. The names are the library's."""

    post: NearPost
    mail: Frozen | None = None
    trouble: Trouble | None = None

    def at(self, phase: Phase, server: SMTP) -> str:
        """Return the trouble's answer in this phase, empty where there is none.

        Raises:
            CutShort: The trouble cuts the connection here.
        """
        match self.trouble:
            case Says(phase=place, code=code, text=text) if place is phase:
                return f"{code} {text}"
            case Cuts(phase=place) if place is phase:
                self.cut(server)
            case Interrupts(is_taken=False) if phase is Phase.DATA:
                self.cut(server)
            case _:
                pass
        return ""

    def cut(self, server: SMTP) -> None:
        """Cut the connection.

        Raises:
            CutShort: Always.
        """
        assert isinstance(server.transport, asyncio.WriteTransport), "a client is connected"
        server.transport.abort()
        raise CutShort

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Hear who sends."""
        answer = self.at(Phase.MAIL, server)
        if not answer:
            envelope.mail_from = address
        return answer or "250 2.1.0 go on"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Hear whom it is for."""
        answer = self.at(Phase.RCPT, server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail as it came over the wire, or do not."""
        raw = envelope.content
        assert isinstance(raw, bytes), "aiosmtpd decodes nothing unless it is told to"
        assert self.mail is not None, "the way told what comes"
        came = replace(
            self.mail,
            raw=raw,
            envelope_from=envelope.mail_from or "",
            envelope_to=envelope.rcpt_tos[0],
            copies=tuple(envelope.rcpt_tos[1:]),
        )
        match self.trouble:
            case Cuts(phase=Phase.BODY, is_taken=True):
                self.post.take(came)
                self.cut(server)
            case Says(phase=Phase.BODY, code=code) if code // 100 != 2:
                pass
            case _:
                answer = self.at(Phase.BODY, server)
                self.post.take(came)
                return answer or f"250 2.0.0 taken as number {len(self.post.taken)}"
        return self.at(Phase.BODY, server)

    async def handle_exception(self, error: Exception) -> str:
        """Nobody hears the answer to a connection that was cut."""
        if not isinstance(error, CutShort):
            raise error
        return "421 4.3.2 gone"


class RelaySmtp(SMTP):
    """The library's server, with a say in the phase DATA. The name of the method is its own."""

    async def smtp_DATA(self, arg: str) -> None:
        """Answer DATA with the trouble's reply, or take the text."""
        relay: Relay = self.event_handler
        answer = relay.at(Phase.DATA, self)
        if answer:
            await self.push(answer)
            return
        await super().smtp_DATA(arg)


@dataclass(slots=True, kw_only=True)
class LoopbackSmtp:
    """The server on loopback. `port` is where it listens."""

    relay: Relay
    port: int = 0
    listening: asyncio.Server | None = field(default=None)

    async def start(self) -> Self:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()

        def served() -> Any:
            return RelaySmtp(self.relay, hostname=HOSTNAME, enable_SMTPUTF8=True, loop=loop)

        self.listening = await loop.create_server(served, "127.0.0.1", 0)
        self.port = self.listening.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Listen no more."""
        if self.listening is not None:
            self.listening.close()
            await self.listening.wait_closed()


@dataclass(frozen=True, slots=True)
class LoopbackWire:
    """A connection of the product's own; before each mail the relay is told what comes."""

    wire: Wire
    relay: Relay

    async def transmit(self, mail: Frozen) -> Outcome:
        """Hand over one mail over the socket."""
        post, relay = self.relay.post, self.relay
        relay.mail, relay.trouble = mail, post.begin(mail)
        taken_before, trouble = len(post.taken), relay.trouble
        outcome = await self.wire.transmit(mail)
        relay.mail = relay.trouble = None
        post.end(mail, trouble, outcome, taken_before)
        return outcome


class LoopbackSubmission:
    """Implements `ports.Submission` with the product's adapter over the relay's port."""

    def __init__(self, server: LoopbackSmtp) -> None:
        settings = SmtpSettings(host="127.0.0.1", port=server.port, tls="none", helo="duly.example")
        self.inner: Submission = SmtpSubmission(settings)
        self.relay = server.relay

    async def connect(self) -> LoopbackWire:
        """Return a connection.

        Raises:
            PeerError: The plan says that none comes about, or none does.
        """
        post = self.relay.post
        error = post.trouble.at_connection(post.now())
        if error is not None:
            raise error
        return LoopbackWire(await self.inner.connect(), self.relay)

    async def close(self) -> None:
        """Close the connection."""
        await self.inner.close()
