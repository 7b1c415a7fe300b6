"""Several parser processes: as many mails at once, and one's end is nobody else's."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from daemon.adapters.parser_pool import READERS_BY_ITSELF_MAX, ParserPool, readers_of
from daemon.adapters.parser_process import ParserProcess
from daemon.errors import ParserFailed
from parsers.reading import Context
from tests.adapters.test_parser_process import EMPTY, WORKER


@asynccontextmanager
async def pool(
    folder: Path, readers: int, deadline_seconds: float = 5.0
) -> AsyncIterator[ParserPool]:
    script = folder / "worker.py"
    script.write_text(WORKER, encoding="utf-8")
    start = partial(ParserProcess, (sys.executable, str(script)), deadline_seconds, start_seconds=0)
    opened = ParserPool(readers, start)
    try:
        yield opened
    finally:
        await opened.close()


async def child_of(parser: ParserPool, raw: bytes = b"mail", context: Context = EMPTY) -> int:
    """Return the process that read a mail."""
    answer = await parser.identify(raw, context)
    return int(answer.message_id.partition(".")[0])


def is_there(child: int) -> bool:
    """Tell whether a process lives."""
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return True


async def test_each_caller_gets_his_own_answer(tmp_path: Path) -> None:
    """Twenty mails at once through three children: each answer belongs to its mail."""
    async with pool(tmp_path, 3) as parser:
        asked = (parser.identify(b"x" * size, EMPTY) for size in range(1, 21))
        answers = await asyncio.gather(*asked)

    assert list(range(1, 21)) == [answer.from_count for answer in answers]
    assert 3 == len({answer.message_id.partition(".")[0] for answer in answers})


async def test_one_mail_at_a_time_starts_one_child(tmp_path: Path) -> None:
    """Who never has two mails at once pays for one child."""
    async with pool(tmp_path, 4) as parser:
        seen = {await child_of(parser) for _ in range(8)}

    assert 1 == len(seen)


async def test_a_hanging_child_stops_nobody_else(tmp_path: Path) -> None:
    """While one hangs over a mail the other reads on; the mail fails at its deadline."""
    async with pool(tmp_path, 2, deadline_seconds=2.0) as parser:
        hanging = asyncio.create_task(parser.identify(b"hang", EMPTY))
        await asyncio.sleep(0)
        began = monotonic()
        seen = {await child_of(parser) for _ in range(20)}
        spent = monotonic() - began
        is_hanging = not hanging.done()
        with pytest.raises(ParserFailed, match="longer than 2 seconds"):
            await hanging
        after = await asyncio.gather(child_of(parser), child_of(parser))

    assert 1 == len(seen)
    assert spent < 2.0
    assert is_hanging
    assert 2 == len(set(after))


async def test_a_dying_child_is_its_own_callers_matter(tmp_path: Path) -> None:
    """Of six mails two kill their reader: these two fail, four are read."""
    async with pool(tmp_path, 2) as parser:
        words = (b"a", b"die", b"bb", b"kill", b"ccc", b"dddd")
        asked = (parser.identify(word, EMPTY) for word in words)
        answers = await asyncio.gather(*asked, return_exceptions=True)

    failed = [isinstance(answer, ParserFailed) for answer in answers]

    assert [False, True, False, True, False, False] == failed


async def test_cancelled_questions_leave_no_child(tmp_path: Path) -> None:
    """Four are asked, two of them wait for their turn, all are cancelled: nothing is left."""
    async with pool(tmp_path, 2) as parser:
        before = await asyncio.gather(child_of(parser), child_of(parser))
        asked = [asyncio.create_task(parser.identify(b"hang", EMPTY)) for _ in range(4)]
        # Both children have their question before it is taken back.
        await asyncio.wait(asked, timeout=0.2)
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        left = [is_there(child) for child in before]
        after = await asyncio.gather(child_of(parser), child_of(parser))

    assert [False, False] == left
    assert not set(after) & set(before)
    assert not any(map(is_there, after))


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        pytest.param(1, 1, id="one"),
        pytest.param(7, 7, id="more-than-by-itself"),
        pytest.param(0, min(len(os.sched_getaffinity(0)), READERS_BY_ITSELF_MAX), id="cores"),
    ],
)
def test_how_many_readers_there_are(wanted: int, got: int) -> None:
    """As many as is said; by itself one a core, at most four."""

    assert got == readers_of(wanted)


def test_a_pool_of_nobody_is_refused() -> None:
    """Without a reader every mail would wait for ever."""
    with pytest.raises(ValueError, match="0 readers"):
        ParserPool(0)
