"""Commands that keep and bring back what Duly knows: `backup` while it works, `restore`.

A backup is checked before it gets its name. A restored home sends nothing again: at its next
start it first settles what happened after the backup. Source: DESIGN §6.8.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from daemon import __version__
from daemon.adapters.clock import SystemClock
from daemon.cli import archive
from daemon.cli.output import Output
from daemon.cli.scratch import BACKUP, RESTORE, scratch_folder
from daemon.errors import ConfigError, UsageError
from daemon.failpoints import failpoint
from daemon.laws.verify import verify_store
from daemon.settings import Settings, load_settings
from daemon.store.backup import (
    copy_database,
    damage_of,
    keep_beside,
    make_single,
    mark_restored,
    put_in_place,
    sync,
)
from daemon.store.damage import damage_sentence
from daemon.store.database import sqlite_path
from daemon.store.lock import WriterLock
from daemon.store.store import open_store

PG_BACKUP = (
    "the database is PostgreSQL, whose own tools copy it while it works: pg_dump -Fc -f duly.dump "
    "DATABASE, and keep duly.toml, secrets.toml and templates/ beside it"
)
PG_RESTORE = (
    "the database is PostgreSQL: stop every Duly, bring the copy back with pg_restore, and before "
    "the next start mark it, so that nothing is sent again: INSERT INTO fact (name, value) VALUES "
    "('restored', 'INSTANT OF THE COPY|INSTANT NOW'), both as 2026-12-31T08:00:00+00:00"
)
NO_KEY = (
    "put back secrets.toml first, with the signing key that the backup was made under (mode "
    "0600): without it no reply to an earlier letter would be recognised"
)


def database_of(settings: Settings, otherwise: str) -> Path:
    """Return the file of the embedded database.

    Raises:
        UsageError: It is PostgreSQL; the sentence says what to do instead.
    """
    path = sqlite_path(settings.database_url())
    if path is None:
        raise UsageError(otherwise)
    return path


async def backup(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Copy database and configuration into one file, checked, while the daemon works.

    Returns:
        1 where the copy breaks a law of `verify`, else 0.
    """
    settings = load_settings(home)
    database = database_of(settings, PG_BACKUP)
    taken_at = SystemClock().now()
    name = f"duly-backup-{taken_at:%Y-%m-%d-%H%M%S}.tar.gz"
    target = Path(arguments.to) if arguments.to else Path(name)
    if target.is_dir():
        target = target / name
    if target.exists():
        raise UsageError(f"{target} is there already; name another file")
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is no folder")
    with scratch_folder(BACKUP, target.parent, out) as folder:
        copy = folder / archive.DATABASE
        out.progress("copying the database")
        await asyncio.to_thread(copy_database, database, copy)
        damage = await asyncio.to_thread(damage_of, copy)
        if damage:
            raise ConfigError(damage_sentence(database, damage[0]))
        broken = await broken_laws(copy, settings, taken_at)
        out.progress("writing the archive")
        manifest = await asyncio.to_thread(
            archive.write_archive,
            target,
            copy,
            home,
            has_secrets=arguments.with_secrets,
            taken_at=taken_at,
            version=__version__,
            signing=archive.fingerprint(settings.signing_key()),
        )
    sync(target)
    whole = archive.described(target, target.name)
    out.line(f"{target}: {whole.octets} octets, {len(manifest.members)} files")
    out.line(f"sha256 {whole.sha256}")
    for sentence in broken:
        out.line(f"broken in the copy as in the original: {sentence}")
    if not arguments.with_secrets:
        out.line("secrets.toml is not in it: keep that file apart, its signing key is needed")
    out.put(
        {
            "file": str(target),
            "octets": whole.octets,
            "sha256": whole.sha256,
            "taken_at": taken_at,
            "members": [asdict(member) for member in manifest.members],
            "broken": broken,
        }
    )
    return 1 if broken else 0


async def broken_laws(copy: Path, settings: Settings, now: datetime) -> list[str]:
    """Bring the copy up to date, as the next start would, and check every law over it.

    Returns:
        A clerk's sentences.
    """
    store = await open_store(f"sqlite:///{copy}", secret=settings.signing_key())
    try:
        reports = await verify_store(store, settings.house(), now)
    finally:
        await store.close()
    await asyncio.to_thread(make_single, copy)
    return [
        f"{law.name}: {finding.account}: {finding.sentence}"
        for law in reports.laws
        for finding in law.findings
    ]


async def upgrade(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Bring the database of an earlier release up to date; every start does the same.

    Returns:
        1 where the events of an account cannot be replayed, else 0.
    """
    settings = load_settings(home)
    path = sqlite_path(settings.database_url())
    if path is not None and not path.is_file():
        raise UsageError(f"there is no database at {path} yet: import a ledger first")
    out.progress("bringing the database up to date")
    store = await open_store(settings.database_url(), secret=settings.signing_key())
    await store.close()
    done = store.refolded
    if done.accounts:
        out.line(f"{done.accounts} accounts replayed from their events, {done.rebuilt} rewritten")
    else:
        out.line("the database is up to date")
    for account, sentence in done.left:
        out.line(f"{account} keeps its state: {sentence}")
    out.put({"accounts": done.accounts, "rebuilt": done.rebuilt, "left": dict(done.left)})
    return 1 if done.left else 0


async def restore(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Bring a backup back; what was sent or read since is settled at the next start.

    Whatever speaks against it is found before the home is touched.
    """
    source = Path(arguments.file)
    if not source.is_file():
        raise UsageError(f"{source} is no file")
    now = SystemClock().now()
    with scratch_folder(RESTORE, nearest_folder(home), out) as unpacked:
        manifest = await asyncio.to_thread(archive.read_archive, source, unpacked)
        settings = settings_to_be(home, unpacked, manifest)
        database, copy = database_of(settings, PG_RESTORE), unpacked / archive.DATABASE
        with alone_with(home, database, copy, is_replacing=arguments.replace):
            made = fill_in(home, unpacked, manifest)
            kept = put_back(copy, database, manifest.taken_at, now)
    for path in made:
        out.line(f"brought back {path}")
    if kept is not None:
        out.line(f"the database that was here is kept as {kept}")
    out.line(f"restored the state of {manifest.taken_at:%Y-%m-%d %H:%M} UTC")
    out.line(
        "at the next start Duly first finds out what was sent and read since; what nothing shows "
        "is asked of the reps and never sent again by itself"
    )
    out.put(
        {
            "taken_at": manifest.taken_at,
            "restored_at": now,
            "made": [str(path) for path in made],
            "kept": str(kept) if kept is not None else None,
        }
    )
    return 0


def nearest_folder(home: Path) -> Path:
    """Return the home, or the folder in which it will be made."""
    return next(path for path in (home, *home.absolute().parents) if path.is_dir())


def settings_to_be(home: Path, unpacked: Path, manifest: archive.Manifest) -> Settings:
    """Return the settings of the home once it is restored: its own files, else the backup's.

    Raises:
        ConfigError: They are wrong.
        UsageError: The signing key is not there, or is not the one of the backup.
    """
    for name in (archive.SETTINGS, archive.SECRETS):
        if (home / name).exists():
            shutil.copy2(home / name, unpacked / name)
    if not (unpacked / archive.SECRETS).is_file():
        raise UsageError(NO_KEY)
    try:
        settings = load_settings(unpacked)
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(unpacked), str(home))) from None
    if archive.fingerprint(settings.signing_key()) != manifest.signing:
        raise UsageError(f"the signing key here is another one: {NO_KEY}")
    return settings.model_copy(update={"home": home})


@contextlib.contextmanager
def alone_with(home: Path, database: Path, copy: Path, *, is_replacing: bool) -> Iterator[None]:
    """Refuse a copy that may not take the database's place; then keep every writer out.

    Raises:
        UsageError: A database is there and may not be replaced, or the copy is damaged.
        WriterBusy: Duly is running in this home.
    """
    damage = damage_of(copy)
    if damage:
        raise UsageError(f"the database in the backup is damaged: {damage[0]}")
    if database.parent != home and not database.parent.is_dir():
        raise UsageError(f"{database.parent} is not a folder, so no database can lie in it")
    if database.exists() and not is_replacing:
        raise UsageError(f"there is a database at {database}; to set it aside add --replace")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = WriterLock(database)
    try:
        yield
    finally:
        lock.release()


def put_back(copy: Path, database: Path, since: datetime, now: datetime) -> Path | None:
    """Mark the copy and move it to its place; returns where an older database went."""
    mark_restored(copy, since, now)
    kept = keep_beside(database, f"{now:%Y%m%d-%H%M%S}")
    failpoint("restore.kept")
    put_in_place(copy, database)
    return kept


def fill_in(home: Path, unpacked: Path, manifest: archive.Manifest) -> list[Path]:
    """Bring back the files that the home lacks; what is there stays as it is."""
    made: list[Path] = []
    for member in manifest.members:
        target = home / member.name
        if member.name == archive.DATABASE or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(unpacked / member.name, target)
        made.append(target)
    for folder in ("ledger/done", "ledger/refused", "templates"):
        (home / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    return made
