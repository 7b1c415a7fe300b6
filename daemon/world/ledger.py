"""The accounting system: it books payments and exports its open items every business morning.

It knows nothing of letters. Amounts are whole minor units; a row that is settled is listed no
more, and an invoice is listed from its issue date on.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from daemon.core.money import Money

COLUMNS = (
    "account", "name", "number", "kind", "issued", "due", "currency", "total", "open", "email",
    "country", "language", "zone", "po",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A customer as accounting knows it; `addresses` are further contacts: address, role."""

    reference: str
    name: str
    email: str
    country: str
    zone: str
    language: str
    currency: str
    addresses: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class BookRow:
    """One open item; `total` and `open` in minor units, negative where we owe."""

    reference: str
    number: str
    kind: str
    issued: date
    due: date
    total: int
    open: int
    purchase_order: str = ""


@dataclass(slots=True)
class Book:
    """The whole accounting system."""

    debtors: dict[str, Debtor] = field(default_factory=dict)
    rows: dict[str, BookRow] = field(default_factory=dict)

    def add(self, debtor: Debtor, rows: tuple[BookRow, ...]) -> None:
        """Take on a customer with its items."""
        self.debtors[debtor.reference] = debtor
        for row in rows:
            assert row.number not in self.rows, "a number is given once"
            self.rows[row.number] = row

    def settle(self, number: str, minor: int | None) -> int:
        """Book a payment or a credit, at most what is open; returns what was booked."""
        row = self.rows[number]
        booked = row.open if minor is None else min(minor, row.open)
        row.open -= booked
        return booked

    def reverse(self, number: str) -> None:
        """Take a payment back: the item is open again, all of it."""
        self.rows[number].open = self.rows[number].total

    def money(self, number: str, minor: int) -> Money:
        """Return an amount in the currency of an item."""
        return Money(minor, self.debtors[self.rows[number].reference].currency)

    def items_of(self, reference: str) -> tuple[BookRow, ...]:
        """Return every item of a customer, settled ones too."""
        return tuple(row for row in self.rows.values() if row.reference == reference)

    def listed(self, as_of: date) -> tuple[BookRow, ...]:
        """Return what an export of that date lists."""
        return tuple(row for row in self.rows.values() if row.open and row.issued <= as_of)

    def export(self, folder: Path, as_of: date) -> Path:
        """Write the open items with their date, and the contacts; returns the ledger file."""
        path = folder / f"open-items-{as_of.isoformat()}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(f"Open items as of {as_of.isoformat()}\n")
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in self.listed(as_of):
                debtor = self.debtors[row.reference]
                writer.writerow(
                    (
                        debtor.reference, debtor.name, row.number, row.kind,
                        row.issued.isoformat(), row.due.isoformat(), debtor.currency,
                        major(row.total, debtor.currency), major(row.open, debtor.currency),
                        debtor.email, debtor.country, debtor.language, debtor.zone,
                        row.purchase_order,
                    )
                )  # fmt: skip
        with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("account", "email", "role", "name", "language"))
            for reference in dict.fromkeys(row.reference for row in self.listed(as_of)):
                debtor = self.debtors[reference]
                for address, role in debtor.addresses:
                    writer.writerow((debtor.reference, address, role, "", debtor.language))
        return path


def major(minor: int, currency: str) -> str:
    """Write minor units with as many decimals as the currency has."""
    return str(Money(minor, currency).decimal)
