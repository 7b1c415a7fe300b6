"""A hundred thousand hostile names, put straight into the headers and sent over a real wire.

`test_outgoing.py` takes the whole way, through templates; here is the narrow one, where the name
stands in display name and subject as it came, so that the count of the bar can be run.
"""

from __future__ import annotations

from dataclasses import replace

from daemon.adapters.render import RenderedLetter
from daemon.ports import Frozen
from tests.adapters.letters import letter
from tests.threats.counts import count
from tests.threats.hostile_names import frozen, names, send_to

LETTER = letter()


def with_name(name: str) -> Frozen:
    """Freeze a letter to somebody of this name, with it in the subject too."""
    subject = f"Reminder {name}"
    rendered = RenderedLetter(subject=subject, text="x\n", html="<p>x</p>", language="en")
    return frozen(rendered, replace(LETTER, recipient_name=name))


async def test_a_hundred_thousand_names_add_no_header_and_no_recipient() -> None:
    """Each name is refused before a byte is sent, or stands in our headers alone, as words."""
    wanted = count(1_000, 100_000)
    refused, sent = await send_to(names(wanted), with_name)

    assert wanted == refused + sent
    assert sent > wanted // 10
