"""The judgement of a promise: kept, partly kept or broken, by a ledger that can know.

Counted are balance reductions and new unapplied money since the promise was made; an invoice
that closed settles it at once; a later dispute suspends it. Source: DESIGN §4.
"""

from __future__ import annotations

from datetime import date

from daemon.core.act_case import names, open_numbers
from daemon.core.act_holds import lift_holds
from daemon.core.claims import Purse, gained, is_judged_by, spent, tolerance
from daemon.core.conditions import Conditions
from daemon.core.events import Event, PromiseSettled
from daemon.core.house import House
from daemon.core.money import Money, total_per_currency
from daemon.core.state import AccountState, Hold, HoldReason, Promise, PromiseOutcome


def promise_holds(state: AccountState, promise: Promise) -> tuple[Hold, ...]:
    """Return the holds that a promise opened and that are still there, one per invoice."""
    return tuple(hold for hold in state.holds if hold.id.startswith(f"{promise.id}|hold|"))


def settled(
    promise: Promise, outcome: PromiseOutcome, on: date, snapshot: str, because: str
) -> PromiseSettled:
    """Return the event that settles a promise."""
    return PromiseSettled(
        promise=promise.id, outcome=outcome, on=on, snapshot=snapshot, because=because
    )


def judge_promise(
    state: AccountState,
    promise: Promise,
    conditions: Conditions,
    house: House,
    today: date,
    purse: Purse,
) -> tuple[tuple[Event, ...], Purse, tuple[str, ...]]:
    """Judge one open promise; nothing where the ledger cannot know yet.

    Returns:
        Its events, the purse with the new money that it lives on, and the sentence why.
    """
    holds = promise_holds(state, promise)
    is_closed = not set(promise.invoices) & set(open_numbers(state))
    disputed = _later_dispute(state, promise)
    if disputed and not is_closed:
        because = f"{names(promise.invoices)} was disputed after the promise."
        made = (settled(promise, PromiseOutcome.SUSPENDED, today, "", because),)
        return (*made, *lift_holds(holds, today, because)), purse, (because,)
    ends_on = max((hold.until_on for hold in holds if hold.until_on), default=promise.promised_on)
    if not is_closed and not is_judged_by(ends_on, conditions):
        return (), purse, ()
    asked = promise.amount or total_per_currency(entry.open for entry in promise.baseline)[0]
    reductions, fresh = gained(state, promise.baseline, promise.unapplied, asked.currency, purse)
    counted = reductions + fresh
    slack = tolerance(asked, house.policy)
    if is_closed or counted >= asked - slack:
        outcome = PromiseOutcome.KEPT
    elif counted.minor > 0:
        outcome = PromiseOutcome.PARTLY_KEPT
    else:
        outcome = PromiseOutcome.BROKEN
    needed = max(asked - reductions, Money(0, asked.currency))
    purse = spent(purse, min(fresh, needed))
    because = (
        f"{names(promise.invoices)}: {asked} promised for {promise.promised_on}, {counted} seen "
        f"in the ledger of {conditions.ledger_as_of}: {outcome.value.replace('_', ' ')}."
    )
    made = (settled(promise, outcome, today, conditions.snapshot, because),)
    return (*made, *lift_holds(holds, today, because)), purse, (because,)


def _later_dispute(state: AccountState, promise: Promise) -> bool:
    return any(
        hold.reason is HoldReason.DISPUTE
        and hold.subject in promise.invoices
        and hold.since_at > promise.made_at
        for hold in state.holds
    )


def orphan_holds(state: AccountState, conditions: Conditions, today: date) -> tuple[Event, ...]:
    """Lift promise holds that wait for a ledger though their promise is settled."""
    kept = {
        hold.id
        for promise in state.promises
        if promise.outcome is PromiseOutcome.OPEN
        for hold in promise_holds(state, promise)
    }
    ended = (
        hold
        for hold in state.holds
        if hold.reason is HoldReason.PROMISE
        and hold.awaits_ledger
        and hold.id not in kept
        and hold.until_on is not None
        and is_judged_by(hold.until_on, conditions)
    )
    return lift_holds(ended, today, "The promise behind it was settled by a later one.")
