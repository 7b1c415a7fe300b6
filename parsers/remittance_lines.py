"""Remittance tables: lines matched to open invoices, with what was paid, deducted and is short.

A header row names the columns where there is one; else the last amount of a line is what was
paid. Reads rows of cells, from a body, a CSV, an XLSX or a PDF alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daemon.core.money import Money, money_from_decimal
from parsers.amounts import find_amounts, parse_number
from parsers.attachments_rows import Rows, rows_of
from parsers.dates import anchor_of, find_dates_both_ways
from parsers.evidence import fold
from parsers.facts_remittance import find_remittance
from parsers.numbers import find_numbers
from parsers.reading import Defect, OpenItem, RemittanceFact

LINES_MAX = 500
CELL_MAX = 60
HEADER_ROWS_MAX = 40

_PAID = re.compile(
    r"\b(?:paid|net(?:to)?|payment|zahlbetrag|zahlung|uberwiesen|gezahlt|montant (?:regle|paye"
    r"|net)|regle"
    r"|pagado|abonado|neto|pagato|versato|netto|betaald|bedrag|pago|liquido|zaplacono|kwota|belopp"
    r"|amount|betrag|importe|importo|valor|montant)\b"
)
_DEDUCTED = re.compile(
    r"\b(?:disc(?:ount)?|deduct\w*|adj\w*|skonto|abzug|kurzung|withh\w*|retention|tds|escompte"
    r"|retenue"
    r"|deduccion|descuento|retencion|sconto|trattenut\w+|ritenut\w+|korting|inhouding|desconto"
    r"|rabat\w*"
    r"|potracen\w+|avdrag|fradrag|credit)\b"
)
_GROSS = re.compile(
    r"\b(?:gross|brutto|brut|bruto|lordo|invoice amount|rechnungsbetrag|original)\b"
)
_ITEM = re.compile(
    r"\b(?:invoice(?: no| number)?|inv|document|doc|rechnung\w*|beleg\w*|facture|factura|fattura"
    r"|factuur"
    r"|fatura|faktur\w*|reference|ref|date|datum|fecha|data)\b"
)
_NUMBER = re.compile(r"\(?-?[A-Z€£$ ]{0,5}\d[\d.,' ]*\d(?:-|\))?|\(?-?\d\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceLine:
    """One line of an advice: the open invoice, what was paid on it, what the payer took off.

    `short` is what stays open: 0 where the line pays in full, negative where it pays too much.
    """

    invoice: str
    paid: Money
    open: Money
    deducted: Money | None = None

    @property
    def short(self) -> Money:
        """What is left of the open amount after this line."""
        return Money(self.open.minor - self.paid.minor, self.open.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceAdvice:
    """What an attachment says: the payment as a whole, its lines, and what went wrong."""

    fact: RemittanceFact | None
    lines: tuple[RemittanceLine, ...] = ()
    foreign: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()


def read_advice(
    sniffed_type: str,
    octets: bytes,
    items: Sequence[OpenItem],
    today: date,
    country: str = "",
    language: str = "en",
) -> RemittanceAdvice:
    """Read an attached remittance advice.

    Args:
        sniffed_type: What the first bytes of the attachment are.
        octets: Its decoded content.
        items: The open items of the candidate accounts.
        today: The sender's day of receipt.
        country: ISO 3166 of the account, for the order of day and month.
        language: ISO 639-1 of the mail.

    Returns:
        The advice; `fact` is None where nothing could be read or no open invoice is named.
    """
    table = rows_of(sniffed_type, octets)
    if not table.rows:
        return RemittanceAdvice(fact=None, defects=table.defects)
    return advice_of(table.rows, items, today, country, language)


def advice_of(
    rows: Rows, items: Sequence[OpenItem], today: date, country: str = "", language: str = "en"
) -> RemittanceAdvice:
    """Read rows of cells as a remittance advice; see `read_advice`."""
    text = "\n".join("  ".join(cell for cell in row if cell) for row in rows)
    currency = items[0].open.currency if items else ""
    lines = find_lines(rows, items)
    amounts = find_amounts(text, currency, [item.open for item in items])
    _, past = find_dates_both_ways(text, anchor_of(today, country, currency), language)
    spans = [(day.span.start, day.span.end) for day in past]
    numbers = find_numbers(text, items, language, spans)
    if not numbers.mentions:
        return RemittanceAdvice(fact=None, foreign=numbers.foreign)
    fact = find_remittance(text, amounts, past, numbers, items, today)
    if lines:
        total = sum(line.paid.minor for line in lines)
        invoices = tuple(dict.fromkeys(line.invoice for line in lines))
        amount = fact.amount
        if amount is None or (amount.minor < total and not numbers.foreign):
            amount = Money(total, lines[0].paid.currency)
        fact = RemittanceFact(
            amount=amount, reference=fact.reference, on=fact.on, invoices=invoices
        )
    return RemittanceAdvice(fact=fact, lines=lines, foreign=numbers.foreign)


def find_lines(rows: Rows, items: Sequence[OpenItem]) -> tuple[RemittanceLine, ...]:
    """Match the lines of a table to the open items.

    A line counts where one cell names exactly one open item and another holds an amount; a
    second line of the same invoice adds to it (a deduction in a line of its own).
    """
    paid_column, deducted_column = _columns(rows)
    by_number = {item.number: item for item in items}
    found: dict[str, RemittanceLine] = {}
    for row in rows[:LINES_MAX]:
        place = _named(row, items)
        if place is None:
            continue
        index, number = place
        currency = by_number[number].open.currency
        values = {
            column: money
            for column, cell in enumerate(row)
            if column != index
            and (money := _money(cell, currency, column in (paid_column, deducted_column)))
            is not None
        }
        if not values:
            continue
        paid = values.get(paid_column) if paid_column in values else values[max(values)]
        deducted = values.get(deducted_column)
        if paid is None:
            continue
        before = found.get(number)
        if before is not None:
            paid = Money(before.paid.minor + paid.minor, currency)
            deducted = deducted or before.deducted
        found[number] = RemittanceLine(
            invoice=number, paid=paid, open=by_number[number].open, deducted=deducted
        )
    return tuple(found.values())


def _columns(rows: Rows) -> tuple[int, int]:
    """The places of the paid and of the deducted amounts by the header row; -1 where none is."""
    best: tuple[int, int, int] = (1, -1, -1)
    for row in rows[:HEADER_ROWS_MAX]:
        titles = [fold(cell) for cell in row]
        if any(_money(cell, "EUR") is not None for cell in row):
            continue
        known = sum(
            any(p.search(title) for p in (_PAID, _DEDUCTED, _GROSS, _ITEM)) for title in titles
        )
        deducted = [i for i, t in enumerate(titles) if _DEDUCTED.search(t)]
        paid = [
            i
            for i, t in enumerate(titles)
            if _PAID.search(t)
            and not _GROSS.search(t)
            and not _ITEM.search(t)
            and i not in deducted
        ]
        if paid and known > best[0]:
            best = (known, paid[-1], deducted[0] if deducted else -1)
    return best[1], best[2]


def _named(row: Sequence[str], items: Sequence[OpenItem]) -> tuple[int, str] | None:
    """The cell that names one open item, and the number of that item."""
    for index, cell in enumerate(row):
        if not any(character.isdigit() for character in cell) or len(cell) > CELL_MAX:
            continue
        hits = [m for m in find_numbers(cell, items).mentions if m.rule != "amount"]
        numbers = {number for mention in hits for number in mention.numbers}
        is_amount = _money(cell, "EUR") is not None and re.search(r"[.,]\d\d\)?-?$", cell)
        if len(numbers) == 1 and not is_amount:
            return index, numbers.pop()
    return None


def _money(cell: str, currency: str, is_titled: bool = False) -> Money | None:
    """A cell that is an amount and nothing else; brackets and a minus mean less.

    Whole numbers count only in a column whose title says that it holds amounts.
    """
    if _NUMBER.fullmatch(cell.strip()) is None:
        return None
    digits = re.sub(r"[^\d.,' ]", "", cell).strip()
    value = parse_number(digits)
    if value is None or not (is_titled or re.search(r"[.,]\d\d$|^0$", digits)):
        return None
    is_less = "-" in cell or cell.strip().startswith("(")
    try:
        return money_from_decimal(-value if is_less else Decimal(value), currency)
    except ValueError:
        return None
