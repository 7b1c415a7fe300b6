"""Kill -9 while a ledger is imported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from daemon.cli.working import read_feed
from daemon.rounds.gather import FIRST_IMPORT_ON
from daemon.rounds.import_ledger import import_round
from tests.acceptance.crash.kills import IMPORTED, KILLED, MakeOffice
from tests.acceptance.crash.office import START


async def test_a_first_import_killed_after_its_commit_was_the_first(make: MakeOffice) -> None:
    """Early notices dated before the first import never run, although it was cut off."""
    office = make("none")
    ledger = office.export(START.date() - timedelta(days=1))
    task = replace(office.task(0), ledger=str(ledger), failpoint=IMPORTED)

    assert KILLED == await office.stand.run(task), office.said()
    assert 0 == await office.stand.run(replace(task, failpoint="")), office.said()

    async with office.opened(START) as app:
        assert START.date().isoformat() == await app.store.fact(FIRST_IMPORT_ON)
        assert 3 == len(await app.store.account_ids())


async def test_an_import_killed_after_its_commit_still_wakes_who_waits(make: MakeOffice) -> None:
    """A ledger in which nothing changed may settle a promise: who waits for it looks at once."""
    office = make("none")
    await office.prepare(is_written_to=True)
    task = replace(office.task(30), ledger=str(office.export(START.date())), failpoint=IMPORTED)

    assert KILLED == await office.stand.run(task), office.said()
    later = START + timedelta(minutes=31)
    async with office.opened(later, is_readonly=False) as app:
        assert [] == await app.store.due_accounts(later, 10)

        waiting, *_ = await app.store.account_ids()
        await app.store.wake(later + timedelta(hours=3), [waiting])
        feed = await read_feed(office.settings, office.home, Path(task.ledger), None)
        again = await import_round(app, feed)

        assert "imported before" in again.refusal
        assert [waiting] == await app.store.due_accounts(later, 10)
