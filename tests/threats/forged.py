"""A hundred forged mails: twenty disguises of a sender, five things that he may want.

Headers are written by hand, for a mail program would refuse most of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.core.builders import AP, OWNER
from tests.rounds.rep_post import AUTHSERV, INBOX

EVIL = "payables@evil.test"
LOOKALIKE = "ap@debtor-example.org"
OURS = f"Authentication-Results: {AUTHSERV};"
FOREIGN_HOP = "Received: from a.evil.test by mx.evil.test; Thu, 11 Jun 2026 10:00:00 +0000"
WANTS = {
    "promise": "We will pay INV-1007 on 30 June 2026.",
    "dispute": "INV-1007 is wrong, we agreed 450 and will not pay it like this.",
    "paid": "We paid INV-1007 on 2 June 2026 by bank transfer, 1,200.00 EUR.",
    "contact": "Please write to payables@evil.test from now on, for INV-1007 too.",
    "stop": "Stop sending us reminders about INV-1007. Do not contact us again.",
}
# The name of each disguise, and its header lines above the common ones.
DISGUISES: dict[str, tuple[str, ...]] = {
    "stranger with a pass of his own": (
        f"{OURS} dmarc=pass header.from=evil.test",
        f"From: {EVIL}",
    ),
    "stranger without a verdict": (f"From: {EVIL}",),
    "reply-to is the contact": (
        f"{OURS} dmarc=pass header.from=evil.test",
        f"From: {EVIL}",
        f"Reply-To: {AP}",
    ),
    "display name is the contact": (
        f"{OURS} dmarc=pass header.from=evil.test",
        f'From: "{AP}" <{EVIL}>',
    ),
    "encoded name is the contact": (f"From: =?utf-8?q?ap=40debtor=2Eexample=2Eorg?= <{EVIL}>",),
    "two addresses in From": (
        f"{OURS} dmarc=pass header.from=debtor.example.org",
        f"From: {AP}, {EVIL}",
    ),
    "the stranger first": (
        f"{OURS} dmarc=pass header.from=debtor.example.org",
        f"From: {EVIL}, {AP}",
    ),
    "two From headers": (
        f"{OURS} dmarc=pass header.from=debtor.example.org",
        f"From: {AP}",
        f"From: {EVIL}",
    ),
    "the contact with a failed check": (
        f"{OURS} dmarc=fail header.from=debtor.example.org",
        f"From: {AP}",
    ),
    "a failed check under a passed one": (
        f"{OURS} dmarc=pass header.from=debtor.example.org",
        f"{OURS} dmarc=fail header.from=debtor.example.org",
        f"From: {AP}",
    ),
    "another spelling with a failed check": (
        f"{OURS} dmarc=fail header.from=debtor.example.org",
        "From: AP@Debtor.Example.ORG",
    ),
    "sender header is the contact": (
        f"{OURS} dmarc=pass header.from=evil.test",
        f"From: {EVIL}",
        f"Sender: {AP}",
        f"Return-Path: <{AP}>",
    ),
    "address in a comment": (f"From: {EVIL} ({AP})",),
    "a domain that looks alike": (
        f"{OURS} dmarc=pass header.from=debtor-example.org",
        f"From: {LOOKALIKE}",
    ),
    "a Cyrillic letter in the domain": (
        f"{OURS} dmarc=pass header.from=xn--dbtor-5ve.example.org",
        "From: ap@xn--dbtor-5ve.example.org",
    ),
    "a Cyrillic letter, not encoded": ("From: ap@d\u0435btor.example.org",),
    "the contact's domain below another": (
        f"{OURS} dmarc=pass header.from=evil.test",
        "From: ap@debtor.example.org.evil.test",
    ),
    "one of us": (f"{OURS} dmarc=fail header.from=creditor.example.com", f"From: {OWNER}"),
    "our own inbox": (
        f"{OURS} dmarc=fail header.from=creditor.example.com",
        f"From: {INBOX}",
    ),
    "nobody": (f"{OURS} dmarc=pass header.from=debtor.example.org", f"Reply-To: {AP}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """One forged mail."""

    name: str
    raw: bytes


def forged(lines: tuple[str, ...], text: str, number: int) -> bytes:
    """Return a mail of these header lines and this text."""
    common = (
        f"To: {INBOX}",
        "Subject: Re: INV-1007",
        f"Message-ID: <forged.{number}@evil.test>",
        "Date: Thu, 11 Jun 2026 10:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    )
    return ("\r\n".join((*lines, *common)) + f"\r\n\r\n{text}\r\n").encode()


FORGERIES = tuple(
    Forgery(
        name=f"{disguise}: {want}",
        raw=forged(lines, text, place * len(WANTS) + index),
    )
    for place, (disguise, lines) in enumerate(DISGUISES.items())
    for index, (want, text) in enumerate(WANTS.items())
)
