"""A row of the outbox that does not open: it does not leave, and all others do."""

from __future__ import annotations

from daemon.core.effects import TellOperator
from daemon.ports import Deferred, OutgoingKind, OutgoingStage
from daemon.rounds.deliver import deliver_round
from daemon.rounds.notify import notify_round
from daemon.rounds.plan import plan_round
from daemon.rounds.settle import file_copies_round
from daemon.store.transactions import Session
from tests.core.builders import invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import MAX, open_books
from tests.rounds.test_settle import sent_to

GARBAGE = b"\x00seal1\x00 what a failing disk makes of it"
ONE = "main/one|letter|2026-06-11"


async def break_row(desk: Desk, key: str) -> None:
    """Let what was frozen in a row become something else, as a failing disk does."""

    async def work(session: Session) -> None:
        await session.run("UPDATE outgoing SET content = ? WHERE key = ?", (GARBAGE, key))

    await desk.store._database.transactions.write(work)


async def test_a_letter_that_does_not_open_waits_and_the_others_leave(desk: Desk) -> None:
    """
    Two letters are put off by the mail server; then the disk spoils one. At the next try the
    other leaves, the spoilt one stays queued, and the operator is told which row it is.
    """
    berlin = "Europe/Berlin"
    await open_books(
        desk,
        "2026-06-11",
        ("one", "DE", berlin, invoice("A", "2026-06-01", 900)),
        ("two", "DE", berlin, invoice("B", "2026-06-01", 100)),
    )
    await plan_round(desk.app)
    desk.relay.answers += [Deferred(reply="451 later")] * 2
    await deliver_round(desk.app)
    desk.relay.taken.clear()
    await break_row(desk, ONE)
    desk.go_to("2026-06-11 12:30")
    await desk.read_inbox()
    await plan_round(desk.app)
    await deliver_round(desk.app)
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)
    lines = [line for row in alarms for line in getattr(row.effect, "lines", ())]
    left = await desk.store.outgoing(ONE)

    assert ["ap@two.example.org"] == desk.relay.taken
    assert left is not None
    assert OutgoingStage.QUEUED is left.stage
    assert 1 == len([line for line in lines if f"outgoing.content of the row {ONE}" in line])


async def test_a_mail_to_a_rep_that_does_not_open_waits_and_the_others_leave(desk: Desk) -> None:
    """It waits an hour at a time, with its reason in its row."""
    alarms = [TellOperator(key=key, subject="Stop", lines=("x",)) for key in "ab"]
    await desk.store.put_outgoing(alarms, desk.clock.now())
    desk.relay.answers += [Deferred(reply="451 later")] * 2
    await notify_round(desk.app)
    desk.relay.taken.clear()
    await break_row(desk, "a")
    desk.go_to("2026-06-11 12:30")
    await notify_round(desk.app)
    rows = [await desk.store.outgoing(key) for key in "ab"]

    assert 1 == len(desk.relay.taken)
    assert [OutgoingStage.QUEUED, OutgoingStage.ACCEPTED] == [row.stage for row in rows if row]
    assert rows[0] is not None
    assert "outgoing.content of the row a does not open" in rows[0].smtp_reply


async def test_a_copy_that_does_not_open_keeps_no_other_from_being_filed(desk: Desk) -> None:
    """It is told once and tried again every hour; nothing empty is filed in its place."""
    shelf = await sent_to(desk, "one", "two")
    await break_row(desk, ONE)
    filed = [await file_copies_round(desk.app) for _ in range(3)]

    assert (1, ["two"]) == (sum(filed), shelf.filed)
    assert {ONE} == set(desk.app.brakes.refused_copies)
