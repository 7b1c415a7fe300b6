"""An office for races: the product's own rounds over a real store, with ports that dawdle.

Two sides work on one database, each in a task of its own: the sender delivers, the other side
takes in ledgers, mails and verbs. On PostgreSQL each has connections of its own; on SQLite they
share the store of the one writing process, as the daemon's loops do.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, cast

from bench.race_track import DawdlingStore, RaceWire, Side, Track
from daemon.adapters.log import open_log
from daemon.adapters.rate import RateLimits
from daemon.application import App, Brakes, Delivery, Inbound
from daemon.cli.output import Output
from daemon.cli.steering import start, steer, stop
from daemon.core.feed import ContactRow, Feed, FeedKind, LedgerRow
from daemon.core.house import House
from daemon.core.letters import LetterContent
from daemon.core.model import Contact, ContactRole, ItemKind
from daemon.core.money import Money
from daemon.errors import PeerError
from daemon.ports import Frozen, Outgoing, OutgoingKind, Store
from daemon.rounds.deliver import deliver_round, trip_breaker
from daemon.rounds.gather import BREAKER, MODE, STOPPED, WENT_LIVE_ON
from daemon.rounds.import_ledger import import_round
from daemon.rounds.plan import plan_round
from daemon.rounds.read_mail import read_round
from daemon.rounds.take_in import take_in_round
from daemon.store.store import open_store
from daemon.world.near_inbox import NearMailbox, NearServer
from daemon.world.near_parser import NearParser

SECRET = b"a secret of the benchmark, 32 b."
START = datetime(2026, 6, 11, 10, 0, tzinfo=UTC)
AS_OF = date(2026, 6, 11)
OVERDUE = date(2026, 6, 1)
NOT_DUE = date(2026, 9, 1)
AUTHSERV = "mx.creditor.example.com"
PER_MINUTE = 1_000_000
LETTERS_MAX = 100
OTHER_SECONDS_MAX = 0.002
OUR_ADDRESS = "ar@creditor.example.com"
THREAD = "9999"
DISPUTE = "The price on {number} is wrong, we agreed on less. We will not pay it like this."


def account_of(reference: str) -> str:
    """Return the account of a debtor."""
    return f"main/{reference}"


def ledger_row(reference: str, due_on: date = OVERDUE, *, is_protected: bool = False) -> LedgerRow:
    """Return the row of a debtor's one open invoice."""
    return LedgerRow(
        line=2,
        account=reference,
        name=f"Debtor {reference}",
        number=f"INV-{reference}",
        kind=ItemKind.INVOICE,
        issued_on=date(2026, 5, 1),
        due_on=due_on,
        total=Money(10_000, "EUR"),
        open=Money(10_000, "EUR"),
        email=f"ap@{reference}.example.org",
        country="DE",
        language="en",
        is_protected=is_protected,
    )


def feed_of(rows: Iterable[LedgerRow]) -> Feed:
    """Return a ledger of open items; one debtor owes what is not due yet, so it is never empty.

    Whoever is at the debtor THREAD, where there is one, is a contact of every other too.
    """
    listed = (ledger_row("quiet", NOT_DUE), *rows)
    has_thread = any(row.account == THREAD for row in listed)
    colleagues = [row.email for row in listed if row.account != THREAD] if has_thread else []
    names = " ".join(row.number for row in listed)
    return Feed(
        source="race.csv",
        sha256=hashlib.sha256(names.encode()).hexdigest(),
        kind=FeedKind.OPEN_ITEMS,
        as_of=AS_OF,
        as_of_source="file",
        rows=listed,
        contacts=tuple(
            ContactRow(
                line=line,
                account=THREAD,
                contact=Contact(address=address, role=ContactRole.ESCALATION),
            )
            for line, address in enumerate(colleagues, 2)
        ),
        errors=(),
    )


def frozen_id(key: str) -> str:
    """Return the Message-ID of a letter."""
    return f"{hashlib.sha256(key.encode()).hexdigest()}@creditor.example.com"


def typed_alone(*, draft: bool = False) -> argparse.Namespace:
    """Return what a command for all letters is given on the command line."""
    return argparse.Namespace(
        subject="", rep="", yes=False, draft=draft, redirect=False, live=False
    )


class WalkingClock:
    """Business time that begins at START and walks with the real one."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the present instant."""
        return START + timedelta(seconds=time.monotonic() - self._began)


class Slips:
    """Stationery without templates: the bytes of a mail are its key."""

    def freeze(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Freeze the key."""
        return Frozen(
            raw=row.key.encode(),
            message_id=frozen_id(row.key),
            envelope_from="ar@creditor.example.com",
            envelope_to=row.recipient,
        )

    def letter_text(self, row: Outgoing) -> str:
        """Return the key."""
        return row.key

    def preview(self, content: LetterContent) -> tuple[str, str]:
        """Return the level."""
        return content.level, content.level


class NoTrouble:
    """A mailbox that always answers."""

    def at_command(self, command: str, now: datetime) -> PeerError | None:
        """Let the command pass."""
        return None


@dataclass(slots=True, kw_only=True)
class Office:
    """A live house over one database; `rows` is what its ledger lists now, by account."""

    sender: App
    other: App
    track: Track
    server: NearServer
    stores: tuple[Store, ...]
    rows: dict[str, LedgerRow]

    @property
    def store(self) -> Store:
        """The database, without dawdling."""
        return self.stores[0]

    async def take_in_ledger(self) -> None:
        """Import the rows as they stand now.

        Raises:
            RuntimeError: The ledger was refused.
        """
        found = await import_round(self.other, feed_of(self.rows.values()), is_guard_waived=True)
        if not found.is_applied:
            raise RuntimeError(f"the ledger was refused: {found.refusal}")

    async def pay(self, account: str) -> None:
        """A ledger without the debtor's invoice comes in."""
        self.rows.pop(account)
        await self.take_in_ledger()

    async def command(self, account: str, words: str, *, is_named: bool = False) -> None:
        """A rep types a verb; `is_named`: with the number of the invoice that it is about.

        Raises:
            RuntimeError: It was not carried out.
        """
        number = self.rows[account].number
        rest = [number] if is_named else []
        typed = argparse.Namespace(subject=number, words=words, rest=rest, rep="")
        out = Output()
        # `steer` hands the settings on to commands that read them; a verb does not.
        if await steer(self.other, cast(Any, None), typed, out) != 0:
            raise RuntimeError(f"{words} {number}: {out.lines}")

    async def stop_all(self) -> None:
        """The operator types `stop`."""
        await stop(self.other, cast(Any, None), typed_alone(), Output())

    async def draft(self) -> None:
        """The operator types `start --draft`."""
        await start(self.other, cast(Any, None), typed_alone(draft=True), Output())

    async def trip(self) -> None:
        """The circuit breaker trips over what another worker has seen."""
        await trip_breaker(self.other, "more letters than forecast", self.other.clock.now())

    async def lift(self) -> None:
        """Letters go again."""
        for name, value in ((STOPPED, ""), (BREAKER, ""), (MODE, "live")):
            await self.store.set_fact(name, value)

    async def open_thread(self, rows: Sequence[LedgerRow]) -> None:
        """The debtor THREAD gets a letter; then these rows come in, their contacts his too."""
        self.rows = {account_of(THREAD): ledger_row(THREAD)}
        await self.take_in_ledger()
        await plan_round(self.sender)
        await deliver_round(self.sender)
        self.rows |= {account_of(row.account): row for row in rows}
        await self.take_in_ledger()

    async def write(self, account: str, *, is_in_thread: bool = False) -> None:
        """The debtor's mail is taken in and read.

        Args:
            account: Whose invoice the text is about.
            is_in_thread: It answers the letter to THREAD, so that the headers name that debtor.

        Raises:
            RuntimeError: It did not find its place.
        """
        row = self.rows[account]
        mail = EmailMessage()
        domain = row.email.rpartition("@")[2]
        mail["Authentication-Results"] = f"{AUTHSERV}; dmarc=pass header.from={domain}"
        mail["From"], mail["To"] = row.email, self.other.inbounds[0].own_addresses[0]
        mail["Subject"] = f"Invoice {row.number}"
        mail["Message-ID"] = f"<{row.number}@{domain}>"
        if is_in_thread:
            written = await self.store.outgoing_of(account_of(THREAD))
            (key,) = [one.key for one in written if one.kind is OutgoingKind.LETTER]
            mail["In-Reply-To"] = f"<{frozen_id(key)}>"
        mail.set_content(DISPUTE.format(number=row.number))
        self.server.deliver(mail.as_bytes(policy=SMTP))
        taken = await take_in_round(self.other, self.other.inbounds[0])
        if (taken, await read_round(self.other)) != (1, 1):
            raise RuntimeError(f"the mail about {row.number} did not find its place")

    async def close(self) -> None:
        """Close the database."""
        for store in self.stores:
            await store.close()


async def open_office(
    url: str, house: House, chance: random.Random, rows: Sequence[LedgerRow]
) -> Office:
    """Open a live house over an empty database and take in a ledger.

    Args:
        url: The database's address.
        house: Our side.
        chance: Draws every delay.
        rows: One invoice a debtor.
    """
    is_shared = url.startswith("sqlite")
    store = await open_store(url, secret=SECRET)
    second = store if is_shared else await open_store(url, secret=SECRET)
    clock = WalkingClock()

    async def lift() -> None:
        await office.lift()

    track = Track(chance=chance, lift=lift)
    server = NearServer(now=clock.now, trouble=NoTrouble())
    inbound = Inbound(
        mailbox=NearMailbox(server), authserv_ids=(AUTHSERV,), own_addresses=(OUR_ADDRESS,)
    )
    sending = Side(
        chance=chance, seconds_max=0.0, before=track.before_sender, after=track.after_sender
    )
    stopping = Side(chance=chance, seconds_max=OTHER_SECONDS_MAX, after=track.after_other)
    sender = App(
        house=house,
        store=cast(Store, DawdlingStore(store, sending)),
        clock=clock,
        parser=NearParser(),
        submission=RaceWire(track, sending),
        inbounds=(inbound,),
        stationery=Slips(),
        pace=RateLimits(PER_MINUTE, PER_MINUTE),
        log=open_log(level="error"),
        delivery=Delivery(batch_max=LETTERS_MAX),
    )
    office = Office(
        sender=sender,
        other=replace(sender, store=cast(Store, DawdlingStore(second, stopping)), brakes=Brakes()),
        track=track,
        server=server,
        stores=(store,) if is_shared else (store, second),
        rows={account_of(row.account): row for row in rows},
    )
    await store.set_fact(MODE, "live")
    await store.set_fact(WENT_LIVE_ON, "2026-01-01")
    await store.checked(inbound.mailbox.name, clock.now())
    await office.take_in_ledger()
    return office
