"""Mails that were read, before a server whose folder does not take them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from daemon.adapters.imap import ImapMailbox
from daemon.application import Inbound
from daemon.service import ServiceOptions, one_pass
from tests.adapters.imap_case import mail, settings_for
from tests.rounds.conftest import Desk
from tests.rounds.rep_post import PlainParser
from tests.servers.dovecot import Dovecot

# Dovecot takes no folder of that name: two separators stand side by side.
IMPOSSIBLE = "Done//Read"


async def test_a_folder_that_takes_no_mail_keeps_nothing_else_waiting(
    desk: Desk, own_dovecot: Dovecot
) -> None:
    """
    The mail that was read stays in the inbox, is told of once in two passes, and is not read
    again; the next mail is read all the same. With a folder that takes them both are moved.
    """
    user = own_dovecot.add_user()
    box = ImapMailbox(replace(settings_for(own_dovecot.imap_port, user), name="ar"))
    desk.app = replace(
        desk.app,
        parser=PlainParser(),
        inbounds=(Inbound(mailbox=box, processed=IMPOSSIBLE),),
    )
    await asyncio.to_thread(own_dovecot.deliver, user, mail(1, "Who are you?"))
    problems = await one_pass(desk.app, ServiceOptions())
    await asyncio.to_thread(own_dovecot.deliver, user, mail(2, "Who are you again?"))
    problems += await one_pass(desk.app, ServiceOptions())
    kept = len(own_dovecot.folder(user))
    lasting = set(desk.app.brakes.lasting)
    waiting = await desk.app.store.mails_to_move("ar", 10)
    desk.app = replace(desk.app, inbounds=(Inbound(mailbox=box, processed="Processed"),))
    for _ in range(2):
        problems += await one_pass(desk.app, ServiceOptions())
    await box.close()

    assert [] == problems
    assert 2 == kept
    assert {f"move|ar|{IMPOSSIBLE}"} == lasting
    assert [0, 0] == [mail.attempts - 1 for mail in waiting]
    assert [] == own_dovecot.folder(user)
    assert 2 == len(own_dovecot.folder(user, "Processed"))
    assert set() == desk.app.brakes.lasting
