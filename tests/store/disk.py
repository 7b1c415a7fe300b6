"""A disk as a power cut leaves it: of what was not synced, any sector may be there or not.

A database and its write-ahead log are looked at after each acknowledged act. Between two looks
lies one act; `cuts` yields what the disk may hold if the power fails within it. SQLite syncs the
log before it acknowledges, the log before it moves pages, and the database before it begins the
log anew: so first sectors of the log are in doubt, then sectors of the database.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SECTOR = 512
SHARES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The octets of the two files."""

    database: bytes
    log: bytes

    def put(self, folder: Path) -> Path:
        """Write the files into an empty folder and return the path of the database."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "duly.db"
        path.write_bytes(self.database)
        (folder / "duly.db-wal").write_bytes(self.log)
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A disk after a cut; `is_acknowledged` where the act must be there."""

    disk: Disk
    is_acknowledged: bool


def look(path: Path, folder: Path) -> Disk:
    """Return what an open database's files hold.

    Another process copies them: one that closes a file loses the locks it has on it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    log = path.with_name(path.name + "-wal")
    subprocess.run(["cp", str(path), str(log), str(folder)], check=True)
    return Disk(database=(folder / path.name).read_bytes(), log=(folder / log.name).read_bytes())


def contents(path: Path) -> str:
    """Return a digest of every row of a database that has been cut; open it as SQLite does.

    Raises:
        AssertionError: SQLite finds the file damaged.
    """
    with closing(sqlite3.connect(path)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()

        assert "ok" == verdict

        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        digest = sha256()
        for (name,) in sorted(names.fetchall()):
            digest.update(name.encode())
            for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid"):
                for value in row:
                    digest.update(value if isinstance(value, bytes) else repr(value).encode())
    return digest.hexdigest()


def cuts(before: Disk, after: Disk, chance: random.Random, torn: int, lots: int) -> Iterator[Cut]:
    """Yield disks of a cut in one act.

    Args:
        before: At the last acknowledgement.
        after: At the act's own.
        chance: Draws the lots.
        torn: At how many sectors the log is torn at most, evenly spread.
        lots: How often sectors of the log are drawn, and sectors of the database.
    """
    doubtful = sectors(before.log, after.log)
    for place in range(0, len(doubtful), -(-len(doubtful) // torn)):
        log = mixed(before.log, after.log, doubtful[:place])
        yield Cut(disk=Disk(database=before.database, log=log), is_acknowledged=False)
    for number in range(lots):
        kept = by_lot(doubtful, chance, SHARES[number % len(SHARES)])
        log = mixed(before.log, after.log, kept)
        yield Cut(disk=Disk(database=before.database, log=log), is_acknowledged=False)
    yield Cut(disk=Disk(database=before.database, log=after.log), is_acknowledged=True)
    moved = sectors(before.database, after.database)
    for number in range(lots if moved else 0):
        kept = by_lot(moved, chance, SHARES[number % len(SHARES)])
        database = mixed(before.database, after.database, kept)
        yield Cut(disk=Disk(database=database, log=after.log), is_acknowledged=True)


def sectors(before: bytes, after: bytes) -> list[int]:
    """Return the numbers of the sectors that differ."""
    count = -(-max(len(before), len(after)) // SECTOR)
    return [number for number in range(count) if sector(before, number) != sector(after, number)]


def sector(octets: bytes, number: int) -> bytes:
    """Return one sector; none beyond the end."""
    return octets[number * SECTOR : (number + 1) * SECTOR]


def by_lot(numbers: list[int], chance: random.Random, share: float) -> list[int]:
    """Return a share of the sectors, by lot."""
    return [number for number in numbers if chance.random() < share]


def mixed(before: bytes, after: bytes, kept: list[int]) -> bytes:
    """Return the old octets with these sectors of the new; holes are zeros."""
    made = bytearray(before)
    for number in kept:
        new = sector(after, number)
        begin = number * SECTOR
        made.extend(bytes(max(begin + len(new) - len(made), 0)))
        made[begin : begin + len(new)] = new
    return bytes(made)
