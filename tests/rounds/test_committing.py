"""Deciding anew: a word that must not be lost is tried again, but not for ever."""

from __future__ import annotations

import pytest

from daemon.committing import TRIES_MAX, until_committed
from daemon.core.events import HoldOpened
from daemon.core.state import HoldReason
from daemon.ports import Commit, StoreConflict
from tests.core.builders import hold, invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books

ACCOUNT = "main/one"


@pytest.mark.parametrize(
    ("overtaken", "holds"),
    [
        pytest.param(0, 1, id="at once"),
        pytest.param(TRIES_MAX - 1, 1, id="at the last try"),
        pytest.param(TRIES_MAX, 0, id="never"),
    ],
)
async def test_a_hold_is_tried_again_while_others_come_first(
    desk: Desk, overtaken: int, holds: int
) -> None:
    """Each time another commit takes the account's next number the decision is made anew."""
    debtor = ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    await open_books(desk, "2026-06-11", debtor)
    dispute = hold(HoldReason.DISPUTE, "A")
    tries: list[int] = []

    async def attempt() -> int:
        state = (await desk.store.load([ACCOUNT]))[ACCOUNT]
        tries.append(state.sequence)
        if len(tries) <= overtaken:
            other = HoldOpened(hold=hold(HoldReason.MANUAL, f"other {len(tries)}"))
            first = Commit(account=ACCOUNT, expected=state.sequence, events=(other,))
            await desk.store.commit([first], desk.clock.now())
        commit = Commit(
            account=ACCOUNT, expected=state.sequence, events=(HoldOpened(hold=dispute),)
        )
        await desk.store.commit([commit], desk.clock.now())
        return len(tries)

    try:
        said = str(await until_committed(attempt, "overtaken each time"))
    except StoreConflict as error:
        said = str(error)
    state = (await desk.store.load([ACCOUNT]))[ACCOUNT]

    assert ("overtaken each time" if not holds else str(overtaken + 1)) == said
    assert min(overtaken + 1, TRIES_MAX) == len(tries)
    assert holds == sum(one.reason is HoldReason.DISPUTE for one in state.holds)
