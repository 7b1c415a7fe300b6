"""SMTP: those in Cc are recipients of the letter's own transaction, never of a second one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from daemon.ports import Accepted, Deferred, Refused, Unknown
from tests.adapters.smtp_case import MAIL, settings_for, transmit
from tests.servers.smtp_faults import Disconnect, Fault, FaultSmtp, Moment, Reply, Wait

BOARD, BOOKS = "board@debtor.test", "books@debtor.test"
COPIED = replace(MAIL, copies=(BOARD, BOOKS))
REFUSED_REPLY = Reply(line="550 5.1.1 nobody here")


def as_usual() -> Wait:
    """The server answers as it would."""
    passed = asyncio.Event()
    passed.set()
    return Wait(until=passed)


async def test_a_letter_and_its_copies_are_one_transaction(faults: FaultSmtp) -> None:
    """One text for all three readers: whatever cuts the line meets all of them alike."""
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert Accepted(reply="250 2.0.0 Ok: queued as 000001") == outcome
    assert [(MAIL.envelope_to, BOARD, BOOKS)] == [taken.envelope_to for taken in faults.ledger]
    assert [MAIL.raw] == [taken.raw for taken in faults.ledger]


async def test_a_refused_copy_stops_neither_letter_nor_the_other(faults: FaultSmtp) -> None:
    """The one who is unknown there is told with the outcome; the others get the letter."""
    faults.plan(Moment.RCPT, as_usual())
    faults.plan(Moment.RCPT, REFUSED_REPLY)
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert [(MAIL.envelope_to, BOOKS)] == [taken.envelope_to for taken in faults.ledger]
    assert (
        Accepted(
            reply="250 2.0.0 Ok: queued as 000001",
            refused_copies=(f"{BOARD}: 550 5.1.1 nobody here",),
        )
        == outcome
    )


async def test_no_copy_leaves_without_its_letter(faults: FaultSmtp) -> None:
    """The recipient is refused: those in Cc are not even named."""
    faults.plan(Moment.RCPT, REFUSED_REPLY)
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert isinstance(outcome, Refused)
    assert [] == list(faults.ledger)
    assert 1 == sum(command.startswith("RCPT") for command in faults.commands)


@pytest.mark.parametrize(
    ("moment", "kind", "left"),
    [
        pytest.param(Moment.RCPT, Deferred, 0, id="while the copies are named"),
        pytest.param(Moment.TAKEN, Unknown, 1, id="after the final dot"),
    ],
)
async def test_a_cut_line_meets_letter_and_copies_alike(
    faults: FaultSmtp, moment: Moment, kind: type, left: int
) -> None:
    """All of them were served or none, and the outcome never says more than is known."""
    cut: Fault = Disconnect()
    for fault in (as_usual(), cut) if moment is Moment.RCPT else (cut,):
        faults.plan(moment, fault)
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert kind is type(outcome)
    assert [(MAIL.envelope_to, BOARD, BOOKS)] * left == [one.envelope_to for one in faults.ledger]


@pytest.mark.parametrize("address", ["böse@debtor.test", "a@b.test>\r\nDATA"])
async def test_a_copy_that_cannot_be_named_is_told(faults: FaultSmtp, address: str) -> None:
    """A server without SMTPUTF8, or an address that would smuggle a command: the letter goes."""
    faults.extensions = ("8BITMIME",)
    outcome = await transmit(settings_for(faults.port), replace(MAIL, copies=(address, BOOKS)))

    assert isinstance(outcome, Accepted)
    assert (f"{address}: the server does not take this address",) == outcome.refused_copies
    assert [(MAIL.envelope_to, BOOKS)] == [taken.envelope_to for taken in faults.ledger]
