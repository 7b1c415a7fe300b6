"""A look at the database from outside: plain SQL over a connection of its own, reading only.

The world asks whether a pass would find anything, which accounts have changed, and what the
whole log says in one digest. Called between passes, when no transaction is open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.store.database import Database
from daemon.store.transactions import Engine, Session, Value, marks

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DUE = """
SELECT EXISTS (SELECT 1 FROM account WHERE next_action_at <= ?)
    OR EXISTS (SELECT 1 FROM outgoing WHERE stage = 'queued'
               AND (not_before_at IS NULL OR not_before_at <= ?))
    OR EXISTS (SELECT 1 FROM outgoing WHERE stage = 'transmitting')
    OR EXISTS (SELECT 1 FROM mail WHERE stage = 'kept')
    OR EXISTS (SELECT 1 FROM mail_place WHERE NOT is_moved) AS is_due
"""
MAIL_OF = {
    Engine.SQLITE: "json_extract(payload, '$.mail')",
    Engine.POSTGRES: "payload::json ->> 'mail'",
}
LOGS = (
    "SELECT account, sequence, kind, at, payload FROM event ORDER BY account, sequence",
    "SELECT key, kind, stage, message_id, attempt, not_before_at FROM outgoing ORDER BY key",
    "SELECT id, stage, because FROM mail ORDER BY id",
)


@dataclass(frozen=True, slots=True)
class Peep:
    """A reader of one database, opened for reading only."""

    database: Database

    async def _ask(self, text: str, values: Sequence[Value] = ()) -> list[dict[str, Any]]:
        async def ask(session: Session) -> list[dict[str, Any]]:
            return await session.fetch(text, values)

        return await self.database.transactions.read(ask)

    async def is_due(self, now: datetime) -> bool:
        """Tell whether an account, a mail out or a mail in waits for a pass."""
        micros = (now - EPOCH) // timedelta(microseconds=1)
        return bool((await self._ask(DUE, (micros, micros)))[0]["is_due"])

    async def fact(self, name: str) -> str:
        """Return one of the daemon's own facts, empty where there is none."""
        rows = await self._ask("SELECT value FROM fact WHERE name = ?", (name,))
        return str(rows[0]["value"]) if rows else ""

    async def mail_stages(self, wanted: Sequence[str]) -> dict[str, str]:
        """Return the stages of those mails that are in, by their bare Message-IDs."""
        rows = await self._ask(
            f"SELECT message_id, stage FROM mail WHERE message_id IN ({marks(len(wanted))})", wanted
        )
        return {row["message_id"]: row["stage"] for row in rows}

    async def mail_places(self) -> dict[str, list[str]]:
        """Return the stages of all mails in of a Message-ID: one each, unless kept twice."""
        found: dict[str, list[str]] = {}
        for row in await self._ask("SELECT message_id, stage FROM mail ORDER BY ordinal"):
            found.setdefault(row["message_id"], []).append(row["stage"])
        return found

    async def effects(self) -> list[tuple[str, str, int]]:
        """Return how often each mail took effect on an account."""
        mail = MAIL_OF[self.database.transactions.engine]
        rows = await self._ask(
            f"SELECT account, {mail} AS mail, COUNT(*) AS number FROM event "
            f"WHERE kind = 'reply_applied' GROUP BY account, {mail} ORDER BY account, mail"
        )
        return [(row["account"], row["mail"], row["number"]) for row in rows]

    async def sequences(self) -> dict[str, int]:
        """Return the number of the last event of every account."""
        rows = await self._ask("SELECT id, sequence FROM account ORDER BY id")
        return {row["id"]: row["sequence"] for row in rows}

    async def digest(self) -> str:
        """Return a digest of all events, of the outbox and of every mail's place."""
        spoken = hashlib.sha256()
        for text in LOGS:
            for row in await self._ask(text):
                spoken.update(repr(tuple(row.values())).encode())
        return spoken.hexdigest()

    async def close(self) -> None:
        """Close the connection."""
        await self.database.close()
