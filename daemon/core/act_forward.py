"""The forward of one mail: everything that needs a person, in one question to the owner."""

from __future__ import annotations

from dataclasses import replace

from daemon.core.act_case import Case, Outcome
from daemon.core.act_scope import concerned
from daemon.core.effects import Effect, TellOperator
from daemon.core.events import Event
from daemon.core.forwards import Matter, forward
from daemon.core.state import AccountState
from daemon.core.storm import is_storm, sender_counted, storm_note
from parsers.reading import Intent, Statement

EVIDENCE_CHARACTERS = 400


def forward_mail(
    case: Case, outcome: Outcome, state: AccountState
) -> tuple[tuple[Event, ...], tuple[Effect, ...]]:
    """Make one forward of all that a mail needs a person for; nothing where it needs none.

    In a storm the owner is told of the storm instead, once.
    """
    if not outcome.asks:
        return (), ()
    if is_storm(case):
        return storm_note(case, state)
    asks = outcome.asks
    is_suspicious = any(ask.is_suspicious for ask in asks)
    quotes = tuple(statement.evidence.text for statement in case.reading.statements)
    quotes = tuple(dict.fromkeys(quote for quote in quotes if quote.strip()))
    quotes = quotes or tuple(filter(None, (case.reading.new_text[:EVIDENCE_CHARACTERS].strip(),)))
    accept = next((ask.accept for ask in asks if ask.accept), "")
    answers = ("accept", "decline") if accept else ()
    drafts = (ask.draft for ask in asks if ask.draft and not is_suspicious)
    matter = Matter(
        id=f"{case.mail.id}|{state.facts.account}|reply",
        origin=case.mail.id,
        topic=asks[0].topic,
        why=" ".join(dict.fromkeys(ask.why for ask in asks)),
        evidence=quotes,
        done=tuple(dict.fromkeys(outcome.done)),
        commands=tuple(
            dict.fromkeys((*answers, *(entry for ask in asks for entry in ask.commands)))
        ),
        accept=accept,
        draft=next(drafts, ""),
        mail=case.mail.id,
        invoices=invoices_of(case),
        holds=tuple(hold.id for hold in state.holds if hold.origin == case.mail.id),
        is_suspicious=is_suspicious,
        caused_by=sender_counted(case),
    )
    return forward(state, matter, case.house, case.now)


def alarm(case: Case, sentence: str) -> TellOperator:
    """Tell the operator that our mail is refused by policy."""
    return TellOperator(
        key=f"{case.mail.id}|{case.facts.account}|policy",
        subject="A mail server refuses our mail by policy",
        lines=(sentence, "Sending should stay paused until this is mended."),
        mail=case.mail.id,
    )


def invoices_of(case: Case) -> tuple[str, ...]:
    """Return the open invoices that the statements of the mail are about."""
    numbers = (
        number
        for statement in by_intent(case.reading.statements)
        for number in concerned(case, statement).numbers
    )
    return tuple(dict.fromkeys(numbers))


def by_intent(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """One statement per intent, severest first, with the invoices of all of them."""
    found = []
    for intent in Intent:
        same = tuple(statement for statement in statements if statement.intent is intent)
        if same:
            invoices = dict.fromkeys(number for each in same for number in each.invoices)
            surest = max(same, key=lambda statement: statement.confidence)
            found.append(replace(surest, invoices=tuple(invoices)))
    return tuple(found)
