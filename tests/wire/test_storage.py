"""Where mail would be kept fails: the database is gone, the disk is full. Nothing moves meanwhile.

The service is whole, with Dovecot's mailbox and the true database. It is never told that the
trouble is over: it finds out.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from daemon.adapters.imap import ImapMailbox
from daemon.application import Inbound
from daemon.ports import MailStage
from daemon.service import Service, ServiceOptions
from daemon.store import TortoiseStore, open_store
from tests.adapters.imap_case import mail, settings_for
from tests.rounds.conftest import SECRET, Desk
from tests.rounds.rep_post import PlainParser
from tests.servers.dovecot import Dovecot, User
from tests.servers.postgres import Postgres
from tests.store.conftest import postgres_cluster
from tests.threats.counts import count

__all__ = ["postgres_cluster"]

AWAY_SECONDS = count(3, 60)
RECOVERED_SECONDS_MAX = 60.0
DISK_OCTETS = 6 * 1024 * 1024
LARGE = "We are looking into it.\r\n" * 20_000


@asynccontextmanager
async def serving(desk: Desk, store: TortoiseStore, box: Inbound) -> AsyncIterator[None]:
    """Run the whole service over this store and mailbox."""
    app = replace(desk.app, store=store, inbounds=(box,), parser=PlainParser())
    service = Service(app, ServiceOptions(poll_seconds=1, idle_seconds=1))
    running = asyncio.create_task(service.run())
    try:
        yield
    finally:
        service.stop()
        await running


def inbox_of(dovecot: Dovecot, user: User) -> Inbound:
    """Return the watched mailbox."""
    return Inbound(mailbox=ImapMailbox(replace(settings_for(dovecot.imap_port, user), name="ar")))


def lying(dovecot: Dovecot, user: User) -> tuple[int, int]:
    """Return how many mails lie in the inbox and how many are filed."""
    return len(dovecot.folder(user)), len(dovecot.folder(user, "Processed"))


async def settled(store: TortoiseStore) -> int:
    """Return how many mails have found their place."""
    stages = (MailStage.APPLIED, MailStage.FILED, MailStage.FORWARDED)
    return sum([len(await store.mails_in(stage, 10)) for stage in stages])


async def until_filed(dovecot: Dovecot, user: User, wanted: int) -> float:
    """Wait until so many mails are filed and none lies in the inbox; return the seconds."""
    began = monotonic()
    while await asyncio.to_thread(lying, dovecot, user) != (0, wanted):
        assert monotonic() - began < RECOVERED_SECONDS_MAX

        await asyncio.sleep(0.2)
    return monotonic() - began


async def test_mail_waits_while_postgresql_is_away(
    desk: Desk, own_dovecot: Dovecot, postgres_cluster: Postgres
) -> None:
    """
    One mail is filed. The database goes, another mail arrives: it stays in the inbox for as long
    as nobody can keep it, and is kept, settled and filed within a minute of the database's return.
    """
    user = own_dovecot.add_user()
    store = await open_store(postgres_cluster.new_schema(), secret=SECRET)
    async with serving(desk, store, inbox_of(own_dovecot, user)):
        await asyncio.to_thread(own_dovecot.deliver, user, mail(1))
        await until_filed(own_dovecot, user, 1)
        postgres_cluster.pause()
        try:
            await asyncio.to_thread(own_dovecot.deliver, user, mail(2))
            await asyncio.sleep(AWAY_SECONDS)

            assert (1, 1) == await asyncio.to_thread(lying, own_dovecot, user)
        finally:
            await asyncio.to_thread(postgres_cluster.go_on)
        await until_filed(own_dovecot, user, 2)

        assert 2 == await settled(store)

    await store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_OCTETS}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here; the simulation fills its disk instead")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(ballast: Path) -> bytes:
    """Write until the disk is full; return what the writer said."""
    writing = ["dd", "if=/dev/zero", f"of={ballast}", "bs=4096"]
    return subprocess.run(writing, check=False, capture_output=True).stderr


async def test_mail_waits_while_the_disk_is_full(
    desk: Desk, own_dovecot: Dovecot, small_disk: Path
) -> None:
    """
    One mail is filed. The disk fills up, a larger mail arrives: it stays in the inbox, the
    service goes on trying, and with room again the mail is kept, settled and filed.
    """
    user = own_dovecot.add_user()
    store = await open_store(f"sqlite:///{small_disk}/duly.db", secret=SECRET)
    async with serving(desk, store, inbox_of(own_dovecot, user)):
        await asyncio.to_thread(own_dovecot.deliver, user, mail(1))
        await until_filed(own_dovecot, user, 1)
        ballast = small_disk / "ballast"

        assert b"No space left" in await asyncio.to_thread(fill, ballast)

        await asyncio.to_thread(own_dovecot.deliver, user, mail(2, LARGE))
        await asyncio.sleep(AWAY_SECONDS)

        assert (1, 1) == await asyncio.to_thread(lying, own_dovecot, user)

        ballast.unlink()
        await until_filed(own_dovecot, user, 2)

        assert 2 == await settled(store)

    await store.close()
