"""A reply finds its letter however mail systems treat it, and never another customer's invoice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.state import HoldReason
from tests.core.builders import AP
from tests.rounds.rep_post import FIRST, SECOND, Post
from tests.threats.test_tokens import letters

DISPUTE = "This is wrong, we agreed another price. Please correct it."
COLLEAGUE = "cfo@debtor.example.org"
NOISE = "abc123@mail.example.net"


@pytest.mark.parametrize(
    ("ways", "subject", "sender"),
    [
        pytest.param({"token"}, "Re: your mail", AP, id="token alone"),
        pytest.param({"token", "rewritten"}, "Re: your mail", AP, id="message-id rewritten"),
        pytest.param({"reply"}, "Re: your mail", AP, id="in-reply-to alone"),
        pytest.param({"references"}, "Re: your mail", AP, id="references alone"),
        pytest.param({"commas"}, "Re: your mail", AP, id="references with commas"),
        pytest.param({"microsoft"}, "Re: your mail", AP, id="kept aside by Microsoft"),
        pytest.param({"delivered"}, "Re: your mail", AP, id="token in Delivered-To alone"),
        pytest.param(set(), "AW: INV-1007", AP, id="number in the subject alone"),
        pytest.param(set(), "no subject", AP, id="sender alone"),
        pytest.param({"token"}, "WG: your mail", COLLEAGUE, id="forwarded by a colleague"),
        pytest.param({"reply"}, "Fwd: your mail", COLLEAGUE, id="forwarded, without the token"),
    ],
)
async def test_a_dispute_rests_the_right_invoice(
    post: Post, ways: set[str], subject: str, sender: str
) -> None:
    """The first customer's invoice rests; the second customer is not touched."""
    sent = await letters(post)
    letter = sent[FIRST]
    ours = letter.frozen.message_id if letter.frozen else ""
    headers = {
        "reply": {"In_Reply_To": f"<{ours}>"},
        "references": {"References": f"<{NOISE}> <{ours}>"},
        "commas": {"References": f"<{NOISE}>,<{ours}>"},
        "microsoft": {"In_Reply_To": f"<{NOISE}>", "X_Microsoft_Original_Message_ID": f"<{ours}>"},
        "rewritten": {"In_Reply_To": f"<{NOISE}>", "References": f"<{NOISE}>"},
        "delivered": {"Delivered_To": f"ar+{letter.reply_token}@creditor.example.com"},
        "token": {},
    }
    given = {name: value for way in ways for name, value in headers[way].items()}
    before = (await post.desk.store.load([SECOND]))[SECOND]
    answered = letter if "token" in ways else None
    await post.receive(DISPUTE, sender, answered, subject=subject, **given)
    state = (await post.desk.store.load([FIRST]))[FIRST]
    mail = (await post.desk.store.events(FIRST))[-1]

    assert "reply_applied" == mail.event.kind
    assert {hold.reason for hold in state.holds} & {HoldReason.DISPUTE, HoldReason.REVIEW}
    assert {"INV-1007"} == {
        hold.subject
        for hold in state.holds
        if hold.reason in (HoldReason.DISPUTE, HoldReason.REVIEW)
    }
    assert before == (await post.desk.store.load([SECOND]))[SECOND]


async def test_a_token_that_a_mailer_shouts_still_counts(post: Post) -> None:
    """Some systems write addresses in capitals."""
    sent = await letters(post)
    loud = replace(sent[FIRST], reply_token=sent[FIRST].reply_token.upper())
    await post.receive(DISPUTE, AP, loud)
    state = (await post.desk.store.load([FIRST]))[FIRST]

    assert HoldReason.DISPUTE in {hold.reason for hold in state.holds}
