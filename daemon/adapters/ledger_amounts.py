"""The amounts of one row: what is open, of what total, as invoice, credit note or payment.

Accounting exports state it in four ways: total and open; total and paid; debit and credit
with a balance; an unsigned amount with a side. The result is always: claims positive,
credit notes and unapplied payments negative, and open never more than the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from daemon.adapters.ledger_columns import Column
from daemon.adapters.ledger_places import is_currency
from daemon.adapters.ledger_values import SYMBOLS, kind_of
from daemon.core.model import ItemKind
from daemon.core.money import Money, money_from_decimal

MINOR_MAX = 10**15
CREDIT_SIDES = frozenset({"H", "HABEN", "C", "CR", "CREDIT"})
DEBIT_SIDES = frozenset({"S", "SOLL", "D", "DR", "DEBIT", ""})
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
CROWNS = frozenset({"SEK", "NOK", "DKK", "ISK"})

Stated = Mapping[Column, "tuple[Decimal, str] | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAmounts:
    """What a row says in money: `open` and `total` carry the sign of their kind."""

    kind: ItemKind
    total: Money
    open: Money


def row_amounts(
    stated: Stated, *, side: str, kind: str, currency: str, default_currency: str
) -> RowAmounts:
    """Bring a row's amounts into one form.

    Args:
        stated: The amounts that the row states, with the currency that each cell names or "".
        side: Debit or credit, where a column says so; empty otherwise.
        kind: The kind as the file writes it; empty = by the sign of what is open.
        currency: The currency cell; empty = named by an amount, else `default_currency`.

    Raises:
        ValueError: A sentence with the mend.
    """
    total, still_open = _total_and_open(stated)
    if still_open is None:
        raise ValueError("the open amount is empty: write 0.00 where nothing is open")
    if side.upper() in CREDIT_SIDES:
        still_open, total = -abs(still_open), None if total is None else -abs(total)
    elif side.upper() not in DEBIT_SIDES:
        raise ValueError(f"the side {side!r} is not known: write S or H, debit or credit")
    if total is None:
        total = still_open
    found_kind = kind_of(kind) if kind else ItemKind.INVOICE
    if found_kind is ItemKind.INVOICE:
        is_negative = still_open < 0 or (still_open == 0 and total < 0)
        found_kind = ItemKind.CREDIT_NOTE if is_negative else ItemKind.INVOICE
    else:
        still_open, total = -abs(still_open), -abs(total)
    if total * still_open < 0:
        raise ValueError(f"total {total} and open {still_open} have different signs: mend one")
    if abs(still_open) > abs(total):
        raise ValueError(
            f"open {still_open} is more than the total {total}: mend one, or map total to the "
            "gross amount"
        )
    code = _currency(stated, currency, default_currency)
    return RowAmounts(kind=found_kind, total=_money(total, code), open=_money(still_open, code))


def _total_and_open(stated: Stated) -> tuple[Decimal | None, Decimal | None]:
    def value(column: Column) -> Decimal | None:
        found = stated.get(column)
        return None if found is None else found[0]

    total, still_open, paid = value(Column.TOTAL), value(Column.OPEN), value(Column.PAID)
    debit, credit = value(Column.DEBIT), value(Column.CREDIT)
    if debit is not None or credit is not None:
        booked, cleared = debit or Decimal(0), credit or Decimal(0)
        if total is None:
            total = booked or -cleared
        if still_open is None:
            still_open = booked - cleared
    if still_open is None and total is not None and paid is not None:
        still_open = total - abs(paid) if total >= 0 else total + abs(paid)
    return total, still_open


def _currency(stated: Stated, cell: str, default: str) -> str:
    named = {found[1] for found in stated.values() if found is not None and found[1]}
    code = cell.upper()
    if cell.casefold() in SYMBOLS:
        family = {"$": DOLLARS, "kr": CROWNS}.get(cell.casefold(), frozenset({default}))
        code = SYMBOLS[cell.casefold()] or default
        if not SYMBOLS[cell.casefold()] and default not in family:
            raise ValueError(f"the currency {cell!r} is not clear: write its code, as in USD")
    if code:
        named.add(code)
    if len(named) > 1:
        raise ValueError(f"two currencies in one row, {' and '.join(sorted(named))}: mend one")
    found = named.pop() if named else default
    if not is_currency(found):
        raise ValueError(f"the currency {found!r} is not known: write its code, as in EUR")
    return found


def _money(value: Decimal, currency: str) -> Money:
    try:
        money = money_from_decimal(value, currency)
    except ValueError as error:
        raise ValueError(f"{error}: mend the amount or its currency") from error
    if abs(money.minor) >= MINOR_MAX:
        raise ValueError(f"{value} {currency} is too large to be an invoice: mend the amount")
    return money
