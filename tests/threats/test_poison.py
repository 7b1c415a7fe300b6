"""Poison: mails over which the reading process dies or hangs cost three tries, and nobody else."""

from __future__ import annotations

import base64
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from time import monotonic

import pytest

from daemon.adapters.parser_process import ParserProcess
from daemon.ports import Cursor, Fetched, MailStage
from daemon.rounds.attempts import ATTEMPTS_MAX
from daemon.rounds.read_mail import read_round
from tests.core.builders import AP
from tests.rounds.rep_post import Post
from tests.servers.poison_ways import HANGING, WAYS
from tests.threats.counts import count

COMMAND = (sys.executable, "-m", "tests.servers.poison_ways")
OPERATIONS = ("identify", "read")
# The bar, on a machine that is not busy; starting the reader anew is most of it where one is.
SECONDS_MAX = float(count(300, 45))
# The shipped deadline where the bar is measured; a short one where many must pass quickly.
DEADLINE_SECONDS = float(count(3, 10))


def plain(mark: str) -> str:
    """A short reply."""
    return f"Content-Type: text/plain\r\n\r\n{mark}\r\n"


def html(mark: str) -> str:
    """Markup alone."""
    return f"Content-Type: text/html\r\n\r\n<p>{mark}</p>\r\n"


def long(mark: str) -> str:
    """A megabyte of lines with the poison at their end."""
    return "Content-Type: text/plain\r\n\r\n" + "We are looking into it.\r\n" * 40_000 + mark


def attached(mark: str) -> str:
    """An attachment, and the poison in a header of its part."""
    octets = base64.encodebytes(b"\x00\xff" * 3_000).decode()
    return (
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee below.\r\n--b\r\n"
        f"Content-Type: application/pdf; name=x\r\nX-Note: {mark}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{octets}\r\n--b--\r\n"
    )


def broken(mark: str) -> str:
    """Neither headers nor text that anybody would write."""
    return f"Content-Type: multipart/mixed\r\n{mark}\r\n\0\x01\x02\r\n--\r\n" + "(" * 900


SHAPES = (plain, html, long, attached, broken)
# Two hundred mails; in CI one that dies and one that hangs.
TRIED = tuple(WAYS) if count(0, 1) else ("climbs", "spins")
CASES = [(operation, shape) for operation in OPERATIONS for shape in SHAPES]
MET = CASES[-count(1, len(CASES)) :]


def poison(way: str, operation: str, shape: Callable[[str], str]) -> bytes:
    """Return one of the mails."""
    name = f"{way}-{operation}-{shape.__name__}"
    head = (
        f"From: Crook <{name}@evil.test>\r\nTo: ar@creditor.example.com\r\n"
        f"Subject: Re\r\nMessage-ID: <{name}@evil.test>\r\nMIME-Version: 1.0\r\n"
    )
    return (head + shape(f"POISON {way} {operation}")).encode()


@pytest.fixture
async def poisoned(post: Post) -> AsyncIterator[Post]:
    """The office with a reading process of its own that can be poisoned."""
    parser = ParserProcess(COMMAND, deadline_seconds=DEADLINE_SECONDS)
    post.desk.app = replace(post.desk.app, parser=parser)
    yield post
    await parser.close()


async def keep(post: Post, raw: bytes) -> str:
    """Keep a mail without reading it; return its identity."""
    post.count += 1
    cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=post.count)
    fetched = Fetched(uid=post.count, octets=len(raw), raw=raw)
    (mail,) = await post.desk.store.keep([fetched], cursor, post.desk.clock.now())
    return mail


async def stage(post: Post, mail: str) -> MailStage:
    """Return where a mail is."""
    found = await post.desk.store.mail(mail)
    assert found is not None
    return found.stage


async def spent_on(post: Post, raw: bytes) -> float:
    """Let one poison mail and a customer's behind it be read; return the seconds until rest."""
    bad = await keep(post, raw)
    head = f"From: {AP}\r\nSubject: Re\r\nMessage-ID: <g{post.count}@d.test>\r\n"
    good = await keep(post, f"{head}\r\nThank you.\r\n".encode())
    began = monotonic()
    await read_round(post.desk.app)

    assert MailStage.KEPT is not await stage(post, good)

    for _ in range(ATTEMPTS_MAX - 1):
        assert MailStage.KEPT is await stage(post, bad)

        await read_round(post.desk.app)

    assert MailStage.QUARANTINED is await stage(post, bad)

    return monotonic() - began


@pytest.mark.parametrize("way", TRIED)
async def test_every_poison_is_set_aside_after_three_tries(poisoned: Post, way: str) -> None:
    """
    A way to bring the reader down, at its first or second look, in mails of five shapes: each is
    set aside after exactly three tries, in less than 45 seconds, a hanging one at the deadline
    each time; and the mail behind it is read in the first of them.
    """
    spent = [await spent_on(poisoned, poison(way, *case)) for case in MET]

    assert max(spent) < SECONDS_MAX
    assert min(spent) > ATTEMPTS_MAX * DEADLINE_SECONDS * (way in HANGING)
