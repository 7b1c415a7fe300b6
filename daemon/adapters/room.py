"""Room on the disk: mail is fetched only while enough is left for what must be written."""

from __future__ import annotations

import shutil
from pathlib import Path


def has_room(folder: Path, octets_min: int) -> bool:
    """Tell whether the disk of a folder has so many octets left."""
    return shutil.disk_usage(folder).free >= octets_min
