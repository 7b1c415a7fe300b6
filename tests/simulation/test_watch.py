"""The watch after every commit: it sees a gap, a wrong state and a log that cannot be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from daemon.core.events import HoldOpened, Recorded
from daemon.core.evolve import replay
from daemon.core.state import AccountState, HoldReason
from daemon.laws.findings import Reports
from daemon.store.store import open_store
from daemon.world.shaky_store import shaky
from daemon.world.watch import Watch
from tests.core import builders as core
from tests.store.builders import ACCOUNT, NOW, change, opened

HELD = HoldOpened(hold=core.hold(HoldReason.MANUAL, "A-1"))


def watch() -> Watch:
    """Return a watch that has seen nothing."""
    return Watch(house=core.default_house(), reports=Reports())


def log() -> list[Recorded]:
    """Return an account's first events."""
    events = opened("4711", core.invoice("A-1", "2026-05-01", 100)).events
    return [
        Recorded(account=ACCOUNT, sequence=number, at=NOW, event=event)
        for number, event in enumerate((*events, HELD), 1)
    ]


def state_of(entries: list[Recorded]) -> AccountState:
    """Return what the entries come to."""
    return replay(entries)


def findings(seen: Watch) -> list[str]:
    """Return the sentences of all findings."""
    return [found.sentence for law in seen.reports.laws for found in law.findings]


def test_a_log_that_goes_on_is_in_order() -> None:
    """Piece by piece or at once: nothing is found."""
    entries, seen = log(), watch()
    seen.check(ACCOUNT, state_of(entries[:-1]), seen.logs.setdefault(ACCOUNT, []), entries[:-1])
    seen.check(ACCOUNT, state_of(entries), seen.logs[ACCOUNT], entries[-1:])

    assert [] == findings(seen)
    assert entries == seen.logs[ACCOUNT]


def test_a_gap_is_seen() -> None:
    """An event is missing from the middle of the log."""
    entries, seen = log(), watch()
    late = replace(entries[-1], sequence=entries[-1].sequence + 1)
    seen.check(ACCOUNT, state_of(entries), [], [*entries[:-1], late])

    assert "the event log has a gap" == findings(seen)[0]


def test_a_stored_state_that_is_not_the_fold_is_seen() -> None:
    """The hold is in the log and was lost from the state."""
    entries, seen = log(), watch()
    lost = replace(state_of(entries), holds=())
    seen.check(ACCOUNT, lost, [], entries)

    assert ["the stored state differs from the replay of its events"] == findings(seen)


def test_a_log_that_cannot_be_is_told_once() -> None:
    """A hold that is open opens again: the account is told, and left alone from then on."""
    entries, seen = log(), watch()
    wrong = replace(entries[-1], sequence=len(entries) + 1)
    seen.check(ACCOUNT, state_of(entries), [], [*entries, wrong])
    (told,) = findings(seen)

    assert told.startswith("the event log cannot be replayed")
    assert {ACCOUNT} == seen.lost


@dataclass(slots=True)
class Calm:
    """A plan without any trouble."""

    def before_visit(self, name: str, *, is_write: bool) -> None:
        """Let it be."""

    def after_visit(self, name: str, *, is_write: bool) -> None:
        """Let it be."""


@pytest.mark.parametrize("pieces", [1, 2])
async def test_every_commit_is_looked_at_when_it_is_made(tmp_path: Path, pieces: int) -> None:
    """The laws have run before the round that committed goes on."""
    seen = watch()
    inner = await open_store(f"sqlite:///{tmp_path}/duly.db", secret=b"k" * 32)
    store = shaky(inner, Calm(), lambda accounts: seen.look(inner, accounts))
    first = opened("4711", core.invoice("A-1", "2026-05-01", 100))
    commits = [first, change(len(first.events), HELD)][:pieces]
    for commit in commits:
        await store.commit([commit], NOW)
    await inner.close()

    assert sum(len(commit.events) for commit in commits) == len(seen.logs[ACCOUNT])
    assert [] == findings(seen)
    assert 2 * pieces == seen.reports.laws[0].checked
