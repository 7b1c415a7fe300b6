"""Several parser processes behind the one port: as many mails are read at once.

Each caller has a child for one question; who comes when all are busy waits for his turn. The
child that came back last is asked first, so one mail at a time starts one child only. What one
child meets (a crash, a hang, a cancelled question) is its own matter and its caller's: the
others read on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from daemon.adapters.parser_process import ParserProcess
from daemon.ports import Parser
from parsers.reading import Context, Identity, Reading

READERS_BY_ITSELF_MAX = 4


class ParserPool:
    """The port `Parser` over several of its kind.

    Args:
        readers: How many mails are read at once, 1 or more.
        start: Makes one reader; it is asked for no child before the first mail.
    """

    def __init__(self, readers: int, start: Callable[[], Parser] = ParserProcess) -> None:
        if readers < 1:
            raise ValueError(f"{readers} readers read nothing")
        self._all = tuple(start() for _ in range(readers))
        self._free = list(reversed(self._all))
        self._turn = asyncio.Semaphore(readers)

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Return the keys and trust of a mail.

        Raises:
            ParserFailed: The child died, ran late, or could not read this mail.
            ParserNotStarted: There is no child, and none can be started.
        """
        async with self._one() as reader:
            return await reader.identify(raw, context)

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Return all that a mail says.

        Raises:
            ParserFailed: The child died, ran late, or could not read this mail.
            ParserNotStarted: There is no child, and none can be started.
        """
        async with self._one() as reader:
            return await reader.read(raw, context)

    async def close(self) -> None:
        """End every child, after the mail that it may be reading."""
        for reader in self._all:
            await reader.close()

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[Parser]:
        async with self._turn:
            reader = self._free.pop()
            try:
                yield reader
            finally:
                self._free.append(reader)


def readers_of(wanted: int) -> int:
    """Return how many readers there shall be: 0 means one a core, at most four."""
    return wanted or min(_cores(), READERS_BY_ITSELF_MAX)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        # Not every system tells which cores are ours.
        return os.cpu_count() or 1
