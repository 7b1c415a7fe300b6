"""The folder of mails: every mail of the story as a file that any mail program opens.

`ACCOUNT/NNN-YYYY-MM-DD-kind.eml`, numbered per account in the order of events. A folder that
is there already is replaced only where the marker says that it is ours.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from daemon.errors import UsageError

MARKER = ".made-by-duly-demo"
MARKER_TEXT = "This folder was made by `run.py demo` and is replaced when it runs again.\n"
OFFICE = "office"


class Folder:
    """The folder. `files` counts what was written.

    Raises:
        UsageError: Something else lies there, or it cannot be written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = 0
        self._numbers: dict[str, int] = {}
        is_taken = root.exists() and (not root.is_dir() or any(root.iterdir()))
        if is_taken and not (root / MARKER).is_file():
            raise UsageError(
                f"{root} is there already and was not made by the demonstration; "
                "nothing was changed. Name another place with --out DIR"
            )
        try:
            if root.exists():
                shutil.rmtree(root)
            root.mkdir(parents=True, exist_ok=True)
            (root / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {root}: {error.strerror}") from error

    def file(self, reference: str, on: date, kind: str, raw: bytes) -> None:
        """Write one mail of an account, or of the office where it concerns none."""
        place = reference or OFFICE
        number = self._numbers[place] = self._numbers.get(place, 0) + 1
        folder = self.root / place
        folder.mkdir(exist_ok=True)
        (folder / f"{number:03d}-{on.isoformat()}-{kind}.eml").write_bytes(raw)
        self.files += 1
