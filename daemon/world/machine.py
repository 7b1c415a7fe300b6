"""The machine: the product as it runs in a world, over the world's ports, on one database.

Opens and wires it as `compose` does over real servers; drops it and opens it anew where the
process ended. A second daemon is tried here, too, and the disk is filled.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from daemon.adapters.clock import SystemClock
from daemon.adapters.rate import RateLimits
from daemon.application import App, Delivery, Inbound, Stationery
from daemon.errors import DulyError, PeerError
from daemon.ports import Mailbox, Parser, Submission
from daemon.settings import Settings
from daemon.store.database import Database, open_database
from daemon.store.lock import WriterBusy
from daemon.store.store import TortoiseStore
from daemon.store.transactions import Engine, Session
from daemon.world.inbox import AUTHSERV
from daemon.world.near_sqlite import ENGINE
from daemon.world.shaky_store import shaky
from daemon.world.troubles import Troubles
from daemon.world.world_log import WorldLog

SENT = "Sent"
PAGES_AT_MOST = 4_294_967_294
SentCopy = Literal["auto", "append", "none"]
Change = Callable[[App], App]
Look = Callable[[TortoiseStore, Sequence[str]], Awaitable[None]]


def unchanged(app: App) -> App:
    """Leave the product as it is."""
    return app


class Wires(Protocol):
    """How the machine reaches the world's servers: in memory, or over loopback."""

    def mailbox(self) -> Mailbox:
        """Return a new connection to the inbox."""
        ...

    def submission(self) -> Submission:
        """Return a new way to the relay."""
        ...

    async def close(self) -> None:
        """Stop the servers, where there are any."""
        ...


@dataclass(slots=True, kw_only=True)
class Machine:
    """One running product. `look` is shown every account that a commit has changed; `change`
    breaks the product on purpose, to see a law find it."""

    settings: Settings
    true_now: Callable[[], datetime]
    stationery: Stationery
    parser: Parser
    wires: Wires
    troubles: Troubles
    log: WorldLog
    look: Look
    sent_copy: SentCopy
    change: Change = unchanged
    database: Database = field(init=False)
    store: TortoiseStore = field(init=False)
    app: App = field(init=False)

    async def open(self) -> None:
        """Open the database and wire the product over it."""
        self.database = await self.opened_database()
        self.store = TortoiseStore(self.database, self.settings.signing_key())
        self.app = self.wired()

    async def opened_database(self, *, is_readonly: bool = False) -> Database:
        """Open the database of this home on the near client.

        Raises:
            WriterBusy: Somebody writes it already.
        """
        return await open_database(
            self.settings.database_url(), is_readonly=is_readonly, sqlite_engine=ENGINE
        )

    async def close(self) -> None:
        """Close what is open."""
        for inbound in self.app.inbounds:
            await inbound.mailbox.close()
        await self.app.submission.close()
        await self.store.close()

    async def open_again(self) -> None:
        """Drop the application and open a new one on the same database."""
        with suppress(PeerError):
            await self.close()
        await self.open()

    def wired(self) -> App:
        """Wire the product over the world's ports, as `compose` does over real ones."""
        creditor = self.settings.creditor
        own = tuple(entry for entry in (creditor.sender, creditor.escalated_sender) if entry)
        inbound = Inbound(
            mailbox=self.wires.mailbox(),
            sent="" if self.sent_copy == "none" else SENT,
            authserv_ids=(AUTHSERV,),
            own_addresses=own,
        )
        app = App(
            house=self.settings.house(),
            store=shaky(self.store, self.troubles, self.witness),
            clock=SystemClock(self.read_clock),
            parser=self.parser,
            submission=self.wires.submission(),
            inbounds=(inbound,),
            stationery=self.stationery,
            pace=RateLimits(
                self.settings.smtp.mailbox_per_minute, self.settings.smtp.domain_per_minute
            ),
            log=self.log,
            has_room=self.troubles.has_room,
            delivery=Delivery(sent_copy=self.sent_copy),
        )
        return self.change(app)

    async def witness(self, accounts: Sequence[str]) -> None:
        """Show what a commit changed to whoever watches."""
        await self.look(self.store, accounts)

    def read_clock(self) -> datetime:
        """Return what the machine's clock shows: the true time, or an hour beside it."""
        return self.true_now() + self.troubles.skew()

    # --- what happens to it ---------------------------------------------------------------------

    async def fill_disk(self, pages_left: int) -> None:
        """Leave room for a few more pages of the database: then SQLite says that it is full."""
        if self.database.transactions.engine is Engine.SQLITE:
            await self.database.transactions.read(lambda session: limit_pages(session, pages_left))

    async def free_disk(self) -> None:
        """Make room again."""
        if self.database.transactions.engine is Engine.SQLITE:
            await self.database.transactions.read(unlimited_pages)

    async def is_second_refused(self) -> bool:
        """Try to open the database once more, as a second daemon would."""
        try:
            second = await self.opened_database()
        except WriterBusy:
            return True
        with suppress(DulyError):
            await second.close()
        return False


async def limit_pages(session: Session, more: int) -> None:
    """Let a SQLite file grow by so many pages and not beyond."""
    count = int((await session.fetch("PRAGMA page_count"))[0]["page_count"])
    await session.fetch(f"PRAGMA max_page_count = {count + more}")


async def unlimited_pages(session: Session) -> None:
    """Let a SQLite file grow as it likes."""
    await session.fetch(f"PRAGMA max_page_count = {PAGES_AT_MOST}")
