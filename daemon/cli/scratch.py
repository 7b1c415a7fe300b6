"""Folders of work that a kill leaves behind, and who may remove them.

`backup` and `restore` work in a hidden folder beside what they write, which may hold secrets. Its
maker holds a lock on it, which dies with any process; one that nobody holds is removed and named.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from daemon.cli.output import Output

BACKUP = ".duly-backup-"
RESTORE = ".duly-restore-"
LEFT_MAX = 1_000


@contextlib.contextmanager
def scratch_folder(prefix: str, parent: Path, out: Output) -> Iterator[Path]:
    """Make a folder of work that goes at the end; what killed ones left there goes first."""
    remove_left(prefix, parent, out)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as name:
        handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Path(name)
        finally:
            os.close(handle)


def remove_left(prefix: str, parent: Path, out: Output) -> list[Path]:
    """Remove and name our folders that no living process owns; returns them.

    Raises:
        OSError: One of them may not be removed.
    """
    removed: list[Path] = []
    for path in sorted(parent.glob(f"{prefix}*"))[:LEFT_MAX]:
        if path.is_symlink() or not path.is_dir() or not is_ours(path):
            continue
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            # Its maker has ended meanwhile and took it away.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
        removed.append(path)
        out.line(f"removed {path}, which a command that was killed had left")
    return removed


def is_ours(path: Path) -> bool:
    """Tell whether our user made a folder; in a place shared by many, others work too."""
    try:
        return path.stat().st_uid == os.geteuid()
    except FileNotFoundError:
        return False
