"""The outbox: every mail that leaves has a row here first, under a unique key.

Rows are inserted in the transaction that decided them and move with the account's letter
events. A letter's lines are unique while it may arrive, and free again once it will not. The
reply token binds one mail to one recipient by a keyed hash, of which a row holds a digest; the
frozen mail, which holds it, is sealed. Customers' and reps' tokens have their own prefixes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from tortoise.exceptions import IntegrityError

from daemon.core.effects import Effect, SendLetter
from daemon.core.events import (
    ApprovalPassedOn,
    LetterAccepted,
    LetterApproved,
    LetterDeferred,
    LetterPlanned,
    LetterPresumed,
    LetterRefused,
    LetterTransmitting,
    LetterUndelivered,
    LetterUnknown,
    LetterWithdrawn,
    Recorded,
)
from daemon.core.letter_events import LetterEvent
from daemon.core.state import OCCUPYING, AccountState, Letter
from daemon.errors import IllegalTransition
from daemon.ports import Frozen, OutgoingKind, OutgoingStage, StoreConflict
from daemon.store import mapping
from daemon.store.accounts import Change
from daemon.store.models import OutgoingRow, to_micros
from daemon.store.seal import seal, seal_text
from daemon.store.tokens import CUSTOMER_KINDS, digest_of
from daemon.store.tokens import reply_token as reply_token
from daemon.store.transactions import Session, Value, batches, insert_text, marks

KEYS_PER_QUERY = 500
SETTLED_STAGES = frozenset(
    {
        OutgoingStage.ACCEPTED,
        OutgoingStage.REFUSED,
        OutgoingStage.WITHDRAWN,
        OutgoingStage.UNDELIVERED,
    }
)
COLUMNS = (
    "key",
    "kind",
    "stage",
    "account",
    "recipient",
    "effect_kind",
    "effect",
    "created_at",
    "attempt",
    "not_before_at",
    "reply_token",
)
LINE_COLUMNS = ("account", "number", "episode", "level", "delivery", "letter")
MOVE = (
    "UPDATE outgoing SET stage = ?, attempt = ?, not_before_at = ?, smtp_reply = ?, sent_on = ?, "
    "transmitting_at = ?, accepted_at = ?, settled_at = ? WHERE key = ?"
)
FREEZE = (
    "UPDATE outgoing SET message_id = ?, content = ?, envelope_from = ?, envelope_to = ? "
    "WHERE key = ?"
)


# --- inserting ------------------------------------------------------------------------------


async def insert(
    session: Session,
    rows: Sequence[tuple[str, Effect, AccountState | None]],
    now: datetime,
    secret: bytes,
) -> None:
    """Insert rows for (account id or empty, effect, state after); known keys are passed over.

    Raises:
        IllegalTransition: A key belongs to another account, or a letter has no state.
    """
    wanted = {effect.key: (account, effect, state) for account, effect, state in rows}
    for batch in batches(wanted, KEYS_PER_QUERY):
        known = await session.fetch(
            f"SELECT key, account FROM outgoing WHERE key IN ({marks(len(batch))})", batch
        )
        for row in known:
            key, account = row["key"], row["account"]
            if (account or "") != wanted[key][0]:
                raise IllegalTransition(f"outgoing {key} belongs to {account or 'no account'}")
            del wanted[key]
    # A key that another transaction puts in this very moment is passed over as well.
    await session.write_many(
        f"{insert_text('outgoing', COLUMNS)} ON CONFLICT (key) DO NOTHING",
        [_values(*row, now, secret) for row in wanted.values()],
    )


def _values(
    account: str, effect: Effect, state: AccountState | None, now: datetime, secret: bytes
) -> tuple[Value, ...]:
    kind, recipient = mapping.kind_of(effect), mapping.recipient_of(effect)
    stage, attempt, not_before_at = OutgoingStage.QUEUED, 0, None
    if isinstance(effect, SendLetter):
        letter = _letter(state, effect.key)
        stage, attempt = OutgoingStage(letter.stage.value), letter.attempt
        not_before_at = letter.not_before_at
    return (
        effect.key,
        kind.value,
        stage.value,
        account or None,
        recipient,
        type(effect).__name__,
        mapping.effect_to_text(effect),
        to_micros(now),
        attempt,
        _micros(not_before_at),
        digest_of(secret, reply_token(secret, kind, effect.key, recipient)),
    )


def _letter(state: AccountState | None, key: str) -> Letter:
    letter = None if state is None else state.letter(key)
    if letter is None:
        raise IllegalTransition(f"letter {key} is sent, but no account planned it")
    return letter


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


# --- moving with the account ----------------------------------------------------------------


async def follow(session: Session, changes: Sequence[Change], now: datetime, secret: bytes) -> None:
    """Insert the effects of folded commits, move letters with their events, freeze bytes.

    Raises:
        IllegalTransition: A line is occupied by another letter, or a row to freeze is missing.
    """
    effects = [
        (change.commit.account, effect, change.after)
        for change in changes
        for effect in change.commit.effects
    ]
    if effects:
        await insert(session, effects, now, secret)
    touched: dict[str, tuple[Change, list[Recorded]]] = {}
    for change in changes:
        for entry in change.recorded:
            if isinstance(entry.event, LetterEvent):
                key = mapping.letter_key(entry.event)
                touched.setdefault(key, (change, []))[1].append(entry)
    for batch in batches(touched, KEYS_PER_QUERY):
        await _move(session, {key: touched[key] for key in batch})
        await _occupy(session, {key: touched[key][0] for key in batch})
    for change in changes:
        for key, frozen in change.commit.freeze:
            await _freeze(session, key, frozen, secret)


async def _move(session: Session, touched: dict[str, tuple[Change, list[Recorded]]]) -> None:
    rows = await session.rows(OutgoingRow, f"WHERE key IN ({marks(len(touched))})", list(touched))
    for row in rows:
        change, recorded = touched[row.key]
        for entry in recorded:
            _follow_event(row, entry, ZoneInfo(change.after.facts.zone))
        letter = _letter(change.after, row.key)
        row.stage, row.attempt = letter.stage.value, letter.attempt
        row.not_before_at = letter.not_before_at
    await session.write_many(MOVE, [_moved_values(row) for row in rows])


def _moved_values(row: OutgoingRow) -> tuple[Value, ...]:
    return (
        row.stage,
        row.attempt,
        _micros(row.not_before_at),
        row.smtp_reply,
        row.sent_on,
        _micros(row.transmitting_at),
        _micros(row.accepted_at),
        _micros(row.settled_at),
        row.key,
    )


def _follow_event(row: OutgoingRow, entry: Recorded, zone: ZoneInfo) -> None:
    """Note on the row what one letter event says; `sent_on` is the debtor's local date."""
    event = entry.event
    if not isinstance(event, LetterEvent):
        return
    match event:
        case LetterPlanned() | LetterApproved() | ApprovalPassedOn():
            return
        case LetterTransmitting():
            row.transmitting_at = entry.at
            row.sent_on = entry.at.astimezone(zone).date().isoformat()
        case LetterAccepted(on=on, reply=reply):
            row.accepted_at = row.settled_at = entry.at
            row.sent_on, row.smtp_reply = on.isoformat(), mapping.clean(reply)
        case LetterDeferred(reply=reply):
            row.sent_on, row.smtp_reply = None, mapping.clean(reply)
        case LetterRefused(reply=reply) | LetterWithdrawn(because=reply):
            row.sent_on, row.settled_at = None, entry.at
            row.smtp_reply = mapping.clean(reply)
        case LetterUnknown(because=reply) | LetterPresumed(because=reply):
            row.smtp_reply = mapping.clean(reply)
        case LetterUndelivered(because=reply):
            row.settled_at, row.smtp_reply = entry.at, mapping.clean(reply)
        case _:
            assert_never(event)


async def _occupy(session: Session, touched: dict[str, Change]) -> None:
    """Hold the lines of letters that may arrive, free those of letters that will not."""
    rows = await session.fetch(
        f"SELECT DISTINCT letter FROM letter_line WHERE letter IN ({marks(len(touched))})",
        list(touched),
    )
    held = {str(row["letter"]) for row in rows}
    taken: list[tuple[Value, ...]] = []
    for key, change in touched.items():
        letter = _letter(change.after, key)
        if letter.stage in OCCUPYING and key not in held:
            taken.extend(
                (change.commit.account, line.number, line.episode, line.level, line.delivery, key)
                for line in letter.lines
            )
    freed = [key for key in held if _letter(touched[key].after, key).stage not in OCCUPYING]
    await session.write_many("DELETE FROM letter_line WHERE letter = ?", [(key,) for key in freed])
    try:
        await session.write_many(insert_text("letter_line", LINE_COLUMNS), taken)
    except IntegrityError as error:
        raise IllegalTransition(f"a letter holds one of these lines already: {taken}") from error


async def _freeze(session: Session, key: str, frozen: Frozen, secret: bytes) -> None:
    raw = seal(secret, frozen.raw, f"outgoing.content|{key}")
    envelope_from = seal_text(secret, frozen.envelope_from, f"outgoing.envelope_from|{key}")
    values = (frozen.message_id, raw, envelope_from, frozen.envelope_to, key)
    if not await session.run(FREEZE, values):
        raise IllegalTransition(f"outgoing {key} is to be frozen, but there is no such row")


# --- moving rows of their own ----------------------------------------------------------------


async def note_filed(session: Session, key: str) -> None:
    """Note that a row's copy lies in the Sent folder."""
    await session.run("UPDATE outgoing SET is_filed = TRUE WHERE key = ?", (key,))


async def move(
    session: Session,
    key: str,
    stage: OutgoingStage,
    now: datetime,
    *,
    frozen: Frozen | None,
    not_before_at: datetime | None,
    reply: str,
    attempt: int | None,
    expected: OutgoingStage,
    secret: bytes,
) -> None:
    """Change a row that no account's event governs, where it stands as `expected`.

    Raises:
        IllegalTransition: There is no such row, or it is a customer's letter.
        StoreConflict: It stands elsewhere, or is to leave and is not queued any more: another
            worker has it.
    """
    found = await session.rows(OutgoingRow, f"WHERE key = ?{session.for_update}", (key,))
    if not found or OutgoingKind(found[0].kind) in CUSTOMER_KINDS:
        raise IllegalTransition(f"outgoing {key} is not a row that may be moved by itself")
    row = found[0]
    found_in = OutgoingStage.QUEUED if stage is OutgoingStage.TRANSMITTING else expected
    if row.stage != found_in.value:
        raise StoreConflict(f"outgoing {key} is {row.stage}, not {found_in}")
    row.stage, row.not_before_at = stage.value, not_before_at
    row.smtp_reply = mapping.clean(reply) or row.smtp_reply
    row.attempt = row.attempt if attempt is None else attempt
    if stage is OutgoingStage.TRANSMITTING:
        row.transmitting_at = now
    if stage is OutgoingStage.ACCEPTED:
        row.accepted_at = now
    if stage in SETTLED_STAGES:
        row.settled_at = now
    await session.write_many(MOVE, [_moved_values(row)])
    if frozen is not None:
        await _freeze(session, key, frozen, secret)
