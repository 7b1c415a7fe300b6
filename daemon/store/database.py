"""Opening a database: its address, its connection, its schema.

The schema is made by numbered SQL files, each in one transaction under a lock, and noted in
`schema_version`. Tortoise's own migrations are not used: on SQLite they rebuild tables, which
deletes child rows and loses indexes, and one text that both engines read is shorter to check
than two generated ones.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # the library ships no types
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, OperationalError

from daemon.errors import ConfigError, DatabaseDamaged, PeerError
from daemon.store.alone import DaemonLock
from daemon.store.backup import connected
from daemon.store.damage import damage_sentence, is_damage
from daemon.store.lock import WriterLock
from daemon.store.transactions import Engine, Session, Transactions

SQLITE_PREFIX = "sqlite:///"
SQLITE_ENGINE = "daemon.store.sqlite"
POSTGRES_PREFIXES = ("postgres://", "postgresql://")
BUSY_MILLISECONDS = 10_000
POOL_CONNECTIONS_MAX = 10
MIGRATION_LOCK = 0x64756C79
SERIAL = {
    Engine.SQLITE: "INTEGER PRIMARY KEY AUTOINCREMENT",
    Engine.POSTGRES: "BIGSERIAL PRIMARY KEY",
}
OCTETS = {Engine.SQLITE: "BLOB", Engine.POSTGRES: "BYTEA"}

Migration = tuple[int, str, str]
Check = Callable[[Session], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Database:
    """An open database: `close` waits for running transactions and frees the locks."""

    transactions: Transactions
    alone: DaemonLock
    tortoise: TortoiseContext
    context: contextvars.Context
    lock: WriterLock | None = field(default=None)

    async def close(self) -> None:
        """Wait for what runs, close the connections, free the lock. Harmless when repeated."""
        await self.transactions.drain()
        await self.alone.release()
        loop = asyncio.get_running_loop()
        closing = loop.create_task(self.tortoise.close_connections(), context=self.context.copy())
        await asyncio.shield(closing)
        if self.lock is not None:
            self.lock.release()


def sqlite_path(url: str) -> Path | None:
    """Return the file of a `sqlite:///` address, None for others.

    What follows the three slashes is the path: `sqlite:///duly.db` lies in the working
    directory, `sqlite:////var/lib/duly/duly.db` does not.
    """
    if not url.startswith(SQLITE_PREFIX):
        return None
    return Path(url.removeprefix(SQLITE_PREFIX))


async def open_database(
    url: str,
    *,
    is_readonly: bool,
    sqlite_engine: str = SQLITE_ENGINE,
    release: Sequence[Migration] | None = None,
    check: Check | None = None,
) -> Database:
    """Connect, and bring the schema up to date unless `is_readonly`.

    Args:
        url: The address of the database.
        is_readonly: For looking only.
        sqlite_engine: The module of the SQLite client; simulations name one of their own.
        release: The migrations of a release, None for this one: an upgrade is proven by
            opening as an older release first.
        check: Looks at what is there before anything is changed, and may refuse it.

    Raises:
        ConfigError: The address is not understood, the database cannot be reached, its file is
            damaged, or its schema is not the one this release knows.
        WriterBusy: Another process writes the SQLite file.
    """
    path = sqlite_path(url)
    known = migration_texts() if release is None else release
    if path is None:
        return await _connected(
            _postgres(url),
            Engine.POSTGRES,
            None,
            None,
            is_readonly=is_readonly,
            release=known,
            check=check,
        )
    if is_readonly and not path.is_file():
        raise ConfigError(f"there is no database at {path} yet: import a ledger first")
    if not path.parent.is_dir():
        raise ConfigError(f"{path.parent} is not a folder, so no database can lie in it")
    lock = None if is_readonly else WriterLock(path)
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        _refuse_damaged(path)
        return await _connected(
            _sqlite(path, sqlite_engine, is_readonly=is_readonly),
            Engine.SQLITE,
            path,
            lock,
            is_readonly=is_readonly,
            release=known,
            check=check,
        )
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _refuse_damaged(path: Path) -> None:
    """Refuse a damaged file beside which a killed writer's log lies, before a connection writes.

    The last connection that may write moves the log into the file when it closes, whatever the
    file holds. Without a log an opening that is refused writes nothing.

    Raises:
        ConfigError: It is damaged where it begins, or where a table does.
    """
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return
    try:
        with closing(connected(path, "ro")) as looking:
            tables = looking.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in tables.fetchall():
                looking.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchall()
    except sqlite3.DatabaseError as error:
        # Anything else comes again where it is handled: at the opening.
        if is_damage(error):
            raise ConfigError(damage_sentence(path, error)) from error


def _sqlite(path: Path, engine: str, *, is_readonly: bool) -> dict[str, object]:
    pragmas: dict[str, object] = {"busy_timeout": BUSY_MILLISECONDS, "foreign_keys": "ON"}
    if is_readonly:
        pragmas["query_only"] = "ON"
    else:
        pragmas |= {"journal_mode": "WAL", "synchronous": "FULL"}
    return {"engine": engine, "credentials": {"file_path": str(path), **pragmas}}


def _postgres(url: str) -> dict[str, object]:
    if not url.startswith(POSTGRES_PREFIXES):
        raise ConfigError(
            "[database] url: write sqlite:////path/duly.db or postgres://user@host/db"
        )
    expanded = expand_db_url("asyncpg://" + url.partition("://")[2])
    limits = {"minsize": 1, "maxsize": POOL_CONNECTIONS_MAX}
    credentials = limits | expanded["credentials"]
    return {"engine": "tortoise.backends.asyncpg", "credentials": credentials}


async def _connected(
    connection: dict[str, object],
    engine: Engine,
    path: Path | None,
    lock: WriterLock | None,
    *,
    is_readonly: bool,
    release: Sequence[Migration],
    check: Check | None,
) -> Database:
    tortoise = TortoiseContext()
    with tortoise:
        await tortoise.init(
            config={
                "connections": {engine.value: connection},
                "apps": {
                    "store": {
                        "models": ["daemon.store.models"],
                        "default_connection": engine.value,
                    }
                },
            }
        )
        context = contextvars.copy_context()
    transactions = Transactions(context, engine, is_readonly=is_readonly, path=path)
    database = Database(
        transactions=transactions,
        alone=DaemonLock(transactions),
        tortoise=tortoise,
        context=context,
        lock=lock,
    )
    try:
        if check is not None:
            await transactions.read(check)
        if is_readonly:
            await transactions.read(partial(check_schema, release=release))
        else:
            await migrate(transactions, release)
    except DatabaseDamaged as error:
        await database.close()
        raise ConfigError(str(error)) from error
    except (PeerError, BaseORMException, asyncpg.PostgresError) as error:
        await database.close()
        raise ConfigError(f"the {engine.value} database cannot be used: {error}") from error
    except BaseException:
        await database.close()
        raise
    return database


# --- the schema -----------------------------------------------------------------------------


def migration_texts() -> list[Migration]:
    """Return (number, name, text) of every migration, in order."""
    folder = files("daemon.store.migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text("utf-8")) for name in names]


def statements(text: str, engine: Engine) -> list[str]:
    """Return a migration's statements in the words of the engine."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    words = "\n".join(lines).replace("@serial@", SERIAL[engine]).replace("@octets@", OCTETS[engine])
    return [statement.strip() for statement in words.split(";\n") if statement.strip(" ;\n")]


async def migrate(transactions: Transactions, release: Sequence[Migration] | None = None) -> int:
    """Apply what is missing of a release, each file in its own transaction; return how many.

    Safe where several processes start at once: one applies, the others wait and find it done.
    Killed in the middle of a file, nothing of that file is there.

    Args:
        transactions: On the database.
        release: The migrations of the release, None for this one.

    Raises:
        ConfigError: The schema is newer than the release, or a file could not be applied.
    """
    applied = 0
    known = migration_texts() if release is None else release
    begun: list[str] = []
    for number, name, text in known:

        async def apply(
            session: Session, number: int = number, name: str = name, text: str = text
        ) -> bool:
            if await _version(session) >= number:
                return False
            begun.append(name)
            for statement in statements(text, session.engine):
                await session.run(statement)
            await session.run(
                "INSERT INTO schema_version (number, name) VALUES (?, ?)", (number, name)
            )
            return True

        try:
            applied += await transactions.write(apply)
        except (PeerError, BaseORMException, asyncpg.PostgresError) as error:
            if name not in begun or isinstance(error, DatabaseDamaged):
                raise
            raise ConfigError(_upgrade_failed(name, error)) from error
    await transactions.read(partial(check_schema, release=known))
    return applied


def _upgrade_failed(name: str, error: Exception) -> str:
    why = " ".join(str(error).split())
    return (
        f"the upgrade of the database stopped at {name}: {why}. Nothing of this step was changed, "
        "and no letter went; mend what it names, then start Duly again, or run: python3 run.py "
        "upgrade"
    )


async def _version(session: Session) -> int:
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
    await session.run(
        "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL)"
    )
    return await _last_applied(session)


async def _last_applied(session: Session) -> int:
    rows = await session.fetch("SELECT COALESCE(MAX(number), 0) AS last FROM schema_version")
    return int(rows[0]["last"])


async def check_schema(session: Session, *, release: Sequence[Migration]) -> None:
    """Refuse a schema that the release does not know.

    Raises:
        ConfigError: The schema is older or newer, or there is none.
    """
    wanted = release[-1][0]
    try:
        found = await _last_applied(session)
    except OperationalError as error:
        raise ConfigError("the database has no schema yet: import a ledger first") from error
    if found < wanted:
        raise ConfigError(
            f"the database has schema {found}, this release needs {wanted}: "
            "run any writing command once to bring it up to date"
        )
    if found > wanted:
        raise ConfigError(
            f"the database has schema {found}, this release knows only {wanted}: nothing was "
            "changed; use the newer release that wrote it, or bring back a backup of before with: "
            "python3 run.py restore"
        )
