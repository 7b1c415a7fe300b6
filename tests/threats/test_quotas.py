"""Quotas of octets before a true mailbox: what a flood may fill, and whom it may not starve."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from io import StringIO

import pytest

from daemon.adapters.imap import ImapMailbox
from daemon.adapters.log import open_log
from daemon.application import Inbound
from daemon.core.effects import ForwardToRep, TellOperator
from daemon.core.quota import Quota
from daemon.errors import ParserFailed
from daemon.ports import InboxMail, MailStage, OutgoingKind
from daemon.rounds.read_mail import read_round
from daemon.rounds.take_in import file_round, take_in_round
from parsers.reading import Context, Identity
from tests.adapters.conftest import own_dovecot
from tests.adapters.imap_case import settings_for
from tests.core.builders import AP
from tests.rounds.rep_post import AUTHSERV, FIRST, INBOX, PlainParser, Post
from tests.servers.dovecot import Dovecot, User
from tests.threats.counts import count

__all__ = ["own_dovecot"]

LARGE = 100_000
LARGE_LINES = LARGE // 78 + 1
CROOK = "crook@evil.test"
QUOTA = Quota(sender_octets_max=350_000, all_octets_max=1_000_000)
TEXT = "We will pay INV-1007 on 30 June 2026."


def large(number: int, sender: str, text: str = "See the file.", verdict: str = "pass") -> bytes:
    """Return a mail of a hundred kilobytes with an attachment, and our server's verdict."""
    return (
        f"Authentication-Results: {AUTHSERV}; dmarc={verdict} "
        f"header.from={sender.rpartition('@')[2]}\r\nFrom: Somebody <{sender}>\r\nTo: {INBOX}\r\n"
        f"Subject: Re: your letter\r\nMessage-ID: <q{number}@x.test>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
        f'{text}\r\n--b\r\nContent-Type: application/pdf; name="a.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
        + ("A" * 76 + "\r\n") * LARGE_LINES
        + "--b--\r\n"
    ).encode()


@dataclass
class Mailroom:
    """The office behind a true mailbox of which so much a day is kept whole."""

    post: Post
    dovecot: Dovecot
    user: User
    inbound: Inbound

    def arrive(self, *raws: bytes) -> None:
        """Deliver mails, in this order."""
        for raw in raws:
            self.dovecot.deliver(self.user, raw)

    async def take_in(self) -> int:
        """Search the mailbox once."""
        return await take_in_round(self.post.desk.app, self.inbound)

    async def mails(self, sender: str) -> list[InboxMail]:
        """Return the kept mails of a sender as they came."""
        found = await self.post.desk.store.mails_in(MailStage.KEPT, 1_000)
        mine = [mail for mail in found if f"<{sender}>".encode() in mail.raw]
        return sorted(mine, key=lambda mail: mail.uid)

    async def shorts(self, sender: str) -> list[bool]:
        """Tell of each mail of a sender whether it was kept short."""
        return [mail.is_oversize for mail in await self.mails(sender)]

    async def alarms(self) -> list[TellOperator]:
        """Return the notices so far."""
        rows = await self.post.rows(OutgoingKind.ALARM)
        return [row.effect for row in rows if isinstance(row.effect, TellOperator)]


@pytest.fixture
async def room(post: Post, own_dovecot: Dovecot) -> AsyncIterator[Mailroom]:
    """A mailbox that was searched once while it was empty."""
    user = own_dovecot.add_user()
    settings = replace(settings_for(own_dovecot.imap_port, user), name="ar")
    inbound = Inbound(
        mailbox=ImapMailbox(settings),
        authserv_ids=(AUTHSERV,),
        own_addresses=(INBOX,),
        quota=QUOTA,
    )
    post.desk.app = replace(post.desk.app, inbounds=(inbound,))
    room = Mailroom(post=post, dovecot=own_dovecot, user=user, inbound=inbound)
    await room.take_in()
    yield room
    await inbound.mailbox.close()


async def test_a_sender_fills_a_quota_and_no_more(room: Mailroom) -> None:
    """Of eight large mails three are whole; the next sender's are, too; small ones always."""
    room.arrive(*(large(n, CROOK) for n in range(8)))
    room.arrive(large(10, "b@many.test"), b"From: <crook@evil.test>\r\n\r\nsmall\r\n")
    taken = await room.take_in()
    mails = await room.mails(CROOK)

    assert 10 == taken
    assert [False] * 3 + [True] * 5 + [False] == [mail.is_oversize for mail in mails]
    assert max(len(mail.raw) for mail in mails[3:8]) < 50_000
    assert all(mail.octets > LARGE for mail in mails[3:8])
    assert [False] == await room.shorts("b@many.test")


async def test_a_flood_takes_no_more_than_the_quota_and_the_beginnings(room: Mailroom) -> None:
    """Of very many large mails the store holds a megabyte whole, and of the others a fifth."""
    flood = count(30, 2_000)
    inbound = replace(room.inbound, quota=Quota(sender_octets_max=1_000_000))
    room.arrive(large(0, CROOK))
    room.dovecot.deposit(room.user, (large(n, CROOK) for n in range(1, flood)))
    taken = await take_in_round(room.post.desk.app, inbound)
    found = await room.post.desk.store.mails_in(MailStage.KEPT, flood)
    whole = sum(len(mail.raw) for mail in found if not mail.is_oversize)
    short = sum(len(mail.raw) for mail in found if mail.is_oversize)

    assert flood == taken
    assert 900_000 < whole <= 1_000_000
    assert (flood - 9) * LARGE / 5 > short


async def test_a_new_address_for_every_mail_fills_the_quota_of_all(room: Mailroom) -> None:
    """Of many senders with one large mail each, nine fit into a megabyte; nobody is lost."""
    many = [f"s{n}@many.test" for n in range(count(14, 200))]
    room.arrive(*(large(n, sender) for n, sender in enumerate(many)))
    taken = await room.take_in()
    shorts = [await room.shorts(sender) for sender in many]

    assert len(many) == taken
    assert [[False]] * 9 + [[True]] * (len(many) - 9) == shorts


async def test_the_log_tells_once_that_the_quota_of_all_is_used_up(room: Mailroom) -> None:
    """However many addresses a flood comes from: each would push what lasts out of memory."""
    lines = StringIO()
    app = replace(room.post.desk.app, log=open_log(level="warning", stream=lines))
    room.arrive(*(large(n, f"s{n}@many.test") for n in range(14)))
    await take_in_round(app, room.inbound)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]

    assert [("mail_kept_short", "all")] == [(line["event"], line["quota"]) for line in told]


async def test_the_operator_is_told_once_a_day_of_each_sender(room: Mailroom) -> None:
    """Two senders are over their quota in two searches: two notices."""
    for start in (0, 20):
        room.arrive(*(large(start + n, CROOK) for n in range(5)))
        room.arrive(*(large(start + n, "d@evil.test") for n in range(10, 15)))
        await room.take_in()
    subjects = sorted(alarm.subject for alarm in await room.alarms())

    assert 2 == len(subjects)
    assert ["crook@evil.test", "d@evil.test"] == [one.split()[4].rstrip(":") for one in subjects]


async def test_a_mail_that_is_kept_short_is_read_and_makes_letters_rest(room: Mailroom) -> None:
    """A proven customer over all quotas still promises; a person hears of it; the original is
    filed whole."""
    room.arrive(*(large(n, AP) for n in range(6)), large(9, AP, TEXT))
    await room.take_in()
    shorts = await room.shorts(AP)
    while await read_round(room.post.desk.app):
        continue
    state = (await room.post.desk.store.load([FIRST]))[FIRST]
    rows = await room.post.rows(OutgoingKind.FORWARD)
    told = [row.effect.why for row in rows if isinstance(row.effect, ForwardToRep)]
    await file_round(room.post.desk.app, room.inbound)
    filed = room.dovecot.folder(room.user, "Processed")

    assert [False] * 6 + [True] == shorts
    assert 1 == len(state.promises)
    assert any("sent more today than is kept" in why for why in told)
    assert [LARGE] * 7 == [min(len(raw), LARGE) for raw in filed]


@pytest.mark.parametrize("verdict", ["none", "fail"])
async def test_who_forges_a_customer_does_not_starve_him(room: Mailroom, verdict: str) -> None:
    """Eight forged mails fill the quota of the address; the customer's own three are whole."""
    room.arrive(*(large(n, AP, verdict=verdict) for n in range(8)))
    room.arrive(*(large(n, AP) for n in range(10, 14)))
    await room.take_in()

    assert [False] * 3 + [True] * 5 + [False] * 3 + [True] == await room.shorts(AP)


async def test_who_fills_the_quota_of_all_does_not_starve_customers(room: Mailroom) -> None:
    """Strangers have used up the megabyte; a proven customer's mail is whole, a forged is not."""
    room.arrive(*(large(n, f"s{n}@many.test") for n in range(10)))
    room.arrive(large(20, AP, verdict="fail"), large(21, AP))
    await room.take_in()

    assert [True, False] == await room.shorts(AP)


async def test_a_proof_of_a_stranger_is_worth_nothing(room: Mailroom) -> None:
    """A crook proves his own domain as much as he likes: he is no customer."""
    room.arrive(*(large(n, CROOK, verdict="pass") for n in range(5)))
    await room.take_in()

    assert [False] * 3 + [True] * 2 == await room.shorts(CROOK)


async def test_another_day_is_another_quota(room: Mailroom) -> None:
    """24 hours after the flood large mails of the same sender are whole again."""
    room.arrive(*(large(n, CROOK) for n in range(5)))
    await room.take_in()
    room.post.desk.go_to("2026-06-12 10:01")
    room.arrive(*(large(n, CROOK) for n in range(10, 12)))
    await room.take_in()

    assert [False] * 3 + [True] * 2 + [False] * 2 == await room.shorts(CROOK)


async def test_what_was_kept_short_is_known_again(room: Mailroom) -> None:
    """New UIDs for all mail, next day, with quota to spare: nothing is kept twice."""
    room.arrive(*(large(n, CROOK) for n in range(5)))
    first = await room.take_in()
    await room.inbound.mailbox.close()
    room.dovecot.renew_uidvalidity(room.user)
    room.post.desk.go_to("2026-06-12 10:01")
    room.arrive(large(9, CROOK))
    second = await room.take_in()
    third = await room.take_in()

    assert (5, 1, 0) == (first, second, third)


async def test_a_rescan_that_is_cut_in_the_middle_keeps_nothing_twice(room: Mailroom) -> None:
    """New UIDs for all mail; Duly stops after the first of it, and by then the quota is spent.

    What came meanwhile, behind the search, counts as any new mail.
    """
    app, first = room.post.desk.app, room.inbound
    room.arrive(*(large(n, CROOK) for n in range(3)))
    await room.take_in()
    await room.inbound.mailbox.close()
    room.dovecot.renew_uidvalidity(room.user)
    room.inbound = replace(first, batch_max=1)
    app.brakes.is_stopping = True
    cut = await room.take_in()
    app.brakes.is_stopping = False
    room.inbound = first
    room.arrive(large(9, CROOK))
    rest = await room.take_in()

    assert (0, 1) == (cut, rest)
    assert [False] * 3 + [True] == await room.shorts(CROOK)


async def test_what_lay_there_before_the_first_search_is_whole(
    post: Post, own_dovecot: Dovecot
) -> None:
    """A fresh installation takes in a month of mail; it counts on no quota."""
    user = own_dovecot.add_user()
    for number in range(6):
        own_dovecot.deliver(user, large(number, CROOK))
    settings = replace(settings_for(own_dovecot.imap_port, user), name="ar")
    inbound = Inbound(mailbox=ImapMailbox(settings), quota=QUOTA, first_scan_days=3_650)
    room = Mailroom(post=post, dovecot=own_dovecot, user=user, inbound=inbound)
    await room.take_in()
    await inbound.mailbox.close()

    assert [False] * 6 == await room.shorts(CROOK)


class Hanging(PlainParser):
    """A parser that no headers come back from."""

    def __init__(self) -> None:
        self.asked = 0

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Count, and fail as after a deadline."""
        self.asked += 1
        raise ParserFailed("it ran past its deadline")


async def test_headers_that_hang_the_parser_hold_fetching_up_once(room: Mailroom) -> None:
    """Of many such mails one is tried in a search; all are kept short."""
    parser = Hanging()
    room.post.desk.app = replace(room.post.desk.app, parser=parser)
    room.arrive(*(large(n, AP) for n in range(8)))
    await room.take_in()

    assert [False] * 3 + [True] * 5 == await room.shorts(AP)
    assert 1 == parser.asked
