"""What a ledger changes in one account: items new, changed, cleared, reopened or vanished.

Only what differs becomes an event. Balances and flags are the ledger's word; holds of other
sources do not move. Source: DESIGN §1 and §8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from daemon.core.calendar import BusinessCalendar, calendar_of
from daemon.core.events import (
    Event,
    HoldLifted,
    HoldOpened,
    InvoiceClosed,
    InvoiceReopened,
    ItemsChanged,
)
from daemon.core.feed import Feed, FeedKind, LedgerRow
from daemon.core.house import House
from daemon.core.levels import procedure_of
from daemon.core.model import AccountFacts, Item, ItemKind
from daemon.core.money import Money
from daemon.core.state import AccountState, Hold, HoldReason, HoldScope, HoldSource, Stage
from daemon.core.take_on import enter

UNLISTED = "unlisted"
VANISHED = "vanished"
SOURCE = "source"
TWICE = "twice"
REOPENED = "reopened"


class DifferenceKind(StrEnum):
    """How a ledger differs from the one before."""

    NEW = "new"
    AMOUNT = "amount"
    DUE_DATE = "due_date"
    PAID_IN_PART = "paid_in_part"
    CLEARED = "cleared"
    REOPENED = "reopened"
    VANISHED = "vanished"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change that an import shows: `number` is empty for a change of contacts."""

    kind: DifferenceKind
    account: str
    number: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountImport:
    """One account's part of an import: its rows by number, and what was known of it.

    `set_aside` are this account's numbers whose rows could not be read; `is_complete` is False
    where rows could not be read that name no invoice: what is missing may be among them.
    """

    facts: AccountFacts
    state: AccountState | None
    rows: Mapping[str, LedgerRow]
    twice: frozenset[str]
    feed: Feed
    house: House
    snapshot: str
    now: datetime
    is_first_import: bool
    is_complete: bool
    set_aside: frozenset[str] = frozenset()

    @property
    def calendar(self) -> BusinessCalendar:
        """The debtor's calendar."""
        return calendar_of(self.facts.country, self.facts.zone, self.house.days_off)

    @property
    def today(self) -> date:
        """The debtor's local date."""
        return self.calendar.today(self.now)

    def known(self, number: str) -> Item | None:
        """Return the item as it was known before."""
        return None if self.state is None else self.state.item(number)


def item_of(row: LedgerRow, before: Item | None, as_of: date) -> Item:
    """Turn a row into an item: a negative invoice is a credit note, credits are negative."""
    kind, owed, total = row.kind, row.open, row.total
    if kind is ItemKind.INVOICE and owed.minor < 0:
        kind = ItemKind.CREDIT_NOTE
    if kind is not ItemKind.INVOICE:
        owed = Money(-abs(owed.minor), owed.currency)
        total = Money(-abs(total.minor), total.currency)
    return Item(
        number=row.number,
        kind=kind,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=total,
        open=owed,
        first_seen_on=before.first_seen_on if before is not None else as_of,
        purchase_order=row.purchase_order,
        terms=row.terms,
        payment_reference=row.payment_reference,
        pdf=row.pdf,
        replaces=row.replaces,
        is_disputed_at_source=row.is_disputed,
        is_on_hold_at_source=row.is_on_hold,
        instalments_due_on=row.instalments_due_on,
        last_level=row.last_level or None,
        last_letter_on=row.last_letter_on,
    )


def account_changes(
    change: AccountImport,
) -> tuple[tuple[Event, ...], tuple[Difference, ...]]:
    """Return the events of one account's items, in order, and the differences they show."""
    items: list[Item] = []
    after: list[Event] = []
    differences: list[Difference] = []
    holds = _holds_by_id(change.state)
    entries = {} if change.state is None else {e.number: e for e in change.state.sequences}
    before_items = {} if change.state is None else {i.number: i for i in change.state.items}
    for number, row in change.rows.items():
        before = before_items.get(number)
        item = item_of(row, before, change.feed.as_of)
        if item != before:
            items.append(item)
            differences.extend(_differences(change, before, item))
        stage = entries[number].stage if number in entries else None
        after.extend(_stage_events(change, item, stage, is_new=before is None))
        after.extend(_hold_events(change, item, holds))
    missing = [
        item
        for number, item in before_items.items()
        if item.is_listed and number not in change.rows
    ]
    for item in missing:
        gone, events, found = _missing(change, item, holds)
        items.extend(gone)
        after.extend(events)
        differences.extend(found)
    if not items:
        return tuple(after), tuple(differences)
    changed = ItemsChanged(
        snapshot=change.snapshot,
        as_of=change.feed.as_of,
        items=tuple(sorted(items, key=lambda item: item.number)),
        because=f"ledger {change.feed.source} as of {change.feed.as_of.isoformat()}",
    )
    return (changed, *after), tuple(differences)


def _stage_events(
    change: AccountImport, item: Item, stage: Stage | None, *, is_new: bool
) -> list[Event]:
    if item.kind is not ItemKind.INVOICE:
        return []
    if item.open.minor <= 0:
        if stage is Stage.CLOSED:
            return []
        because = "nothing was open at first sight" if is_new else "nothing is open any more"
        return [InvoiceClosed(number=item.number, snapshot=change.snapshot, because=because)]
    if stage is None:
        entered = enter(
            item,
            procedure_of(change.facts, change.house.policy),
            change.calendar,
            change.house.policy,
            as_of=change.feed.as_of,
            today=change.today,
            is_take_on=change.is_first_import,
        )
        return [entered]
    if stage is not Stage.CLOSED:
        return []
    because = "the ledger lists it as open again"
    days = change.house.policy.review_business_days
    until = change.calendar.add_business_days(change.today, days)
    return [
        InvoiceReopened(number=item.number, snapshot=change.snapshot, because=because),
        _open(change, REOPENED, item, HoldReason.REVIEW, because, until),
    ]


def _hold_events(
    change: AccountImport, item: Item, holds: Mapping[str, Sequence[Hold]]
) -> list[Event]:
    """Open and lift the holds that the ledger alone is the source of."""
    events: list[Event] = []
    is_open = item.kind is ItemKind.INVOICE and item.open.minor > 0
    is_flagged = is_open and (item.is_disputed_at_source or item.is_on_hold_at_source)
    word = "disputed" if item.is_disputed_at_source else "on hold"
    wanted = {
        SOURCE: (is_flagged, HoldReason.SOURCE_FLAG, f"the ledger marks it as {word}"),
        TWICE: (
            is_open and item.number in change.twice,
            HoldReason.REVIEW,
            "the ledger lists this number more than once",
        ),
        VANISHED: (False, HoldReason.REVIEW, ""),
        UNLISTED: (False, HoldReason.REVIEW, ""),
    }
    for name, (is_wanted, reason, because) in wanted.items():
        standing = holds.get(f"{name}|{item.number}", ())
        if is_wanted and not standing:
            events.append(_open(change, name, item, reason, because, None))
        if not is_wanted:
            events.extend(_lift(change, hold, "the ledger is in order again") for hold in standing)
    return events


def _missing(
    change: AccountImport, item: Item, holds: Mapping[str, Sequence[Hold]]
) -> tuple[list[Item], list[Event], list[Difference]]:
    """An item that the feed no longer lists: cleared, or held where that is not certain."""
    is_open = item.kind is ItemKind.INVOICE and item.open.minor > 0
    was = str(item.open)
    if change.feed.kind is FeedKind.ALL_INVOICES:
        if not is_open or item.is_vanished:
            return [], [], []
        because = "the ledger lists all invoices, but no longer this one"
        hold = _open(change, VANISHED, item, HoldReason.REVIEW, because, None)
        found = _difference(change, DifferenceKind.VANISHED, item.number, was, "not listed")
        return [replace(item, is_vanished=True)], [hold], [found]
    standing = holds.get(f"{UNLISTED}|{item.number}", ())
    is_named = item.number in change.set_aside
    if (is_named or not change.is_complete) and item.open.minor != 0:
        # A credit that may still stand goes on counting: nobody is asked for too much.
        if standing or not is_open:
            return [], [], []
        because = (
            "its row in the ledger could not be read"
            if is_named
            else "the ledger does not list it, but some of its rows could not be read"
        )
        hold = _open(change, UNLISTED, item, HoldReason.REVIEW, because, None)
        found = _difference(change, DifferenceKind.VANISHED, item.number, was, "not listed")
        return [], [hold], [found]
    gone = replace(item, open=Money(0, item.open.currency), is_listed=False)
    events: list[Event] = []
    if item.kind is ItemKind.INVOICE and is_open:
        because = "the ledger no longer lists it: cleared"
        events.append(InvoiceClosed(number=item.number, snapshot=change.snapshot, because=because))
    events.extend(
        _lift(change, hold, "the invoice is cleared")
        for name in (UNLISTED, VANISHED, SOURCE, TWICE)
        for hold in holds.get(f"{name}|{item.number}", ())
    )
    return [gone], events, [_difference(change, DifferenceKind.CLEARED, item.number, was, "0")]


def _holds_by_id(state: AccountState | None) -> dict[str, list[Hold]]:
    """Index the ledger's own holds by `name|number`: their ids begin so."""
    found: dict[str, list[Hold]] = {}
    for hold in () if state is None else state.holds:
        if hold.source is HoldSource.LEDGER:
            name = hold.id.split("|", 1)[0]
            found.setdefault(f"{name}|{hold.subject}", []).append(hold)
    return found


def _open(
    change: AccountImport,
    name: str,
    item: Item,
    reason: HoldReason,
    because: str,
    until: date | None,
) -> HoldOpened:
    hold = Hold(
        id=f"{name}|{item.number}|{change.snapshot}",
        reason=reason,
        scope=HoldScope.INVOICE,
        subject=item.number,
        since_at=change.now,
        until_on=until,
        source=HoldSource.LEDGER,
        origin=change.snapshot,
        because=because,
    )
    return HoldOpened(hold=hold)


def _lift(change: AccountImport, hold: Hold, because: str) -> HoldLifted:
    return HoldLifted(hold=hold.id, on=change.today, because=because)


def _differences(change: AccountImport, before: Item | None, item: Item) -> list[Difference]:
    number, owed = item.number, str(item.open)
    if before is None:
        return [_difference(change, DifferenceKind.NEW, number, "", owed)]
    if not before.is_listed and item.open.minor > 0:
        return [_difference(change, DifferenceKind.REOPENED, number, str(before.open), owed)]
    found: list[Difference] = []
    if item.due_on != before.due_on:
        kind = DifferenceKind.DUE_DATE
        dates = before.due_on.isoformat(), item.due_on.isoformat()
        found.append(_difference(change, kind, number, *dates))
    if item.open != before.open:
        kind = DifferenceKind.AMOUNT
        is_same_total = item.total == before.total
        if item.kind is ItemKind.INVOICE and item.open.minor <= 0:
            kind = DifferenceKind.CLEARED
        elif is_same_total and abs(item.open.minor) < abs(before.open.minor):
            kind = DifferenceKind.PAID_IN_PART
        found.append(_difference(change, kind, number, str(before.open), owed))
    elif item.total != before.total:
        totals = str(before.total), str(item.total)
        found.append(_difference(change, DifferenceKind.AMOUNT, number, *totals))
    return found


def _difference(
    change: AccountImport, kind: DifferenceKind, number: str, before: str, after: str
) -> Difference:
    return Difference(
        kind=kind, account=change.facts.account, number=number, before=before, after=after
    )
