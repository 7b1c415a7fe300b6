"""Mails that were read, before a server that copies and marks them, but clears none away."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from io import StringIO

from daemon.adapters.imap import ImapMailbox
from daemon.adapters.log import open_log
from daemon.application import Inbound
from daemon.rounds.take_in import file_round
from daemon.service import ServiceOptions, one_pass
from tests.adapters.imap_case import mail, settings_for
from tests.rounds.conftest import Desk
from tests.rounds.rep_post import PlainParser
from tests.servers.dovecot import Dovecot
from tests.servers.interceptor import Attack, Interceptor


class NoExpunge(Interceptor):
    """Stands before a real server and refuses UID EXPUNGE, until the right to it is given."""

    def __init__(self, target_port: int) -> None:
        super().__init__(target_port, Attack.CLEAR)
        self.is_refusing = True

    async def _is_answered(self, line: bytes, near_out: asyncio.StreamWriter) -> bool:
        tag, _, command = line.partition(b" ")
        if self.is_refusing and command.startswith(b"UID EXPUNGE"):
            near_out.write(tag + b" NO [NOPERM] You may not expunge here.\r\n")
            return True
        return await super()._is_answered(line, near_out)


async def test_mails_that_are_not_cleared_away_are_copied_once(
    desk: Desk, old_dovecot: Dovecot
) -> None:
    """
    Three turns copy a mail once and tell once that it stays, marked; the next mail is copied
    once too. Once Duly may expunge, the third leaves the inbox, and the trouble is over.
    """
    user, lines = old_dovecot.add_user(), StringIO()
    async with NoExpunge(old_dovecot.imap_port) as middle:
        box = ImapMailbox(replace(settings_for(middle.port, user), name="ar"))
        inbound = Inbound(mailbox=box)
        log = open_log(level="info", stream=lines)
        app = replace(desk.app, parser=PlainParser(), inbounds=(inbound,), log=log)
        problems: list[str] = []
        copied = []
        for number in (1, 2, 3):
            middle.is_refusing = number < 3
            await asyncio.to_thread(old_dovecot.deliver, user, mail(number, f"Hello {number}"))
            problems += await one_pass(app, ServiceOptions())
            await file_round(app, inbound)
            await file_round(app, inbound)
            copied.append(len(await asyncio.to_thread(old_dovecot.folder, user, "Processed")))
        await box.close()
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]

    assert ([], [1, 2, 3]) == (problems, copied)
    assert ["mails_not_cleared", "mails_cleared"] == [one for one in told if "clear" in one]
    assert 2 == len(await asyncio.to_thread(old_dovecot.folder, user))
