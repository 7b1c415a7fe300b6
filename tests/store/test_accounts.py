"""Accounts and events: the compare-and-set, the projections, the due list."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.core.events import ItemsChanged, LetterPlanned
from daemon.core.evolve import replay
from daemon.errors import IllegalTransition
from daemon.ports import Commit, Store, StoreConflict
from daemon.store import TortoiseStore
from tests.core import builders as core
from tests.store.builders import ACCOUNT, NOW, OTHER, change, forward, letter, opened


@pytest.fixture
async def books(store: TortoiseStore) -> TortoiseStore:
    """A store with two accounts, one invoice each."""
    await store.commit(
        [
            opened("4711", core.invoice("A-1", "2026-06-08", 1200)),
            opened("4712", core.invoice("B-1", "2026-07-08", 80), address="ap@other.example.org"),
        ],
        NOW,
    )
    return store


async def everything(store: TortoiseStore) -> tuple[object, ...]:
    """Return all that one account's commit may change."""
    return (
        await store.load([ACCOUNT, OTHER]),
        await store.events(ACCOUNT),
        await store.outgoing_of(ACCOUNT),
        await store.due_accounts(NOW + timedelta(days=400), 10),
        await store.open_totals("main"),
        await store.is_token_used("t"),
    )


async def test_the_store_is_what_the_rounds_ask_for(store: TortoiseStore) -> None:
    """The implementation fits the port."""
    port: Store = store

    assert await port.account_ids() == []


async def test_state_is_the_replay_of_the_events(books: TortoiseStore) -> None:
    """What is stored for an account equals the fold of its log, to the last field."""
    await books.commit(
        [change(3, ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=()))], NOW
    )
    events = await books.events(ACCOUNT)
    expected = replay(events)

    assert {ACCOUNT: expected} == await books.load([ACCOUNT, "main/nobody"])
    assert [recorded.sequence for recorded in await books.events(ACCOUNT, after=3)] == [4]
    assert {NOW} == {recorded.at for recorded in events}


async def test_a_stale_commit_changes_nothing(books: TortoiseStore) -> None:
    """Whoever decided on an older state must decide again; not even its token is used."""
    before = await everything(books)
    stale = replace(
        change(2, ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=())),
        effects=(forward(),),
        use_token="t",
    )
    good = change(
        3, ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=()), account=OTHER
    )
    with pytest.raises(StoreConflict):
        await books.commit([good, stale], NOW)
    expected = before

    assert expected == await everything(books)


async def test_an_impossible_event_changes_nothing(books: TortoiseStore) -> None:
    """An event that cannot be is a bug: it stays loud and leaves no trace."""
    before = await everything(books)
    twice = LetterPlanned(letter=letter())
    with pytest.raises(IllegalTransition):
        await books.commit([change(3, twice, twice)], NOW)
    expected = before

    assert expected == await everything(books)


async def test_of_two_commits_at_once_one_wins(books: TortoiseStore) -> None:
    """Two decisions on the same state: one is taken, the other is told to read again."""
    event = ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=())
    outcomes = await asyncio.gather(
        *(books.commit([change(3, event)], NOW) for _ in range(5)), return_exceptions=True
    )
    lost = [outcome for outcome in outcomes if isinstance(outcome, StoreConflict)]

    assert [len(lost), len(outcomes)] == [4, 5]
    assert len(await books.events(ACCOUNT)) == 4


async def test_an_account_is_created_once(store: TortoiseStore) -> None:
    """Two imports that both find a new account: one creates it."""
    outcomes = await asyncio.gather(
        *(store.commit([opened("4711")], NOW) for _ in range(3)), return_exceptions=True
    )

    assert sum(isinstance(outcome, StoreConflict) for outcome in outcomes) == 2
    assert await store.account_ids() == [ACCOUNT]


async def test_due_accounts_come_by_id_and_in_pages(books: TortoiseStore) -> None:
    """The pass asks for what is due, page by page, and an hour early nothing is due."""
    expected = [ACCOUNT, OTHER]

    assert expected == await books.due_accounts(NOW, 10)
    assert await books.due_accounts(NOW, 1) == [ACCOUNT]
    assert await books.due_accounts(NOW, 10, after=ACCOUNT) == [OTHER]
    assert await books.due_accounts(NOW - timedelta(hours=1), 10) == []
    assert await books.account_ids(after=ACCOUNT, limit=5) == [OTHER]


async def test_an_instant_of_another_zone_is_the_same_instant(books: TortoiseStore) -> None:
    """12:00 in Berlin is 10:00 UTC, whatever text it is written in."""
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))

    assert await books.due_accounts(berlin, 10) == [ACCOUNT, OTHER]
    assert await books.due_accounts(berlin - timedelta(seconds=1), 10) == []


async def test_a_commit_sets_or_keeps_the_next_instant(books: TortoiseStore) -> None:
    """Without events a commit may re-arm an account; with `keeps_next_action` it does not."""
    later = NOW + timedelta(days=3)
    event = ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=())
    await books.commit(
        [
            Commit(account=ACCOUNT, expected=3, events=(), next_action_at=later),
            Commit(account=OTHER, expected=3, events=(event,), keeps_next_action=True),
        ],
        NOW,
    )

    assert await books.due_accounts(NOW, 10) == [OTHER]
    assert await books.due_accounts(later, 10) == [ACCOUNT, OTHER]


async def test_waking_makes_accounts_with_open_items_due(books: TortoiseStore) -> None:
    """Changed facts make an account due now; an account with nothing open sleeps on."""
    await books.commit([opened("4713", address="c@c.example.org")], NOW)
    for account, expected in ((ACCOUNT, 3), (OTHER, 3), ("main/4713", 2)):
        await books.commit([Commit(account=account, expected=expected, events=())], NOW)

    assert await books.due_accounts(NOW, 10) == []
    await books.wake(NOW, [OTHER])
    assert await books.due_accounts(NOW, 10) == [OTHER]
    await books.wake(NOW)
    assert await books.due_accounts(NOW, 10) == [ACCOUNT, OTHER]


async def test_a_decision_cannot_put_off_what_was_woken_after_it(books: TortoiseStore) -> None:
    """Facts that changed while a decision was made keep the account due."""
    event = ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=())
    await books.wake(NOW + timedelta(seconds=1), [ACCOUNT, OTHER])
    later = NOW + timedelta(days=3)
    await books.commit(
        [
            Commit(account=ACCOUNT, expected=3, events=(), next_action_at=later),
            Commit(account=OTHER, expected=3, events=(event,), next_action_at=later),
        ],
        NOW,
    )

    assert await books.due_accounts(NOW + timedelta(seconds=1), 10) == [ACCOUNT, OTHER]


async def test_a_token_is_used_once(books: TortoiseStore) -> None:
    """A rep's one-use token works once, and its second use changes nothing."""
    event = ItemsChanged(snapshot="s2", as_of=core.day("2026-06-10"), items=())
    await books.commit([replace(change(3, event), use_token="t")], NOW)
    with pytest.raises(StoreConflict):
        await books.commit([replace(change(4, event), use_token="t")], NOW)

    assert await books.is_token_used("t")
    assert not await books.is_token_used("u")
    assert len(await books.events(ACCOUNT)) == 4
