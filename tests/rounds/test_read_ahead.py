"""Reading ahead: the same places, attempts and alarms as without, whatever comes in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.application import App, Readers, reading_with
from daemon.core.events import ItemsChanged
from daemon.errors import ParserFailed, ParserNotStarted
from daemon.ports import Commit, Cursor, Fetched, InboxMail, MailStage
from daemon.rounds.attempts import ATTEMPTS_MAX
from daemon.rounds.read_ahead import FIRST_BATCH, AheadParser, ReadAhead
from daemon.rounds.read_mail import read_round
from parsers.identify import identify
from parsers.read import read
from parsers.reading import Context, Identity, Reading
from tests.core.builders import AP, invoice
from tests.rounds.conftest import Desk
from tests.rounds.rep_post import FIRST, Post

AHEAD = Readers(ahead_max=4, batch_max=100)
TEXTS = (
    "We will pay INV-1007 on 30 June 2026.",
    "INV-1007 is wrong: you charged 500 but we agreed 450.",
    "We paid INV-1007 on 8 June 2026 by bank transfer.",
    "Thank you.",
    "INV-9999 was paid last Monday.",
)
ENDS = [
    "applied: promise_to_pay",
    "forwarded: dispute",
    "applied: already_paid_claim",
    "forwarded: acknowledgement",
    "forwarded: already_paid_claim",
    "forwarded: promise_to_pay",
    "forwarded: dispute",
    "forwarded: already_paid_claim",
    "forwarded: acknowledgement",
    "forwarded: already_paid_claim",
]


@dataclass
class Reader:
    """A reader that fails over mails with a mark, and notes what it was asked.

    `hanging` mails are answered only when `let_go` is set.
    """

    asked: list[tuple[str, str]] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    ended: int = 0
    is_there: bool = True

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Read the headers."""
        await self._answer("identify", raw, context)
        return identify(raw, context)

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Read the whole mail."""
        await self._answer("read", raw, context)
        return read(raw, context)

    async def close(self) -> None:
        """Close nothing."""

    async def _answer(self, what: str, raw: bytes, context: Context) -> None:
        name = identify(raw, context).message_id
        self.asked.append((what, name))
        self.contexts.append(context)
        try:
            await asyncio.sleep(0)
            if not self.is_there:
                raise ParserNotStarted("no memory")
            if f"HANG {what}".encode() in raw:
                await self.let_go.wait()
            if f"POISON {what}".encode() in raw:
                raise ParserFailed("the parser died: by signal 11")
        finally:
            self.ended += 1

    def times(self, what: str, name: str) -> int:
        """Return how often a mail was asked for."""
        return self.asked.count((what, name))


def ahead(post: Post, reader: Reader, readers: Readers = AHEAD) -> App:
    """Return the application with a reader of its own, past its first batch."""
    app = replace(post.desk.app, parser=reader, readers=readers)
    app.brakes.has_read = True
    return app


async def keep(post: Post, texts: tuple[str, ...], senders: tuple[str, ...]) -> list[str]:
    """Keep mails without reading them; return their identities, in order."""
    kept = []
    for number, text in enumerate(texts):
        post.count += 1
        sender = senders[number % len(senders)]
        raw = (
            "Authentication-Results: mx.creditor.example.com; dmarc=pass "
            f"header.from={sender.rpartition('@')[2]}\r\nFrom: <{sender}>\r\n"
            f"To: ar@creditor.example.com\r\nSubject: Re\r\nMessage-ID: <n{number}@d.test>\r\n\r\n"
            f"{text}\r\n"
        ).encode()
        cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=post.count)
        fetched = Fetched(uid=post.count, octets=len(raw), raw=raw)
        kept += await post.desk.store.keep([fetched], cursor, post.desk.clock.now())
    return kept


async def seen(desk: Desk, kept: list[str]) -> list[InboxMail]:
    """Return the mails as they stand."""
    found = [await desk.store.mail(name) for name in kept]
    return [mail for mail in found if mail is not None]


@pytest.mark.parametrize(
    "readers", [pytest.param(Readers(), id="in-turn"), pytest.param(AHEAD, id="ahead")]
)
async def test_mails_end_where_they_do_without(post: Post, readers: Readers) -> None:
    """Ten mails of customers and strangers: the same places, one attempt each, and one look."""
    reader = Reader()
    kept = await keep(post, TEXTS * 2, (AP, "who@stranger.test"))
    settled = await read_round(ahead(post, reader, readers))
    mails = await seen(post.desk, kept)

    assert (10, {1}) == (settled, {mail.attempts for mail in mails})
    assert ENDS == [f"{mail.stage}: {intents(mail)}" for mail in mails]
    assert {1} == {reader.times("identify", f"n{number}@d.test") for number in range(10)}


async def test_a_changed_account_is_read_anew(post: Post) -> None:
    """
    While the first mail hangs the second is read ahead; then a new invoice comes into the books.
    The second is read anew, with the new invoice known, and its promise is for both.
    """
    reader = Reader()
    texts = ("HANG read", "We will pay on 30 June 2026.")
    await keep(post, texts, ("who@stranger.test", AP))
    working = asyncio.create_task(read_round(ahead(post, reader)))
    await reached(working, reader, "n1@d.test")
    await import_one(post, "INV-2000")
    reader.let_go.set()
    settled = await working
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert (2, 2) == (settled, reader.times("read", "n1@d.test"))
    assert [("INV-1007",), ("INV-2000",)] == [promise.invoices for promise in state.promises]


@pytest.mark.parametrize(
    ("asked", "is_taken"),
    [
        pytest.param(Context(country="DE"), True, id="equal"),
        pytest.param(Context(country="FR"), False, id="another-country"),
    ],
)
async def test_only_the_same_question_is_answered(
    post: Post, asked: Context, is_taken: bool
) -> None:
    """What was read in another context is read anew."""
    reader = Reader()
    (mail,) = await mails_of(post)
    known = ReadAhead(context=Context(country="DE"), read=read(mail.raw, Context(country="DE")))
    answer = await read_with(post, reader, mail, known, asked)

    assert asked == (reader.contexts or [asked])[0]
    assert is_taken == (answer is known.read)
    assert is_taken == (reader.asked == [])


async def test_one_instant_in_two_zones_is_two_questions(post: Post) -> None:
    """Midnight in Berlin is another day in New York: a reading is never taken across."""
    reader = Reader()
    (mail,) = await mails_of(post)
    at = datetime(2026, 6, 11, 22, 30, tzinfo=UTC)
    there = Context(received_at=at.astimezone(ZoneInfo("America/New_York")))
    here = Context(received_at=at.astimezone(ZoneInfo("Europe/Berlin")))
    known = ReadAhead(context=there, read=read(mail.raw, there))
    answer = await read_with(post, reader, mail, known, here)

    assert there == here
    assert answer is not known.read
    assert 1 == len(reader.asked)


@pytest.mark.parametrize("what", ["identify", "read"])
async def test_a_poison_mail_has_three_attempts(post: Post, what: str) -> None:
    """In the midst of ten: asked for exactly three times, then set aside; the rest is read."""
    reader = Reader()
    texts = (*TEXTS, f"POISON {what}", *TEXTS)
    kept = await keep(post, texts, (AP, "ap@other.test", "who@stranger.test"))
    app = ahead(post, reader)
    settled = [await read_round(app) for _ in range(ATTEMPTS_MAX)]
    mails = await seen(post.desk, kept)

    assert [10, 0, 1] == settled
    assert ATTEMPTS_MAX == reader.times(what, "n5@d.test")
    assert (MailStage.QUARANTINED, ATTEMPTS_MAX) == (mails[5].stage, mails[5].attempts)
    assert {1} == {mail.attempts for mail in mails if mail is not mails[5]}


async def test_a_hanging_mail_lets_the_next_be_read(post: Post) -> None:
    """The first hangs: those behind it are read meanwhile, counted and settled after it."""
    reader = Reader()
    kept = await keep(post, ("HANG read", *TEXTS), ("who@stranger.test",))
    working = asyncio.create_task(read_round(ahead(post, reader)))
    await reached(working, reader, "n4@d.test")
    before = await seen(post.desk, kept)
    reader.let_go.set()
    settled = await working

    assert [1, 0, 0, 0, 0, 0] == [mail.attempts for mail in before]
    assert {MailStage.KEPT} == {mail.stage for mail in before}
    assert 6 == settled


async def test_a_cancelled_round_leaves_no_task(post: Post) -> None:
    """Cut off while five mails are read: all five have ended, and no attempt is counted."""
    reader = Reader()
    kept = await keep(post, ("HANG read",) * 6, ("who@stranger.test",))
    tasks = asyncio.all_tasks()
    working = asyncio.create_task(read_round(ahead(post, reader)))
    await reached(working, reader, "n4@d.test")
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    mails = await seen(post.desk, kept)

    assert working.cancelled()
    assert reader.ended == len(reader.asked)
    assert tasks == asyncio.all_tasks()
    assert [0] * 6 == [mail.attempts for mail in mails]


async def test_a_missing_reader_counts_for_no_mail(post: Post) -> None:
    """No child starts: the operator is told, and no mail has lost an attempt."""
    reader = Reader(is_there=False)
    kept = await keep(post, TEXTS, (AP,))
    settled = await read_round(ahead(post, reader))
    mails = await seen(post.desk, kept)

    assert (0, {0}) == (settled, {mail.attempts for mail in mails})


async def test_the_first_batch_after_a_start_is_read_in_turn(post: Post) -> None:
    """A mail that ends the daemon itself is counted: at first nothing is read before its turn."""
    reader = Reader()
    senders = tuple(f"who{number}@stranger.test" for number in range(FIRST_BATCH + 1))
    kept = await keep(post, ("HANG read",) * len(senders), senders)
    app = replace(ahead(post, reader), brakes=type(post.desk.app.brakes)())
    working = asyncio.create_task(read_round(app))
    await reached(working, reader, "n0@d.test")
    first = list(reader.asked)
    reader.let_go.set()
    settled = await working

    assert [("identify", "n0@d.test"), ("read", "n0@d.test")] == first
    assert FIRST_BATCH == settled
    assert [MailStage.KEPT] == [
        mail.stage for mail in await seen(post.desk, kept) if not mail.attempts
    ]


def test_one_reader_reads_nothing_ahead() -> None:
    """With one child all is as it was; each more has work waiting for it."""

    assert Readers() == reading_with(1)
    assert 8 == reading_with(2).ahead_max


def intents(mail: InboxMail) -> str:
    """Return what a mail was understood to say."""
    return " ".join(mail.reading.intents if mail.reading else ())


async def reached(working: asyncio.Task[int], reader: Reader, name: str) -> None:
    """Wait until a mail is being read."""
    for _ in range(200):
        await asyncio.wait([working], timeout=0.01)
        if reader.times("read", name):
            return


async def import_one(post: Post, number: str) -> None:
    """Bring a new invoice of the first customer into the books."""
    store, now = post.desk.store, post.desk.clock.now()
    state = (await store.load([FIRST]))[FIRST]
    item = invoice(number, "2026-06-01", 300)
    changed = ItemsChanged(snapshot="second", as_of=now.date(), items=(item,))
    await store.commit(
        [Commit(account=FIRST, expected=state.sequence, events=(changed,), next_action_at=now)], now
    )


async def mails_of(post: Post) -> list[InboxMail]:
    """Keep one mail, and return it as a round finds it."""
    await keep(post, TEXTS[:1], (AP,))
    return await post.desk.store.mails_in(MailStage.KEPT, 1)


async def read_with(
    post: Post, reader: Reader, mail: InboxMail, known: ReadAhead, asked: Context
) -> Reading:
    """Ask for a mail of which that is known already."""

    async def already() -> ReadAhead:
        return known

    task = asyncio.create_task(already())
    parser = AheadParser(replace(post.desk.app, parser=reader), mail, task)
    return await parser.read(mail.raw, asked)
