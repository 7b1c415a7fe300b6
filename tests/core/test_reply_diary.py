"""Replies and planning together: what is promised, broken, disputed, and which letter follows."""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.core.act_case import folded
from daemon.core.effects import SendLetter
from daemon.core.events import ItemsChanged
from daemon.core.model import Item
from daemon.core.state import AccountState
from daemon.core.turn import take_turn
from parsers.reading import DisputeFact, Intent
from tests.core.builders import (
    account,
    at,
    conditions,
    day,
    default_house,
    deliver,
    eur,
    invoice,
    record,
)
from tests.core.replies import ACCOUNT, acted, matched, promise_reading, reading, statement
from tests.core.telling import told


def lived(
    state: AccountState, first: str, last: str, *, as_of: str = ""
) -> tuple[AccountState, list[tuple[str, str, bool]]]:
    """Take a turn at noon of each day; return (date, level, broken-promise paragraph).

    `as_of` freezes the ledger; else it is as of the day before. Letters are accepted at once.
    """
    found: list[tuple[str, str, bool]] = []
    now: datetime = at(first)
    while now <= at(last):
        frozen = {"ledger_as_of": day(as_of)} if as_of else {}
        decision = take_turn(ACCOUNT, state, conditions(now, **frozen), default_house(), now)
        state = deliver(folded(state, decision.events, now), now)
        for effect in decision.effects:
            if isinstance(effect, SendLetter):
                content = effect.content
                found.append((str(now.date()), content.level, content.has_broken_promise))
        now += timedelta(days=1)
    return state, found


def paid_in(state: AccountState, when: str, item: Item) -> AccountState:
    """Take in a ledger that changes one row."""
    changed = ItemsChanged(snapshot=f"s-{when}", as_of=day(when), items=(item,))
    return record(state, at(when), changed)


def test_broken_promise_earns_the_next_level() -> None:
    """
    2026-05-11 invoice INV-7 1,200.00 EUR due 2026-06-08
    2026-06-11 expect letter inquiry
    2026-06-12 reply   "We will pay by 24 June."
    2026-06-12 expect hold PROMISE until 2026-06-29
    2026-06-30 ledger  as of 2026-06-29: INV-7 open 1,200.00
    2026-06-30 expect letter reminder because promise_broken
    """
    opened = account(invoice("INV-7", "2026-06-08", 1200))
    state, before = lived(opened, "2026-06-09", "2026-06-11")
    _, promised = acted(state, promise_reading("2026-06-24"), "2026-06-12", match=matched(state))
    _, after = lived(promised, "2026-06-13", "2026-06-30")

    assert [("2026-06-11", "inquiry", False)] == before
    assert [("2026-06-30", "reminder", True)] == after


def test_no_letter_while_the_ledger_cannot_know() -> None:
    """
    2026-06-12 promise for 24 June
    2026-07-08 the ledger is still as of 2026-06-28: nothing is judged, nothing goes
    """
    opened = account(invoice("INV-7", "2026-06-08", 1200))
    state, _ = lived(opened, "2026-06-09", "2026-06-11")
    _, promised = acted(state, promise_reading("2026-06-24"), "2026-06-12")
    _, letters = lived(promised, "2026-06-13", "2026-07-08", as_of="2026-06-28")

    assert [] == letters


def test_a_part_kept_lets_the_rest_go_on_without_a_reproach() -> None:
    """
    2026-06-12 reply  "400 by 24 June."
    2026-06-24 ledger INV-7 open 800.00
    2026-06-30 kept; the reminder about the rest says nothing of a broken promise
    """
    opened = account(invoice("INV-7", "2026-06-08", 1200))
    state, _ = lived(opened, "2026-06-09", "2026-06-11")
    _, promised = acted(state, promise_reading("2026-06-24", "INV-7", amount=400), "2026-06-12")
    paid = paid_in(promised, "2026-06-24", invoice("INV-7", "2026-06-08", 800, total=eur(1200)))
    _, letters = lived(paid, "2026-06-25", "2026-06-30")

    assert [("2026-06-30", "reminder", False)] == letters


def test_a_dispute_rests_one_invoice_until_it_is_resolved() -> None:
    """
    2026-06-11 letter inquiry about INV-7 and INV-8
    2026-06-12 reply  "INV-8 is too expensive."
    2026-06-18 letter reminder about INV-7 alone
    2026-07-01 rep    `resolved`: the inquiry about INV-8 goes again
    """
    opened = account(invoice("INV-7", "2026-06-08", 1200), invoice("INV-8", "2026-06-08", 300))
    state, _ = lived(opened, "2026-06-09", "2026-06-11")
    read = reading(
        statement(Intent.DISPUTE, "INV-8"), dispute=DisputeFact(reason="price"), needs_human=True
    )
    _, disputed = acted(state, read, "2026-06-12")
    went_on, letters = lived(disputed, "2026-06-13", "2026-06-24")
    _, free = told(
        went_on, "resolved", "INV-8", forward=went_on.forwards[0], when="2026-06-24 11:00"
    )
    closed, _ = lived(free, "2026-06-24 12:00", "2026-06-29 12:00")
    levels = [
        line.level for letter in closed.letters for line in letter.lines if line.number == "INV-8"
    ]

    assert ["INV-7"] == list(went_on.letters[-1].demanded)
    assert ["reminder"] == [level for _, level, _ in letters]
    assert ["inquiry", "inquiry"] == levels
