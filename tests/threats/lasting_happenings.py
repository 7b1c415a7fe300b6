"""Faults that last and come to an end, and passes that are cut, in the product."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from daemon.adapters.clock import VirtualClock
from daemon.application import Inbound
from daemon.cli.working import import_folder
from daemon.core.state import AccountState
from daemon.errors import PeerError
from daemon.ports import Commit, Fetched, Frozen, Outcome, Placed, StoreConflict
from daemon.rounds.backlog import read_all
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from daemon.rounds.read_mail import read_round
from daemon.rounds.settle import file_copies_round, recover_round, settle_round
from daemon.service import Service, ServiceOptions, one_pass
from daemon.settings import load_settings
from daemon.world.home import write_home
from parsers.reading import Context, Identity
from tests.core.builders import AP
from tests.rounds.rep_post import FIRST, INBOX, PlainParser
from tests.threats.happenings import CURSOR, PASSES
from tests.threats.scene import Scene

LEDGER = (
    "As of 2026-06-11\n"
    "account,name,number,kind,issued,due,currency,total,open,email,country,language\n"
    f"4711,Debtor 4711,INV-1007,invoice,2026-05-01,2026-06-01,EUR,1200.00,1200.00,{AP},DE,en\n"
    "4712,Debtor 4712,INV-1008,invoice,2026-05-01,2026-06-01,EUR,1200.00,900.00,ap@other.test,DE,"
    "en\n"
)
LONG = 12
MAILS = 60
AWAY = (
    f"From: {AP}\r\nTo: {INBOX}\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n"
    "Message-ID: <%d@x.test>\r\n\r\nI am away.\r\n"
)


async def keep_mails(scene: Scene, number: int) -> list[str]:
    """Keep so many automatic replies of a customer, unread."""
    raws = [(AWAY % uid).encode() for uid in range(1, number + 1)]
    mails = [Fetched(uid=uid, octets=len(raw), raw=raw) for uid, raw in enumerate(raws, 1)]
    cursor = replace(CURSOR, last_uid=number)
    return await scene.app.store.keep(mails, cursor, scene.app.clock.now())


# --- reading ------------------------------------------------------------------------------------


class Slow(PlainParser):
    """A reader that takes a minute of business time for each mail."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Let a minute pass."""
        self.clock.advance_to(self.clock.now() + timedelta(minutes=1))
        return await super().identify(raw, context)


async def backlog(scene: Scene) -> None:
    """More mails come in than a slow reader can read soon; then all are read."""
    scene.use(parser=Slow(scene.post.desk.clock))
    await keep_mails(scene, MAILS)
    for _ in range(PASSES):
        await read_all(scene.app)


class Hanging(PlainParser):
    """A reader that hangs over a mail."""

    def __init__(self) -> None:
        self.is_reached = asyncio.Event()

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Hang."""
        self.is_reached.set()
        await asyncio.Event().wait()
        raise AssertionError


async def cut_while_reading(scene: Scene) -> None:
    """One pass is cancelled while it reads a mail; the next one reads it."""
    parser = Hanging()
    scene.use(parser=parser, inbounds=())
    (mail,) = await keep_mails(scene, 1)
    work = asyncio.create_task(one_pass(scene.app, ServiceOptions()))
    await parser.is_reached.wait()
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    scene.place = mail
    scene.use(parser=PlainParser())
    await one_pass(scene.app, ServiceOptions())


# --- sending ------------------------------------------------------------------------------------


class Silent:
    """A relay that never answers once it has the letter."""

    def __init__(self) -> None:
        self.is_reached = asyncio.Event()

    async def connect(self) -> Silent:
        """Return itself."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take the bytes and say nothing."""
        self.is_reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        """Close nothing."""


async def silent_relay(scene: Scene) -> tuple[Silent, Any]:
    """Plan letters that will meet a relay which never answers; waits are short."""
    relay, before = Silent(), scene.app.submission
    quick = replace(scene.app.delivery, grace_seconds=0.05)
    scene.use(submission=relay, delivery=quick, inbounds=())
    await plan_round(scene.app)
    return relay, before


async def start_anew(scene: Scene, relay: Any) -> None:
    """The next process looks what became of what was cut."""
    scene.use(submission=relay)
    scene.app.brakes.is_stopping = False
    for _ in range(PASSES):
        await recover_round(scene.app)
        await settle_round(scene.app)


async def stopped_on_the_wire(scene: Scene) -> None:
    """The service is told to stop, and the grace ends, while a letter is on the wire."""
    relay, before = await silent_relay(scene)
    service = Service(scene.app, ServiceOptions())
    loop = asyncio.create_task(service.loop("send", service.wakes.send, service.send), name="send")
    service.wakes.send.set()
    await relay.is_reached.wait()
    service.stop()
    await service.drain([], [loop])
    await start_anew(scene, before)


async def cancelled_on_the_wire(scene: Scene) -> None:
    """One pass is cancelled while a letter is on the wire."""
    relay, before = await silent_relay(scene)
    work = asyncio.create_task(one_pass(scene.app, ServiceOptions()))
    await relay.is_reached.wait()
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await start_anew(scene, before)


async def faulty_letter(scene: Scene) -> None:
    """Duly stumbles over a letter at every pass; then that is mended."""
    await plan_round(scene.app)
    queued = next(r for r in await scene.letters() if r.account == FIRST)
    scene.post.desk.paper.faulty.add(queued.key)
    for _ in range(PASSES):
        await deliver_round(scene.app)
    scene.post.desk.paper.faulty.clear()
    for _ in range(PASSES):
        await deliver_round(scene.app)


class Full:
    """A mailbox whose Sent folder is full, until somebody makes room."""

    name = "ar"
    is_full = True

    async def open(self, folder: str) -> None:
        """Open nothing."""

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Find the other customer's copy: only that of the first is to be filed."""
        return FIRST not in message_id

    async def append(self, folder: str, raw: bytes) -> None:
        """Take it, or refuse as IMAP servers do."""
        if self.is_full:
            raise PeerError("IMAP APPEND was answered NO [OVERQUOTA] Full.", is_refusal=True)


async def refused_copy(scene: Scene) -> None:
    """The Sent folder takes no copy for hours; then it has room."""
    await scene.letter()
    box = Full()
    scene.use(
        delivery=replace(scene.app.delivery, sent_copy="append"),
        inbounds=(Inbound(mailbox=cast(Any, box), sent="Sent"),),
    )
    for hour in range(2 * PASSES):
        scene.post.desk.go_to(f"2026-06-11 {11 + hour}:05")
        box.is_full = hour < PASSES
        await file_copies_round(scene.app)
        await file_copies_round(scene.app)


# --- the house ----------------------------------------------------------------------------------


class Nowhere:
    """A store in which the first account lies in a time zone that is none, until mended."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.is_mended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def load(self, ids: Sequence[str]) -> dict[str, AccountState]:
        """Load, and spoil."""
        states: dict[str, AccountState] = await self.store.load(ids)
        if FIRST in states and not self.is_mended:
            facts = replace(states[FIRST].facts, zone="Nowhere/Atlantis")
            states[FIRST] = replace(states[FIRST], facts=facts)
        return states


async def faulty_account(scene: Scene) -> None:
    """Duly cannot decide for an account for hours; then it can."""
    store = Nowhere(scene.app.store)
    scene.use(store=cast(Any, store))
    for hour in range(2 * PASSES):
        scene.post.desk.go_to(f"2026-06-11 {10 + hour}:05")
        await scene.post.desk.read_inbox()
        store.is_mended = hour >= PASSES
        await plan_round(scene.app)


class Overtaken:
    """A store in which another worker changes the first account before each commit."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.is_mended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def commit(
        self, commits: Sequence[Commit], now: datetime, placed: Placed | None = None
    ) -> None:
        """Commit, or find that the account has moved on."""
        if not self.is_mended and any(commit.account == FIRST for commit in commits):
            raise StoreConflict(f"{FIRST} has moved on")
        await self.store.commit(commits, now, placed)


async def overtaken_account(scene: Scene) -> None:
    """An account is overtaken at each of many passes; then it takes its turn."""
    store = Overtaken(scene.app.store)
    scene.use(store=cast(Any, store))
    for _ in range(LONG):
        await plan_round(scene.app)
    store.is_mended = True
    for _ in range(PASSES):
        await plan_round(scene.app)


async def overtaken_mail(scene: Scene) -> None:
    """A mail is overtaken at each of many passes; then it is settled."""
    store = Overtaken(scene.app.store)
    scene.use(store=cast(Any, store))
    (mail,) = await keep_mails(scene, 1)
    for _ in range(LONG):
        await read_round(scene.app)
    store.is_mended = True
    for _ in range(PASSES):
        await read_round(scene.app)
    scene.place = mail


async def faulty_loop(scene: Scene) -> None:
    """A loop of the service stumbles over a bug at every turn; then it works again."""
    service = Service(scene.app, ServiceOptions(rest_seconds=0.0))
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns <= PASSES:
            service.wakes.plan.set()
            raise LookupError("a rule has no answer")
        if turns == 2 * PASSES:
            service.stop()
        service.wakes.plan.set()

    service.wakes.plan.set()
    await service.loop("plan", service.wakes.plan, work)


async def stuck_ledger(scene: Scene) -> None:
    """A ledger file is taken, but a file lies where its folder should be; then it is moved."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        write_home(home, 1, 25, 143)
        settings = load_settings(home)
        (home / "ledger" / "open.csv").write_text(LEDGER, encoding="utf-8")
        done = home / "ledger" / "done"
        done.rmdir()
        done.write_text("no folder", encoding="utf-8")
        for _ in range(PASSES):
            await import_folder(scene.app, settings, home, quiet_seconds=0)
            await plan_round(scene.app)
        imports = [line for line in scene.lines() if line["event"] == "ledger_imported"]
        assert 1 == len(imports)
        assert await scene.letters()
        done.unlink()
        for _ in range(PASSES):
            await import_folder(scene.app, settings, home, quiet_seconds=0)
        assert ["done"] == [path.parent.name for path in (home / "ledger").rglob("*-open.csv")]
