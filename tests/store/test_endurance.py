"""What must hold under stress: cancellation, random commits, a large import."""

from __future__ import annotations

import asyncio
import random

import pytest

from daemon.core.events import Event, HoldLifted, HoldOpened, ItemsChanged
from daemon.core.evolve import replay
from daemon.core.state import HoldReason
from daemon.errors import PeerError
from daemon.ports import Commit, StoreConflict
from daemon.store import TortoiseStore, open_store
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.servers.postgres import Postgres
from tests.store.builders import ACCOUNT, NOW, change, opened, snapshot
from tests.store.conftest import SECRET

CANCELLATIONS = 100
COMMITS = 60


async def test_a_hundred_cancellations_do_not_wedge_the_database(store: TortoiseStore) -> None:
    """Whenever a caller is cancelled, the transaction ends whole and the next one runs."""
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    chance = random.Random(4711)
    for number in range(CANCELLATIONS):
        task = asyncio.create_task(store.set_fact(f"fact {number}", "set"))
        other = asyncio.create_task(store.load([ACCOUNT]))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()
        other.cancel()
        await asyncio.gather(task, other, return_exceptions=True)
    async with asyncio.timeout(10):
        await store.set_fact("last", "set")
        found = await store.load([ACCOUNT])

    assert list(found) == [ACCOUNT]
    assert await store.fact("last") == "set"


async def test_closing_waits_for_what_a_cancelled_caller_left(database_url: str) -> None:
    """A commit that has begun is finished before the connection closes."""
    store = await open_store(database_url, secret=SECRET)
    task = asyncio.create_task(store.set_fact("begun", "yes"))
    await asyncio.sleep(0)
    task.cancel()
    await store.close()
    await store.close()
    again = await open_store(database_url, secret=SECRET)
    found = await again.fact("begun")
    await again.close()

    assert found == "yes"
    with pytest.raises(RuntimeError, match="closed"):
        await store.fact("begun")


async def test_connections_that_ended_while_they_rested_are_replaced(
    postgres_cluster: Postgres,
) -> None:
    """A server that ended every connection is asked over a new one, and nobody notices."""
    store = await open_store(postgres_cluster.new_schema(), secret=SECRET)
    found = []
    for number in range(15):
        postgres_cluster.end_connections()
        async with asyncio.timeout(10):
            await store.set_fact("round", str(number))
        found.append(await store.fact("round"))
    await store.close()

    assert [str(number) for number in range(15)] == found


async def test_a_database_that_goes_away_is_the_peers_fault_and_comes_back(
    postgres_cluster: Postgres,
) -> None:
    """A connection lost amid the work is the server's fault, and the next visit works."""
    store = await open_store(postgres_cluster.new_schema(), secret=SECRET)

    async def cut_off(session: Session) -> None:
        postgres_cluster.end_connections()
        await session.fetch("SELECT 1 AS one")

    faults = []
    for number in range(15):
        with pytest.raises(PeerError) as raised:
            await store._database.transactions.write(cut_off)
        faults.append(raised.value.is_permanent)
        async with asyncio.timeout(10):
            await store.set_fact("round", str(number))
    found = await store.fact("round")
    await store.close()

    assert [False] * 15 == faults
    assert "14" == found


async def test_the_stored_state_is_the_replay_after_random_commits(store: TortoiseStore) -> None:
    """Whatever was committed, refused or raced, the log folds to the stored state."""
    chance = random.Random(1)
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    taken = 0
    for number in range(COMMITS):
        state = (await store.load([ACCOUNT]))[ACCOUNT]
        events: list[Event] = [
            ItemsChanged(
                snapshot=f"s{number}",
                as_of=core.day("2026-06-10"),
                items=(
                    core.invoice(f"A-{chance.randrange(5)}", "2026-06-08", chance.randrange(900)),
                ),
            )
        ]
        if chance.random() < 0.5:
            opened_hold = core.hold(HoldReason.MANUAL, "A-1", id=f"h{number}")
            events.append(HoldOpened(hold=opened_hold))
        if state.holds and chance.random() < 0.5:
            lifted = chance.choice(state.holds)
            events.append(HoldLifted(hold=lifted.id, on=core.day("2026-06-12"), because="done"))
        expected = state.sequence - chance.choice((0, 0, 0, 1))
        try:
            await store.commit([change(expected, *events)], NOW)
            taken += len(events)
        except StoreConflict:
            assert expected != state.sequence
    events_kept = await store.events(ACCOUNT)
    stored = (await store.load([ACCOUNT]))[ACCOUNT]

    assert replay(events_kept) == stored
    assert len(events_kept) == 3 + taken
    number_open, totals = await store.open_totals("main")
    assert sum(item.open.minor for item in stored.items) == totals.get("EUR", 0)
    assert sum(item.open.minor > 0 for item in stored.items) == number_open


async def test_a_thousand_accounts_are_imported_and_loaded(store: TortoiseStore) -> None:
    """An import is written in bulk, and states are read a batch at a time."""
    commits = [
        opened(
            f"{number:05}",
            core.invoice(f"I-{number}-1", "2026-06-08", number + 1),
            core.invoice(f"I-{number}-2", "2026-06-08", number + 1),
            address=f"ap@d{number}.example.org",
        )
        for number in range(1000)
    ]
    await store.apply_import(snapshot(), commits, NOW)
    ids = await store.account_ids(limit=5000)
    states = await store.load(ids)

    assert len(ids) == len(states) == 1000
    assert (await store.open_totals("main"))[0] == 2000
    assert len(await store.due_accounts(NOW, 5000)) == 1000


async def test_a_commit_of_many_accounts_is_whole(store: TortoiseStore) -> None:
    """One mail may change twenty accounts: all of them, or none."""
    await store.apply_import(snapshot(), [opened(f"{number}") for number in range(20)], NOW)
    event = ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=())
    commits = [
        Commit(account=f"main/{number}", expected=2, events=(event,)) for number in range(20)
    ]
    await store.commit(commits, NOW)
    with pytest.raises(ValueError, match="twice"):
        await store.commit([commits[0], commits[0]], NOW)
    states = await store.load([commit.account for commit in commits])

    assert {state.sequence for state in states.values()} == {3}
