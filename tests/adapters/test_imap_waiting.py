"""Waiting for mail: pushes, quiet mailboxes, turns, and bursts of lines."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.adapters.imap_case import deliver, mail, mailbox, settings_for
from tests.servers.dovecot import Dovecot, User


async def test_new_mail_wakes_the_wait(dovecot: Dovecot, user: User) -> None:
    """A reply that arrives while we idle is noticed at once; commands go on afterwards."""
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        waiting = asyncio.ensure_future(inbox.wait(20))
        await deliver(dovecot, user, mail(1))
        is_pushed = await waiting
        uids = await inbox.uids_after(0)

    assert is_pushed
    assert len(uids) == 1


async def test_mail_between_search_and_wait_is_not_slept_over(dovecot: Dovecot, user: User) -> None:
    """A reply that is announced before we idle ends the wait before it begins, once."""
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        await inbox.uids_after(0)
        await deliver(dovecot, user, mail(1))
        await inbox.append("Sent", mail(2))
        told = await inbox.wait(20)
        await inbox.uids_after(0)
        await inbox.has_message("Sent", "x@y.test")
        await deliver(dovecot, user, mail(3))
        told_after_a_look_elsewhere = await inbox.wait(20)
        await inbox.uids_after(0)
        told_again = await inbox.wait(0.05)

    assert told
    assert told_after_a_look_elsewhere
    assert not told_again


async def test_a_quiet_mailbox_ends_the_wait_in_time(dovecot: Dovecot, user: User) -> None:
    """Without news the wait ends, and the connection is as good as before."""
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        pushes = [await inbox.wait(0.05) for _ in range(3)]
        uids = await inbox.uids_after(0)

    assert pushes == [False, False, False]
    assert uids == []


async def test_commands_of_two_rounds_take_turns(dovecot: Dovecot, user: User) -> None:
    """Many callers share one connection without mixing their answers."""
    await deliver(dovecot, user, *(mail(n) for n in range(5)))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        uids = await inbox.uids_after(0)
        fetched = await asyncio.gather(*(inbox.fetch([uid]) for uid in uids))

    assert [[uid] for uid in uids] == [[one.uid for one in some] for some in fetched]


async def test_a_burst_of_three_thousand_lines_is_read(dovecot: Dovecot, user: User) -> None:
    """Another client flags 3,000 mails while we idle: the lines come, and we live."""
    await asyncio.to_thread(fill, dovecot, user, 3_000)
    settings = replace(settings_for(dovecot.imap_port, user), command_seconds=20)
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
        waiting = asyncio.ensure_future(inbox.wait(1.5))
        await asyncio.to_thread(flag_all, dovecot, user)
        is_pushed = await waiting
        uids = await inbox.uids_after(0)
        fetched = await inbox.fetch(uids)

    assert not is_pushed
    assert len(uids) == 3_000
    assert {mail(7)} == {one.raw for one in fetched}


def fill(dovecot: Dovecot, user: User, mails: int) -> None:
    client = dovecot.login(user)
    client.append("INBOX", "", "", mail(7))
    client.select("INBOX")
    known = 1
    while known < mails:
        more = min(known, mails - known)
        client.copy(f"1:{more}", "INBOX")
        client.noop()
        known += more
    client.logout()


def flag_all(dovecot: Dovecot, user: User) -> None:
    client = dovecot.login(user)
    client.select("INBOX")
    client.store("1:*", "+FLAGS.SILENT", "\\Flagged")
    client.logout()
