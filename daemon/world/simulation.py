"""One seed: the product's own rounds on a virtual clock, in a world that is drawn from the seed.

Store, rounds, core, templates and reading are the product's; SMTP and IMAP are ports in memory
that keep an outside ledger. A pass may end anywhere between two commits: then the application
is dropped and a new one opened on the same database. Same seed, same event log, bit for bit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from daemon.adapters.clock import SystemClock, VirtualClock
from daemon.adapters.rate import RateLimits
from daemon.adapters.stationery import PaperStationery
from daemon.application import App, Delivery, Inbound
from daemon.errors import PeerError
from daemon.laws.findings import Reports
from daemon.laws.verify import verify_store
from daemon.rounds.gather import BREAKER, MODE, STOPPED, WENT_LIVE_ON
from daemon.service import ServiceOptions, one_pass
from daemon.settings import Settings
from daemon.store.store import TortoiseStore, open_store
from daemon.world.bookkeeping import Bookkeeping
from daemon.world.inbox import AUTHSERV
from daemon.world.mischief import Mischief
from daemon.world.near_inbox import INBOX, NearMailbox, NearServer
from daemon.world.near_parser import NearParser
from daemon.world.near_post import NearPost, NearSubmission
from daemon.world.near_sqlite import ENGINE
from daemon.world.outside import Outside
from daemon.world.outside_mail import NO_FAULT, OutsideMail, look_at_letters
from daemon.world.peep import Peep
from daemon.world.shaky_store import Crash, shaky
from daemon.world.street import Street
from daemon.world.troubles import Fault, Troubles
from daemon.world.watch import Watch
from daemon.world.world_log import WorldLog

DIGEST_AT = time(7, 30)
PASSES_BUSINESS = (time(2, 20), time(7, 35), time(10, 15), time(13, 20), time(16, 5), time(20, 30))
PASSES_OTHER = (time(2, 20), time(12, 0), time(20, 30))
IMPORT_PLACE = 1
START_PLACE = 2
JITTER_MINUTES = 24
SENT = "Sent"
SentCopy = Literal["auto", "append", "none"]


Change = Callable[[App], App]


def unchanged(app: App) -> App:
    """Leave the product as it is."""
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate: days, accounts, kinds of trouble; `has_model` reads with the weights."""

    days: int = 90
    accounts: int = 12
    faults: frozenset[Fault] = frozenset(Fault)
    has_model: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A law was seen broken on a day. `account` is empty where it concerns none."""

    law: str
    on: date
    account: str
    sentence: str


@dataclass(slots=True, kw_only=True)
class Simulation:
    """One run. Made by `opened`; `reports` gathers what the laws found.

    `change` breaks the product on purpose, to see a law find it.
    """

    plan: Plan
    seed: int
    settings: Settings
    first_day: date
    clock: VirtualClock
    stationery: PaperStationery
    sent_copy: SentCopy
    street: Street
    post: NearPost
    server: NearServer
    troubles: Troubles
    books: Bookkeeping
    outside: Outside
    incoming: OutsideMail
    mischief: Mischief
    parser: NearParser
    log: WorldLog
    store: TortoiseStore
    peep: Peep
    watch: Watch
    app: App = field(init=False)
    reports: Reports = field(default_factory=Reports)
    breaks: list[Break] = field(default_factory=list)
    change: Change = unchanged
    read: int = 0
    passes: int = 0

    @property
    def true_now(self) -> datetime:
        """The true time; the machine's clock may show another."""
        return self.clock.now()

    # --- the days -------------------------------------------------------------------------------

    async def play(self) -> None:
        """Play all days."""
        await self.app.store.set_fact(MODE, "live")
        await self.app.store.set_fact(WENT_LIVE_ON, self.first_day.isoformat())
        for offset in range(self.plan.days):
            await self.play_day(self.first_day + timedelta(days=offset))
        await self.look_at_end()

    async def look_at_end(self) -> None:
        """Let every law look over everything, once the last days were quiet."""
        today = self.street.calendar.today(self.true_now)
        self.incoming.look_at_end(self.peep, self.reports)
        await look_at_letters(self.store, self.outside, today, self.sent_copy, self.reports)
        whole = await verify_store(self.store, self.app.house, self.app.clock.now())
        for law in whole.laws:
            report = self.reports.law(law.name, law.promise)
            report.checked += law.checked
            report.findings += law.findings
        fault = self.reports.law("no_fault", NO_FAULT)
        fault.checked += self.passes
        for sentence in self.log.stumbles:
            fault.check(False, "", sentence)
        self.note_breaks(today)

    async def play_day(self, day: date) -> None:
        """Play one day, and let the laws look at what it changed."""
        calendar = self.street.calendar
        is_business = calendar.is_business_day(day)
        self.street.book_until(day - timedelta(days=1))
        self.mischief.begin_day(day)
        hours = PASSES_BUSINESS if is_business else PASSES_OTHER
        for place, hour in enumerate(hours):
            at = self.moment(day, hour)
            await self.advance(at)
            self.street.deliver_until(at)
            self.mischief.meddle(at)
            if self.mischief.is_off(day):
                continue
            if is_business and place == IMPORT_PLACE:
                self.books.order(day)
            if place == START_PLACE:
                await self.steer(day)
            if self.has_work():
                await self.run_pass()
        await self.watch.look(self.store, self.app.house, self.peep, self.reports)
        self.note_breaks(day)

    def note_breaks(self, day: date) -> None:
        """Note what the laws have found since the last time, each finding once."""
        known = {(note.law, note.account, note.sentence) for note in self.breaks}
        for law in self.reports.laws:
            for found in law.findings:
                if (law.name, found.account, found.sentence) not in known:
                    known.add((law.name, found.account, found.sentence))
                    self.breaks.append(
                        Break(law=law.name, on=day, account=found.account, sentence=found.sentence)
                    )

    async def close(self) -> None:
        """Close what the world holds open."""
        self.peep.close()
        await self.store.close()

    def moment(self, day: date, hour: time) -> datetime:
        """Return the instant of a pass: about `hour` at the creditor's, some minutes later."""
        zone = ZoneInfo(self.settings.creditor.zone)
        minutes = self.troubles.dice.between(0, JITTER_MINUTES, "moment", day, hour)
        return datetime.combine(day, hour, zone).astimezone(UTC) + timedelta(minutes=minutes)

    async def advance(self, at: datetime) -> None:
        """Let the time pass, for the world and for the brakes that count it."""
        passed = max(at - self.true_now, timedelta(0))
        self.clock.advance_to(self.true_now + passed)
        self.app.brakes.sending_paused_until -= passed.total_seconds()

    async def steer(self, day: date) -> None:
        """The operator starts again what the breaker stopped, and stops all for a day."""
        if self.peep.fact(BREAKER):
            self.troubles.count("breaker tripped")
            await self.store.set_fact(BREAKER, "")
        is_stopped = self.mischief.stopped_on == day
        if is_stopped:
            self.outside.stopped_on.add(day)
        if is_stopped or self.peep.fact(STOPPED):
            await self.store.set_fact(STOPPED, "the operator stopped all" if is_stopped else "")

    # --- the passes -----------------------------------------------------------------------------

    def has_work(self) -> bool:
        """Tell whether a pass would find anything: a daemon that looks in vain changes nothing."""
        is_delivered = bool(self.server.folder(INBOX).mails)
        return self.books.is_ordered or is_delivered or self.peep.is_due(self.app.clock.now())

    async def run_pass(self) -> None:
        """Do one pass of the product; a crash or a cancellation brings a new application."""
        self.passes += 1
        is_export_offered = self.books.is_ordered
        self.troubles.begin_pass()
        options = ServiceOptions(digest_at=DIGEST_AT, import_folder=self.take_ledger)
        task = asyncio.ensure_future(one_pass(self.app, options))
        self.troubles.pass_task = task
        is_over = False
        try:
            await task
        except Crash:
            is_over = True
        except asyncio.CancelledError:
            is_over = True
        except PeerError as error:
            # The database went away under the pass; the next one tries again.
            self.tell_fault(error, is_expected=self.troubles.is_away)
        except Exception as error:  # noqa: BLE001 - whatever ends a pass is what we look for
            self.tell_fault(error, is_expected=self.troubles.is_away)
        self.troubles.end_pass()
        is_over = is_over or self.troubles.is_cancelled
        if is_over:
            await self.open_again()
        if is_export_offered:
            await self.books.look(self.store)
        self.outside.look_at_attempts(self.reports)
        await self.read_post()
        self.incoming.look_after_pass(self.peep)

    def tell_fault(self, error: Exception, *, is_expected: bool) -> None:
        """Note what ended a pass; only a database that is away may."""
        fault = self.reports.law("no_fault", NO_FAULT)
        fault.check(is_expected, "", f"a pass at {self.true_now} was ended by {error!r}")

    async def take_ledger(self) -> int:
        """Import the ledger that accounting exported, as the watched folder does."""
        return await self.books.take(self.app, self.settings)

    async def open_again(self) -> None:
        """Drop the application and open a new one on the same database."""
        with suppress(PeerError):
            await self.store.close()
        self.store = await opened_store(self.settings)
        self.app = self.wired()

    def wired(self) -> App:
        """Wire the product over the world's ports, as `compose` does over real ones."""
        creditor = self.settings.creditor
        own = tuple(entry for entry in (creditor.sender, creditor.escalated_sender) if entry)
        inbound = Inbound(
            mailbox=NearMailbox(self.server),
            sent="" if self.sent_copy == "none" else SENT,
            authserv_ids=(AUTHSERV,),
            own_addresses=own,
        )
        app = App(
            house=self.settings.house(),
            store=shaky(self.store, self.troubles),
            clock=SystemClock(self.read_clock),
            parser=self.parser,
            submission=NearSubmission(self.post),
            inbounds=(inbound,),
            stationery=self.stationery,
            pace=RateLimits(
                self.settings.smtp.mailbox_per_minute, self.settings.smtp.domain_per_minute
            ),
            log=self.log,
            delivery=Delivery(sent_copy=self.sent_copy),
        )
        return self.change(app)

    def read_clock(self) -> datetime:
        """Return what the machine's clock shows: the true time, or an hour beside it."""
        return self.true_now + self.troubles.skew()

    async def read_post(self) -> None:
        """Hand every mail that left to the laws and to its reader."""
        taken = self.post.taken[self.read :]
        for offset, mail in enumerate(taken):
            at = self.post.taken_at[self.read + offset]
            row = await self.outside.row_behind(self.store, mail, at, self.reports)
            if row is not None:
                self.street.read_letter(mail, row, self.true_now)
        self.read = len(self.post.taken)


async def opened_store(settings: Settings) -> TortoiseStore:
    """Open the database of a home on the near client."""
    return await open_store(
        settings.database_url(), secret=settings.signing_key(), sqlite_engine=ENGINE
    )
