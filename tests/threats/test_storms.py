"""Loops and storms: our mail answered by machines, and very many mails; no mail is ever lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from daemon.core.effects import Effect, ForwardToRep, TellOperator
from daemon.core.storm import counted
from daemon.ports import MailStage, OutgoingKind, Placed, Store
from daemon.rounds.plan import plan_round
from tests.core.builders import AP, OWNER, day
from tests.rounds.rep_post import DISPUTE, FIRST, Post
from tests.threats.counts import count
from tests.threats.test_tokens import CUSTOMER_MAIL, letters

MOST = 10
TICKET = (
    "Your request has been received and a ticket has been created: #48213. "
    "Please do not reply to this message."
)
THANKS = "Thank you for your message. We have received it and will get back to you shortly."


async def stages(post: Post) -> dict[MailStage, int]:
    """Count the mails that ended in each place."""
    return {
        stage: len(found)
        for stage in MailStage
        if (found := await post.desk.store.mails_in(stage, 1_000))
    }


async def forwards(post: Post) -> list[ForwardToRep]:
    """Return every forward so far."""
    rows = await post.rows(OutgoingKind.FORWARD)
    return [row.effect for row in rows if isinstance(row.effect, ForwardToRep)]


async def test_a_customer_who_floods_us_is_forwarded_ten_times(post: Post) -> None:
    """
    Twenty-five disputes of one contact within a day: ten forwards and one note to the owner.
    All of them are kept and read, and each makes its invoice rest.
    """
    for number in range(25):
        await post.receive(f"{DISPUTE} Message {number}.", AP)
    found = await forwards(post)
    state = (await post.desk.store.load([FIRST]))[FIRST]
    kept = await stages(post)

    assert [MOST, 1] == [
        sum("very many mails" not in entry.subject for entry in found),
        sum("very many mails" in entry.subject for entry in found),
    ]
    assert {MailStage.FORWARDED: MOST, MailStage.APPLIED: 15} == kept
    assert 25 == len({hold.origin for hold in state.holds})


async def test_a_flood_ends_with_its_day(post: Post) -> None:
    """A day later the same contact is forwarded again."""
    for number in range(12):
        await post.receive(f"{DISPUTE} Message {number}.", AP)
    post.desk.clock.advance_to(post.desk.clock.now() + timedelta(hours=25))
    mail = await post.receive(f"{DISPUTE} The day after.", AP)

    assert MailStage.FORWARDED is mail.stage


async def test_forged_floods_do_not_silence_a_true_customer(post: Post) -> None:
    """Senders whom nothing proves count as one; the proven contact behind them is forwarded."""
    for number in range(30):
        await post.receive(
            f"{DISPUTE} {number}", f"crook{number}@evil{number}.test", verdict="none"
        )
    mail = await post.receive(DISPUTE, AP)
    found = await forwards(post)

    assert MailStage.FORWARDED is mail.stage
    assert MOST + 2 == len(found)


async def test_one_customers_flood_does_not_silence_another(post: Post) -> None:
    """Accounts are counted apart."""
    for number in range(12):
        await post.receive(f"{DISPUTE} {number}", AP)
    mail = await post.receive("INV-1008 is wrong, please correct the price.", "ap@other.test")

    assert MailStage.FORWARDED is mail.stage


async def test_mail_of_no_account_is_bounded_and_kept(post: Post) -> None:
    """Thirty questions of one unknown sender: ten forwards, one alarm, twenty filed."""
    for number in range(30):
        await post.receive(f"Hello, could you call me back about offer {number}?", "x@unknown.test")
    found = await forwards(post)
    alarms = [effect for effect in await post.effects() if isinstance(effect, TellOperator)]
    kept = await stages(post)

    assert MOST == len(found)
    assert 1 == len(alarms)
    assert 30 == sum(kept.values())


# --- loops ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        pytest.param(TICKET, {"Auto_Submitted": "auto-replied"}, id="ticket with a header"),
        pytest.param(TICKET, {}, id="ticket without a header"),
        pytest.param(THANKS, {}, id="thanks without a header"),
        pytest.param("", {}, id="empty"),
        pytest.param("?", {}, id="one character"),
    ],
)
async def test_an_evil_responder_gets_no_answer(
    post: Post, text: str, headers: dict[str, str]
) -> None:
    """
    A machine that answers every mail, again and again within the day, by token and thread: not
    one answer goes to it, the owner is asked at most ten times and told once, all is kept.
    """
    sent = await letters(post)
    mails = count(15, 100)
    for number in range(mails):
        await post.receive(text, AP, sent[FIRST], X_Count=str(number), **headers)
        if number % 10 == 0:
            await plan_round(post.desk.app)
    kept = await stages(post)

    assert [] == await post.rows(*CUSTOMER_MAIL)
    assert len(await forwards(post)) <= MOST + 1
    assert mails == sum(kept.values())


async def test_a_ticket_system_that_answers_every_letter_stops_at_one_letter(post: Post) -> None:
    """Its receipts cause no letter: the next one comes when the procedure says, and only then."""
    sent = await letters(post)
    for number in range(5):
        mail = await post.receive(
            TICKET, AP, sent[FIRST], Auto_Submitted="auto-replied", X_Count=str(number)
        )

        assert MailStage.FILED is mail.stage

    again = await letters(post)

    assert sent.keys() == again.keys()
    assert sent[FIRST].key == again[FIRST].key


async def test_our_own_mail_to_reps_that_comes_back_means_nothing(post: Post) -> None:
    """A rep's rule sends our forward back into the inbox: filed, and nothing is forwarded."""
    asked = await post.disputed()
    token = asked.reply_token
    raw = (
        "Authentication-Results: mx.creditor.example.com; dmarc=pass "
        "header.from=creditor.example.com\r\n"
        "From: Creditor AR <ar@creditor.example.com>\r\nTo: olga@creditor.example.com\r\n"
        f"Reply-To: <ar+{token}@creditor.example.com>\r\nSubject: {asked.key}\r\n"
        "Message-ID: <abc@creditor.example.com>\r\nX-Duly-Loop: abc\r\n"
        "Auto-Submitted: auto-generated\r\n\r\nPlease decide: resolved, resume\r\n"
    )
    before = await post.holds(FIRST)
    told = len(await post.effects()), len(await forwards(post))
    for copy in ("", f"Delivered-To: ar+{token}@creditor.example.com\r\n"):
        mail = await post.keep(f"X-Copy: {len(copy)}\r\n{copy}{raw}".encode())

        assert MailStage.FILED is mail.stage

    assert before == await post.holds(FIRST)
    assert told == (len(await post.effects()), len(await forwards(post)))


async def test_a_machine_that_speaks_commands_in_a_reps_name_is_stopped(post: Post) -> None:
    """
    A rep's responder without headers begins with a word that is a command, and answers each of
    our echoes: after the limit of a day nothing is done and the operator is told once.
    """
    desk = post.desk
    policy = replace(desk.app.house.policy, storm_mails_per_day_max=8)
    desk.app = replace(desk.app, house=replace(desk.app.house, policy=policy))
    asked = await post.disputed()
    for turn in range(20):
        mail = await post.receive("note I got your mail", OWNER, asked, X_Turn=str(turn))
        asked = (await post.rows(OutgoingKind.ECHO))[-1]
    alarms = [effect for effect in await post.effects() if isinstance(effect, TellOperator)]

    assert 8 == len(await post.rows(OutgoingKind.ECHO))
    assert MailStage.FILED is mail.stage
    assert 1 == len(alarms)


class Dying:
    """A store with which the process ends as soon as a mail has its place."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def place(self, placed: Placed, effects: Sequence[Effect], now: datetime) -> None:
        """Give the mail its place; nothing comes after that."""
        await self.store.place(placed, effects, now)
        raise asyncio.CancelledError


async def test_the_alarm_of_a_storm_is_not_lost_with_the_process(post: Post) -> None:
    """It ends just after the mail that was one too many is filed: the operator is told."""
    desk = post.desk
    policy = replace(desk.app.house.policy, storm_mails_per_day_max=1)
    desk.app = replace(desk.app, house=replace(desk.app.house, policy=policy))
    asked = await post.disputed()
    await post.receive("note once", OWNER, asked)
    asked = (await post.rows(OutgoingKind.ECHO))[-1]
    desk.app = replace(desk.app, store=cast(Store, Dying(desk.store)))
    with pytest.raises(asyncio.CancelledError):
        await post.receive("note twice", OWNER, asked)

    assert 1 == sum(isinstance(effect, TellOperator) for effect in await post.effects())


# --- the tally ------------------------------------------------------------------------------


def test_a_tally_counts_by_key_and_in_all_and_forgets_yesterday() -> None:
    """Three of a key, five in all; a key cannot forge a line; the next day begins at nothing."""
    text: str | None = None
    seen = []
    for key in ("a", "a", "a", "a", "b\n9 c", "c", "d"):
        tally = counted(text, day("2026-06-11"), key, key_max=3, total_max=5)
        text = tally.text
        seen.append(tally.is_over)

    assert [False, False, False, True, False, False, True] == seen
    assert 4 == len((text or "").split("\n"))
    assert not counted(text, day("2026-06-12"), "a", key_max=3, total_max=5).is_over
