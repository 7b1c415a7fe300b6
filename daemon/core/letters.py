"""A letter's content as plain values: what it demands, row by row, and what it says.

The composition is decided in the core and frozen; a template only says it. Rows equal the
ledger to the cent, per currency; the total is their shown arithmetic (DESIGN §6.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daemon.core.model import Creditor, Sender
from daemon.core.money import Money
from daemon.core.procedure import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a letter's table.

    `paid_or_credited` = total - open. `demanded` is what of `open` is asked for now (the
    undisputed part); `level` is the level that this letter advances the invoice to, or None
    where it only stands below as also open.
    """

    number: str
    issued_on: date | None
    due_on: date
    days_overdue: int
    total: Money
    paid_or_credited: Money
    open: Money
    demanded: Money
    purchase_order: str = ""
    payment_reference: str = ""
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The arithmetic of one currency: demanded rows - credit notes - unapplied = asked."""

    currency: str
    demanded: Money
    credits: Money
    unapplied: Money
    asked: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContent:
    """All that a template may say. Same content, same letter.

    `demanded` are the rows asked for, `also_open` other open rows (below a final notice),
    `disputed` rows shown as disputed and not demanded, `credits` credit notes and `unapplied`
    payments (negative `open`). `account_total` and `days_max` are for the tone.
    """

    creditor: Creditor
    sender: Sender
    account: str
    account_name: str
    recipient: str
    recipient_name: str
    copies: tuple[str, ...]
    language: str
    country: str
    level: str
    template: str
    tone: Tone
    business_date: date
    demanded: tuple[Row, ...]
    also_open: tuple[Row, ...]
    disputed: tuple[Row, ...]
    credits: tuple[Row, ...]
    unapplied: tuple[Row, ...]
    totals: tuple[Totals, ...]
    pay_by: date | None
    is_final_notice: bool
    has_broken_promise: bool
    broken_promise_on: date | None
    attaches_pdf: bool
    pdfs: tuple[str, ...]
    attaches_statement: bool
    is_list_attached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One reason why a letter may not go: a stable name, a clerk's sentence, its evidence.

    `until` is the date on which it ends by itself, None where only an act ends it.
    `invoice` is set where it blocks one invoice, empty where it blocks the whole letter.
    """

    name: str
    because: str
    evidence: str = ""
    until: date | None = None
    invoice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceVerdict:
    """What `explain` says of one invoice: next level, when, and every blocker."""

    number: str
    level: str | None
    due_on: date | None
    blockers: tuple[Blocker, ...]
    because: str
