"""Mail to reps: one that cannot be written stops no other."""

from __future__ import annotations

from daemon.core.effects import TellOperator
from daemon.ports import OutgoingKind
from daemon.rounds.notify import notify_round
from tests.rounds.conftest import Desk


async def test_a_mail_that_cannot_be_written_stops_no_other(desk: Desk) -> None:
    """The broken one waits an hour; the one behind it leaves now."""
    alarms = [TellOperator(key=key, subject=key, lines=()) for key in ("broken", "sound")]
    await desk.store.put_outgoing(alarms, desk.clock.now())
    desk.paper.unsayable.add("broken")
    tried = await notify_round(desk.app)
    desk.go_to("2026-06-11 11:01")
    waiting = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], 10)

    assert (1, 1, ["broken"]) == (tried, len(desk.relay.taken), [row.key for row in waiting])
