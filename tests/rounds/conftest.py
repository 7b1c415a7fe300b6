"""An application over a real, empty SQLite store; the wire is a fake port that keeps mails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from daemon.adapters.clock import VirtualClock
from daemon.adapters.log import open_log
from daemon.adapters.rate import RateLimits
from daemon.application import App, Delivery
from daemon.core.letters import LetterContent
from daemon.errors import UnsayableLetter
from daemon.ports import Accepted, Frozen, Outcome, Outgoing
from daemon.rounds.gather import MODE, WENT_LIVE_ON
from daemon.store import TortoiseStore, open_store
from tests.core.builders import at, default_house

SECRET = b"a key that only the tests know"

if TYPE_CHECKING:
    from tests.rounds.rep_post import Post


@dataclass
class Relay:
    """A submission host and its wire: answers from a list, then accepts; keeps recipients.

    `envelopes` are the recipients with those who get a copy.
    """

    answers: list[Outcome] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def connect(self) -> Relay:
        """Return itself: it is always open."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take one mail."""
        self.taken.append(mail.envelope_to)
        self.envelopes.append((mail.envelope_to, mail.copies))
        return self.answers.pop(0) if self.answers else Accepted(reply="250 ok")

    async def close(self) -> None:
        """Close nothing."""


@dataclass
class Paper:
    """Stationery without templates; keys in `unsayable` cannot be put into words.

    Those in `faulty` meet a bug.
    """

    unsayable: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def freeze(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Freeze the key of the row."""
        if row.key in self.unsayable:
            raise UnsayableLetter(f"{row.key}: the template is wrong")
        if row.key in self.faulty:
            raise LookupError(row.key)
        return Frozen(
            raw=row.key.encode(),
            message_id=f"{row.key}@test",
            envelope_from="ar@creditor.example.com",
            envelope_to=row.recipient or "ops@creditor.example.com",
        )

    def letter_text(self, row: Outgoing) -> str:
        """Return the key."""
        return row.key

    def preview(self, content: LetterContent) -> tuple[str, str]:
        """Return the level."""
        return content.level, content.level


@dataclass
class Desk:
    """The application under test with its fake ports in reach."""

    app: App
    store: TortoiseStore
    clock: VirtualClock
    relay: Relay
    paper: Paper

    async def read_inbox(self) -> None:
        """Note a successful search of the inbox now."""
        await self.store.checked("ar", self.clock.now())

    def go_to(self, text: str) -> None:
        """Let business time pass."""
        self.clock.advance_to(at(text))


@pytest.fixture
def delivery() -> Delivery:
    """Small batches, so that a queue does not fit into one."""
    return Delivery(batch_max=2)


@pytest.fixture
async def desk(tmp_path: Path, delivery: Delivery) -> AsyncIterator[Desk]:
    """A live application on 2026-06-11, 10:00 UTC."""
    store = await open_store(f"sqlite:///{tmp_path}/duly.db", secret=SECRET)
    clock, relay, paper = VirtualClock(at("2026-06-11 10:00")), Relay(), Paper()
    app = App(
        house=default_house(),
        store=store,
        clock=clock,
        parser=cast(Any, None),
        submission=relay,
        inbounds=(),
        stationery=paper,
        pace=RateLimits(),
        log=open_log(level="error"),
        delivery=delivery,
    )
    await store.set_fact(MODE, "live")
    await store.set_fact(WENT_LIVE_ON, "2026-01-01")
    found = Desk(app=app, store=store, clock=clock, relay=relay, paper=paper)
    await found.read_inbox()
    yield found
    await store.close()


@pytest.fixture
async def post(desk: Desk) -> Post:
    """The post of reps, over two customers with one overdue invoice each."""
    # It knows the desk, so it is taken in after the desk is there.
    from tests.rounds.rep_post import Post, open_office

    return Post(await open_office(desk))
