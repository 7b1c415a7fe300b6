"""Review holds: what rests while a person looks at a mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from daemon.core.act_case import Case, Outcome, names
from daemon.core.act_holds import new_hold, open_holds
from daemon.core.act_scope import Scope
from daemon.core.state import Hold, HoldReason, HoldScope


def review(
    case: Case, scope: Scope, evidence: str = "", *, is_until_answered: bool = False
) -> Outcome:
    """Let the invoices concerned rest for a person, or the account where none is known.

    Args:
        case: The mail at this account.
        scope: The invoices concerned; empty: the account's conversation rests instead.
        evidence: The quoted words.
        is_until_answered: It rests until somebody answers, else `review_business_days`.
    """
    if not scope.numbers:
        return conversation(case, case.policy.conversation_business_days)
    until_on = None if is_until_answered else case.business_days(case.policy.review_business_days)
    holds = tuple(
        new_hold(
            HoldReason.REVIEW,
            HoldScope.INVOICE,
            number,
            origin=case.mail.id,
            since_at=case.now,
            until_on=until_on,
            because=f"{number} rests while a person looks at a mail of the customer.",
            evidence=evidence,
        )
        for number in scope.numbers
    )
    end = f"through {until_on}" if until_on else "until you answer"
    done = f"{names(scope.numbers)} {'rests' if len(holds) == 1 else 'rest'} {end}."
    return Outcome(events=open_holds(case.state, holds), done=(done,))


def conversation(case: Case, days: int) -> Outcome:
    """Let the account rest for `days` business days, because somebody is talking with us.

    A mail has one conversation hold; a shorter one is not added to a longer one.
    """
    until_on = case.business_days(days)
    hold = new_hold(
        HoldReason.CONVERSATION,
        HoldScope.ACCOUNT,
        case.facts.reference,
        origin=case.mail.id,
        since_at=case.now,
        until_on=until_on,
        because=f"The customer wrote on {case.today}; nothing goes out through {until_on}.",
    )
    if any(_covers(known.until_on, until_on) for known in _own(case)):
        return Outcome()
    if _own(case):
        hold = replace(hold, id=f"{hold.id}|{days}")
    done = f"Nothing goes out to the account through {until_on}."
    return Outcome(events=open_holds(case.state, (hold,)), done=(done,))


def _own(case: Case) -> tuple[Hold, ...]:
    return tuple(
        hold
        for hold in case.state.holds
        if hold.origin == case.mail.id and hold.reason is HoldReason.CONVERSATION
    )


def _covers(until_on: date | None, wanted: date) -> bool:
    return until_on is None or until_on >= wanted
