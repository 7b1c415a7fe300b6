"""Races over letters on both engines: nothing leaves after what stops it, nothing is planned twice.

The races themselves are those of `python -m bench.races`; at full count with DULY_FULL=1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest

from bench.race_office import account_of, ledger_row, open_office
from bench.races import Ending, Planned, Stop, plan_often, run_races
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from daemon.world.near_parser import NearParser
from parsers.reading import Context, Reading
from tests.core.builders import default_house
from tests.servers.postgres import Postgres
from tests.store.conftest import postgres_cluster as postgres_cluster
from tests.threats import counts

SEED = 11
RACES = counts.count(60, 10_000)
PASSES = counts.count(5, 100)


@pytest.fixture(params=["sqlite", "postgres"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Gives addresses of empty databases, once for each engine."""
    if request.param == "postgres":
        cluster: Postgres = request.getfixturevalue("postgres_cluster")
        return cluster.new_schema
    numbers: Iterator[int] = count()
    return lambda: f"sqlite:///{tmp_path}/race{next(numbers)}.db"


async def test_no_letter_is_claimed_after_what_stops_it(new_database: Callable[[], str]) -> None:
    """A payment, a hold, a reply, a veto, or a stop of all letters at any moment: now it stops the
    letter, now the letter is faster, and the log shows that both crossed."""
    races = await run_races(new_database, default_house(), RACES, SEED)
    raced = {kind for kinds in races.endings.values() for kind in kinds}

    assert [] == races.faults
    assert {} == races.endings[Ending.LATE]
    assert RACES == races.count
    assert set(Stop) == raced
    assert 0 < races.endings[Ending.STOPPED].total()
    assert 0 < races.endings[Ending.CROSSED].total()


async def test_planning_again_and_at_once_writes_one_row_a_key(
    new_database: Callable[[], str],
) -> None:
    """Five planners go over the same accounts, pass after pass: one letter each, one question."""
    planned = await plan_often(new_database(), default_house(), PASSES, SEED)

    assert planned == Planned(
        passes=PASSES,
        at_once=5,
        accounts=2 * PASSES,
        letters=2 * PASSES,
        forwards=PASSES,
        doubled=0,
        missing=0,
    )


async def test_no_letter_leaves_while_the_text_may_name_its_customer(
    new_database: Callable[[], str],
) -> None:
    """The headers name one customer, the text will name another: his letter waits for it."""
    office = await open_office(new_database(), default_house(), Random(SEED), [])
    await office.open_thread([ledger_row("0001")])
    await plan_round(office.sender)
    tried: list[int] = []

    class Reader(NearParser):
        async def read(self, raw: bytes, context: Context) -> Reading:
            tried.append(await deliver_round(office.sender))
            return await super().read(raw, context)

    office.other = replace(office.other, parser=Reader())
    await office.write(account_of("0001"), is_in_thread=True)
    holds = (await office.store.load([account_of("0001")]))[account_of("0001")].holds
    await office.close()

    assert 0 == sum(tried)
    assert 1 <= len(tried)
    assert 1 <= len(holds)
