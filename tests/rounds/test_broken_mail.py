"""A mail whose row does not open: it is set aside like poison, and all others are read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.effects import TellOperator
from daemon.core.state import HoldReason
from daemon.ports import MailStage, Outgoing, OutgoingStage
from daemon.rounds.attempts import ATTEMPTS_MAX
from daemon.rounds.notify import notify_round
from daemon.rounds.quarantine import quarantine
from daemon.rounds.read_mail import read_round
from daemon.store.transactions import Session
from tests.core.builders import AP
from tests.rounds.conftest import Desk
from tests.rounds.rep_post import FIRST, Post
from tests.rounds.test_read_ahead import Reader, ahead, keep, seen

TEXTS = ("We will pay INV-1007 on 30 June 2026.", "Thank you.", "Good day.")
SENDERS = (AP, "who@stranger.test", "other@stranger.test")
GARBAGE = b"\x00seal1\x00 what a failing disk makes of it"


async def break_bytes(desk: Desk, mail: str) -> None:
    """Let the bytes of a kept mail become something else, as a failing disk does."""

    async def work(session: Session) -> None:
        await session.run("UPDATE mail_raw SET content = ? WHERE mail = ?", (GARBAGE, mail))

    await desk.store._database.transactions.write(work)


async def notices(desk: Desk) -> list[Outgoing]:
    """Return what is queued for the operator about a mail set aside."""
    rows = await desk.store.outgoing_in(OutgoingStage.QUEUED)
    return [row for row in rows if row.key.startswith("quarantine|")]


@pytest.mark.parametrize("is_ahead", [False, True], ids=["in-turn", "ahead"])
async def test_a_mail_that_does_not_open_is_set_aside_and_keeps_no_other_waiting(
    post: Post, is_ahead: bool
) -> None:
    """
    Of three mails the customer's does not open. The others are read in the first round; it is
    tried three times, never by a parser, and set aside: its sender's account rests, and the
    operator is told which row it is and that there is nothing to attach.
    """
    reader, desk = Reader(), post.desk
    app = ahead(post, reader) if is_ahead else replace(desk.app, parser=reader)
    kept = await keep(post, TEXTS, SENDERS)
    await break_bytes(desk, kept[0])
    settled = [await read_round(app) for _ in range(ATTEMPTS_MAX)]
    mails = await seen(desk, kept)
    (notice,) = await notices(desk)
    effect = notice.effect
    state = (await desk.store.load([FIRST]))[FIRST]

    assert [2, 0, 1] == settled
    assert [MailStage.QUARANTINED, MailStage.FORWARDED, MailStage.FORWARDED] == [
        mail.stage for mail in mails
    ]
    assert isinstance(effect, TellOperator)
    assert "" == effect.mail
    assert f"mail_raw.content of the row {kept[0]} does not open" in " ".join(effect.lines)
    assert "headers" not in " ".join(effect.lines)
    assert "Accounts that it is known to concern rest" in " ".join(effect.lines)
    assert [HoldReason.REVIEW] == [hold.reason for hold in state.holds]
    assert 0 == reader.times("identify", "")
    assert mails[0].because == mails[0].broken


async def test_the_notice_of_a_mail_that_does_not_open_leaves(post: Post) -> None:
    """It has nothing to attach, so it waits for nothing."""
    desk = post.desk
    kept = await keep(post, TEXTS[:1], SENDERS)
    await break_bytes(desk, kept[0])
    for _ in range(ATTEMPTS_MAX):
        await read_round(desk.app)
    while await notify_round(desk.app):
        continue

    assert [] == await notices(desk)
    assert 1 == len(desk.relay.taken)


async def test_a_mail_that_breaks_after_it_was_set_aside_keeps_its_notice_waiting(
    post: Post,
) -> None:
    """What was to be attached does not open any more: the notice waits, and a fault is told."""
    desk = post.desk
    kept = await keep(post, TEXTS[:1], SENDERS)
    (mail,) = await seen(desk, kept)
    await quarantine(desk.app, mail, "it died", desk.clock.now())
    await break_bytes(desk, mail.id)
    await notify_round(desk.app)
    (notice,) = await notices(desk)

    assert "does not open" in notice.smtp_reply
    assert notice.not_before_at is not None


async def test_letters_wait_while_a_mail_that_does_not_open_may_be_anybodys(post: Post) -> None:
    """Until it is set aside it is a mail that nobody has read."""
    desk = post.desk
    kept = await keep(post, TEXTS[:1], SENDERS)
    await break_bytes(desk, kept[0])
    await read_round(desk.app)

    assert kept == [mail.id for mail in await desk.store.unapplied_mails()]
