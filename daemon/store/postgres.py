"""PostgreSQL transactions that give their connection back whatever happens.

Tortoise takes a connection from the pool and begins; where BEGIN fails (the server went away
in between) the connection is never returned, and after ten such failures the pool is empty.
This module is named as the connection's engine, so nothing of the library is patched.
"""

from __future__ import annotations

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections


class ReturningContext(TransactionContextPooled):
    """Returns the connection to the pool where BEGIN itself fails."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class ReturningPostgresClient(AsyncpgDBClient):
    """The asyncpg client whose transactions are opened by `ReturningContext`."""

    def _in_transaction(self) -> TransactionContext:
        return ReturningContext(TransactionWrapper(self), self._pool_init_lock)


client_class = ReturningPostgresClient
