"""Work is cancelled at every await of each job, one by one, in a world that gives it work.

CI takes every so many; DULY_FULL=1 takes all. What a cut may change is what nobody can know:
whether the one mail that was on the wire has left.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from daemon.adapters.parser_process import ParserProcess
from daemon.rounds.take_in import take_in_round
from daemon.service import Service
from daemon.world.campaign import MEMORY_PLACE
from daemon.world.machine import SentCopy
from tests.servers.postgres import Postgres
from tests.simulation.cut_world import Home, Morning, Outcome, World, make_morning, open_morning
from tests.simulation.cuts import Cut, Job, When, a_pass, compare, go_on, look_after, run_cut
from tests.store.conftest import postgres_cluster as postgres_cluster
from tests.threats.counts import count as sized

NEVER = 1_000_000
# In memory a transaction is over in one turn; with a thread or a server there is an amid.
SHALLOW = (When.BEGINS, When.ENDS, When.STOPS)
DEEP = (When.BEGINS, When.AMID)
WIRED = (When.BEGINS, When.ENDS)


async def a_tick(world: World) -> None:
    """Show a sign of life, as the service does every ten seconds."""
    await Service(world.machine.app, world.options).tick()


async def a_watch(world: World) -> None:
    """Watch the inbox: take in, file, settle, and wait for more."""
    app = world.machine.app
    await Service(app, world.options).watch(app.inbounds[0])


async def the_loops(world: World) -> None:
    """Do what the service's three loops do at a wake-up, after a watcher has taken mail in."""
    app = world.machine.app
    service = Service(app, world.options)
    await take_in_round(app, app.inbounds[0])
    await service.read()
    await service.plan()
    await service.send()


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A place for all copies, in memory where there is such storage."""
    root = MEMORY_PLACE if MEMORY_PLACE.is_dir() else None
    with TemporaryDirectory(prefix="duly-cuts-", dir=root) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def morning(place: Path) -> Morning:
    """The world before a busy morning, made once."""
    return asyncio.run(make_morning(place / "before"))


@dataclass(slots=True, kw_only=True)
class Totals:
    """How many cuts there were, and the longest that the database let wait."""

    cuts: int = 0
    awaits: int = 0
    slowest_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A job to be cut, and how often: at every `step`-th await from `first` on.

    `again` is what is done undisturbed after a cut, at the same instant.
    """

    job: Job
    again: Job = a_pass
    whens: tuple[When, ...] = (When.BEGINS,)
    first: int = 1
    step: int = 1


async def cut_all(morning: Morning, home: Home, trial: Trial, totals: Totals) -> list[str]:
    """Cut a job, each time in a copy of the world.

    Returns:
        What was found against the rules; empty where all held.
    """
    world = await open_morning(morning, home)
    undisturbed = Cut(number=NEVER)
    await run_cut(world, trial.job, undisturbed)
    wanted = await go_on(world, trial.again, undisturbed)
    await close(world)
    totals.awaits = undisturbed.awaits
    found = list(undisturbed.findings)
    for when in trial.whens:
        for number in range(trial.first, NEVER, trial.step):
            cut = Cut(number=number, when=when)
            await cut_once(morning, home, trial, cut, wanted)
            if cut.is_over:
                break
            totals.cuts += 1
            totals.slowest_seconds = max(totals.slowest_seconds, cut.answered_seconds)
            found += cut.findings
    return found


async def cut_once(morning: Morning, home: Home, trial: Trial, cut: Cut, wanted: Outcome) -> None:
    """Cut the job at one await, where it has so many, and hold what comes of it to account."""
    world = await open_morning(morning, home)
    try:
        await run_cut(world, trial.job, cut)
        if not cut.is_over:
            doubtful = await look_after(world, cut)
            compare(cut, await go_on(world, trial.again, cut), wanted, doubtful)
    finally:
        await close(world)


async def close(world: World) -> None:
    """Close a world and throw it away."""
    await world.machine.close()
    await world.machine.wires.close()
    shutil.rmtree(world.home)


def told(totals: Totals, what: str) -> None:
    """Say what was done, for whoever runs all of it (pytest -s)."""
    print(
        f"{what}: {totals.cuts} cuts of {totals.awaits} awaits, "
        f"the database answered within {totals.slowest_seconds:.3f} s"
    )


async def test_a_pass_that_is_cut_at_any_await_leaves_nothing_locked_and_nothing_undone(
    morning: Morning, place: Path
) -> None:
    """The database answers within a second, the next pass brings all to where it would be."""
    totals = Totals()
    trial = Trial(job=a_pass, whens=SHALLOW, first=sized(2, 1), step=sized(131, 1))
    found = await cut_all(morning, Home(root=place / "pass"), trial, totals)
    told(totals, "a pass")

    assert [] == found
    assert totals.cuts >= len(SHALLOW) * totals.awaits // trial.step


@pytest.mark.parametrize("sent_copy", ["auto", "none"][: sized(1, 2)])
async def test_a_pass_is_cut_with_other_ways_of_filing_copies(
    morning: Morning, place: Path, sent_copy: SentCopy
) -> None:
    """Where the provider files copies, the copy tells whether the letter left."""
    totals = Totals()
    home = Home(root=place / f"copies-{sent_copy}", sent_copy=sent_copy)
    trial = Trial(job=a_pass, whens=(When.ENDS,), first=5, step=sized(157, 5))
    found = await cut_all(morning, home, trial, totals)
    told(totals, f"a pass, copies {sent_copy}")

    assert [] == found
    assert totals.cuts > 1


@pytest.mark.parametrize(
    "trial",
    [
        Trial(job=a_tick, again=a_tick),
        Trial(job=a_watch, step=sized(23, 1)),
        Trial(job=the_loops, again=the_loops, first=3, step=sized(139, 5)),
    ],
    ids=["tick", "watch", "loops"],
)
async def test_the_jobs_of_the_service_are_cut(morning: Morning, place: Path, trial: Trial) -> None:
    """Each of them, by itself, in the running service."""
    totals = Totals()
    found = await cut_all(morning, Home(root=place / "jobs"), trial, totals)
    told(totals, trial.job.__name__)

    assert [] == found
    assert totals.cuts > 1


async def test_a_pass_is_cut_on_the_client_that_is_served(morning: Morning, place: Path) -> None:
    """SQLite as the daemon opens it: its own thread, WAL, every commit synced."""
    totals = Totals()
    trial = Trial(job=a_pass, whens=DEEP, first=3, step=sized(149, 2))
    found = await cut_all(morning, Home(root=place / "plain", is_plain=True), trial, totals)
    told(totals, "a pass on SQLite as it is served")

    assert [] == found
    assert totals.cuts > 1


async def test_a_pass_over_real_sockets_is_cut(morning: Morning, place: Path) -> None:
    """SMTP, IMAP and the reader's process: no connection is used again with half a command."""
    totals = Totals()
    # One reader for all worlds: a cut must not leave it with another's answer.
    parser = ParserProcess()
    home = Home(root=place / "wired", is_wired=True, parser=parser)
    trial = Trial(job=a_pass, whens=WIRED, first=11, step=sized(188, 5))
    found = await cut_all(morning, home, trial, totals)
    await parser.close()
    told(totals, "a pass over loopback")

    assert [] == found
    assert totals.cuts > 1


async def test_a_pass_on_postgresql_is_cut(place: Path, postgres_cluster: Postgres) -> None:
    """The pool gets each connection back, and no transaction stays open."""
    totals = Totals()
    url = postgres_cluster.new_database()
    far = await make_morning(place / "far", database=url)
    home = Home(root=place / "postgres", copies=(f"{url}_{number}" for number in count(1)))
    trial = Trial(job=a_pass, whens=DEEP, first=7, step=sized(151, 5))
    found = await cut_all(far, home, trial, totals)
    told(totals, "a pass on PostgreSQL")

    assert [] == found
    assert totals.cuts > 1
