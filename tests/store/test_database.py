"""Opening a database: schema, migrations, the writer's lock, read-only opening."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from tortoise.exceptions import OperationalError
from tortoise.models import Model

from daemon.errors import ConfigError, PeerError
from daemon.store import WriterBusy, models, open_store
from daemon.store.database import migrate, migration_texts, open_database, sqlite_path
from daemon.store.transactions import Engine, Session
from tests.servers.postgres import Postgres
from tests.store.conftest import SECRET

TABLES = {
    row._meta.db_table: set(row._meta.fields_db_projection.values())
    for row in vars(models).values()
    if isinstance(row, type) and issubclass(row, Model) and row is not Model
}

OWN_TABLES = {"schema_version", "sqlite_sequence"}


async def columns_of(session: Session) -> dict[str, set[str]]:
    """Return table to columns as the engine itself lists them."""
    if session.engine is Engine.SQLITE:
        text = (
            "SELECT m.name AS name, c.name AS field FROM sqlite_master m "
            "JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        )
    else:
        text = (
            "SELECT table_name AS name, column_name AS field FROM information_schema.columns "
            "WHERE table_schema = current_schema()"
        )
    found: dict[str, set[str]] = {}
    for row in await session.fetch(text):
        found.setdefault(row["name"], set()).add(row["field"])
    return found


async def test_an_empty_database_gets_the_tables_that_the_models_name(database_url: str) -> None:
    """A new database is migrated at the first opening; models and SQL say the same columns."""
    database = await open_database(database_url, is_readonly=False)
    found = await database.transactions.read(columns_of)
    await database.close()

    made = {table: found[table] for table in found if table not in OWN_TABLES}
    expected = TABLES

    assert expected == made


async def test_a_second_opening_applies_nothing(database_url: str) -> None:
    """Migrations that were applied are not applied again."""
    database = await open_database(database_url, is_readonly=False)
    applied = await migrate(database.transactions)
    await database.close()

    assert applied == 0


async def test_processes_that_start_at_once_migrate_once(postgres_cluster: Postgres) -> None:
    """On PostgreSQL any number may open an empty database together."""
    database_url = postgres_cluster.new_database()
    opened = await asyncio.gather(
        *(open_database(database_url, is_readonly=False) for _ in range(4))
    )
    counted = await opened[0].transactions.read(
        lambda session: session.fetch("SELECT COUNT(*) AS number FROM schema_version")
    )
    for database in opened:
        await database.close()

    assert len(migration_texts()) == counted[0]["number"]


async def test_every_reference_restricts_deletion(database_url: str) -> None:
    """Nothing that something else names can be deleted, and nothing is deleted along."""
    database = await open_database(database_url, is_readonly=False)

    async def rules(session: Session) -> list[str]:
        if session.engine is Engine.POSTGRES:
            rows = await session.fetch(
                "SELECT delete_rule AS rule FROM information_schema.referential_constraints "
                "WHERE constraint_schema = current_schema()"
            )
        else:
            rows = await session.fetch(
                "SELECT f.on_delete AS rule FROM sqlite_master m "
                "JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
            )
        return [row["rule"] for row in rows]

    found = await database.transactions.read(rules)
    await database.close()
    expected = ["RESTRICT"] * 7

    assert expected == found


async def test_sqlite_is_opened_for_durability(tmp_path: Path) -> None:
    """WAL, synchronous FULL, foreign keys on, ten seconds of patience, for our eyes only."""
    database = await open_database(f"sqlite:///{tmp_path}/duly.db", is_readonly=False)

    async def pragmas(session: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [next(iter((await session.fetch(f"PRAGMA {n}"))[0].values())) for n in names]

    found = await database.transactions.read(pragmas)
    await database.close()

    expected = ["wal", 2, 1, 10_000]

    assert expected == found
    assert (tmp_path / "duly.db").stat().st_mode & 0o777 == 0o600


async def test_a_second_writer_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    """While one process writes, another is refused at once, with the writer's process id."""
    url = f"sqlite:///{tmp_path}/duly.db"
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys, pathlib; from daemon.store.lock import WriterLock; "
        f"lock = WriterLock(pathlib.Path({str(tmp_path / 'duly.db')!r})); "
        "print('held', flush=True); sys.stdin.read()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    await holder.stdout.readline()
    with pytest.raises(WriterBusy, match=f"process {holder.pid}") as refused:
        await open_store(url, secret=SECRET)
    holder.kill()
    await holder.communicate()
    store = await open_store(url, secret=SECRET)
    await store.close()

    assert holder.pid == refused.value.pid


async def test_a_reader_needs_no_lock_and_cannot_write(database_url: str) -> None:
    """`status` reads beside the writer, sees what is committed, and changes nothing."""
    writer = await open_store(database_url, secret=SECRET)
    await writer.set_fact("mode", "live")
    reader = await open_store(database_url, secret=SECRET, is_readonly=True)
    seen = await reader.fact("mode")
    with pytest.raises(RuntimeError, match="reading only"):
        await reader.set_fact("mode", "draft")
    kept = await reader.fact("mode")
    await reader.close()
    await writer.close()

    assert seen == kept == "live"


async def test_a_reader_of_sqlite_is_held_by_the_engine_too(tmp_path: Path) -> None:
    """Even a statement that slips past us cannot change the file of a reader."""
    url = f"sqlite:///{tmp_path}/duly.db"
    await (await open_store(url, secret=SECRET)).close()
    database = await open_database(url, is_readonly=True)
    with pytest.raises(OperationalError, match="readonly"):
        await database.transactions.read(
            lambda session: session.run("INSERT INTO fact VALUES ('mode', 'draft')")
        )
    await database.close()


async def test_a_full_disk_is_the_machines_fault(tmp_path: Path) -> None:
    """SQLite has no page left: a fault that passes, like a server that does not answer."""
    database = await open_database(f"sqlite:///{tmp_path}/duly.db", is_readonly=False)

    async def fill(session: Session) -> None:
        await session.run("INSERT INTO fact VALUES ('large', ?)", ("x" * 1_000_000,))

    await database.transactions.read(lambda session: session.fetch("PRAGMA max_page_count = 1"))
    with pytest.raises(PeerError, match="full"):
        await database.transactions.write(fill)
    with pytest.raises(OperationalError, match="syntax"):
        await database.transactions.write(lambda session: session.run("NO STATEMENT"))
    await database.close()


async def test_what_could_not_be_committed_is_never_committed_later(tmp_path: Path) -> None:
    """A transaction left open by a failure is rolled back before the next one begins."""
    database = await open_database(f"sqlite:///{tmp_path}/duly.db", is_readonly=False)

    async def leave_open(session: Session) -> None:
        await session.run("BEGIN")
        await session.run("INSERT INTO fact VALUES ('failed', 'x')")

    await database.transactions.read(leave_open)
    await database.transactions.write(
        lambda session: session.run("INSERT INTO fact VALUES ('good', 'x')")
    )
    rows = await database.transactions.read(lambda session: session.fetch("SELECT name FROM fact"))
    await database.close()

    assert [row["name"] for row in rows] == ["good"]


async def test_a_reader_of_nothing_is_told_what_to_do(tmp_path: Path) -> None:
    """Without a database, reading says that a ledger comes first, and makes no file."""
    with pytest.raises(ConfigError, match="import a ledger first"):
        await open_store(f"sqlite:///{tmp_path}/duly.db", secret=SECRET, is_readonly=True)

    assert not list(tmp_path.iterdir())


async def test_a_newer_schema_is_refused(database_url: str) -> None:
    """An older release does not touch a database that a newer one has written."""
    database = await open_database(database_url, is_readonly=False)
    await database.transactions.write(
        lambda session: session.run("INSERT INTO schema_version VALUES (9999, 'later')")
    )
    await database.close()
    with pytest.raises(ConfigError, match="9999"):
        await open_store(database_url, secret=SECRET)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@127.0.0.1/duly",
        "duly.db",
        "sqlite:///no/such/folder/duly.db",
        "postgres://postgres@127.0.0.1:1/none",
    ],
    ids=["other engine", "no scheme", "no folder", "nobody listens"],
)
async def test_an_address_that_cannot_be_used_is_a_configuration_error(url: str) -> None:
    """A wrong address is found at start, in a sentence."""
    with pytest.raises(ConfigError):
        await open_store(url, secret=SECRET)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/duly.db", "/var/duly.db"),
        ("sqlite:///duly-home/duly.db", "duly-home/duly.db"),
        ("postgres://host/duly", None),
    ],
)
def test_what_follows_the_scheme_is_the_path(url: str, path: str | None) -> None:
    """`sqlite:///` plus an absolute or a relative path."""
    assert (None if path is None else Path(path)) == sqlite_path(url)
