"""What a request does: plans and extensions wait for a rep, questions get a draft.

Answers to customers are drafts inside the forward; nothing is sent to them from here.
"""

from __future__ import annotations

from daemon.core.act_case import Ask, Case, Outcome, merged, names
from daemon.core.act_review import conversation, review
from daemon.core.act_scope import concerned
from daemon.core.command_words import promise_line
from daemon.core.drafts import ask_back, ask_for_date, send_copy, send_facts
from parsers.reading import Flag, Statement

UNDATED_PROPOSAL = "pause 14d"


def act_plan(case: Case, statement: Statement) -> Outcome:
    """Hold for a rep: instalments are asked for or offered."""
    return _proposal(case, statement, "asks for instalments", "The customer asks for instalments.")


def act_extension(case: Case, statement: Statement) -> Outcome:
    """Hold for a rep: more time is asked for."""
    return _proposal(case, statement, "asks for more time", "The customer asks for more time.")


def _proposal(case: Case, statement: Statement, topic: str, why: str) -> Outcome:
    scope = concerned(case, statement)
    held = review(case, scope, statement.evidence.text, is_until_answered=True)
    accept = _accepted_as(case)
    ask = Ask(
        topic=topic,
        why=f"{why} {scope.problem} `accept` does: {accept}.".replace("  ", " "),
        commands=("accept", "decline", "promise DATE [AMOUNT]", "pause 14d"),
        accept=accept,
    )
    return merged(held, Outcome(asks=(ask,)))


def _accepted_as(case: Case) -> str:
    """The customer's first date as a promise with its amount, else a fortnight's pause."""
    dated = sorted(
        (fact for fact in case.reading.promises if fact.on >= case.today), key=lambda fact: fact.on
    )
    if not dated:
        return UNDATED_PROPOSAL
    first = dated[0]
    return promise_line(first.on, first.amount if len(dated) > 1 else None)


def act_acknowledgement(case: Case, statement: Statement) -> Outcome:
    """Rest while the customer looks into it; once, a rep may ask for the date."""
    scope = concerned(case, statement)
    held = conversation(case, case.policy.conversation_business_days)
    fresh = tuple(number for number in scope.numbers if number not in case.state.date_asked)
    if not fresh or not case.trust.is_full or not case.is_human:
        return held
    ask = Ask(
        topic="no date yet",
        why=f"The customer answered without a date of payment for {names(fresh)}.",
        commands=("promise DATE", "pause 14d"),
        draft=ask_for_date(case.state, fresh, case.house),
    )
    return merged(held, Outcome(asks=(ask,)))


def act_copy(case: Case, statement: Statement) -> Outcome:
    """The customer wants the invoice again: a draft for the rep."""
    scope = concerned(case, statement)
    draft = send_copy(case.state, scope.numbers, case.house) if _may_answer(case) else ""
    ask = Ask(
        topic="wants an invoice copy",
        why=f"The customer wants a copy of {names(scope.numbers) or 'an invoice'}.",
        commands=("note …", "pause 14d"),
        draft=draft,
    )
    held = conversation(case, case.policy.human_mail_business_days)
    return merged(held, Outcome(asks=(ask,)))


def act_information(case: Case, statement: Statement) -> Outcome:
    """A question: with the facts as a draft where the ledger answers it."""
    is_answerable = case.has(Flag.ANSWERABLE)
    draft = ""
    if _may_answer(case):
        draft = (send_facts if is_answerable else ask_back)(case.state, case.house)
    why = (
        "The customer asks something that the ledger or the master record answers."
        if is_answerable
        else "The customer asks something that only a person can answer."
    )
    ask = Ask(topic="question", why=why, commands=("note …", "pause 14d", "resume"), draft=draft)
    days = case.policy.conversation_business_days
    return merged(conversation(case, days), Outcome(asks=(ask,)))


def _may_answer(case: Case) -> bool:
    """Facts of the account go only to an address on file, even as a draft."""
    return case.trust.is_known
