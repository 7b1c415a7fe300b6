"""A database that yesterday's code folded: nothing of it is lost, and it is as its events say."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.resources import files

import pytest

from daemon.errors import ConfigError
from daemon.laws.verify import verify_store
from daemon.store import TortoiseStore, WriterBusy, facts, open_store
from daemon.store.database import open_database
from daemon.store.refold import FOLDING, SOURCES, Refolded, code_mark
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.servers.postgres import Postgres
from tests.store.builders import ACCOUNT, KEY, NOW, OTHER
from tests.store.refolding import ACCOUNTS, SECRET, live_rows, make_old, right_accounts
from tests.threats.counts import count

# One instant in so many is tried.
EVERY = count(11, 1)


async def put(url: str, statement: str, *values: str) -> None:
    """Change the database behind the store's back."""
    database = await open_database(url, is_readonly=False)

    async def work(session: Session) -> None:
        await session.run(statement, values)

    await database.transactions.write(work)
    await database.close()


async def seen(url: str) -> tuple[int, str, str | None]:
    """Return how many accounts are right, the digest of the live rows, and the mark."""
    database = await open_database(url, is_readonly=True)
    right = await database.transactions.read(right_accounts)
    live = await database.transactions.read(live_rows)
    mark = await database.transactions.read(lambda session: facts.get(session, FOLDING))
    await database.close()
    return len(right), live, mark


async def broken_laws(store: TortoiseStore) -> list[str]:
    """Return what `verify` finds."""
    reports = await verify_store(store, core.default_house(), NOW)
    return [finding.sentence for law in reports.laws for finding in law.findings]


async def test_an_old_database_is_rebuilt_from_its_events(database_url: str) -> None:
    """
    States without a field, with one of that time, rows that are lost or otherwise: opened for work
    they are as the events say, every open account is due, and `verify` finds no broken law.
    """
    await make_old(database_url, 3)
    before = await seen(database_url)
    store = await open_store(database_url, secret=SECRET)
    refolded = store.refolded
    letter = (await store.load([ACCOUNT]))[ACCOUNT].letter(KEY)
    due = await store.due_accounts(NOW, 10)
    broken = await broken_laws(store)
    await store.close()
    again = await open_store(database_url, secret=SECRET)
    idle = again.refolded
    await again.close()

    assert (0, "yesterday") == (before[0], before[2])
    assert (3, before[1], code_mark()) == await seen(database_url)
    assert Refolded(accounts=3, rebuilt=3) == refolded
    assert letter is not None
    assert NOW == letter.transmitting_at
    assert 3 == len(due)
    assert [] == broken
    assert Refolded() == idle


async def test_who_only_looks_is_told_what_to_run(database_url: str) -> None:
    """`verify` over accounts of another release reports no broken law: it says what to run."""
    await make_old(database_url, 2)
    with pytest.raises(ConfigError, match=r"up to date yet: .* run\.py upgrade"):
        await open_store(database_url, secret=SECRET, is_readonly=True)
    await (await open_store(database_url, secret=SECRET)).close()
    reader = await open_store(database_url, secret=SECRET, is_readonly=True)
    broken = await broken_laws(reader)
    await reader.close()

    assert [] == broken


async def test_a_database_before_the_mark_is_old_too(database_url: str) -> None:
    """Releases before this one wrote no mark: their accounts are rebuilt all the same."""
    await make_old(database_url, 2)
    await put(database_url, "DELETE FROM fact WHERE name = ?", FOLDING)
    store = await open_store(database_url, secret=SECRET)
    refolded = store.refolded
    await store.close()

    assert Refolded(accounts=2, rebuilt=2) == refolded


async def test_a_rebuild_goes_on_where_it_was_killed(database_url: str) -> None:
    """Half of the accounts are done: the next start does the others, unless its code is another."""
    await make_old(database_url, 3)
    await put(
        database_url,
        "UPDATE fact SET value = ? WHERE name = ?",
        f"{code_mark()}|{OTHER}",
        FOLDING,
    )
    store = await open_store(database_url, secret=SECRET)
    went_on = store.refolded
    await store.close()
    await put(
        database_url, "UPDATE fact SET value = ? WHERE name = ?", f"other code|{OTHER}", FOLDING
    )
    store = await open_store(database_url, secret=SECRET)
    anew = store.refolded
    await store.close()

    assert Refolded(accounts=1, rebuilt=1) == went_on
    assert Refolded(accounts=3, rebuilt=2) == anew


async def test_beside_a_daemon_of_other_code_nothing_is_rebuilt(postgres_cluster: Postgres) -> None:
    """It would go on folding as before: whoever opens is told which process to stop first."""
    url = postgres_cluster.new_schema()
    await make_old(url, 2)
    daemon = await open_database(url, is_readonly=False)
    await daemon.alone.take()
    with pytest.raises(WriterBusy, match="stop it first"):
        await open_store(url, secret=SECRET)
    await daemon.close()
    store = await open_store(url, secret=SECRET)
    refolded = store.refolded
    await store.serve_alone()
    await store.close()

    assert Refolded(accounts=2, rebuilt=2) == refolded


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM event WHERE account = ? AND sequence = 2", "cannot be replayed: "),
        ("UPDATE event SET payload = '{}' WHERE account = ? AND sequence = 2", "cannot be read: "),
        ("DELETE FROM event WHERE account = ? AND sequence = 5", "the log ends at event 4"),
    ],
    ids=["a gap", "an unreadable event", "an end that is lost"],
)
async def test_an_account_whose_log_is_broken_keeps_its_state(
    database_url: str, statement: str, sentence: str
) -> None:
    """It is told, the others are rebuilt, and nothing is made up for it; `verify` names it."""
    await make_old(database_url, 3)
    await put(database_url, statement, ACCOUNT)
    store = await open_store(database_url, secret=SECRET)
    refolded = store.refolded
    kept = (await store.load([ACCOUNT]))[ACCOUNT]
    broken = await broken_laws(store)
    await store.close()

    assert 2 == refolded.rebuilt
    assert [(ACCOUNT, True)] == [(account, sentence in why) for account, why in refolded.left]
    assert () == kept.contacts
    assert 5 == kept.sequence
    assert broken


def test_live_rows_survive_a_rebuild_that_is_killed(database_url: str) -> None:
    """
    Killed before each write, before each commit and after it: accounts are rebuilt or as they
    were, 200 at once, no event and no letter is touched, and the last start completes it.
    """
    acting = [sys.executable, "-m", "tests.store.refolding", database_url, str(EVERY)]
    done = subprocess.run(acting, check=True, capture_output=True, text=True, timeout=300)
    lines = [line.split() for line in done.stdout.splitlines()]
    right = [int(number) for _, number, _ in lines]

    assert len(lines) > 3
    assert [0, *range(1, int(lines[-1][0]) + 1, EVERY)] == [int(line[0]) for line in lines]
    assert {0, 200, 400, ACCOUNTS} >= set(right)
    assert sorted(right) == right
    assert (0, ACCOUNTS) == (right[0], right[-1])
    assert 1 == len({digest for _, _, digest in lines})


def test_no_code_that_folds_is_left_out_of_its_mark() -> None:
    """All that the fold imports is digested, so that no change of it leaves old states behind."""
    folder = files("daemon.core")
    known = {name for package, name in SOURCES if package == "daemon.core"}
    imported = {
        f"{str(node.module).rpartition('.')[2]}.py"
        for name in known - {"matching.py"}
        for node in ast.walk(ast.parse((folder / name).read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("daemon.core.")
    }

    assert imported | {"evolve.py", "matching.py"} == known
