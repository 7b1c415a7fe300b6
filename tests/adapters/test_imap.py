"""IMAP against a healthy Dovecot: find, fetch, move, prove and file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.errors import PeerError
from tests.adapters.imap_case import SENT, deliver, mail, mailbox, settings_for
from tests.servers.dovecot import Dovecot, User


async def test_mail_is_found_fetched_and_moved(dovecot: Dovecot, user: User) -> None:
    """Replies are found by UID, fetched byte for byte without a mark, and filed."""
    await deliver(dovecot, user, mail(1), mail(2), mail(3))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        state = await inbox.open("INBOX")
        uids = await inbox.uids_after(0)
        fetched = await inbox.fetch(uids)
        await inbox.move(uids[:2], "Processed")
        left = await inbox.uids_after(0)
        newer = await inbox.uids_after(uids[-1])

    assert (3, uids[-1] + 1) == (state.exists, state.uidnext)
    assert state.uidvalidity > 0
    assert uids == [one.uid for one in fetched]
    assert all(one.raw.endswith(mail(n)) for n, one in enumerate(fetched, start=1))
    assert [len(one.raw) for one in fetched] == [one.octets for one in fetched]
    assert ([uids[2]], []) == (left, newer)
    assert len(await asyncio.to_thread(dovecot.folder, user, "Processed")) == 2


async def test_fetching_marks_nothing(dovecot: Dovecot, user: User) -> None:
    """Somebody who shares the mailbox still sees the mail as unread."""
    await deliver(dovecot, user, mail(1))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        await inbox.fetch(await inbox.uids_after(0))
    client = dovecot.login(user)
    client.select("INBOX", readonly=True)
    unseen = client.search(None, "UNSEEN")[1]
    client.logout()

    assert unseen == [b"1"]


async def test_mail_is_found_by_date(dovecot: Dovecot, user: User) -> None:
    """A rescan looks at what has arrived since a day."""
    await deliver(dovecot, user, mail(1))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        (arrived,) = await inbox.fetch(await inbox.uids_after(0))
        assert arrived.internal_at is not None
        found = await inbox.uids_since(arrived.internal_at.date() - timedelta(days=1))
        later = await inbox.uids_since(arrived.internal_at.date() + timedelta(days=2))

    assert abs(datetime.now(UTC) - arrived.internal_at) < timedelta(minutes=1)
    assert ([arrived.uid], []) == (found, later)


async def test_expunged_mail_is_simply_absent(dovecot: Dovecot, user: User) -> None:
    """Another client deletes a mail between search and fetch: the others are fetched."""
    await deliver(dovecot, user, mail(1), mail(2))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        uids = await inbox.uids_after(0)
        client = dovecot.login(user)
        client.select("INBOX")
        client.store("1", "+FLAGS", "\\Deleted")
        client.expunge()
        client.logout()
        fetched = await inbox.fetch([*uids, 4_000])

    assert uids[1:] == [one.uid for one in fetched]


async def test_an_oversize_mail_is_cut_and_the_next_one_whole(dovecot: Dovecot, user: User) -> None:
    """Of a huge mail only headers and the first text are fetched, and it is marked."""
    huge = mail(2, "x" * 70 + ("\r\n" + "y" * 70) * 3_000)
    await deliver(dovecot, user, mail(1), huge, mail(3))
    settings = replace(
        settings_for(dovecot.imap_port, user), octets_max=100_000, text_octets_max=1_000
    )
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
        before, cut, after = await inbox.fetch(await inbox.uids_after(0))

    assert (before.is_oversize, cut.is_oversize, after.is_oversize) == (False, True, False)
    assert cut.octets > 200_000
    headers, text = cut.raw.split(b"\r\n\r\n", 1)
    assert b"Subject: pay * now 2" in headers
    assert huge.partition(b"\r\n\r\n")[2][:1_000] == text


async def test_endless_headers_are_cut_too(dovecot: Dovecot, user: User) -> None:
    """A mail that is all headers costs no more memory than one that is all text."""
    header = b"".join(b"X-Filler-%d: %s\r\n" % (n, b"h" * 60) for n in range(3_000))
    await deliver(dovecot, user, header + b"\r\ntext\r\n")
    settings = replace(
        settings_for(dovecot.imap_port, user), octets_max=100_000, header_octets_max=1_000
    )
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
        (cut,) = await inbox.fetch(await inbox.uids_after(0))

    assert cut.is_oversize
    assert cut.raw.endswith(b"\r\n\r\ntext\r\n")
    assert len(cut.raw) == 1_000 + len(b"\r\n\r\ntext\r\n")


async def test_a_message_id_is_found_as_sent_or_as_rewritten(dovecot: Dovecot, user: User) -> None:
    """The Sent folder proves a letter, under its own id or the one that a provider kept aside."""
    kept_aside = b"X-Microsoft-Original-Message-ID: <l2@s.test>\r\n\r\nx\r\n"
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        await inbox.append(SENT, b"Message-ID: <l1@s.test>\r\n\r\nx\r\n")
        await inbox.append(SENT, b"Message-ID: <new@x.test>\r\n" + kept_aside)
        await deliver(dovecot, user, mail(1))
        found = [
            await inbox.has_message(SENT, wanted)
            for wanted in ("l1@s.test", "l2@s.test", "1@s.test", "l3@s.test")
        ]
        uids = await inbox.uids_after(0)

    assert found == [True, True, False, False]
    assert len(uids) == 1


async def test_a_filed_copy_is_marked_as_seen(dovecot: Dovecot, user: User) -> None:
    """A copy in the Sent folder is byte for byte the letter, and does not count as unread."""
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        await inbox.append("Sent", mail(1))
    client = dovecot.login(user)
    client.select("Sent", readonly=True)
    seen = client.search(None, "SEEN")[1]
    client.logout()

    assert seen == [b"1"]
    assert await asyncio.to_thread(dovecot.folder, user, "Sent") == [mail(1)]


async def test_a_missing_folder_is_made(dovecot: Dovecot, user: User) -> None:
    """Filing does not fail because nobody has made the folder."""
    await deliver(dovecot, user, mail(1))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        await inbox.move(await inbox.uids_after(0), "Duly/Erledigt & geprüft")

    assert len(await asyncio.to_thread(dovecot.folder, user, "Duly/Erledigt &- gepr&APw-ft")) == 1


async def test_a_server_without_move_copies_and_expunges_by_uid(old_dovecot: Dovecot) -> None:
    """Without MOVE only our mail leaves; what another client has marked deleted stays."""
    user = old_dovecot.add_user()
    await deliver(old_dovecot, user, mail(1), mail(2))
    client = old_dovecot.login(user)
    client.select("INBOX")
    client.store("1", "+FLAGS", "\\Deleted")
    async with mailbox(settings_for(old_dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        first, second = await inbox.uids_after(0)
        await inbox.move([second], "Filed")
        left = await inbox.uids_after(0)
        is_pushed = await inbox.wait(0.05)
    client.shutdown()

    assert [first] == left
    assert not is_pushed
    assert len(await asyncio.to_thread(old_dovecot.folder, user, "Filed")) == 1


async def test_a_mail_that_others_marked_lies_unmarked_in_its_folder(
    old_dovecot: Dovecot,
) -> None:
    """A colleague deleted it in their client, which only marks: its copy is no deleted mail."""
    user = old_dovecot.add_user()
    await deliver(old_dovecot, user, mail(1))
    client = await asyncio.to_thread(old_dovecot.login, user)
    client.select("INBOX")
    client.store("1", "+FLAGS", "(\\Deleted)")
    async with mailbox(settings_for(old_dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        await inbox.move(await inbox.uids_after(0), "Processed")
        left = await inbox.uids_after(0)
    client.select("Processed")
    _, marked = client.search(None, "DELETED")
    _, found = client.search(None, "ALL")
    client.logout()

    assert ([], [b""], [b"1"]) == (left, marked, found)


async def test_a_server_without_uidplus_keeps_the_mail(bare_dovecot: Dovecot) -> None:
    """Where only a plain EXPUNGE is left, nothing is copied and nothing deleted."""
    user = bare_dovecot.add_user()
    await deliver(bare_dovecot, user, mail(1))
    async with mailbox(settings_for(bare_dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        uids = await inbox.uids_after(0)
        await inbox.move(uids, "Processed")
        left = await inbox.uids_after(0)

    assert uids == left
    assert await asyncio.to_thread(bare_dovecot.folder, user, "Processed") == []


async def test_a_folder_that_is_not_there_holds_no_mail(dovecot: Dovecot, user: User) -> None:
    """No Sent folder yet is no evidence; a folder that cannot be opened is no answer."""
    client = dovecot.login(user)
    client.create("Closed/Inner")
    client.logout()
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        found = await inbox.has_message("Sent", "l1@s.test")
        with pytest.raises(PeerError, match="SELECT"):
            await inbox.has_message("Closed", "l1@s.test")
        await deliver(dovecot, user, mail(1))
        uids = await inbox.uids_after(0)

    assert (False, 1) == (found, len(uids))
