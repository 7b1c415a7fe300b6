"""Damage of a SQLite file: how it is known, and its sentence.

Nothing is repaired and nothing is put in its place by itself: only its owner knows which backup
is the newest. A file that SQLite cannot read, as a whole or in a page, is damage of the machine's
making, never the doing of the mail or letter that was in hand.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
PRIMARY_CODE = 0xFF


def code_of(error: BaseException) -> int:
    """Return SQLite's primary code of a failure, or of what it was raised from; 0 without one."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__ or error.__context__
    # What the module itself finds wrong with a call or a value carries no code.
    return int(getattr(cause, "sqlite_errorcode", 0)) & PRIMARY_CODE


def is_damage(error: BaseException) -> bool:
    """Tell whether SQLite says that the file is no database, or that a page of it is not whole."""
    return code_of(error) in DAMAGE_CODES


def damage_sentence(path: Path | None, why: object) -> str:
    """Return the sentence: which file, and how it is mended.

    Args:
        path: The file, None where it is not known.
        why: What SQLite says.
    """
    file = "" if path is None else f" {path}"
    said = " ".join(str(why).split())
    return (
        f"the database{file} is damaged ({said}), and nothing was repaired: stop Duly, then bring "
        "the newest backup back with: python3 run.py restore FILE --replace; the damaged file is "
        "kept beside it"
    )
