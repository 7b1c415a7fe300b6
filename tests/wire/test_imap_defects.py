"""IMAP as it fails: restarts, a line that dies without a word, new UIDs, huge mail.

Other defects have their tests at the adapter (`tests/adapters/test_imap_faults.py`, `_waiting`,
`_pymap`) and at the office (`tests/simulation/test_inbox.py`). Here the service is whole.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import monotonic

import pytest

from daemon.adapters.imap import ImapMailbox
from daemon.adapters.imap_connection import ImapSettings
from daemon.application import Inbound
from daemon.core.effects import ForwardToRep
from daemon.errors import PeerError
from daemon.ports import MailStage, OutgoingStage
from daemon.rounds.take_in import take_in_round
from daemon.service import BACKOFF_FIRST_SECONDS, Service, ServiceOptions
from tests.adapters.imap_case import mail, settings_for
from tests.rounds.conftest import Desk
from tests.servers.dovecot import Dovecot, User
from tests.servers.relay import Relay
from tests.simulation.diary import REP, Diary
from tests.simulation.test_inbox import events_of, minutes_later
from tests.threats.counts import count
from tests.wire.waiting import until

SEEN_SECONDS_MAX = 120.0
NEXT_SECONDS_MAX = 10.0
LARGE_OCTETS = 50_000_000
ALL = 100_000
PROMISE = "We will pay INV-1 on 12 June 2026."
DUNNED = """
    2026-06-02 account ACME
    2026-06-02 invoice INV-1 1200.00 EUR due 2026-06-01 issued 2026-05-02
    2026-06-04 expect letter inquiry
"""


def inbound(settings: ImapSettings) -> Inbound:
    """Return a watched mailbox of these settings."""
    return Inbound(mailbox=ImapMailbox(replace(settings, name="ar")))


async def kept(desk: Desk) -> list[str]:
    """Return the subjects' numbers of all mails that were kept, sorted."""
    mails = await desk.store.mails_in(MailStage.KEPT, ALL)
    return sorted(found.raw.split(b"Message-ID: <")[1].split(b"@")[0].decode() for found in mails)


async def is_checked(desk: Desk) -> bool:
    """Tell whether the service has searched the inbox once."""
    return await desk.store.cursor("ar", "INBOX") is not None


async def has_kept(desk: Desk) -> bool:
    """Tell whether a mail was kept."""
    return bool(await desk.store.mails_in(MailStage.KEPT, 1))


async def test_a_server_that_is_killed_again_and_again_loses_no_mail(
    desk: Desk, own_dovecot: Dovecot
) -> None:
    """
    Mail arrives before, between and after kills of the server; each kill costs one error, and
    the first search after the restart has all of it, once.
    """
    user = own_dovecot.add_user()
    box = inbound(settings_for(own_dovecot.imap_port, user))
    kills, late = count(5, 200), 0.0
    for number in range(kills):
        await asyncio.to_thread(own_dovecot.deliver, user, mail(2 * number))
        await take_in_round(desk.app, box)
        await asyncio.to_thread(own_dovecot.deliver, user, mail(2 * number + 1))
        own_dovecot.kill()
        with pytest.raises(PeerError):
            await take_in_round(desk.app, box)
        await box.mailbox.close()
        await asyncio.to_thread(own_dovecot.start)
        began = monotonic()
        new = await take_in_round(desk.app, box)
        late = max(late, monotonic() - began)

        assert 1 == new

    await box.mailbox.close()

    assert sorted(f"r{number}" for number in range(2 * kills)) == await kept(desk)
    assert late < NEXT_SECONDS_MAX


async def test_a_line_that_dies_in_idle_is_found_out(desk: Desk, own_dovecot: Dovecot) -> None:
    """
    Something between forwards nothing more and closes nothing while the service waits. With
    short times: new mail is seen after poll, deadline and backoff; with the times that we
    ship these three stay under two minutes.
    """
    user = own_dovecot.add_user()
    async with Relay(own_dovecot.imap_port) as relay:
        settings = replace(settings_for(relay.port, user), done_seconds=0.3, command_seconds=1)
        box = inbound(settings)
        desk.app = replace(desk.app, inbounds=(box,))
        service = Service(desk.app, ServiceOptions(poll_seconds=0.5, idle_seconds=0.5))
        watching = asyncio.create_task(service.watch(box))
        await until(lambda: is_checked(desk))
        relay.stall()
        await asyncio.to_thread(own_dovecot.deliver, user, mail(1))
        began = monotonic()
        await until(lambda: has_kept(desk))
        seen = monotonic() - began
        watching.cancel()
        await asyncio.wait({watching})
    shipped = ImapSettings(host="h", port=1, username="u", credential=settings.credential)
    waits = min(ServiceOptions().poll_seconds, shipped.idle_seconds_max)

    assert seen < 0.5 + settings.done_seconds + BACKOFF_FIRST_SECONDS + 5
    assert waits + shipped.done_seconds + BACKOFF_FIRST_SECONDS < SEEN_SECONDS_MAX


async def test_new_uids_for_thousands_of_known_mails_bring_only_the_new(
    desk: Desk, own_dovecot: Dovecot
) -> None:
    """The folder is made anew with all that was known and ten new mails: ten are new."""
    user, known = own_dovecot.add_user(), count(150, 5_000)
    box = inbound(settings_for(own_dovecot.imap_port, user))
    own_dovecot.deliver(user, mail(ALL))
    own_dovecot.deposit(user, (mail(number) for number in range(known)))
    first = await take_in_round(desk.app, box)
    await box.mailbox.close()
    own_dovecot.renew_uidvalidity(user)
    own_dovecot.deposit(user, (mail(ALL + number) for number in range(1, 11)))
    second = await take_in_round(desk.app, box)
    third = await take_in_round(desk.app, box)
    await box.mailbox.close()

    assert (known + 1, 10, 0) == (first, second, third)


async def test_a_huge_mail_is_told_and_the_next_one_goes_on(diary: Diary) -> None:
    """
    Fifty megabytes from a contact: its beginning is read and acted upon, the owner is told that
    it is too large, the whole stays in the mailbox, and the mail behind it is applied at once.
    """
    await diary.play(DUNNED)
    office = diary.office
    letter = diary.last_letter("ACME")
    small = office.reply_to(letter, "ap@acme.test", PROMISE)
    huge = office.reply_to(letter, "ap@acme.test", "Please send us a statement of account.")
    boundary = b"=_huge"
    head, _, text = huge.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [line for line in head.split(b"\n") if not line.lower().startswith(b"content-")]
    chunk = b"A" * 76 + b"\n"
    raw = (
        b"\n".join(lines)
        + b'\nContent-Type: multipart/mixed; boundary="' + boundary + b'"\n\n--' + boundary
        + b"\nContent-Type: text/plain\n\n" + text + b"\n--" + boundary
        + b"\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
        + chunk * (LARGE_OCTETS // len(chunk)) + b"--" + boundary + b"--\n"
    )  # fmt: skip
    office.dovecot.deposit(office.user, [raw])
    await asyncio.to_thread(office.deliver, small)
    began = monotonic()
    await minutes_later(office)
    spent = monotonic() - began
    told = [
        row.effect.why
        for row in await office.store.outgoing_in(OutgoingStage.ACCEPTED)
        if isinstance(row.effect, ForwardToRep) and row.recipient == REP
    ]
    processed = office.dovecot.folder(office.user, "Processed")

    assert 1 == await events_of(office, "promise_made")
    assert 1 == sum("larger than Duly reads" in why for why in told)
    assert [False, True] == sorted(len(one) > LARGE_OCTETS for one in processed)
    assert spent < NEXT_SECONDS_MAX


async def test_refused_logins_are_not_hammered(desk: Desk, own_dovecot: Dovecot) -> None:
    """A wrong password is one attempt, and the next comes minutes later."""
    user = own_dovecot.add_user()
    wrong = User(name=user.name, password="wrong", address=user.address)
    async with Relay(own_dovecot.imap_port) as relay:
        box = inbound(settings_for(relay.port, wrong))
        service = Service(desk.app, ServiceOptions(poll_seconds=0.1))
        watching = asyncio.create_task(service.watch(box))
        await asyncio.wait({watching}, timeout=1.5)
        watching.cancel()
        await asyncio.wait({watching})

        assert 1 == relay.connections
