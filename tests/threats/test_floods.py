"""Mail bombs: one sender's thousands hold up nobody else, and fill no more than allowed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from daemon.adapters.room import has_room
from daemon.application import Inbound
from daemon.ports import Cursor, Fetched, MailStage, OutgoingKind
from daemon.rounds.read_mail import BATCH, read_round
from daemon.rounds.take_in import take_in_round
from daemon.store.inbox_keys import sender_of
from tests.core.builders import AP
from tests.rounds.rep_post import FIRST, Post
from tests.threats.counts import count


def raw_of(number: int, sender: str, text: str = "x") -> bytes:
    """Return a mail of a sender."""
    return (
        "Authentication-Results: mx.creditor.example.com; dmarc=pass "
        f"header.from={sender.rpartition('@')[2]}\r\nFrom: Somebody <{sender}>\r\n"
        f"To: ar@creditor.example.com\r\nSubject: Re\r\nMessage-ID: <f{number}@x.test>\r\n\r\n"
        f"{text} {number}\r\n"
    ).encode()


async def keep(post: Post, raws: list[bytes]) -> None:
    """Keep mails without reading them."""
    for raw in raws:
        post.count += 1
        cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=post.count)
        fetched = Fetched(uid=post.count, octets=len(raw), raw=raw)
        await post.desk.store.keep([fetched], cursor, post.desk.clock.now())


async def test_a_flood_of_one_sender_holds_up_nobody_else(post: Post) -> None:
    """Behind five hundred mails of a crook waits a customer's promise: it is read in one round."""
    flood = [raw_of(n, "crook@evil.test") for n in range(count(80, 500))]
    await keep(post, flood)
    await keep(post, [raw_of(9_999, AP, "We will pay INV-1007 on 30 June 2026.")])
    await read_round(post.desk.app)
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert 1 == len(state.promises)


async def test_new_mail_is_read_behind_a_backlog(post: Post) -> None:
    """Each of very many senders has one mail waiting; the newest is in the next round's hands."""
    await keep(post, [raw_of(n, f"old{n}@many.test") for n in range(3 * BATCH)])
    await keep(post, [raw_of(9_999, AP, "We will pay INV-1007 on 30 June 2026.")])
    turn = await post.desk.store.mails_in(MailStage.KEPT, BATCH)

    assert BATCH == len(turn)
    assert b"<f9999@x.test>" in b"".join(mail.raw for mail in turn)
    assert b"<f0@x.test>" in turn[0].raw


async def test_the_mails_of_one_sender_do_not_overtake_each_other(post: Post) -> None:
    """A customer's second thought stays behind the first, whatever else waits."""
    for number in range(60):
        await keep(post, [raw_of(number, AP if number % 3 else f"other{number}@many.test")])
    turn = await post.desk.store.mails_in(MailStage.KEPT, BATCH)
    mine = [mail.raw.split(b"<f")[1].split(b"@")[0] for mail in turn if AP.encode() in mail.raw]

    assert sorted(mine, key=int) == mine
    assert b"1" == mine[0]


@pytest.mark.parametrize(
    ("head", "sender"),
    [
        (b"From: a@b.test\r\nTo: c", "a@b.test"),
        (b"FROM: A B <A@B.test>\n", "a@b.test"),
        (b"To: c\r\nFrom: =?x?q?y?=\r\n <a@b.test>\r\n", "a@b.test"),
        (b"Subject: From: x@y\r\n\r\nFrom: z@y\r\n", ""),
        (b"From:\r\n", ""),
        (b"", ""),
        (b"From: " + b"<" * 5_000, ""),
    ],
)
def test_a_sender_is_known_at_a_glance(head: bytes, sender: str) -> None:
    """Enough to give turns by, whatever stands in the header."""

    assert sender == sender_of(head)


class NoBox:
    """A mailbox that nobody may open."""

    name = "ar"


async def test_a_nearly_full_disk_stops_fetching_and_tells_once(post: Post) -> None:
    """Nothing is fetched, the inbox does not count as read, and one alarm goes out a day."""
    desk = post.desk
    app = replace(desk.app, has_room=lambda: False)
    inbound = Inbound(mailbox=cast(Any, NoBox()))
    checked_at = await desk.store.inbox_checked_at()
    taken = [await take_in_round(app, inbound) for _ in range(3)]
    alarms = await post.rows(OutgoingKind.ALARM)

    assert [0, 0, 0] == taken
    assert 1 == len(alarms)
    assert checked_at == await desk.store.inbox_checked_at()


def test_room_is_what_the_disk_says(tmp_path: Path) -> None:
    """No disk of today has an exabyte left, and every one a single octet."""

    assert has_room(tmp_path, 1)
    assert not has_room(tmp_path, 10**18)
