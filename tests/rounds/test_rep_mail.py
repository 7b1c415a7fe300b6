"""Mail of reps over a real store and a real parser: tokens, digests, loops, customers."""

from __future__ import annotations

from daemon.core.effects import EchoToRep, SendDigest
from daemon.ports import MailStage, Outgoing
from tests.core.builders import OWNER
from tests.rounds.rep_post import FIRST, SECOND, Post


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
