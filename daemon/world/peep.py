"""A look at the database from outside: plain SQL over a connection of its own, reading only.

The world asks whether a pass would find anything, which accounts have changed, and what the
whole log says in one digest. Called between passes, when no transaction is open.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DUE = """
SELECT EXISTS (SELECT 1 FROM account WHERE next_action_at <= :now)
    OR EXISTS (SELECT 1 FROM outgoing WHERE stage = 'queued'
               AND (not_before_at IS NULL OR not_before_at <= :now))
    OR EXISTS (SELECT 1 FROM outgoing WHERE stage = 'transmitting')
    OR EXISTS (SELECT 1 FROM mail WHERE stage = 'kept')
    OR EXISTS (SELECT 1 FROM mail_place WHERE is_moved = 0)
"""
LOGS = (
    "SELECT account, sequence, kind, at, payload FROM event ORDER BY account, sequence",
    "SELECT key, kind, stage, message_id, attempt, not_before_at FROM outgoing ORDER BY key",
    "SELECT id, stage, because FROM mail ORDER BY id",
)


class Peep:
    """A reader of one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA query_only=ON")

    def is_due(self, now: datetime) -> bool:
        """Tell whether an account, a mail out or a mail in waits for a pass."""
        micros = (now - EPOCH) // timedelta(microseconds=1)
        return bool(self._connection.execute(DUE, {"now": micros}).fetchone()[0])

    def count(self, stage: str) -> int:
        """Return how many mails out stand in a stage."""
        found = self._connection.execute("SELECT COUNT(*) FROM outgoing WHERE stage = ?", (stage,))
        return int(found.fetchone()[0])

    def fact(self, name: str) -> str:
        """Return one of the daemon's own facts, empty where there is none."""
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def mail_stages(self) -> dict[str, str]:
        """Return the stage of every mail in, by its bare Message-ID."""
        return dict(self._connection.execute("SELECT message_id, stage FROM mail"))

    def mail_places(self) -> dict[str, list[str]]:
        """Return the stages of all mails in of a Message-ID: one each, unless kept twice."""
        found: dict[str, list[str]] = {}
        for message_id, stage in self._connection.execute(
            "SELECT message_id, stage FROM mail ORDER BY id"
        ):
            found.setdefault(message_id, []).append(stage)
        return found

    def effects(self) -> list[tuple[str, str, int]]:
        """Return how often each mail took effect on an account."""
        text = (
            "SELECT account, json_extract(payload, '$.mail') AS mail, COUNT(*) FROM event "
            "WHERE kind = 'reply_applied' GROUP BY account, mail ORDER BY account, mail"
        )
        return list(self._connection.execute(text))

    def sequences(self) -> dict[str, int]:
        """Return the number of the last event of every account."""
        return dict(self._connection.execute("SELECT id, sequence FROM account ORDER BY id"))

    def digest(self) -> str:
        """Return a digest of all events, of the outbox and of every mail's place."""
        spoken = hashlib.sha256()
        for text in LOGS:
            for row in self._connection.execute(text):
                spoken.update(repr(row).encode())
        return spoken.hexdigest()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
