"""Faults that are made to happen once, or for some passes, in the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daemon.application import Inbound
from daemon.core.events import LetterTransmitting
from daemon.core.feed import RowError
from daemon.errors import PeerError, WriterBusy
from daemon.ports import (
    Commit,
    Cursor,
    Fetched,
    StoreConflict,
)
from daemon.rounds.deliver import deliver_round
from daemon.rounds.import_ledger import import_round, tell_import
from daemon.rounds.loop_faults import tell_auth, tell_inbox
from daemon.rounds.notify import notify_round
from daemon.rounds.plan import plan_round
from daemon.rounds.read_mail import read_round
from daemon.rounds.settle import recover_round, settle_round
from daemon.rounds.take_in import take_in_round
from daemon.service import HEARTBEAT, Service, ServiceOptions
from tests.core.builders import AP
from tests.core.test_ledger_change import feed, row
from tests.rounds.rep_post import FIRST, INBOX, PlainParser
from tests.threats.scene import Act, Box, Broken, Scene, Unreachable, Wrecked

STRANGER = "who@elsewhere.test"
CURSOR = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=0)
PASSES = 4


# --- sending ------------------------------------------------------------------------------------


def answered(*answers: Any, passes: int = 1) -> Act:
    """The relay answers so; the passes after the first come minutes later."""

    async def act(scene: Scene) -> None:
        await scene.letter(*answers)
        for _ in range(passes - 1):
            later = scene.app.clock.now() + timedelta(hours=1)
            scene.post.desk.clock.advance_to(later)
            await scene.post.desk.read_inbox()
            await deliver_round(scene.app)
            await settle_round(scene.app)
        await plan_round(scene.app)

    return act


async def stopped_while_sending(scene: Scene) -> None:
    """The process is killed while a letter is on the wire; the next one starts."""
    await plan_round(scene.app)
    queued = next(r for r in await scene.letters() if r.account == FIRST)
    now, store = scene.app.clock.now(), scene.app.store
    frozen = scene.app.stationery.freeze(queued, now, None, "")
    state = (await store.load([FIRST]))[FIRST]
    event = LetterTransmitting(key=queued.key, attempt=1)
    claim = Commit(
        account=FIRST, expected=state.sequence, events=(event,), freeze=((queued.key, frozen),)
    )
    await store.commit([claim], now)
    for _ in range(PASSES):
        await recover_round(scene.app)
        await settle_round(scene.app)


def no_connection(sentence: str, *, is_auth: bool = False) -> Act:
    """No connection comes about, at every pass; then it does, and the letters go."""

    async def act(scene: Scene) -> None:
        relay = scene.app.submission
        scene.use(submission=Unreachable(PeerError(sentence, is_auth=is_auth)))
        await plan_round(scene.app)
        for _ in range(PASSES):
            scene.app.brakes.sending_paused_until = 0.0
            await deliver_round(scene.app)
            await notify_round(scene.app)
        scene.app.brakes.sending_paused_until = 0.0
        scene.use(submission=relay)
        await deliver_round(scene.app)

    return act


async def no_template(scene: Scene) -> None:
    """The template of a letter is wrong, for hours; then it is mended."""
    await plan_round(scene.app)
    queued = next(r for r in await scene.letters() if r.account == FIRST)
    scene.post.desk.paper.unsayable.add(queued.key)
    for hour in range(PASSES):
        scene.post.desk.go_to(f"2026-06-11 {10 + hour}:05")
        await scene.post.desk.read_inbox()
        await deliver_round(scene.app)
    scene.post.desk.paper.unsayable.clear()
    for hour in range(PASSES):
        scene.post.desk.go_to(f"2026-06-11 {14 + hour}:05")
        await scene.post.desk.read_inbox()
        await deliver_round(scene.app)


# --- receiving ----------------------------------------------------------------------------------


def lost_inbox(sentence: str, *, is_auth: bool = False) -> Act:
    """The watcher meets this, again and again, and then the inbox is back."""

    async def act(scene: Scene) -> None:
        box = Inbound(mailbox=cast(Any, Box()))
        fault = PeerError(sentence, is_auth=is_auth)
        for _ in range(PASSES):
            tell_inbox(scene.app, box, fault)
            if is_auth:
                await tell_auth(scene.app, box, str(fault))
        for _ in range(PASSES):
            tell_inbox(scene.app, box, None)

    return act


def found(uidvalidity: int, *uids: int) -> Act:
    """The known folder shows this generation and these mails, which are gone when fetched."""

    async def act(scene: Scene) -> None:
        await scene.app.store.keep([], CURSOR, scene.app.clock.now())
        box = Inbound(mailbox=cast(Any, Box(uidvalidity=uidvalidity, uids=uids)))
        for _ in range(PASSES):
            await take_in_round(scene.app, box)

    return act


async def full_disk(scene: Scene) -> None:
    """The disk is nearly full for some polls."""
    inbound = Inbound(mailbox=cast(Any, Box()))
    full = scene.use(has_room=lambda: False)
    for _ in range(PASSES):
        await take_in_round(full, inbound)
    for _ in range(PASSES):
        await take_in_round(scene.use(has_room=lambda: True), inbound)


def broken_parser(fault: Exception, *, is_mended: bool = False) -> Act:
    """The reader fails over a mail of a stranger, at every look."""

    async def act(scene: Scene) -> None:
        scene.use(parser=Broken(fault))
        sender, more = STRANGER, cast(dict[str, Any], {})
        if is_mended:
            sender, more = AP, {"Auto_Submitted": "auto-replied"}
        await scene.post.receive("I am away.", sender, subject="About INV-1007", **more)
        for _ in range(PASSES):
            await read_round(scene.app)
        if is_mended:
            scene.use(parser=PlainParser())
            for _ in range(PASSES):
                await read_round(scene.app)

    return act


def received(text: str, sender: str, **more: Any) -> Act:
    """A mail comes in and finds its place."""

    async def act(scene: Scene) -> None:
        await scene.letter()
        mail = await scene.post.receive(text, sender, **more)
        scene.place = mail.because

    return act


async def own_mail(scene: Scene) -> None:
    """A letter of ours is delivered back into the watched mailbox."""
    letter = await scene.letter()
    assert letter.frozen is not None
    tagged = INBOX.replace("@", f"+{letter.reply_token}@")
    head = f"From: {INBOX}\r\nReply-To: {tagged}\r\nTo: {AP}"
    raw = f"{head}\r\nMessage-ID: <{letter.frozen.message_id}>\r\n\r\nPlease pay.\r\n"
    scene.place = (await scene.post.keep(raw.encode())).because


async def bounced(scene: Scene) -> None:
    """A letter that was taken comes back: no such user."""
    letter = await scene.letter()
    assert letter.frozen is not None
    raw = (
        "From: MAILER-DAEMON@mx.test\r\nTo: ar@creditor.example.com\r\nMessage-ID: <b@mx.test>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nCould not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; {AP}\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"To: {AP}\r\nMessage-ID: <{letter.frozen.message_id}>\r\n\r\n--b--\r\n"
    )
    scene.place = (await scene.post.keep(raw.encode())).because


async def too_large(scene: Scene) -> None:
    """A customer's mail is larger than is read."""
    store, now = scene.app.store, scene.app.clock.now()
    raw = (
        f"From: {AP}\r\nTo: {INBOX}\r\nSubject: Scans of INV-1007\r\nMessage-ID: <l@x.test>\r\n\r\n"
        "See the scans of INV-1007.\r\n"
    )
    mail = Fetched(uid=1, octets=200_000_000, raw=raw.encode(), is_oversize=True)
    await store.keep([mail], replace(CURSOR, last_uid=1), now)
    await read_round(scene.app)


# --- the house ----------------------------------------------------------------------------------


async def no_database(scene: Scene) -> None:
    """The database is away for some ticks, and comes back."""
    store = Wrecked(scene.app.store, "serve_alone", PeerError("the server went away"))
    service = Service(replace(scene.app, store=cast(Any, store)), ServiceOptions())
    for _ in range(PASSES):
        await service.tick()
    store.is_mended = True
    for _ in range(PASSES):
        await service.tick()


def silent(**gap: int) -> Act:
    """So much lies between two signs of life; less than nothing: the clock was set back."""

    async def act(scene: Scene) -> None:
        service = Service(scene.app, ServiceOptions())
        now = scene.app.clock.now()
        await scene.app.store.set_fact(HEARTBEAT, (now - timedelta(**gap)).isoformat())
        for _ in range(PASSES):
            await service.tick()

    return act


async def another_daemon(scene: Scene) -> None:
    """Another daemon took the database over."""
    fault = WriterBusy("process 77 serves this database", 77)
    store = Wrecked(scene.app.store, "serve_alone", fault)
    await Service(replace(scene.app, store=cast(Any, store)), ServiceOptions()).tick()


async def late_ledger(scene: Scene) -> None:
    """No ledger came for a week: the digest says that nothing goes, and why."""
    scene.post.desk.go_to("2026-06-19 06:00")
    await scene.post.desk.read_inbox()


async def bad_row(scene: Scene) -> None:
    """One row of a watched file cannot be understood."""
    error = RowError(source="ledger.csv", line=7, column="due", sentence="31.02.2026 is no date")
    given = replace(feed(row("A", 100), as_of="2026-06-11"), errors=(error,))
    await tell_import(scene.app, await import_round(scene.app, given))


async def shrunk_ledger(scene: Scene) -> None:
    """A watched file has lost nearly all of its rows."""
    numbers = [row(f"A-{number}", 100) for number in range(40)]
    await import_round(scene.app, feed(*numbers, as_of="2026-06-11"))
    await tell_import(
        scene.app, await import_round(scene.app, feed(numbers[0], as_of="2026-06-12"))
    )


async def conflicting_import(scene: Scene) -> None:
    """The accounts change all the time while a file is compared."""
    store = Wrecked(scene.app.store, "apply_import", StoreConflict("overtaken"))
    app = scene.use(store=cast(Any, store))
    await tell_import(app, await import_round(app, feed(row("A", 100), as_of="2026-06-11")))
