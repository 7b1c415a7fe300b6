"""Letters of unknown fate: the Sent folder settles them, on the day on which they left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from daemon.application import Delivery, Inbound
from daemon.core.state import LetterStage
from daemon.ports import Unknown
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from daemon.rounds.settle import settle_round
from tests.core.builders import day, invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books


@dataclass
class SentFolder:
    """A mailbox port in whose Sent folder every letter lies."""

    name: str = "ar"

    async def open(self, folder: str) -> None:
        """Open nothing."""

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Find each."""
        return True


async def test_a_letter_found_in_the_sent_folder_left_on_the_day_of_its_attempt(
    desk: Desk,
) -> None:
    """The folder was out of reach until Monday; the days to the next letter count from Thursday."""
    debtor = ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    await open_books(desk, "2026-06-11", debtor)
    desk.relay.answers.append(Unknown(because="the line was cut"))
    await plan_round(desk.app)
    await deliver_round(desk.app)
    desk.go_to("2026-06-15 10:00")
    found = replace(
        desk.app,
        delivery=Delivery(sent_copy="auto"),
        inbounds=(Inbound(mailbox=cast(Any, SentFolder()), sent="Sent"),),
    )
    settled = await settle_round(found)
    (letter,) = (await desk.store.load(["main/one"]))["main/one"].letters

    assert (1, LetterStage.ACCEPTED) == (settled, letter.stage)
    assert day("2026-06-11") == letter.accepted_on
