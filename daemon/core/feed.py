"""The ledger feed as plain values: rows with their line numbers, and what is wrong with them.

Adapters read files into a `Feed`; the core compares it with what is known. A row is valid by
construction: amounts are whole minor units, dates are dates, addresses are normalised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from daemon.core.model import Contact, ItemKind
from daemon.core.money import Money


class FeedKind(StrEnum):
    """What a feed lists. The meaning of a vanished row hangs on it (DESIGN §8)."""

    OPEN_ITEMS = "open_items"
    ALL_INVOICES = "all_invoices"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row or cell that cannot be taken: where, what, and how to mend it.

    `account` and `number` are set where a whole row is set aside whose invoice can be named:
    the file does list it, so it is not to be taken as cleared or vanished.
    """

    source: str
    line: int
    column: str
    sentence: str
    account: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One row of the feed. Empty strings and None mean: the feed does not say.

    `account` is the debtor's reference (the name where the feed has no reference).
    """

    line: int
    account: str
    name: str
    number: str
    kind: ItemKind
    issued_on: date | None
    due_on: date
    total: Money
    open: Money
    email: str = ""
    country: str = ""
    zone: str = ""
    language: str = ""
    segment: str = ""
    owner: str = ""
    procedure: str = ""
    purchase_order: str = ""
    terms: str = ""
    payment_reference: str = ""
    pdf: str = ""
    replaces: str = ""
    is_disputed: bool = False
    is_on_hold: bool = False
    is_protected: bool = False
    is_excluded: bool = False
    is_autopay: bool = False
    credit_limit: Money | None = None
    last_level: str = ""
    last_letter_on: date | None = None
    instalments_due_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """One row of contacts.csv."""

    line: int
    account: str
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A ledger file as read. `as_of_source` says where the as-of date came from.

    `refusal` is a sentence where the file as a whole cannot be taken (then `rows` is empty,
    and nothing may be concluded from that); `passed_over` counts blank, total and group rows.
    """

    source: str
    sha256: str
    kind: FeedKind
    as_of: date
    as_of_source: str
    rows: tuple[LedgerRow, ...]
    contacts: tuple[ContactRow, ...]
    errors: tuple[RowError, ...]
    passed_over: int = 0
    refusal: str = ""
