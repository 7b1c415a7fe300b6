"""Claims of payment and awaited credit notes: found, or asked for."""

from __future__ import annotations

import pytest

from daemon.core.effects import ForwardToRep
from daemon.core.model import Item, ItemKind
from daemon.core.state import AccountState
from parsers.reading import Intent, RemittanceFact
from tests.core.builders import (
    credit,
    eur,
)
from tests.core.judging import MADE, after_inquiry, judged, paid_down
from tests.core.replies import (
    acted,
    holds_of,
    reading,
    statement,
    the_forward,
)
from tests.core.telling import told


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices; the inquiry about both went on 10 June."""
    return after_inquiry()


def test_a_claim_that_the_ledger_confirms_is_lifted(state: AccountState) -> None:
    """
    2026-06-12 reply "INV-1 is paid": rests through 2026-06-19
    2026-06-20 ledger as of 2026-06-19: INV-1 open 0.01: found
    """
    _, claimed = acted(state, reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1")), MADE)
    decision, after = judged(claimed, "2026-06-19", paid_down("INV-1", "2026-06-01", 0.01, 1200))

    assert {"conversation 4711": "2026-06-17"} == holds_of(after)
    assert () == decision.effects


def test_a_claim_that_the_ledger_does_not_show_is_asked_for(state: AccountState) -> None:
    """
    2026-06-12 reply "INV-1 is paid": rests through 2026-06-19
    2026-06-19 ledger as of 2026-06-18: cannot know yet
    2026-06-20 ledger as of 2026-06-19: not found; a draft asks for proof, INV-1 rests 5 days more
    2026-06-23 the next ledger: asked only once
    """
    _, claimed = acted(state, reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1")), MADE)
    early, waiting = judged(claimed, "2026-06-18")
    decision, asked = judged(waiting, "2026-06-19")
    again, _ = judged(asked, "2026-06-22")

    assert () == early.events
    assert "payment_claimed INV-1" not in holds_of(asked)
    assert "2026-06-26" == holds_of(asked)["review INV-1"]
    assert "Zahlungsbeleg" in the_forward(decision).draft_answer
    assert () == again.events


def test_a_remittance_is_found_as_unapplied_cash(state: AccountState) -> None:
    """
    2026-06-12 remittance: 1,500.00 for INV-1 and INV-2
    2026-06-20 ledger: 1,500.00 lie unapplied: found, nobody is asked
    """
    read = reading(
        statement(Intent.REMITTANCE_ADVICE),
        remittance=RemittanceFact(
            amount=eur(1500), reference="R", on=None, invoices=("INV-1", "INV-2")
        ),
    )
    _, claimed = acted(state, read, MADE)
    cash = credit("PAY-1", "2026-06-12", 1500, ItemKind.PAYMENT)
    decision, after = judged(claimed, "2026-06-19", cash)

    assert {"conversation 4711"} == set(holds_of(after))
    assert () == decision.effects


def test_a_claim_half_found_names_what_is_missing(state: AccountState) -> None:
    """Of 1,200 claimed 700 came: the forward names the 500 that are not there."""
    _, claimed = acted(state, reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1")), MADE)
    decision, _ = judged(claimed, "2026-06-19", paid_down("INV-1", "2026-06-01", 500, 1200))

    assert "500.00 EUR" in the_forward(decision).why


@pytest.mark.parametrize(
    ("rows", "is_resting"),
    [
        ((), True),
        ((credit("CN-1", "2026-06-15", 200),), False),
        ((paid_down("INV-1", "2026-06-01", 1000, 1200),), False),
    ],
    ids=["not there", "credit note", "applied already"],
)
def test_a_credit_note_is_awaited(
    state: AccountState, rows: tuple[Item, ...], is_resting: bool
) -> None:
    """
    2026-06-12 `dispute price`, then `resolved credit 200`: rests until the credit note is there
    2026-06-30 not there: asked for once, and it rests on
    """
    _, disputed = told(state, "dispute price", "INV-1", when=MADE)
    _, waiting = told(disputed, "resolved credit 200", "INV-1", when=MADE, number=2)
    decision, after = judged(waiting, "2026-06-30", *rows)
    again, _ = judged(after, "2026-07-01")

    assert is_resting == ("manual INV-1" in holds_of(after))
    assert is_resting == any(isinstance(effect, ForwardToRep) for effect in decision.effects)
    assert () == again.effects
