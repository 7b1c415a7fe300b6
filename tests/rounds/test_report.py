"""The morning digest: one plain mail a rep and business day, not before its time."""

from __future__ import annotations

from datetime import time

import pytest

from daemon.core.effects import SendDigest
from daemon.ports import OutgoingKind
from daemon.rounds.plan import plan_round
from daemon.rounds.report import report_round
from tests.core.builders import OWNER, invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import MAX, open_books

SEVEN = time(7, 0)


@pytest.fixture
async def owed(desk: Desk) -> Desk:
    """One customer of Olga's, whose inquiry waits in the queue on Thursday."""
    await open_books(
        desk, "2026-06-11", ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    )
    await plan_round(desk.app)
    return desk


async def test_a_rep_gets_one_digest_a_day(owed: Desk) -> None:
    """It lists the letter that goes today; later passes of the day write none."""
    first = await report_round(owed.app, SEVEN)
    owed.go_to("2026-06-11 14:00")
    second = await report_round(owed.app, SEVEN)
    rows = await owed.store.due_outgoing(owed.clock.now(), [OutgoingKind.DIGEST], MAX)
    digests = [row.effect for row in rows if isinstance(row.effect, SendDigest)]

    assert (1, 0) == (first, second)
    assert [(OWNER, ["ap@one.example.org"])] == [
        (digest.rep, [letter.recipient for letter in digest.content.letters_today])
        for digest in digests
    ]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2026-06-12 04:59", 0, id="before seven in Berlin"),
        pytest.param("2026-06-12 05:01", 1, id="after seven in Berlin"),
        pytest.param("2026-06-13 08:00", 0, id="Saturday"),
    ],
)
async def test_the_digest_comes_on_business_mornings_of_the_creditor(
    owed: Desk, when: str, expected: int
) -> None:
    """Seven by the creditor's clock, on the creditor's business days."""
    owed.go_to(when)

    assert expected == await report_round(owed.app, SEVEN)
