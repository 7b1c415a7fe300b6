"""Planning passes over a real store: changed rules wake every account."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from daemon.core.procedure import parse_anchor
from daemon.ports import Commit, OutgoingKind
from daemon.rounds.plan import plan_round
from tests.core.builders import (
    at,
    contact,
    day,
    default_facts,
    default_house,
    default_policy,
    default_procedure,
    invoice,
    opening,
)
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books
from tests.store.builders import snapshot

FAR = 100
QUERIES = "tortoise.db_client"


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


async def test_the_queries_of_a_pass_do_not_grow_with_the_invoices(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Forty due invoices of a customer cost a pass as many queries as one."""
    await plan_round(desk.app)
    counts = []
    for reference, size in (("small", 1), ("large", 40)):
        items = [invoice(f"{reference}{place}", "2026-06-01", 100) for place in range(size)]
        facts = default_facts(reference=reference, name=reference)
        events = opening(*items, facts=facts, contacts=(contact(f"ap@{reference}.example.org"),))
        commit = Commit(
            account=facts.account, expected=0, events=events, next_action_at=desk.clock.now()
        )
        await desk.store.apply_import(snapshot(reference, "2026-06-11"), [commit], desk.clock.now())
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger=QUERIES):
            await plan_round(desk.app)
        counts.append(len(caplog.records))

    letters = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.LETTER], FAR)

    assert 2 == len(letters)
    assert 0 < counts[0] == counts[1]
