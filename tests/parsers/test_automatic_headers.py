"""Headers beside words: what they confess, and when a person wrote all the same."""

from __future__ import annotations

import pytest

from parsers.automatic import automatic
from parsers.identify import identify
from parsers.mime import decode
from parsers.reading import Automatic, Context

# Headers, subject, body, sender ("" for Kim), kind.
ROWS = [
    (
        "Precedence: bulk\nSender: owner-dev@example.org\n",
        "Re: patch",
        "I tested the patch, unsubscribe me never. Our preferences page works.\n\n--\nTo "
        "unsubscribe send mail to majordomo@example.org",
        "",
        Automatic.NONE,
    ),
    (
        "Precedence: bulk\n",
        "[ANN] newsletter plugin 2.0",
        "Release 2.0 of the plugin is out. To unsubscribe from this list visit the "
        "preferences page.",
        "",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "List-Unsubscribe: <https://x.example>\nIn-Reply-To: <a@b>\n",
        "Re: budget",
        "Yes, fine by me. View in browser works as well.",
        "",
        Automatic.NONE,
    ),
    (
        "X-Auto-Response-Suppress: All\n",
        "Re: Rechnung",
        "Wir überweisen am Freitag.",
        "",
        Automatic.NONE,
    ),
    (
        "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: kim@example.org\n",
        "FW: Rechnung",
        "Bitte die Rechnung noch einmal schicken.",
        "",
        Automatic.NONE,
    ),
    (
        "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: kim@example.org\n",
        "Automatic reply: x",
        "I am out until Monday",
        "",
        Automatic.OUT_OF_OFFICE,
    ),
    (
        "Return-Path: <>\n",
        "Re: x",
        "I will be back on Monday",
        "",
        Automatic.OUT_OF_OFFICE,
    ),
    (
        "Auto-Submitted: no\n",
        "Re: x",
        "ok",
        "",
        Automatic.NONE,
    ),
    (
        'Auto-Submitted: auto-notified; owner="a"\n',
        "x",
        "y",
        "",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "",
        "Undelivered Mail Returned to Sender",
        "see attached",
        "MAILER-DAEMON@mx.example.org",
        Automatic.BOUNCE,
    ),
    (
        "",
        "Mail delivery failed?",
        "Hi, did my last mail arrive? My colleague says the delivery failed. Kim",
        "",
        Automatic.NONE,
    ),
    (
        "X-List-Administrivia: yes\nPrecedence: bulk\n",
        "Your message to Dev awaits moderator approval",
        "Your mail to Dev is being held until the list moderator can review it for approval.",
        "dev-bounces@lists.example.org",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "",
        "Welcome to the Dev mailing list",
        "Welcome to the Dev@lists.example.org mailing list! To post to this list, send your "
        "email to",
        "dev-request@lists.example.org",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "",
        "Re: quota",
        "We rejected the quota proposal, the delivery of the second lot failed.",
        "Kim <kim@example.org>",
        Automatic.NONE,
    ),
    (
        "",
        "Delivered: Reminder",
        "Your message has been delivered to the following "
        "recipients:\n\nkim@example.org\n\nSubject: Reminder",
        "Microsoft Outlook <postmaster@example.org>",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "",
        "Relayed: Reminder",
        "Delivery to these recipients or distribution lists is complete, but delivery "
        "notification was not sent by the destination.",
        "postmaster@example.org",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "",
        "Message Recall",
        'Kim would like to recall the message "x".',
        "",
        Automatic.NONE,
    ),
    (
        "",
        "Accepted: Call",
        "Kim has accepted.",
        "",
        Automatic.OTHER_AUTOMATIC,
    ),
    (
        "",
        "Zugesagt: Telefonat",
        "",
        "",
        Automatic.OTHER_AUTOMATIC,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=[row[1] or "no subject" for row in ROWS])
def test_headers_and_words(row: tuple[str, str, str, str, Automatic]) -> None:
    """Lists, rules and programs mark people's mail too; only what confesses is automatic."""
    headers, subject, body, sender, kind = row
    raw = (
        f"From: {sender or 'Kim <kim@example.org>'}\nSubject: {subject}\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    ).encode()

    assert kind == automatic(decode(raw), identify(raw, Context()))[0]
