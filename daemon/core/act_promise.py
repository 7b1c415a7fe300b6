"""What a promise of payment does: a hold through its date, or a question to a person.

From a sender who is not trusted fully a promise only pauses: it is not booked, so it can be
neither kept nor broken. Limits and judgement are in `promises.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from daemon.core.act_case import Ask, Case, Outcome, merged, names
from daemon.core.act_holds import new_hold, open_holds
from daemon.core.act_request import act_acknowledgement
from daemon.core.act_review import review
from daemon.core.act_scope import concerned, known_numbers
from daemon.core.command_words import promise_line
from daemon.core.promises import PromiseAsked, make_promise
from daemon.core.state import HoldReason, HoldScope
from parsers.reading import Flag, Intent, PromiseFact, Statement

PROMISE_COMMANDS = ("promise DATE", "resume", "pause 14d")
# Beside one of these a mail wants a person for another reason than the promise.
FOR_A_PERSON = frozenset(
    {
        Intent.REFUSAL_OR_LEGAL_THREAT,
        Intent.HARDSHIP_OR_INSOLVENCY,
        Intent.STOP_REQUEST,
        Intent.DISPUTE,
        Intent.CONTACT_CHANGE,
        Intent.INFORMATION_REQUEST,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promised:
    """One promised payment with the invoices that it covers."""

    fact: PromiseFact
    numbers: tuple[str, ...]
    position: int


def act_promise(case: Case, statement: Statement) -> Outcome:
    """Book or question every dated promise of the mail."""
    if case.has(Flag.CONDITIONAL, Flag.PAYS_WHEN_PAID):
        return _asked(case, statement, "conditional promise", "The promise hangs on a condition.")
    if case.has(Flag.IMPOSSIBLE_DATE):
        return _asked(case, statement, "impossible date", "The promised date does not exist.")
    if not case.reading.promises and case.has(Flag.UNDATED_PROMISE):
        return act_acknowledgement(case, statement)
    if not case.reading.promises:
        return _asked(case, statement, "promise without a date", "It names no certain date.")
    scope = concerned(case, statement)
    outcome = Outcome()
    for position, fact in enumerate(case.reading.promises):
        named = known_numbers(case, (fact.invoice,)) if fact.invoice else scope.numbers
        if fact.invoice and not named and len(case.match.accounts) > 1:
            continue
        promised = _Promised(fact=fact, numbers=named, position=position)
        one = _one(case, statement, promised, scope.problem)
        case = case.after(one)
        outcome = merged(outcome, one)
    return outcome


def _one(case: Case, statement: Statement, promised: _Promised, problem: str) -> Outcome:
    if not promised.numbers:
        return _asked(
            case, statement, "promise", problem or "It names no invoice of this customer."
        )
    fact = promised.fact
    if not case.trust.is_full or _is_under_review(case, promised.numbers):
        return _pause(case, statement, promised)
    if _is_unsure(case):
        return merged(_pause(case, statement, promised), Outcome(asks=(_to_confirm(promised),)))
    evidence = fact.evidence.text if fact.evidence else statement.evidence.text
    asked = PromiseAsked(
        id=f"{case.mail.id}|promise|{promised.position}",
        numbers=promised.numbers,
        on=fact.on,
        amount=fact.amount,
        origin=case.mail.id,
        evidence=evidence,
        alternatives=fact.alternatives if case.has(Flag.AMBIGUOUS_DATE) else (),
    )
    answer = make_promise(case.state, asked, case.house, case.now)
    if answer.refusal:
        return _asked(case, statement, "promise", answer.refusal)
    about = names(promised.numbers)
    amount = f"{fact.amount} of " if fact.amount else ""
    done = f"Booked the promise to pay {amount}{about}: it rests through {answer.until_on}."
    return Outcome(events=answer.events, done=(done,))


def _is_unsure(case: Case) -> bool:
    """The reading wants a person, and no other statement of the mail explains why."""
    return case.reading.needs_human and not set(case.reading.intents) & FOR_A_PERSON


def _to_confirm(promised: _Promised) -> Ask:
    proposal = as_command(promised.fact)
    return Ask(
        topic="promise to confirm",
        why=(
            f"The customer seems to promise a payment on {promised.fact.on}, but that is not "
            f"certain. It pauses; `accept` books it ({proposal})."
        ),
        commands=("accept", "decline", *PROMISE_COMMANDS),
        accept=proposal,
    )


def as_command(fact: PromiseFact) -> str:
    """Return the command that books a promise."""
    return promise_line(fact.on, fact.amount)


def _is_under_review(case: Case, numbers: tuple[str, ...]) -> bool:
    """A date beside a plan or an extension asked for is part of the asking, not a promise."""
    return any(
        hold.reason is HoldReason.REVIEW and hold.origin == case.mail.id and hold.subject in numbers
        for hold in case.state.holds
    )


def _pause(case: Case, statement: Statement, promised: _Promised) -> Outcome:
    until_on = _pause_end(case, promised.fact.on)
    because = f"A payment was announced for {promised.fact.on}, not booked."
    opened = (
        new_hold(
            HoldReason.PROMISE,
            HoldScope.INVOICE,
            number,
            origin=case.mail.id,
            since_at=case.now,
            until_on=until_on,
            because=because,
            evidence=statement.evidence.text,
        )
        for number in promised.numbers
    )
    holds = tuple(replace(hold, id=f"{hold.id}|{promised.position}") for hold in opened)
    done = f"{names(promised.numbers)} rests through {until_on}; the promise is not booked."
    return Outcome(events=open_holds(case.state, holds), done=(done,))


def _pause_end(case: Case, promised_on: date) -> date:
    grace = case.policy.promise_grace_business_days
    latest = case.today + timedelta(days=case.policy.promise_days_max)
    return case.calendar.add_business_days(max(case.today, min(promised_on, latest)), grace)


def _asked(case: Case, statement: Statement, topic: str, why: str) -> Outcome:
    held = review(case, concerned(case, statement), statement.evidence.text)
    ask = Ask(topic=topic, why=f"A payment is announced. {why}", commands=PROMISE_COMMANDS)
    return merged(held, Outcome(asks=(ask,)))
