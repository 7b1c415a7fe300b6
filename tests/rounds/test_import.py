"""Imports beside other loops: a conflict compares again, a crash forgets no date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest

from daemon.core.events import HoldOpened
from daemon.core.feed import Feed
from daemon.core.state import HoldReason, HoldScope
from daemon.ports import Commit, Snapshot
from daemon.rounds.gather import FIRST_IMPORT_ON
from daemon.rounds.import_ledger import import_round
from daemon.store import TortoiseStore
from tests.core.builders import hold
from tests.core.test_ledger_change import feed, row
from tests.rounds.conftest import Desk

ACCOUNT = "main/4711"


class Busy:
    """A store on which a reply is applied just before an import commits, the first time."""

    def __init__(self, store: TortoiseStore) -> None:
        self.store = store
        self.is_busy = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Let the account move on, then import."""
        if self.is_busy:
            self.is_busy = False
            state = (await self.store.load([ACCOUNT]))[ACCOUNT]
            came = HoldOpened(hold=hold(HoldReason.CONVERSATION, "4711", scope=HoldScope.ACCOUNT))
            commit = Commit(account=ACCOUNT, expected=state.sequence, events=(came,))
            await self.store.commit([commit], now)
        await self.store.apply_import(snapshot, commits, now)


async def test_a_reply_during_an_import_is_kept_and_the_import_too(desk: Desk) -> None:
    """The ledger is compared again with the account as the reply left it."""
    await import_round(desk.app, feed(row("A", 100), as_of="2026-06-10"))
    busy = replace(desk.app, store=cast(Any, Busy(desk.store)))
    found = await import_round(busy, feed(row("A", 60), as_of="2026-06-11"))
    state = (await desk.store.load([ACCOUNT]))[ACCOUNT]

    assert (True, [6000], [HoldReason.CONVERSATION]) == (
        found.is_applied,
        [item.open.minor for item in state.items],
        [known.reason for known in state.holds],
    )


async def test_the_day_of_the_first_import_is_known_before_its_ledger(desk: Desk) -> None:
    """A crash in between must not let notices run that are dated before it."""
    seen: list[str | None] = []

    class Watched(Busy):
        async def apply_import(
            self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
        ) -> None:
            seen.append(await self.store.fact(FIRST_IMPORT_ON))

    app = replace(desk.app, store=cast(Any, Watched(desk.store)))
    await import_round(app, feed(row("A", 100), as_of="2026-06-10"))

    assert ["2026-06-11"] == seen


class Overtaken(Busy):
    """A store into which another ledger is imported just before an import commits."""

    def __init__(self, desk: Desk, other: Feed) -> None:
        super().__init__(desk.store)
        self.desk = desk
        self.other = other

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Import the other one first."""
        await import_round(self.desk.app, self.other)
        await self.store.apply_import(snapshot, commits, now)


@pytest.mark.parametrize(
    ("as_of", "refusal"),
    [
        pytest.param("2026-06-11", "older than the ledger known already", id="a-newer-one"),
        pytest.param("2026-06-10", "these bytes were imported before", id="the-same-bytes"),
    ],
)
async def test_of_two_imports_at_once_the_older_one_changes_nothing(
    desk: Desk, as_of: str, refusal: str
) -> None:
    """One by hand beside one from the folder: B was paid meanwhile, and is not opened again."""
    await import_round(desk.app, feed(row("A", 100), as_of="2026-06-09"))
    other = feed(row("A", 100), as_of=as_of)
    app = replace(desk.app, store=cast(Any, Overtaken(desk, other)))
    late = row("B", 50, account="4712")
    found = await import_round(app, feed(row("A", 100), late, as_of="2026-06-10"))

    assert refusal in found.refusal
    assert [ACCOUNT] == await desk.store.account_ids()
