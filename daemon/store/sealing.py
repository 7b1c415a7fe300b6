"""Closing what earlier releases left in clear, before anything else is read or written.

First the tokens of the look-up columns become digests (`tokens.py`), then the mails are sealed.
Slice after slice, each one transaction of bounded size, which notes how far it came in the fact
`sealing`. Whoever is killed goes on there at the next start. At the end the fact says `done`, and
from then on nothing that is not sealed is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from daemon.errors import ConfigError
from daemon.store import facts
from daemon.store.alone import DaemonLock
from daemon.store.seal import seal, seal_text
from daemon.store.stopped import told_if_stopped
from daemon.store.tokens import check_digested, digest_all, overwrite_freed
from daemon.store.transactions import Engine, Session, Transactions, Value

SEALING = "sealing"
DONE = "done"
OUTGOING, MAIL = "outgoing", "mail"
SEAL_LOCK = 0x7365616C
ROWS_MAX = 500
OCTETS_MAX = 8_000_000
IN_CLEAR = (
    "an earlier release of Duly wrote the mails in this database, and they are not sealed yet: "
    "start the daemon again, or run: python3 run.py upgrade"
)
OUTGOING_SIZES = (
    "SELECT id AS place, LENGTH(content) AS octets FROM outgoing "
    "WHERE id > ? AND content IS NOT NULL ORDER BY id LIMIT ?"
)
OUTGOING_ROWS = (
    "SELECT id AS place, key, content, envelope_from FROM outgoing "
    "WHERE id > ? AND id <= ? AND content IS NOT NULL"
)
MAIL_SIZES = (
    "SELECT mail.ordinal AS place, COALESCE(LENGTH(mail_raw.content), 0) "
    "+ COALESCE(LENGTH(mail.identity), 0) + COALESCE(LENGTH(mail.reading), 0) AS octets "
    "FROM mail LEFT JOIN mail_raw ON mail_raw.mail = mail.id "
    "WHERE mail.ordinal > ? ORDER BY mail.ordinal LIMIT ?"
)
MAIL_ROWS = (
    "SELECT mail.id, mail.identity, mail.reading, mail_raw.content "
    "FROM mail LEFT JOIN mail_raw ON mail_raw.mail = mail.id "
    "WHERE mail.ordinal > ? AND mail.ordinal <= ?"
)


async def check_sealed(session: Session) -> None:
    """Refuse tokens or mails that stand in clear yet, as an earlier release left them.

    Raises:
        ConfigError: They are to be closed first; the sentence says by what.
    """
    await check_digested(session)
    if await facts.get(session, SEALING) != DONE and await _has_mails(session):
        raise ConfigError(IN_CLEAR)


async def seal_all(transactions: Transactions, secret: bytes) -> int:
    """Close all tokens and mails that stand in clear; return how many mails were sealed.

    Costs two looks where it is done.

    SQLite overwrites what stood in clear; what PostgreSQL keeps of it goes with its next VACUUM.

    Raises:
        ConfigError: Another process was first, and noted another key; or the database refused it
            or stopped working: what is sealed stays so.
        WriterBusy: A daemon of an earlier release serves this PostgreSQL database: it would go on
            writing mails in clear.
    """
    await digest_all(transactions, secret)
    if await transactions.read(partial(facts.get, name=SEALING)) == DONE:
        return 0
    mails = 0
    alone = DaemonLock(transactions)
    if await transactions.read(_has_mails):
        await alone.take()
    try:
        slice_of = partial(_seal_slice, secret=secret)
        with told_if_stopped("mails were sealed", "What is sealed stays so, and it goes on there"):
            while (sealed := await transactions.write(slice_of)) is not None:
                mails += sealed
    finally:
        await alone.release()
    if mails and transactions.engine is Engine.SQLITE:
        await transactions.read(lambda one: one.fetch("PRAGMA wal_checkpoint(TRUNCATE)"))
    return mails


async def _has_mails(session: Session) -> bool:
    query = "SELECT 1 AS found FROM outgoing WHERE content IS NOT NULL LIMIT 1"
    return bool(
        await session.fetch("SELECT 1 AS found FROM mail LIMIT 1") or await session.fetch(query)
    )


async def _seal_slice(session: Session, *, secret: bytes) -> int | None:
    """Seal the next mails, and note how far that is; return how many, None where it is done."""
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({SEAL_LOCK})")
    else:
        await overwrite_freed(session)
    noted = await facts.get(session, SEALING) or f"{OUTGOING}|0"
    if noted == DONE:
        return None
    table, _, text = noted.partition("|")
    after = int(text)
    sizes = OUTGOING_SIZES if table == OUTGOING else MAIL_SIZES
    places = _within(await session.fetch(sizes, (after, ROWS_MAX)))
    if not places:
        await facts.put(session, SEALING, f"{MAIL}|0" if table == OUTGOING else DONE)
        return 0
    if table == OUTGOING:
        await _seal_outgoing(session, after, places[-1], secret)
    else:
        await _seal_mails(session, after, places[-1], secret)
    await facts.put(session, SEALING, f"{table}|{places[-1]}")
    return len(places)


def _within(sizes: Sequence[dict[str, Any]]) -> list[int]:
    """Return the places of the first rows that are not too large together, one at least."""
    places: list[int] = []
    octets = 0
    for row in sizes:
        octets += int(row["octets"])
        if places and octets > OCTETS_MAX:
            break
        places.append(int(row["place"]))
    return places


async def _seal_outgoing(session: Session, after: int, last: int, secret: bytes) -> None:
    rows = await session.fetch(OUTGOING_ROWS, (after, last))
    await session.write_many(
        "UPDATE outgoing SET content = ?, envelope_from = ? WHERE id = ?",
        [
            (
                seal(secret, bytes(row["content"]), f"outgoing.content|{row['key']}"),
                seal_text(secret, row["envelope_from"], f"outgoing.envelope_from|{row['key']}"),
                row["place"],
            )
            for row in rows
        ],
    )


async def _seal_mails(session: Session, after: int, last: int, secret: bytes) -> None:
    contents: list[tuple[Value, ...]] = []
    texts: list[tuple[Value, ...]] = []
    for row in await session.fetch(MAIL_ROWS, (after, last)):
        mail = row["id"]
        if row["content"] is not None:
            contents.append((seal(secret, bytes(row["content"]), f"mail_raw.content|{mail}"), mail))
        if row["identity"] is not None or row["reading"] is not None:
            sealed = [
                None if row[name] is None else seal_text(secret, row[name], f"mail.{name}|{mail}")
                for name in ("identity", "reading")
            ]
            texts.append((*sealed, mail))
    await session.write_many("UPDATE mail_raw SET content = ? WHERE mail = ?", contents)
    await session.write_many("UPDATE mail SET identity = ?, reading = ? WHERE id = ?", texts)
