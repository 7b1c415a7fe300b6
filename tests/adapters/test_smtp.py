"""SMTP: what the server answers and when, and the bytes that it gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.adapters.smtp_body import dotted
from daemon.ports import Accepted, Deferred, Outcome, Refused, Unknown
from tests.adapters.smtp_case import MAIL, RAW, settings_for, submission, transmit
from tests.servers.relay import Relay
from tests.servers.smtp_faults import Disconnect, Fault, FaultSmtp, Hang, Moment, Reply

DEFERRED, REFUSED, UNKNOWN = Deferred, Refused, Unknown


@pytest.mark.parametrize(
    ("moment", "fault", "kind", "is_account_wide", "is_taken"),
    [
        pytest.param(Moment.MAIL, Reply(line="451 4.3.0 later"), DEFERRED, False, 0, id="mail-4xx"),
        pytest.param(Moment.MAIL, Reply(line="550 5.1.0 no"), REFUSED, False, 0, id="mail-5xx"),
        pytest.param(
            Moment.MAIL, Reply(line="530 5.7.0 log in first"), REFUSED, True, 0, id="mail-530"
        ),
        pytest.param(
            Moment.MAIL, Reply(line="550 5.7.1 not allowed"), REFUSED, True, 0, id="mail-5.7.1"
        ),
        pytest.param(
            Moment.MAIL, Reply(line="421 4.3.2 too many"), DEFERRED, True, 0, id="mail-421"
        ),
        pytest.param(Moment.MAIL, Disconnect(), DEFERRED, False, 0, id="mail-disconnect"),
        pytest.param(Moment.MAIL, Hang(), DEFERRED, False, 0, id="mail-silence"),
        pytest.param(
            Moment.RCPT, Reply(line="450 4.2.0 greylisted"), DEFERRED, False, 0, id="rcpt-4xx"
        ),
        pytest.param(
            Moment.RCPT, Reply(line="550 5.1.1 unknown user"), REFUSED, False, 0, id="rcpt-5xx"
        ),
        pytest.param(
            Moment.RCPT, Reply(line="554 5.7.1 Relay access denied"), REFUSED, True, 0, id="relay"
        ),
        pytest.param(
            Moment.RCPT, Reply(line="550 5.7.1 closed group"), REFUSED, False, 0, id="rcpt-5.7.1"
        ),
        pytest.param(Moment.RCPT, Disconnect(), DEFERRED, False, 0, id="rcpt-disconnect"),
        pytest.param(Moment.RCPT, Hang(), DEFERRED, False, 0, id="rcpt-silence"),
        pytest.param(Moment.DATA, Reply(line="452 4.3.1 full"), DEFERRED, False, 0, id="data-4xx"),
        pytest.param(Moment.DATA, Reply(line="554 5.5.0 no"), REFUSED, False, 0, id="data-5xx"),
        pytest.param(Moment.DATA, Reply(line="250 odd"), DEFERRED, False, 0, id="data-2xx"),
        pytest.param(Moment.DATA, Disconnect(), DEFERRED, False, 0, id="data-disconnect"),
        pytest.param(Moment.DATA, Hang(), DEFERRED, False, 0, id="data-silence"),
        pytest.param(Moment.BODY, Disconnect(), UNKNOWN, None, 0, id="body-disconnect"),
        pytest.param(Moment.BODY, Hang(), UNKNOWN, None, 0, id="body-silence"),
        pytest.param(Moment.DOT, Reply(line="451 4.3.0 later"), DEFERRED, False, 0, id="dot-4xx"),
        pytest.param(Moment.DOT, Reply(line="554 5.6.0 spam"), REFUSED, False, 0, id="dot-5xx"),
        pytest.param(
            Moment.DOT, Reply(line="421 4.7.0 slow down"), DEFERRED, True, 0, id="dot-421"
        ),
        pytest.param(
            Moment.DOT,
            Reply(line="554 5.2.0 SubmissionQuotaExceeded"),
            REFUSED,
            True,
            0,
            id="dot-quota",
        ),
        pytest.param(Moment.DOT, Reply(line="nonsense"), UNKNOWN, None, 0, id="dot-garbage"),
        pytest.param(Moment.DOT, Disconnect(), UNKNOWN, None, 0, id="dot-disconnect"),
        pytest.param(Moment.DOT, Hang(), UNKNOWN, None, 0, id="dot-silence"),
        pytest.param(Moment.TAKEN, Disconnect(), UNKNOWN, None, 1, id="taken-disconnect"),
        pytest.param(Moment.TAKEN, Hang(), UNKNOWN, None, 1, id="taken-silence"),
    ],
)
async def test_each_phase_has_its_outcome(
    faults: FaultSmtp,
    moment: Moment,
    fault: Fault,
    kind: type[Deferred] | type[Refused] | type[Unknown],
    is_account_wide: bool | None,
    is_taken: int,
) -> None:
    """
    Before the letter's text: certainly not sent. A no to the final dot: certainly not sent.
    Silence after the first octet of the text: nobody knows, and the ledger shows why.
    """
    faults.plan(moment, fault)
    outcome = await transmit(settings_for(faults.port))

    assert isinstance(outcome, kind)
    assert is_account_wide == getattr(outcome, "is_account_wide", None)
    assert is_taken == len(faults.ledger)


@pytest.mark.parametrize("direction", ["to_server", "to_client"])
async def test_wherever_the_line_is_cut_no_answer_is_wrong(
    faults: FaultSmtp, direction: str
) -> None:
    """
    The line is cut after every few octets of a letter. "Sent" is said only of what the server
    took, "not sent" only of what it did not take; all else is unknown.
    """
    seen: set[type[Outcome]] = set()
    async with Relay(faults.port) as relay:
        for octets in range(1, 460, 7):
            taken = len(faults.ledger)
            async with submission(settings_for(relay.port)) as opened:
                wire = await opened.connect()
                cut = octets if direction == "to_server" else octets // 4 + 1
                relay.cut_after(**{direction: cut})
                outcome = await wire.transmit(MAIL)
                relay.cut_after()
            is_taken = len(faults.ledger) > taken
            seen.add(type(outcome))

            assert is_taken or not isinstance(outcome, Accepted)
            assert not is_taken or isinstance(outcome, Accepted | Unknown)

    assert {Accepted, Deferred, Unknown} == seen


async def test_the_letter_arrives_byte_for_byte(faults: FaultSmtp) -> None:
    """Dots at line starts, 8-bit text and the envelope arrive as they were frozen."""
    outcome = await transmit(settings_for(faults.port))

    assert Accepted(reply="250 2.0.0 Ok: queued as 000001") == outcome
    assert [taken.raw for taken in faults.ledger] == [RAW]
    assert (
        faults.ledger[0].envelope_from,
        faults.ledger[0].envelope_to,
        faults.ledger[0].message_id,
    ) == ("ar@seller.test", ("ap@debtor.test",), "m1@seller.test")


async def test_bounces_to_nobody_have_the_null_sender(faults: FaultSmtp) -> None:
    """An automatic answer goes out with MAIL FROM:<>."""
    await transmit(settings_for(faults.port), replace(MAIL, envelope_from=""))

    assert [taken.envelope_from for taken in faults.ledger] == [""]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("ap@debtor.test>\r\nRCPT TO:<spy@evil.test", id="line-break"),
        pytest.param("ap@debtor.test> SIZE=1 <x@y.test", id="angle-brackets"),
        pytest.param("", id="empty"),
        pytest.param("grün@debtor.test", id="beyond-ascii-without-smtputf8"),
    ],
)
async def test_no_address_smuggles_a_command(faults: FaultSmtp, address: str) -> None:
    """A recipient that is no plain address is refused before the server hears of it."""
    outcome = await transmit(settings_for(faults.port), replace(MAIL, envelope_to=address))

    assert isinstance(outcome, Refused)
    assert not outcome.is_account_wide
    assert not any("RCPT" in command for command in faults.commands)


async def test_a_letter_above_the_limit_is_not_begun() -> None:
    """The server's SIZE is respected before MAIL."""
    async with FaultSmtp(extensions=("SIZE 100",)) as server:
        outcome = await transmit(settings_for(server.port))

        assert isinstance(outcome, Refused)
        assert "100" in outcome.reply
        assert not any(command.startswith("MAIL") for command in server.commands)


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        pytest.param(b"a\r\n", b"a\r\n.\r\n", id="plain"),
        pytest.param(b"a", b"a\r\n.\r\n", id="no-line-end"),
        pytest.param(b".\r\n..\r\n", b"..\r\n...\r\n.\r\n", id="dots"),
        pytest.param(b"a\n.\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n", id="bare-line-feeds"),
        pytest.param(b"a\r.\r\n", b"a\r\n..\r\n.\r\n", id="bare-return"),
    ],
)
def test_no_text_ends_the_letter_early(raw: bytes, wire: bytes) -> None:
    """Whatever stands in a letter, its end is ours alone."""

    assert wire == dotted(raw)
