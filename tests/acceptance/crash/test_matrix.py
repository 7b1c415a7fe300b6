"""The crash matrix at a small count, by a fixed seed; `python -m bench.crash` is the full one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crash import ELSEWHERE, RESULT, WITHOUT_MOVE, Draws, Totals, run_trial
from daemon.failpoints import NAMES, RECEIVING, SENDING
from tests.acceptance.crash.kills import RESTORED
from tests.acceptance.crash.stand import Stand
from tests.adapters.conftest import running
from tests.servers.dovecot import Dovecot

SEED = 28
KILLS_MIN = 5


@pytest.fixture
def server_without_move() -> Iterator[Dovecot]:
    """A Dovecot of which mail is copied, marked and expunged."""
    yield from running(lambda: Dovecot(capability=WITHOUT_MOVE))


@pytest.mark.parametrize("number", [2, 3], ids=["copies are filed", "a mail kills, no MOVE"])
async def test_a_day_under_kills_loses_nothing_and_doubles_nothing(
    number: int,
    tmp_path: Path,
    stand: Stand,
    crash_dovecot: Dovecot,
    server_without_move: Dovecot,
) -> None:
    """Letters, copies, replies, a bounce, an order: each once, wherever the daemon is killed."""
    draws, totals = Draws(dice=random.Random(SEED)), Totals()

    await run_trial(tmp_path, number, draws, totals, stand, (crash_dovecot, server_without_move))

    assert [] == totals.faults
    assert draws.killed.total() >= KILLS_MIN
    assert 0 == stand.left_behind


def test_every_failpoint_is_killed_at() -> None:
    """A failpoint that nothing kills at proves nothing: the published run was at every one."""
    points = json.loads(RESULT.read_text("utf-8"))["points"]

    assert {RESTORED} == ELSEWHERE
    assert sorted(NAMES) == sorted([*points, *ELSEWHERE])
    assert [] == [name for name, kills in points.items() if not kills]
    assert len(RECEIVING) >= 20
    assert len(SENDING) >= 15
