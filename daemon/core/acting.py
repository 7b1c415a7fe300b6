"""Acting: what one reply does to one account. The table of DESIGN §4 as transitions.

Each statement of a reading goes to its handler (`act_*.py`), severest first. Trust and
certainty limit what a handler may do; what rests, rests at once; whatever needs a person is
one forward. Every mail ends with one ReplyApplied that names its place. Pure and total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal, assert_never

from daemon.core.act_bounce import act_bounce
from daemon.core.act_case import Ask, Case, MailFacts, Outcome, case_of, folded, merged
from daemon.core.act_contact import (
    act_contact_change,
    act_other_automatic,
    act_out_of_office,
    act_unrelated,
)
from daemon.core.act_forward import alarm, by_intent, forward_mail, invoices_of
from daemon.core.act_holds import crossed, withdraw_touched
from daemon.core.act_limits import (
    UNREADABLE,
    act_ambiguous,
    act_stranger,
    act_suspicious,
    act_unread,
    fatal_defect,
    hold_concerned,
    is_absence,
    lowered,
    with_least_hold,
    with_limit_told,
    with_size_told,
)
from daemon.core.act_payment import act_already_paid, act_remittance
from daemon.core.act_promise import act_promise, as_command
from daemon.core.act_request import (
    act_acknowledgement,
    act_copy,
    act_extension,
    act_information,
    act_plan,
)
from daemon.core.act_review import conversation, review
from daemon.core.act_scope import concerned
from daemon.core.act_serious import act_dispute, act_hardship, act_refusal, act_stop
from daemon.core.conditions import Conditions
from daemon.core.effects import Decision
from daemon.core.events import Event, LetterAccepted, ReplyApplied
from daemon.core.house import House
from daemon.core.matching import Match
from daemon.core.state import AccountState, LetterStage
from daemon.core.storm import is_storm
from daemon.core.trust import Trust
from parsers.reading import (
    AuthVerdict,
    Automatic,
    Flag,
    Intent,
    Reading,
    Statement,
)

__all__ = ["CONFIDENCE_MIN", "SERIOUS", "MailFacts", "act"]

# Below these a statement is reviewed, not acted upon. A serious intent needs little more than a
# guess, and below even that its invoices rest until a person answers.
CONFIDENCE_MIN: Mapping[Intent, float] = MappingProxyType(
    {
        Intent.REFUSAL_OR_LEGAL_THREAT: 0.3,
        Intent.HARDSHIP_OR_INSOLVENCY: 0.3,
        Intent.STOP_REQUEST: 0.3,
        Intent.DISPUTE: 0.3,
        Intent.PAYMENT_PLAN_REQUEST: 0.5,
        Intent.EXTENSION_REQUEST: 0.5,
        Intent.REMITTANCE_ADVICE: 0.6,
        Intent.ALREADY_PAID_CLAIM: 0.6,
        Intent.PROMISE_TO_PAY: 0.7,
        Intent.CONTACT_CHANGE: 0.6,
        Intent.INFORMATION_REQUEST: 0.5,
        Intent.INVOICE_COPY_REQUEST: 0.5,
        Intent.OUT_OF_OFFICE: 0.6,
        Intent.OTHER_AUTOMATIC: 0.6,
        Intent.ACKNOWLEDGEMENT: 0.6,
        Intent.UNRELATED: 0.7,
    }
)
SERIOUS = frozenset(
    {
        Intent.REFUSAL_OR_LEGAL_THREAT,
        Intent.HARDSHIP_OR_INSOLVENCY,
        Intent.STOP_REQUEST,
        Intent.DISPUTE,
    }
)
AUTOMATIC_INTENTS = frozenset({Intent.OUT_OF_OFFICE, Intent.OTHER_AUTOMATIC})

STORM = "Very many mails today: not forwarded."

Place = Literal["applied", "filed", "forwarded"]


def act(
    account: str,
    state: AccountState,
    reading: Reading,
    match: Match,
    trust: Trust,
    mail: MailFacts,
    conditions: Conditions,
    house: House,
    now: datetime,
    *,
    is_rep_thread: bool = False,
) -> Decision:
    """Act upon one mail at one of the accounts that it concerns.

    Args:
        account: The account's id.
        state: The account.
        reading: What the mail says.
        match: Whose mail it is, and which letter it answers.
        trust: What its sender may bring about here.
        mail: The kept mail.
        conditions: The world; nothing here depends on the ledger's freshness.
        house: Creditor, policy, reps.
        now: Aware UTC instant of the decision.
        is_rep_thread: The mail is a rep's own, written in the thread: the robot is silent.

    Returns:
        Events ending in one ReplyApplied, a forward where a person is needed, and `now` as the
        next instant. The same mail acted upon again opens no hold and asks nobody twice.

    Raises:
        ValueError: `now` is naive, or `account` is not the state's.
    """
    if account != state.facts.account:
        raise ValueError(f"{account} is not {state.facts.account}")
    case = case_of(state, reading, match, trust, mail, house, now, is_rep_thread=is_rep_thread)
    arrived = _arrived(case)
    case = case.after(arrived)
    outcome = merged(arrived, _decide(case))
    done = tuple(dict.fromkeys(outcome.done))
    touched = _touched(state, case, outcome)
    events = outcome.events + touched
    asked, effects = forward_mail(case, outcome, folded(state, events, now))
    is_quiet = bool(outcome.asks) and is_storm(case)
    place: Place = "filed"
    if outcome.asks and not is_quiet:
        place = "forwarded"
    elif events:
        place = "applied"
    if is_quiet:
        done = (*done, STORM)
    because = " ".join((trust.because, *done)) if done else trust.because
    applied = ReplyApplied(
        mail=mail.id,
        intents=_acted_as(reading),
        invoices=invoices_of(case),
        place=place,
        is_stranger=trust.is_stranger and bool(outcome.holds),
        on=case.today,
        because=because,
    )
    if outcome.alarm:
        effects = (*effects, alarm(case, outcome.alarm))
    return Decision(
        events=(*events, *asked, applied),
        effects=effects,
        next_action_at=now,
        because=(trust.because, *done, *(ask.why for ask in outcome.asks)),
    )


def _acted_as(reading: Reading) -> tuple[str, ...]:
    """The intents; "we will pay soon" is an acknowledgement, and so the date is asked for once."""
    intents = tuple(intent.value for intent in reading.intents)
    is_undated = Intent.PROMISE_TO_PAY in reading.intents and not reading.promises
    if is_undated and Flag.UNDATED_PROMISE in reading.flags:
        return tuple(dict.fromkeys((*intents, Intent.ACKNOWLEDGEMENT.value)))
    return intents


def _decide(case: Case) -> Outcome:
    """Take the first rule that fits the mail as a whole, else statement by statement."""
    reading = case.reading
    if reading.identity.is_own:
        return Outcome()
    if reading.bounce is not None or reading.automatic is Automatic.BOUNCE:
        return act_bounce(case)
    if case.is_rep_thread and reading.identity.verdict is not AuthVerdict.FAIL:
        return conversation(case, case.policy.conversation_business_days)
    if case.trust.is_stranger:
        return act_stranger(case)
    if _is_filed(case):
        return Outcome()
    if case.match.is_ambiguous_address and not is_absence(case):
        return act_ambiguous(case)
    if case.match.is_disagreement and not is_absence(case):
        why = "The mail points at more than one customer, so nothing of it was acted upon."
        ask = Ask(topic="unclear whose mail it is", why=why, commands=("resume", "note …"))
        return merged(hold_concerned(case), Outcome(asks=(ask,)))
    told = with_size_told(case, with_limit_told(case, _statements(case)))
    return with_least_hold(case, told)


def _statements(case: Case) -> Outcome:
    suspicious = act_suspicious(case)
    case = case.after(suspicious)
    if suspicious.asks:
        case = replace(case, trust=lowered(case.trust))
    outcome = suspicious
    if case.has(*UNREADABLE) or fatal_defect(case) or not case.reading.statements:
        return merged(outcome, act_unread(case))
    for statement in by_intent(case.reading.statements):
        scope = concerned(case, statement)
        if scope.is_elsewhere and len(case.match.accounts) > 1:
            continue
        one = _one(case, statement)
        case = case.after(one)
        outcome = merged(outcome, one)
    if case.reading.needs_human and not outcome.asks:
        rest = hold_concerned(case) if case.is_human else Outcome()
        ask = Ask(
            topic="please read",
            why="It is not certain what the customer means.",
            commands=("resume", "pause 14d", "promise DATE", "dispute CODE"),
        )
        outcome = merged(outcome, merged(rest, Outcome(asks=(ask,))))
    return outcome


def _one(case: Case, statement: Statement) -> Outcome:
    if statement.confidence >= CONFIDENCE_MIN[statement.intent]:
        return _handle(case, statement)
    if statement.intent in AUTOMATIC_INTENTS and not case.is_human:
        return _handle(case, statement)
    meaning = statement.intent.value.replace("_", " ")
    ask = Ask(
        topic="please read",
        why=f"It may mean: {meaning}; that is not certain enough to act upon.",
        commands=("resume", "pause 14d", "promise DATE", "dispute CODE"),
        accept=_proposed(case, statement),
    )
    held = review(
        case,
        concerned(case, statement),
        statement.evidence.text,
        is_until_answered=statement.intent in SERIOUS,
    )
    return merged(held, Outcome(asks=(ask,)))


def _proposed(case: Case, statement: Statement) -> str:
    """An unsure promise with one date can be booked by `accept`."""
    if statement.intent is not Intent.PROMISE_TO_PAY or len(case.reading.promises) != 1:
        return ""
    return as_command(case.reading.promises[0])


def _handle(case: Case, statement: Statement) -> Outcome:
    match statement.intent:
        case Intent.REFUSAL_OR_LEGAL_THREAT:
            return act_refusal(case, statement)
        case Intent.HARDSHIP_OR_INSOLVENCY:
            return act_hardship(case, statement)
        case Intent.STOP_REQUEST:
            return act_stop(case, statement)
        case Intent.DISPUTE:
            return act_dispute(case, statement)
        case Intent.PAYMENT_PLAN_REQUEST:
            return act_plan(case, statement)
        case Intent.EXTENSION_REQUEST:
            return act_extension(case, statement)
        case Intent.REMITTANCE_ADVICE:
            return act_remittance(case, statement)
        case Intent.ALREADY_PAID_CLAIM:
            return act_already_paid(case, statement)
        case Intent.PROMISE_TO_PAY:
            return act_promise(case, statement)
        case Intent.CONTACT_CHANGE:
            return act_contact_change(case, statement)
        case Intent.INFORMATION_REQUEST:
            return act_information(case, statement)
        case Intent.INVOICE_COPY_REQUEST:
            return act_copy(case, statement)
        case Intent.OUT_OF_OFFICE:
            return act_out_of_office(case, statement)
        case Intent.OTHER_AUTOMATIC:
            return act_other_automatic(case, statement)
        case Intent.ACKNOWLEDGEMENT:
            return act_acknowledgement(case, statement)
        case Intent.UNRELATED:
            return act_unrelated(case, statement)
        case _:
            assert_never(statement.intent)


def _is_filed(case: Case) -> bool:
    """An automatic mail that says nothing, or a ticket receipt: filed without a word."""
    is_silent = not case.reading.statements and not case.is_human
    return is_silent and not case.reading.needs_human and not case.has(Flag.FILTER_CHALLENGE)


def _arrived(case: Case) -> Outcome:
    """A reply proves that a letter of unknown fate had left, on the day of its last attempt."""
    letter = case.letter
    is_bounce = case.reading.bounce is not None
    if letter is None or letter.stage is not LetterStage.UNKNOWN or is_bounce:
        return Outcome()
    on = case.calendar.today(letter.transmitting_at or case.now)
    event = LetterAccepted(key=letter.key, on=on, reply=f"proven by the reply {case.mail.id}")
    return Outcome(events=(event,))


def _touched(state: AccountState, case: Case, outcome: Outcome) -> tuple[Event, ...]:
    after = folded(state, outcome.events, case.now)
    answered = case.letter.key if case.letter is not None else ""
    over = crossed(after, case.mail.id, case.mail.received_at, outcome.holds, answered)
    return (*over, *withdraw_touched(after, outcome.holds))
