"""The beginnings of long mails, before anybody decides whether to fetch them whole."""

from __future__ import annotations

from dataclasses import replace

from daemon.adapters.imap import ImapMailbox
from tests.adapters.conftest import certificates, dovecot
from tests.adapters.imap_case import deliver, embedded_settings, mail, mailbox, settings_for
from tests.servers.dovecot import Dovecot
from tests.servers.pymap_imap import Pymap

__all__ = ["certificates", "dovecot"]

LONG = mail(2, "x" * 70 + ("\r\n" + "y" * 70) * 300)
HUGE = mail(3, "x" * 70 + ("\r\n" + "z" * 70) * 3_000)


async def test_only_what_is_longer_and_not_cut_anyway_has_a_beginning(dovecot: Dovecot) -> None:
    """A short mail is fetched whole in any case, a huge one is cut in any case; the one between
    comes with its headers and first text, and the size of the whole."""
    user = dovecot.add_user()
    await deliver(dovecot, user, mail(1), LONG, HUGE)
    settings = replace(
        settings_for(dovecot.imap_port, user),
        octets_max=100_000,
        beginning_header_octets_max=2_000,
        beginning_text_octets_max=1_000,
    )
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
        uids = await inbox.uids_after(0)
        found = await inbox.beginnings(uids)
        again = await inbox.beginnings(uids)
        whole = await inbox.fetch(uids)

    assert [uids[1]] == [one.uid for one in found]
    assert found == again
    assert found[0].is_oversize
    assert found[0].octets == whole[1].octets
    head, _, text = found[0].raw.partition(b"\r\n\r\n")
    assert whole[1].raw.startswith(head)
    assert LONG.partition(b"\r\n\r\n")[2][:1_000] == text


async def test_no_mail_has_no_beginning(dovecot: Dovecot) -> None:
    """Nothing is asked for nothing, nor for what is gone."""
    user = dovecot.add_user()
    await deliver(dovecot, user, mail(1))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")

        assert [] == await inbox.beginnings([])
        assert [] == await inbox.beginnings([4_000])


async def test_the_embedded_server_gives_beginnings_too() -> None:
    """The server of the demonstration cuts as Dovecot does."""
    async with Pymap() as server:
        await server.add_user("ar")
        settings = replace(
            embedded_settings(server),
            beginning_header_octets_max=500,
            beginning_text_octets_max=100,
        )
        inbox = ImapMailbox(settings)
        try:
            await inbox.open("INBOX")
            await inbox.append("INBOX", LONG)
            (found,) = await inbox.beginnings(await inbox.uids_after(0))
        finally:
            await inbox.close()

    head, _, text = LONG.partition(b"\r\n\r\n")
    assert (head + b"\r\n\r\n" + text[:100], len(LONG)) == (found.raw, found.octets)
