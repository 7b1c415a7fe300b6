"""What a claim of payment does: the invoices rest until a ledger could know of it.

A remittance advice in an attachment is held and given to a person, who reads it.
"""

from __future__ import annotations

from dataclasses import replace

from daemon.core.act_case import Ask, Case, Outcome, merged, names
from daemon.core.act_holds import awaiting_money, new_hold, open_holds
from daemon.core.act_review import conversation
from daemon.core.act_scope import Scope, concerned, known_numbers
from daemon.core.money import Money
from daemon.core.state import HoldReason, HoldScope
from parsers.reading import Flag, Statement

PAID_COMMANDS = ("paid", "resume", "pause 14d")


def act_remittance(case: Case, statement: Statement) -> Outcome:
    """Hold what a remittance advice covers until the ledger can show the money."""
    fact = case.reading.remittance
    scope = concerned(case, statement)
    if fact is not None and fact.invoices and not statement.invoices:
        named = known_numbers(case, fact.invoices)
        scope = Scope(numbers=named, is_named=True) if named else scope
    amount = fact.amount if fact is not None else None
    outcome = _claimed(case, statement, scope, amount)
    if not case.has(Flag.HAS_REMITTANCE_ATTACHMENT):
        return outcome
    ask = Ask(
        topic="remittance advice attached",
        why="The customer attached a remittance advice; please read which invoices it pays.",
        commands=PAID_COMMANDS,
    )
    return merged(outcome, Outcome(asks=(ask,)))


def act_already_paid(case: Case, statement: Statement) -> Outcome:
    """Hold what is said to be paid until the ledger can show it."""
    outcome = _claimed(case, statement, concerned(case, statement), None)
    if not case.has(Flag.PAID_UNSEEABLY, Flag.ANGRY):
        return outcome
    why = (
        "It is said to be paid by a way that our bank account cannot show."
        if case.has(Flag.PAID_UNSEEABLY)
        else "The customer says again, and angrily, that it is paid."
    )
    return merged(outcome, Outcome(asks=(Ask(topic="says paid", why=why, commands=PAID_COMMANDS),)))


def _claimed(case: Case, statement: Statement, scope: Scope, amount: Money | None) -> Outcome:
    if not scope.numbers:
        ask = Ask(
            topic="says paid",
            why=f"The customer says that something is paid. {scope.problem}",
            commands=PAID_COMMANDS,
        )
        held = conversation(case, case.policy.conversation_business_days)
        return merged(held, Outcome(asks=(ask,)))
    until_on = case.business_days(case.policy.payment_claimed_business_days)
    holds = []
    for number in scope.numbers:
        hold = new_hold(
            HoldReason.PAYMENT_CLAIMED,
            HoldScope.INVOICE,
            number,
            origin=case.mail.id,
            since_at=case.now,
            until_on=until_on,
            because=f"{number} is said to be paid; judged by a ledger as of {until_on}.",
            evidence=statement.evidence.text,
        )
        holds.append(replace(awaiting_money(hold, case.state), amount=amount))
    done = f"{names(scope.numbers)} rests until a ledger as of {until_on} can show the payment."
    return Outcome(events=open_holds(case.state, holds), done=(done,))
