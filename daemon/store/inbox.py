"""The inbox: raw bytes are kept before the server is told anything, each content once.

A mail is one row, however many copies of it lie on the server; every copy has a place. The
content key is the SHA-256 of the bytes without the headers that a delivery adds or changes
(VOLATILE), so that a new UIDVALIDITY or a second copy finds the mail that is already kept. A
mail without a Message-ID is compared as it is: two short replies must never become one. Bytes,
identity and reading are sealed: they hold the tokens of the mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.ports import (
    Cursor,
    Fetched,
    MailStage,
    Placed,
    StoreConflict,
)
from daemon.store import facts, mapping
from daemon.store.inbox_keys import content_key as content_key
from daemon.store.inbox_keys import sender_of
from daemon.store.models import (
    CursorRow,
    from_micros,
    to_micros,
)
from daemon.store.seal import seal, seal_text
from daemon.store.transactions import Session, batches, insert_text, marks, upsert_text
from parsers.reading import Identity

MAILS_PER_QUERY = 500
ID_CHARACTERS = 26
SETTLEABLE = (MailStage.KEPT.value, MailStage.QUARANTINED.value)
PLACE_COLUMNS = ("mail", "mailbox", "folder", "uidvalidity", "uid", "is_moved")
MAIL_COLUMNS = (
    "id", "content_key", "kept_at", "octets", "is_oversize", "stage", "from_address",
)  # fmt: skip
CURSOR_COLUMNS = ("mailbox", "folder", "uidvalidity", "last_uid")


# --- keeping --------------------------------------------------------------------------------


def mail_id(secret: bytes, key: str) -> str:
    """Return the stable, unguessable id of a mail's content."""
    digest = hmac.new(secret, f"mail|{key}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:ID_CHARACTERS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A fetched mail with its content key and the id that follows from it."""

    mail: Fetched
    key: str
    id: str


async def keep(
    session: Session, mails: Sequence[Fetched], cursor: Cursor, now: datetime, secret: bytes
) -> list[str]:
    """Keep mails and advance the cursor; return the ids of contents not known before."""
    keyed = [Keyed(mail=mail, key=key, id=mail_id(secret, key)) for mail, key in _keys(mails)]
    known: set[str] = set()
    for batch in batches((entry.id for entry in keyed), MAILS_PER_QUERY):
        found = await session.fetch(f"SELECT id FROM mail WHERE id IN ({marks(len(batch))})", batch)
        known.update(str(row["id"]) for row in found)
    fresh = {entry.id: entry for entry in reversed(keyed) if entry.id not in known}
    new = [entry for entry in keyed if fresh.get(entry.id) is entry]
    await session.write_many(
        insert_text("mail", MAIL_COLUMNS),
        (
            (
                entry.id,
                entry.key,
                to_micros(now),
                entry.mail.octets,
                entry.mail.is_oversize,
                MailStage.KEPT.value,
                sender_of(entry.mail.raw),
            )
            for entry in new
        ),
    )
    await session.write_many(
        insert_text("mail_raw", ("mail", "content")),
        ((entry.id, seal(secret, entry.mail.raw, f"mail_raw.content|{entry.id}")) for entry in new),
    )
    await _advance(session, cursor)
    await session.write_many(
        insert_text("mail_place", PLACE_COLUMNS) + " ON CONFLICT DO NOTHING",
        (
            (
                entry.id,
                cursor.mailbox,
                cursor.folder,
                cursor.uidvalidity,
                entry.mail.uid,
                False,
            )
            for entry in keyed
        ),
    )
    return [entry.id for entry in new]


def _keys(mails: Sequence[Fetched]) -> list[tuple[Fetched, str]]:
    return [(mail, content_key(mail.raw)) for mail in mails]


async def _advance(session: Session, cursor: Cursor) -> None:
    """Move the cursor on; under a new UIDVALIDITY the old places are gone."""
    old = await cursor_of(session, cursor.mailbox, cursor.folder)
    last_uid = cursor.last_uid
    if old is not None and old.uidvalidity == cursor.uidvalidity:
        last_uid = max(last_uid, old.last_uid)
    elif old is not None:
        await session.run(
            "UPDATE mail_place SET is_moved = TRUE WHERE mailbox = ? AND folder = ? "
            "AND uidvalidity <> ?",
            (cursor.mailbox, cursor.folder, cursor.uidvalidity),
        )
    await session.write_many(
        upsert_text("cursor", CURSOR_COLUMNS, ("mailbox", "folder")),
        [(cursor.mailbox, cursor.folder, cursor.uidvalidity, last_uid)],
    )


async def cursor_of(session: Session, mailbox: str, folder: str) -> Cursor | None:
    """Return how far a folder has been read, None where never."""
    rows = await session.rows(CursorRow, "WHERE mailbox = ? AND folder = ?", (mailbox, folder))
    return mapping.cursor_from_row(rows[0]) if rows else None


async def note_check(session: Session, mailbox: str, now: datetime) -> None:
    """Note a successful search."""
    await session.write_many(
        upsert_text("mailbox_check", ("mailbox", "checked_at"), ("mailbox",)),
        [(mailbox, to_micros(now))],
    )


async def oldest_check(session: Session) -> datetime | None:
    """Return the oldest last check over all mailboxes, None where none was checked."""
    rows = await session.fetch("SELECT MIN(checked_at) AS oldest FROM mailbox_check")
    oldest = rows[0]["oldest"]
    return None if oldest is None else from_micros(int(oldest))


# --- settling -------------------------------------------------------------------------------


async def begin_attempt(
    session: Session, mail: str, now: datetime, identity: Identity | None, secret: bytes
) -> int:
    """Count an attempt at a mail that waits, note what its headers say, and return its number.

    Raises:
        StoreConflict: It is settled, or there is no such mail.
    """
    columns, values = _noted(identity, (), mail, secret) if identity is not None else ("", ())
    counted = await session.fetch(
        f"UPDATE mail SET {columns}attempts = attempts + 1, attempted_at = ? "
        "WHERE id = ? AND stage = ? RETURNING attempts",
        (*values, to_micros(now), mail, MailStage.KEPT.value),
    )
    if not counted:
        raise StoreConflict(f"mail {mail} has been settled already, or is not kept")
    return int(counted[0]["attempts"])


async def uncount_attempt(session: Session, mail: str) -> None:
    """Take back the last attempt at a mail that still waits: what went wrong was not its doing."""
    await session.run(
        "UPDATE mail SET attempts = attempts - 1 WHERE id = ? AND stage = ? AND attempts > 0",
        (mail, MailStage.KEPT.value),
    )


async def note_identity(
    session: Session, mail: str, identity: Identity, accounts: Sequence[str], secret: bytes
) -> None:
    """Note what the headers say and which accounts the mail that waits may be about.

    Raises:
        StoreConflict: It is settled, or there is no such mail: what its reading noted stays.
    """
    columns, values = _noted(identity, accounts, mail, secret)
    changed = await session.run(
        f"UPDATE mail SET {columns.rstrip(', ')} WHERE id = ? AND stage = ?",
        (*values, mail, MailStage.KEPT.value),
    )
    if not changed:
        raise StoreConflict(f"mail {mail} has been settled already, or is not kept")


def _noted(
    identity: Identity, accounts: Sequence[str], mail: str, secret: bytes
) -> tuple[str, tuple[str, ...]]:
    """Return the columns that an identity sets, as SQL that ends with a comma, and values."""
    read = mapping.IDENTITY.dump_json(identity).decode()
    values = (
        mapping.clean(identity.message_id),
        mapping.clean(identity.from_address),
        mapping.clean(identity.subject),
        mapping.accounts_to_text(accounts),
        seal_text(secret, read, f"mail.identity|{mail}"),
    )
    return "message_id = ?, from_address = ?, subject = ?, accounts = ?, identity = ?, ", values


async def settle(session: Session, placed: Placed, now: datetime, secret: bytes) -> None:
    """Give a mail its one end place, and set what is counted with it.

    Raises:
        StoreConflict: It has one already, or there is no such mail.
    """
    reading = None
    if placed.reading is not None:
        text = mapping.READING.dump_json(placed.reading).decode()
        reading = seal_text(secret, text, f"mail.reading|{placed.mail}")
    changed = await session.run(
        "UPDATE mail SET stage = ?, because = ?, accounts = CASE WHEN ? = '[]' THEN accounts "
        "ELSE ? END, reading = COALESCE(?, reading), settled_at = ? "
        f"WHERE id = ? AND stage IN ({marks(len(SETTLEABLE))})",
        (
            placed.stage.value,
            mapping.clean(placed.because),
            mapping.accounts_to_text(placed.accounts),
            mapping.accounts_to_text(placed.accounts),
            reading,
            to_micros(now),
            placed.mail,
            *SETTLEABLE,
        ),
    )
    if not changed:
        raise StoreConflict(f"mail {placed.mail} has been settled already, or is not kept")
    for name, value in placed.counted:
        await facts.put(session, name, value)


async def note_moved(session: Session, mails: Sequence[str], mailbox: str) -> None:
    """Note that all copies of these mails have left a mailbox's inbox; empty: every inbox."""
    if not mailbox:
        await session.write_many(
            "UPDATE mail_place SET is_moved = TRUE WHERE mail = ?", ((mail,) for mail in mails)
        )
        return
    await session.write_many(
        "UPDATE mail_place SET is_moved = TRUE WHERE mail = ? AND mailbox = ?",
        ((mail, mailbox) for mail in mails),
    )
