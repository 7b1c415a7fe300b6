"""A small world before a busy morning, made once and opened again for each cut.

What is due in one pass: a changed ledger with a bad row, letters of several accounts, mails of
customers and of strangers, commands of a rep, the digest. Everything that the pass may do to it
is told as an outcome, so that two passes can be compared.
"""

from __future__ import annotations

import asyncio
import copy
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # the library ships no types

from daemon.adapters.clock import VirtualClock
from daemon.cli.working import import_folder
from daemon.compose import stationery
from daemon.laws.verify import verify_store
from daemon.ports import Mailbox, Parser, Submission
from daemon.rounds.gather import MODE, WENT_LIVE_ON
from daemon.service import ServiceOptions
from daemon.settings import Settings, load_settings
from daemon.store.database import Database, open_database
from daemon.store.store import TortoiseStore
from daemon.store.transactions import Session
from daemon.world.desk import ADDRESS, NAME
from daemon.world.dice import Dice
from daemon.world.home import OPERATOR
from daemon.world.inbox import stamped
from daemon.world.loop_wires import LoopbackWires
from daemon.world.machine import SENT, Machine, SentCopy, Wires
from daemon.world.making import opened
from daemon.world.near_inbox import NearFolder, NearServer
from daemon.world.near_parser import NearParser
from daemon.world.near_post import NearPost
from daemon.world.near_wires import NearWires
from daemon.world.simulation import DIGEST_AT, Plan
from daemon.world.street import Street
from daemon.world.troubles import Troubles
from daemon.world.words import Said
from daemon.world.world_log import WorldLog
from daemon.world.writing import Speaker, reply, stray

SEED = 34
DAYS_BEFORE = 5
PASS_AT = timedelta(hours=12)
LATER = timedelta(minutes=10)
PROBE = "probe"
ANSWERS = 2
# The relay counts what it takes: after a mail that never came, the next has another number.
NUMBERED = re.compile(r"taken as number \d+")
SAID = (
    "Thank you. We shall pay all of it next Friday.",
    "This invoice is wrong: we never got the goods. We will not pay it like this.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The world before the pass: its home, its servers' folders, the instant."""

    home: Path
    folders: dict[str, NearFolder]
    tries: dict[str, int]
    now: datetime
    database: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where and how a copy of the morning is opened.

    `is_plain`: on the SQLite client of the product, with its thread. `is_wired`: over sockets.
    `copies` gives the address of each copy of a database on a server; None: it is a file.
    """

    root: Path
    sent_copy: SentCopy = "append"
    is_plain: bool = False
    is_wired: bool = False
    parser: Parser = field(default_factory=NearParser)
    copies: Iterator[str] | None = None


class Resting:
    """A port that rests before and after each visit, as over a wire: either may be cut."""

    def __init__(self, port: object) -> None:
        self._port = port

    @property
    def name(self) -> str:
        """The mailbox's name."""
        return cast(str, getattr(self._port, "name"))  # noqa: B009 - not every port has one

    def __getattr__(self, visit: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._port, visit)

        async def visited(*args: Any) -> Any:
            if visit == "wait":
                # Nothing is pushed here: a watcher that has come so far waits for ever.
                await asyncio.Event().wait()
            await asyncio.sleep(0)
            answer = await method(*args)
            await asyncio.sleep(0)
            return Resting(answer) if visit == "connect" else answer

        return visited


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingWires:
    """Implements `machine.Wires` over the servers in memory, with rests around each visit."""

    near: NearWires

    def mailbox(self) -> Mailbox:
        """Return a new connection to the inbox."""
        return cast(Mailbox, Resting(self.near.mailbox()))

    def submission(self) -> Submission:
        """Return a new way to the relay."""
        return cast(Submission, Resting(self.near.submission()))

    async def close(self) -> None:
        """Nothing listens."""


@dataclass(slots=True, kw_only=True)
class PlainMachine(Machine):
    """A machine on the database as it is served, with the engine of the product."""

    async def opened_database(self, *, is_readonly: bool = False) -> Database:
        """Open the database of this home."""
        return await open_database(self.settings.database_url(), is_readonly=is_readonly)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that came of it: by account its events, by key what was to leave and how often it
    did, by mail its place; the facts, the folders, the files."""

    events: dict[str, list[tuple[object, ...]]]
    outbox: dict[str, tuple[str, int]]
    wire: Counter[str]
    mails: dict[str, tuple[str, str]]
    facts: dict[str, str]
    folders: dict[str, list[str]]
    files: list[str]


@dataclass(slots=True, kw_only=True)
class World:
    """The morning, opened: the product over its own database, and servers in memory.

    `is_wired`: the servers listen on loopback, and have tasks of their own.
    """

    home: Path
    settings: Settings
    clock: VirtualClock
    machine: Machine
    server: NearServer
    post: NearPost
    is_wired: bool = False

    @property
    def options(self) -> ServiceOptions:
        """How the pass runs: with the digest, and the folder of ledgers."""
        return ServiceOptions(digest_at=DIGEST_AT, import_folder=self.take_files)

    async def take_files(self) -> int:
        """Import what lies in the folder, as the service does."""
        return await import_folder(self.machine.app, self.settings, self.home, quiet_seconds=0)

    async def ask(self, text: str) -> list[dict[str, Any]]:
        """Ask the database itself."""

        async def asking(session: Session) -> list[dict[str, Any]]:
            return await session.fetch(text)

        return await self.machine.database.transactions.read(asking)

    async def outcome(self) -> Outcome:
        """Gather all that came of the pass."""
        events: dict[str, list[tuple[object, ...]]] = {}
        for row in await self.ask("SELECT account, kind, at, payload FROM event ORDER BY sequence"):
            payload = NUMBERED.sub("taken", row["payload"])
            events.setdefault(row["account"], []).append((row["kind"], row["at"], payload))
        outbox = await self.ask("SELECT key, stage, attempt, message_id FROM outgoing ORDER BY key")
        names = {row["message_id"]: row["key"] for row in outbox}
        mails = await self.ask("SELECT id, stage, because FROM mail ORDER BY id")
        facts = await self.ask("SELECT name, value FROM fact ORDER BY name")
        return Outcome(
            events=events,
            outbox={row["key"]: (row["stage"], row["attempt"]) for row in outbox},
            wire=Counter(names[mail.message_id] for mail in self.post.taken),
            mails={row["id"]: (row["stage"], row["because"]) for row in mails},
            facts={row["name"]: row["value"] for row in facts if row["name"] != PROBE},
            folders={
                name: sorted(mail.message_id for mail in folder.mails)
                for name, folder in self.server.folders.items()
            },
            files=sorted(
                str(path.relative_to(self.home))
                for path in (self.home / "ledger").rglob("*")
                if path.is_file()
            ),
        )

    async def broken_laws(self) -> list[str]:
        """Return what the laws' checkers find over the whole database."""
        app = self.machine.app
        reports = await verify_store(self.machine.store, app.house, app.clock.now())
        return [
            f"{law.name}: {finding.account}: {finding.sentence}"
            for law in reports.laws
            for finding in law.findings
        ]


async def make_morning(folder: Path, *, database: str = "") -> Morning:
    """Play the days before, and stop before the pass of a busy morning.

    Args:
        folder: A place for the home.
        database: The address of an empty database on a server; without one it is a file.
    """
    home = folder / "home"
    home.parent.mkdir(exist_ok=True)
    plan = Plan(days=30, accounts=6, faults=frozenset(), database=database)
    world = await opened(plan, SEED, home)
    await world.machine.store.set_fact(MODE, "live")
    await world.machine.store.set_fact(WENT_LIVE_ON, world.first_day.isoformat())
    for offset in range(DAYS_BEFORE):
        await world.play_day(world.first_day + timedelta(days=offset))
    today = world.first_day + timedelta(days=DAYS_BEFORE)
    now = datetime.combine(today, datetime.min.time(), UTC) + PASS_AT
    await world.advance(now)
    world.street.book_until(today - timedelta(days=1))
    world.street.deliver_until(now)
    for raw in await more_mail(world.post, world.street, now):
        world.server.deliver(raw)
    for old in sorted((home / "ledger").glob("open-items-*.csv"))[:-1]:
        old.unlink()
    world.books.order(today)
    _, path = world.books.export(cast(date, world.books.as_of))
    path.write_text(path.read_text(encoding="utf-8") + "K-0000,Nobody,X-1,,,,,n/a\n", "utf-8")
    await world.close()
    return Morning(
        home=home,
        folders=copy.deepcopy(world.server.folders),
        tries=dict(world.post.tries),
        now=now,
        database=database,
    )


async def more_mail(post: NearPost, street: Street, now: datetime) -> list[bytes]:
    """Write what a busy morning brings beside: a rep's commands, customers, a stranger."""
    found: list[bytes] = []
    rep = Speaker(address=ADDRESS, name=NAME, language="en")
    asked = [mail for mail in post.taken if mail.envelope_to == (ADDRESS,)]
    for carried in asked[-ANSWERS:]:
        raw = reply(carried, rep, Said.COMMAND, "pause 7d", now)
        found.append(stamped(raw, rep.address, "pass"))
    ours = {ADDRESS, OPERATOR}
    letters = [mail for mail in post.taken if mail.envelope_to[0] not in ours]
    for carried, text in zip(letters[:ANSWERS], SAID, strict=True):
        customer = Speaker(address=carried.envelope_to[0], name="Accounts payable", language="en")
        raw = reply(carried, customer, Said.COMMAND, text, now)
        found.append(stamped(raw, customer.address, "pass"))
    stranger = Speaker(address="jo@webmail.example", name="Jo", language="en")
    raw = stray(stranger, street.office, "Hello", "Could you please call me back?", now)
    return [*found, stamped(raw, stranger.address, "none")]


async def open_morning(morning: Morning, home: Home) -> World:
    """Open a copy of the morning; its folder must not be there yet."""
    shutil.copytree(morning.home, home.root)
    if home.copies is not None:
        await copy_database(morning, home.root, next(home.copies))
    settings = load_settings(home.root)
    clock = VirtualClock(morning.now)
    troubles = Troubles(
        dice=Dice(SEED), faults=frozenset(), now=clock.now, wait=no_wait, quiet_from=morning.now
    )
    folders = copy.deepcopy(morning.folders)
    server = NearServer(now=clock.now, trouble=troubles, folders=folders)
    files_in = server.folder(SENT) if home.sent_copy == "auto" else None
    post = NearPost(now=clock.now, trouble=troubles, files_in=files_in, tries=dict(morning.tries))
    wires: Wires = RestingWires(near=NearWires(server=server, post=post))
    if home.is_wired:
        wires = await LoopbackWires.started(server, post)
    machine = (PlainMachine if home.is_plain else Machine)(
        settings=settings,
        true_now=clock.now,
        stationery=stationery(home.root, settings),
        parser=home.parser,
        wires=wires,
        troubles=troubles,
        log=WorldLog(troubles),
        look=no_look,
        sent_copy=home.sent_copy,
    )
    await machine.open()
    return World(
        home=home.root,
        settings=settings,
        clock=clock,
        machine=machine,
        server=server,
        post=post,
        is_wired=home.is_wired,
    )


async def copy_database(morning: Morning, root: Path, url: str) -> None:
    """Copy the morning's database on its server, and let the home name the copy."""
    names = [urlsplit(address).path[1:] for address in (morning.database, url)]
    connection = await asyncpg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")))
    try:
        await connection.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
    finally:
        await connection.close()
    file = root / "duly.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'"{morning.database}"', f'"{url}"'), encoding="utf-8")


def no_wait(time: timedelta) -> None:
    """No server is slow here."""


async def no_look(store: TortoiseStore, accounts: Sequence[str]) -> None:
    """The laws look at the end."""
