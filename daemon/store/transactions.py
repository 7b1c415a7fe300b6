"""Every visit to the database runs in a task of its own that nobody can cancel half-way.

Cancelling a task at the edge of a Tortoise transaction leaks its connection and wedges the
database. So the work runs shielded, in a context that holds the store's connections and no
surrounding transaction, and `drain` waits for all of it before the connections close. A visit
waits for its statements and nothing else: no gather, no new task, no network and no sleep. On
SQLite it is run by the connection's thread as a whole (`sqlite.py`), so it asks nobody but its
session.

A note is what can be found out again: it outlives a kill of the daemon, but a power cut may take
the newest ones, and never one on which anything rests that was committed in the usual way.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg  # type: ignore[import-untyped]  # the library ships no types
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context
from tortoise.exceptions import (
    DBConnectionError,
    OperationalError,
    TransactionManagementError,
)
from tortoise.models import Model

from daemon.errors import DatabaseDamaged, PeerError
from daemon.ports import StoreConflict
from daemon.store.damage import code_of, damage_sentence, is_damage
from daemon.store.sqlite import ImmediateSqliteClient

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)
Value = str | int | bool | bytes | None
ROWS_PER_STATEMENT = 2_000
# The server is away, is going away, or is full: trying again later may help.
AWAY = (
    OSError,
    DBConnectionError,
    TransactionManagementError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
# A connection of the pool ended while nobody used it; nothing was asked over it yet.
STALE = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)
BEGINNINGS_MAX = 3
# Two transactions stood in each other's way: read again, decide again.
CONTENDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


# SQLite: the disk is full or fails, memory is short, the file is locked or gone.
MACHINE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


def _is_machine_at_fault(error: Exception) -> bool:
    """Tell a failing disk, which no statement can help, from a wrong statement."""
    return code_of(error) in MACHINE_CODES


class Engine(StrEnum):
    """The two engines. The names are the connections' names too, for caches hang on them."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


def batches(rows: Iterable[T], size: int) -> Iterable[list[T]]:
    """Yield the rows in lists of at most `size`."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def marks(number: int) -> str:
    """Return `number` placeholders, as for IN (...); none find nothing, on either engine."""
    return ", ".join("?" * number) or "NULL"


def insert_text(table: str, columns: Sequence[str]) -> str:
    """Return an INSERT of one row."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(len(columns))})"


def upsert_text(table: str, columns: Sequence[str], keys: Sequence[str]) -> str:
    """Return an INSERT of one row that overwrites the row of the same key."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return f"{insert_text(table, columns)} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


@cache
def columns_of(model: type[Model]) -> str:
    """Return a model's columns as a SELECT lists them: the same text each time."""
    return ", ".join(sorted(model._meta.db_fields))


class Statements(Protocol):
    """What runs statements: a client of the library, or `sqlite.StatementsAtOnce`."""

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]: ...

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]: ...

    async def execute_many(self, query: str, values: list[list[Any]]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A connection in use. Statements are written with `?` and the columns' own types."""

    connection: Statements
    engine: Engine

    def _text(self, statement: str) -> str:
        if self.engine is Engine.SQLITE:
            return statement
        numbers = count(1)
        return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)

    @property
    def for_update(self) -> str:
        """The words that lock read rows; SQLite's transaction has locked all rows already."""
        return " FOR UPDATE" if self.engine is Engine.POSTGRES else ""

    async def fetch(self, statement: str, values: Sequence[Value] = ()) -> list[dict[str, Any]]:
        """Run a query and return its rows by column name."""
        return await self.connection.execute_query_dict(self._text(statement), list(values))

    async def rows(
        self, model: type[Row], conditions: str, values: Sequence[Value] = ()
    ) -> list[Row]:
        """Run a query over a model's whole table and return its rows.

        Plain SQL: building a query with the library costs several times what SQLite takes to
        answer it, and the rounds ask some fifty times a pass.

        Args:
            model: Whose table and columns.
            conditions: All that follows the table's name: WHERE, ORDER BY, LIMIT.
            values: What stands for the marks.
        """
        text = f"SELECT {columns_of(model)} FROM {model._meta.db_table} {conditions}"
        return [model._init_from_db(**row) for row in await self.fetch(text, values)]

    async def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Run a change and return how many rows it changed."""
        changed, _ = await self.connection.execute_query(self._text(statement), list(values))
        return changed

    async def write_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a change once for each row, in batches."""
        text = self._text(statement)
        for batch in batches(rows, ROWS_PER_STATEMENT):
            await self.connection.execute_many(text, [list(row) for row in batch])


@asynccontextmanager
async def begun(client: BaseDBAsyncClient) -> AsyncIterator[BaseDBAsyncClient]:
    """Yield a connection in a transaction, which is committed, or rolled back where it raises.

    A server that was restarted leaves dead connections in the pool, and it may show at BEGIN
    only: such a one is thrown away, and another is asked for.
    """
    async with AsyncExitStack() as stack:
        for left in reversed(range(BEGINNINGS_MAX)):
            context = client._in_transaction()
            try:
                connection = await stack.enter_async_context(context)
                break
            except STALE:
                # The library does not give back a connection on which it could not begin.
                dead = getattr(context.client, "_connection", None)
                if dead is None or not left:
                    raise
                with suppress(asyncpg.InterfaceError):
                    # It may have been noticed and thrown away meanwhile.
                    dead.terminate()
        yield connection


class Transactions:
    """Runs work on the database, shielded, and knows what is still running."""

    def __init__(
        self,
        context: contextvars.Context,
        engine: Engine,
        *,
        is_readonly: bool = False,
        path: Path | None = None,
    ) -> None:
        self._context = context
        self._path = path
        self.engine = engine
        self._is_readonly = is_readonly
        self._running: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    async def write(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction: all of it is committed, or nothing where it raises.

        Raises:
            PeerError: The database does not answer; whether it was committed is not known.
            DatabaseDamaged: Its file cannot be read; the sentence names it.
            StoreConflict: Another transaction stood in the way.
            RuntimeError: The store is closed, or was opened for reading only.
        """
        return await self._shielded(self._transaction(work, is_note=False))

    async def note(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction that does not wait for the disk; else as `write`."""
        return await self._shielded(self._transaction(work, is_note=True))

    async def read(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work`, which only reads, outside of any transaction.

        Raises:
            PeerError: The database does not answer.
        """

        async def reading() -> T:
            client = require_context().connections.get(self.engine)
            if isinstance(client, ImmediateSqliteClient):
                return await client.look(self._in_session(work))
            return await work(Session(connection=client, engine=self.engine))

        return await self._shielded(reading())

    async def _transaction(self, work: Callable[[Session], Awaitable[T]], *, is_note: bool) -> T:
        if self._is_readonly:
            raise RuntimeError("the store was opened for reading only")
        client = require_context().connections.get(self.engine)
        if isinstance(client, ImmediateSqliteClient):
            return await client.transact(self._in_session(work), is_note=is_note)
        async with begun(client) as connection:
            session = Session(connection=connection, engine=self.engine)
            if is_note:
                await session.run("SET LOCAL synchronous_commit TO OFF")
            return await work(session)

    def _in_session(
        self, work: Callable[[Session], Awaitable[T]]
    ) -> Callable[[Statements], Coroutine[Any, Any, T]]:
        async def visit(statements: Statements) -> T:
            return await work(Session(connection=statements, engine=self.engine))

        return visit

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        if self._is_closed:
            work.close()
            raise RuntimeError("the store is closed")
        loop = asyncio.get_running_loop()
        task = loop.create_task(work, context=self._context.copy())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except CONTENDED as error:
            raise StoreConflict(f"another transaction stood in the way: {error}") from error
        except AWAY as error:
            raise PeerError(f"the database does not answer: {error}") from error
        except (OperationalError, sqlite3.DatabaseError) as error:
            if is_damage(error):
                raise DatabaseDamaged(damage_sentence(self._path, error)) from error
            if _is_machine_at_fault(error):
                raise PeerError(f"the database cannot work: {error}") from error
            raise

    async def drain(self) -> None:
        """Let no new work begin, and wait until what runs has ended."""
        self._is_closed = True
        while self._running:
            await asyncio.wait(set(self._running))
