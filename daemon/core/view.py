"""One account at one instant, indexed: what every rule looks at, gathered once per decision.

Built from state, house and `now` alone; it decides nothing. Indexing by invoice keeps the
work linear in the size of the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from daemon.core.calendar import BusinessCalendar, calendar_of
from daemon.core.house import House
from daemon.core.levels import LevelDue, next_level, procedure_of
from daemon.core.model import Item, ItemKind
from daemon.core.money import Money
from daemon.core.procedure import Procedure
from daemon.core.state import (
    PENDING,
    AccountState,
    Hold,
    HoldReason,
    HoldScope,
    Letter,
    Sequence,
    Stage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The account at `now`.

    `today` is the debtor's local date, `house_today` the creditor's. `pending` holds the
    letters under way or awaiting approval per invoice, `holds` every invoice's own holds, live
    or ended, `account_holds` those on the whole account.
    """

    state: AccountState
    house: House
    now: datetime
    today: date
    house_today: date
    calendar: BusinessCalendar
    house_calendar: BusinessCalendar
    procedure: Procedure
    entries: Mapping[str, Sequence]
    items: Mapping[str, Item]
    pending: Mapping[str, tuple[Letter, ...]]
    holds: Mapping[str, tuple[Hold, ...]]
    account_holds: tuple[Hold, ...]

    def holds_on(self, number: str) -> tuple[Hold, ...]:
        """Return every hold on the invoice or the whole account, live or ended."""
        return (*self.account_holds, *self.holds.get(number, ()))

    def live_holds_on(self, number: str) -> tuple[Hold, ...]:
        """Return the holds that rest on the invoice today."""
        return tuple(hold for hold in self.holds_on(number) if hold.is_live(self.today))

    def open_invoices(self) -> tuple[Item, ...]:
        """Return the invoices whose sequence is not closed, ordered by number."""
        return tuple(
            self.items[number]
            for number, entry in self.entries.items()
            if entry.stage is not Stage.CLOSED and number in self.items
        )


def view_of(state: AccountState, house: House, now: datetime) -> View:
    """Index an account for one decision at `now` (aware UTC)."""
    calendar = calendar_of(state.facts.country, state.facts.zone, house.days_off)
    house_calendar = creditor_calendar(house)
    pending: dict[str, list[Letter]] = {}
    for letter in state.letters:
        if letter.stage in PENDING:
            for line in letter.lines:
                pending.setdefault(line.number, []).append(letter)
    holds: dict[str, list[Hold]] = {}
    for hold in state.holds:
        if hold.scope is HoldScope.INVOICE:
            holds.setdefault(hold.subject, []).append(hold)
    return View(
        state=state,
        house=house,
        now=now,
        today=calendar.today(now),
        house_today=house_calendar.today(now),
        calendar=calendar,
        house_calendar=house_calendar,
        procedure=procedure_of(state.facts, house.policy),
        entries={entry.number: entry for entry in state.sequences},
        items={item.number: item for item in state.items},
        pending={number: tuple(letters) for number, letters in pending.items()},
        holds={number: tuple(found) for number, found in holds.items()},
        account_holds=tuple(hold for hold in state.holds if hold.scope is HoldScope.ACCOUNT),
    )


def creditor_calendar(house: House) -> BusinessCalendar:
    """Return the calendar that freshness and the reps' deadlines count."""
    return calendar_of(house.creditor.country, house.creditor.zone, house.days_off)


def level_due(
    view: View, item: Item, first_import_on: date | None, went_live_on: date | None
) -> LevelDue | None:
    """Return the invoice's next level, or None where none follows."""
    entry = view.entries.get(item.number)
    if entry is None:
        return None
    return next_level(
        entry,
        item,
        view.holds_on(item.number),
        view.procedure,
        view.calendar,
        view.house.policy,
        today=view.today,
        first_import_on=first_import_on,
        went_live_on=went_live_on,
    )


def disputed(view: View, item: Item) -> Money:
    """Return how much of the open balance is disputed: all of it where no amount is named."""
    total = 0
    owed = max(item.open.minor, 0)
    for hold in view.live_holds_on(item.number):
        if hold.reason is not HoldReason.DISPUTE:
            continue
        if hold.amount is None or hold.amount.currency != item.open.currency:
            return Money(owed, item.open.currency)
        total += max(hold.amount.minor, 0)
    return Money(min(total, owed), item.open.currency)


def undisputed(view: View, item: Item) -> Money:
    """Return what of the open balance may be demanded."""
    owed = Money(max(item.open.minor, 0), item.open.currency)
    return owed - disputed(view, item)


def resting_holds(view: View, item: Item) -> tuple[Hold, ...]:
    """Return the live holds under which this invoice rests as a whole.

    A dispute over a part only takes that part out of the demand; the rest goes on.
    """
    is_partial = undisputed(view, item).minor > 0
    return tuple(
        hold
        for hold in view.live_holds_on(item.number)
        if not (
            is_partial and hold.reason is HoldReason.DISPUTE and hold.scope is HoldScope.INVOICE
        )
    )


def is_demandable(item: Item) -> bool:
    """Tell whether the ledger states a claim here: an invoice, listed, with a balance."""
    is_stated = item.is_listed and not item.is_vanished
    return item.kind is ItemKind.INVOICE and is_stated and item.open.minor > 0
