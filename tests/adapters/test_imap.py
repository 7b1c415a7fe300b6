from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.adapters.authentication import Bearer, Password
from daemon.adapters.imap import ImapMailbox, ImapSettings
from daemon.adapters.imap_answers import fetch_records, search_uids
from daemon.adapters.imap_protocol import mailbox_name, quoted, sequence_set
from daemon.errors import ConfigError, PeerError
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot, User
from tests.servers.relay import Relay

SENT = "Gesendete Objekte & Grüße"
MakeRelay = Callable[[int], Awaitable[Relay]]


def mail(number: int, text: str = "We will pay.") -> bytes:
    return (
        f"From: ap@debtor.test\r\nMessage-ID: <r{number}@debtor.test>\r\n"
        f"Subject: pay * now {number}\r\n\r\n{text}\r\n"
    ).encode()


def settings_for(port: int, user: User) -> ImapSettings:
    return ImapSettings(
        host="127.0.0.1",
        port=port,
        tls="none",
        username=user.name,
        credential=Password(text=user.password),
        connect_seconds=3,
        command_seconds=5,
        done_seconds=1,
    )


@asynccontextmanager
async def mailbox(settings: ImapSettings) -> AsyncIterator[ImapMailbox]:
    opened = ImapMailbox(settings)
    try:
        yield opened
    finally:
        await opened.close()


async def deliver(dovecot: Dovecot, user: User, *raws: bytes) -> None:
    for raw in raws:
        await asyncio.to_thread(dovecot.deliver, user, raw)


# --- the plain path -----------------------------------------------------------------------


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


# --- waiting ------------------------------------------------------------------------------


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


# --- what goes wrong ----------------------------------------------------------------------


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


# --- who we are ---------------------------------------------------------------------------


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


async def test_a_refused_token_is_an_auth_error_at_once() -> None:
    """The server explains the refusal in a challenge; we answer it and hear the NO."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        tag, _, rest = (await reader.readline()).partition(b" ")
        heard.append(rest)
        writer.write(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
        heard.append(await reader.readline())
        writer.write(tag + b" NO [AUTHENTICATIONFAILED] expired\r\n")
        await reader.read()
        writer.close()

    async def token() -> str:
        return "expired"

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    user = User(name="ar", password="", address="ar@seller.test")
    settings = replace(settings_for(port, user), credential=Bearer(provider=token))
    async with server, mailbox(settings) as inbox:
        with pytest.raises(PeerError) as caught:
            await asyncio.wait_for(inbox.open("INBOX"), 2)

    assert caught.value.is_auth
    assert heard == [
        b"AUTHENTICATE XOAUTH2 dXNlcj1hcgFhdXRoPUJlYXJlciBleHBpcmVkAQE=\r\n",
        b"\r\n",
    ]


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


# --- pure parts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        pytest.param("INBOX", '"INBOX"', id="plain"),
        pytest.param("My Box", '"My Box"', id="blank"),
        pytest.param('a"b\\c', '"a\\"b\\\\c"', id="quotes"),
        pytest.param("Tom & Jerry", '"Tom &- Jerry"', id="ampersand"),
        pytest.param("Entwürfe", '"Entw&APw-rfe"', id="umlaut"),
        pytest.param("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"', id="rfc-3501"),
    ],
)
def test_folder_names_are_encoded(name: str, wire: str) -> None:
    """Folders of any language are named as RFC 3501, section 5.1.3, wants it."""

    assert wire == mailbox_name(name)


@pytest.mark.parametrize("text", ["a\r\nb", "a\x00b", "a\x7fb"])
def test_control_characters_are_never_sent(text: str) -> None:
    """No argument smuggles a command."""
    with pytest.raises(ValueError, match="control"):
        quoted(text)


def test_uids_are_sent_as_ranges() -> None:
    """A long list becomes a short one."""

    assert sequence_set([7, 1, 2, 3, 9, 8, 3]) == "1:3,7:9"


def test_search_answers_of_all_shapes_are_read() -> None:
    """SEARCH, an empty one, several lines, and ESEARCH of a newer server."""
    lines = [b"SEARCH 3 1", b"SEARCH", b'ESEARCH (TAG "A1") UID ALL 5:7,9', b"4 EXISTS"]

    assert search_uids(lines) == [1, 3, 5, 6, 7, 9]


def test_fetch_answers_of_all_shapes_are_read() -> None:
    """UID before or behind the text, quoted text, and flag changes of others in between."""
    lines: list[bytes | bytearray] = [
        b"1 FETCH (UID 5 BODY[] {3}",
        bytearray(b"abc"),
        b")",
        b"9 FETCH (FLAGS (\\Seen))",
        b"2 FETCH (BODY[HEADER] {2}",
        bytearray(b"h)"),
        b" BODY[TEXT]<0> {0}",
        bytearray(),
        b" UID 6)",
        b"3 EXISTS",
        b'3 FETCH (UID 7 RFC822.SIZE 3 BODY[] "a \\"UID 9\\"")',
    ]
    records = fetch_records(lines)

    assert [record.uid for record in records] == [5, 6, 7]
    assert records[0].sections == (("", b"abc"),)
    assert (records[1].section("HEADER"), records[1].section("TEXT")) == (b"h)", b"")
    assert records[2].section("") == b'a "UID 9"'


def test_the_date_of_arrival_is_read_in_any_zone() -> None:
    """INTERNALDATE becomes UTC, with the blank of a one-digit day."""
    (record,) = fetch_records(
        [b'1 FETCH (UID 5 INTERNALDATE " 1-Jan-2027 00:30:00 +0130" RFC822.SIZE 9)']
    )

    assert datetime(2026, 12, 31, 23, 0, tzinfo=UTC) == record.internal_at
    assert date(2026, 12, 31) == record.internal_at.date()
    assert record.octets == 9
