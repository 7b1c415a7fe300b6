"""Planning: one account's turn, at most one letter, everything else asked or withdrawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.conditions import Mode
from daemon.core.effects import ForwardToRep, SendLetter
from daemon.core.events import (
    ApprovalPassedOn,
    HoldOpened,
    ItemsChanged,
    LetterPlanned,
    LetterWithdrawn,
)
from daemon.core.model import Item, ItemKind
from daemon.core.procedure import Grouping
from daemon.core.state import (
    AccountState,
    HoldReason,
    LetterStage,
)
from tests.core.builders import (
    DEPUTY,
    OWNER,
    account,
    at,
    credit,
    day,
    default_facts,
    default_house,
    default_policy,
    default_procedure,
    deliver,
    diary,
    eur,
    hold,
    invoice,
    level,
    planned,
    record,
    turn,
)

FIRST = invoice("A", "2026-03-02", 1200)
SECOND_INVOICE = invoice("B", "2026-03-03", 300)
NOW = at("2026-03-06")
HOUSE = default_house()


def pay(state: AccountState, item: Item, left: float, when: str) -> AccountState:
    """Let a ledger of that day state what is left open."""
    changed = replace(item, open=eur(left))
    return record(state, at(when), ItemsChanged(snapshot="s2", as_of=day(when), items=(changed,)))


def forwards(effects: tuple[object, ...]) -> list[ForwardToRep]:
    """Return the forwards among the effects."""
    return [effect for effect in effects if isinstance(effect, ForwardToRep)]


def test_the_ladder_of_one_silent_debtor() -> None:
    """
    2026-03-02 A 1,200.00 due (a Monday)
    2026-02-23 expect letter pre_due
    2026-03-05 expect letter inquiry
    2026-03-12 expect letter reminder
    2026-03-23 expect letter firm_reminder (the 22nd is a Sunday)
    2026-04-01 expect letter final_notice
    """

    assert diary(account(FIRST), "2026-02-10", "2026-06-01") == [
        ("2026-02-23", "pre_due", "A"),
        ("2026-03-05", "inquiry", "A"),
        ("2026-03-12", "reminder", "A"),
        ("2026-03-23", "firm_reminder", "A"),
        ("2026-04-01", "final_notice", "A"),
    ]


def test_all_due_invoices_stand_in_one_letter_each_at_its_level() -> None:
    """Two invoices due on one day: one letter in the tone of the severest, both advance."""
    older = invoice("O", "2026-02-20", 80)
    state, _ = turn(account(older), at("2026-02-26"))
    state = deliver(state, at("2026-02-26"))
    state = record(
        state,
        at("2026-03-01"),
        ItemsChanged(snapshot="s2", as_of=day("2026-03-01"), items=(FIRST,)),
    )
    _, decision = turn(state, NOW)
    (letter,) = planned(decision)

    assert (
        letter.level,
        [line.level for line in letter.lines],
    ) == ("reminder", ["reminder", "inquiry"])


@pytest.mark.parametrize(
    ("grouping", "expected"),
    [
        pytest.param(Grouping.ACCOUNT, ["A", "B"], id="one for all"),
        pytest.param(Grouping.LEVEL, ["A", "B"], id="one per level"),
        pytest.param(Grouping.INVOICE, ["A"], id="one per invoice"),
    ],
)
def test_grouping_follows_the_procedure(grouping: Grouping, expected: list[str]) -> None:
    """What shares a letter is the procedure's choice; the rest waits for the delay."""
    house = default_house(default_policy(procedures=(default_procedure(grouping=grouping),)))
    _, decision = turn(account(FIRST, SECOND_INVOICE), NOW, house)
    (letter,) = planned(decision)

    assert expected == [line.number for line in letter.lines]


def test_the_arithmetic_stands_in_the_letter() -> None:
    """Demanded rows - credit notes - unapplied payments = asked, per currency."""
    state = account(
        FIRST,
        SECOND_INVOICE,
        credit("C", "2026-02-01", 200),
        credit("P", "2026-02-01", 50, ItemKind.PAYMENT),
    )
    _, decision = turn(state, NOW)
    (effect,) = [found for found in decision.effects if isinstance(found, SendLetter)]
    (total,) = effect.content.totals

    assert (eur(1500), eur(200), eur(50), eur(1250)) == (
        total.demanded,
        total.credits,
        total.unapplied,
        total.asked,
    )
    assert [row.number for row in effect.content.credits] == ["C"]
    assert [row.number for row in effect.content.unapplied] == ["P"]


def test_a_part_in_dispute_is_not_demanded_and_the_rest_goes_on() -> None:
    """400.00 of 1,200.00 disputed: 800.00 is asked for."""
    dispute = hold(HoldReason.DISPUTE, "A", amount=eur(400))
    state = record(account(FIRST), at("2026-03-01"), HoldOpened(hold=dispute))
    _, decision = turn(state, NOW)
    (effect,) = [found for found in decision.effects if isinstance(found, SendLetter)]
    (row,) = effect.content.demanded

    assert (eur(1200), eur(800)) == (row.open, row.demanded)


def test_a_disputed_invoice_is_shown_and_not_demanded() -> None:
    """The dispute rests; the other invoice goes on and shows it as disputed."""
    dispute = hold(HoldReason.DISPUTE, "A")
    state = record(account(FIRST, SECOND_INVOICE), at("2026-03-01"), HoldOpened(hold=dispute))
    _, decision = turn(state, NOW)
    (effect,) = [found for found in decision.effects if isinstance(found, SendLetter)]

    assert [row.number for row in effect.content.demanded] == ["B"]
    assert [("A", eur(0))] == [(row.number, row.demanded) for row in effect.content.disputed]


def test_credits_that_cover_the_debt_ask_for_applying_the_cash_once() -> None:
    """Less than the minimum is left: no letter, the owner applies the cash; asked once."""
    state = account(FIRST, credit("P", "2026-02-01", 1198, ItemKind.PAYMENT))
    state, decision = turn(state, NOW)

    assert planned(decision) == []
    assert [effect.subject for effect in forwards(decision.effects)] == [
        "Please apply the cash of Debtor AG"
    ]

    _, again = turn(state, at("2026-03-09"))

    assert again.effects == ()


def test_a_final_notice_is_its_own_letter_and_needs_approval() -> None:
    """Another due invoice stands below as also open; the letter waits for the rep."""
    final = invoice("F", "2026-02-02", 500, last_level=None)
    state = account(final, FIRST)
    for when in ("2026-02-05", "2026-02-12", "2026-02-23"):
        state, _ = turn(state, at(when))
        state = deliver(state, at(when))
    state, decision = turn(state, NOW)
    (letter,) = planned(decision)
    (effect,) = [found for found in decision.effects if isinstance(found, SendLetter)]

    assert (letter.is_final_notice, letter.stage) == (True, LetterStage.AWAITS_APPROVAL)
    assert (
        [row.number for row in effect.content.demanded],
        [row.number for row in effect.content.also_open],
    ) == (["F"], ["A"])

    (asked,) = forwards(decision.effects)

    assert (letter.key, OWNER) == (asked.letter, asked.rep)
    assert {"approve", "veto"} <= set(asked.commands)

    _, next_day = turn(state, at("2026-03-09"))

    assert [[line.number for line in found.lines] for found in planned(next_day)] == [["A"]]


def protected() -> AccountState:
    """Return a protected account with one overdue invoice."""
    return account(FIRST, facts=default_facts(is_protected=True))


def test_an_approval_that_runs_out_goes_to_the_deputy() -> None:
    """Five business days, then the deputy; nothing is ever sent without a word."""
    state, decision = turn(protected(), NOW)
    (letter,) = planned(decision)

    assert day("2026-03-13") == letter.expires_on

    state, decision = turn(state, at("2026-03-16"))

    assert [day("2026-03-23")] == [
        event.expires_on for event in decision.events if isinstance(event, ApprovalPassedOn)
    ]
    assert [effect.rep for effect in forwards(decision.effects)] == [DEPUTY]
    assert [LetterStage.AWAITS_APPROVAL] == [letter.stage for letter in state.letters]


def test_unapplied_money_makes_a_final_notice_need_approval() -> None:
    """Even where the procedure asks for none."""
    levels = (level("final_notice", "due+3bd", is_final_notice=True),)
    house = default_house(default_policy(procedures=(default_procedure(levels=levels),)))
    plain, with_cash = (
        account(FIRST),
        account(FIRST, credit("P", "2026-02-01", 10, ItemKind.PAYMENT)),
    )

    assert [x.stage for x in planned(turn(plain, NOW, house)[1])] == [LetterStage.QUEUED]
    assert [x.stage for x in planned(turn(with_cash, NOW, house)[1])] == [
        LetterStage.AWAITS_APPROVAL
    ]


def test_drafts_are_not_repeated_and_count_for_nothing() -> None:
    """
    2026-03-06 draft mode: a draft
    2026-03-09 draft mode: no second one of the same
    2026-03-10 live: the draft goes, the letter comes
    """
    state, first = turn(account(FIRST), NOW, mode=Mode.DRAFT)

    assert [letter.stage for letter in planned(first)] == [LetterStage.DRAFT]

    state, second = turn(state, at("2026-03-09"), mode=Mode.DRAFT)

    assert second.events == ()

    _, third = turn(state, at("2026-03-10"))

    assert [LetterWithdrawn, LetterPlanned] == [type(event) for event in third.events]
    assert [letter.level for letter in planned(third)] == ["inquiry"]


def test_a_draft_and_a_letter_may_share_a_day() -> None:
    """Going live in the afternoon sends what was a draft in the morning."""
    state, _ = turn(account(FIRST), NOW, mode=Mode.DRAFT)
    _, decision = turn(state, at("2026-03-06 12:00"))

    assert [letter.key for letter in planned(decision)] == ["main/4711|letter|2026-03-06"]


def test_a_paid_invoice_takes_its_letter_along() -> None:
    """What was planned before the payment is withdrawn, and nothing follows."""
    state, _ = turn(account(FIRST), NOW)
    state = pay(state, FIRST, 0, "2026-03-06")
    state, decision = turn(state, at("2026-03-06 11:00"))

    assert [LetterWithdrawn] == [type(event) for event in decision.events]


def test_a_part_payment_makes_a_new_letter_the_same_day() -> None:
    """The rows are no longer the ledger's: withdrawn and written anew, under a numbered key."""
    state, _ = turn(account(FIRST), NOW)
    state = pay(state, FIRST, 700, "2026-03-06")
    _, decision = turn(state, at("2026-03-06 11:00"))
    (letter,) = planned(decision)

    assert letter.key == "main/4711|letter|2026-03-06|2"


def test_a_second_look_decides_nothing_new() -> None:
    """Planning twice is planning once."""
    state, _ = turn(account(FIRST, SECOND_INVOICE), NOW)
    _, again = turn(state, at("2026-03-06 10:01"))

    assert (again.events, again.effects) == ((), ())
