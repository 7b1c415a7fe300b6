"""A database of its own on a PostgreSQL server: made for one seed, dropped after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg  # type: ignore[import-untyped]  # the library ships no types

from daemon.errors import ConfigError


@asynccontextmanager
async def database_for(url: str, name: str) -> AsyncIterator[str]:
    """Make an empty database beside the one that is named, and drop it in the end.

    Args:
        url: The address of any database on the server, as `postgres://user@host/postgres`.
        name: Of the new database: lower-case letters, digits and underscores.

    Yields:
        The address of the new database.

    Raises:
        ConfigError: The server cannot be reached, or does not let us make a database.
    """
    assert name.isidentifier(), "the name stands in a statement"
    try:
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as error:
        host = urlsplit(url).hostname
        raise ConfigError(f"the database server at {host} cannot be used: {error}") from error
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await connection.close()
