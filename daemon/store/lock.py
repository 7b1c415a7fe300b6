"""One writing process per SQLite file: an advisory lock that dies with its holder.

The lock lies beside the database (`duly.db.lock`) and holds the process id of the writer, so
that the one who is refused can say whom to ask. The kernel frees it on any death.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from daemon.errors import WriterBusy as WriterBusy


class WriterLock:
    """The exclusive lock of a SQLite file's writer; taken at construction.

    Raises:
        WriterBusy: Another process holds it; the sentence names its process id.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = self._holder()
            os.close(self._descriptor)
            who = f"process {pid}" if pid else "another process"
            raise WriterBusy(
                f"{database} is being written by {who}: stop it first, or hand the command to it",
                pid,
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def _holder(self) -> int | None:
        text = os.pread(self._descriptor, 32, 0).strip()
        return int(text) if text.isdigit() else None

    def release(self) -> None:
        """Free the lock; the file stays, so that no two locks can be held on two files."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1
