"""Rep mail that is no command: machines, strangers, bounces; every loop ends after one turn."""

from __future__ import annotations

from daemon.core.effects import ForwardToRep, TellOperator
from daemon.core.state import ForwardStage, HoldReason
from daemon.ports import MailStage, Outgoing, OutgoingKind
from tests.core.builders import AP, DEPUTY, OWNER
from tests.rounds.rep_post import FIRST, INBOX, Post
from tests.rounds.test_rep_mail import sent_id


async def test_answering_machines_of_reps_end_the_loop(post: Post) -> None:
    """A machine without any header answers the forward, then the echo: one turn, no more."""
    asked = await post.disputed()
    words = "Thank you, I got your mail and will come back to you."
    await post.receive(words, OWNER, asked)
    (echo,) = await post.rows(OutgoingKind.ECHO)
    second = await post.receive(words, OWNER, echo)

    assert MailStage.FILED is second.stage
    assert 1 == len(await post.effects())


async def test_an_automatic_answer_is_never_answered(post: Post) -> None:
    """Not even where its token is used up or nothing proves the sender."""
    asked = await post.disputed()
    await post.receive("resolved", OWNER, asked)
    told = len(await post.effects())
    for verdict in ("pass", "none"):
        mail = await post.receive(
            "I am away.", OWNER, asked, verdict=verdict, Auto_Submitted="auto-replied"
        )

        assert MailStage.FILED is mail.stage

    assert told == len(await post.effects())


async def test_an_absent_rep_is_relieved_only_by_proven_mail(post: Post) -> None:
    """An absence note of the owner hands the question to the deputy at once."""
    asked = await post.disputed()
    away = "I am out of office until 30 June 2026."
    await post.receive(away, OWNER, asked, verdict="none", Auto_Submitted="auto-replied")
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert ForwardStage.WAITING is state.forwards[0].stage

    await post.receive(away, OWNER, asked, Auto_Submitted="auto-replied")
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert (ForwardStage.WITH_DEPUTY, DEPUTY) == (state.forwards[0].stage, state.forwards[0].rep)


async def test_a_customer_who_answers_a_mail_to_a_rep_is_a_customer(post: Post) -> None:
    """The rep sent the forward on to the customer, whose reply carries the rep's token."""
    asked = await post.disputed()
    mail = await post.receive("We will pay INV-1007 on 30 June 2026.", AP, asked)
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert MailStage.KEPT is not mail.stage
    assert {HoldReason.DISPUTE, HoldReason.CONVERSATION} <= {hold.reason for hold in state.holds}
    assert not [effect for effect in await post.effects() if isinstance(effect, TellOperator)]


async def test_a_stranger_with_the_token_moves_nothing(post: Post) -> None:
    """Who found a rep's token somewhere is told to the operator, whole."""
    asked = await post.disputed()
    before = await post.holds(FIRST)
    await post.receive("resolved", "crook@evil.test", asked)
    (alarm,) = await post.effects()

    assert isinstance(alarm, TellOperator)
    assert alarm.mail
    assert before == await post.holds(FIRST)


async def test_an_answer_to_a_digest_by_thread_alone_is_no_poison(post: Post) -> None:
    """A digest belongs to no account; talk about it ends in a place like any other mail."""
    digest = await post.digest()
    mail = await post.receive(
        "Thanks, nice list, see you in the meeting on Monday.",
        DEPUTY,
        thread=await sent_id(post, digest),
    )

    assert mail.stage in (MailStage.FILED, MailStage.FORWARDED)
    assert 1 == mail.attempts


async def test_a_disagreement_found_in_the_text_is_kept(post: Post) -> None:
    """The sender's own invoice and another customer's in one mail: a person decides."""
    await post.receive("We will pay INV-1007 and INV-1008 on 30 June 2026.", AP)
    state = (await post.desk.store.load([FIRST]))[FIRST]
    rows = await post.rows(OutgoingKind.FORWARD)

    assert () == state.promises
    assert ["more than one customer" in row.effect.why for row in rows
            if isinstance(row.effect, ForwardToRep)] == [True]  # fmt: skip


def failure(post: Post, row: Outgoing, message_id: str) -> bytes:
    """Write a delivery status notification about a mail to a rep."""
    post.count += 1
    return (
        "From: MAILER-DAEMON@mx.creditor.example.com\r\n"
        f"To: {INBOX}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <dsn{post.count}@mx.creditor.example.com>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nUser unknown.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {row.recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()


async def test_a_forward_that_comes_back_is_not_forwarded_to_the_same_rep(post: Post) -> None:
    """The owner's mailbox is gone: the operator is told once a day, and nothing loops."""
    asked = await post.disputed()
    message_id = await sent_id(post, asked)
    for _ in range(2):
        mail = await post.keep(failure(post, asked, message_id))

        assert MailStage.FILED is mail.stage

    (alarm,) = await post.effects()

    assert isinstance(alarm, TellOperator)
    assert OWNER in alarm.subject
    assert [] == await post.rows(OutgoingKind.FORWARD)


async def test_an_alarm_that_comes_back_tells_nobody(post: Post) -> None:
    """Whom should it tell: the log and `status` show it."""
    asked = await post.disputed()
    await post.keep(failure(post, asked, await sent_id(post, asked)))
    (alarm,) = await post.rows(OutgoingKind.ALARM)
    mail = await post.keep(failure(post, alarm, await sent_id(post, alarm)))

    assert MailStage.FILED is mail.stage
    assert [] == await post.effects()
