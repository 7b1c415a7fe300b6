"""The inbox under real conditions: nothing is lost, nothing is acted upon twice."""

from __future__ import annotations

import email
import email.policy
import sys
from dataclasses import replace
from datetime import timedelta

from daemon.adapters.parser_process import ParserProcess
from daemon.core.effects import TellOperator
from daemon.ports import MailStage, OutgoingStage
from daemon.service import ServiceOptions, one_pass
from tests.servers.poison_worker import DEATH, SLEEP
from tests.simulation.diary import REP, Diary
from tests.simulation.office import Office

DUNNED = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-1 1200.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due
    2026-06-04 expect letter inquiry
"""
PROMISE = "We will pay by 12 June."


async def events_of(office: Office, kind: str) -> int:
    """Count the account's events of one kind."""
    account = f"{office.house.creditor.key}/ACME"
    return sum(entry.event.kind == kind for entry in await office.store.events(account))


async def minutes_later(office: Office, minutes: int = 6) -> None:
    """Let some minutes pass, then do a pass."""
    office.clock.advance_to(office.clock.now() + timedelta(minutes=minutes))
    await office.run_once()


async def test_a_new_uidvalidity_replays_nothing_and_loses_nothing(diary: Diary) -> None:
    """A folder made anew has new UIDs: known mail changes nothing, new mail is applied."""
    await diary.play(DUNNED)
    office = diary.office
    office.deliver(office.reply_to(diary.last_letter("ACME"), "ap@acme.test", "Thank you, noted."))
    office.deliver(office.reply_to(diary.last_letter("ACME"), "ap@acme.test", PROMISE))
    inbound = office.app.inbounds[0]
    # Both mails stay in the inbox, so that the new generation shows them again.
    office = replace_inbound(office, replace(inbound, processed="INBOX"))
    await minutes_later(office)
    applied = await events_of(office, "reply_applied")
    await inbound.mailbox.close()
    office.dovecot.renew_uidvalidity(office.user)
    office.deliver(office.reply_to(diary.last_letter("ACME"), "ap@acme.test", "INV-1 is wrong."))
    await minutes_later(office)
    await minutes_later(office)

    assert 2 == applied
    assert 3 == await events_of(office, "reply_applied")
    assert 1 == await events_of(office, "promise_made")


def replace_inbound(office: Office, inbound: object) -> Office:
    """Return the office with another inbound."""
    office.app = replace(office.app, inbounds=(inbound,))  # type: ignore[arg-type]  # an Inbound
    return office


async def test_poison_mail_is_quarantined_and_its_account_rests(diary: Diary) -> None:
    """A mail that kills the parser three times is set aside, raw; the next one is read."""
    await diary.play(DUNNED)
    office = diary.office
    await office.app.parser.close()
    command = (sys.executable, "-m", "tests.servers.poison_worker")
    parser = ParserProcess(command, deadline_seconds=2.0)
    office.app = replace(office.app, parser=parser)
    letter = diary.last_letter("ACME")
    office.deliver(office.reply_to(letter, "ap@acme.test", DEATH.decode()))
    office.deliver(office.reply_to(letter, "ap@acme.test", PROMISE))
    for _ in range(4):
        await minutes_later(office)
    quarantined = await office.store.mails_in(MailStage.QUARANTINED, 10)
    state = await office.state("ACME")
    told = [
        row.effect
        for row in await office.store.outgoing_in(OutgoingStage.ACCEPTED)
        if isinstance(row.effect, TellOperator)
    ]

    assert [DEATH in mail.raw for mail in quarantined] == [True]
    assert 1 == len(office.dovecot.folder(office.user, "Quarantine"))
    assert 1 == len(office.dovecot.folder(office.user, "Processed"))
    assert 1 == len(state.promises)
    assert "review" in [hold.reason.value for hold in state.live_holds(diary.today)]
    assert [quarantined[0].id] == [effect.mail for effect in told]


async def test_a_mail_that_hangs_the_parser_stops_nobody_else(diary: Diary) -> None:
    """The parser is killed at its deadline; the mails behind it are read in the same pass."""
    await diary.play(DUNNED)
    office = diary.office
    await office.app.parser.close()
    command = (sys.executable, "-m", "tests.servers.poison_worker")
    parser = ParserProcess(command, deadline_seconds=3.0)
    office.app = replace(office.app, parser=parser)
    letter = diary.last_letter("ACME")
    office.deliver(office.reply_to(letter, "ap@acme.test", PROMISE))
    office.deliver(office.reply_to(letter, "ap@acme.test", SLEEP.decode()))
    await minutes_later(office)

    assert 1 == await events_of(office, "promise_made")


async def test_a_server_that_restarts_costs_one_pass_and_no_mail(diary: Diary) -> None:
    """While the server is away nothing goes out; afterwards the mail is there and applied."""
    await diary.play(DUNNED)
    office = diary.office
    office.deliver(office.reply_to(diary.last_letter("ACME"), "ap@acme.test", PROMISE))
    await office.app.inbounds[0].mailbox.close()
    office.dovecot.kill()
    office.clock.advance_to(office.clock.now() + timedelta(minutes=6))
    problems = await one_pass(office.app, ServiceOptions())
    office.dovecot.start()
    await minutes_later(office)

    assert 1 == len(problems)
    assert 1 == await events_of(office, "promise_made")


async def test_our_own_letter_that_comes_back_is_filed(diary: Diary) -> None:
    """A copy of our own letter in the inbox (a rule, a Bcc) means nothing."""
    await diary.play(DUNNED)
    office = diary.office
    before = (await office.state("ACME")).sequence
    office.deliver(diary.last_letter("ACME").raw)
    await minutes_later(office)
    filed = await office.store.mails_in(MailStage.FILED, 10)
    state = await office.state("ACME")

    assert 1 == len(filed)
    assert [] == list(state.live_holds(diary.today))
    assert state.sequence - before <= 1


async def test_foreign_hands_in_the_inbox_do_no_harm(diary: Diary) -> None:
    """Another client reads, flags and removes mail: what we have kept is applied all the same."""
    await diary.play(DUNNED)
    office = diary.office
    office.deliver(office.reply_to(diary.last_letter("ACME"), "ap@acme.test", PROMISE))
    client = office.dovecot.login(office.user)
    client.select("INBOX")
    client.store("1", "+FLAGS", "(\\Seen \\Flagged)")
    await minutes_later(office)
    client.select("Processed")
    client.store("1", "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()
    await minutes_later(office)

    assert 1 == await events_of(office, "promise_made")
    assert 1 == await events_of(office, "reply_applied")


async def test_a_forward_carries_the_customers_mail_whole(diary: Diary) -> None:
    """Who must decide sees all that the customer wrote, attached as it came."""
    await diary.play(DUNNED)
    office = diary.office
    reply = office.reply_to(
        diary.last_letter("ACME"), "ap@acme.test", "INV-1 is wrong: we agreed 450. Please correct."
    )
    office.deliver(reply)
    await minutes_later(office)
    mails = [
        email.message_from_bytes(taken.raw, policy=email.policy.default)
        for taken in office.sent()
        if REP in taken.envelope_to
    ]
    attached = [
        part.get_content()
        for mail in mails
        for part in mail.iter_attachments()
        if part.get_content_type() == "message/rfc822"
    ]
    written = email.message_from_bytes(reply, policy=email.policy.default)

    assert [(written["Message-ID"], written.get_content())] == [
        (original["Message-ID"], original.get_content()) for original in attached
    ]
