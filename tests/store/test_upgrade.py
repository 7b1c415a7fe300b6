"""An upgrade that is killed at any instant has lost nothing, and the next one completes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from daemon.ports import MailStage
from daemon.store import open_store
from daemon.store.database import open_database
from daemon.store.transactions import Session
from tests.store.first_release import TOKENS, USED, carrying, column, make_first
from tests.store.upgrading import LATER, RELEASES
from tests.store.writing import MAILS, SECRET, acts
from tests.threats.counts import count

# One instant in so many is tried.
EVERY = count(5, 1)
State = tuple[str, str]


def killed(url: str, old: str, new: str, every: int = EVERY) -> tuple[list[State], State]:
    """Upgrade with kills; return schema and rows at first and after each kill, and at last.

    Each kill is reported by its instant, so none is missing.
    """
    acting = [sys.executable, "-m", "tests.store.upgrading", url, old, new, str(every)]
    done = subprocess.run(acting, check=True, capture_output=True, text=True, timeout=300)
    lines = [line.split() for line in done.stdout.splitlines()]
    instants = [int(instant) for instant, _, _ in lines]

    assert [0, *range(1, instants[-1] + 1, every)] == instants

    *seen, last = [(schema, digest) for _, schema, digest in lines]
    return seen, last


def is_whole(seen: list[State], last: State) -> bool:
    """Tell whether there was only the old state and, from some instant on, the new one."""
    old = seen.count(seen[0])
    return seen == [seen[0]] * old + [last] * (len(seen) - old)


async def test_live_rows_survive_an_upgrade_that_is_killed(database_url: str) -> None:
    """
    A database with an account, a letter and mails is brought to a later schema that adds, moves,
    rewrites and removes. Killed before each statement and before the commit, it has the old
    schema and every row; killed after it, the new one; and the last upgrade goes through.
    """
    store = await open_store(database_url, secret=SECRET)
    async for _ in acts(store):
        pass
    await store.close()
    seen, last = killed(database_url, "now", "later")
    database = await open_database(database_url, is_readonly=False, release=RELEASES["later"])

    async def moved(session: Session) -> list[tuple[str, int]]:
        rows = await session.fetch("SELECT mail, content FROM remark")
        named = await session.fetch("SELECT COUNT(*) AS n FROM account WHERE greeting = name")
        return [("greeted", int(named[0]["n"])), ("remarks", len({row["mail"] for row in rows}))]

    counted = await database.transactions.read(moved)
    await database.close()

    assert str(LATER[0]) == last[0] != seen[0][0]
    assert is_whole(seen, last)
    assert len(seen) > (LATER[2].count(";\n") + 2) // EVERY
    assert [("greeted", 1), ("remarks", len(MAILS))] == counted


async def test_a_first_start_that_is_killed_is_begun_again(database_url: str) -> None:
    """Killed while the tables are made: there are none, and the next start makes all of them."""
    seen, last = killed(database_url, "nothing", "now")
    store = await open_store(database_url, secret=SECRET)
    await store.set_fact("begun", "yes")
    found = await store.fact("begun")
    await store.close()

    assert seen[0] != last
    assert is_whole(seen, last)
    assert len(seen) > 35 // EVERY
    assert "yes" == found


async def test_the_tokens_of_the_first_release_survive_an_upgrade_that_is_killed(
    database_url: str,
) -> None:
    """
    A database of the first schema, with tokens in clear and without the index that it lacked in
    the beginning, is killed at every instant on its way to this one. It is as it was, or has the
    new schema, or digests, or a slice of its mails is sealed, or all; then replies find their
    letters, what was used stays used, and each mail opens as it was.
    """
    await make_first(database_url)
    before = await column(
        database_url, "first", "SELECT reply_token AS found FROM outgoing ORDER BY id"
    )
    seen, last = killed(database_url, "first", "now", every=1)
    store = await open_store(database_url, secret=SECRET)
    found = await store.letters_by_token(before)
    used = [await store.is_token_used(USED), await store.is_token_used("rother")]
    rows = [await store.outgoing(key) for key in ("f-1", "f-2")]
    opened = [mail.raw for stage in MailStage for mail in await store.mails_in(stage, 9)]
    await store.close()
    held = await column(database_url, "now", TOKENS)

    # In clear, digests, and slices up to the end; each upgrade goes on where one was killed.
    assert ["1", *"33333"] == [schema for schema, _ in dict.fromkeys((*seen, last))]
    assert seen.count(seen[0]) > 3
    assert [carrying(before[1], "f-1"), None] == [row.frozen for row in rows if row]
    assert 2 == len(opened) == sum(before[1].encode() in raw for raw in opened)
    assert 3 == len(before) == len(found)
    assert [True, False] == used
    assert before[1:] == [row.reply_token for row in rows if row]
    assert 4 == len(held)
    assert {"#"} == {token[0] for token in held}


async def test_the_index_of_kept_octets_is_made_where_it_is_missing(tmp_path: Path) -> None:
    """Databases of the very first releases lack it; every other one has it already."""
    url = f"sqlite:///{tmp_path}/duly.db"
    await make_first(url)
    indexes = "SELECT name AS found FROM sqlite_master WHERE name = 'mail_kept'"
    before = await column(url, "first", indexes)
    await (await open_store(url, secret=SECRET)).close()

    assert [] == before
    assert ["mail_kept"] == await column(url, "now", indexes)
