"""A campaign: one seed or many, each in a temporary place of its own, and what came of it.

Where memory-backed storage is at hand the databases lie there. Many seeds are spread over
processes; a seed's result does not depend on who runs it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import selectors
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from daemon.errors import DulyError
from daemon.world.chronicle import COMPARABLE, LOOPBACK, Entry, chronicle, differences
from daemon.world.far_database import database_for
from daemon.world.machine import Change, unchanged
from daemon.world.making import opened
from daemon.world.simulation import Plan, Simulation

MEMORY_PLACE = Path("/dev/shm")
CHAIN_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A law, how often it was checked, how often it was broken."""

    name: str
    promise: str
    checked: int
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A broken law: the day on which it was seen, the account, and the chain of its events."""

    law: str
    on: date
    account: str
    sentence: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult:
    """What a seed brought. `digest` stands for the whole event log."""

    seed: int
    days: int
    letters: int
    mails_out: int
    mails_in: int
    passes: int
    troubles: tuple[tuple[str, int], ...]
    laws: tuple[Checked, ...]
    broken: tuple[Broken, ...]
    digest: str
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Tell whether every law held."""
        return not self.broken


async def run_seed(
    plan: Plan, seed: int, scratch: Path | None = None, *, change: Change = unchanged
) -> SeedResult:
    """Simulate one seed from its first day to its last.

    Args:
        plan: Days, accounts, kinds of trouble.
        seed: What everything follows from.
        scratch: Where the temporary home is made and removed.
        change: Breaks the product on purpose, for the tests of the laws.
    """
    async with AsyncExitStack() as stack:
        if plan.database:
            name = f"duly_seed_{seed}"
            url = await stack.enter_async_context(database_for(plan.database, name))
            plan = replace(plan, database=url)
        if not plan.is_loopback:
            return (await played(plan, seed, scratch, change, is_compared=False))[0]
        plan = replace(plan, faults=plan.faults & COMPARABLE)
        far, there = await played(plan, seed, scratch, change)
    _, here = await played(replace(plan, is_loopback=False, database=""), seed, scratch, change)
    found = differences(here, there)
    law = Checked(name="loopback", promise=LOOPBACK, checked=sum(here.values()), broken=len(found))
    broken = tuple(
        Broken(law=law.name, on=on, account=account, sentence=sentence, chain=())
        for on, account, sentence in found
    )
    return replace(far, laws=(*far.laws, law), broken=far.broken + broken)


async def played(
    plan: Plan, seed: int, scratch: Path | None, change: Change, *, is_compared: bool = True
) -> tuple[SeedResult, Counter[Entry]]:
    """Play one seed; return what it brought, and its chronicle where that is compared."""
    started = time.monotonic()
    place = scratch or (MEMORY_PLACE if os.access(MEMORY_PLACE, os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="duly-seed-", dir=place) as folder:
        simulation = await opened(plan, seed, Path(folder) / "home", change=change)
        try:
            await simulation.play()
            result = await result_of(simulation, time.monotonic() - started)
            store = simulation.machine.store
            return result, await chronicle(store) if is_compared else Counter()
        finally:
            with suppress(DulyError):
                await simulation.close()


async def result_of(simulation: Simulation, seconds: float) -> SeedResult:
    """Gather what a finished simulation has to say."""
    broken = []
    for note in simulation.breaks:
        events = await simulation.machine.store.events(note.account) if note.account else []
        chain = [
            f"{recorded.at:%Y-%m-%d %H:%M} {recorded.sequence} {recorded.event!r}"
            for recorded in events
        ]
        broken.append(
            Broken(
                law=note.law,
                on=note.on,
                account=note.account,
                sentence=note.sentence,
                chain=tuple(chain[-CHAIN_MAX:]),
            )
        )
    return SeedResult(
        seed=simulation.seed,
        days=simulation.plan.days,
        letters=simulation.outside.letters,
        mails_out=len(simulation.post.taken),
        mails_in=len(simulation.street.posted),
        passes=simulation.passes,
        troubles=tuple(sorted(simulation.troubles.counted.items())),
        laws=tuple(
            Checked(
                name=law.name,
                promise=law.promise,
                checked=law.checked,
                broken=len({(found.account, found.sentence) for found in law.findings}),
            )
            for law in simulation.reports.laws
        ),
        broken=tuple(broken),
        digest=await simulation.peep.digest(),
        seconds=seconds,
    )


def run_alone(plan: Plan, seed: int) -> SeedResult:
    """Simulate one seed in a process of its own."""
    is_near = not (plan.is_loopback or plan.database)
    with asyncio.Runner(loop_factory=unpolled_loop if is_near else None) as runner:
        return runner.run(run_seed(plan, seed))


class Unpolled(selectors.DefaultSelector):
    """Asks the kernel only where there is nothing else to do: a world has no wire."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready, and nothing while callbacks wait."""
        return [] if timeout is not None and timeout <= 0 else super().select(timeout)


def unpolled_loop() -> asyncio.AbstractEventLoop:
    """Return a loop for work that never waits for a wire."""
    return asyncio.SelectorEventLoop(Unpolled())


async def run_seeds(plan: Plan, seeds: Sequence[int], jobs: int) -> AsyncIterator[SeedResult]:
    """Simulate many seeds over `jobs` processes; results come as they are ready."""
    if jobs < 2 or len(seeds) < 2:
        for seed in seeds:
            yield await run_seed(plan, seed)
        return
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        waiting = [loop.run_in_executor(pool, run_alone, plan, seed) for seed in seeds]
        for ready in asyncio.as_completed(waiting):
            yield await ready


def total_laws(results: Sequence[SeedResult]) -> tuple[Checked, ...]:
    """Add up the laws over all seeds, in the order of their first appearance."""
    found: dict[str, Checked] = {}
    for result in results:
        for law in result.laws:
            before = found.get(law.name)
            found[law.name] = Checked(
                name=law.name,
                promise=law.promise,
                checked=law.checked + (before.checked if before else 0),
                broken=law.broken + (before.broken if before else 0),
            )
    return tuple(found.values())


def total_troubles(results: Sequence[SeedResult]) -> dict[str, int]:
    """Add up what went wrong in the worlds."""
    found: dict[str, int] = {}
    for result in results:
        for name, count in result.troubles:
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items()))
