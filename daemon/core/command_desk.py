"""What every command handler sees, and what it answers: done, or refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from daemon.core.act_case import names, open_numbers, open_of
from daemon.core.act_holds import lift_holds
from daemon.core.calendar import BusinessCalendar
from daemon.core.command_words import Amount
from daemon.core.conditions import Conditions
from daemon.core.events import Event
from daemon.core.house import House
from daemon.core.model import ItemKind
from daemon.core.money import Money, money_from_decimal
from daemon.core.state import AccountState, ForwardState, Hold, HoldReason, HoldScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A rep's command at one account. `numbers` are the invoices it is about, may be empty.

    `is_named`: the command names them itself; else they are those of the forward answered.
    """

    id: str
    state: AccountState
    by: str
    forward: ForwardState | None
    numbers: tuple[str, ...]
    conditions: Conditions
    house: House
    now: datetime
    today: date
    calendar: BusinessCalendar
    is_named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command did: events, a sentence, and how to take it back."""

    events: tuple[Event, ...]
    sentence: str
    undo: str = ""
    is_answer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a command changed nothing, and what to write instead."""

    sentence: str


Answer = Done | Refused


def open_ones(desk: Desk) -> tuple[str, ...] | Refused:
    """Return the open invoices the command is about; the only open one where none is named."""
    is_open = open_numbers(desk.state)
    numbers = desk.numbers or (is_open if len(is_open) == 1 else ())
    if not numbers:
        return Refused(
            sentence=f"It is not clear which invoice is meant: add `for NUMBER` ({names(is_open)})."
            if is_open
            else "Nothing is open on this account."
        )
    found = tuple(number for number in numbers if number in is_open)
    if not found:
        return Refused(sentence=f"Nothing is open on {names(numbers)}.")
    return found


def known_ones(state: AccountState, numbers: tuple[str, ...]) -> tuple[str, ...] | Refused:
    """Return the numbers as the ledger writes them; refuse what this account does not have."""
    own = {
        item.number.casefold(): item.number for item in state.items if item.kind is ItemKind.INVOICE
    }
    missing = tuple(number for number in numbers if number.casefold() not in own)
    if missing:
        return Refused(sentence=f"This account has no invoice {names(missing)}.")
    return tuple(dict.fromkeys(own[number.casefold()] for number in numbers))


def money_of(desk: Desk, amount: Amount, numbers: tuple[str, ...]) -> Money | Refused:
    """Return an amount in the currency of the invoices."""
    opens = (open_of(desk.state, number) for number in numbers)
    currencies = tuple(dict.fromkeys(money.currency for money in opens if money is not None))
    if len(currencies) != 1:
        return Refused(sentence="The invoices have several currencies: name one with `for NUMBER`.")
    if amount.currency and amount.currency != currencies[0]:
        return Refused(sentence=f"{names(numbers)} is in {currencies[0]}, not {amount.currency}.")
    try:
        money = money_from_decimal(amount.value, currencies[0])
    except ValueError as error:
        return Refused(sentence=f"{error}.")
    if money.minor <= 0:
        return Refused(sentence="The amount must be above zero.")
    return money


def reviews_of(desk: Desk, numbers: tuple[str, ...]) -> tuple[Event, ...]:
    """Lift the review holds that this answer settles: the forward's, and the invoices' own.

    A pause for a promise that was not booked is such a review too: the answer books it or not.
    """
    asked = desk.forward.holds if desk.forward is not None else ()
    settled = tuple(
        hold
        for hold in desk.state.holds
        if (hold.id in asked and _is_review(hold) and _is_meant(desk, hold))
        or (
            hold.reason is HoldReason.REVIEW
            and hold.scope is HoldScope.INVOICE
            and hold.subject in numbers
        )
    )
    return lift_holds(settled, desk.today, f"{desk.by} answered.")


def _is_meant(desk: Desk, hold: Hold) -> bool:
    """A command that names some of the forward's invoices does not speak of the others."""
    return not desk.is_named or hold.scope is not HoldScope.INVOICE or hold.subject in desk.numbers


def _is_review(hold: Hold) -> bool:
    is_unbooked = hold.reason is HoldReason.PROMISE and not hold.awaits_ledger
    return hold.reason is HoldReason.REVIEW or is_unbooked


def is_answered(state: AccountState, forward: ForwardState) -> bool:
    """Tell whether nothing that the forward asked about still waits for somebody's answer."""
    return not any(
        hold.id in forward.holds and hold.reason is HoldReason.REVIEW and hold.until_on is None
        for hold in state.holds
    )


def resting(state: AccountState, numbers: tuple[str, ...], today: date) -> tuple[Hold, ...]:
    """Return the live holds that touch these invoices (empty: everything of the account)."""
    return tuple(
        hold
        for hold in state.live_holds(today)
        if hold.scope is not HoldScope.INVOICE or not numbers or hold.subject in numbers
    )


def described(state: AccountState, numbers: tuple[str, ...], today: date) -> str:
    """Say what rests, in one line."""
    holds = resting(state, numbers, today)
    if not holds:
        return f"{names(numbers) or 'the account'}: nothing rests"
    return "; ".join(
        f"{hold.subject}: {hold.reason.value.replace('_', ' ')} "
        + (f"through {hold.until_on}" if hold.until_on else "until lifted")
        for hold in holds
    )
