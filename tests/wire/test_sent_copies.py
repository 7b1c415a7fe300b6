"""Copies that Duly files itself, before a server that does not take each of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from daemon.adapters.imap import ImapMailbox
from daemon.application import Inbound, Stationery
from daemon.ports import Frozen, Outgoing
from daemon.service import ServiceOptions, one_pass
from tests.adapters.imap_case import mail, settings_for
from tests.core.builders import invoice
from tests.rounds.conftest import Desk, Paper
from tests.rounds.rep_post import PlainParser
from tests.rounds.test_deliver import open_books
from tests.servers.dovecot import Dovecot, User

LIMIT_OCTETS = 2_000
LONG = b"An invoice of many pages.\r\n" * 200


class Pages(Paper):
    """Stationery of mails; the letters to `long` carry more than the server takes."""

    def freeze(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Freeze a short mail, or a long one."""
        frozen = super().freeze(row, now, original, letter_text)
        text = LONG if "@long." in frozen.envelope_to else b"Please pay.\r\n"
        head = f"To: {frozen.envelope_to}\r\nMessage-ID: <{frozen.message_id}>\r\n\r\n"
        return replace(frozen, raw=head.encode() + text)


async def set_up(desk: Desk, server: Dovecot, user: User) -> ImapMailbox:
    """Let three customers owe, the first of them with a long letter, and a mail wait."""
    debtors = [
        (name, "DE", "Europe/Berlin", invoice(f"INV-{name}", "2026-06-01", 100))
        for name in ("long", "one", "two")
    ]
    await open_books(desk, "2026-06-11", *debtors)
    settings = replace(settings_for(server.imap_port, user), name="ar")
    box = ImapMailbox(settings)
    desk.app = replace(
        desk.app,
        parser=PlainParser(),
        stationery=cast(Stationery, Pages()),
        delivery=replace(desk.app.delivery, sent_copy="append", batch_max=50),
        inbounds=(Inbound(mailbox=box, sent="Sent"),),
    )
    await asyncio.to_thread(server.deliver, user, mail(1, "Who are you?"))
    return box


def readers_of(server: Dovecot, user: User) -> list[str]:
    """Return to whom the letters went whose copies lie in the Sent folder."""
    copies = server.folder(user, "Sent")
    return sorted(raw.split(b"@")[1].split(b".")[0].decode() for raw in copies)


async def test_a_copy_above_the_servers_limit_costs_that_copy_alone(
    desk: Desk, own_dovecot: Dovecot
) -> None:
    """
    One pass sends three letters and reads a mail. The copy of the first is larger than the
    server takes: the others lie in the Sent folder, the mail is moved, and no server failed.
    With the limit lifted the next hour files it, once.
    """
    user = own_dovecot.add_user()
    await asyncio.to_thread(own_dovecot.limit_mails, LIMIT_OCTETS)
    box = await set_up(desk, own_dovecot, user)
    problems = await one_pass(desk.app, ServiceOptions())
    before = readers_of(own_dovecot, user)
    moved = own_dovecot.folder(user, "Processed")
    lasting = {matter.partition("|")[0] for matter in desk.app.brakes.lasting}
    await box.close()
    await asyncio.to_thread(own_dovecot.limit_mails, 0)
    desk.clock.advance_to(desk.clock.now() + timedelta(minutes=61))
    problems += await one_pass(desk.app, ServiceOptions())
    problems += await one_pass(desk.app, ServiceOptions())
    await box.close()

    assert [] == problems
    assert ["one", "two"] == before
    assert [b"Who are you?"] == [raw.split(b"\r\n\r\n")[1].strip() for raw in moved]
    assert {"copy"} == lasting
    assert ["long", "one", "two"] == readers_of(own_dovecot, user)
    assert set() == desk.app.brakes.lasting


class Cut(ImapMailbox):
    """A mailbox whose line is cut while a copy is filed."""

    async def append(self, folder: str, raw: bytes) -> None:
        """Lose the line."""
        await self.close()
        await super().append(folder, raw)


async def test_a_line_cut_while_a_copy_is_filed_keeps_no_mail_in_the_inbox(
    desk: Desk, own_dovecot: Dovecot
) -> None:
    """The fault is told; what was read is moved in the same pass, over a line of its own."""
    user = own_dovecot.add_user()
    await set_up(desk, own_dovecot, user)
    settings = replace(settings_for(own_dovecot.imap_port, user), name="ar")
    box = Cut(settings)
    desk.app = replace(desk.app, inbounds=(Inbound(mailbox=box, sent="Sent"),))
    problems = await one_pass(desk.app, ServiceOptions())
    await box.close()

    assert ["filing: IMAP: not connected"] == problems
    assert 1 == len(own_dovecot.folder(user, "Processed"))
    assert [] == own_dovecot.folder(user)


class Strict(ImapMailbox):
    """A mailbox whose server hangs up over a mail that is too large for it."""

    async def append(self, folder: str, raw: bytes) -> None:
        """Lose the line over a long mail."""
        if len(raw) > LIMIT_OCTETS:
            await self.close()
        await super().append(folder, raw)


async def test_a_server_that_hangs_up_over_a_copy_gets_the_others(
    desk: Desk, own_dovecot: Dovecot
) -> None:
    """The first pass files the others and tells of the lost line; the next ones of that copy."""
    user = own_dovecot.add_user()
    await set_up(desk, own_dovecot, user)
    box = Strict(replace(settings_for(own_dovecot.imap_port, user), name="ar"))
    desk.app = replace(desk.app, inbounds=(Inbound(mailbox=box, sent="Sent"),))
    problems = await one_pass(desk.app, ServiceOptions())
    before = readers_of(own_dovecot, user)
    later = [
        *await one_pass(desk.app, ServiceOptions()),
        *await one_pass(desk.app, ServiceOptions()),
    ]
    lasting = {matter.partition("|")[0] for matter in desk.app.brakes.lasting}
    await box.close()

    assert ["filing: IMAP: not connected"] == problems
    assert ["one", "two"] == before == readers_of(own_dovecot, user)
    assert ([], {"copy"}) == (later, lasting)
