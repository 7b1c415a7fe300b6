"""The database goes away while a mail is sent: it goes once, and does not wait for ever."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from daemon.application import App
from daemon.core.effects import TellOperator
from daemon.errors import PeerError
from daemon.ports import Accepted, Frozen, Outcome, OutgoingStage
from daemon.rounds.plan import plan_round
from daemon.rounds.settle import FALTERED
from daemon.service import Service, ServiceOptions
from daemon.world.shaky_store import shaky
from tests.core.builders import invoice
from tests.rounds.conftest import Desk, Relay
from tests.rounds.test_deliver import open_books


@dataclass
class Losing(Relay):
    """A relay that takes a mail just as the database goes away."""

    is_lost: bool = False

    async def connect(self) -> Losing:
        """Return itself."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take one mail."""
        self.is_lost = True
        self.taken.append(mail.envelope_to)
        return Accepted(reply="250 ok")

    def before_visit(self, name: str, *, is_write: bool) -> None:
        """Refuse every visit while the database is away."""
        if self.is_lost:
            raise PeerError("the database does not answer: the connection was reset")

    def after_visit(self, name: str, *, is_write: bool) -> None:
        """Let it be."""


def over(desk: Desk, relay: Losing) -> App:
    """Return the application over that relay and its database."""

    async def witness(accounts: object) -> None:
        """Watch nothing."""

    return replace(desk.app, store=shaky(desk.store, relay, witness), submission=relay)


async def send_before_and_after(desk: Desk) -> Losing:
    """Send until the database goes away; it comes back, and the daemon, never stopped, goes on."""
    relay = Losing()
    service = Service(over(desk, relay), ServiceOptions())
    with pytest.raises(PeerError):
        await service.send()
    relay.is_lost = False
    await service.send()
    return relay


async def test_a_letter_whose_outcome_was_lost_is_of_unknown_fate_at_once(desk: Desk) -> None:
    """Evidence is looked for, or its owner asked: it does not stay on its way for ever."""
    berlin = ("first", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    await open_books(desk, "2026-06-11", berlin)
    await plan_round(desk.app)
    relay = await send_before_and_after(desk)
    letters = await desk.store.outgoing_in(OutgoingStage.UNKNOWN)

    assert ["ap@first.example.org"] == relay.taken
    assert [f"{FALTERED}; whether this mail left is not known"] == [
        row.smtp_reply for row in letters
    ]


async def test_so_is_a_mail_to_a_rep(desk: Desk) -> None:
    """The next digest says what it said."""
    now = desk.clock.now()
    await desk.store.put_outgoing([TellOperator(key="a", subject="Stop", lines=("x",))], now)
    relay = await send_before_and_after(desk)
    row = await desk.store.outgoing("a")
    assert row is not None

    assert (1, OutgoingStage.UNKNOWN) == (len(relay.taken), row.stage)
