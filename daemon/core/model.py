"""The ledger's nouns: creditor, account, contact, open item. Facts only, no process state.

Everything here comes from the ledger feed or the configuration; what Duly did with it is in
`state.py`. Amounts are `Money` (whole minor units), dates are calendar dates without a zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from daemon.core.money import Money


class ItemKind(StrEnum):
    """What an open item is: a claim, a credit note, or money not yet applied."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"


class ContactRole(StrEnum):
    """What an address is for."""

    AP = "ap"
    ESCALATION = "escalation"
    CC = "cc"


class ContactStatus(StrEnum):
    """Whether an address may be written to."""

    USABLE = "usable"
    BOUNCED = "bounced"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An address that letters come from: mailbox address and the honest display name."""

    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """Our legal entity, printed in every letter."""

    key: str
    name: str
    postal_address: tuple[str, ...]
    country: str
    zone: str
    language: str
    currency: str
    bank_name: str = ""
    iban: str = ""
    bic: str = ""
    payment_link: str = ""
    vat_number: str = ""
    sender: Sender
    escalated_sender: Sender | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An address of an account, in normalised form (lower-cased domain, NFC)."""

    address: str
    role: ContactRole = ContactRole.AP
    name: str = ""
    language: str | None = None
    status: ContactStatus = ContactStatus.USABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """The debtor as the ledger feed and the configuration describe it.

    `country`, `zone` and `language` are already resolved (DESIGN §1: missing in the feed =
    the creditor's). `owner` is a rep's address.
    """

    creditor: str
    reference: str
    name: str
    country: str
    zone: str
    language: str
    owner: str
    segment: str = "regular"
    procedure: str | None = None
    credit_limit: Money | None = None
    is_protected: bool = False
    is_excluded: bool = False
    is_autopay: bool = False

    @property
    def account(self) -> str:
        """The account's id, unique over all creditors."""
        return f"{self.creditor}/{self.reference}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One open item as the last ledger that named it states it.

    `open` is what is still owed (negative for credit notes and unapplied payments);
    `total` the original amount. `first_seen_on` is the as-of date of the ledger that first
    named it. `is_listed` is False once an `open_items` feed no longer names it (cleared)
    or an `all_invoices` feed lost it (then `is_vanished`).
    """

    number: str
    kind: ItemKind
    issued_on: date | None
    due_on: date
    total: Money
    open: Money
    first_seen_on: date
    purchase_order: str = ""
    terms: str = ""
    payment_reference: str = ""
    pdf: str = ""
    replaces: str = ""
    is_disputed_at_source: bool = False
    is_on_hold_at_source: bool = False
    instalments_due_on: tuple[date, ...] = field(default=())
    last_level: str | None = None
    last_letter_on: date | None = None
    is_listed: bool = True
    is_vanished: bool = False
