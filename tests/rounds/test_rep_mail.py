"""Mail of reps over a real store and a real parser: tokens, digests, loops, customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from email.message import EmailMessage
from typing import Any, cast

import pytest

from daemon.application import Inbound
from daemon.core.effects import EchoToRep, Effect, ForwardToRep, SendDigest, TellOperator
from daemon.core.state import ForwardStage, HoldReason
from daemon.ports import Commit, Cursor, Fetched, InboxMail, MailStage, Outgoing, OutgoingKind
from daemon.rounds.read_mail import read_round
from daemon.rounds.report import report_round
from parsers.identify import identify
from parsers.read import read
from parsers.reading import Context, Identity, Reading
from tests.core.builders import AP, DEPUTY, OWNER, contact, default_facts, invoice, opening
from tests.rounds.conftest import Desk
from tests.store.builders import snapshot

AUTHSERV = "mx.creditor.example.com"
INBOX = "ar@creditor.example.com"
DISPUTE = (
    "INV-1007 is wrong: you charged 500 but we agreed 450. Please correct the price. "
    "We will not pay it like this."
)
FIRST, SECOND = "main/4711", "main/4712"


class PlainParser:
    """The port over the parsers themselves, without a process of their own."""

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Read the headers."""
        return identify(raw, context)

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Read the whole mail."""
        return read(raw, context)

    async def close(self) -> None:
        """Close nothing."""


@pytest.fixture
async def office(desk: Desk) -> Desk:
    """Two customers with one overdue invoice each, a parser, and an inbox that is fed by hand."""
    box = cast(Any, type("Box", (), {"name": "ar"})())
    inbound = Inbound(mailbox=box, authserv_ids=(AUTHSERV,), own_addresses=(INBOX,))
    desk.app = replace(desk.app, parser=PlainParser(), inbounds=(inbound,))
    commits = []
    for reference, number, address in (
        ("4711", "INV-1007", AP),
        ("4712", "INV-1008", "ap@other.test"),
    ):
        facts = default_facts(reference=reference, name=f"Debtor {reference}")
        item = invoice(number, "2026-06-01", 1200)
        events = opening(item, facts=facts, contacts=(contact(address),))
        commits.append(
            Commit(
                account=facts.account, expected=0, events=events, next_action_at=desk.clock.now()
            )
        )
    await desk.store.apply_import(snapshot("first", "2026-06-11"), commits, desk.clock.now())
    return desk


class Post:
    """Puts mails into the inbox and looks at what was written to reps."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.count = 0

    async def receive(
        self,
        text: str,
        sender: str,
        answered: Outgoing | None = None,
        *,
        verdict: str = "pass",
        thread: str = "",
        **headers: str,
    ) -> InboxMail:
        """Keep one mail, read it, and return where it ended."""
        self.count += 1
        message = EmailMessage()
        message["Authentication-Results"] = (
            f"{AUTHSERV}; dmarc={verdict} header.from={sender.rpartition('@')[2]}"
        )
        message["From"] = sender
        local, _, domain = INBOX.partition("@")
        message["To"] = f"{local}+{answered.reply_token}@{domain}" if answered else INBOX
        message["Subject"] = "Re: your mail"
        message["Message-ID"] = f"<m{self.count}@{sender.rpartition('@')[2]}>"
        if thread:
            message["In-Reply-To"] = f"<{thread}>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return await self.keep(message.as_bytes())

    async def keep(self, raw: bytes) -> InboxMail:
        """Keep these bytes, read them, and return where they ended."""
        self.count += 1
        cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=self.count)
        fetched = Fetched(uid=self.count, octets=len(raw), raw=raw)
        (mail,) = await self.desk.store.keep([fetched], cursor, self.desk.clock.now())
        await read_round(self.desk.app)
        found = await self.desk.store.mail(mail)
        assert found is not None
        return found

    async def rows(self, *kinds: OutgoingKind) -> list[Outgoing]:
        """Return the mails to reps of these kinds, oldest first."""
        return await self.desk.store.due_outgoing(self.desk.clock.now(), kinds, 100)

    async def effects(self) -> list[Effect]:
        """Return every echo and alarm so far."""
        return [row.effect for row in await self.rows(OutgoingKind.ECHO, OutgoingKind.ALARM)]

    async def disputed(self) -> Outgoing:
        """Let the first customer dispute INV-1007; return the forward that the owner gets."""
        await self.receive(DISPUTE, AP)
        (row,) = await self.rows(OutgoingKind.FORWARD)
        return row

    async def digest(self) -> Outgoing:
        """Write the morning digests; return the owner's."""
        await report_round(self.desk.app, time(7, 0))
        rows = await self.rows(OutgoingKind.DIGEST)
        return next(row for row in rows if row.recipient == OWNER)

    async def holds(self, account: str) -> set[str]:
        """Return reason and subject of the account's holds."""
        state = (await self.desk.store.load([account]))[account]
        return {f"{hold.reason} {hold.subject}" for hold in state.holds}


@pytest.fixture
def post(office: Desk) -> Post:
    """The post of the office."""
    return Post(office)


async def test_a_digest_is_answered_by_the_invoices_it_names(post: Post) -> None:
    """One answer pauses an invoice of one customer and vetoes the letter of another."""
    digest = await post.digest()
    mail = await post.receive("pause INV-1007 14d\nveto INV-1008\n", OWNER, digest)

    assert isinstance(digest.effect, SendDigest)
    assert ["veto INV-1007", "veto INV-1008"] == [
        letter.veto for letter in digest.effect.content.letters_today
    ]
    assert {"manual INV-1007"} == await post.holds(FIRST)
    assert {"manual INV-1008"} == await post.holds(SECOND)
    assert (MailStage.APPLIED, (FIRST, SECOND)) == (mail.stage, mail.accounts)
    assert 2 == len(await post.effects())


async def test_a_digest_answer_without_an_invoice_changes_nothing(post: Post) -> None:
    """`pause 14d` alone could mean every customer; the rep is told how to write it."""
    digest = await post.digest()
    await post.receive("pause 14d\nveto INV-9999\n", OWNER, digest)
    (echo,) = await post.effects()

    assert isinstance(echo, EchoToRep)
    assert "pause INV-7 14d" in " ".join(echo.lines)
    assert "INV-9999 is no invoice we know" in " ".join(echo.lines)
    assert set() == await post.holds(FIRST)

    await post.receive("pause INV-1007 14d", OWNER, digest)

    assert {"manual INV-1007"} == await post.holds(FIRST)


async def test_a_refused_command_leaves_the_question_to_be_answered(post: Post) -> None:
    """A mistyped date and `help` use up no token; what was carried out does, once."""
    asked = await post.disputed()
    await post.receive("promise 2026-06-01", OWNER, asked)
    await post.receive("help", OWNER, asked)
    await post.receive("resolved", OWNER, asked)
    await post.receive("stop", OWNER, asked)
    echoes = [effect.subject for effect in await post.effects() if isinstance(effect, EchoToRep)]
    said = [" ".join(subject.split()[:3]) for subject in echoes]

    assert ["Not done: promise", "Done: help (Debtor", "Done: resolved (Debtor"] == said[:3]
    assert "Not done: Re:" == said[3]
    assert "manual 4711" not in await post.holds(FIRST)


async def test_a_rep_is_known_in_any_spelling(post: Post) -> None:
    """Mail programs write addresses as people like them."""
    asked = await post.disputed()
    await post.receive("resolved", OWNER.title(), asked)

    assert "dispute INV-1007" not in await post.holds(FIRST)


async def test_a_foreign_token_beside_ours_does_not_save_ours(post: Post) -> None:
    """Some other plus-address in Cc comes first; our token is still used up."""
    asked = await post.disputed()
    other = "ar+r2345672345672345672345672@creditor.example.com"
    await post.receive("resolved", OWNER, asked, Delivered_To=other)
    await post.receive("stop", OWNER, asked, Delivered_To=other)

    assert "manual 4711" not in await post.holds(FIRST)


async def test_a_command_without_the_token_is_told_so(post: Post) -> None:
    """The rep's program answered the plain address: nothing is done, and the rep knows."""
    asked = await post.disputed()
    await post.receive("resolved", OWNER, thread=await sent_id(post, asked))
    (echo,) = await post.effects()

    assert isinstance(echo, EchoToRep)
    assert "without the mail's own token" in echo.lines[0]
    assert "dispute INV-1007" in await post.holds(FIRST)


async def test_a_rep_who_talks_in_the_thread_silences_the_robot(post: Post) -> None:
    """No command, no token: the rep writes to the customer, and nobody is bothered."""
    asked = await post.disputed()
    talk = "Dear Ms Weber, let me look into this and call you tomorrow. Kind regards"
    await post.receive(talk, OWNER, thread=await sent_id(post, asked))

    assert [] == await post.effects()
    assert "conversation 4711" in await post.holds(FIRST)


async def sent_id(post: Post, row: Outgoing) -> str:
    """Let a mail to a rep leave; return its Message-ID."""
    from daemon.rounds.notify import notify_round

    await notify_round(post.desk.app)
    sent = await post.desk.store.outgoing(row.key)
    assert sent is not None
    assert sent.frozen is not None
    return sent.frozen.message_id


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
