"""Reply tokens and rep tokens: guessed, forwarded, stolen, quoted, leaked."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest

from daemon.core.effects import ForwardToRep, SendLetter
from daemon.core.state import HoldReason
from daemon.ports import MailStage, Outgoing, OutgoingKind, OutgoingStage
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from daemon.store.outbox import reply_token
from tests.core.builders import AP, OWNER
from tests.rounds.rep_post import FIRST, INBOX, SECOND, Post
from tests.threats.counts import count

CUSTOMER_MAIL = (OutgoingKind.LETTER, OutgoingKind.DELIVERY, OutgoingKind.ANSWER)
PROMISE = "We will pay INV-1007 on 30 June 2026."
COLLEAGUE = "warehouse@debtor.example.org"
STRANGER = "somebody@elsewhere.test"
LOOKUPS = 50


def guess(number: int) -> str:
    """Return a token as ours look, of another key."""
    digest = hashlib.sha256(f"guess {number}".encode()).digest()
    return "c" + base64.b32encode(digest).decode().lower()[:26]


async def letters(post: Post) -> dict[str, Outgoing]:
    """Let the overdue customers get their letter; return the rows by account."""
    await plan_round(post.desk.app)
    while await deliver_round(post.desk.app):
        continue
    rows = await post.desk.store.outgoing_in(OutgoingStage.ACCEPTED)
    return {row.account: row for row in rows if isinstance(row.effect, SendLetter)}


async def test_guessed_tokens_find_nothing(post: Post) -> None:
    """So many well-formed guesses, asked as a mail would ask them: no letter answers."""
    sent = await letters(post)
    store = post.desk.store
    guesses = count(1_000, 1_000_000)
    found = []
    for start in range(0, guesses, LOOKUPS):
        found += await store.letters_by_token([guess(start + place) for place in range(LOOKUPS)])

    assert [] == found
    assert 1 == len(await store.letters_by_token([sent[FIRST].reply_token]))


def test_a_token_is_long_and_bound_to_letter_recipient_and_purpose() -> None:
    """130 bits of a keyed hash; another key, letter, recipient or kind gives another token."""
    base = reply_token(b"secret", OutgoingKind.LETTER, "letter", AP)
    others = {
        reply_token(b"other", OutgoingKind.LETTER, "letter", AP),
        reply_token(b"secret", OutgoingKind.LETTER, "another", AP),
        reply_token(b"secret", OutgoingKind.LETTER, "letter", STRANGER),
        reply_token(b"secret", OutgoingKind.FORWARD, "letter", AP),
    }

    assert len(base[1:]) * 5 >= 128
    assert 4 == len(others - {base})


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [
        pytest.param(COLLEAGUE, "pass", id="colleague"),
        pytest.param(STRANGER, "pass", id="stranger"),
        pytest.param(STRANGER, "none", id="stranger without a verdict"),
        pytest.param("ap@other.test", "pass", id="contact of another customer"),
    ],
)
async def test_a_forwarded_token_goes_to_a_person(post: Post, sender: str, verdict: str) -> None:
    """Whoever holds our letter may make us pause and be heard by a person, and no more."""
    sent = await letters(post)
    before = (await post.desk.store.load([FIRST]))[FIRST]
    mail = await post.receive(PROMISE, sender, sent[FIRST], verdict=verdict)
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert MailStage.FORWARDED is mail.stage
    assert () == state.promises
    assert (before.contacts, before.sequences) == (state.contacts, state.sequences)
    assert [] == await post.rows(*CUSTOMER_MAIL)


async def test_a_token_under_a_failed_check_earns_a_review_only(post: Post) -> None:
    """The contact's address, our token, but our border says: not from there."""
    sent = await letters(post)
    await post.receive(PROMISE, AP, sent[FIRST], verdict="fail")
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert () == state.promises
    assert {hold.reason for hold in state.holds} <= {HoldReason.REVIEW}


async def test_an_old_token_books_nothing(post: Post) -> None:
    """A letter older than 90 days is answered: the account pauses and a person looks."""
    sent = await letters(post)
    post.desk.clock.advance_to(post.desk.clock.now() + timedelta(days=91))
    mail = await post.receive("We will pay on 20 September 2026.", AP, sent[FIRST])
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert MailStage.FORWARDED is mail.stage
    assert () == state.promises


async def test_a_token_of_one_customer_moves_nothing_at_another(post: Post) -> None:
    """The first customer's letter answered by the second's contact: the second stays as it was."""
    sent = await letters(post)
    before = (await post.desk.store.load([SECOND]))[SECOND]
    await post.receive("Please stop all reminders.", "ap@other.test", sent[FIRST])

    assert before == (await post.desk.store.load([SECOND]))[SECOND]


# --- commands -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [
        pytest.param(OWNER, "none", id="rep address without a verdict"),
        pytest.param(OWNER, "fail", id="rep address with a failed check"),
        pytest.param(AP, "pass", id="the customer"),
        pytest.param(STRANGER, "pass", id="a stranger"),
        pytest.param("olga@creditor-example.com", "pass", id="look-alike"),
    ],
)
async def test_a_stolen_rep_token_commands_nothing(post: Post, sender: str, verdict: str) -> None:
    """The token of a forward in other hands: every hold stays, and the token stays good."""
    asked = await post.disputed()
    before = await post.holds(FIRST)
    await post.receive("resolved\nresume", sender, asked, verdict=verdict)
    after = await post.holds(FIRST)

    assert before <= after
    assert not await post.desk.store.is_token_used(asked.reply_token)


async def test_a_customer_who_quotes_a_rep_mail_commands_nothing(post: Post) -> None:
    """Our whole forward, commands and all, comes back in a customer's own reply."""
    asked = await post.disputed()
    assert isinstance(asked.effect, ForwardToRep)
    quoted = "\n".join(f"> {line}" for line in ("resolved", "resume", *asked.effect.commands))
    before = await post.holds(FIRST)
    local, _, domain = INBOX.partition("@")
    address = f"{local}+{asked.reply_token}@{domain}"
    await post.receive(f"resolved\n\n{quoted}", AP, Cc=address, Reply_To=address)

    assert before <= await post.holds(FIRST)
    assert not await post.desk.store.is_token_used(asked.reply_token)


async def test_a_rep_without_the_token_commands_nothing(post: Post) -> None:
    """A proven rep who writes a command to the plain address is told how, and no more."""
    await post.disputed()
    before = await post.holds(FIRST)
    await post.receive("resolved INV-1007", OWNER)

    assert before <= await post.holds(FIRST)


async def test_a_command_token_works_once(post: Post) -> None:
    """The same proven command again, as another mail: refused, with nothing changed."""
    asked = await post.disputed()
    await post.receive("resolved", OWNER, asked)
    before = await post.holds(FIRST)
    mail = await post.receive("stop", OWNER, asked)

    assert MailStage.FORWARDED is mail.stage
    assert before == await post.holds(FIRST)


async def test_a_customers_token_is_no_rep_token(post: Post) -> None:
    """A letter's token in a rep's hands: his words are talk in the thread, no command."""
    sent = await letters(post)
    mail = await post.receive("resolved", OWNER, sent[FIRST])
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert mail.stage in (MailStage.APPLIED, MailStage.FORWARDED, MailStage.FILED)
    assert not await post.desk.store.is_token_used(sent[FIRST].reply_token)
    assert {HoldReason.MANUAL, HoldReason.PROMISE}.isdisjoint(hold.reason for hold in state.holds)
