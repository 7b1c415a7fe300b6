"""The gate of letters: none begins to leave after what stops it was written down.

What stops letters without an event of their account is looked at by the claim once more, in its
own transaction: unread mail that may concern the account, and the facts of the daemon on which
the claim rests (all is stopped, the breaker, the mode). SQLite runs one writing transaction at a
time. On PostgreSQL an advisory lock puts them in an order: claims share it, and whoever keeps
mail or sets a fact holds it alone. Source: DESIGN §2, the last look.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core.events import LetterTransmitting
from daemon.ports import MailStage, StoreConflict
from daemon.store import facts, mapping
from daemon.store.accounts import Change
from daemon.store.transactions import Engine, Session

GATE_LOCK = 0x67617465


async def shut(session: Session) -> None:
    """Let no letter be claimed until this transaction, which may stop it, has ended."""
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({GATE_LOCK})")


async def let_pass(session: Session, changes: Sequence[Change]) -> None:
    """Look once more where a letter is claimed, or a commit rests on facts; others pass freely.

    Raises:
        StoreConflict: Mail that may concern the account was kept meanwhile, or a fact has
            changed: decide again.
    """
    claiming = {
        change.commit.account
        for change in changes
        if any(isinstance(entry.event, LetterTransmitting) for entry in change.recorded)
    }
    expected = dict(fact for change in changes for fact in change.commit.rests_on)
    if not claiming and not expected:
        return
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock_shared({GATE_LOCK})")
    if expected:
        known = await facts.named(session, tuple(expected))
        changed = [name for name, value in expected.items() if known.get(name, "") != value]
        if changed:
            raise StoreConflict(f"changed meanwhile: {', '.join(changed)}")
    if claiming:
        await _look_for_mail(session, claiming)


async def _look_for_mail(session: Session, claiming: set[str]) -> None:
    rows = await session.fetch(
        "SELECT DISTINCT accounts FROM mail WHERE stage = ?", (MailStage.KEPT.value,)
    )
    for row in rows:
        named = mapping.accounts_from_text(row["accounts"])
        if not named or claiming.intersection(named):
            raise StoreConflict(f"unread mail may concern one of {sorted(claiming)}")
