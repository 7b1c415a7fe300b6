"""What must stop letters at once, whoever says it: dispute, refusal, hardship, stop.

These are acted upon at low confidence: a hold too much costs a day, a letter too much costs
the customer. Other invoices go on after a dispute; the rest of them stop the account.
"""

from __future__ import annotations

from dataclasses import replace

from daemon.core.act_case import Ask, Case, Outcome, merged, names, open_of
from daemon.core.act_holds import new_hold, open_holds
from daemon.core.act_review import conversation
from daemon.core.act_scope import concerned, known_numbers
from daemon.core.drafts import confirm_dispute
from daemon.core.money import Money
from daemon.core.promises import suspend_promises
from daemon.core.state import Hold, HoldReason, HoldScope
from parsers.reading import Flag, Statement

DISPUTE_REASONS = frozenset(
    (
        "price",
        "quantity",
        "quality",
        "not_delivered",
        "duplicate",
        "wrong_po",
        "tax",
        "already_credited",
        "not_ordered",
        "terms",
        "other",
    )
)


def act_dispute(case: Case, statement: Statement) -> Outcome:
    """Hold the disputed invoices until resolved, with reason, amount and evidence."""
    fact = case.reading.dispute
    scope = concerned(case, statement)
    numbers = scope.numbers
    if fact is not None and fact.invoices and not statement.invoices:
        numbers = known_numbers(case, fact.invoices) or numbers
    numbers = tuple(number for number in numbers if open_of(case.state, number) is not None)
    reason = fact.reason if fact is not None and fact.reason in DISPUTE_REASONS else "other"
    why = f"The customer disputes {names(numbers) or 'an invoice'} ({reason})."
    if not numbers:
        ask = Ask(topic="dispute", why=f"{why} {scope.problem}", commands=("dispute CODE", "stop"))
        held = conversation(case, case.policy.conversation_business_days)
        return merged(held, Outcome(asks=(ask,)))
    amount = fact.amount if fact is not None and len(numbers) == 1 else None
    holds = tuple(_dispute_hold(case, number, reason, amount, statement) for number in numbers)
    suspended = (
        suspend_promises(
            case.state, numbers, case.mail.id, case.today, "The invoice was disputed later."
        )
        if case.trust.is_full
        else ()
    )
    part = f" for {amount}" if amount else ""
    done = f"{names(numbers)} is held as disputed{part} until resolved; other invoices go on."
    ask = Ask(
        topic="dispute",
        why=f"{why[:-1]}{part}." if part else why,
        commands=("resolved", "resolved credit AMOUNT", "dispute CODE [AMOUNT]", "resume"),
        draft=confirm_dispute(case.state, numbers, case.house),
    )
    events = (*suspended, *open_holds(case.state, holds))
    return Outcome(events=events, done=(done,), asks=(ask,))


def act_refusal(case: Case, statement: Statement) -> Outcome:
    """Hold the named invoices until lifted; with a lawyer, a court or none named the account."""
    scope = concerned(case, statement)
    ask = Ask(
        topic="refusal or legal threat",
        why="The customer refuses to pay or brings in lawyers.",
        commands=("hand over", "resume", "dispute CODE", "stop", "start"),
    )
    if case.has(Flag.LAWYER) or not scope.is_named or not scope.numbers:
        return merged(_stop_account(case, HoldReason.LEGAL, statement), Outcome(asks=(ask,)))
    holds = tuple(
        new_hold(
            HoldReason.LEGAL,
            HoldScope.INVOICE,
            number,
            origin=case.mail.id,
            since_at=case.now,
            until_on=None,
            because=f"The customer refuses to pay {number}.",
            evidence=statement.evidence.text,
        )
        for number in scope.numbers
    )
    done = f"{names(scope.numbers)} is held until you lift it."
    return Outcome(events=open_holds(case.state, holds), done=(done,), asks=(ask,))


def act_hardship(case: Case, statement: Statement) -> Outcome:
    """Hold the account until lifted: the customer cannot pay."""
    ask = Ask(
        topic="hardship or insolvency",
        why="The customer says that they cannot pay.",
        commands=("start", "pause 30d", "hand over"),
    )
    return merged(_stop_account(case, HoldReason.HARDSHIP, statement), Outcome(asks=(ask,)))


def act_stop(case: Case, statement: Statement) -> Outcome:
    """Hold the account until lifted: the customer wants no more mail."""
    ask = Ask(
        topic="wants no more mail",
        why="The customer asks us to stop writing, or to write by post.",
        commands=("start", "hand over", "contact NAME@COMPANY"),
    )
    return merged(_stop_account(case, HoldReason.STOP_REQUESTED, statement), Outcome(asks=(ask,)))


def _stop_account(case: Case, reason: HoldReason, statement: Statement) -> Outcome:
    hold = new_hold(
        reason,
        HoldScope.ACCOUNT,
        case.facts.reference,
        origin=case.mail.id,
        since_at=case.now,
        until_on=None,
        because=f"A mail of {case.today}: {reason.value.replace('_', ' ')}.",
        evidence=statement.evidence.text,
    )
    done = "The whole account is held until you lift it."
    return Outcome(events=open_holds(case.state, (hold,)), done=(done,))


def _dispute_hold(
    case: Case, number: str, reason: str, amount: Money | None, statement: Statement
) -> Hold:
    hold = new_hold(
        HoldReason.DISPUTE,
        HoldScope.INVOICE,
        number,
        origin=case.mail.id,
        since_at=case.now,
        until_on=None,
        because=f"{number} is disputed ({reason}).",
        evidence=statement.evidence.text,
    )
    return replace(hold, reason_code=reason, amount=disputed_part(case, number, amount))


def disputed_part(case: Case, number: str, amount: Money | None) -> Money | None:
    """Return the disputed part of an invoice, None where all of it is disputed or unclear."""
    still_open = open_of(case.state, number)
    if amount is None or still_open is None or amount.currency != still_open.currency:
        return None
    return amount if 0 < amount.minor < still_open.minor else None
