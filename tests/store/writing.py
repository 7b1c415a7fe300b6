"""Acts upon a store, one transaction each, and a process that does them and says so.

`python -m tests.store.writing URL` opens the store, does every act, and writes `ack NUMBER` in
one system call as soon as the act is acknowledged.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator

from daemon.ports import Cursor, Fetched
from daemon.store import TortoiseStore, open_store
from tests.core import builders as core
from tests.store.builders import NOW, opened, planned

SECRET = b"a key that only the tests know"
SMALL, LARGE = 300, 1_200_000
# Small acts, then three megabytes of mail that make SQLite move its log into the database, then
# small ones again, which begin the log anew.
MAILS = (*(SMALL,) * 4, *(LARGE,) * 5, *(SMALL,) * 4)


async def acts(store: TortoiseStore) -> AsyncIterator[int]:
    """Do one act after another; yields the number of each when it is acknowledged."""
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    yield 0
    await store.commit([planned(len(opened("4711").events) + 1)], NOW)
    yield 1
    for uid, octets in enumerate(MAILS, 2):
        raw = b"Message-ID: <m%d@d.test>\r\n\r\n" % uid + b"%d " % uid * (octets // 4)
        cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=uid)
        await store.keep([Fetched(uid=uid, octets=len(raw), raw=raw)], cursor, NOW)
        yield uid


async def main(url: str) -> None:
    """Do all of it."""
    store = await open_store(url, secret=SECRET)
    async for number in acts(store):
        os.write(1, b"ack %d\n" % number)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
