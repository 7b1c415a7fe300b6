"""A database as the first release left it: tokens in clear, no mark of the key, an index less."""

from __future__ import annotations

from daemon.ports import OutgoingKind
from daemon.store import TortoiseStore, facts
from daemon.store.database import open_database
from daemon.store.tokens import SIGNING, reply_token
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.store.builders import NOW, forward, opened, planned
from tests.store.upgrading import RELEASES
from tests.store.writing import SECRET

USED = "r" + "abcdefghijklmnopqrstuvwxyz"
TOKENS = "SELECT reply_token AS found FROM outgoing UNION ALL SELECT token FROM used_token"


async def make_first(url: str) -> None:
    """Make one of the first schema, with a letter, two forwards and a used token."""
    database = await open_database(url, is_readonly=False, release=RELEASES["first"])
    store = TortoiseStore(database, SECRET)
    opening = opened("4711", core.invoice("A-1", "2026-06-08", 1200))
    await store.commit([opening], NOW)
    await store.commit([planned(len(opening.events))], NOW)
    await store.put_outgoing([forward("f-1"), forward("f-2")], NOW)
    await database.transactions.write(bare)
    await store.close()


async def bare(session: Session) -> None:
    """Write the tokens in clear, as that release did, and take what it had not."""
    rows = await session.fetch("SELECT key, kind, recipient FROM outgoing")
    await session.write_many(
        "UPDATE outgoing SET reply_token = ? WHERE key = ?",
        [
            (reply_token(SECRET, OutgoingKind(row["kind"]), row["key"], row["recipient"]), key)
            for row in rows
            for key in (row["key"],)
        ],
    )
    await facts.use_token(session, USED, "main/4711", NOW)
    await session.run("DELETE FROM fact WHERE name = ?", (SIGNING,))
    await session.run("DROP INDEX mail_kept")


async def column(url: str, release: str, query: str) -> list[str]:
    """Return what a query of one column, `found`, gives, opened as that release."""
    database = await open_database(url, is_readonly=True, release=RELEASES[release])
    rows = await database.transactions.read(lambda session: session.fetch(query))
    await database.close()
    return [str(row["found"]) for row in rows]
