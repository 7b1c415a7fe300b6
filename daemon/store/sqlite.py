"""SQLite transactions that take the write lock at BEGIN.

Tortoise begins deferred transactions: two that read and then write fail at once with "database
is locked", whatever the busy timeout. BEGIN IMMEDIATE waits instead. This module is named as
the connection's engine, so nothing of the library is patched. A note is committed without
waiting for the disk; whatever is committed after it in the usual way brings it along.
"""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError


def translated(error: sqlite3.Error) -> Exception:
    """Return an error of SQLite as the library's clients raise it."""
    match error:
        case sqlite3.OperationalError():
            return OperationalError(error)
        case sqlite3.IntegrityError():
            return IntegrityError(error)
        case _:
            return error


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that holds the write lock from its first statement on.

    What an earlier one could not commit (a full disk) was reported as failed: it is rolled
    back here, never committed later.
    """

    def __init__(self, client: ImmediateSqliteClient, *, is_note: bool = False) -> None:
        super().__init__(client)
        # In one script, since each statement is a journey to the connection's thread and back.
        synced = f"PRAGMA synchronous = {'NORMAL' if is_note else 'FULL'};"
        self._beginning = f"{synced if client.waits_for_disk else ''} BEGIN IMMEDIATE"

    async def begin(self) -> None:
        try:
            if self._connection.in_transaction:
                await self._connection.rollback()
            await self._connection.executescript(self._beginning)
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class ImmediateContext(SqliteTransactionContext):
    """Frees the connection's lock where BEGIN itself fails; the library would keep it."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        client: TransactionalDBClient = self.connection
        return client


class ImmediateSqliteClient(SqliteClient):
    """The SQLite client whose transactions are `ImmediateTransaction`s.

    `waits_for_disk` is false where only the process can end, never the machine.
    """

    waits_for_disk: ClassVar[bool] = True

    def transaction(self, *, is_note: bool) -> ImmediateTransaction:
        """Return a transaction that has not begun."""
        return ImmediateTransaction(self, is_note=is_note)

    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(self.transaction(is_note=False), self._lock)

    def in_note(self) -> TransactionContext:
        """Return a transaction that does not wait for the disk."""
        return ImmediateContext(self.transaction(is_note=True), self._lock)


client_class = ImmediateSqliteClient
