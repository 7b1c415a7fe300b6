"""The gate of letters: none begins to leave after what stops it was written down.

What stops letters without an event of their account is looked at by the claim once more, in its
own transaction: unread mail that may concern the account, the facts of the daemon on which the
claim rests (all is stopped, the breaker, the mode), and what it saw of the ledger, of the day's
letters and of the inbox. SQLite runs one writing transaction at a time. On PostgreSQL an advisory
lock puts them in an order: a claim holds it alone, for two at once could pass the daily cap, and
so does whoever keeps mail or sets a fact. Source: DESIGN §2, the last look.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core.events import LetterTransmitting
from daemon.ports import MailStage, Seen, StoreConflict
from daemon.store import facts, inbox, ledger, mapping, outbox_reading
from daemon.store.accounts import Change
from daemon.store.transactions import Engine, Session

GATE_LOCK = 0x67617465


async def shut(session: Session) -> None:
    """Let no letter be claimed until this transaction, which may stop it, has ended."""
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({GATE_LOCK})")


def claimed(changes: Sequence[Change]) -> list[tuple[str, str]]:
    """Return (account id, key) of the letters that are claimed."""
    return [
        (change.commit.account, entry.event.key)
        for change in changes
        for entry in change.recorded
        if isinstance(entry.event, LetterTransmitting)
    ]


async def let_pass(session: Session, changes: Sequence[Change]) -> None:
    """Look once more where a letter is claimed, or a commit rests on facts; others pass freely.

    Raises:
        StoreConflict: Mail that may concern the account was kept meanwhile, a fact has
            changed, or what was seen no longer holds: decide again.
    """
    claiming = {account for account, _ in claimed(changes)}
    expected = dict(fact for change in changes for fact in change.commit.rests_on)
    seen = [change.commit.seen for change in changes if change.commit.seen is not None]
    if not claiming and not expected and not seen:
        return
    await shut(session)
    if expected:
        known = await facts.named(session, tuple(expected))
        changed = [name for name, value in expected.items() if known.get(name, "") != value]
        if changed:
            raise StoreConflict(f"changed meanwhile: {', '.join(changed)}")
    for one in seen:
        await _look_at_world(session, one, changes)
    if claiming:
        await _look_for_mail(session, claiming)


async def _look_at_world(session: Session, seen: Seen, changes: Sequence[Change]) -> None:
    """Refuse where another ledger is the newest, more letters left, or a search is older."""
    snapshot = await ledger.latest(session, seen.creditor)
    if (snapshot.id if snapshot else "") != seen.snapshot:
        raise StoreConflict("another ledger was imported meanwhile")
    ours = [key for _, key in claimed(changes)]
    letters = await outbox_reading.count_on(session, seen.day, outbox_reading.SENT_STAGES, but=ours)
    if letters > seen.letters:
        raise StoreConflict(f"{letters} letters left on {seen.day}, not {seen.letters}")
    checked_at = await inbox.oldest_check(session)
    if seen.inbox_checked_at is not None and (
        checked_at is None or checked_at < seen.inbox_checked_at
    ):
        raise StoreConflict("a mailbox was not searched since")


async def _look_for_mail(session: Session, claiming: set[str]) -> None:
    rows = await session.fetch(
        "SELECT DISTINCT accounts FROM mail WHERE stage = ?", (MailStage.KEPT.value,)
    )
    for row in rows:
        named = mapping.accounts_from_text(row["accounts"])
        if not named or claiming.intersection(named):
            raise StoreConflict(f"unread mail may concern one of {sorted(claiming)}")
