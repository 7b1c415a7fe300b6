"""An office whose daemon may be killed: a home on disk, real servers, and a warm stand.

The servers are the outside truth and live in the test; the daemon lives in forks of the stand
(`worker`), each of which may be killed at a named failpoint. Between two of them the test
opens the database by itself and looks.
"""

from __future__ import annotations

import argparse
import email
import email.policy
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from daemon.adapters.clock import VirtualClock
from daemon.application import App
from daemon.cli.looking import status
from daemon.cli.output import Output
from daemon.cli.working import read_feed
from daemon.compose import open_app
from daemon.laws.verify import verify_store
from daemon.rounds.gather import MODE, WENT_LIVE_ON
from daemon.rounds.import_ledger import import_round
from daemon.rounds.take_in import take_in_round
from daemon.service import ServiceOptions, one_pass
from daemon.settings import Settings, load_settings
from tests.acceptance.crash.stand import Stand
from tests.acceptance.crash.worker import DIGEST_AT, ERRORS, Task
from tests.servers.dovecot import Dovecot, User
from tests.servers.smtp_faults import FaultSmtp, Taken

REP = "olga@seller.test"
OPERATOR = "ops@seller.test"
AUTHSERV = "mx.seller.test"
DUE_ON = date(2026, 6, 1)
START = datetime(2026, 6, 5, 8, 30, tzinfo=UTC)
DEBTORS = ("ACME", "BOLT", "CIRO")
HOME = """
[creditor]
key = "kaltenberg"
name = "Kaltenberg Technik GmbH"
postal_address = ["Werkstr. 5", "80331 München"]
country = "DE"
zone = "Europe/Berlin"
language = "en"
currency = "EUR"
bank_name = "Testbank"
iban = "DE89370400440532013000"
bic = "COBADEFFXXX"
sender = "{inbox}"
sender_name = "Olga Winter, Kaltenberg Technik"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
username = ""
sent_copy = "{sent_copy}"

[imap]
host = "127.0.0.1"
port = {imap_port}
tls = "none"
username = "{user}"
authserv_ids = ["mx.seller.test"]

[ledger]
watch = false

[log]
level = "error"

[reps]
default = "olga@seller.test"
operator = "ops@seller.test"
members = [{{ address = "olga@seller.test", name = "Olga Winter" }}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashOffice:
    """A home, the servers around it, and the stand that its daemon runs in."""

    home: Path
    settings: Settings
    user: User
    dovecot: Dovecot
    smtp: FaultSmtp
    stand: Stand
    has_warm_parser: bool = True

    @asynccontextmanager
    async def opened(self, now: datetime, *, is_readonly: bool = True) -> AsyncIterator[App]:
        """Open the home in the test's own process, as one of the looking commands does."""
        clock = VirtualClock(now)
        async with open_app(self.home, self.settings, is_readonly=is_readonly, clock=clock) as app:
            yield app

    async def prepare(self, *, is_written_to: bool) -> None:
        """Import a ledger of three overdue invoices, search the inbox and go live.

        Args:
            is_written_to: Whether the first letters have left already.
        """
        ledger = self.export(START.date() - timedelta(days=1))
        async with self.opened(START, is_readonly=False) as app:
            await app.store.set_fact(MODE, "live")
            await app.store.set_fact(WENT_LIVE_ON, START.date().isoformat())
            feed = await read_feed(self.settings, self.home, ledger, None)
            found = await import_round(app, feed)

            assert found.is_applied, found
            assert () == feed.errors

            await take_in_round(app, app.inbounds[0])
            if is_written_to:
                assert await one_pass(app, ServiceOptions(digest_at=DIGEST_AT)) == []
        if is_written_to:
            assert sorted(DEBTORS) == sorted(map(debtor_of, self.letters()))

    def export(self, as_of: date) -> Path:
        """Write the ledger of a day and return its file."""
        path = self.home / f"open-items-{as_of}.csv"
        path.write_text(ledger_text(as_of), encoding="utf-8")
        return path

    def task(self, *minutes: int, failpoint: str = "") -> Task:
        """Return passes at so many minutes after the start."""
        instants = tuple((START + timedelta(minutes=count)).isoformat() for count in minutes)
        return Task(
            home=str(self.home),
            instants=instants,
            failpoint=failpoint,
            parser=self.stand.parser if self.has_warm_parser else "",
        )

    async def passes(self, *minutes: int, failpoint: str = "") -> int:
        """Do passes in one process; returns its exit code."""
        return await self.stand.run(self.task(*minutes, failpoint=failpoint))

    def said(self) -> str:
        """Return what the processes wrote to standard error."""
        path = self.home / ERRORS
        return path.read_text("utf-8") if path.exists() else ""

    # --- the outside ------------------------------------------------------------------------

    def letters(self) -> list[Taken]:
        """Return what left for customers."""
        return [taken for taken in self.smtp.ledger if not is_rep_mail(taken)]

    def rep_mail(self) -> list[str]:
        """Return the subjects of what left for reps."""
        subjects = [
            email.message_from_bytes(taken.raw, policy=email.policy.default)["Subject"]
            for taken in self.smtp.ledger
            if is_rep_mail(taken)
        ]
        return [str(subject) for subject in subjects]

    def doubled(self) -> list[str]:
        """Return every Message-ID that the server took more than once."""
        counts = Counter(taken.message_id for taken in self.smtp.ledger)
        return [name for name, count in counts.items() if count > 1]

    def letter_to(self, debtor: str) -> Taken:
        """Return the one letter to a debtor."""
        (found,) = (taken for taken in self.letters() if debtor_of(taken) == debtor)
        return found

    def put_into_sent(self, raw: bytes) -> None:
        """File a copy as the provider would."""
        client = self.dovecot.login(self.user)
        client.create("Sent")
        client.append("Sent", "", "", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        client.logout()

    def deliver(self, debtor: str, text: str, **headers: str) -> None:
        """Let a debtor answer the letter."""
        self.answer(self.letter_to(debtor), f"ap@{debtor.lower()}.test", text, **headers)

    def answer(self, taken: Taken, sender: str, text: str, **headers: str) -> None:
        """Answer a mail that left; the border server says that it is the sender's."""
        self.dovecot.deliver(self.user, self.answer_to(taken, sender, text, **headers))

    def answer_to(self, taken: Taken, sender: str, text: str, **headers: str) -> bytes:
        """Return an answer to a mail that left."""
        original = email.message_from_bytes(taken.raw, policy=email.policy.default)
        domain = sender.rpartition("@")[2]
        mail = EmailMessage()
        mail["Authentication-Results"] = (
            f"{AUTHSERV}; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
        )
        mail["From"] = sender
        mail["To"] = str(original["Reply-To"])
        mail["Subject"] = headers.pop("subject", f"Re: {original['Subject']}")
        mail["Date"] = START.strftime("%a, %d %b %Y %H:%M:%S +0000")
        mail["Message-ID"] = f"<answer.{taken.message_id}>"
        mail["In-Reply-To"] = str(original["Message-ID"])
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail.as_bytes()

    # --- the inside -------------------------------------------------------------------------

    async def broken_laws(self, now: datetime) -> list[str]:
        """Return what the laws' checkers find over the whole database."""
        async with self.opened(now) as app:
            reports = await verify_store(app.store, app.house, now)
        return [
            f"{law.name}: {finding.account}: {finding.sentence}"
            for law in reports.laws
            for finding in law.findings
        ]

    async def letter_stages(self, now: datetime) -> dict[str, str]:
        """Return the stage of every letter in the database, by the debtor's reference."""
        async with self.opened(now) as app:
            states = await app.store.load(await app.store.account_ids())
        return {
            state.facts.reference: ", ".join(letter.stage.value for letter in state.letters)
            for state in states.values()
        }

    async def events(self, now: datetime) -> dict[str, Counter[str]]:
        """Return how often each kind of event stands in each account's log."""
        async with self.opened(now) as app:
            found = {
                account.rpartition("/")[2]: await app.store.events(account)
                for account in await app.store.account_ids()
            }
        return {
            debtor: Counter(entry.event.kind for entry in recorded)
            for debtor, recorded in found.items()
        }

    async def holds(self, now: datetime) -> Counter[tuple[str, str]]:
        """Return how many holds of each reason every debtor has, ended ones too."""
        async with self.opened(now) as app:
            states = await app.store.load(await app.store.account_ids())
        return Counter(
            (state.facts.reference, hold.reason.value)
            for state in states.values()
            for hold in state.holds
        )

    async def status(self, now: datetime) -> tuple[int, str]:
        """Return exit code and text of the command `status`."""
        out = Output()
        async with self.opened(now) as app:
            code = await status(app, self.settings, argparse.Namespace(subject=""), out)
        return code, out.text()


def make_office(
    folder: Path,
    dovecot: Dovecot,
    smtp: FaultSmtp,
    stand: Stand,
    *,
    sent_copy: str,
    port: int = 0,
    further: str = "",
) -> CrashOffice:
    """Make a home in `folder` before the servers.

    Args:
        folder: Where the home is made.
        dovecot: The server of its mailbox, a new one.
        smtp: The server that takes what leaves.
        stand: Where its daemon runs.
        sent_copy: How copies in the Sent folder come about.
        port: Stands before the SMTP server's own; 0: nothing does.
        further: What `duly.toml` says beside the usual.
    """
    user = dovecot.add_user()
    home = folder / "home"
    home.mkdir()
    (home / "duly.toml").write_text(
        HOME.format(
            inbox=user.address,
            user=user.name,
            smtp_port=port or smtp.port,
            imap_port=dovecot.imap_port,
            sent_copy=sent_copy,
        )
        + further,
        encoding="utf-8",
    )
    secrets = home / "secrets.toml"
    signing = "a secret of the tests only, 32 b"
    secrets.write_text(f'[keys]\nsigning = "{signing}"\n[imap]\npassword = "{user.password}"\n')
    secrets.chmod(0o600)
    return CrashOffice(
        home=home,
        settings=load_settings(home),
        user=user,
        dovecot=dovecot,
        smtp=smtp,
        stand=stand,
    )


def ledger_text(as_of: date) -> str:
    """Return the ledger of three debtors with an invoice each."""
    lines = [
        f"As of {as_of.isoformat()}",
        "account,name,number,kind,issued,due,currency,total,open,email,country,language",
    ]
    lines += [
        f"{debtor},{debtor.title()} GmbH,INV-{number},invoice,2026-05-04,{DUE_ON},EUR,"
        f"{number}.00,{number}.00,ap@{debtor.lower()}.test,DE,en"
        for number, debtor in enumerate(DEBTORS, start=1001)
    ]
    return "\n".join(lines) + "\n"


def is_rep_mail(taken: Taken) -> bool:
    """Tell mail to our own people from letters."""
    return taken.envelope_to[0] in (REP, OPERATOR)


def debtor_of(taken: Taken) -> str:
    """Return whom a letter went to, by the domain of its recipient."""
    return taken.envelope_to[0].partition("@")[2].removesuffix(".test").upper()
