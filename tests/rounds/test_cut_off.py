"""Work that is cut off: what was begun is brought to its end, once, and told as what it was."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from daemon.application import Brakes
from daemon.cli.working import import_folder
from daemon.core.effects import TellOperator
from daemon.errors import PeerError
from daemon.ports import Accepted, Commit, Frozen, Outcome, OutgoingStage, Snapshot
from daemon.rounds.deliver import deliver_round
from daemon.rounds.import_ledger import import_round, note_all_gone
from daemon.rounds.notify import notify_round
from daemon.rounds.plan import plan_round
from daemon.settings import load_settings
from daemon.store import TortoiseStore
from daemon.world.home import write_home
from tests.core.builders import invoice
from tests.core.test_ledger_change import feed, row
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books

LEDGER = (
    "As of 2026-06-10\n"
    "account,name,number,kind,issued,due,currency,total,open,email,country,language\n"
    "4711,Buyer,A,invoice,2026-05-01,2026-06-01,EUR,100.00,100.00,ap@buyer.test,DE,en\n"
)


async def test_a_watched_import_that_was_cut_off_is_no_known_one(desk: Desk) -> None:
    """Its rows were taken, its file still lies there: it is reported as taken, not refused."""
    given = feed(row("A", 100), as_of="2026-06-10")
    await import_round(desk.app, given, is_watched=True)
    again = await import_round(desk.app, given, is_watched=True)
    by_hand = await import_round(desk.app, given)

    assert ("", True, 0) == (again.refusal, again.is_applied, again.accounts_changed)
    assert "imported before" in by_hand.refusal

    await note_all_gone(desk.app)
    put_back = await import_round(desk.app, given, is_watched=True)

    assert "imported before" in put_back.refusal


@dataclass
class Gone:
    """A store whose database goes away when an import is to be applied."""

    store: TortoiseStore

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Do not answer."""
        raise PeerError("the database does not answer")


async def test_a_ledger_is_not_refused_because_the_database_is_away(
    desk: Desk, tmp_path: Path
) -> None:
    """It lies where it lay, and the next pass takes it."""
    home = tmp_path / "home"
    write_home(home, 1, 25, 143)
    settings = load_settings(home)
    file = home / "ledger" / "open.csv"
    file.write_text(LEDGER, encoding="utf-8")
    app = replace(desk.app, house=settings.house())
    with pytest.raises(PeerError):
        await import_folder(
            replace(app, store=cast(Any, Gone(desk.store))), settings, home, quiet_seconds=0
        )

    assert file.is_file()
    assert 1 == await import_folder(app, settings, home, quiet_seconds=0)
    assert ["done"] == [path.parent.name for path in (home / "ledger").rglob("*-open.csv")]


class Cutting:
    """A relay during whose answer the work is cancelled; it takes the mail all the same.

    The answer comes with the cancellation, and the wire keeps the answer. `stops`: the service
    is told to stop before.
    """

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.work: asyncio.Task[int] | None = None
        self.stops: Brakes | None = None

    async def connect(self) -> Cutting:
        """Return itself."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take the mail while the work is told to end."""
        assert self.work is not None
        if self.stops is not None:
            self.stops.is_stopping = True
        self.work.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        self.taken.append(mail.envelope_to)
        return Accepted(reply="250 ok")

    async def close(self) -> None:
        """Close nothing."""


@pytest.mark.parametrize("is_stopping", [False, True], ids=["alone", "as the service stops"])
async def test_cancelled_work_keeps_the_outcome_in_flight_and_sends_nothing_more(
    desk: Desk, is_stopping: bool
) -> None:
    """Who presses Ctrl-C while a letter is sent does not see the next ones go."""
    await open_books(
        desk,
        "2026-06-11",
        ("first", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100)),
        ("second", "DE", "Europe/Berlin", invoice("B", "2026-06-01", 100)),
    )
    await plan_round(desk.app)
    relay = Cutting()
    relay.stops = desk.app.brakes if is_stopping else None
    relay.work = asyncio.ensure_future(deliver_round(replace(desk.app, submission=relay)))
    with pytest.raises(asyncio.CancelledError):
        await relay.work

    assert 1 == len(relay.taken)
    assert 1 == len(await desk.store.outgoing_in(OutgoingStage.ACCEPTED))
    assert 1 == len(await desk.store.outgoing_in(OutgoingStage.QUEUED))


async def test_a_cancellation_that_met_an_answer_ends_the_mail_to_reps_all_the_same(
    desk: Desk,
) -> None:
    """The wire kept the answer and lost the cancellation: one mail left, the next one waits."""
    alarms = [TellOperator(key=key, subject="Stop", lines=("x",)) for key in ("a", "b")]
    await desk.store.put_outgoing(alarms, desk.clock.now())
    relay = Cutting()
    relay.work = asyncio.ensure_future(notify_round(replace(desk.app, submission=relay)))
    with pytest.raises(asyncio.CancelledError):
        await relay.work

    assert 1 == len(relay.taken)
    assert 1 == len(await desk.store.outgoing_in(OutgoingStage.ACCEPTED))
    assert 1 == len(await desk.store.outgoing_in(OutgoingStage.QUEUED))
