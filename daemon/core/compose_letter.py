"""What stands in a letter: rows, arithmetic, sender and recipient, as plain values.

Rows equal the ledger to the cent, per currency, and the total is their shown arithmetic:
demanded rows - credit notes - unapplied payments. What is disputed is shown and not demanded.
Source: DESIGN §2 (grouping) and §6.6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from daemon.core.blockers import minimum_demand
from daemon.core.contacts import copies_for
from daemon.core.letters import LetterContent, Row, Totals
from daemon.core.levels import due_date
from daemon.core.model import Contact, Item, ItemKind
from daemon.core.money import Money
from daemon.core.procedure import Level
from daemon.core.state import PromiseOutcome, Stage
from daemon.core.view import View, disputed, is_demandable, resting_holds, undisputed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a letter is to be composed of: its level, its rows with their levels, its dates.

    `rows` pairs an invoice number with the level that the letter advances it to.
    """

    level: Level
    recipient: Contact
    rows: tuple[tuple[str, str], ...]
    business_date: date
    pay_by: date | None


def compose_draft(view: View, draft: Draft) -> LetterContent:
    """Compose a letter from the account as it stands.

    Args:
        view: The account now; amounts and holds are taken from it.
        draft: The level and the rows decided upon; days overdue count to its business date.
    """
    state, creditor, level = view.state, view.house.creditor, draft.level
    levels = dict(draft.rows)
    items = [view.items[number] for number, _ in draft.rows if number in view.items]
    rows = tuple(_row(view, item, draft.business_date, levels[item.number]) for item in items)
    currencies = {row.open.currency for row in rows}
    credit_items = () if level.is_delivery else _credits(view, currencies)
    broken_on = _broken_promise_on(view, levels)
    escalated = creditor.escalated_sender if level.is_escalated_sender else None
    pdfs = tuple(item.pdf for item in items if item.pdf) if level.attaches_pdf else ()
    credit_rows = tuple(
        _row(view, item, draft.business_date, None)
        for item in credit_items
        if item.kind is not ItemKind.PAYMENT
    )
    unapplied = tuple(
        _row(view, item, draft.business_date, None)
        for item in credit_items
        if item.kind is ItemKind.PAYMENT
    )
    return LetterContent(
        creditor=creditor,
        sender=escalated or creditor.sender,
        account=state.facts.reference,
        account_name=state.facts.name,
        recipient=draft.recipient.address,
        recipient_name=draft.recipient.name,
        copies=copies_for(state, draft.recipient.address, is_escalated=level.copies_escalation),
        language=draft.recipient.language or state.facts.language,
        country=state.facts.country,
        level=level.name,
        template=_template(view, draft),
        tone=level.tone,
        business_date=draft.business_date,
        demanded=rows,
        also_open=() if level.is_delivery else _also_open(view, draft, levels),
        disputed=() if level.is_delivery else _disputed(view, draft, levels),
        credits=credit_rows,
        unapplied=unapplied,
        totals=_totals(rows, credit_rows, unapplied),
        pay_by=draft.pay_by,
        is_final_notice=level.is_final_notice,
        has_broken_promise=broken_on is not None,
        broken_promise_on=broken_on,
        attaches_pdf=bool(pdfs),
        pdfs=pdfs,
        attaches_statement=level.attaches_statement,
        is_list_attached=len(rows) > view.house.policy.rows_inline_max,
    )


def _template(view: View, draft: Draft) -> str:
    """Return the words of the level, or those that a rep's word asked for on every row."""
    entries = [view.entries.get(number) for number, _ in draft.rows]
    asked = {entry.next_template if entry is not None else "" for entry in entries}
    own = asked.pop() if len(asked) == 1 else ""
    return own or draft.level.template


def _row(view: View, item: Item, business_date: date, level: str | None) -> Row:
    overdue = (business_date - due_date(item, view.calendar)).days
    is_claim = item.kind is ItemKind.INVOICE and item.open.minor > 0
    return Row(
        number=item.number,
        issued_on=item.issued_on,
        due_on=item.due_on,
        days_overdue=max(overdue, 0) if is_claim else 0,
        total=item.total,
        paid_or_credited=item.total - item.open,
        open=item.open,
        demanded=undisputed(view, item) if level is not None else Money(0, item.open.currency),
        purchase_order=item.purchase_order,
        payment_reference=item.payment_reference,
        level=level,
    )


def _credits(view: View, currencies: set[str]) -> tuple[Item, ...]:
    return tuple(
        item
        for item in view.state.items
        if item.open.minor < 0 and item.is_listed and item.open.currency in currencies
    )


def _overdue(view: View, draft: Draft, levels: dict[str, str]) -> Iterable[Item]:
    for item in view.open_invoices():
        is_late = due_date(item, view.calendar) < draft.business_date
        if item.number not in levels and is_demandable(item) and is_late:
            yield item


def _also_open(view: View, draft: Draft, levels: dict[str, str]) -> tuple[Row, ...]:
    """Return overdue invoices that are neither held, handed over, nor awaiting the owner."""
    return tuple(
        _row(view, item, draft.business_date, None)
        for item in _overdue(view, draft, levels)
        if not resting_holds(view, item)
        and view.entries[item.number].stage is not Stage.HANDED_OVER
        and view.entries[item.number].is_taken_on
    )


def _disputed(view: View, draft: Draft, levels: dict[str, str]) -> tuple[Row, ...]:
    return tuple(
        _row(view, item, draft.business_date, None)
        for item in _overdue(view, draft, levels)
        if item.is_disputed_at_source or disputed(view, item) == item.open
    )


def _totals(
    rows: tuple[Row, ...], credit_rows: tuple[Row, ...], unapplied: tuple[Row, ...]
) -> tuple[Totals, ...]:
    found: list[Totals] = []
    for currency in sorted({row.open.currency for row in rows}):
        demanded = sum(row.demanded.minor for row in rows if row.open.currency == currency)
        credit = -sum(row.open.minor for row in credit_rows if row.open.currency == currency)
        paid = -sum(row.open.minor for row in unapplied if row.open.currency == currency)
        found.append(
            Totals(
                currency=currency,
                demanded=Money(demanded, currency),
                credits=Money(credit, currency),
                unapplied=Money(paid, currency),
                asked=Money(demanded - credit - paid, currency),
            )
        )
    return tuple(found)


def _broken_promise_on(view: View, levels: dict[str, str]) -> date | None:
    broken = {number for number in levels if view.entries[number].has_broken_promise}
    dates = [
        promise.promised_on
        for promise in view.state.promises
        if promise.outcome is PromiseOutcome.BROKEN and broken & set(promise.invoices)
    ]
    return max(dates, default=None)


def too_small(view: View, content: LetterContent) -> frozenset[str]:
    """Return the currencies in which the rest asked for is below the minimum."""
    policy = view.house.policy
    return frozenset(
        total.currency
        for total in content.totals
        if total.asked < minimum_demand(policy, total.currency)
    )


def fingerprint(content: LetterContent) -> str:
    """Return what stands for the letter's facts: whom it asks for what, row by row.

    Dates of sending and days overdue are left out, so that a letter may wait over a night.
    """
    parts = [content.recipient, content.level, content.language, *content.copies]
    sections = (
        content.demanded,
        content.also_open,
        content.disputed,
        content.credits,
        content.unapplied,
    )
    for place, rows in enumerate(sections):
        for row in rows:
            amounts = f"{row.total}|{row.open}|{row.demanded}|{row.due_on}"
            parts.append(f"{place}|{row.number}|{row.level}|{amounts}")
    parts.extend(str(total.asked) for total in content.totals)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
