"""An office under test: real Duly on a virtual clock, before a real IMAP and SMTP server.

The accounting system is a small book that exports a CSV every morning; customers and reps are
whoever the diary lets speak. What left is read from the SMTP server's own ledger.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daemon.adapters.authentication import Password
from daemon.adapters.clock import VirtualClock
from daemon.adapters.contacts_file import read_contacts
from daemon.adapters.imap import ImapMailbox
from daemon.adapters.imap_connection import ImapSettings
from daemon.adapters.ledger_file import read_ledger
from daemon.adapters.log import open_log
from daemon.adapters.parser_process import ParserProcess
from daemon.adapters.rate import RateLimits
from daemon.adapters.render import Renderer
from daemon.adapters.smtp import SmtpSettings, SmtpSubmission
from daemon.adapters.stationery import Letterhead, PaperStationery
from daemon.application import App, Delivery, Inbound
from daemon.core.house import House
from daemon.core.state import AccountState
from daemon.laws.verify import verify_store
from daemon.ports import Store
from daemon.rounds.gather import MODE, WENT_LIVE_ON
from daemon.rounds.import_ledger import ImportReport, import_round
from daemon.service import ServiceOptions, one_pass
from tests.servers.dovecot import Dovecot, User
from tests.servers.smtp_faults import FaultSmtp, Taken

AUTHSERV = "mx.seller.test"
UNLIMITED = 1_000_000
SECRET = b"a secret of the tests only, 32 b"
HEADER = (
    "account,name,number,kind,issued,due,currency,total,open,email,country,language,owner,po,"
    "disputed,last_level,last_letter_on"
)


@dataclass(slots=True, kw_only=True)
class BookRow:
    """One row of the accounting system; amounts as text with a decimal point."""

    account: str
    number: str
    kind: str
    issued: date
    due: date
    currency: str
    total: str
    open: str
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Debtor:
    """What the accounting system knows of a debtor."""

    reference: str
    name: str
    email: str
    country: str = "DE"
    language: str = "en"


@dataclass(slots=True)
class Book:
    """The accounting system: what is open, exported as CSV."""

    debtors: dict[str, Debtor] = field(default_factory=dict)
    rows: dict[str, BookRow] = field(default_factory=dict)
    contacts: list[tuple[str, str, str]] = field(default_factory=list)

    def export(self, path: Path, as_of: date) -> None:
        """Write the open items with their date; what is settled is no longer listed."""
        lines = [f"As of {as_of.isoformat()}", HEADER]
        for row in self.rows.values():
            if float(row.open) == 0:
                continue
            debtor = self.debtors[row.account]
            cells = [
                debtor.reference, debtor.name, row.number, row.kind, row.issued.isoformat(),
                row.due.isoformat(), row.currency, row.total, row.open, debtor.email,
                debtor.country, debtor.language, row.extra.get("owner", ""),
                row.extra.get("po", ""), row.extra.get("disputed", ""),
                row.extra.get("last_level", ""), row.extra.get("last_letter_on", ""),
            ]  # fmt: skip
            lines.append(",".join(cells))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        listed = [f"{owner},{address},{role},,\n" for owner, address, role in self.contacts]
        contacts = path.parent / "contacts.csv"
        if listed:
            contacts.write_text("account,email,role,name,language\n" + "".join(listed))


@dataclass(slots=True)
class Office:
    """The whole set-up of one test."""

    app: App
    house: House
    clock: VirtualClock
    store: Store
    dovecot: Dovecot
    user: User
    smtp: FaultSmtp
    book: Book
    folder: Path
    ledger_options: Any
    imports: int = 0
    replies: int = 0

    async def run_once(self) -> None:
        """Do one pass of the product."""
        problems = await one_pass(self.app, ServiceOptions(digest_at=time(7, 0)))

        assert problems == []

    async def import_book(self, as_of: date) -> ImportReport:
        """Export the book and import it, as the watched folder would."""
        self.imports += 1
        path = self.folder / f"ledger-{self.imports}.csv"
        self.book.export(path, as_of)
        beside = path.parent / "contacts.csv"
        contacts = read_contacts(beside).contacts if beside.exists() else ()
        feed = read_ledger(
            path,
            self.ledger_options,
            as_of=None,
            modified_at=self.clock.now(),
            default_currency=self.house.creditor.currency,
            contacts=contacts,
        )

        assert () == feed.errors
        assert as_of == feed.as_of

        return await import_round(self.app, feed)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a local time of the creditor as an instant."""
        zone = ZoneInfo(self.house.creditor.zone)
        return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)

    async def state(self, reference: str) -> AccountState:
        """Return the state of an account by its reference."""
        account = f"{self.house.creditor.key}/{reference}"
        return (await self.store.load([account]))[account]

    def sent(self) -> list[Taken]:
        """Return everything that the SMTP server took."""
        return list(self.smtp.ledger)

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the watched inbox, through LMTP."""
        self.dovecot.deliver(self.user, raw)

    async def broken_laws(self) -> list[str]:
        """Return what the laws' checkers find over the whole database."""
        reports = await verify_store(self.store, self.house, self.clock.now())
        return [
            f"{law.name}: {finding.account}: {finding.sentence}"
            for law in reports.laws
            for finding in law.findings
        ]

    def reply_to(
        self,
        taken: Taken,
        sender: str,
        text: str,
        *,
        verdict: str = "pass",
        with_token: bool = True,
        headers: dict[str, str] | None = None,
        subject: str = "",
    ) -> bytes:
        """Write a reply to a mail that left, as a mail program would."""
        original = email.message_from_bytes(taken.raw, policy=email.policy.default)
        message = self.new_mail(sender, subject or f"Re: {original['Subject']}", verdict)
        if with_token:
            address = str(original["Reply-To"] or original["From"])
            del message["To"]
            message["To"] = address
            message["In-Reply-To"] = f"<{taken.message_id}>"
            message["References"] = f"<{taken.message_id}>"
        for name, value in (headers or {}).items():
            message[name] = value
        body = original.get_body(("plain",))
        quoted = "".join(f"> {line}\n" for line in body.get_content().splitlines()) if body else ""
        message.set_content(f"{text}\n\nOn {original['Date']}, {original['From']} wrote:\n{quoted}")
        return message.as_bytes(policy=email.policy.SMTP.clone(max_line_length=998))

    def new_mail(self, sender: str, subject: str, verdict: str) -> EmailMessage:
        """Start a mail to the inbox, with the verdict that our border server stamps."""
        self.replies += 1
        message = EmailMessage()
        domain = sender.rpartition("@")[2]
        if verdict != "none":
            message["Authentication-Results"] = (
                f"{AUTHSERV}; dmarc={verdict} header.from={domain}; "
                f"dkim={verdict} header.d={domain}"
            )
        message["From"] = sender
        message["To"] = self.user.address
        message["Subject"] = subject
        message["Date"] = self.clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
        seed = f"{self.replies}|{sender}|{self.clock.now()}"
        message["Message-ID"] = f"<{hashlib.sha256(seed.encode()).hexdigest()[:20]}@{domain}>"
        return message


def build_office(
    house: House,
    ledger_options: Any,
    store: Store,
    dovecot: Dovecot,
    smtp: FaultSmtp,
    folder: Path,
    start: datetime,
) -> Office:
    """Wire the product over real servers, on a virtual clock."""
    user = dovecot.add_user()
    clock = VirtualClock(start)
    mailbox = ImapMailbox(
        ImapSettings(
            host="127.0.0.1",
            port=dovecot.imap_port,
            username=user.name,
            credential=Password(text=user.password),
            name="inbox",
            tls="none",
        )
    )
    stationery = PaperStationery(
        Renderer(None),
        Letterhead(
            inbox=user.address,
            sender=house.creditor.sender,
            operator=house.reps.operator,
            message_domain="seller.test",
            is_verp=True,
            files=folder,
            secret=SECRET,
        ),
    )
    app = App(
        house=house,
        store=store,
        clock=clock,
        parser=ParserProcess(),
        submission=SmtpSubmission(SmtpSettings(host="127.0.0.1", port=smtp.port, tls="none")),
        inbounds=(
            Inbound(
                mailbox=mailbox,
                authserv_ids=(AUTHSERV,),
                own_addresses=(user.address, house.creditor.sender.address),
                sent="Sent",
            ),
        ),
        stationery=stationery,
        pace=RateLimits(UNLIMITED, UNLIMITED),
        log=open_log(level="error"),
        delivery=Delivery(sent_copy="none"),
    )
    return Office(app, house, clock, store, dovecot, user, smtp, Book(), folder, ledger_options)


async def go_live(office: Office, on: date) -> None:
    """Switch to live mode, as `start --live` does."""
    await office.store.set_fact(MODE, "live")
    await office.store.set_fact(WENT_LIVE_ON, on.isoformat())


async def close_office(office: Office) -> None:
    """Close every connection and the parser process."""
    await office.app.parser.close()
    await office.app.submission.close()
    for inbound in office.app.inbounds:
        await inbound.mailbox.close()
