"""A database that other code folded, and rebuilds of it that are killed.

`python -m tests.store.refolding URL EVERY` lets a child rebuild the database and be killed before
its first write; others before a later one, one in EVERY, before a commit and after it. After each
kill, at first and at last another child prints `INSTANT RIGHT DIGEST`: how many accounts are as
their events say, and a digest of every row that no rebuild may touch.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from hashlib import sha256

from daemon.core.events import LetterTransmitting
from daemon.core.evolve import replay
from daemon.store import accounts
from daemon.store.database import open_database
from daemon.store.refold import FOLDING, refold
from daemon.store.store import open_store
from daemon.store.transactions import Engine, Session
from tests.core import builders as core
from tests.store.builders import KEY, NOW, change, opened, planned
from tests.store.upgrading import Doom, DoomedTransactions, in_child

SECRET = b"a key that only the tests know"
# Three transactions' worth.
ACCOUNTS = 450
LIVE = ("event", "outgoing", "letter_line", "mail", "mail_raw", "snapshot", "cursor", "used_token")


async def make_old(url: str, number: int = ACCOUNTS) -> None:
    """Make a database as older code left it, with a letter on its way in the first account."""
    store = await open_store(url, secret=SECRET)
    opening = [
        opened(str(4711 + n), core.invoice(f"A-{n or 1}", "2026-06-08", 1200))
        for n in range(number)
    ]
    await store.commit(opening, NOW)
    last = len(opening[0].events)
    await store.commit([planned(last)], NOW)
    await store.commit([change(last + 1, LetterTransmitting(key=KEY, attempt=1))], NOW)
    await store.close()
    database = await open_database(url, is_readonly=False)
    await database.transactions.write(age)
    await database.close()


async def age(session: Session) -> None:
    """Take from the states what older code had not, add what it had, and lose what follows."""
    for row in await session.fetch("SELECT id, state FROM account"):
        state = json.loads(row["state"]) | {"a field of that time": 1}
        del state["contacts"]
        for letter in state["letters"]:
            del letter["transmitting_at"]
        await session.run(
            "UPDATE account SET state = ?, next_action_at = NULL WHERE id = ?",
            (json.dumps(state), row["id"]),
        )
    await session.run("DELETE FROM contact")
    await session.run("UPDATE invoice SET open_minor = 1, number = 'X' || number")
    await session.run("UPDATE fact SET value = 'yesterday' WHERE name = ?", (FOLDING,))


async def rebuild(url: str, instants: int) -> None:
    """Rebuild, and die after so many instants, if there are so many."""
    database = await open_database(url, is_readonly=False)
    engine = Engine.SQLITE if url.startswith("sqlite") else Engine.POSTGRES
    transactions = DoomedTransactions(database.context, engine)
    transactions.doom = Doom(left=instants)
    await refold(transactions)
    await transactions.drain()
    await database.close()


async def right_accounts(session: Session) -> list[str]:
    """Return the accounts whose state and rows are as their events say."""
    everybody = await accounts.ids(session, "", ACCOUNTS)
    states = await accounts.load(session, everybody)
    found = []
    for account in everybody:
        values = (account,)
        has_rows = await session.fetch(
            "SELECT i.id FROM invoice i JOIN contact c ON c.account = i.account "
            "WHERE i.account = ? AND i.open_minor = 120000",
            values,
        )
        is_same = replay(await accounts.events(session, account, 0)) == states[account]
        if is_same and len(has_rows) == 1:
            found.append(account)
    return found


async def live_rows(session: Session) -> str:
    """Return a digest of every row that a rebuild may not touch."""
    digest = sha256()
    for name in LIVE:
        for row in await session.fetch(f"SELECT * FROM {name} ORDER BY 1"):
            digest.update(repr(list(row.values())).encode())
    return digest.hexdigest()


async def tell(url: str, instant: int) -> None:
    """Print what the database holds."""
    database = await open_database(url, is_readonly=True)
    right = await database.transactions.read(right_accounts)
    digest = await database.transactions.read(live_rows)
    await database.close()
    print(instant, len(right), digest, flush=True)


def main(url: str, every: str) -> int:
    """Kill at instant after instant; returns 0 where the last rebuild went through."""
    asyncio.run(make_old(url))
    instant = 1
    in_child(tell(url, 0))
    while (status := in_child(rebuild(url, instant))) == -signal.SIGKILL:
        in_child(tell(url, instant))
        instant += int(every)
    in_child(tell(url, instant))
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
