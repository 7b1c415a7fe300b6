"""SMTP: those in Cc are recipients of the letter's own transaction, never of a second one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from daemon.ports import Accepted, Deferred, Refused, Unknown
from tests.adapters.smtp_case import MAIL, settings_for, transmit
from tests.servers.smtp_faults import Disconnect, Fault, FaultSmtp, Hang, Moment, Reply, Wait

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


@pytest.mark.parametrize(
    ("fault", "is_throttled"),
    [
        pytest.param(Disconnect(), False, id="hangs up"),
        pytest.param(Hang(), False, id="falls silent"),
        pytest.param(Reply(line="421 4.3.2 too busy"), True, id="421"),
    ],
)
async def test_the_one_at_whom_the_server_ends_the_line_is_named(
    faults: FaultSmtp, fault: Fault, is_throttled: bool
) -> None:
    """Nothing was sent; 421 rests the mailbox here as anywhere."""
    for planned in (as_usual(), as_usual(), fault):
        faults.plan(Moment.RCPT, planned)
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert isinstance(outcome, Deferred)
    assert (BOOKS, is_throttled) == (outcome.cut_copy, outcome.is_account_wide)
    assert [] == list(faults.ledger)


async def test_a_cut_line_after_the_copies_names_none_of_them(faults: FaultSmtp) -> None:
    """The server took all recipients and hung up at DATA: that is no copy's doing."""
    faults.plan(Moment.DATA, Disconnect())
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert isinstance(outcome, Deferred)
    assert "" == outcome.cut_copy


@pytest.mark.parametrize("fault", [Disconnect(), Hang()], ids=["hangs up", "falls silent"])
async def test_refused_copies_of_a_letter_of_unknown_fate_are_told(
    faults: FaultSmtp, fault: Fault
) -> None:
    """Whatever becomes of the letter, this one did not get it."""
    faults.plan(Moment.RCPT, as_usual())
    faults.plan(Moment.RCPT, REFUSED_REPLY)
    faults.plan(Moment.TAKEN, fault)
    outcome = await transmit(settings_for(faults.port), COPIED)

    assert isinstance(outcome, Unknown)
    assert (f"{BOARD}: 550 5.1.1 nobody here",) == outcome.refused_copies
