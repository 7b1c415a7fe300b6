"""The post of reps under test: two customers, a parser, and an inbox that is fed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from email.message import EmailMessage
from typing import Any, cast

from daemon.application import Inbound
from daemon.core.effects import Effect
from daemon.ports import Commit, Cursor, Fetched, InboxMail, Outgoing, OutgoingKind
from daemon.rounds.read_mail import read_round
from daemon.rounds.report import report_round
from parsers.identify import identify
from parsers.read import read
from parsers.reading import Context, Identity, Reading
from tests.core.builders import AP, OWNER, contact, default_facts, invoice, opening
from tests.rounds.conftest import Desk
from tests.store.builders import snapshot

AUTHSERV = "mx.creditor.example.com"
INBOX = "ar@creditor.example.com"
DISPUTE = (
    "INV-1007 is wrong: you charged 500 but we agreed 450. Please correct the price. "
    "We will not pay it like this."
)
FIRST, SECOND = "main/4711", "main/4712"


class PlainParser:
    """The port over the parsers themselves, without a process of their own."""

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Read the headers."""
        return identify(raw, context)

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Read the whole mail."""
        return read(raw, context)

    async def close(self) -> None:
        """Close nothing."""


async def open_office(desk: Desk) -> Desk:
    """Two customers with one overdue invoice each, a parser, and an inbox that is fed by hand."""
    box = cast(Any, type("Box", (), {"name": "ar"})())
    inbound = Inbound(mailbox=box, authserv_ids=(AUTHSERV,), own_addresses=(INBOX,))
    desk.app = replace(desk.app, parser=PlainParser(), inbounds=(inbound,))
    commits = []
    for reference, number, address in (
        ("4711", "INV-1007", AP),
        ("4712", "INV-1008", "ap@other.test"),
    ):
        facts = default_facts(reference=reference, name=f"Debtor {reference}")
        item = invoice(number, "2026-06-01", 1200)
        events = opening(item, facts=facts, contacts=(contact(address),))
        commits.append(
            Commit(
                account=facts.account, expected=0, events=events, next_action_at=desk.clock.now()
            )
        )
    await desk.store.apply_import(snapshot("first", "2026-06-11"), commits, desk.clock.now())
    return desk


class Post:
    """Puts mails into the inbox and looks at what was written to reps."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.count = 0

    async def receive(
        self,
        text: str,
        sender: str,
        answered: Outgoing | None = None,
        *,
        verdict: str = "pass",
        thread: str = "",
        subject: str = "Re: your mail",
        **headers: str,
    ) -> InboxMail:
        """Keep one mail, read it, and return where it ended."""
        self.count += 1
        message = EmailMessage()
        message["Authentication-Results"] = (
            f"{AUTHSERV}; dmarc={verdict} header.from={sender.rpartition('@')[2]}"
        )
        message["From"] = sender
        local, _, domain = INBOX.partition("@")
        message["To"] = f"{local}+{answered.reply_token}@{domain}" if answered else INBOX
        message["Subject"] = subject
        message["Message-ID"] = f"<m{self.count}@{sender.rpartition('@')[2]}>"
        if thread:
            message["In-Reply-To"] = f"<{thread}>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return await self.keep(message.as_bytes())

    async def keep(self, raw: bytes) -> InboxMail:
        """Keep these bytes, read them, and return where they ended."""
        self.count += 1
        cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=self.count)
        fetched = Fetched(uid=self.count, octets=len(raw), raw=raw)
        (mail,) = await self.desk.store.keep([fetched], cursor, self.desk.clock.now())
        await read_round(self.desk.app)
        found = await self.desk.store.mail(mail)
        assert found is not None
        return found

    async def rows(self, *kinds: OutgoingKind) -> list[Outgoing]:
        """Return the mails to reps of these kinds, oldest first."""
        return await self.desk.store.due_outgoing(self.desk.clock.now(), kinds, 100)

    async def effects(self) -> list[Effect]:
        """Return every echo and alarm so far."""
        return [row.effect for row in await self.rows(OutgoingKind.ECHO, OutgoingKind.ALARM)]

    async def disputed(self) -> Outgoing:
        """Let the first customer dispute INV-1007; return the forward that the owner gets."""
        await self.receive(DISPUTE, AP)
        (row,) = await self.rows(OutgoingKind.FORWARD)
        return row

    async def digest(self) -> Outgoing:
        """Write the morning digests; return the owner's."""
        await report_round(self.desk.app, time(7, 0))
        rows = await self.rows(OutgoingKind.DIGEST)
        return next(row for row in rows if row.recipient == OWNER)

    async def holds(self, account: str) -> set[str]:
        """Return reason and subject of the account's holds."""
        state = (await self.desk.store.load([account]))[account]
        return {f"{hold.reason} {hold.subject}" for hold in state.holds}
