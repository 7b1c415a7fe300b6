"""The product's SQLite client on a connection that works in the caller's own thread.

Same SQL, same transactions, same locks, same file; what falls away is the journey to a thread
and back for every visit, and the wait for the disk: a simulated crash drops the application,
never the machine. Named as the engine of `open_store`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, ClassVar

import aiosqlite

from daemon.store.sqlite import ImmediateSqliteClient

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


class NearSqliteClient(ImmediateSqliteClient):
    """The product's client over a `NearConnection`, its file written without waiting."""

    waits_for_disk: ClassVar[bool] = False

    async def create_connection(self, with_db: bool) -> None:
        """Connect, as the library does, with the pragmas of the product but one."""
        if self._connection:
            return
        self._connection = await NearConnection(str(Path(self.filename)))
        self._connection.row_factory = sqlite3.Row
        pragmas = self.pragmas | {"synchronous": "OFF"}
        for pragma, value in pragmas.items():
            cursor = await self._connection.execute(f"PRAGMA {pragma}={value}")
            await cursor.close()
        await self._post_connect()


client_class = NearSqliteClient
