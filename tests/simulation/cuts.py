"""Cutting work at one await and no other, and judging what is left behind.

A cut comes as the work begins to rest, some turns of the loop later, as what it rests on has
just ended (its answer is lost), or as a service that stops does it: after the brakes were set.
What is found is told in sentences; none is the wish.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from types import CoroutineType
from typing import Any

from daemon.service import one_pass
from daemon.world.awaits import Counted
from tests.simulation.cut_world import LATER, PROBE, Outcome, World

ANSWER_SECONDS = 1.0
PASS_SECONDS = 60.0
MAY_BE_UNKNOWN = ("transmitting", "unknown")
STORE = "store/transactions.py"
DEPTH = 3
TURNS_MAX = 6
TALLY = "storm|"
LASTING = "wait_for_mail"


class When(StrEnum):
    """When in an await the cut comes, and from whom."""

    BEGINS = "as the rest begins"
    AMID = "amid the rest"
    ENDS = "as the rest ends"
    STOPS = "as the service stops"


Job = Callable[[World], Awaitable[list[str] | None]]


@dataclass(slots=True, kw_only=True)
class Cut:
    """One cut: at the await of this number, counted from 1. `where` is filled by it.

    `is_swallowed`: the work went on to its own end nevertheless.
    """

    number: int
    when: When = When.BEGINS
    where: str = ""
    awaits: int = 0
    is_struck: bool = False
    is_swallowed: bool = False
    answered_seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Tell whether the work had fewer awaits than that."""
        return not self.where

    def find(self, sentence: str) -> None:
        """Tell what should not be."""
        self.findings.append(f"await {self.number} {self.when.value}, {self.where}: {sentence}")


def frames(work: Any) -> Iterator[str]:
    """Name the functions in which a piece of work rests, outermost first, down to the store."""
    while isinstance(work, CoroutineType):
        if work.cr_frame is not None and "/daemon/" in work.cr_code.co_filename:
            room = work.cr_code.co_filename.rpartition("/daemon/")[2]
            if room != STORE:
                yield f"{room}:{work.cr_frame.f_lineno} {work.cr_code.co_name}"
        work = work.cr_await


def after_turns(turns: int, act: Callable[[], None]) -> None:
    """Act when the event loop has turned so often."""
    loop = asyncio.get_running_loop()
    if turns:
        loop.call_soon(after_turns, turns - 1, act)
    else:
        act()


async def a_pass(world: World) -> list[str]:
    """Do everything once: recover, take in, read, import, plan, digest, send, settle, file."""
    return await one_pass(world.machine.app, world.options)


async def run_cut(world: World, job: Job, cut: Cut) -> None:
    """Do the job and cancel it at one await."""

    async def work() -> object:
        return await job(world)

    def at_await() -> None:
        cut.awaits += 1
        if cut.awaits != cut.number:
            if any(LASTING in frame for frame in frames(inner)):
                task.cancel()
            return
        cut.where = " > ".join(list(frames(inner))[-DEPTH:]) or "the job"
        if cut.when is When.STOPS:
            world.machine.app.brakes.is_stopping = True
        rests_on = counted.rests_on
        if cut.when is When.ENDS and rests_on is not None:
            # Called before the task's own wake-up: the answer is there, and nobody gets it.
            rests_on.add_done_callback(lambda _: strike())
        elif cut.when is When.AMID:
            after_turns(1 + cut.number % TURNS_MAX, strike)
        else:
            strike()

    def strike() -> None:
        cut.is_struck = task.cancel()

    inner = work()
    counted = Counted(inner, at_await)

    async def awaited() -> object:
        return await counted

    task = asyncio.ensure_future(awaited())
    try:
        await task
        cut.is_swallowed = cut.is_struck
    except asyncio.CancelledError:
        # Who waits for mail for ever has come to its end, too.
        return


async def look_after(world: World, cut: Cut) -> list[str]:
    """Ask the database at once, and return the keys of what may or may not have left."""
    if cut.is_swallowed:
        cut.find("the work went on to its end, although it was cancelled")
    began = time.monotonic()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            for word in ("first", "second"):
                await world.machine.store.set_fact(PROBE, word)
    except TimeoutError:
        cut.find(f"the database did not answer in {ANSWER_SECONDS:g} s")
    cut.answered_seconds = time.monotonic() - began
    world.machine.app.brakes.is_stopping = False
    left = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    if left and not world.is_wired:
        # A visit that had begun is shielded, and may end beside those that came later.
        _, late = await asyncio.wait(left, timeout=ANSWER_SECONDS)
        for task in late:
            cut.find(f"a task was left behind: {task!r}")
    rows = await world.ask("SELECT key, stage FROM outgoing ORDER BY key")
    return [row["key"] for row in rows if row["stage"] in MAY_BE_UNKNOWN]


async def go_on(world: World, again: Job, cut: Cut) -> Outcome:
    """Do a job at the same instant and a pass some minutes later, both undisturbed."""
    for job in (again, a_pass):
        try:
            async with asyncio.timeout(PASS_SECONDS):
                problems = await job(world)
        except TimeoutError:
            cut.find(f"a pass after it did not end in {PASS_SECONDS:g} s")
            break
        for problem in problems or ():
            cut.find(f"a pass after it met: {problem}")
        world.clock.advance_to(world.clock.now() + LATER)
    for law in await world.broken_laws():
        cut.find(law)
    for sentence in world.machine.log.stumbles:
        cut.find(sentence)
    return await world.outcome()


def compare(cut: Cut, found: Outcome, wanted: Outcome, doubtful: list[str]) -> None:
    """Hold an outcome against that of the undisturbed world.

    Args:
        cut: Takes what is found.
        found: What came of it.
        wanted: What comes of it undisturbed.
        doubtful: Keys of what was in transmission when the cut came: at most one. It may have
            left or not; its account may say so, and ask its owner.
    """
    if len(doubtful) > 1:
        cut.find(f"more than one mail was in transmission: {doubtful}")
    for key, times in found.wire.items():
        if times > 1:
            cut.find(f"{key} left {times} times")
    accounts = {key.partition("|")[0] for key in doubtful}
    asks = {key for key in found.outbox if key not in wanted.outbox and is_ask(key, doubtful)}
    spared = {*doubtful, *asks}
    unlike(cut, "leaves", sets_of(dict(found.wire), spared), sets_of(dict(wanted.wire), spared))
    unlike(cut, "outbox", sets_of(found.outbox, spared), sets_of(wanted.outbox, spared))
    unlike(cut, "events", sets_of(found.events, accounts), sets_of(wanted.events, accounts))
    unlike(cut, "mails", found.mails, wanted.mails)
    compare_facts(cut, found.facts, wanted.facts)
    unlike(cut, "files", dict.fromkeys(found.files), dict.fromkeys(wanted.files))
    for name, mails in wanted.folders.items():
        lacking = sorted(set(mails) - set(found.folders.get(name, ())))
        doubled = len(found.folders.get(name, ())) - len(set(found.folders.get(name, ())))
        if doubled or (lacking and not (doubtful and name == "Sent" and len(lacking) == 1)):
            cut.find(f"the folder {name} lacks {lacking}, and has {doubled} twice")


def compare_facts(cut: Cut, found: dict[str, str], wanted: dict[str, str]) -> None:
    """Hold the facts against each other; a tally of mail may have counted one mail twice."""
    doubled = {
        name
        for name, text in wanted.items()
        if name.startswith(TALLY) and 0 <= counted_in(found.get(name, "")) - counted_in(text) <= 1
    }
    unlike(cut, "facts", sets_of(found, doubled), sets_of(wanted, doubled))


def counted_in(tally: str) -> int:
    """Return how many mails a day's tally has counted."""
    return sum(int(line.partition(" ")[0]) for line in tally.splitlines()[1:])


def is_ask(key: str, doubtful: list[str]) -> bool:
    """Tell whether a mail to a rep asks about what may not have left."""
    return any(letter in key for letter in doubtful)


def sets_of(entries: dict[str, Any], spared: set[str]) -> dict[str, Any]:
    """Leave out what the rules allow to differ."""
    return {key: entry for key, entry in entries.items() if key not in spared}


def unlike(cut: Cut, what: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Tell each entry that is not as in the undisturbed world."""
    for key in sorted(found.keys() | wanted.keys()):
        if found.get(key, "none") != wanted.get(key, "none"):
            cut.find(f"{what} {key}: {first_unlike(found.get(key), wanted.get(key))}")


def first_unlike(found: Any, wanted: Any) -> str:
    """Say what differs; of two lists, the first entries that do."""
    if isinstance(found, list) and isinstance(wanted, list):
        pairs = zip([*found, "the end"], [*wanted, "the end"], strict=False)
        found, wanted = next((pair for pair in pairs if pair[0] != pair[1]), (found, wanted))
    return f"{found!r} instead of {wanted!r}"[:600]
