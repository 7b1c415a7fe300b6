"""Kill -9 while mail is received: none is lost, none has its effect twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from daemon.ports import MailStage, OutgoingStage
from tests.acceptance.crash.kills import (
    COMMANDED,
    KILLED,
    MONDAY,
    NOTIFIED,
    NOW,
    PROCESSED,
    RECEIVING,
    MakeOffice,
    deliver_three,
    expect_all_applied_once,
)
from tests.acceptance.crash.office import DEBTORS, REP, CrashOffice, is_rep_mail


async def killed_at(office: CrashOffice, failpoints: Sequence[str]) -> None:
    """Kill one process after the other, then let one finish the work."""
    for minute, failpoint in enumerate(failpoints, start=61):
        assert KILLED == await office.passes(minute, failpoint=failpoint), office.said()
    assert 0 == await office.passes(66, 70), office.said()


@pytest.mark.parametrize("failpoints", RECEIVING, ids=" ".join)
async def test_mail_is_applied_once(make: MakeOffice, failpoints: tuple[str, ...]) -> None:
    """Kills while mail is received lose none, and none has its effect twice."""
    office = make("none")
    await office.prepare(is_written_to=True)
    deliver_three(office)

    await killed_at(office, failpoints)

    await expect_all_applied_once(office)
    assert 1 == len(office.rep_mail())


async def test_a_command_of_a_rep_is_applied_once(make: MakeOffice) -> None:
    """Kills over a rep's command: it has its effect once, and is echoed once."""
    office = make("none")
    await office.prepare(is_written_to=True)
    office.deliver("BOLT", "We dispute this invoice: the price is wrong, we agreed on 900.00 EUR.")
    assert 0 == await office.passes(60), office.said()
    (forward,) = (taken for taken in office.smtp.ledger if is_rep_mail(taken))
    office.answer(forward, REP, "pause 14d")

    await killed_at(office, COMMANDED)

    assert 1 == (await office.events(NOW))["BOLT"]["command_applied"]
    assert 1 == (await office.holds(NOW))["BOLT", "manual"]
    assert 2 == len(office.rep_mail())
    assert [] == office.doubled()
    assert 2 == len(office.dovecot.folder(office.user, PROCESSED))
    assert [] == await office.broken_laws(NOW)


async def test_a_forward_killed_in_between_is_shown_and_repeated(make: MakeOffice) -> None:
    """Nobody knows whether the forward left: not again at once, but after two business days."""
    office = make("none")
    await office.prepare(is_written_to=True)
    deliver_three(office)

    assert KILLED == await office.passes(60, failpoint=NOTIFIED)
    assert 0 == await office.passes(61, 70, MONDAY), office.said()

    await expect_all_applied_once(office)

    assert [] == office.rep_mail()
    async with office.opened(NOW) as app:
        (lost,) = await app.store.outgoing_in(OutgoingStage.UNKNOWN)
    assert "BOLT" in lost.account
    assert re.search(r"rep mails unknown +1\n", (await office.status(NOW))[1])

    tuesday = MONDAY + 24 * 60
    assert 0 == await office.passes(tuesday + 60, tuesday + 70), office.said()
    assert 1 == len(office.rep_mail())
    assert [] == office.doubled()


async def test_a_mail_that_kills_us_three_times_is_set_aside(make: MakeOffice) -> None:
    """Poison: counted before it is looked at, quarantined and shown whole; the others go on."""
    office = make("none")
    await office.prepare(is_written_to=True)
    deliver_three(office)

    for minute in (60, 61, 62):
        assert KILLED == await office.passes(minute, failpoint="receive.attempt_counted")
    assert 0 == await office.passes(63, 70), office.said()

    async with office.opened(NOW) as app:
        (poison,) = await app.store.mails_in(MailStage.QUARANTINED, 10)
        assert [] == await app.store.unapplied_mails()
    assert b"We will pay the invoice in full" in poison.raw
    assert 1 == len(office.dovecot.folder(office.user, "Duly/Quarantine"))
    assert 2 == len(office.dovecot.folder(office.user, PROCESSED))
    assert 1 == office.rep_mail().count("A mail could not be read and was set aside")
    assert 2 == len(office.rep_mail())
    events = await office.events(NOW)
    assert [0, 1, 1] == [events[debtor]["reply_applied"] for debtor in DEBTORS]


async def test_a_killed_daemon_takes_its_parser_with_it(make: MakeOffice) -> None:
    """The process that reads mail ends with the daemon that asked it, in the middle of a mail."""
    office = replace(make("none"), has_warm_parser=False)
    await office.prepare(is_written_to=True)
    office.deliver("ACME", "We will pay the invoice in full on 19 June 2026.")

    assert KILLED == await office.passes(60, failpoint="receive.recognised"), office.said()
    assert 0 == office.stand.left_behind
