"""Claims of payment and awaited credit notes: is the money in the ledger?

A claim is judged only by a ledger as of its hold's end or later, unless its invoices close
before. What lies unapplied on the account counts, for it may be the very payment claimed; it
is counted once, over all promises and claims of the account. What is not found is asked for,
and the invoices rest while a rep answers. Source: DESIGN §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from daemon.core.act_case import debtor_calendar, folded, names, open_numbers, open_of
from daemon.core.act_holds import lift_holds, lying_on_account, new_hold, open_holds
from daemon.core.conditions import Conditions
from daemon.core.drafts import ask_for_proof
from daemon.core.effects import Decision, Effect
from daemon.core.events import Event
from daemon.core.forwards import Matter, forward
from daemon.core.house import House
from daemon.core.model import ItemKind
from daemon.core.money import Money, exponent, total_per_currency
from daemon.core.policy import Policy
from daemon.core.state import AccountState, Balance, Hold, HoldReason, HoldScope, HoldSource

NOTHING = Decision(events=(), effects=(), next_action_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """Unapplied money (positive, per currency) that has been counted already."""

    taken: tuple[Money, ...]

    def of(self, currency: str) -> Money:
        """Return what has been counted in one currency."""
        found = (amount for amount in self.taken if amount.currency == currency)
        return next(found, Money(0, currency))


def spent(purse: Purse, amount: Money) -> Purse:
    """Count an amount as taken, so that no second promise lives on it."""
    return Purse(taken=total_per_currency((*purse.taken, amount)))


def is_judged_by(ends_on: date, conditions: Conditions) -> bool:
    """Tell whether the newest ledger could know of a payment made by the hold's end."""
    return conditions.ledger_as_of is not None and conditions.ledger_as_of >= ends_on


def tolerance(amount: Money, policy: Policy) -> Money:
    """Return what may be missing: one major unit or half a percent, the greater of the two."""
    unit = policy.promise_tolerance_major * 10 ** exponent(amount.currency)
    share = amount.minor * policy.promise_tolerance_permille // 1000
    return Money(max(unit, share), amount.currency)


def gained(
    state: AccountState,
    baseline: tuple[Balance, ...],
    unapplied: tuple[Money, ...],
    currency: str,
    purse: Purse,
    kind: ItemKind = ItemKind.PAYMENT,
) -> tuple[Money, Money]:
    """Return what came in since: balance reductions, and new money not yet applied.

    Args:
        state: The account with the newest ledger.
        baseline: Open balances at the time of the promise or claim.
        unapplied: Money that lay unapplied then, per currency; it does not count as new.
        currency: The currency that is counted.
        purse: New money that other promises have counted already.
        kind: Payments, or credit notes where a credit note is awaited.
    """
    none = Money(0, currency)
    reductions = none
    for entry in baseline:
        still_open = open_of(state, entry.number)
        if entry.open.currency == currency and still_open is not None:
            reductions += max(entry.open - still_open, none)
    then = next((amount for amount in unapplied if amount.currency == currency), none)
    lying = lying_on_account(state, kind)
    today = next((amount for amount in lying if amount.currency == currency), none)
    fresh = max(today - then - purse.of(currency), none)
    return reductions, fresh


def judge_claims(
    state: AccountState, conditions: Conditions, house: House, now: datetime, purse: Purse
) -> Decision:
    """Judge claims of payment, mail by mail.

    Returns:
        Lifted holds where the money was found; else lifted holds, a review hold of
        `review_business_days` on what is still open, and one question to the owner per mail.
    """
    waiting = [
        hold
        for hold in state.holds
        if hold.reason is HoldReason.PAYMENT_CLAIMED and hold.awaits_ledger
    ]
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    because: tuple[str, ...] = ()
    for origin in dict.fromkeys(hold.origin for hold in waiting):
        group = tuple(hold for hold in waiting if hold.origin == origin)
        decided, purse = _judge_group(state, group, conditions, house, now, purse)
        state = folded(state, decided.events, now)
        events, effects = events + decided.events, effects + decided.effects
        because += decided.because
    return Decision(events=events, effects=effects, next_action_at=None, because=because)


def _judge_group(
    state: AccountState,
    group: tuple[Hold, ...],
    conditions: Conditions,
    house: House,
    now: datetime,
    purse: Purse,
) -> tuple[Decision, Purse]:
    today = debtor_calendar(state, house).today(now)
    is_open = set(open_numbers(state))
    closed = tuple(hold for hold in group if hold.subject not in is_open)
    lifted = lift_holds(closed, today, "The invoice is closed: the payment was found.")
    remaining = tuple(hold for hold in group if hold.subject in is_open)
    ends_on = max((hold.until_on for hold in remaining if hold.until_on), default=None)
    if ends_on is None or not is_judged_by(ends_on, conditions):
        return Decision(events=lifted, effects=(), next_action_at=None), purse
    missing, purse = _missing(state, group, house, purse)
    if not missing:
        because = f"The payment was found in the ledger of {conditions.ledger_as_of}."
        found = (*lifted, *lift_holds(remaining, today, because))
        return Decision(events=found, effects=(), next_action_at=None, because=(because,)), purse
    numbers = tuple(hold.subject for hold in remaining)
    because = (
        f"{names(numbers)}: said to be paid, but the ledger of {conditions.ledger_as_of} does not "
        f"show {' and '.join(str(amount) for amount in missing)}."
    )
    events = (*lifted, *lift_holds(remaining, today, because))
    asked = _ask_for_proof(state, remaining, events, because, house, now)
    return asked, purse


def _missing(
    state: AccountState, group: tuple[Hold, ...], house: House, purse: Purse
) -> tuple[tuple[Money, ...], Purse]:
    """Return what was claimed and is not there, per currency; empty where all was found."""
    missing: list[Money] = []
    baseline = tuple(entry for hold in group for entry in hold.baseline)
    for asked_for in total_per_currency(entry.open for entry in baseline):
        currency = asked_for.currency
        said = {hold.amount for hold in group if hold.amount and hold.amount.currency == currency}
        claimed = min((*said, asked_for))
        # Money that lay on the account before the mail may be the very payment claimed.
        reductions, lying = gained(state, baseline, (), currency, purse)
        purse = spent(purse, min(lying, max(claimed - reductions, Money(0, currency))))
        counted = reductions + lying
        if counted < claimed - tolerance(claimed, house.policy):
            missing.append(claimed - counted)
    return tuple(missing), purse


def _ask_for_proof(
    state: AccountState,
    holds: tuple[Hold, ...],
    lifted: tuple[Event, ...],
    because: str,
    house: House,
    now: datetime,
) -> Decision:
    calendar = debtor_calendar(state, house)
    numbers = tuple(hold.subject for hold in holds)
    origin = holds[0].origin
    until_on = calendar.add_business_days(calendar.today(now), house.policy.review_business_days)
    reviews = tuple(
        new_hold(
            HoldReason.REVIEW,
            HoldScope.INVOICE,
            number,
            origin=f"{origin}|not_found",
            since_at=now,
            until_on=until_on,
            because=f"The payment claimed for {number} was not found; a rep is asked.",
            source=HoldSource.RULE,
        )
        for number in numbers
    )
    events = (*lifted, *open_holds(state, reviews))
    is_by_rep = holds[0].source is HoldSource.REP
    matter = Matter(
        id=f"{origin}|{state.facts.account}|not_found",
        origin=origin,
        topic="payment not found",
        why=because,
        evidence=tuple(dict.fromkeys(hold.evidence for hold in holds if hold.evidence)),
        done=(f"{names(numbers)} rests through {until_on} while you look.",),
        commands=("resume", "paid", "pause 14d", "promise DATE"),
        draft=ask_for_proof(state, numbers, house),
        mail="" if is_by_rep else origin,
        invoices=numbers,
        holds=tuple(hold.id for hold in reviews),
    )
    asked, effect = forward(folded(state, events, now), matter, house, now)
    return Decision(
        events=(*events, *asked), effects=effect, next_action_at=None, because=(because,)
    )


def judge_credits(
    state: AccountState, conditions: Conditions, house: House, now: datetime, purse: Purse
) -> Decision:
    """Lift the holds that wait for a credit note once it is in the ledger.

    One that a ledger as of the hold's end does not show is asked for once; the hold stays.
    """
    calendar = debtor_calendar(state, house)
    today = calendar.today(now)
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    for hold in state.holds:
        if hold.reason is not HoldReason.MANUAL or not hold.awaits_ledger or hold.amount is None:
            continue
        reductions, fresh = gained(
            state, hold.baseline, hold.unapplied, hold.amount.currency, purse, ItemKind.CREDIT_NOTE
        )
        is_closed = hold.subject not in open_numbers(state)
        if is_closed or reductions + fresh >= hold.amount - tolerance(hold.amount, house.policy):
            because = f"The credit note over {hold.amount} is in the ledger."
            events += lift_holds((hold,), today, because)
            continue
        if hold.until_on is None or not is_judged_by(hold.until_on, conditions):
            continue
        matter = Matter(
            id=f"{hold.id}|{state.facts.account}|no_credit_note",
            origin=hold.origin,
            topic="credit note not found",
            why=(
                f"{hold.subject}: a credit note over {hold.amount} was announced, but the ledger "
                f"of {conditions.ledger_as_of} does not show it. The invoice rests until it does."
            ),
            commands=("resume", "note …"),
            invoices=(hold.subject,),
            holds=(hold.id,),
        )
        asked, effect = forward(folded(state, events, now), matter, house, now)
        events, effects = events + asked, effects + effect
    return Decision(events=events, effects=effects, next_action_at=None)
