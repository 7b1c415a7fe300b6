"""Cancellation amid an SMTP conversation: what is known of the letter is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from daemon.adapters.smtp_outcome import Phase
from daemon.ports import Accepted, Deferred, Refused, Unknown
from tests.adapters.smtp_case import MAIL, settings_for, submission
from tests.servers.smtp_faults import FaultSmtp, Hang, Moment, Reply, Wait


async def test_a_letter_cancelled_amid_its_text_is_of_unknown_fate(faults: FaultSmtp) -> None:
    """Who of those in Cc was refused is known; the next letter gets a new connection."""
    taken = asyncio.Event()
    taken.set()
    faults.plan(Moment.RCPT, Wait(until=taken))
    faults.plan(Moment.RCPT, Reply(line="550 5.1.1 nobody here"))
    faults.plan(Moment.DOT, Hang())
    settings = replace(settings_for(faults.port), command_seconds=30, final_reply_seconds=30)
    async with submission(settings) as opened:
        wire = await opened.connect()
        async with asyncio.timeout(0.2):
            outcome = await wire.transmit(replace(MAIL, copies=("board@debtor.test",)))
        again = await (await opened.connect()).transmit(MAIL)

        assert wire.phase is Phase.BODY
        assert isinstance(outcome, Unknown)
        assert ("board@debtor.test: 550 5.1.1 nobody here",) == outcome.refused_copies
        assert isinstance(again, Accepted)
        assert faults.connections == 2


@pytest.mark.parametrize("moment", [Moment.MAIL, Moment.RCPT, Moment.DATA], ids=str)
async def test_a_letter_cancelled_before_its_text_was_certainly_not_sent(
    faults: FaultSmtp, moment: Moment
) -> None:
    """Nobody is asked whether it left: it goes once Duly works again."""
    faults.plan(moment, Hang())
    settings = replace(settings_for(faults.port), command_seconds=30, final_reply_seconds=30)
    async with submission(settings) as opened:
        wire = await opened.connect()
        async with asyncio.timeout(0.2):
            outcome = await wire.transmit(MAIL)
        again = await (await opened.connect()).transmit(MAIL)

        assert Deferred(reply=f"not sent, at {moment}: Duly was told to end") == outcome
        assert isinstance(again, Accepted)
        assert faults.connections == 2


async def test_an_answer_is_not_lost_for_the_farewell(faults: FaultSmtp) -> None:
    """The server refused the recipient, and is silent afterwards: a stop leaves the refusal."""
    faults.plan(Moment.RCPT, Reply(line="550 5.1.1 unknown user"))
    faults.plan(Moment.RSET, Hang())
    settings = replace(settings_for(faults.port), command_seconds=30)
    async with submission(settings) as opened:
        wire = await opened.connect()
        async with asyncio.timeout(0.2):
            outcome = await wire.transmit(MAIL)

        assert isinstance(outcome, Refused)
        assert isinstance(await (await opened.connect()).transmit(MAIL), Accepted)
