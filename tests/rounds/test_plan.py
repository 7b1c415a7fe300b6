"""Planning passes over a real store: changed rules wake every account."""

from __future__ import annotations

from dataclasses import replace

from daemon.core.procedure import parse_anchor
from daemon.rounds.plan import plan_round
from tests.core.builders import at, day, default_house, default_policy, default_procedure, invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books

FAR = 100


async def test_new_rules_bring_an_account_forward(desk: Desk) -> None:
    """A level that is now due earlier is not found out only on its old day."""
    early = replace(invoice("A", "2026-08-31", 100), issued_on=day("2026-05-01"))
    await open_books(desk, "2026-06-11", ("one", "DE", "Europe/Berlin", early))
    await plan_round(desk.app)
    is_asleep = await desk.store.due_accounts(at("2026-06-12"), FAR) == []
    levels = tuple(
        replace(level, anchor=parse_anchor("due-90d")) if level.name == "pre_due" else level
        for level in default_procedure().levels
    )
    policy = default_policy(procedures=(replace(default_procedure(), levels=levels),))
    await plan_round(replace(desk.app, house=default_house(policy)))
    state = (await desk.store.load(["main/one"]))["main/one"]

    assert is_asleep
    assert ["pre_due"] == [letter.level for letter in state.letters]


async def test_the_same_rules_wake_nobody(desk: Desk) -> None:
    """Days off stand in a set, whose order means nothing."""
    await open_books(
        desk, "2026-06-11", ("one", "DE", "Europe/Berlin", invoice("A", "2026-08-31", 100))
    )
    await plan_round(desk.app)
    await plan_round(replace(desk.app, house=default_house()))

    assert [] == await desk.store.due_accounts(at("2026-06-12"), FAR)
