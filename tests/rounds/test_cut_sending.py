"""Work that is told to end while a mail leaves: what the server said of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import pytest

from daemon.core.effects import TellOperator
from daemon.ports import Accepted, Commit, Frozen, Outcome, OutgoingStage, Unknown
from daemon.rounds.deliver import deliver_round
from daemon.rounds.notify import notify_round
from daemon.rounds.plan import plan_round
from daemon.rounds.sending import STOPPED_AT_WIRE, transmit
from daemon.store import TortoiseStore
from tests.core.builders import invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books

TURNS = 3


@dataclass
class Slow:
    """A relay whose answer takes some turns of the loop; the work is told to end meanwhile."""

    cancellations: int
    work: asyncio.Task[int] | None = None
    was_cut: bool = False

    async def connect(self) -> Slow:
        """Return itself."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take one mail, unless it is cut off itself."""
        assert self.work is not None
        try:
            for _ in range(TURNS):
                if self.cancellations:
                    self.cancellations -= 1
                    self.work.cancel()
                await asyncio.sleep(0)
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.was_cut = True
            raise
        return Accepted(reply="250 ok")

    async def close(self) -> None:
        """Close nothing."""


async def queue_alarm(desk: Desk) -> None:
    """Queue one mail to the operator."""
    alarm = TellOperator(key="a", subject="Stop", lines=("x",))
    await desk.store.put_outgoing([alarm], desk.clock.now())


async def test_a_mail_to_a_rep_in_flight_gets_its_grace(desk: Desk) -> None:
    """Who presses Ctrl-C while it is sent does not make it one of unknown fate."""
    await queue_alarm(desk)
    relay = Slow(cancellations=1)
    relay.work = asyncio.ensure_future(notify_round(replace(desk.app, submission=relay)))
    with pytest.raises(asyncio.CancelledError):
        await relay.work
    row = await desk.store.outgoing("a")
    assert row is not None

    assert (False, OutgoingStage.ACCEPTED) == (relay.was_cut, row.stage)


async def test_who_is_told_twice_to_end_leaves_no_mail_running(desk: Desk) -> None:
    """The second Ctrl-C ends the grace, too; the next start finds the mail on its way."""
    await queue_alarm(desk)
    relay = Slow(cancellations=2)
    relay.work = asyncio.ensure_future(notify_round(replace(desk.app, submission=relay)))
    with pytest.raises(asyncio.CancelledError):
        await relay.work
    for _ in range(TURNS):
        await asyncio.sleep(0)
    row = await desk.store.outgoing("a")
    assert row is not None

    assert (True, OutgoingStage.TRANSMITTING) == (relay.was_cut, row.stage)


class Knowing:
    """A wire that is cut amid the text, and knows which copy was refused before."""

    async def transmit(self, mail: Frozen) -> Outcome:
        """Tell it when it is cut."""
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return Unknown(because="no answer", refused_copies=("board@debtor.test: 550 no",))


async def test_what_a_wire_that_is_cut_knows_of_copies_is_kept(desk: Desk) -> None:
    """The letter may have left; the one in Cc certainly did not get it, and somebody is told."""
    app = replace(desk.app, delivery=replace(desk.app.delivery, grace_seconds=0.0))
    mail = Frozen(raw=b"x", message_id="a@test", envelope_from="", envelope_to="ap@debtor.test")
    sending = asyncio.ensure_future(transmit(app, Knowing(), mail))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    sending.cancel()

    assert (
        Unknown(because=STOPPED_AT_WIRE, refused_copies=("board@debtor.test: 550 no",))
        == await sending
    )


@dataclass
class Cutting:
    """A store at which the work is told to end as it begins to write an outcome."""

    store: TortoiseStore
    relay: Slow

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def commit(self, commits: Sequence[Commit], now: datetime) -> None:
        """Commit; an outcome only after the cancellation had its turn."""
        kinds = {event.kind for commit in commits for event in commit.events}
        if "letter_accepted" in kinds:
            await self.cut()
        await self.store.commit(commits, now)

    async def move_outgoing(
        self, key: str, stage: OutgoingStage, now: datetime, **rest: Any
    ) -> None:
        """Move; an outcome only after the cancellation had its turn."""
        if stage is OutgoingStage.ACCEPTED:
            await self.cut()
        await self.store.move_outgoing(key, stage, now, **rest)

    async def cut(self) -> None:
        """Let the cancellation come."""
        assert self.relay.work is not None
        self.relay.work.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@pytest.mark.parametrize("what", ["a letter", "a mail to a rep"])
async def test_an_outcome_that_is_being_written_is_written(desk: Desk, what: str) -> None:
    """The server took it, so nobody is asked whether it left."""
    if what == "a letter":
        first = ("first", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
        await open_books(desk, "2026-06-11", first)
        await plan_round(desk.app)
    else:
        await queue_alarm(desk)
    relay = Slow(cancellations=0)
    store = cast(Any, Cutting(desk.store, relay))
    work = deliver_round if what == "a letter" else notify_round
    relay.work = asyncio.ensure_future(work(replace(desk.app, submission=relay, store=store)))
    with pytest.raises(asyncio.CancelledError):
        await relay.work

    assert 1 == len(await desk.store.outgoing_in(OutgoingStage.ACCEPTED))
    assert not desk.app.brakes.has_faltered
