"""Fixtures of the store's tests: an empty database on each engine, opened and closed."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from daemon.store import TortoiseStore, open_store
from tests.servers import ServerMissing
from tests.servers.postgres import Postgres

SECRET = b"a key that only the tests know"


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Postgres]:
    """One PostgreSQL for the session; where it is missing, skip, but fail in CI."""
    try:
        cluster = Postgres()
    except ServerMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/duly.db"
    cluster: Postgres = request.getfixturevalue("postgres_cluster")
    return cluster.new_schema()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[TortoiseStore]:
    """An open, empty store."""
    opened = await open_store(database_url, secret=SECRET)
    yield opened
    await opened.close()
