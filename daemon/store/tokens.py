"""Reply tokens, and the one secret under which a database is written.

A token is a keyed hash of one mail and one recipient, derived anew whenever it is needed. What
the tables hold is a digest of it under another key, so neither a look-up column nor an index
gives away an address that is answered. Both keys come from the home's signing key: a database
notes a mark of it and is opened under no other, for then every reply would be a stranger's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from tortoise.exceptions import OperationalError

from daemon.errors import ConfigError
from daemon.ports import OutgoingKind
from daemon.store import facts
from daemon.store.alone import DaemonLock
from daemon.store.stopped import told_if_stopped
from daemon.store.transactions import Engine, Session, Transactions

SIGNING = "signing_key"
TOKEN_CHARACTERS = 26
TOKENS_REMEMBERED = 2_000
CUSTOMER_KINDS = frozenset({OutgoingKind.LETTER, OutgoingKind.DELIVERY, OutgoingKind.ANSWER})
# No token begins so: what was made a digest once is never made one again.
DIGESTED = "#"
ROWS_PER_READING = 1_000
KEY_LOCK = 0x6B657973
OLD_RELEASE = (
    "an earlier release of Duly wrote the reply tokens in this database, and they are not brought "
    "up to date yet: start the daemon again, or run: python3 run.py upgrade"
)
OTHER_KEY = (
    "this database was written under another signing key: nothing was changed. Put back the "
    "secrets.toml that belongs to it ([keys] signing), from the backup or wherever it is kept; "
    "under any other key no reply to an earlier letter would be recognised"
)


@lru_cache(maxsize=TOKENS_REMEMBERED)
def reply_token(secret: bytes, kind: OutgoingKind, key: str, recipient: str) -> str:
    """Return the token of one mail to one recipient: `c` (customer) or `r` (rep), 26 letters."""
    purpose = "customer" if kind in CUSTOMER_KINDS else "rep"
    digest = hmac.new(secret, f"{purpose}|{key}|{recipient}".encode(), hashlib.sha256).digest()
    letters = base64.b32encode(digest).decode().lower()[:TOKEN_CHARACTERS]
    return purpose[0] + letters


def digest_of(secret: bytes, token: str) -> str:
    """Return what the tables hold of a token, whatever its case: `#` and 52 letters."""
    key = hmac.digest(secret, b"duly|look-up of tokens", "sha256")
    digest = hmac.digest(key, token.lower().encode(), "sha256")
    return DIGESTED + base64.b32encode(digest).decode().lower().rstrip("=")


def mark_of(secret: bytes) -> str:
    """Return a short mark of a signing key, by which another one is noticed."""
    return hmac.digest(secret, b"duly|mark of the signing key", "sha256").hex()[:16]


async def check_key(session: Session, *, secret: bytes) -> None:
    """Refuse a database that was written under another key; looks, and writes nothing.

    One that notes no mark yet is known by the token of its oldest mail.

    Raises:
        ConfigError: It is another's; the sentence says how to mend it.
    """
    try:
        noted = await facts.get(session, SIGNING)
        rows = [] if noted else await _outgoing(session, 0, 1)
    except OperationalError:
        return  # There is no schema yet.
    is_other = noted != mark_of(secret) if noted else False
    for row in rows:
        token = _token(row, secret)
        is_other = row["reply_token"] not in {token, digest_of(secret, token)}
    if is_other:
        raise ConfigError(OTHER_KEY)


async def check_digested(session: Session) -> None:
    """Refuse tokens that stand in clear yet, as an earlier release left them.

    Raises:
        ConfigError: They are to be brought up to date first; the sentence says by what.
    """
    if await facts.get(session, SIGNING):
        return
    if any(not row["reply_token"].startswith(DIGESTED) for row in await _outgoing(session, 0, 1)):
        raise ConfigError(OLD_RELEASE)


async def digest_all(transactions: Transactions, secret: bytes) -> int:
    """Make digests of all tokens that stand in clear, and note the key; return how many mails.

    One transaction: killed in the middle, all is as before. Costs one look where it is done.

    Raises:
        ConfigError: The tokens, or the mark that another process was first to note, are of
            another key; or the database refused it or stopped working.
        WriterBusy: A daemon of an earlier release serves this PostgreSQL database: it would go on
            writing tokens in clear.
    """
    if await transactions.read(partial(_is_noted, secret=secret)):
        return 0
    alone = DaemonLock(transactions)
    if await transactions.read(partial(_outgoing, after=0, limit=1)):
        await alone.take()
    try:
        with told_if_stopped("reply tokens were sealed", "Nothing of this step was changed"):
            return await transactions.write(partial(_digest_all, secret=secret))
    finally:
        await alone.release()


async def overwrite_freed(session: Session) -> None:
    """Let this connection overwrite what it frees in a SQLite file: what stood in clear is gone."""
    if session.engine is Engine.SQLITE:
        await session.fetch("PRAGMA secure_delete = ON")


async def _is_noted(session: Session, secret: bytes) -> bool:
    """Tell whether a key is noted, which can only be this one."""
    noted = await facts.get(session, SIGNING)
    if noted and noted != mark_of(secret):
        raise ConfigError(OTHER_KEY)
    return bool(noted)


async def _digest_all(session: Session, *, secret: bytes) -> int:
    if session.engine is Engine.POSTGRES:
        await session.fetch(f"SELECT pg_advisory_xact_lock({KEY_LOCK})")
    else:
        await overwrite_freed(session)
    # Looked at once more under the lock: whatever was read before may have changed since.
    await check_key(session, secret=secret)
    if await _is_noted(session, secret):
        return 0
    last = mails = 0
    while rows := await _outgoing(session, last, ROWS_PER_READING):
        last, mails = int(rows[-1]["id"]), mails + len(rows)
        await session.write_many(
            "UPDATE outgoing SET reply_token = ? WHERE id = ?",
            [(digest_of(secret, _token(row, secret)), row["id"]) for row in rows],
        )
    used = await session.fetch("SELECT token FROM used_token")
    await session.write_many(
        "UPDATE used_token SET token = ? WHERE token = ?",
        [
            (digest_of(secret, row["token"]), row["token"])
            for row in used
            if not row["token"].startswith(DIGESTED)
        ],
    )
    await facts.put(session, SIGNING, mark_of(secret))
    return mails


async def _outgoing(session: Session, after: int, limit: int) -> Sequence[dict[str, Any]]:
    return await session.fetch(
        "SELECT id, key, kind, recipient, reply_token FROM outgoing WHERE id > ? "
        "ORDER BY id LIMIT ?",
        (after, limit),
    )


def _token(row: dict[str, Any], secret: bytes) -> str:
    return reply_token(secret, OutgoingKind(row["kind"]), row["key"], row["recipient"])
