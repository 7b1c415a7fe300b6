"""One daemon per PostgreSQL database: a session's advisory lock, which dies with its connection.

The lock is keyed by the schema, so that several Dulys may share a database. It lies on a
connection of its own, whose application name says who serves. A daemon cannot know at once that
this connection is gone; so each claim asks the server, in its own transaction, whether the lock
is still this daemon's. SQLite needs none of it: who may write holds the file's lock already.

A pooler that gives each transaction another session (PgBouncer's transaction mode) cannot keep it.
"""

from __future__ import annotations

import os
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import cast

import asyncpg  # type: ignore[import-untyped]  # the library ships no types
from tortoise.backends.base.client import BaseDBAsyncClient

from daemon.errors import PeerError, WriterBusy
from daemon.ports import StoreConflict
from daemon.store.transactions import AWAY, Engine, Session, Transactions

SERVE_LOCK = 0x73657276
ANSWER_SECONDS = 5.0
NAME = "duly"
TRY = f"SELECT pg_try_advisory_lock({SERVE_LOCK}, hashtext(current_schema()))"
FREE = "SELECT pg_advisory_unlock_all()"
SET = "SELECT set_config($1, $2, FALSE)"
# A machine that lost its power says no farewell: its lock is free half a minute later.
KEEPALIVES = (
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
)
HELD = (
    "FROM pg_locks AS held JOIN pg_stat_activity AS session ON session.pid = held.pid "
    "WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2 "
    "AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    f"AND held.classid = {SERVE_LOCK} "
    "AND held.objid = (hashtext(current_schema())::bigint & 4294967295)::oid"
)
# A number of a process may come again after a restart, its start does not.
STARTED = "(extract(epoch FROM session.backend_start) * 1000000)::bigint"
MINE = f"SELECT session.pid, {STARTED} AS started {HELD} AND session.pid = pg_backend_pid()"
WHO = (
    "SELECT session.application_name AS name, "
    "to_char(session.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS since "
    f"{HELD}"
)
STILL_MINE = f"SELECT 1 AS found {HELD} AND session.pid = ? AND {STARTED} = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The server's process that holds the lock for us, and when it began (microseconds)."""

    pid: int
    started: int


class DaemonLock:
    """The lock of a PostgreSQL database's one daemon; on SQLite it does nothing."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._stack = AsyncExitStack()
        self._connection: asyncpg.Connection | None = None
        self._holding: Holding | None = None

    async def take(self) -> None:
        """Take the lock, or find that it is held; what was lost is taken again.

        Raises:
            WriterBusy: Another daemon serves this database; the sentence says which.
            PeerError: The database does not answer.
        """
        if self._transactions.engine is Engine.POSTGRES:
            await self._transactions.read(self._take)

    async def prove(self, session: Session) -> None:
        """Let a claim pass only while the lock is held; who never took it is no daemon.

        Raises:
            StoreConflict: The lock is lost: another daemon may be at work.
        """
        if self._holding is None:
            return
        values = (self._holding.pid, self._holding.started)
        if not await session.fetch(STILL_MINE, values):
            raise StoreConflict("the lock of the one daemon is lost: nothing is claimed without it")

    async def release(self) -> None:
        """Give the lock back, if it is held. The proof stays demanded of whoever took it once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            # A server that does not answer must not hold up the end: it frees what it held.
            with suppress(*AWAY):
                await connection.execute(FREE, timeout=ANSWER_SECONDS)
            with suppress(*AWAY):
                connection.terminate()
        await self._stack.aclose()

    async def _is_held(self) -> bool:
        connection = self._connection
        if connection is None:
            return False
        try:
            return await connection.fetchrow(MINE, timeout=ANSWER_SECONDS) is not None
        except AWAY:
            return False

    async def _take(self, session: Session) -> None:
        """Keep a connection of the pool for the lock: it is reached like all others."""
        if await self._is_held():
            return
        await self.release()
        client = cast(BaseDBAsyncClient, session.connection)
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(client.acquire_connection())
            who = f"{NAME} {os.getpid()} {socket.gethostname()}"
            await connection.execute(SET, "application_name", who)
            for name, value in KEEPALIVES:
                await connection.execute(SET, name, value)
            if not await connection.fetchval(TRY):
                raise _busy(await connection.fetchrow(WHO))
            mine = await connection.fetchrow(MINE)
            if mine is None:
                raise PeerError("the database gives each statement another session: see alone.py")
            self._holding = Holding(pid=mine["pid"], started=mine["started"])
            self._connection = connection
            self._stack = stack.pop_all()


def _busy(row: asyncpg.Record | None) -> WriterBusy:
    """Say who serves the database, as far as the server tells."""
    name, since = (row["name"], row["since"]) if row is not None else ("", None)
    words = (name or "").split()
    is_ours = len(words) == 3 and words[0] == NAME and words[1].isdigit()
    who = f"process {words[1]} on {words[2]}" if is_ours else "another process"
    when = f", connected since {since} UTC" if since else ""
    return WriterBusy(
        f"this database is served by {who}{when}: stop it first", int(words[1]) if is_ours else None
    )
