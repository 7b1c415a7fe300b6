"""The race over one letter: who begins when, how each side dawdles, and what happened first.

So many visits to the store after the sender's last look at an account the other side begins what
stops its letter. Every visit of both waits for a moment that a seed draws, so that their commits
fall in every order. That order is noted by a counter: on one event loop it is exact.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from daemon.core.events import LetterTransmitting
from daemon.ports import Accepted, Commit, Frozen, Outcome, Store
from daemon.rounds.gather import BREAKER, MODE, STOPPED

VISITS_DAWDLED = 0.3
# The sender's longest moment changes from race to race: a ledger takes longer than a verb.
SENDER_SECONDS_MAX = (0.0, 0.004, 0.012, 0.03)
RELAYS_WAITING = 0.9
HEAD_START_VISITS_MAX = 6


@dataclass(slots=True, kw_only=True)
class Track:
    """The race that is on, and when what happened, by account: `claimed` (the claim that came
    about was begun), `stopped` (its mail is kept, or the fact that stops all is set), `sent`, and
    `lifted` (nothing stops all any more).

    `stop` is what the other side does to an account. It begins so many visits of the sender to
    the store after its last look at the account (`visits_left`), else once it has sent the letter
    or let it be; the next letter waits until it has ended, and until `lift` has undone what would
    stop the next one too.
    """

    chance: random.Random
    stop: Callable[[str], Coroutine[Any, Any, None]] | None = None
    lift: Callable[[], Coroutine[Any, Any, None]]
    ticks: Iterator[int] = field(default_factory=count)
    tried: dict[str, int] = field(default_factory=dict)
    claimed: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, int] = field(default_factory=dict)
    lifted: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    running: asyncio.Task[None] | None = None
    raced: str = ""
    visits_left: int | None = None
    is_armed: bool = False

    def look(self, accounts: Sequence[str]) -> None:
        """Draw when the race over the one account that is looked at begins."""
        if self.is_armed and self.stop is not None and len(accounts) == 1:
            self.is_armed, self.raced = False, accounts[0]
            self.visits_left = self.chance.randrange(HEAD_START_VISITS_MAX)

    def begin(self) -> None:
        """Let the other side go, where it has not gone yet."""
        if self.visits_left is not None and self.stop is not None:
            self.visits_left = None
            self.running = asyncio.ensure_future(self.stop(self.raced))

    async def finish(self) -> None:
        """Wait until the other side has committed, then lift what stops all letters.

        Raises:
            Exception: What went wrong there.
        """
        self.begin()
        if self.running is not None:
            await self.running
            self.running = None
            await self.lift()
            self.lifted[self.raced] = next(self.ticks)

    def before_sender(self, visit: str, arguments: Sequence[Any]) -> None:
        """Note the last look at an account and the claim of its letter; begin its race in time."""
        if visit == "load":
            self.look(arguments[0])
        elif visit == "commit":
            for account in claims_in(arguments[0]):
                self.tried[account] = next(self.ticks)
        if self.visits_left == 0:
            self.begin()
        elif self.visits_left is not None:
            self.visits_left -= 1

    def after_sender(self, visit: str, arguments: Sequence[Any]) -> None:
        """Note that the claim came about; one that is refused notes nothing."""
        if visit == "commit":
            for account in claims_in(arguments[0]):
                self.claimed[account] = self.tried[account]

    def after_other(self, visit: str, arguments: Sequence[Any]) -> None:
        """Note that the mail of the race is kept, or that all letters are stopped."""
        is_kept = visit == "keep" and bool(arguments[0])
        if is_kept or (visit == "set_fact" and arguments[0] in (STOPPED, BREAKER, MODE)):
            self.stopped.setdefault(self.raced, next(self.ticks))


def claims_in(commits: Sequence[Commit]) -> list[str]:
    """Return the accounts whose letters these commits claim."""
    return [
        commit.account
        for commit in commits
        if any(isinstance(event, LetterTransmitting) for event in commit.events)
    ]


def watch_nothing(visit: str, arguments: Sequence[Any]) -> None:
    """Note nothing."""


@dataclass(slots=True, kw_only=True)
class Side:
    """A side's way to the store: what it notes `before` and `after` each visit.

    `seconds_max` is how long it dawdles before some of them.
    """

    chance: random.Random
    seconds_max: float
    before: Callable[[str, Sequence[Any]], None] = watch_nothing
    after: Callable[[str, Sequence[Any]], None] = watch_nothing


class DawdlingStore:
    """Every method of `ports.Store`, by name, each after a moment that the seed draws."""

    def __init__(self, store: Store, side: Side) -> None:
        self._store = store
        self._side = side

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._store, name)
        side = self._side

        async def visit(*args: Any, **kwargs: Any) -> Any:
            is_late = side.chance.random() < VISITS_DAWDLED
            await asyncio.sleep(side.chance.random() * side.seconds_max if is_late else 0)
            side.before(name, args)
            answer = await method(*args, **kwargs)
            side.after(name, args)
            return answer

        return visit


class RaceWire:
    """A relay that takes every mail; now and then not before the other side has committed."""

    def __init__(self, track: Track, sending: Side) -> None:
        self._track = track
        self._sending = sending

    async def connect(self) -> RaceWire:
        """Return itself once the last race has ended; the next begins with the next look."""
        await self._track.finish()
        self._sending.seconds_max = self._track.chance.choice(SENDER_SECONDS_MAX)
        self._track.is_armed = True
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take one mail."""
        if self._track.chance.random() < RELAYS_WAITING:
            await self._track.finish()
        account = mail.raw.decode().partition("|")[0]
        self._track.taken.append(account)
        self._track.sent[account] = next(self._track.ticks)
        return Accepted(reply="250 2.0.0 taken")

    async def close(self) -> None:
        """Hold nothing."""
