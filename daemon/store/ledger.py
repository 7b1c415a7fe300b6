"""Imported ledgers: snapshots, the totals for the guard, and the import as one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tortoise.exceptions import IntegrityError

from daemon.ports import Commit, Snapshot, StoreConflict
from daemon.store import accounts, mapping, outbox
from daemon.store.models import SnapshotRow, to_micros
from daemon.store.transactions import Engine, Session, insert_text

ACCOUNTS_PER_SLICE = 100
IMPORT_LOCK = 0x696D7074
SNAPSHOT_COLUMNS = (
    "id",
    "creditor",
    "feed",
    "source",
    "sha256",
    "as_of",
    "imported_at",
    "rows",
)


async def latest(session: Session, creditor: str) -> Snapshot | None:
    """Return the snapshot with the newest as-of date, the last imported where equal."""
    rows = await session.rows(
        SnapshotRow,
        "WHERE creditor = ? ORDER BY as_of DESC, imported_at DESC, id DESC LIMIT 1",
        (creditor,),
    )
    return mapping.snapshot_from_row(rows[0]) if rows else None


async def of_sha256(session: Session, sha256: str) -> Snapshot | None:
    """Return the last import of a file with these bytes."""
    rows = await session.rows(
        SnapshotRow, "WHERE sha256 = ? ORDER BY imported_at DESC LIMIT 1", (sha256,)
    )
    return mapping.snapshot_from_row(rows[0]) if rows else None


async def open_totals(session: Session, creditor: str) -> tuple[int, dict[str, int]]:
    """Return the number of open invoices and their open minor units per currency."""
    rows = await session.fetch(
        "SELECT currency, COUNT(*) AS number, SUM(open_minor) AS minor FROM invoice "
        "WHERE creditor = ? AND is_open GROUP BY currency ORDER BY currency",
        (creditor,),
    )
    totals = {str(row["currency"]): int(row["minor"]) for row in rows}
    return sum(int(row["number"]) for row in rows), totals


async def apply(
    session: Session,
    snapshot: Snapshot,
    commits: Sequence[Commit],
    now: datetime,
    secret: bytes,
) -> None:
    """Store the snapshot and every account's change, slice by slice in one transaction.

    Raises:
        StoreConflict: The snapshot is known, a newer one was imported since this one was
            compared, or an account has moved on; nothing is done.
    """
    await _be_the_newest(session, snapshot)
    try:
        await session.write_many(
            insert_text("snapshot", SNAPSHOT_COLUMNS),
            [
                (
                    snapshot.id,
                    snapshot.creditor,
                    snapshot.feed,
                    snapshot.source,
                    snapshot.sha256,
                    snapshot.as_of.isoformat(),
                    to_micros(snapshot.imported_at),
                    snapshot.rows,
                )
            ],
        )
    except IntegrityError as error:
        raise StoreConflict(f"snapshot {snapshot.id} has been imported already") from error
    for part in accounts.slices(commits, ACCOUNTS_PER_SLICE):
        changes = await accounts.apply(session, part, now)
        await outbox.follow(session, changes, now, secret)


async def _be_the_newest(session: Session, snapshot: Snapshot) -> None:
    """Let imports come one after the other, and none bring an older ledger over a newer one."""
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({IMPORT_LOCK})")
    newest = await latest(session, snapshot.creditor)
    if newest is not None and newest.as_of > snapshot.as_of:
        raise StoreConflict(f"a ledger as of {newest.as_of} was imported meanwhile")
