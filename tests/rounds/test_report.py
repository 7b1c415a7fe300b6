"""The morning digest: one plain mail a rep and business day, not before its time."""

from __future__ import annotations

from datetime import time

import pytest

from daemon.core.effects import EchoToRep, Effect, SendDigest, TellOperator
from daemon.ports import OutgoingKind, OutgoingStage, Unknown
from daemon.rounds.notify import notify_round
from daemon.rounds.plan import plan_round
from daemon.rounds.report import notes_on_unsure, report_round
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


async def test_what_may_not_have_arrived_is_said_in_the_next_digest(owed: Desk) -> None:
    """The line was cut after an alarm's last byte: it is not sent again, but told, and once."""
    alarm = TellOperator(key="breaker|1", subject="Duly stopped sending", lines=("Too many.",))
    await owed.store.put_outgoing([alarm], owed.clock.now())
    owed.relay.answers.append(Unknown(because="the line was cut"))
    tried = [await notify_round(owed.app), await notify_round(owed.app)]
    told = []
    for morning in ("2026-06-12 06:00", "2026-06-15 06:00"):
        owed.go_to(morning)
        await report_round(owed.app, SEVEN)
        rows = await owed.store.due_outgoing(owed.clock.now(), [OutgoingKind.DIGEST], MAX)
        told.append(
            [
                (row.recipient, row.effect.content.notes)
                for row in rows
                if isinstance(row.effect, SendDigest) and row.effect.content.notes
            ]
        )
        for row in rows:
            await owed.store.move_outgoing(
                row.key, OutgoingStage.ACCEPTED, owed.clock.now(), expected=OutgoingStage.QUEUED
            )
    note = "The alarm of 2026-06-11 may not have reached you: Duly stopped sending. Too many."

    assert [1, 0] == tried
    assert [[(owed.app.house.reps.operator, (note,))], []] == told


async def test_an_unsure_mail_is_dated_by_the_creditors_clock(owed: Desk) -> None:
    """An alarm that left at half past midnight in Berlin left on the 12th, not on the 11th."""
    owed.go_to("2026-06-11 22:30")
    await lose(owed, TellOperator(key="a", subject="Stopped", lines=("Why.",)))
    owed.go_to("2026-06-15 06:00")

    assert {owed.app.house.reps.operator: ("2026-06-12",)} == {
        address: tuple(note.split()[3] for note in notes)
        for address, notes in (await notes_on_unsure(owed.app, owed.clock.now())).items()
    }


async def test_what_a_former_rep_may_have_missed_is_told_to_the_operator(owed: Desk) -> None:
    """She has left since: the customer's matter goes to nobody outside."""
    await lose(owed, EchoToRep(key="e", rep="gone@else.example", subject="Re: Acme", lines=("x",)))
    owed.go_to("2026-06-12 06:00")
    notes = await notes_on_unsure(owed.app, owed.clock.now())

    assert [owed.app.house.reps.operator] == list(notes)


async def lose(owed: Desk, effect: Effect) -> None:
    """Send a mail to a rep over a line that is cut after its last byte."""
    await owed.store.put_outgoing([effect], owed.clock.now())
    owed.relay.answers.append(Unknown(because="the line was cut"))
    await notify_round(owed.app)
