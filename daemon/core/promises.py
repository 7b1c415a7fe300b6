"""Promises: what may be promised, and when a promise counts as kept.

A promise holds its invoices through the promised date and the grace days. Only a ledger as of
that day or later judges it: counted are balance reductions since it was made plus new
unapplied money. A later promise replaces an earlier one and counts; a dispute suspends the
judgement. Claims of payment are judged in `claims.py` on the same terms. Source: DESIGN §4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from daemon.core.act_case import debtor_calendar, folded, names, open_numbers, open_of
from daemon.core.act_holds import (
    lift_holds,
    lying_on_account,
    new_hold,
)
from daemon.core.claims import Purse, judge_claims, judge_credits
from daemon.core.conditions import Conditions
from daemon.core.effects import Decision, Effect
from daemon.core.events import Event, HoldOpened, PromiseMade
from daemon.core.house import House
from daemon.core.money import Money
from daemon.core.promise_judgement import (
    judge_promise,
    orphan_holds,
    promise_holds,
    settled,
)
from daemon.core.state import (
    AccountState,
    Balance,
    HoldReason,
    HoldScope,
    HoldSource,
    Promise,
    PromiseOutcome,
)

REP_PROMISE_DAYS_MAX = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAsked:
    """A promise as it was said.

    `id` is unique in the account and made of its mail or command. `alternatives` are other
    dates that may be meant; the earliest one that has not passed ends the hold. `amount` None:
    all that is open on `numbers`.
    """

    id: str
    numbers: tuple[str, ...]
    on: date
    amount: Money | None
    origin: str
    evidence: str = ""
    alternatives: tuple[date, ...] = ()
    source: HoldSource = HoldSource.MAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswer:
    """The events of a promise taken, or the sentence why a person must decide it."""

    events: tuple[Event, ...] = ()
    refusal: str = ""
    until_on: date | None = None


def make_promise(
    state: AccountState, asked: PromiseAsked, house: House, now: datetime
) -> PromiseAnswer:
    """Take a promise: the hold it earns, and the end of the promises that it replaces.

    Args:
        state: The account.
        asked: What was promised; dates are the debtor's local dates.
        house: `promise_grace_business_days`, `promise_days_max` (calendar days) and
            `promises_per_invoice_max`; a rep's promise knows no limit but a year.
        now: Aware UTC instant of the decision.

    Returns:
        Events, or a refusal; never both.

    Raises:
        ValueError: `now` is naive.
    """
    calendar = debtor_calendar(state, house)
    today = calendar.today(now)
    ahead = sorted(on for on in {asked.on, *asked.alternatives} if on >= today)
    is_open = set(open_numbers(state))
    numbers = tuple(number for number in asked.numbers if number in is_open)
    refusal = _refusal(state, asked, house, today, numbers, ahead)
    if refusal:
        return PromiseAnswer(refusal=refusal)
    promised_on = ahead[0]
    until_on = calendar.add_business_days(promised_on, house.policy.promise_grace_business_days)
    because = f"{names(numbers)}: payment promised for {promised_on}, judged after {until_on}."
    groups = ((number,) for number in numbers) if asked.amount is None else (numbers,)
    events: list[Event] = list(_replaced(state, numbers, asked.origin, today))
    for group in groups:
        promise_id = asked.id if asked.amount is not None else f"{asked.id}|{group[0]}"
        events.extend(_taken(state, asked, promise_id, group, promised_on, until_on, because, now))
    return PromiseAnswer(events=tuple(events), until_on=until_on)


def judge(state: AccountState, conditions: Conditions, house: House, now: datetime) -> Decision:
    """Judge every promise, claim of payment and awaited credit note that the ledger can judge.

    Args:
        state: The account, with the newest ledger folded in.
        conditions: `ledger_as_of` and `snapshot` of that ledger.
        house: Tolerances and the calendar.
        now: Aware UTC instant.

    Returns:
        Settled promises, lifted holds, and questions to the owner about money not found. No
        events where there is nothing to judge; `next_action_at` is then None: leave it.
    """
    today = debtor_calendar(state, house).today(now)
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    because: tuple[str, ...] = ()
    purse = Purse(taken=())
    for promise in sorted(state.promises, key=lambda known: (known.promised_on, known.id)):
        if promise.outcome is PromiseOutcome.OPEN:
            made, purse, why = judge_promise(state, promise, conditions, house, today, purse)
            state = folded(state, made, now)
            events, because = events + made, because + why
    orphans = orphan_holds(state, conditions, today)
    state = folded(state, orphans, now)
    events += orphans
    for part in (judge_claims, judge_credits):
        decided = part(state, conditions, house, now, purse)
        state = folded(state, decided.events, now)
        events, effects = events + decided.events, effects + decided.effects
        because += decided.because
    return Decision(
        events=events,
        effects=effects,
        next_action_at=now if events else None,
        because=because,
    )


def _refusal(
    state: AccountState,
    asked: PromiseAsked,
    house: House,
    today: date,
    numbers: tuple[str, ...],
    ahead: list[date],
) -> str:
    is_rep = asked.source is HoldSource.REP
    days_max = REP_PROMISE_DAYS_MAX if is_rep else house.policy.promise_days_max
    if not numbers:
        return "Nothing is open on the invoices that the promise is about."
    if not ahead:
        return f"The promised date {asked.on} has already passed."
    if ahead[0] > today + timedelta(days=days_max):
        return f"The promised date {ahead[0]} lies more than {days_max} days ahead."
    if asked.amount is not None and asked.amount.minor <= 0:
        return f"The promised amount {asked.amount} is not a payment."
    amounts = [open_of(state, number) for number in numbers]
    currencies = {amount.currency for amount in amounts if amount is not None}
    if asked.amount is not None and currencies != {asked.amount.currency}:
        return f"The promised amount {asked.amount} is not in the currency of the invoices."
    made_max = house.policy.promises_per_invoice_max
    often = tuple(
        number for number in numbers if _times_promised(state, number, asked.origin) >= made_max
    )
    if often and not is_rep:
        return f"{names(often)} has been promised {made_max} times before."
    return ""


def _times_promised(state: AccountState, number: str, origin: str) -> int:
    """Count the mails and commands before this one; the parts of one mail count once."""
    origins = {known.origin for known in state.promises if number in known.invoices}
    return len(origins - {origin})


def _taken(
    state: AccountState,
    asked: PromiseAsked,
    promise_id: str,
    numbers: tuple[str, ...],
    promised_on: date,
    until_on: date,
    because: str,
    now: datetime,
) -> tuple[Event, ...]:
    if any(known.id == promise_id for known in state.promises):
        return ()
    holds = tuple(
        replace(
            new_hold(
                HoldReason.PROMISE,
                HoldScope.INVOICE,
                number,
                origin=asked.origin,
                since_at=now,
                until_on=until_on,
                because=because,
                source=asked.source,
                evidence=asked.evidence,
            ),
            id=f"{promise_id}|hold|{number}",
            awaits_ledger=True,
            amount=asked.amount,
        )
        for number in numbers
    )
    promise = Promise(
        id=promise_id,
        invoices=numbers,
        promised_on=promised_on,
        amount=asked.amount,
        made_at=now,
        origin=asked.origin,
        hold=holds[0].id,
        baseline=_baseline(state, numbers, asked.origin),
        unapplied=lying_on_account(state),
        evidence=asked.evidence,
    )
    return (*(HoldOpened(hold=hold) for hold in holds), PromiseMade(promise=promise))


def _baseline(state: AccountState, numbers: tuple[str, ...], origin: str) -> tuple[Balance, ...]:
    """Return the open balances, less what earlier parts of the same mail already promised."""
    balances = []
    for number in numbers:
        amount = open_of(state, number)
        parts = (
            known.amount
            for known in state.promises
            if known.origin == origin and known.invoices == (number,) and known.amount is not None
        )
        for part in parts:
            amount = None if amount is None else max(amount - part, amount - amount)
        if amount is not None:
            balances.append(Balance(number=number, open=amount))
    return tuple(balances)


def _replaced(
    state: AccountState, numbers: tuple[str, ...], origin: str, on: date
) -> tuple[Event, ...]:
    events: list[Event] = []
    for promise in state.promises:
        is_open = promise.outcome is PromiseOutcome.OPEN and promise.origin != origin
        if is_open and set(promise.invoices) & set(numbers):
            because = "A later promise takes its place."
            events.append(settled(promise, PromiseOutcome.REPLACED, on, "", because))
            ended = (hold for hold in promise_holds(state, promise) if hold.subject in numbers)
            events.extend(lift_holds(ended, on, because))
    return tuple(events)


def suspend_promises(
    state: AccountState, numbers: tuple[str, ...], origin: str, on: date, because: str
) -> tuple[Event, ...]:
    """Suspend the open promises on these invoices and lift their holds.

    A promise of the same `origin` stays: one mail may promise a part and dispute the rest.
    """
    events: list[Event] = []
    for promise in state.promises:
        is_open = promise.outcome is PromiseOutcome.OPEN and promise.origin != origin
        if is_open and set(promise.invoices) & set(numbers):
            events.append(settled(promise, PromiseOutcome.SUSPENDED, on, "", because))
            ended = (hold for hold in promise_holds(state, promise) if hold.subject in numbers)
            events.extend(lift_holds(ended, on, because))
    return tuple(events)
