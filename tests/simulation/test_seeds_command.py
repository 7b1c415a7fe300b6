"""`run.py simulate`: what it prints, its exit code, and what it refuses."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

from daemon.cli.output import Output
from daemon.cli.simulating import faults_of, seeds_of, simulate, tell_broken
from daemon.errors import UsageError
from daemon.world.campaign import Broken, SeedResult
from daemon.world.simulation import Plan
from daemon.world.troubles import Fault


def arguments(**changes: object) -> Namespace:
    """Return what the command line gives, for a world of a few days."""
    plain = {
        "seed": 3, "seeds": "", "days": 4, "accounts": 3, "faults": "none", "model": False,
        "jobs": 1, "loopback": False, "database": "",
    }  # fmt: skip
    return Namespace(**(plain | changes))


async def test_the_laws_are_printed_with_how_often_they_were_checked(tmp_path: Path) -> None:
    """A clean world ends with 0, its laws, its sums and the digest of its event log."""
    out = Output()
    code = await simulate(tmp_path, arguments(), out)
    text = out.text()

    assert 0 == code
    assert "wire_once" in text
    assert "no mail is on the wire twice" in text
    assert "event log " in text
    assert "1 seeds, " in text


async def test_several_seeds_are_added_up(tmp_path: Path) -> None:
    """A range is played seed by seed, in order."""
    out = Output(is_json=True)
    await simulate(tmp_path, arguments(seeds="3-4"), out)

    assert isinstance(out.value, dict)
    assert [3, 4] == [entry["seed"] for entry in out.value["seeds"]]


def test_a_broken_law_names_seed_day_account_and_chain() -> None:
    """Everything that one needs to play it again, and the line that keeps the seed."""
    broken = Broken(
        law="peace", on=date(2026, 3, 4), account="main/D1", sentence="it left", chain=("e1", "e2")
    )
    result = SeedResult(
        seed=42, days=90, letters=1, mails_out=1, mails_in=0, passes=1, troubles=(), laws=(),
        broken=(broken,), digest="", seconds=1.0,
    )  # fmt: skip
    out = Output()
    tell_broken(out, result, Plan(days=90, accounts=12))

    assert [
        "broken: seed 42, 2026-03-04, account main/D1",
        "  law peace: it left",
        "    e1",
        "    e2",
        "  keep it for ever: add `42 90 12 peace` to tests/simulation/seeds.txt",
    ] == out.lines


@pytest.mark.parametrize("text", ["", "b-a", "5-3", "-4x", "1-9999999"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    """Nothing is played where the range is not understood."""
    with pytest.raises(UsageError, match="--seeds"):
        seeds_of(text)


def test_troubles_are_chosen_by_name() -> None:
    """All, none, or some; an unknown name lists what there is."""
    assert frozenset(Fault) == faults_of("all")
    assert frozenset() == faults_of("none")
    assert frozenset({Fault.CRASH, Fault.CUTS}) == faults_of("crash, cuts")

    with pytest.raises(UsageError, match="renumber"):
        faults_of("flood")
