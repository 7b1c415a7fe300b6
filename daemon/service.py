"""The long-running service: watchers of inboxes, and loops that read, plan and send.

Each loop is its own task with its own wake-up, so that a slow server holds up nobody else. A
scheduler only ticks; what is due is asked of the store. A stop lets DATA in flight finish.
Source: DESIGN §7, §8; reference/mail.md §1.2.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import time
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from daemon.application import App, Inbound
from daemon.errors import PeerError, WriterBusy
from daemon.rounds.backlog import read_all
from daemon.rounds.deliver import deliver_round
from daemon.rounds.in_hand import tell_cut
from daemon.rounds.loop_faults import (
    tell_auth,
    tell_database,
    tell_database_failed,
    tell_fault,
    tell_fault_over,
    tell_inbox,
)
from daemon.rounds.notify import notify_round
from daemon.rounds.plan import plan_round
from daemon.rounds.report import report_round
from daemon.rounds.restored import restored_round
from daemon.rounds.settle import FALTERED, file_copies_round, recover_round, settle_round
from daemon.rounds.take_in import file_round, take_in_round
from daemon.rounds.telling import tell, tell_gap, tell_lasting, tell_over

TICK_SECONDS = 10
BACKOFF_FIRST_SECONDS = 5.0
BACKOFF_MAX_SECONDS = 300.0
AUTH_FAILURES_TOLD_AT = 3
HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """How the service runs. `import_folder` takes in what lies there; None switches that off.

    `rest_seconds` is how long a loop rests after a fault.
    """

    idle_seconds: float = 290.0
    poll_seconds: float = 60.0
    rest_seconds: float = BACKOFF_FIRST_SECONDS
    digest_at: time = time(7, 30)
    import_folder: Callable[[], Awaitable[int]] | None = None


@dataclass(slots=True)
class Wakes:
    """One wake-up per loop."""

    read: asyncio.Event = field(default_factory=asyncio.Event)
    plan: asyncio.Event = field(default_factory=asyncio.Event)
    send: asyncio.Event = field(default_factory=asyncio.Event)

    def all(self) -> None:
        """Wake every loop."""
        self.read.set()
        self.plan.set()
        self.send.set()


class Service:
    """Runs the loops until it is stopped."""

    def __init__(self, app: App, options: ServiceOptions) -> None:
        self.app = app
        self.options = options
        self.wakes = Wakes()
        self.stopped = asyncio.Event()
        self.displaced_by: WriterBusy | None = None

    async def run(self) -> None:
        """Run until `stop`; raises nothing for what servers do.

        Raises:
            WriterBusy: Another daemon serves the database, from the beginning or by now.
        """
        await self.app.store.serve_alone()
        await recover_round(self.app)
        await self.settle_restored()
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self.tick,
            "interval",
            seconds=TICK_SECONDS,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        scheduler.start()
        watchers = [
            asyncio.create_task(self.watch(inbound), name=f"watch {inbound.mailbox.name}")
            for inbound in self.app.inbounds
        ]
        loops = [
            asyncio.create_task(self.loop("read", self.wakes.read, self.read), name="read"),
            asyncio.create_task(self.loop("plan", self.wakes.plan, self.plan), name="plan"),
            asyncio.create_task(self.loop("send", self.wakes.send, self.send), name="send"),
        ]
        self.app.log.info("serving", mailboxes=[entry.mailbox.name for entry in self.app.inbounds])
        self.wakes.all()
        await self.stopped.wait()
        scheduler.shutdown(wait=False)
        self.app.brakes.is_stopping = True
        self.wakes.all()
        await self.drain(watchers, loops)
        self.app.log.info("stopped")
        if self.displaced_by is not None:
            raise self.displaced_by

    async def settle_restored(self) -> None:
        """Do nothing else before a restored backup is settled; a lost server is tried again."""
        backoff = BACKOFF_FIRST_SECONDS
        while not self.app.brakes.is_stopping:
            try:
                await self.app.store.serve_alone()
                await restored_round(self.app)
                says = "The restored backup is settled: work goes on."
                tell_over(self.app, "restored", "restored_backup_settled", says)
                return
            except PeerError as error:
                says = f"A restored backup waits, and so does all else: {error}. It is tried again."
                tell_lasting(self.app, "restored", "restored_backup_waits", says)
                for inbound in self.app.inbounds:
                    await inbound.mailbox.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), backoff)
            backoff = min(backoff * 2, BACKOFF_MAX_SECONDS)

    async def drain(
        self, watchers: list[asyncio.Task[None]], loops: list[asyncio.Task[None]]
    ) -> None:
        """End the watchers at once; let the loops finish the unit in hand, DATA in flight too."""
        for task in watchers:
            task.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
        _, late = await asyncio.wait(loops, timeout=self.app.delivery.grace_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if late:
            tell_cut(self.app, sorted(task.get_name() for task in late))

    def stop(self) -> None:
        """Ask the service to end: no new claims, DATA in flight gets its time."""
        self.app.brakes.is_stopping = True
        self.stopped.set()

    def stop_on_signals(self) -> None:
        """End on SIGTERM and SIGINT."""
        running = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            running.add_signal_handler(name, self.stop)

    async def tick(self) -> None:
        """Wake the loops and show a sign of life, as long as no other daemon serves."""
        now = self.app.clock.now()
        try:
            await self.app.store.serve_alone()
            last = await self.app.store.fact(HEARTBEAT)
            await self.app.store.set_fact(HEARTBEAT, now.isoformat())
        except WriterBusy as error:
            tell(self.app, "another_daemon_serves", f"This daemon ends, changing nothing: {error}")
            self.displaced_by = error
            self.stop()
            return
        except PeerError as error:
            tell_database(self.app, error)
            return
        # Only what was written shows that the database works: a full disk still lets us read.
        tell_database(self.app, None)
        tell_gap(self.app, last, now)
        self.wakes.all()

    async def loop(
        self, name: str, wake: asyncio.Event, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Work at every wake-up; a fault is told and the loop goes on after a rest."""
        while not self.app.brakes.is_stopping:
            await wake.wait()
            wake.clear()
            if self.app.brakes.is_stopping:
                return
            try:
                await work()
                tell_fault_over(self.app, name)
            except PeerError as error:
                # Servers of mail are the rounds' own matter: what comes here is the database.
                await tell_database_failed(self.app, name, error)
                await asyncio.sleep(self.options.rest_seconds)
            except Exception as error:  # noqa: BLE001 - a loop must outlive any fault, and tell it
                await tell_fault(self.app, name, error)
                await asyncio.sleep(self.options.rest_seconds)

    async def read(self) -> None:
        """Settle kept mails until none is left, then let the accounts take their turn."""
        await read_all(self.app, self.wakes.plan.set)
        self.wakes.send.set()

    async def plan(self) -> None:
        """Import what lies in the folder, plan, and send the morning digest."""
        if self.options.import_folder is not None:
            await self.options.import_folder()
        await plan_round(self.app)
        await report_round(self.app, self.options.digest_at)
        self.wakes.send.set()

    async def send(self) -> None:
        """Send mail to reps, who wait for nothing, then letters; settle an earlier fault first."""
        if self.app.brakes.has_faltered:
            await self.app.store.serve_alone()
            await recover_round(self.app, FALTERED)
            self.app.brakes.has_faltered = False
        try:
            await notify_round(self.app)
            await deliver_round(self.app)
        except Exception:
            self.app.brakes.has_faltered = True
            raise

    async def watch(self, inbound: Inbound) -> None:
        """Watch one mailbox for ever: take in, file, settle, wait; reconnect with backoff."""
        backoff = BACKOFF_FIRST_SECONDS
        auth_failures = 0
        name = f"watch the inbox {inbound.mailbox.name}"
        while True:
            try:
                await take_in_round(self.app, inbound)
                self.wakes.read.set()
                await file_round(self.app, inbound)
                await settle_round(self.app, inbound)
                await file_copies_round(self.app, inbound)
                backoff, auth_failures = BACKOFF_FIRST_SECONDS, 0
                tell_inbox(self.app, inbound, None)
                tell_fault_over(self.app, name)
                await self.wait_for_mail(inbound)
            except PeerError as error:
                await inbound.mailbox.close()
                tell_inbox(self.app, inbound, error)
                auth_failures += error.is_auth
                if error.is_auth and auth_failures >= AUTH_FAILURES_TOLD_AT:
                    await tell_auth(self.app, inbound, str(error))
                await asyncio.sleep(backoff if not error.is_auth else BACKOFF_MAX_SECONDS)
                backoff = min(backoff * 2, BACKOFF_MAX_SECONDS)
            except asyncio.CancelledError:
                await inbound.mailbox.close()
                raise
            except Exception as error:  # noqa: BLE001 - a watcher must outlive any fault
                await inbound.mailbox.close()
                await tell_fault(self.app, name, error)
                await asyncio.sleep(backoff)

    async def wait_for_mail(self, inbound: Inbound) -> None:
        """Wait for a push, or for the poll: the push is a hint, the poll the truth."""
        await inbound.mailbox.wait(min(self.options.idle_seconds, self.options.poll_seconds))


async def one_pass(app: App, options: ServiceOptions) -> list[str]:
    """Do everything once, in the order that never sends before it has read.

    Returns:
        Sentences on servers that failed; empty when all went well.
    """
    try:
        return await every_round(app, options)
    except asyncio.CancelledError:
        tell_cut(app, ["do one pass"])
        raise


async def every_round(app: App, options: ServiceOptions) -> list[str]:
    """Do one round of each kind; returns sentences on servers that failed."""
    problems: list[str] = []
    await recover_round(app)
    try:
        await restored_round(app)
    except PeerError as error:
        return [f"a restored backup is not settled yet, so nothing was done: {error}"]
    for inbound in app.inbounds:
        try:
            await take_in_round(app, inbound)
        except PeerError as error:
            problems.append(f"inbox {inbound.mailbox.name}: {error}")
    await read_all(app)
    if options.import_folder is not None:
        await options.import_folder()
    await plan_round(app)
    await report_round(app, options.digest_at)
    while await deliver_round(app):
        await plan_round(app)
    while await notify_round(app):
        continue
    filing: list[Callable[[], Awaitable[int]]] = [
        partial(settle_round, app),
        partial(file_copies_round, app),
        *(partial(file_round, app, inbound) for inbound in app.inbounds),
    ]
    for work in filing:
        # Each for itself: a copy that cannot be filed keeps no mail in the inbox.
        try:
            await work()
        except PeerError as error:
            problem = f"filing: {error}"
            problems.extend([problem] * (problem not in problems))
    return problems
