"""One daemon per PostgreSQL database: the second is refused by name, a lost lock claims nothing."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from daemon.core.effects import TellOperator
from daemon.core.state import LetterStage
from daemon.errors import WriterBusy
from daemon.ports import OutgoingStage, StoreConflict
from daemon.service import Service, ServiceOptions
from daemon.store import TortoiseStore, open_store
from daemon.store.alone import HELD
from daemon.store.database import open_database
from daemon.store.transactions import Session
from tests.rounds.conftest import Desk
from tests.rounds.conftest import delivery as delivery
from tests.rounds.conftest import desk as desk
from tests.servers.postgres import Postgres
from tests.store.builders import NOW
from tests.store.conftest import SECRET
from tests.store.test_gate import CLAIM, queue_letter, stage_of

REFUSED_SECONDS_MAX = 1.0
FREED_SECONDS_MAX = 10.0
HOLDER = (
    "import asyncio, sys; from daemon.store import open_store\n"
    "async def hold():\n"
    f"    store = await open_store(sys.argv[1], secret={SECRET!r})\n"
    "    await store.serve_alone()\n"
    "    print('held', flush=True)\n"
    "    await asyncio.to_thread(sys.stdin.read)\n"
    "asyncio.run(hold())"
)
Opened = Callable[[str], Awaitable[TortoiseStore]]


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Opens stores and closes them in the end."""
    stores: list[TortoiseStore] = []

    async def opening(url: str) -> TortoiseStore:
        stores.append(await open_store(url, secret=SECRET))
        return stores[-1]

    yield opening
    for store in stores:
        await store.close()


async def lose_the_lock(url: str) -> None:
    """End the connection that holds the lock, as a network or an administrator would."""

    async def end(session: Session) -> None:
        await session.fetch(f"SELECT pg_terminate_backend(session.pid) {HELD}")
        while await session.fetch(f"SELECT 1 AS found {HELD}"):
            continue

    beside = await open_database(url, is_readonly=False)
    await beside.transactions.read(end)
    await beside.close()


async def test_a_second_daemon_is_refused_at_once_and_told_by_whom(
    postgres_cluster: Postgres, opened: Opened
) -> None:
    """Its process, its machine, since when; killed, it keeps nobody from going on."""
    url = postgres_cluster.new_schema()
    store = await opened(url)
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    await holder.stdout.readline()
    who = f"process {holder.pid} on {re.escape(socket.gethostname()[:40])}"
    with pytest.raises(WriterBusy, match=f"{who}.*, connected since 20.* UTC") as refused:
        async with asyncio.timeout(REFUSED_SECONDS_MAX):
            await store.serve_alone()
    holder.kill()
    await holder.communicate()
    async with asyncio.timeout(FREED_SECONDS_MAX):
        while await is_refused(store):
            continue

    assert holder.pid == refused.value.pid


async def is_refused(store: TortoiseStore) -> bool:
    """Ask to be the one daemon."""
    try:
        await store.serve_alone()
    except WriterBusy:
        return True
    return False


async def test_two_schemas_of_one_database_have_a_daemon_each(
    postgres_cluster: Postgres, opened: Opened
) -> None:
    """They are two Dulys: neither keeps the other from serving. Asking again changes nothing."""
    urls = (postgres_cluster.new_schema(), postgres_cluster.new_schema())
    first = [await opened(url) for url in urls]
    second = [await opened(url) for url in urls]
    refused = [await is_refused(store) for store in (*first, *first, *second)]
    for store in first:
        await store.close()
    freed = [await is_refused(store) for store in second]

    assert [False] * 4 + [True] * 2 == refused
    assert [False] * 2 == freed


async def test_a_daemon_that_lost_its_lock_claims_nothing(
    postgres_cluster: Postgres, opened: Opened
) -> None:
    """Neither a letter nor a mail to a rep, until it holds the lock again."""
    url = postgres_cluster.new_schema()
    store = await opened(url)
    await queue_letter(store)
    await store.put_outgoing([TellOperator(key="a", subject="Stop", lines=("x",))], NOW)
    await store.serve_alone()
    await lose_the_lock(url)
    with pytest.raises(StoreConflict, match="lock"):
        await store.commit([CLAIM], NOW)
    with pytest.raises(StoreConflict, match="lock"):
        await store.move_outgoing("a", OutgoingStage.TRANSMITTING, NOW)
    before = await stage_of(store)
    await store.serve_alone()
    await store.commit([CLAIM], NOW)
    await store.move_outgoing("a", OutgoingStage.TRANSMITTING, NOW)

    assert (LetterStage.QUEUED, LetterStage.TRANSMITTING) == (before, await stage_of(store))


async def test_a_daemon_whose_place_is_taken_stops(
    postgres_cluster: Postgres, opened: Opened, desk: Desk
) -> None:
    """It finds at its next tick that another serves: it claims nothing, and ends by itself."""
    url = postgres_cluster.new_schema()
    first, second = await opened(url), await opened(url)
    await queue_letter(first)
    await first.serve_alone()
    await lose_the_lock(url)
    await second.serve_alone()
    with pytest.raises(StoreConflict, match="lock"):
        await first.commit([CLAIM], NOW)
    service = Service(replace(desk.app, store=first), ServiceOptions())
    await service.tick()

    assert service.stopped.is_set()
    with pytest.raises(WriterBusy, match=f"process {os.getpid()} on"):
        await service.run()


async def test_a_restored_backup_is_settled_by_the_one_daemon(
    postgres_cluster: Postgres, opened: Opened, desk: Desk
) -> None:
    """It may wait for the mailbox for hours: a lock lost meanwhile is taken again, or it ends."""
    url = postgres_cluster.new_schema()
    first, second = await opened(url), await opened(url)
    await first.serve_alone()
    service = Service(replace(desk.app, store=first), ServiceOptions())
    await lose_the_lock(url)
    await service.settle_restored()

    assert await is_refused(second)

    await lose_the_lock(url)
    await second.serve_alone()
    with pytest.raises(WriterBusy):
        await service.settle_restored()


async def test_a_server_that_comes_back_has_its_daemon_back(
    postgres_cluster: Postgres, opened: Opened, desk: Desk
) -> None:
    """While the database is away the daemon waits; then it is the one daemon again."""
    url = postgres_cluster.new_schema()
    store, second = await opened(url), await opened(url)
    await queue_letter(store)
    service = Service(replace(desk.app, store=store), ServiceOptions())
    await service.tick()
    # The cluster of the tests syncs nothing by itself: what is asked for later must lie on disk.
    beside = await open_database(url, is_readonly=False)
    await beside.transactions.read(lambda session: session.run("CHECKPOINT"))
    await beside.close()
    postgres_cluster.pause()
    await service.tick()
    postgres_cluster.go_on()
    async with asyncio.timeout(FREED_SECONDS_MAX):
        while not await is_claimed(store):
            await service.tick()

    assert not service.stopped.is_set()
    assert await is_refused(second)


async def is_claimed(store: TortoiseStore) -> bool:
    """Try to claim the letter."""
    with suppress(StoreConflict):
        await store.commit([CLAIM], NOW)
    return await stage_of(store) is LetterStage.TRANSMITTING


async def test_on_sqlite_whoever_has_the_store_is_alone(desk: Desk) -> None:
    """The file's own lock has refused every other writer already."""
    await desk.store.serve_alone()

    assert not await is_refused(desk.store)
