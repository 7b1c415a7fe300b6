"""IMAP when things go wrong: dead, silent or cut lines, new generations, refused logins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from daemon.adapters.authentication import Bearer, Password
from daemon.adapters.imap import ImapMailbox, ImapSettings
from daemon.errors import ConfigError, PeerError
from tests.adapters.conftest import running
from tests.adapters.imap_case import MakeRelay, deliver, mail, mailbox, settings_for
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot, User
from tests.servers.tokens import TokenServer


async def test_a_killed_server_is_noticed_and_found_again(own_dovecot: Dovecot) -> None:
    """The server dies while we idle: an error at once, and after its restart all mail."""
    user = own_dovecot.add_user()
    await deliver(own_dovecot, user, mail(1))
    async with mailbox(settings_for(own_dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        waiting = asyncio.ensure_future(inbox.wait(60))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(own_dovecot.kill)
        with pytest.raises(PeerError, match="connection"):
            await asyncio.wait_for(waiting, 2)
        with pytest.raises(PeerError) as refused:
            await inbox.open("INBOX")
        await asyncio.to_thread(own_dovecot.start)
        await inbox.open("INBOX")
        uids = await inbox.uids_after(0)

    assert not refused.value.is_permanent
    assert len(uids) == 1


async def test_a_stopped_server_is_noticed_by_the_watchdog(own_dovecot: Dovecot) -> None:
    """A server that keeps the connection but answers nothing is left within the deadline."""
    user = own_dovecot.add_user()
    settings = replace(settings_for(own_dovecot.imap_port, user), done_seconds=0.3)
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
        waiting = asyncio.ensure_future(inbox.wait(0.3))
        await asyncio.sleep(0.1)
        own_dovecot.pause()
        with pytest.raises(PeerError, match="does not answer"):
            await waiting
        own_dovecot.resume()
        state = await inbox.open("INBOX")

    assert state.exists == 0


@pytest.mark.parametrize("what", ["wait", "search", "fetch"])
async def test_a_silent_line_is_left_in_time(
    dovecot: Dovecot, user: User, relay_to: MakeRelay, what: str
) -> None:
    """The line goes dead without a word: an error within the deadline, then a new connection."""
    await deliver(dovecot, user, mail(1))
    relay = await relay_to(dovecot.imap_port)
    settings = replace(settings_for(relay.port, user), command_seconds=0.3, done_seconds=0.3)
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
        relay.fall_silent()
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "wait": lambda: inbox.wait(0.1),
            "search": lambda: inbox.uids_after(0),
            "fetch": lambda: inbox.fetch([1]),
        }
        with pytest.raises(PeerError):
            await asyncio.wait_for(calls[what](), 3)
        with pytest.raises(PeerError, match="not connected"):
            await inbox.uids_after(0)
        relay.flow()
        await inbox.open("INBOX")
        uids = await inbox.uids_after(0)

    assert len(uids) == 1


@pytest.mark.parametrize("octets", [1, 40, 2_000, 100_000])
async def test_a_line_cut_in_mid_mail_yields_no_half_mail(
    dovecot: Dovecot, user: User, relay_to: MakeRelay, octets: int
) -> None:
    """Wherever the line is cut, a mail comes whole or not at all."""
    await deliver(dovecot, user, mail(1, "z" * 900 + ("\r\n" + "z" * 900) * 300))
    relay = await relay_to(dovecot.imap_port)
    async with mailbox(settings_for(relay.port, user)) as inbox:
        await inbox.open("INBOX")
        relay.cut_after(to_client=octets)
        with pytest.raises(PeerError):
            await inbox.fetch([1])
        relay.cut_after()
        await inbox.open("INBOX")
        (whole,) = await inbox.fetch([1])

    assert whole.octets == len(whole.raw)


async def test_a_cancelled_command_costs_the_connection(dovecot: Dovecot, user: User) -> None:
    """A stop in mid-command leaves no answer behind that a later question could take."""
    await deliver(dovecot, user, mail(1))
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        waiting = asyncio.ensure_future(inbox.wait(60))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(PeerError, match="not connected"):
            await inbox.uids_after(0)
        state = await inbox.open("INBOX")

    assert state.exists == 1


async def test_a_new_generation_of_the_folder_is_told(own_dovecot: Dovecot) -> None:
    """The server loses its UIDs: UIDVALIDITY changes, and all mail is still found."""
    user = own_dovecot.add_user()
    await deliver(own_dovecot, user, mail(1), mail(2))
    async with mailbox(settings_for(own_dovecot.imap_port, user)) as inbox:
        before = await inbox.open("INBOX")
        await inbox.close()
        await asyncio.to_thread(own_dovecot.renew_uidvalidity, user)
        after = await inbox.open("INBOX")
        fetched = await inbox.fetch(await inbox.uids_after(0))

    assert before.uidvalidity != after.uidvalidity
    assert len(fetched) == 2


async def test_a_folder_replaced_behind_our_back_is_told(dovecot: Dovecot, user: User) -> None:
    """After a look into another folder the old UIDs are not used on a new generation."""
    client = dovecot.login(user)
    client.create("Replies")
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        await inbox.open("Replies")
        await inbox.has_message("INBOX", "x@y.test")
        client.delete("Replies")
        client.create("Replies")
        client.logout()
        with pytest.raises(PeerError, match="replaced"):
            await inbox.fetch([1])
        state = await inbox.open("Replies")

    assert state.exists == 0


async def test_a_refused_folder_leaves_the_connection(dovecot: Dovecot, user: User) -> None:
    """A NO is an error of its own; the next question is answered."""
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        with pytest.raises(PeerError) as caught:
            await inbox.open("No such folder")
        with pytest.raises(PeerError, match="no folder is open"):
            await inbox.uids_after(0)
        state = await inbox.open("INBOX")

    assert "IMAP SELECT was answered NO" in str(caught.value)
    assert not caught.value.is_auth
    assert state.exists == 0


async def test_a_wrong_password_is_told_from_a_fault(dovecot: Dovecot, user: User) -> None:
    """A refused login stops the mailbox, quickly, with its own alarm."""
    settings = settings_for(dovecot.imap_port, user)
    async with mailbox(replace(settings, credential=Password(text='wr"o\\ng'))) as inbox:
        with pytest.raises(PeerError) as caught:
            await inbox.open("INBOX")

    assert (caught.value.is_auth, caught.value.is_permanent) == (True, True)


async def test_a_password_may_hold_quotes(dovecot: Dovecot) -> None:
    """Passwords with quotes and backslashes log in."""
    user = dovecot.add_user(password='pa"ss\\w{rd} é')
    async with mailbox(settings_for(dovecot.imap_port, user)) as inbox:
        state = await inbox.open("INBOX")

    assert state.exists == 0


async def test_a_token_opens_the_mailbox_until_it_is_withdrawn() -> None:
    """XOAUTH2: a good token logs in; a withdrawn one is refused as a login, and quickly."""
    current = "first-token"

    async def token() -> str:
        return current

    with TokenServer() as tokens:
        for server in running(lambda: Dovecot(token_port=tokens.port)):
            user = server.add_user()
            tokens.owners["first-token"] = user.name
            settings = replace(
                settings_for(server.imap_port, user), credential=Bearer(provider=token)
            )
            async with mailbox(settings) as inbox:
                state = await inbox.open("INBOX")
                await inbox.close()
                current = "expired-token"
                with pytest.raises(PeerError) as caught:
                    await asyncio.wait_for(inbox.open("INBOX"), 3)

    assert state.exists == 0
    assert (caught.value.is_auth, caught.value.is_permanent) == (True, True)


async def test_tls_is_verified(dovecot: Dovecot, user: User, certificates: Certificates) -> None:
    """The known certificate opens the mailbox; an unknown one ends it before the password."""
    settings = replace(
        settings_for(dovecot.imaps_port, user),
        host="localhost",
        tls="implicit",
        ca_file=str(certificates.certificate),
    )
    async with mailbox(settings) as inbox:
        await inbox.open("INBOX")
    async with mailbox(replace(settings, ca_file="")) as stranger:
        with pytest.raises(PeerError, match="certificate") as caught:
            await stranger.open("INBOX")

    assert (caught.value.is_permanent, caught.value.is_auth) == (True, False)


@pytest.mark.parametrize(
    ("host", "tls"),
    [
        pytest.param("mail.example.com", "none", id="clear"),
        pytest.param("::1", "starttls", id="starttls"),
    ],
)
def test_weak_settings_are_refused(host: str, tls: str) -> None:
    """Clear text to another machine and STARTTLS are found at start."""
    with pytest.raises(ConfigError):
        ImapMailbox(
            ImapSettings(
                host=host,
                port=143,
                tls=tls,  # type: ignore[arg-type]  # one of the three words
                username="ar",
                credential=Password(text="x"),
            )
        )


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"* BYE too many connections\r\n", id="bye"),
        pytest.param(b"220 smtp.example.com ESMTP\r\n", id="smtp"),
        pytest.param(b"\x00\xff\x00\xff\r\n", id="noise"),
        pytest.param(b"", id="closes"),
    ],
)
async def test_a_server_that_is_none_is_told_at_once(answer: bytes) -> None:
    """What does not greet as IMAP is a fault of the peer, not a hang."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    user = User(name="ar", password="x", address="ar@seller.test")
    async with server, mailbox(settings_for(port, user)) as inbox:
        with pytest.raises(PeerError) as caught:
            await asyncio.wait_for(inbox.open("INBOX"), 2)

    assert not caught.value.is_auth


async def test_a_refused_copy_is_told_from_a_lost_line(own_dovecot: Dovecot) -> None:
    """A mail above the server's limit is refused and the next one filed; a cut line refuses not."""
    user = own_dovecot.add_user()
    await asyncio.to_thread(own_dovecot.limit_mails, 2_000)
    async with mailbox(settings_for(own_dovecot.imap_port, user)) as inbox:
        await inbox.open("INBOX")
        with pytest.raises(PeerError, match="Mail size is larger") as refused:
            await inbox.append("Sent", mail(1, "x" * 3_000))
        await inbox.append("Sent", mail(2))
        await asyncio.to_thread(own_dovecot.kill)
        with pytest.raises(PeerError) as lost:
            await inbox.append("Sent", mail(3))
        await asyncio.to_thread(own_dovecot.start)

    assert [True, False] == [refused.value.is_refusal, lost.value.is_refusal]
    assert [mail(2)] == own_dovecot.folder(user, "Sent")
