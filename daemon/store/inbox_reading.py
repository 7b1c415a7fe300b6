"""Reading the inbox: kept mails by turns and by stage, with their bytes and places, unsealed.

A mail that does not open is returned with what stands in clear, and with the reason: it is one
mail's misfortune, and all others are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from daemon.errors import SealBroken
from daemon.ports import InboxMail, MailStage
from daemon.store import mapping
from daemon.store.inbox import MAILS_PER_QUERY
from daemon.store.models import MailPlaceRow, MailRawRow, MailRow
from daemon.store.seal import unseal, unseal_text
from daemon.store.transactions import Session, batches, marks
from daemon.store.turns import by_turns, oldest_of_each, within

# One mail in so many of a turn is one of the newest.
NEWEST_SHARE = 5
NO_ACCOUNTS = "[]"
UNNAMED_MAX = 1_000


async def in_stage(
    session: Session, stage: MailStage, limit: int, secret: bytes
) -> list[InboxMail]:
    """Return mails in a stage with their bytes, oldest first."""
    rows = await session.rows(
        MailRow, "WHERE stage = ? ORDER BY ordinal LIMIT ?", (stage.value, limit)
    )
    return await _with_places(session, rows, secret, has_raw=True)


async def kept_in_turn(session: Session, limit: int, secret: bytes) -> list[InboxMail]:
    """Return kept mails with their bytes, by turns: each sender's oldest, then each one's next.

    So a flood of one sender holds up nobody else, and no sender's mails overtake each other. A
    part of the turn is for the newest mails of senders who wait with nothing older: what comes
    in behind a backlog is read at once. The turn ends where its mails are too large together.
    """
    newest = limit // NEWEST_SHARE
    wanted = await oldest_of_each(session, "ASC", limit - newest)
    if len(wanted) < limit - newest:
        # Fewer senders than places: their second mails have a turn too, and so on.
        wanted = await by_turns(session, limit - newest)
    if newest and len(wanted) == limit - newest:
        wanted += await oldest_of_each(session, "DESC", newest)
    wanted = list(dict.fromkeys(wanted))
    if not wanted:
        return []
    mails = await session.rows(MailRow, f"WHERE ordinal IN ({marks(len(wanted))})", wanted)
    found = {row.ordinal: row for row in mails}
    ordered = within(found[place] for place in wanted if place in found)
    return await _with_places(session, ordered, secret, has_raw=True)


async def unapplied(session: Session, secret: bytes) -> list[InboxMail]:
    """Return kept mails without their bytes, oldest first: all that name an account, and of
    those that name none, which gate every letter alike, the oldest thousand."""
    stage = MailStage.KEPT.value
    unnamed = await session.rows(
        MailRow,
        "WHERE stage = ? AND accounts = ? ORDER BY ordinal LIMIT ?",
        (stage, NO_ACCOUNTS, UNNAMED_MAX),
    )
    named = await session.rows(MailRow, "WHERE stage = ? AND accounts <> ?", (stage, NO_ACCOUNTS))
    rows = sorted((*unnamed, *named), key=lambda row: row.ordinal)
    return await _with_places(session, rows, secret, has_raw=False)


async def by_id(session: Session, mail: str, secret: bytes) -> InboxMail | None:
    """Return one mail with its bytes, or None."""
    rows = await session.rows(MailRow, "WHERE id = ?", (mail,))
    found = await _with_places(session, rows, secret, has_raw=True)
    return found[0] if found else None


async def to_move(session: Session, mailbox: str, limit: int) -> list[InboxMail]:
    """Return settled mails at each place where a copy still lies: nothing sealed is with them.

    So many at most of those set aside, and so many of the others: they have folders of their own,
    and where one takes no mail it keeps none from the other.
    """
    places: list[dict[str, Any]] = []
    for which in ("<>", "="):
        places += await session.fetch(
            "SELECT mail_place.id AS place FROM mail_place JOIN mail ON mail.id = mail_place.mail "
            "WHERE mail_place.mailbox = ? AND mail_place.is_moved = FALSE AND mail.stage <> ? "
            f"AND mail.stage {which} ? ORDER BY mail_place.id LIMIT ?",
            (mailbox, MailStage.KEPT.value, MailStage.QUARANTINED.value, limit),
        )
    found: list[InboxMail] = []
    for batch in batches((int(row["place"]) for row in places), MAILS_PER_QUERY):
        copies = await session.rows(
            MailPlaceRow, f"WHERE id IN ({marks(len(batch))}) ORDER BY id", batch
        )
        names = sorted({copy.mail for copy in copies})
        rows = await session.rows(MailRow, f"WHERE id IN ({marks(len(names))})", names)
        by_mail = {row.id: row for row in rows}
        for row in rows:
            row.identity = row.reading = None
        found.extend(mapping.mail_from_row(by_mail[copy.mail], copy) for copy in copies)
    return found


async def _with_places(
    session: Session, rows: Sequence[MailRow], secret: bytes, *, has_raw: bool
) -> list[InboxMail]:
    """Return mails at their newest place: an unmoved copy where there is one."""
    found: list[InboxMail] = []
    for batch in batches(rows, MAILS_PER_QUERY):
        wanted = [row.id for row in batch]
        which = f"WHERE mail IN ({marks(len(wanted))})"
        copies = await session.rows(MailPlaceRow, f"{which} ORDER BY is_moved DESC, id", wanted)
        place = {copy.mail: copy for copy in copies}
        raws: dict[str, bytes] = {}
        if has_raw:
            kept = await session.rows(MailRawRow, which, wanted)
            raws = {row.mail: bytes(row.content) for row in kept}
        for row in batch:
            sealed = raws.get(row.id, b"") if has_raw else None
            found.append(_opened(row, place.get(row.id), sealed, secret))
    return found


def _opened(
    row: MailRow, place: MailPlaceRow | None, sealed: bytes | None, secret: bytes
) -> InboxMail:
    """Unseal what was read in a mail, and its bytes where they were asked for.

    One that waits is read anew where its bytes open: what was read of it before is not missed.
    """
    raw, broken = b"", ""
    try:
        if row.identity is not None:
            row.identity = unseal_text(secret, row.identity, f"mail.identity|{row.id}")
        if row.reading is not None:
            row.reading = unseal_text(secret, row.reading, f"mail.reading|{row.id}")
    except SealBroken as error:
        row.identity = row.reading = None
        broken = str(error)
    try:
        if sealed is not None:
            raw = unseal(secret, sealed, f"mail_raw.content|{row.id}")
            broken = "" if row.stage == MailStage.KEPT else broken
    except SealBroken as error:
        broken = str(error)
    return replace(mapping.mail_from_row(row, place, raw), broken=broken)
