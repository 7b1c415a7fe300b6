"""One seed: the product's own rounds on a virtual clock, in a world that is drawn from the seed.

Store, rounds, core, templates and reading are the product's; SMTP and IMAP are ports in memory
that keep an outside ledger. A pass may end anywhere between two commits: then the application
is dropped and a new one opened on the same database. Same seed, same event log, bit for bit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.adapters.clock import VirtualClock
from daemon.laws.findings import Reports
from daemon.laws.verify import verify_store
from daemon.rounds.gather import BREAKER, MODE, STOPPED, WENT_LIVE_ON
from daemon.service import ServiceOptions, one_pass
from daemon.settings import Settings
from daemon.store.transactions import Engine
from daemon.world.awaits import counted
from daemon.world.bookkeeping import Bookkeeping
from daemon.world.machine import Machine
from daemon.world.mischief import Mischief
from daemon.world.near_inbox import INBOX, NearServer
from daemon.world.near_post import NearPost
from daemon.world.outside import Outside
from daemon.world.outside_mail import NO_FAULT, OutsideMail, look_at_letters
from daemon.world.peep import Peep
from daemon.world.shaky_store import Crash
from daemon.world.street import Street
from daemon.world.troubles import Fault, Troubles
from daemon.world.watch import Watch

DIGEST_AT = time(7, 30)
PASSES_BUSINESS = (time(2, 20), time(7, 35), time(10, 15), time(13, 20), time(16, 5), time(20, 30))
PASSES_OTHER = (time(2, 20), time(12, 0), time(20, 30))
IMPORT_PLACE = 1
START_PLACE = 2
JITTER_MINUTES = 24
ALONE = "a second daemon is refused at the door"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate: days, accounts, kinds of trouble; `has_model` reads with the weights.

    `is_loopback`: SMTP and IMAP go over real sockets. `database` is the address of an empty
    database on a server; without one it is a file of the home.
    """

    days: int = 90
    accounts: int = 12
    faults: frozenset[Fault] = frozenset(Fault)
    has_model: bool = False
    is_loopback: bool = False
    database: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A law was seen broken on a day. `account` is empty where it concerns none."""

    law: str
    on: date
    account: str
    sentence: str


@dataclass(slots=True, kw_only=True)
class Simulation:
    """One run. Made by `opened`; `reports` gathers what the laws found."""

    plan: Plan
    seed: int
    settings: Settings
    first_day: date
    clock: VirtualClock
    machine: Machine
    street: Street
    post: NearPost
    server: NearServer
    troubles: Troubles
    books: Bookkeeping
    outside: Outside
    incoming: OutsideMail
    mischief: Mischief
    peep: Peep
    watch: Watch
    reports: Reports
    breaks: list[Break] = field(default_factory=list)
    read: int = 0
    passes: int = 0

    @property
    def true_now(self) -> datetime:
        """The true time; the machine's clock may show another."""
        return self.clock.now()

    # --- the days -------------------------------------------------------------------------------

    async def play(self) -> None:
        """Play all days."""
        await self.machine.store.set_fact(MODE, "live")
        await self.machine.store.set_fact(WENT_LIVE_ON, self.first_day.isoformat())
        for offset in range(self.plan.days):
            await self.play_day(self.first_day + timedelta(days=offset))
        await self.look_at_end()

    async def look_at_end(self) -> None:
        """Let every law look over everything, once the last days were quiet."""
        today = self.street.calendar.today(self.true_now)
        machine, reports = self.machine, self.reports
        await self.incoming.look_at_end(self.peep, reports)
        await look_at_letters(machine.store, self.outside, today, machine.sent_copy, reports)
        whole = await verify_store(machine.store, machine.app.house, machine.app.clock.now())
        for law in whole.laws:
            report = self.reports.law(law.name, law.promise)
            report.checked += law.checked
            report.findings += law.findings
        fault = self.reports.law("no_fault", NO_FAULT)
        fault.checked += self.passes
        for sentence in machine.log.stumbles:
            fault.check(False, "", sentence)
        self.note_breaks(today)

    async def play_day(self, day: date) -> None:
        """Play one day."""
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
            if await self.has_work():
                await self.run_pass()
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
        await self.peep.close()
        await self.machine.close()
        await self.machine.wires.close()

    def moment(self, day: date, hour: time) -> datetime:
        """Return the instant of a pass: about `hour` at the creditor's, some minutes later."""
        zone = ZoneInfo(self.settings.creditor.zone)
        minutes = self.troubles.dice.between(0, JITTER_MINUTES, "moment", day, hour)
        return datetime.combine(day, hour, zone).astimezone(UTC) + timedelta(minutes=minutes)

    async def advance(self, at: datetime) -> None:
        """Let the time pass, for the world and for the brakes that count it."""
        passed = max(at - self.true_now, timedelta(0))
        self.clock.advance_to(self.true_now + passed)
        self.machine.app.brakes.sending_paused_until -= passed.total_seconds()

    async def steer(self, day: date) -> None:
        """The operator starts again what the breaker stopped, and stops all for a day."""
        store = self.machine.store
        if await self.peep.fact(BREAKER):
            self.troubles.count("breaker tripped")
            await store.set_fact(BREAKER, "")
        is_stopped = self.mischief.stopped_on == day
        if is_stopped:
            self.outside.stopped_on.add(day)
        if is_stopped or await self.peep.fact(STOPPED):
            await store.set_fact(STOPPED, "the operator stopped all" if is_stopped else "")

    # --- the passes -----------------------------------------------------------------------------

    async def has_work(self) -> bool:
        """Tell whether a pass would find anything: a daemon that looks in vain changes nothing."""
        if self.books.is_ordered or self.server.folder(INBOX).mails:
            return True
        return await self.peep.is_due(self.machine.app.clock.now())

    async def run_pass(self) -> None:
        """Do one pass of the product; a crash or a cancellation brings a new application."""
        self.passes += 1
        is_export_offered = self.books.is_ordered
        troubles, machine = self.troubles, self.machine
        troubles.begin_pass()
        if troubles.pages_left is not None:
            await machine.fill_disk(troubles.pages_left)
        ends = await self.work()
        if troubles.pages_left is not None:
            await machine.free_disk()
        for end in ends:
            self.tell_fault(end)
        is_over = troubles.is_cancelled or any(isinstance(end, Crash) for end in ends)
        troubles.end_pass()
        if is_over:
            await machine.open_again()
        if is_export_offered:
            await self.books.look(machine.store)
        await self.watch.sweep(machine.store, self.peep)
        await self.incoming.hear_reps(self.peep)
        self.outside.look_at_attempts(self.reports)
        await self.read_post()
        await self.incoming.look_after_pass(self.peep)

    async def work(self) -> list[BaseException]:
        """Do the pass, beside a second worker where the plan brings one; return what ended it."""
        apps = [self.machine.app]
        if self.troubles.is_second:
            self.troubles.count("second daemon")
            if self.machine.database.transactions.engine is Engine.SQLITE:
                is_refused = await self.machine.is_second_refused()
                self.reports.law("alone", ALONE).check(
                    is_refused, "", f"a second daemon could write at {self.true_now}"
                )
            # A file is read in a thread: beside a second worker no two runs would be the same.
            if not self.books.is_ordered:
                apps.append(self.machine.wired())
        options = ServiceOptions(digest_at=DIGEST_AT, import_folder=self.take_ledger)
        passes = [one_pass(app, options) for app in apps]
        tasks = [asyncio.ensure_future(counted(work, self.troubles.at_await)) for work in passes]
        self.troubles.pass_task = tasks[0]
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        return [end for end in ends if isinstance(end, BaseException)]

    def tell_fault(self, end: BaseException) -> None:
        """Judge what ended a pass: a plan's own doing, a database that is away or full, or us."""
        if isinstance(end, Crash | asyncio.CancelledError):
            return
        if self.troubles.pages_left is not None:
            self.troubles.count("disk full")
        fault = self.reports.law("no_fault", NO_FAULT)
        is_excused = self.troubles.is_excused
        fault.check(is_excused, "", f"a pass at {self.true_now} was ended by {end!r}")

    async def take_ledger(self) -> int:
        """Import the ledger that accounting exported, as the watched folder does."""
        return await self.books.take(self.machine.app, self.settings)

    async def read_post(self) -> None:
        """Hand every mail that left to the laws and to its reader."""
        taken = self.post.taken[self.read :]
        for offset, mail in enumerate(taken):
            at = self.post.taken_at[self.read + offset]
            row = await self.outside.row_behind(self.machine.store, mail, at, self.reports)
            if row is not None:
                self.street.read_letter(mail, row, self.true_now)
        self.read = len(self.post.taken)
