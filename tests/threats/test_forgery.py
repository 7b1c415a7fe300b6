"""Forged senders and forged verdicts: nothing is believed that our own border has not said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.adapters.addresses import normalise_address
from daemon.core.state import AccountState, HoldReason
from daemon.ports import MailStage, OutgoingKind
from parsers.identify import identify
from parsers.reading import AuthVerdict, Context
from tests.core.builders import AP
from tests.rounds.rep_post import AUTHSERV, FIRST, Post
from tests.threats.counts import count
from tests.threats.forged import DISGUISES, FOREIGN_HOP, FORGERIES, OURS, WANTS, forged

CUSTOMER_MAIL = (OutgoingKind.LETTER, OutgoingKind.DELIVERY, OutgoingKind.ANSWER)
PASS = "dmarc=pass header.from=debtor.example.org"


def unforgeable(state: AccountState) -> tuple[object, ...]:
    """Return what no forged mail may change."""
    return (
        state.facts,
        state.contacts,
        state.items,
        state.sequences,
        state.promises,
        state.letters,
        tuple(hold for hold in state.holds if hold.reason is not HoldReason.REVIEW),
    )


async def test_a_hundred_forged_mails_change_nothing(post: Post) -> None:
    """
    Each disguise with each wish, a day apart: no promise, contact, letter or hold but a review
    comes of it, and a person sees every one of them.
    """
    store = post.desk.store
    before = unforgeable((await store.load([FIRST]))[FIRST])
    unseen = []
    for forgery in FORGERIES:
        post.desk.clock.advance_to(post.desk.clock.now() + timedelta(days=1, hours=1))
        mail = await post.keep(forgery.raw)
        if mail.stage is not MailStage.FORWARDED:
            unseen.append(forgery.name)
    state = (await store.load([FIRST]))[FIRST]

    assert 100 == len(FORGERIES)
    assert before == unforgeable(state)
    assert [] == await post.rows(*CUSTOMER_MAIL)
    assert [] == unseen


BORDER_FORGERIES = {
    "another server's name": (f"Authentication-Results: mx.evil.test; {PASS}",),
    "our name as a prefix": (f"Authentication-Results: {AUTHSERV}.evil.test; {PASS}",),
    "our name as a comment": (f"Authentication-Results: mx.evil.test ({AUTHSERV}); {PASS}",),
    "our name in quotes behind another": (
        f'Authentication-Results: mx.evil.test "{AUTHSERV}"; {PASS}',
    ),
    "below a foreign hop": (FOREIGN_HOP, f"{OURS} {PASS}"),
    "below ours that says none": (f"{OURS} dmarc=none", f"{OURS} {PASS}"),
    "below ours that says fail": (f"{OURS} dmarc=fail", f"{OURS} {PASS}"),
    "a pass inside a comment": (f"{OURS} dmarc=none ({PASS})",),
    "a pass of another domain": (f"{OURS} dmarc=pass header.from=evil.test",),
    "a signature of another domain": (f"{OURS} dkim=pass header.d=evil.test",),
    "a signature of the public suffix": (f"{OURS} dkim=pass header.d=org",),
    "spf alone": (f"{OURS} spf=pass smtp.mailfrom=debtor.example.org",),
    "in ARC of nobody we know": (f"ARC-Authentication-Results: i=1; {AUTHSERV}; {PASS}",),
    "in the text": ("X-Note: 1",),
}


@pytest.mark.parametrize("lines", BORDER_FORGERIES.values(), ids=BORDER_FORGERIES)
def test_no_forged_verdict_is_believed(lines: tuple[str, ...]) -> None:
    """Only our own server's word on the From domain counts, and only where it writes it."""
    raw = forged((*lines, f"From: {AP}"), f"{OURS} {PASS}\r\n{WANTS['promise']}", 0)

    assert AuthVerdict.PASS is not identify(raw, Context(authserv_ids=(AUTHSERV,))).verdict


def test_our_own_verdict_is_believed() -> None:
    """The same mail under our border's own line passes: the table above tests something."""
    raw = forged((f"{OURS} {PASS}", f"From: {AP}"), WANTS["promise"], 0)

    assert AuthVerdict.PASS is identify(raw, Context(authserv_ids=(AUTHSERV,))).verdict


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((f"Authentication-Results: mx.evil.test; {PASS}",), id="foreign verdict"),
        pytest.param((FOREIGN_HOP, f"{OURS} {PASS}"), id="below a foreign hop"),
        pytest.param((), id="no verdict"),
    ],
)
@pytest.mark.parametrize("want", WANTS)
async def test_an_unproven_contact_can_only_make_us_pause(
    post: Post, lines: tuple[str, ...], want: str
) -> None:
    """
    A contact's address that nothing proves, without our token: letters pause, the owner is
    told, and nothing is booked, changed or ended.
    """
    before = (await post.desk.store.load([FIRST]))[FIRST]
    mail = await post.keep(forged((*lines, f"From: {AP}"), WANTS[want], 0))
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert MailStage.FORWARDED is mail.stage
    assert (before.promises, before.contacts, before.sequences) == (
        state.promises,
        state.contacts,
        state.sequences,
    )
    assert [] == await post.rows(*CUSTOMER_MAIL)


async def test_a_thousand_forged_senders_get_no_answer(post: Post) -> None:
    """
    A wave of mails from addresses that exist nowhere, each with a contact's or an invoice's
    name in it: not one of the senders is written to.
    """
    for number in range(count(25, 1_000)):
        lines = (f"From: victim{number}@innocent{number % 7}.test",)
        await post.keep(forged(lines, WANTS["dispute"], 1_000 + number))
    recipients = {
        row.recipient.rpartition("@")[2] for row in await post.rows(*OutgoingKind) if row.recipient
    }

    assert recipients <= {"creditor.example.com", "debtor.example.org"}
    assert [] == await post.rows(*CUSTOMER_MAIL)


def test_the_disguises_are_twenty() -> None:
    """A disguise that was dropped is missed."""

    assert (20, 5) == (len(DISGUISES), len(WANTS))


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("From: ap@m\u00fcller.example", "ap@xn--mller-kva.example"),
        ("From: ap@M\u00dcLLER.example", "ap@xn--mller-kva.example"),
        ("From: ap@mu\u0308ller.example", "ap@xn--mller-kva.example"),
        ("From: ap@xn--mller-kva.example", "ap@xn--mller-kva.example"),
        ("From: ap@m\u0443ller.example", "ap@xn--mller-eze.example"),
        ("From: ap@muller.example", "ap@muller.example"),
        ("From: ap@\uff4d\uff55ller.example", "ap@muller.example"),
        ("From: ap@-bad-\u00fc-.example", "ap@-bad-\u00fc-.example"),
    ],
)
def test_domains_are_compared_by_their_ascii_form(header: str, address: str) -> None:
    """One domain in two spellings is one; two domains that look alike are two."""
    raw = f"{header}\r\n\r\nx\r\n".encode()

    assert address == identify(raw, Context()).from_address


def test_an_imported_contact_has_the_form_that_a_reply_has() -> None:
    """Who is written to at an umlaut domain is known again when he answers."""
    raw = "From: ap@m\u00fcller.example\r\n\r\nx\r\n".encode()

    assert (
        normalise_address("AP@M\u00fcller.example").lower() == identify(raw, Context()).from_address
    )
