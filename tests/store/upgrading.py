"""Upgrades that are killed: a process for each statement of a migration, and the rows after it.

`python -m tests.store.upgrading URL OLD NEW EVERY` lets a child upgrade a database of release OLD
to NEW and be killed before the first statement; others before a later one, one in EVERY, before
the commit and after it. After each kill another child opens the database as
the release that it is of, and prints `INSTANT SCHEMA DIGEST-OF-ALL-ROWS`; so it does at first
and at last, after an upgrade that ran to its end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from daemon.errors import ConfigError
from daemon.store.database import Database, Migration, migrate, migration_texts, open_database
from daemon.store.sealing import seal_all
from daemon.store.transactions import Engine, Session, Transactions, Value
from tests.store.writing import SECRET

T = TypeVar("T")
NOTHING: tuple[Migration, ...] = ((0, "0000_nothing.sql", ""),)
# A release to come: a column, a table with what stood in another, rows rewritten and removed.
LATER: Migration = (
    9_000,
    "9000_later.sql",
    """
ALTER TABLE account ADD COLUMN greeting TEXT NOT NULL DEFAULT '';
UPDATE account SET greeting = name;
CREATE TABLE remark (
    id @serial@,
    mail TEXT NOT NULL REFERENCES mail (id) ON DELETE RESTRICT,
    content @octets@ NOT NULL
);
INSERT INTO remark (mail, content) SELECT mail, content FROM mail_raw;
CREATE INDEX remark_mail ON remark (mail);
UPDATE event SET origin = origin || '!';
DELETE FROM mail_place;
DELETE FROM mail_raw;
DROP TABLE mail_raw;
""",
)
RELEASES: dict[str, Sequence[Migration]] = {
    "nothing": NOTHING,
    "first": migration_texts()[:1],
    "now": migration_texts(),
    "later": (*migration_texts(), LATER),
}


@dataclass(slots=True, kw_only=True)
class Doom:
    """Counts instants; at the last one the process is killed."""

    left: int

    def pass_by(self) -> None:
        """One instant more."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoomedSession(Session):
    """A session in which every statement is an instant."""

    doom: Doom

    async def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Die before the statement, or run it."""
        self.doom.pass_by()
        return await Session.run(self, statement, values)

    async def write_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Die before the rows are written, or write them."""
        self.doom.pass_by()
        await Session.write_many(self, statement, rows)


class DoomedTransactions(Transactions):
    """Transactions with an instant before each statement, before the commit and after it."""

    doom: Doom

    async def write(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run the work in one transaction."""

        async def doomed(session: Session) -> T:
            found = await work(
                DoomedSession(connection=session.connection, engine=session.engine, doom=self.doom)
            )
            self.doom.pass_by()
            return found

        done = await super().write(doomed)
        self.doom.pass_by()
        return done


async def opened(url: str, old: str, new: str) -> Database:
    """Open the database as the release that it is of."""
    try:
        return await open_database(url, is_readonly=False, release=RELEASES[old])
    except ConfigError:
        return await open_database(url, is_readonly=False, release=RELEASES[new])


async def upgrade(url: str, old: str, new: str, instants: int) -> None:
    """Upgrade, and die after so many instants, if there are so many."""
    database = await opened(url, old, new)
    engine = Engine.SQLITE if url.startswith("sqlite") else Engine.POSTGRES
    transactions = DoomedTransactions(database.context, engine)
    transactions.doom = Doom(left=instants)
    await migrate(transactions, RELEASES[new])
    if old == "first":
        await seal_all(transactions, SECRET)
    await transactions.drain()
    await database.close()


async def rows_of(session: Session) -> tuple[int, str]:
    """Return the schema's number and a digest of every row of every table."""
    catalog = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if session.engine is Engine.SQLITE
        else "SELECT table_name AS name FROM information_schema.tables "
        "WHERE table_schema = current_schema()"
    )
    names = sorted(str(row["name"]) for row in await session.fetch(catalog))
    last = await session.fetch("SELECT COALESCE(MAX(number), 0) AS last FROM schema_version")
    digest = sha256()
    for name in names:
        digest.update(name.encode())
        for row in await session.fetch(f"SELECT * FROM {name} ORDER BY 1"):
            digest.update(repr(list(row.values())).encode())
    return int(last[0]["last"]), digest.hexdigest()


async def tell(url: str, old: str, new: str, instant: int) -> None:
    """Print what the database holds."""
    database = await opened(url, old, new)
    schema, digest = await database.transactions.read(rows_of)
    await database.close()
    print(instant, schema, digest, flush=True)


def in_child(work: Coroutine[None, None, None]) -> int:
    """Run work in a child; return its exit status, negative for a signal."""
    child = os.fork()
    if child == 0:
        asyncio.run(work)
        os._exit(0)
    work.close()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(url: str, old: str, new: str, every: str) -> int:
    """Kill at instant after instant; returns 0 where the last upgrade went through."""
    instant = 1
    in_child(tell(url, old, new, 0))
    while (status := in_child(upgrade(url, old, new, instant))) == -signal.SIGKILL:
        in_child(tell(url, old, new, instant))
        instant += int(every)
    in_child(tell(url, old, new, instant))
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
