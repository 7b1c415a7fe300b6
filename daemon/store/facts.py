"""The daemon's own facts and the reps' used tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tortoise.exceptions import IntegrityError

from daemon.ports import StoreConflict
from daemon.store.models import to_micros
from daemon.store.transactions import Session, insert_text, marks, upsert_text


async def get(session: Session, name: str) -> str | None:
    """Return a fact, None where it was never set."""
    return (await named(session, (name,))).get(name)


async def named(session: Session, names: Sequence[str]) -> dict[str, str]:
    """Return those of the facts that were ever set, by name."""
    rows = await session.fetch(
        f"SELECT name, value FROM fact WHERE name IN ({marks(len(names))})", names
    )
    return {str(row["name"]): str(row["value"]) for row in rows}


async def put(session: Session, name: str, value: str) -> None:
    """Set a fact."""
    await session.write_many(upsert_text("fact", ("name", "value"), ("name",)), [(name, value)])


async def is_token_used(session: Session, token: str) -> bool:
    """Tell whether a one-use token, named by its digest, has been used."""
    return bool(await session.fetch("SELECT 1 AS used FROM used_token WHERE token = ?", (token,)))


async def use_token(session: Session, token: str, account: str, now: datetime) -> None:
    """Use up a token, named by its digest.

    Raises:
        StoreConflict: It has been used already.
    """
    try:
        await session.write_many(
            insert_text("used_token", ("token", "account", "used_at")),
            [(token, account, to_micros(now))],
        )
    except IntegrityError as error:
        raise StoreConflict("the token of this command has been used already") from error
