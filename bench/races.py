"""Races over letters: what stops a letter against its claim, and planning many times at once.

    python -m bench.races [--races 10000] [--passes 100] [--postgres] [--seed 1]

A race is one letter. The product's `deliver_round` claims it; while it looks for the last time
the other side begins what stops it: a ledger without the invoice (`import_round`), a rep's hold
or veto (`steer`), the debtor's reply (`take_in_round`, `read_round`), alone or as an `answer`
whose headers name another debtor, or what stops all letters (`stop`, `start --draft`, the
breaker). The event log and the relay judge: `late` is a letter whose `transmitting` commit
follows the stop's; a stop that came while the letter was under way has crossed it, which the log
must show; a letter that was stopped with all others leaves once they go again.
Planning: each pass adds
debtors, wakes all accounts, and five planners go over them at once; each debtor earns one letter,
and each protected one also the forward that asks for approval, however often it is planned.
Printed, and kept in `bench/results/races.json`: the counts, beside what was not run this time
(the other engine; races or passes of which none were asked).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count, cycle, islice
from pathlib import Path
from typing import assert_never

from bench.house import default_house
from bench.race_office import Office, account_of, ledger_row, open_office
from daemon.core.events import (
    HoldOpened,
    InvoiceClosed,
    LetterAccepted,
    LetterTransmitting,
    MailCrossed,
    Recorded,
)
from daemon.core.house import House
from daemon.ports import OutgoingKind
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from tests.servers.postgres import Postgres

RESULTS = Path(__file__).with_name("results") / "races.json"
BATCH = 25
ROUNDS_AFTER = 2
PLANNED_DEBTORS = 2
PLANNERS = 5
FAULTS_SHOWN = 5


class Stop(StrEnum):
    """What stops a letter."""

    PAYMENT = "payment"
    HOLD = "hold"
    REPLY = "reply"
    VETO = "veto"
    ANSWER = "answer"
    ALL = "all"
    DRAFT = "draft"
    BREAKER = "breaker"


REPLIES = (Stop.REPLY, Stop.ANSWER)
FOR_ALL = (Stop.ALL, Stop.DRAFT, Stop.BREAKER)


class Ending(StrEnum):
    """How a race ended: before the claim, while the letter was under way, after it had left.

    LATE: the letter was claimed after the stop; WRONG: the log is not what happened.
    """

    STOPPED = "stopped"
    CROSSED = "crossed"
    AFTER = "after"
    LATE = "late"
    WRONG = "wrong"


class RaceFault(Exception):
    """A race cannot be judged, for its log says something else than what happened."""


@dataclass(slots=True, kw_only=True)
class Races:
    """How many races of each kind ended how; `faults` are sentences about the wrong ones."""

    endings: dict[Ending, Counter[str]] = field(
        default_factory=lambda: {ending: Counter() for ending in Ending}
    )
    faults: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many races were run."""
        return sum(kinds.total() for kinds in self.endings.values())


@dataclass(slots=True, kw_only=True)
class Planned:
    """What planning wrote, and how many accounts got too much or too little of it."""

    passes: int
    at_once: int
    accounts: int = 0
    letters: int = 0
    forwards: int = 0
    doubled: int = 0
    missing: int = 0


def first(events: Sequence[Recorded], *kinds: type) -> int:
    """Return the number of the first event of these kinds, 0 where there is none."""
    return next((entry.sequence for entry in events if isinstance(entry.event, kinds)), 0)


def judge(stop: Stop, events: Sequence[Recorded], office: Office, account: str) -> Ending:
    """Say how a race ended.

    Args:
        stop: What was raced against.
        events: What the account's log holds since the letter was planned.
        office: Where the order of what is no event of the account was noted.
        account: The debtor.

    Raises:
        RaceFault: The log does not hold what was committed or sent.
    """
    track = office.track
    if stop in FOR_ALL:
        return judge_for_all(events, office, account)
    stopped = first(events, HoldOpened, InvoiceClosed)
    claimed = first(events, LetterTransmitting)
    accepted = first(events, LetterAccepted)
    if not stopped:
        raise RaceFault("what stopped the letter is not in the log")
    if track.taken.count(account) != bool(claimed):
        raise RaceFault("the relay and the log disagree")
    if not claimed:
        return Ending.STOPPED
    if stopped < claimed:
        return Ending.LATE
    if stop not in REPLIES:
        return Ending.CROSSED if stopped < accepted else Ending.AFTER
    if track.stopped[account] < track.claimed[account]:
        return Ending.LATE
    is_recorded = bool(first(events, MailCrossed))
    if not is_recorded and track.stopped[account] < track.sent[account]:
        raise RaceFault("the reply crossed the letter without a word in the log")
    return Ending.CROSSED if is_recorded else Ending.AFTER


def judge_for_all(events: Sequence[Recorded], office: Office, account: str) -> Ending:
    """Say how a race against what stops all letters ended; no log of an account shows that.

    Raises:
        RaceFault: The letter did not leave in the end, or not once.
    """
    track = office.track
    if not first(events, LetterAccepted) or track.taken.count(account) != 1:
        raise RaceFault("the letter did not leave once, though letters go again")
    if track.lifted[account] < track.claimed[account]:
        return Ending.STOPPED
    if track.stopped[account] < track.claimed[account]:
        return Ending.LATE
    return Ending.CROSSED if track.stopped[account] < track.sent[account] else Ending.AFTER


async def race_batch(url: str, house: House, size: int, chance: random.Random) -> Races:
    """Race over the letters of so many debtors in an empty database."""
    references = [f"{place:04}" for place in range(size)]
    office = await open_office(url, house, chance, [])
    stops = {account_of(one): chance.choice(list(Stop)) for one in references}

    async def stop(account: str) -> None:
        match stops[account]:
            case Stop.PAYMENT:
                await office.pay(account)
            case Stop.HOLD:
                await office.command(account, "pause 14d")
            case Stop.REPLY:
                await office.write(account)
            case Stop.VETO:
                await office.command(account, "veto", is_named=True)
            case Stop.ANSWER:
                await office.write(account, is_in_thread=True)
            case Stop.ALL:
                await office.stop_all()
            case Stop.DRAFT:
                await office.draft()
            case Stop.BREAKER:
                await office.trip()
            case _ as never:
                assert_never(never)

    races = Races()
    try:
        await office.open_thread([ledger_row(one) for one in references])
        await plan_round(office.sender)
        states = await office.store.load(list(stops))
        office.track.stop = stop
        await deliver_round(office.sender)
        await office.track.finish()
        office.track.stop = None
        for _ in range(ROUNDS_AFTER):
            await plan_round(office.sender)
            await deliver_round(office.sender)
        for account, kind in stops.items():
            events = await office.store.events(account, states[account].sequence)
            try:
                ending = judge(kind, events, office, account)
            except RaceFault as error:
                ending = Ending.WRONG
                races.faults.append(f"{account}, {kind}: {error}")
            races.endings[ending][kind] += 1
    finally:
        await office.close()
    return races


async def run_races(new_database: Callable[[], str], house: House, races: int, seed: int) -> Races:
    """Run so many races, each batch in a database of its own.

    Args:
        new_database: Returns the address of an empty database.
        house: Our side.
        races: How many letters are raced over.
        seed: Of what they are raced against and of every delay.
    """
    chance = random.Random(seed)
    found = Races()
    for start in range(0, races, BATCH):
        batch = await race_batch(new_database(), house, min(BATCH, races - start), chance)
        for ending, kinds in batch.endings.items():
            found.endings[ending].update(kinds)
        found.faults.extend(batch.faults)
    return found


async def plan_often(url: str, house: House, passes: int, seed: int) -> Planned:
    """Plan so many times over, by five at once, with new debtors each time; count what came."""
    office = await open_office(url, house, random.Random(seed), [])
    planned = Planned(passes=passes, at_once=PLANNERS)
    try:
        for number in range(passes):
            for place in range(PLANNED_DEBTORS):
                row = ledger_row(f"{number:04}{place}", is_protected=place == 0)
                office.rows[account_of(row.account)] = row
            await office.take_in_ledger()
            await office.store.wake(office.sender.clock.now())
            sides = islice(cycle((office.sender, office.other)), PLANNERS)
            await asyncio.gather(*(plan_round(side) for side in sides))
        for account, row in office.rows.items():
            kinds = Counter(one.kind for one in await office.store.outgoing_of(account))
            found = [kinds[OutgoingKind.LETTER], kinds[OutgoingKind.FORWARD]]
            wanted = [1, int(row.is_protected)]
            planned.accounts += 1
            planned.letters += found[0]
            planned.forwards += found[1]
            planned.doubled += any(a > b for a, b in zip(found, wanted, strict=True))
            planned.missing += any(a < b for a, b in zip(found, wanted, strict=True))
    finally:
        await office.close()
    return planned


def raced(new_database: Callable[[], str], races: int, seed: int) -> dict[str, object]:
    """Run the races on one engine and return the figures."""
    began, cpu = time.monotonic(), time.process_time()
    found = asyncio.run(run_races(new_database, default_house(), races, seed))
    counts = {ending.value: kinds.total() for ending, kinds in found.endings.items()}
    return {
        "seed": seed,
        "races": found.count,
        **counts,
        "by_stop": {
            ending.value: dict(sorted(kinds.items())) for ending, kinds in found.endings.items()
        },
        "faults": found.faults[:FAULTS_SHOWN],
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
    }


@contextmanager
def databases(engine: str) -> Iterator[Callable[[], str]]:
    """Give addresses of empty databases, one at a time; all go away afterwards."""
    if engine == "postgres":
        server = Postgres()
        server.start()
        try:
            yield server.new_schema
        finally:
            server.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        numbers = count()
        yield lambda: f"sqlite:///{folder}/race{next(numbers)}.db"


def main() -> int:
    """Run, print, and keep the figures; 1 where one letter or row is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--races", type=int, default=10_000)
    parser.add_argument("--passes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not on SQLite")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    engine = "postgres" if options.postgres else "sqlite"
    figures: dict[str, object] = {}
    is_right = True
    with databases(engine) as new_database:
        if options.races:
            figures |= raced(new_database, options.races, options.seed)
            is_right = not (figures["late"] or figures["wrong"])
        if options.passes:
            house = default_house()
            planned = asyncio.run(plan_often(new_database(), house, options.passes, options.seed))
            figures["planning"] = asdict(planned)
            is_right = is_right and not (planned.doubled or planned.missing)
    print(json.dumps(figures, indent=1))
    known = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    known["measured_on"] = datetime.now(UTC).date().isoformat()
    known[engine] = known.get(engine, {}) | figures
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
