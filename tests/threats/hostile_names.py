"""Hostile names, and letters to people of such names on a real wire."""

from __future__ import annotations

import email
import email.policy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from email.utils import getaddresses

from daemon.adapters.mime import freeze_letter
from daemon.adapters.render import RenderedLetter
from daemon.core.letters import LetterContent
from daemon.ports import Accepted, Frozen
from tests.adapters.smtp_case import settings_for, submission
from tests.adapters.test_mime import NOW
from tests.servers.smtp_faults import FaultSmtp

PATIENCE_SECONDS = 60
RECIPIENT = "payables@customer.example"
LETTER_HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-Auto-Response-Suppress",
    "X-Duly-Loop", "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip
PIECES = (
    "\r\n", "\n", "\r", "\0", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\u202e", " ", "\t",
    "Bcc: spy@evil.test", "RCPT TO:<spy@evil.test>", "\r\n.\r\n", "<spy@evil.test>",
    "spy@evil.test", ",", ";", ":", '"', "\\", "(", ")", "<", ">",
    "=?utf-8?q?=0D=0ABcc:_spy=40evil.test?=",
    "=?utf-8?b?DQpCY2M6IHNweUBldmlsLnRlc3Q=?=", "Müller", "Ltd", "会計", "a" * 90, "%0d%0a",
    "\uff1cspy\uff20evil.test\uff1e", "\r\n Bcc: spy@evil.test", "undisclosed:", "\udcff",
)  # fmt: skip


def names(wanted: int) -> Iterator[str]:
    """Yield hostile names, each a few pieces drawn by a hash: the same ones every time."""
    for number in range(wanted):
        digest = hashlib.sha256(f"name {number}".encode()).digest()
        yield "".join(PIECES[octet % len(PIECES)] for octet in digest[: 2 + digest[31] % 6])


def frozen(rendered: RenderedLetter, content: LetterContent) -> Frozen:
    """Freeze a letter as the product does."""
    return freeze_letter(
        rendered,
        content,
        key="10023|letter|2026-06-11",
        message_domain="nordwind.example",
        reply_to="ar+t0ken@nordwind.example",
        envelope_from="bounce+t0ken@nordwind.example",
        references=(),
        now=NOW,
        secret=b"a key",
    )


async def send_to(wanted: Iterable[str], freeze: Callable[[str], Frozen]) -> tuple[int, int]:
    """Send a letter to somebody of each name; return how many were refused and how many sent.

    Each is refused before a byte is sent, or has our headers and our one recipient only.

    Args:
        wanted: The names.
        freeze: Makes the letter to a name; `ValueError` refuses it.
    """
    refused = sent = 0
    async with (
        FaultSmtp() as server,
        submission(
            replace(
                settings_for(server.port),
                connect_seconds=PATIENCE_SECONDS,
                command_seconds=PATIENCE_SECONDS,
                final_reply_seconds=PATIENCE_SECONDS,
            )
        ) as opened,
    ):
        for name in wanted:
            try:
                mail = freeze(name)
            except ValueError:
                refused += 1
                continue
            outcome = await (await opened.connect()).transmit(mail)

            assert isinstance(outcome, Accepted)

            taken = server.ledger.pop()
            message = email.message_from_bytes(taken.raw, policy=email.policy.compat32)
            sent += 1

            assert sorted(LETTER_HEADERS) == sorted(message.keys())
            assert [RECIPIENT] == [mailbox for _, mailbox in getaddresses([str(message["To"])])]
            assert (RECIPIENT,) == taken.envelope_to
    return refused, sent
