"""The gate of letters: none begins to leave while mail that may concern its account is unread.

A round asks for unread mail before it claims a letter, but another one may keep a mail between
that look and the claim. So the claim looks once more in its own transaction. SQLite runs one
writing transaction at a time. On PostgreSQL an advisory lock puts claims and keeping in an order:
claims share it, and whoever keeps mail holds it alone. Source: DESIGN §2, the last look.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core.events import LetterTransmitting
from daemon.ports import MailStage, StoreConflict
from daemon.store import mapping
from daemon.store.accounts import Change
from daemon.store.transactions import Engine, Session

GATE_LOCK = 0x67617465


async def shut(session: Session) -> None:
    """Let no letter be claimed until this transaction, which keeps mail, has ended."""
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({GATE_LOCK})")


async def let_pass(session: Session, changes: Sequence[Change]) -> None:
    """Look for unread mail where a letter is claimed; other changes pass freely.

    Raises:
        StoreConflict: Mail that may concern the account was kept meanwhile: decide again.
    """
    claiming = {
        change.commit.account
        for change in changes
        if any(isinstance(entry.event, LetterTransmitting) for entry in change.recorded)
    }
    if not claiming:
        return
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock_shared({GATE_LOCK})")
    rows = await session.fetch(
        "SELECT DISTINCT accounts FROM mail WHERE stage = ?", (MailStage.KEPT.value,)
    )
    for row in rows:
        named = mapping.accounts_from_text(row["accounts"])
        if not named or claiming.intersection(named):
            raise StoreConflict(f"unread mail may concern one of {sorted(claiming)}")
