"""Backups as files: written by the command, taken apart, and put together anew."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tests.acceptance.house import House

Members = dict[str, bytes]


def backed_up(house: House, *words: str) -> Path:
    """Back a home up beside it; returns the archive."""
    target = house.path.parent / "copy.tar.gz"
    done = house.run("backup", "--to", str(target), *words)

    assert (0, "") == (done.code, done.err)

    return target


def contents(home: Path) -> dict[str, bytes]:
    """Return every file of a home; the writer's lock is no content."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


def unpacked(archive: Path) -> Members:
    """Return the members of an archive in their order."""
    found: Members = {}
    with tarfile.open(archive) as tar:
        for entry in tar:
            content = tar.extractfile(entry)

            assert content is not None

            found[entry.name] = content.read()
    return found


def packed(archive: Path, members: Members) -> None:
    """Write an archive anew, with whatever members."""
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
