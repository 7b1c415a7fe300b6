"""A step of an upgrade that stops is one sentence: where, what stands, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg  # type: ignore[import-untyped]  # the library ships no types
from tortoise.exceptions import BaseORMException

from daemon.errors import ConfigError, DatabaseDamaged, PeerError
from daemon.ports import StoreConflict

# The last: a text in clear whose octets were damaged is not sealed as if it were whole.
STOPS = (
    PeerError,
    BaseORMException,
    asyncpg.PostgresError,
    StoreConflict,
    UnicodeEncodeError,
)
NO_TEXT = "a text in a row is damaged: its octets are no text"


@contextmanager
def told_if_stopped(what: str, stands: str) -> Iterator[None]:
    """Turn what stops a step of an upgrade into its sentence.

    Args:
        what: What is done, after "while": "mails were sealed".
        stands: A sentence without its stop: what of it was changed.

    Raises:
        ConfigError: The database refused it, or stopped working.
        DatabaseDamaged: Its file cannot be read; the sentence says all.
    """
    try:
        yield
    except DatabaseDamaged:
        raise
    except STOPS as error:
        is_text = not isinstance(error, UnicodeEncodeError)
        why = " ".join(str(error).split()) if is_text else NO_TEXT
        raise ConfigError(
            f"the upgrade stopped while {what}: {why}. {stands}, and no letter went; mend what it "
            "names, then start Duly again, or run: python3 run.py upgrade"
        ) from error
