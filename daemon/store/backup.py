"""A copy of a living SQLite database, and what marks a copy that is put back.

SQLite's online backup reads one consistent state while the writer goes on. A copy that is put
back carries the gap that nobody remembers, in the fact that `rounds/restored.py` settles.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from daemon.errors import ConfigError
from daemon.store.damage import damage_sentence, is_damage

RESTORED = "restored"
COMPANIONS = ("-wal", "-shm", "-journal")
BUSY_SECONDS = 30.0


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be written meanwhile; the copy is one file, synced to disk.

    Raises:
        ConfigError: There is none, or it cannot be read.
    """
    if not source.is_file():
        raise ConfigError(f"there is no database at {source}")
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        with (
            contextlib.closing(connected(source, "ro")) as living,
            contextlib.closing(connected(target, "rwc")) as copy,
        ):
            living.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if is_damage(error):
            raise ConfigError(damage_sentence(source, error)) from error
        raise ConfigError(f"{source} cannot be copied: {error}") from error
    sync(target)


def make_single(copy: Path) -> None:
    """Make a copy that was opened for work one file again, synced to disk.

    Raises:
        ConfigError: It cannot be written.
    """
    try:
        with contextlib.closing(connected(copy, "rw")) as opened:
            opened.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise ConfigError(f"{copy} cannot be written: {error}") from error
    sync(copy)


def connected(path: Path, mode: str) -> sqlite3.Connection:
    """Open a database file in a mode of SQLite's: ro, rw or rwc."""
    address = f"{path.resolve().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def damage_of(path: Path) -> list[str]:
    """Return what SQLite finds wrong with a file; empty where it is whole."""
    try:
        with contextlib.closing(connected(path, "ro")) as copy:
            rows = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(20)")]
            rows += [f"foreign key: {row}" for row in copy.execute("PRAGMA foreign_key_check")]
    except sqlite3.Error as error:
        return [str(error)]
    return [] if rows == ["ok"] else rows


def mark_restored(path: Path, since: datetime, until: datetime) -> None:
    """Note in a copy that it is put back: what happened from `since` to `until` is not in it.

    A copy that was never settled after an earlier restoring keeps the earlier beginning.
    """
    with contextlib.closing(connected(path, "rw")) as copy:
        found = copy.execute("SELECT value FROM fact WHERE name = ?", (RESTORED,)).fetchone()
        begins = since
        if found is not None and found[0]:
            begins = min(since, datetime.fromisoformat(str(found[0]).partition("|")[0]))
        copy.execute("BEGIN IMMEDIATE")
        copy.execute(
            "INSERT INTO fact (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (RESTORED, f"{begins.isoformat()}|{until.isoformat()}"),
        )
        # How far an earlier settling came says nothing of this one.
        copy.execute("DELETE FROM fact WHERE name LIKE ? ESCAPE '!'", (f"{RESTORED}!_%",))
        copy.execute("COMMIT")
    sync(path)


def keep_beside(database: Path, stamp: str) -> Path | None:
    """Copy a database that nobody writes beside itself; returns the copy, None without one.

    What stands in its log is written into it first, so that it is whole as one file. A damaged
    one is copied with its companions, as it is.

    Raises:
        ConfigError: Another program reads it.
    """
    if not database.exists():
        return None
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        contextlib.closing(connected(database, "rw")) as living,
    ):
        is_busy, *_ = living.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise ConfigError(f"another program has {database} open: end it and try again")
    kept = database.with_name(f"{database.name}.before-restore-{stamp}")
    for ending in ("", *COMPANIONS):
        source = database.with_name(database.name + ending)
        if source.exists():
            shutil.copy2(source, kept.with_name(kept.name + ending))
    sync(kept)
    return kept


def put_in_place(copy: Path, database: Path) -> None:
    """Give a copy the name of the database: at every instant the old one or the new is there."""
    staged = database.with_name(f".{database.name}.restoring")
    shutil.move(copy, staged)
    sync(staged)
    for ending in COMPANIONS:
        database.with_name(database.name + ending).unlink(missing_ok=True)
    staged.replace(database)
    sync(database)


def sync(path: Path) -> None:
    """Make a file and its place in the folder lasting."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
