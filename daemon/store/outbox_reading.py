"""Reading the outbox: rows by key, by stage and by account, and what left on a date.

A row whose mail does not open says so; it keeps no other from being read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from daemon.errors import SealBroken
from daemon.ports import Outgoing, OutgoingKind, OutgoingStage
from daemon.store import mapping
from daemon.store.models import OutgoingRow, to_micros
from daemon.store.seal import unseal, unseal_text
from daemon.store.tokens import reply_token
from daemon.store.transactions import Session, Value, columns_of, marks

CAPPED_KINDS = (OutgoingKind.LETTER, OutgoingKind.DELIVERY)
SENT_STAGES = (
    OutgoingStage.TRANSMITTING,
    OutgoingStage.ACCEPTED,
    OutgoingStage.UNKNOWN,
    OutgoingStage.UNDELIVERED,
)
# A letter that comes back had left: its bounce may be the first that is known of it.
LEFT_STAGES = (OutgoingStage.ACCEPTED, OutgoingStage.UNDELIVERED)


def opened(rows: Sequence[Outgoing], secret: bytes) -> list[Outgoing]:
    """Return rows with their tokens, which the table does not hold, and their mails unsealed."""
    return [_opened(row, secret) for row in rows]


def _opened(row: Outgoing, secret: bytes) -> Outgoing:
    frozen, broken = row.frozen, ""
    if frozen is not None:
        sender = f"outgoing.envelope_from|{row.key}"
        try:
            frozen = replace(
                frozen,
                raw=unseal(secret, frozen.raw, f"outgoing.content|{row.key}"),
                envelope_from=unseal_text(secret, frozen.envelope_from, sender),
            )
        except SealBroken as error:
            frozen, broken = replace(frozen, raw=b"", envelope_from=""), str(error)
    token = reply_token(secret, row.kind, row.key, row.recipient)
    return replace(row, frozen=frozen, reply_token=token, broken=broken)


async def _found(session: Session, conditions: str, values: Sequence[Value]) -> list[Outgoing]:
    text = f"SELECT {columns_of(OutgoingRow)} FROM outgoing WHERE {conditions}"
    rows = await session.fetch(text, values)
    return [mapping.outgoing_from_columns(row) for row in rows]


async def due(
    session: Session, now: datetime, kinds: Sequence[OutgoingKind], limit: int
) -> list[Outgoing]:
    """Return queued rows of the kinds whose instant has come, oldest first."""
    return await _found(
        session,
        "stage = ? AND (not_before_at IS NULL OR not_before_at <= ?) "
        f"AND kind IN ({marks(len(kinds))}) ORDER BY id LIMIT ?",
        (OutgoingStage.QUEUED.value, to_micros(now), *(kind.value for kind in kinds), limit),
    )


async def by_key(session: Session, key: str) -> Outgoing | None:
    """Return one row, or None."""
    found = await _found(session, "key = ?", (key,))
    return found[0] if found else None


async def in_stage(session: Session, stage: OutgoingStage, limit: int) -> list[Outgoing]:
    """Return rows in a stage, oldest first."""
    return await _found(session, "stage = ? ORDER BY id LIMIT ?", (stage.value, limit))


async def of_account(session: Session, account: str) -> list[Outgoing]:
    """Return all rows of an account, oldest first."""
    return await _found(session, "account = ? ORDER BY id", (account,))


async def to_file(
    session: Session, kinds: Collection[OutgoingKind], limit: int, but: Collection[str] = ()
) -> list[Outgoing]:
    """Return rows of the kinds that left and whose copy is not in the Sent folder yet.

    Those with a key in `but` are passed over: their mails are neither read nor unsealed.
    Accepted ones come first, of each stage the oldest: in the order of the index nothing is
    sorted. Compared, not negated: SQLite looks into the index of a flag for a comparison alone.
    """
    stages = tuple(stage.value for stage in LEFT_STAGES)
    others = f"AND key NOT IN ({marks(len(but))}) " if but else ""
    return await _found(
        session,
        f"is_filed = FALSE AND stage IN ({marks(len(stages))}) "
        f"AND kind IN ({marks(len(kinds))}) {others}ORDER BY stage, id LIMIT ?",
        (*stages, *(kind.value for kind in kinds), *but, limit),
    )


async def count_on(
    session: Session, day: date, stages: Sequence[OutgoingStage], but: Sequence[str] = ()
) -> int:
    """Count letters and deliveries sent on the debtor's local date that stand in `stages`.

    Those with a key in `but` do not count.
    """
    others = f" AND key NOT IN ({marks(len(but))})" if but else ""
    rows = await session.fetch(
        f"SELECT COUNT(*) AS number FROM outgoing WHERE sent_on = ? "
        f"AND stage IN ({marks(len(stages))}) AND kind IN ({marks(len(CAPPED_KINDS))}){others}",
        [day.isoformat(), *(entry.value for entry in (*stages, *CAPPED_KINDS)), *but],
    )
    return int(rows[0]["number"])
