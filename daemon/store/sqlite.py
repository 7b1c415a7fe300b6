"""SQLite: each visit is one journey to the connection's thread, and writes take the lock at BEGIN.

The library goes to that thread and back for every statement, which costs several times what
SQLite takes to answer it. Here the whole visit is run there, statement after statement: it waits
for nothing but SQLite (`transactions.py`). Deferred transactions, as the library begins them,
fail at once with "database is locked" where two read and then write, whatever the busy timeout;
BEGIN IMMEDIATE waits instead. This module is named as the connection's engine, so nothing of the
library is patched. A note is committed without waiting for the disk; whatever is committed after
it in the usual way brings it along.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

from tortoise.backends.sqlite.client import SqliteClient, translate_exceptions
from tortoise.exceptions import TransactionManagementError
from tortoise.log import db_client_logger

T = TypeVar("T")
# So the module begins what it says of octets that are no text.
UNDECODABLE = "Could not decode to UTF-8"
SEALED_TEXTS = frozenset({"envelope_from", "identity", "reading"})


class Text(bytes):
    """The octets of a text, as they lie in the file: no blob."""


class StatementsAtOnce:
    """What a session needs of a connection, done in the thread that calls: nothing is waited for.

    Failures are those of the library's client, and so is what its logger is told.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @translate_exceptions
    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, Sequence[Any]]:
        """Run a statement; returns how many rows it changed or found, and those found."""
        db_client_logger.debug("%s: %s", query, values)
        before = self._connection.total_changes
        rows = self._connection.execute(query, values or ()).fetchall()
        return (self._connection.total_changes - before) or len(rows), rows

    @translate_exceptions
    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run a statement; returns the rows by column name."""
        db_client_logger.debug("%s: %s", query, values)
        try:
            rows = self._connection.execute(query, values or ()).fetchall()
        except sqlite3.OperationalError as error:
            if UNDECODABLE not in str(error) or not query.startswith("SELECT"):
                raise
            return self._with_damaged_seals(query, values or [])
        # By place: a row looks each name up among all of its columns.
        names = rows[0].keys() if rows else []
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _with_damaged_seals(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        """Ask again, where octets of a text are none: a sealed one becomes a text without seal.

        Raises:
            OperationalError: The text is one in clear, which nobody could tell from a whole one.
        """
        cursor = self._connection.cursor()
        self._connection.text_factory = Text
        try:
            rows = cursor.execute(query, values).fetchall()
        finally:
            self._connection.text_factory = str
        names = [column[0] for column in cursor.description]
        return [
            {name: _read(name, value) for name, value in zip(names, row, strict=True)}
            for row in rows
        ]

    @translate_exceptions
    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Run a change once for each row."""
        db_client_logger.debug("%s: %s", query, values)
        self._connection.executemany(query, values)


class ImmediateSqliteClient(SqliteClient):
    """The SQLite client whose visits are made in one journey.

    `waits_for_disk` is false where only the process can end, never the machine.
    """

    waits_for_disk: ClassVar[bool] = True

    async def look(self, work: Callable[[StatementsAtOnce], Coroutine[Any, Any, T]]) -> T:
        """Run work outside of any transaction."""
        return await self._there(lambda connection: _ended(work(StatementsAtOnce(connection))))

    async def transact(
        self, work: Callable[[StatementsAtOnce], Coroutine[Any, Any, T]], *, is_note: bool
    ) -> T:
        """Run work in a transaction that holds the write lock from its beginning on.

        Raises:
            TransactionManagementError: It could not begin.
        """
        synced = f"PRAGMA synchronous = {'NORMAL' if is_note else 'FULL'};"
        beginning = f"{synced if self.waits_for_disk else ''} BEGIN IMMEDIATE"

        def transaction(connection: sqlite3.Connection) -> T:
            _begin(connection, beginning)
            try:
                done = _ended(work(StatementsAtOnce(connection)))
                connection.commit()
            except BaseException:
                # Also what could not be committed (a full disk): it is never committed later.
                connection.rollback()
                raise
            return done

        return await self._there(transaction)

    async def _there(self, visit: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function on the connection, in the thread that may use it."""
        async with self.acquire_connection() as connection:
            done: T = await connection._execute(visit, connection._conn)
            return done


def _begin(connection: sqlite3.Connection, beginning: str) -> None:
    try:
        if connection.in_transaction:
            connection.rollback()
        connection.executescript(beginning)
    except sqlite3.OperationalError as error:
        raise TransactionManagementError(error) from error


def _ended(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing to its end.

    Raises:
        RuntimeError: It does wait for something: nobody here could wake it.
    """
    try:
        work.send(None)
    except StopIteration as end:
        found: T = end.value
        return found
    work.close()
    raise RuntimeError("a visit to the database waits for something else")


def _read(name: str, value: object) -> object:
    """Return a value as SQLite's module would; sealed texts with what cannot be decoded.

    What stands for it cannot be encoded, so it is never written, and no seal opens over it.
    """
    if not isinstance(value, Text):
        return value
    try:
        return value.decode("utf-8", "surrogateescape" if name in SEALED_TEXTS else "strict")
    except UnicodeDecodeError as error:
        raise sqlite3.OperationalError(f"{UNDECODABLE} column '{name}'") from error


client_class = ImmediateSqliteClient
