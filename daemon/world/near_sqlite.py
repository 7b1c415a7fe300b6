"""The product's SQLite client on a connection that works in the caller's own thread.

Same SQL, same transactions, same locks, same file; what falls away is the hop to a thread and
back for every statement, what the library does around each, and the wait for the disk: a
simulated crash drops the application, never the machine. Named as the engine of `open_store`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import aiosqlite

from daemon.store.sqlite import ImmediateSqliteClient, ImmediateTransaction, translated

ENGINE = "daemon.world.near_sqlite"
CHUNK = 64


class NearConnection(aiosqlite.Connection):
    """A connection without a thread of its own: what is asked is done at once."""

    def __init__(self, path: str) -> None:
        super().__init__(lambda: sqlite3.connect(path, isolation_level=None), CHUNK)
        self._connector: Callable[[], sqlite3.Connection]

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    async def _connect(self) -> NearConnection:
        if self._connection is None:
            self._connection = self._connector()
        return self

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    def stop(self) -> None:
        """There is no thread to stop."""
        self._running = False

    async def close(self) -> None:
        """Close the connection. Harmless when repeated."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def fetched(connection: sqlite3.Connection, query: str, values: list[Any] | None) -> list[Any]:
    """Run one statement and return its rows by column name."""
    try:
        cursor = connection.execute(query, values or ())
        rows = cursor.fetchall()
    except sqlite3.Error as error:
        raise translated(error) from error
    if not rows:
        return rows
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


async def asked(
    client: ImmediateSqliteClient | ImmediateTransaction, query: str, values: list[Any] | None
) -> tuple[int, list[Any]]:
    """Run one statement; returns how many rows it changed or found, and what it found."""
    async with client._lock:
        if client._connection is None:
            await client.create_connection(with_db=True)
        assert client._connection is not None, "it was made"
        connection = client._connection._conn
        before = connection.total_changes
        rows = fetched(connection, query, values)
        return (connection.total_changes - before) or len(rows), rows


class NearTransaction(ImmediateTransaction):
    """The product's transaction over a `NearConnection`."""

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[dict[str, Any]]]:
        """Run a statement; see `asked`."""
        return await asked(self, query, values)

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run a query and return its rows."""
        return (await asked(self, query, values))[1]

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a change once for each row."""
        async with self._lock:
            try:
                self._connection._conn.executemany(query, values)
            except sqlite3.Error as error:
                raise translated(error) from error


class NearSqliteClient(ImmediateSqliteClient):
    """The product's client over a `NearConnection`, its file written without waiting."""

    waits_for_disk: ClassVar[bool] = False

    def transaction(self, *, is_note: bool) -> ImmediateTransaction:
        """Return a transaction that has not begun."""
        return NearTransaction(self, is_note=is_note)

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[dict[str, Any]]]:
        """Run a statement; see `asked`."""
        return await asked(self, query, values)

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run a query and return its rows."""
        return (await asked(self, query, values))[1]

    async def create_connection(self, with_db: bool) -> None:
        """Connect, as the library does, with the pragmas of the product but one."""
        if self._connection:
            return
        self._connection = await NearConnection(str(Path(self.filename)))
        pragmas = self.pragmas | {"synchronous": "OFF"}
        for pragma, value in pragmas.items():
            cursor = await self._connection.execute(f"PRAGMA {pragma}={value}")
            await cursor.close()
        await self._post_connect()


client_class = NearSqliteClient
