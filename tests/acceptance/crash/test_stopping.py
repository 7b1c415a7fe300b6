"""SIGTERM during DATA, and a second process on the same database."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace

from daemon.application import Delivery
from tests.acceptance.crash.kills import NOW, MakeOffice, expect_all_sent_once
from tests.acceptance.crash.office import START
from tests.servers.smtp_faults import FaultSmtp, Hang, Moment, Wait


async def heard(smtp: FaultSmtp, word: str) -> None:
    """Wait until the server has heard a command."""
    async with asyncio.timeout(20):
        while word not in smtp.commands:  # noqa: ASYNC110 - the server keeps a list, no event
            await asyncio.sleep(0.01)


async def test_a_letter_whose_answer_comes_after_sigterm_is_recorded(make: MakeOffice) -> None:
    """SIGTERM while the server ponders: its late yes is recorded, and no other letter begins."""
    office = make("none")
    await office.prepare(is_written_to=False)
    answer = asyncio.Event()
    office.smtp.plan(Moment.TAKEN, Wait(until=answer))

    number = await office.stand.begin(replace(office.task(10), is_serving=True))
    await heard(office.smtp, "DATA")
    os.kill(number, signal.SIGTERM)
    asyncio.get_running_loop().call_later(0.5, answer.set)

    assert 0 == await office.stand.end(), office.said()
    assert 1 == len(office.letters())
    assert ["accepted", "queued", "queued"] == sorted((await office.letter_stages(NOW)).values())

    assert 0 == await office.passes(15, 20), office.said()
    await expect_all_sent_once(office)


async def test_a_letter_without_an_answer_is_unknown_when_its_grace_is_over(
    make: MakeOffice,
) -> None:
    """SIGTERM while the server is silent: the end comes with the grace, the letter is unknown."""
    office = make("none")
    await office.prepare(is_written_to=False)
    office.smtp.plan(Moment.TAKEN, Hang())
    task = replace(office.task(10), is_serving=True, grace_seconds=2.0)

    number = await office.stand.begin(task)
    await heard(office.smtp, "DATA")
    began = time.monotonic()
    os.kill(number, signal.SIGTERM)

    assert 0 == await office.stand.end(), office.said()
    # With the product's own 20 seconds this stays below 25.
    assert 2.0 <= time.monotonic() - began < 2.0 + 5.0
    assert Delivery().grace_seconds == 20.0
    assert ["queued", "queued", "unknown"] == sorted((await office.letter_stages(NOW)).values())

    assert 0 == await office.passes(15, 20), office.said()
    assert 3 == len(office.letters())
    assert [] == office.doubled()


async def test_a_second_writer_is_refused_at_once(make: MakeOffice) -> None:
    """One writing process for a SQLite file: the second one hears within a second who is first."""
    office = make("none")
    await office.prepare(is_written_to=False)
    async with office.opened(START, is_readonly=False) as app:
        began = time.monotonic()

        assert 1 == await office.passes(10)
        assert time.monotonic() - began < 1.0
        assert f"is being written by process {os.getpid()}: stop it first" in office.said()
        assert [] == office.letters()

        # The first one is not disturbed, and those who only look may look.
        await app.store.set_fact("still", "writing")
        async with office.opened(START) as other:
            assert "writing" == await other.store.fact("still")
