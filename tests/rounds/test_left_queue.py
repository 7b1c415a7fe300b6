"""What kept a letter back is over once the letter waits no more, whoever took it from the queue."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any, cast

import pytest

from daemon.adapters.log import open_log
from daemon.application import App
from daemon.core.events import LetterTransmitting, LetterWithdrawn
from daemon.ports import Commit, Outgoing, OutgoingKind, OutgoingStage, StoreConflict
from daemon.rounds.deliver import deliver_round
from daemon.rounds.left_queue import end_of_those_gone
from daemon.rounds.notify import notify_round
from daemon.rounds.overtaken import TOLD_AT
from daemon.rounds.plan import plan_round
from daemon.store import TortoiseStore
from tests.core.builders import invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books

MAX = 100
ENDS = {"letter_goes_on", "delay_over", "overtaken_over", "rep_mail_sayable"}


class Overtaken:
    """A store in which another worker changes the account before each claim of a letter."""

    def __init__(self, store: TortoiseStore) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def commit(self, commits: list[Commit], *rest: Any) -> None:
        """Refuse claims only."""
        events = [event for commit in commits for event in commit.events]
        if any(isinstance(event, LetterTransmitting) for event in events):
            raise StoreConflict("overtaken")
        await self.store.commit(commits, *rest)


async def queue(desk: Desk, *references: str) -> list[Outgoing]:
    """Plan one letter for each of these debtors; return their rows."""
    item = invoice("A", "2026-06-01", 100)
    await open_books(
        desk, "2026-06-11", *((one, "DE", "Europe/Berlin", item) for one in references)
    )
    await plan_round(desk.app)
    return await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.LETTER], MAX)


async def withdraw(desk: Desk, row: Outgoing) -> None:
    """Let another loop withdraw a letter, as one that reads a reply does."""
    state = (await desk.store.load([row.account]))[row.account]
    commit = Commit(
        account=row.account,
        expected=state.sequence,
        events=(LetterWithdrawn(key=row.key, because="they answered"),),
        keeps_next_action=True,
    )
    await desk.store.commit([commit], desk.clock.now())


def listening(desk: Desk) -> tuple[App, StringIO]:
    """Return the application with a log that can be read."""
    lines = StringIO()
    return replace(desk.app, log=open_log(level="info", stream=lines)), lines


def ends(lines: StringIO) -> list[str]:
    """Return the events by which troubles ended."""
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
    return [event for event in told if event in ENDS]


@pytest.mark.parametrize("trouble", ["unsayable", "faulty", "overtaken"])
async def test_a_letter_that_is_withdrawn_elsewhere_ends_its_trouble(
    desk: Desk, trouble: str
) -> None:
    """A reply withdraws a letter that could not go: its trouble is over, and that is told once."""
    app, lines = listening(desk)
    (row,) = await queue(desk, "one")
    desk.paper.unsayable |= {row.key} if trouble == "unsayable" else set()
    desk.paper.faulty |= {row.key} if trouble == "faulty" else set()
    if trouble == "overtaken":
        app = replace(app, store=cast(Any, Overtaken(desk.store)))
    for _ in range(TOLD_AT + 1):
        await deliver_round(app)
    before = set(app.brakes.lasting)
    await withdraw(desk, row)
    for _ in range(3):
        await deliver_round(app)

    assert (1, set(), ["letter_goes_on"]) == (len(before), app.brakes.lasting, ends(lines))
    assert {} == app.brakes.overtaken


async def test_a_letter_that_waits_keeps_its_trouble(desk: Desk) -> None:
    """It could not be written and waits for its hour: nothing is over, nothing is told twice."""
    app, lines = listening(desk)
    (row,) = await queue(desk, "one")
    desk.paper.unsayable.add(row.key)
    for _ in range(4):
        await deliver_round(app)

    assert ({f"unsayable|{row.key}"}, []) == (app.brakes.lasting, ends(lines))


async def test_a_mail_to_a_rep_that_is_set_aside_ends_its_trouble(desk: Desk) -> None:
    """It could not be written, and another worker settled it: its trouble is over."""
    app, lines = listening(desk)
    (row,) = await queue(desk, "one")
    desk.paper.unsayable.add(row.key)
    await deliver_round(app)
    (alarm,) = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)
    desk.paper.unsayable.add(alarm.key)
    await notify_round(app)
    before = set(app.brakes.lasting)
    await desk.store.move_outgoing(
        alarm.key, OutgoingStage.REFUSED, desk.clock.now(), expected=OutgoingStage.QUEUED
    )
    await deliver_round(app)

    assert f"unsayable|{alarm.key}" in before
    assert ({f"unsayable|{row.key}"}, ["letter_goes_on"]) == (app.brakes.lasting, ends(lines))


async def test_many_troubles_are_looked_at_in_turn(desk: Desk) -> None:
    """More letters are kept back than one round looks at: each has its turn in a later one."""
    app, lines = listening(desk)
    rows = await queue(desk, "one", "two", "three", "four", "five")
    for row in rows:
        desk.paper.faulty.add(row.key)
        app.brakes.lasting.add(f"fault|{row.key}")
    last = max(rows, key=lambda row: row.key)
    await withdraw(desk, last)
    for _ in range(3):
        await end_of_those_gone(app, looks_max=2)

    assert (4, ["letter_goes_on"]) == (len(app.brakes.lasting), ends(lines))
