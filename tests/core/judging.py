"""Small builders for judgements: a ledger taken in, and what it decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from daemon.core.act_case import folded
from daemon.core.conditions import Conditions
from daemon.core.effects import Decision
from daemon.core.events import (
    ItemsChanged,
)
from daemon.core.model import Item
from daemon.core.promises import judge
from daemon.core.state import AccountState
from tests.core.builders import (
    account,
    at,
    conditions,
    day,
    default_house,
    eur,
    invoice,
    record,
)
from tests.core.replies import (
    answered_letter,
)

MADE = "2026-06-12"


def after_inquiry() -> AccountState:
    """Two overdue invoices; the inquiry about both went on 10 June."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    return answered_letter(opened, "2026-06-10", "INV-1", "INV-2")


def ledger(state: AccountState, as_of: str, *items: Item) -> tuple[AccountState, Conditions]:
    """Fold a ledger of that as-of date in; return the state and the conditions after it."""
    changed = ItemsChanged(snapshot=f"s-{as_of}", as_of=day(as_of), items=items)
    world = conditions(at(as_of), ledger_as_of=day(as_of), snapshot=f"s-{as_of}")
    return record(state, at(as_of), changed), world


def judged(state: AccountState, as_of: str, *items: Item) -> tuple[Decision, AccountState]:
    """Take the ledger in on the morning after its as-of date and judge."""
    known, world = ledger(state, as_of, *items)
    now = at(as_of) + timedelta(days=1)
    decision = judge(known, world, default_house(), now)
    return decision, folded(known, decision.events, now)


def paid_down(number: str, due: str, open_major: float, total: float) -> Item:
    """An invoice of which something is paid."""
    return replace(invoice(number, due, open_major), total=eur(total))
