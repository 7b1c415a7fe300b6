"""One ledger row: cells to a valid LedgerRow, or to errors that say where and how to mend.

A fault in money, dates, identity or flags sets the whole row aside; a fault in a cell that
has a safe default (address, country, language, …) blanks the cell and keeps the row. Both
are reported. Values that depend on each other are checked here: signs, totals, dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from daemon.adapters.addresses import normalise_address, split_addresses
from daemon.adapters.ledger_amounts import RowAmounts, row_amounts
from daemon.adapters.ledger_columns import AMOUNT_COLUMNS, PARTY, SOFT, Column, Header
from daemon.adapters.ledger_dates import DateOrder, date_of
from daemon.adapters.ledger_places import country_code, language_code, zone_name
from daemon.adapters.ledger_values import (
    Amount,
    Cell,
    DecimalMark,
    amount_of,
    clean_text,
    number_text,
    yes_or_no,
)
from daemon.core.feed import ContactRow, LedgerRow, RowError
from daemon.core.model import Contact, ItemKind
from daemon.core.money import Money, money_from_decimal

Value = TypeVar("Value")

ADDRESSES_MAX = 10
NAME_CHARACTERS_MAX = 200
NUMBER_CHARACTERS_MAX = 100
TEXTS_KEPT_MAX = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How this file writes things: decimal mark, order of day and month, missing currency."""

    mark: DecimalMark | None
    order: DateOrder | None
    currency: str
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Party:
    email: str
    country: str
    zone: str
    language: str
    segment: str
    owner: str
    procedure: str


class RowReader:
    """Reads the rows of one file under one set of conventions and gathers what is wrong."""

    def __init__(self, source: str, header: Header, conventions: Conventions) -> None:
        self.errors: list[RowError] = []
        self.contacts: list[ContactRow] = []
        self._source = source
        self._header = header
        self._conventions = conventions
        self._line = 0
        self._filled: dict[Column, Cell] = {}
        self._faults: list[RowError] = []
        self._is_sound = True
        self._addresses: dict[str, str | ValueError] = {}
        self._parties: dict[tuple[Cell, ...], _Party] = {}
        self._texts: dict[str, str] = {}
        self._dates: dict[str, date | None] = {}
        self._made_numbers: dict[tuple[str, str], int] = {}
        self._codes: dict[tuple[Column, str], str] = {}

    def read(self, line: int, cells: tuple[Cell, ...]) -> LedgerRow | None:
        """Read one row; None where it is set aside (the reason is in `errors`)."""
        self._line, self._faults, self._is_sound = line, [], True
        width = len(cells)
        self._filled = {
            column: cells[place]
            for column, place in self._header.places
            if place < width and cells[place] is not None and cells[place] != ""
        }
        account = self._short(Column.ACCOUNT)
        name = self._short(Column.NAME)
        number = self._take(Column.NUMBER, number_text, "")
        row = self._row(account or name, name or account, number)
        self.errors.extend(
            fault
            if self._is_sound
            else RowError(
                source=fault.source,
                line=fault.line,
                column=fault.column,
                sentence=fault.sentence,
                account=account or name,
                number=number,
            )
            for fault in self._faults
        )
        return row if self._is_sound else None

    def fault(self, line: int, column: Column | None, sentence: str, row: LedgerRow | None) -> None:
        """Note an error of a row that was read already."""
        self.errors.append(
            RowError(
                source=self._source,
                line=line,
                column="" if column is None else self._header.shown(column),
                sentence=sentence,
                account="" if row is None else row.account,
                number="" if row is None else row.number,
            )
        )

    def _row(self, account: str, name: str, number: str) -> LedgerRow | None:
        if not account:
            self._refuse(Column.ACCOUNT, "neither account nor name: say who owes this")
        amounts = self._amounts()
        issued_on = self._date(Column.ISSUED)
        due_on = self._date(Column.DUE)
        if amounts is None:
            return None
        is_claim = amounts.kind is ItemKind.INVOICE
        if due_on is None and not is_claim:
            due_on = issued_on or self._conventions.as_of
        if not number and not is_claim:
            number = self._made_number(account, f"{amounts.kind.value} {due_on}")
        self._check_identity(number, issued_on, due_on, is_claim)
        if due_on is None or not self._is_sound:
            return None
        party = self._party(account)
        row = LedgerRow(
            line=self._line,
            account=account,
            name=name,
            number=number,
            kind=amounts.kind,
            issued_on=issued_on,
            due_on=due_on,
            total=amounts.total,
            open=amounts.open,
            email=party.email,
            country=party.country,
            zone=party.zone,
            language=party.language,
            segment=party.segment,
            owner=party.owner,
            procedure=party.procedure,
            purchase_order=self._short(Column.PURCHASE_ORDER),
            terms=self._short(Column.TERMS),
            payment_reference=self._short(Column.PAYMENT_REFERENCE),
            pdf=self._take(Column.PDF, clean_text, ""),
            replaces=self._short(Column.REPLACES),
            is_disputed=self._take(Column.DISPUTED, yes_or_no, False),
            is_on_hold=self._take(Column.ON_HOLD, yes_or_no, False),
            is_protected=self._take(Column.PROTECTED, yes_or_no, False),
            is_excluded=self._take(Column.EXCLUDED, yes_or_no, False),
            is_autopay=self._take(Column.AUTOPAY, yes_or_no, False),
            credit_limit=self._credit_limit(amounts.open.currency),
            last_level=self._short(Column.LAST_LEVEL),
            last_letter_on=self._date(Column.LAST_LETTER_ON),
            instalments_due_on=self._take(Column.INSTALMENTS, self._dates_in, ()),
        )
        return row if self._is_sound else None

    def _party(self, account: str) -> _Party:
        """Read what a row says of the debtor; sound cells that come again are read once."""
        key = (account, *map(self._filled.get, PARTY))
        known = self._parties.get(key)
        if known is not None:
            return known
        before = len(self._faults)
        party = _Party(
            email=self._email(account),
            country=self._code(Column.COUNTRY, country_code),
            zone=self._code(Column.ZONE, zone_name),
            language=self._code(Column.LANGUAGE, language_code),
            segment=self._short(Column.SEGMENT),
            owner=self._code(Column.OWNER, normalise_address),
            procedure=self._short(Column.PROCEDURE),
        )
        if len(self._faults) == before and len(self._parties) < TEXTS_KEPT_MAX:
            self._parties[key] = party
        return party

    def _made_number(self, account: str, stem: str) -> str:
        """Name a payment or credit note that the file leaves without a number."""
        count = self._made_numbers[account, stem] = self._made_numbers.get((account, stem), 0) + 1
        return stem if count == 1 else f"{stem} ({count})"

    # --- one cell ---------------------------------------------------------------------------

    def _refuse(self, column: Column, sentence: str) -> None:
        self._faults.append(
            RowError(
                source=self._source,
                line=self._line,
                column=self._header.shown(column),
                sentence=sentence,
            )
        )
        if column not in SOFT:
            self._is_sound = False

    def _take(self, column: Column, read: Callable[[Cell], Value], default: Value) -> Value:
        cell = self._filled.get(column)
        if cell is None:
            return default
        try:
            return read(cell)
        except ValueError as error:
            self._refuse(column, str(error))
            return default

    def _short(self, column: Column) -> str:
        cell = self._filled.get(column)
        if cell is None:
            return ""
        # Most texts of a ledger come again and again; the limit keeps a hostile file harmless.
        known = self._texts.get(cell) if isinstance(cell, str) else None
        if known is not None:
            return known
        text = self._take(column, clean_text, "")
        is_usual = 0 < len(text) <= NAME_CHARACTERS_MAX and len(self._texts) < TEXTS_KEPT_MAX
        if isinstance(cell, str) and is_usual:
            self._texts[cell] = text
        if len(text) > NAME_CHARACTERS_MAX:
            self._refuse(column, f"longer than {NAME_CHARACTERS_MAX} characters: shorten it")
        return text

    def _date(self, column: Column) -> date | None:
        cell = self._filled.get(column)
        if not isinstance(cell, str):
            return self._take(column, self._one_date, None)
        if cell not in self._dates:
            before = len(self._faults)
            found = self._take(column, self._one_date, None)
            if len(self._faults) == before:
                self._dates[cell] = found
            return found
        return self._dates[cell]

    def _one_amount(self, cell: Cell) -> Amount | None:
        return amount_of(cell, self._conventions.mark)

    def _one_date(self, cell: Cell) -> date | None:
        return date_of(cell, self._conventions.order)

    def _dates_in(self, cell: Cell) -> tuple[date, ...]:
        parts = re.split(r"[;|,]\s*", clean_text(cell)) if isinstance(cell, str) else [cell]
        found = (self._one_date(part) for part in parts)
        return tuple(sorted(day for day in found if day is not None))

    def _code(self, column: Column, read: Callable[[str], str]) -> str:
        text = self._short(column)
        if not text:
            return ""
        if (column, text) not in self._codes:
            try:
                self._codes[column, text] = read(text)
            except ValueError as error:
                self._refuse(column, str(error))
                return ""
        return self._codes[column, text]

    def _email(self, account: str) -> str:
        found: list[str] = []
        for part in split_addresses(self._take(Column.EMAIL, clean_text, ""))[:ADDRESSES_MAX]:
            known = self._addresses.get(part)
            if known is None:
                try:
                    known = normalise_address(part)
                except ValueError as error:
                    known = error
                self._addresses[part] = known
            if isinstance(known, ValueError):
                self._refuse(Column.EMAIL, f"{known}: mend it, or leave the cell empty")
            elif known not in found:
                found.append(known)
        self.contacts.extend(
            ContactRow(line=self._line, account=account, contact=Contact(address=address))
            for address in found[1:]
        )
        return found[0] if found else ""

    # --- cells that depend on each other ------------------------------------------------------

    def _amounts(self) -> RowAmounts | None:
        def amount(column: Column) -> tuple[Decimal, str] | None:
            found = self._take(column, self._one_amount, None)
            return None if found is None else (found.value, found.currency)

        stated: dict[Column, tuple[Decimal, str] | None] = {
            column: amount(column) for column in AMOUNT_COLUMNS if column in self._filled
        }
        if not self._is_sound:
            return None
        try:
            return row_amounts(
                stated,
                side=self._short(Column.SIDE),
                kind=self._short(Column.KIND),
                currency=self._short(Column.CURRENCY),
                default_currency=self._conventions.currency,
            )
        except ValueError as error:
            self._refuse(Column.OPEN, str(error))
            return None

    def _credit_limit(self, currency: str) -> Money | None:
        def limit(cell: Cell) -> Money | None:
            found = amount_of(cell, self._conventions.mark)
            return None if found is None else money_from_decimal(found.value, currency)

        return self._take(Column.CREDIT_LIMIT, limit, None)

    def _check_identity(
        self, number: str, issued_on: date | None, due_on: date | None, is_claim: bool
    ) -> None:
        if not number:
            self._refuse(Column.NUMBER, "the invoice number is empty: fill it in")
        if len(number) > NUMBER_CHARACTERS_MAX:
            self._refuse(Column.NUMBER, f"longer than {NUMBER_CHARACTERS_MAX} characters")
        if due_on is None and self._is_sound:
            self._refuse(Column.DUE, "the due date is empty: fill it in")
        if is_claim and issued_on and due_on and due_on < issued_on:
            self._refuse(
                Column.DUE,
                f"due on {due_on}, before it was issued on {issued_on}: mend one of them",
            )
