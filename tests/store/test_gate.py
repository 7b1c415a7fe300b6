"""The gate of letters: what comes in between the last look and the claim still counts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.core.events import HoldOpened, LetterPlanned, LetterTransmitting
from daemon.core.state import HoldReason, LetterStage
from daemon.ports import Seen, StoreConflict
from daemon.store import TortoiseStore, facts, gate, inbox, open_store
from daemon.store.database import open_database
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.servers.postgres import Postgres
from tests.store.builders import (
    ACCOUNT,
    KEY,
    NOW,
    OTHER,
    change,
    fetched,
    letter,
    opened,
    planned,
    send,
)
from tests.store.builders import snapshot as ledger
from tests.store.conftest import SECRET
from tests.store.test_inbox import INBOX, READING

CLAIM = change(4, LetterTransmitting(key=KEY, attempt=1))
LIVE_CLAIM = replace(CLAIM, rests_on=(("stopped", ""), ("breaker", ""), ("mode", "live")))
SEEN = Seen(creditor="main", snapshot="s1", day=NOW.date(), letters=0, inbox_checked_at=NOW)
SEEING_CLAIM = replace(CLAIM, seen=SEEN)
ANOTHER_LETTER = (
    "INSERT INTO outgoing (key, kind, stage, recipient, effect_kind, effect, created_at, attempt, "
    f"reply_token, sent_on) VALUES ('x', 'letter', 'transmitting', 'a@x.test', '', '', 0, 1, "
    f"'x', '{NOW.date().isoformat()}')"
)
WAITING = "SELECT 1 AS found FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def queue_letter(store: TortoiseStore) -> None:
    """Bring a debtor into the books and plan one letter."""
    commit = opened("4711", core.invoice("A-1", "2026-06-01", 100))
    await store.apply_import(ledger(), [commit], NOW)
    await store.commit([planned(3)], NOW)


async def stage_of(store: TortoiseStore) -> LetterStage:
    """Return where the letter stands."""
    (letter,) = (await store.load([ACCOUNT]))[ACCOUNT].letters
    return letter.stage


@pytest.mark.parametrize(
    ("accounts", "stage"),
    [
        pytest.param(None, LetterStage.QUEUED, id="nobody knows whose"),
        pytest.param((ACCOUNT, OTHER), LetterStage.QUEUED, id="perhaps this customer's"),
        pytest.param((OTHER,), LetterStage.TRANSMITTING, id="another customer's"),
    ],
)
async def test_no_letter_is_claimed_beside_unread_mail(
    store: TortoiseStore, accounts: tuple[str, ...] | None, stage: LetterStage
) -> None:
    """The claim was decided before the mail came; it fails where the mail may concern it."""
    await queue_letter(store)
    (mail,) = await store.keep([fetched(1, "We have paid.")], INBOX, NOW)
    if accounts is not None:
        await store.identified(mail, READING.identity, accounts)
    with suppress(StoreConflict):
        await store.commit([CLAIM], NOW)

    assert stage == await stage_of(store)


@pytest.mark.parametrize(
    ("name", "value", "stage"),
    [
        pytest.param("stopped", "by a rep", LetterStage.QUEUED, id="all is stopped"),
        pytest.param("breaker", "too many", LetterStage.QUEUED, id="the breaker trips"),
        pytest.param("mode", "redirect", LetterStage.QUEUED, id="another mode"),
        pytest.param("mode", "live", LetterStage.TRANSMITTING, id="nothing new"),
        pytest.param("heartbeat", "now", LetterStage.TRANSMITTING, id="another fact"),
    ],
)
async def test_no_letter_is_claimed_after_all_was_stopped(
    store: TortoiseStore, name: str, value: str, stage: LetterStage
) -> None:
    """The claim was decided before the word came; it fails where it rests on that fact."""
    await queue_letter(store)
    await store.set_fact("mode", "live")
    await store.set_fact(name, value)
    with suppress(StoreConflict):
        await store.commit([LIVE_CLAIM], NOW)

    assert stage == await stage_of(store)


async def another_ledger(store: TortoiseStore) -> None:
    """Import a newer ledger, in which nothing happened to the customer."""
    await store.apply_import(ledger("s2", "2026-06-11"), [], NOW)


async def another_letter(store: TortoiseStore) -> None:
    """Send the last letter that the day allows, to another customer."""
    facts = core.default_facts(reference="9", name="Other AG")
    events = core.opening(core.invoice("B-1", "2026-06-01", 100), facts=facts)
    await store.commit([replace(opened("9"), account=facts.account, events=events)], NOW)
    plan = LetterPlanned(letter=letter("other", number="B-1"))
    there = change(len(events), plan, account=facts.account)
    await store.commit([replace(there, effects=(send("other"),))], NOW)
    claim = change(
        len(events) + 1, LetterTransmitting(key="other", attempt=1), account=facts.account
    )
    await store.commit([claim], NOW)


async def a_late_mailbox(store: TortoiseStore) -> None:
    """A second mailbox counts from now on, which was not searched for an hour."""
    await store.checked("second", NOW - timedelta(hours=1))


async def a_search(store: TortoiseStore) -> None:
    """The inbox was searched once more."""
    await store.checked("ar", NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("happens", "stage"),
    [
        pytest.param(another_ledger, LetterStage.QUEUED, id="a newer ledger"),
        pytest.param(another_letter, LetterStage.QUEUED, id="the day's last letter"),
        pytest.param(a_late_mailbox, LetterStage.QUEUED, id="an older search"),
        pytest.param(a_search, LetterStage.TRANSMITTING, id="a newer search"),
    ],
)
async def test_no_letter_is_claimed_on_what_no_longer_holds(
    store: TortoiseStore,
    happens: Callable[[TortoiseStore], Awaitable[None]],
    stage: LetterStage,
) -> None:
    """Ledger, cap and inbox were looked at before: the claim finds them no worse, or fails."""
    await queue_letter(store)
    await store.checked("ar", NOW)
    await happens(store)
    with suppress(StoreConflict):
        await store.commit([SEEING_CLAIM], NOW)

    assert stage == await stage_of(store)


async def test_two_letters_at_once_do_not_pass_the_daily_cap(
    postgres_cluster: Postgres,
) -> None:
    """On PostgreSQL the second claim waits for the first, and counts its letter."""
    url = postgres_cluster.new_schema()
    store = await open_store(url, secret=SECRET)
    other = await open_database(url, is_readonly=False)
    await queue_letter(store)
    await store.checked("ar", NOW)
    is_in = asyncio.Event()
    waits: list[bool] = []

    async def first(session: Session) -> None:
        await gate.shut(session)
        is_in.set()
        while not claim.done() and not waits:
            waits.extend([True] * len(await session.fetch(WAITING)))
        await session.run(ANOTHER_LETTER)

    async def second() -> None:
        await is_in.wait()
        await store.commit([SEEING_CLAIM], NOW)

    claim = asyncio.ensure_future(second())
    await other.transactions.write(first)
    (outcome,) = await asyncio.gather(claim, return_exceptions=True)
    await other.close()
    await store.close()

    assert [True] == waits
    assert isinstance(outcome, StoreConflict)


async def test_a_hold_is_opened_beside_unread_mail(store: TortoiseStore) -> None:
    """The gate is for letters: whatever pauses an account passes."""
    await queue_letter(store)
    await store.keep([fetched(1, "We have paid.")], INBOX, NOW)
    await store.commit([change(4, HoldOpened(hold=core.hold(HoldReason.MANUAL, "A-1")))], NOW)

    assert 1 == len((await store.load([ACCOUNT]))[ACCOUNT].holds)


async def keep_mail(session: Session) -> None:
    """Keep a mail whose customer nobody knows yet."""
    await inbox.keep(session, [fetched(1, "We have paid.")], INBOX, NOW, SECRET)


async def stop_all(session: Session) -> None:
    """Stop all letters, for the first time: there is no row yet that a claim could lock."""
    await facts.put(session, "stopped", "by a rep")


@pytest.mark.parametrize("stop", [keep_mail, stop_all])
async def test_a_claim_waits_for_what_is_being_written(
    postgres_cluster: Postgres, stop: Callable[[Session], Awaitable[None]]
) -> None:
    """On PostgreSQL what is not committed yet is not seen; so the claim waits until it is."""
    url = postgres_cluster.new_schema()
    store = await open_store(url, secret=SECRET)
    other = await open_database(url, is_readonly=False)
    await queue_letter(store)
    await store.set_fact("mode", "live")
    is_shut = asyncio.Event()
    waits: list[bool] = []

    async def stopping(session: Session) -> None:
        await gate.shut(session)
        is_shut.set()
        while not claim.done() and not waits:
            waits.extend([True] * len(await session.fetch(WAITING)))
        await stop(session)

    async def claiming() -> None:
        await is_shut.wait()
        await store.commit([LIVE_CLAIM], NOW)

    claim = asyncio.ensure_future(claiming())
    await other.transactions.write(stopping)
    (outcome,) = await asyncio.gather(claim, return_exceptions=True)
    stage = await stage_of(store)
    await other.close()
    await store.close()

    assert isinstance(outcome, StoreConflict)
    assert LetterStage.QUEUED == stage
