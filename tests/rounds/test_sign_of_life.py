"""The sign of life: a database that only reads is not taken for one that works."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any, cast

import pytest

from daemon.adapters.log import open_log
from daemon.application import Inbound
from daemon.core.effects import TellOperator
from daemon.errors import PeerError
from daemon.ports import OutgoingStage
from daemon.rounds.loop_faults import tell_auth, tell_database
from daemon.service import HEARTBEAT, Service, ServiceOptions
from daemon.world.shaky_store import shaky
from tests.rounds.conftest import Desk

FULL = PeerError("the database cannot work: database or disk is full")
AWAY = PeerError("the database does not answer: the connection was reset")


class Disk:
    """Refuses each write, or each visit, until it is mended."""

    def __init__(self, fault: PeerError) -> None:
        self.fault: PeerError | None = fault

    def before_visit(self, name: str, *, is_write: bool) -> None:
        """Refuse a write on a full disk, and every visit to a server that is away."""
        if self.fault is not None and (is_write or self.fault is AWAY):
            raise self.fault

    def after_visit(self, name: str, *, is_write: bool) -> None:
        """Let it be."""


@pytest.mark.parametrize("fault", [FULL, AWAY], ids=["full", "away"])
async def test_a_database_that_cannot_write_is_told_once_and_so_is_its_end(
    desk: Desk, fault: PeerError
) -> None:
    """
    09:00 the last sign of life
    10:00 the disk is full, and stays so for three ticks; the plan fails over it each time
    10:01 there is room: the end is told once, and so is the hour that is missing
    """
    disk, lines = Disk(fault), StringIO()
    last = desk.clock.now() - timedelta(hours=1)
    await desk.store.set_fact(HEARTBEAT, last.isoformat())

    async def witness(accounts: object) -> None:
        """Watch nothing."""

    store = shaky(desk.store, disk, witness)
    app = replace(desk.app, store=store, log=open_log(level="info", stream=lines))
    service = Service(app, ServiceOptions())
    for _ in range(3):
        await service.tick()
        tell_database(app, fault)
    desk.go_to("2026-06-11 10:01")
    disk.fault = None
    for _ in range(3):
        await service.tick()
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]

    assert ["database_lost", "database_back", "was_away"] == told


async def test_a_refused_login_is_told_though_the_database_is_away_meanwhile(desk: Desk) -> None:
    """The watcher outlives the mail that cannot be written; once it can, one mail is written."""
    disk = Disk(FULL)

    async def witness(accounts: object) -> None:
        """Watch nothing."""

    app = replace(desk.app, store=shaky(desk.store, disk, witness))
    inbound = Inbound(mailbox=cast(Any, SimpleNamespace(name="ar")))
    await tell_auth(app, inbound, "535 no")
    disk.fault = None
    for _ in range(3):
        await tell_auth(app, inbound, "535 no")
    mails = await desk.store.outgoing_in(OutgoingStage.QUEUED)

    assert ["The inbox ar refuses the login"] == [
        cast(TellOperator, row.effect).subject for row in mails
    ]


async def test_a_restored_backup_that_waited_is_told_to_be_settled(desk: Desk) -> None:
    """That it waited for a server was told; so is the end of it."""
    lines = StringIO()
    app = replace(desk.app, log=open_log(level="info", stream=lines))
    app.brakes.lasting.add("restored")
    await Service(app, ServiceOptions()).settle_restored()
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]

    assert (["restored_backup_settled"], set()) == (told, app.brakes.lasting)


@pytest.mark.parametrize(
    ("is_away", "expected"),
    [
        (True, ["database_lost", "loop_failed", "database_back"]),
        (False, ["fault", "loop_failed", "fault_over"]),
    ],
    ids=["of all work", "of one loop"],
)
async def test_a_database_that_fails_one_loop_alone_is_not_told_to_be_away_and_back(
    desk: Desk, is_away: bool, expected: list[str]
) -> None:
    """
    Planning meets a damaged page at three turns, with a tick after each, then it is mended. The
    ticks can write: it is told as a fault of planning, once, and so is its end.
    """
    disk, lines = Disk(FULL), StringIO()

    async def witness(accounts: object) -> None:
        """Watch nothing."""

    store = shaky(desk.store, disk, witness)
    app = replace(desk.app, store=store, log=open_log(level="info", stream=lines))
    service = Service(app, ServiceOptions(rest_seconds=0.0))
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns += 1
        service.wakes.plan.set()
        disk.fault = FULL if is_away and turns <= 3 else None
        await service.tick()
        if turns == 4:
            service.stop()
        if turns <= 3:
            raise FULL

    service.wakes.plan.set()
    await service.loop("plan", service.wakes.plan, work)
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]

    assert sorted(expected) == sorted(set(told))
    assert [1, 1] == [told.count(event) for event in expected if event != "loop_failed"]
