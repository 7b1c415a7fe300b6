"""The gate of letters: mail that comes in between the last look and the claim still counts."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from daemon.core.events import HoldOpened, LetterTransmitting
from daemon.core.state import HoldReason, LetterStage
from daemon.ports import StoreConflict
from daemon.store import TortoiseStore, gate, inbox, open_store
from daemon.store.database import open_database
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.servers.postgres import Postgres
from tests.store.builders import ACCOUNT, KEY, NOW, OTHER, change, fetched, opened, planned
from tests.store.builders import snapshot as ledger
from tests.store.conftest import SECRET
from tests.store.test_inbox import INBOX, READING

CLAIM = change(4, LetterTransmitting(key=KEY, attempt=1))
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


async def test_a_hold_is_opened_beside_unread_mail(store: TortoiseStore) -> None:
    """The gate is for letters: whatever pauses an account passes."""
    await queue_letter(store)
    await store.keep([fetched(1, "We have paid.")], INBOX, NOW)
    await store.commit([change(4, HoldOpened(hold=core.hold(HoldReason.MANUAL, "A-1")))], NOW)

    assert 1 == len((await store.load([ACCOUNT]))[ACCOUNT].holds)


async def test_a_claim_waits_for_mail_that_is_being_kept(postgres_cluster: Postgres) -> None:
    """On PostgreSQL a mail not committed yet is not seen; so the claim waits until it is."""
    url = postgres_cluster.new_schema()
    store = await open_store(url, secret=SECRET)
    other = await open_database(url, is_readonly=False)
    await queue_letter(store)
    is_shut = asyncio.Event()
    waits: list[bool] = []

    async def keeping(session: Session) -> None:
        await gate.shut(session)
        is_shut.set()
        while not claim.done() and not waits:
            waits.extend([True] * len(await session.fetch(WAITING)))
        await inbox.keep(session, [fetched(1, "We have paid.")], INBOX, NOW, SECRET)

    async def claiming() -> None:
        await is_shut.wait()
        await store.commit([CLAIM], NOW)

    claim = asyncio.ensure_future(claiming())
    await other.transactions.write(keeping)
    (outcome,) = await asyncio.gather(claim, return_exceptions=True)
    stage = await stage_of(store)
    await other.close()
    await store.close()

    assert isinstance(outcome, StoreConflict)
    assert LetterStage.QUEUED == stage
