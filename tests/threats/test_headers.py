"""A hundred thousand hostile names, put straight into the headers and sent over a real wire.

`test_outgoing.py` takes the whole way, through templates; here is the narrow one, where the name
stands in display name and subject as it came, so that the count of the bar can be run.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.utils import getaddresses

from daemon.adapters.mime import freeze_letter
from daemon.adapters.render import RenderedLetter
from daemon.ports import Accepted, Frozen
from tests.adapters.letters import letter
from tests.adapters.smtp_case import settings_for, submission
from tests.adapters.test_mime import NOW
from tests.servers.smtp_faults import FaultSmtp
from tests.threats.counts import count
from tests.threats.test_outgoing import LETTER_HEADERS, RECIPIENT, names

PATIENCE_SECONDS = 60
LETTER = letter()


def with_name(name: str) -> Frozen:
    """Freeze a letter to somebody of this name, with it in the subject too."""
    return freeze_letter(
        RenderedLetter(subject=f"Reminder {name}", text="x\n", html="<p>x</p>", language="en"),
        replace(LETTER, recipient_name=name),
        key="10023|letter|2026-06-11",
        message_domain="nordwind.example",
        reply_to="ar+t0ken@nordwind.example",
        envelope_from="bounce+t0ken@nordwind.example",
        references=(),
        now=NOW,
        secret=b"a key",
    )


async def test_a_hundred_thousand_names_add_no_header_and_no_recipient() -> None:
    """Each name is refused before a byte is sent, or stands in our headers alone, as words."""
    refused = sent = 0
    wanted = count(1_000, 100_000)
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
        for name in names(wanted):
            try:
                mail = with_name(name)
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

    assert wanted == refused + sent
    assert sent > wanted // 10
