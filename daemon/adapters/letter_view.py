"""A letter's content as ready strings: what a template may print, already in the right form.

Every string is one clean line: control characters, line breaks and marks that turn the reading
direction are gone, so that no name from a ledger can shape a letter. Templates format nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields

from babel import Locale

from daemon.adapters import formats
from daemon.adapters.payment_block import PaymentBlock, payment_blocks
from daemon.core.letters import LetterContent, Row, Totals
from daemon.core.money import Money
from daemon.core.procedure import Tone

DIRECTION_MARKS = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
LINE_CATEGORIES = frozenset({"Cc", "Zl", "Zp", "Cs"})


def clean(text: str) -> str:
    """Return the text as one line without control characters and direction marks."""
    if text.isascii() and text.isprintable():
        return " ".join(part for part in text.split(" ") if part)
    kept = "".join(
        " " if unicodedata.category(character) in LINE_CATEGORIES else character
        for character in text
        if character not in DIRECTION_MARKS
    )
    return " ".join(part for part in kept.split(" ") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row in strings. Amounts carry no currency (their group does); nothing is None.

    `overdue` is a bare number of days, empty where the row is not overdue. `settled` is empty
    where nothing was paid or credited, `asked` where all that is open is asked for.
    """

    number: str
    issued: str
    due: str
    overdue: str
    total: str
    settled: str
    open: str
    asked: str
    purchase_order: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """How to pay one currency; empty strings where the creditor gave nothing.

    `qr` is the name of the inline image, empty where there is no code.
    """

    amount: str
    reference: str
    holder: str
    iban: str
    bic: str
    bank_name: str
    link: str
    qr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """All rows of one currency, and their arithmetic.

    `demanded`, `asked` carry the currency. `has_arithmetic` says whether anything is deducted.
    `credit_sum` and `unapplied_sum` are negative amounts, used where the rows are in the
    attached list.
    """

    currency: str
    rows: tuple[RowView, ...]
    credits: tuple[RowView, ...]
    unapplied: tuple[RowView, ...]
    also_open: tuple[RowView, ...]
    disputed: tuple[RowView, ...]
    demanded: str
    credit_sum: str
    unapplied_sum: str
    asked: str
    has_arithmetic: bool
    is_partly_asked: bool
    is_asked: bool
    payment: PaymentView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """All that a letter's template may print.

    `first` is the number of the first demanded row, `count` how many are demanded, `oldest`
    the most days overdue (0: none). `asked` joins the sums of all currencies.
    """

    creditor: str
    address: tuple[str, ...]
    vat_number: str
    sender: str
    sender_address: str
    account: str
    account_name: str
    recipient: str
    language: str
    level: str
    date: str
    first: str
    first_due: str
    count: int
    oldest: int
    asked: str
    pay_by: str
    broken_promise: str
    is_firm: bool
    is_overdue: bool
    is_final_notice: bool
    has_broken_promise: bool
    has_pdf: bool
    has_statement: bool
    is_list_attached: bool
    has_disputed: bool
    has_also_open: bool
    groups: tuple[GroupView, ...]


def letter_view(content: LetterContent, language: str, qr_names: dict[str, str]) -> LetterView:
    """Put the content into strings of `language` as written in the account's country.

    Args:
        content: The letter as the core composed it.
        language: Of the templates in use, such as `de`.
        qr_names: Image name by currency, for the currencies that have a payment code.
    """
    locale = formats.locale_of(language, content.country)
    blocks = {block.amount.currency: block for block in payment_blocks(content)}
    groups = tuple(
        _group(content, total, locale, _payment(blocks.get(total.currency), qr_names, locale))
        for total in (*content.totals, *_totals_of_the_rest(content))
    )
    first = content.demanded[0] if content.demanded else None
    oldest = max((row.days_overdue for row in content.demanded), default=0)
    creditor = content.creditor
    return LetterView(
        creditor=clean(creditor.name),
        address=tuple(clean(line) for line in creditor.postal_address if clean(line)),
        vat_number=clean(creditor.vat_number),
        sender=clean(content.sender.name),
        sender_address=clean(content.sender.address),
        account=clean(content.account),
        account_name=clean(content.account_name),
        recipient=clean(content.recipient_name),
        language=language,
        level=clean(content.level),
        date=formats.day(content.business_date, locale),
        first=clean(first.number) if first else "",
        first_due=formats.day(first.due_on, locale) if first else "",
        count=len(content.demanded),
        oldest=max(oldest, 0),
        asked=" + ".join(group.asked for group in groups if group.is_asked),
        pay_by=formats.day(content.pay_by, locale),
        broken_promise=formats.day(content.broken_promise_on, locale),
        is_firm=content.tone is Tone.FIRM,
        is_overdue=oldest > 0,
        is_final_notice=content.is_final_notice,
        has_broken_promise=content.has_broken_promise,
        has_pdf=content.attaches_pdf and bool(content.pdfs),
        has_statement=content.attaches_statement and not content.is_list_attached,
        is_list_attached=content.is_list_attached,
        has_disputed=bool(content.disputed),
        has_also_open=bool(content.also_open),
        groups=groups,
    )


def _totals_of_the_rest(content: LetterContent) -> tuple[Totals, ...]:
    """Return empty totals for currencies in which nothing is asked but rows are shown."""
    shown = {row.open.currency for row in (*content.also_open, *content.disputed)}
    known = {total.currency for total in content.totals}
    return tuple(
        Totals(
            currency=currency,
            demanded=Money(0, currency),
            credits=Money(0, currency),
            unapplied=Money(0, currency),
            asked=Money(0, currency),
        )
        for currency in sorted(shown - known)
    )


def _group(
    content: LetterContent, total: Totals, locale: Locale, payment: PaymentView | None
) -> GroupView:
    def rows(of: tuple[Row, ...]) -> tuple[RowView, ...]:
        return tuple(_row(row, locale) for row in of if row.open.currency == total.currency)

    return GroupView(
        currency=total.currency,
        rows=rows(content.demanded),
        credits=rows(content.credits),
        unapplied=rows(content.unapplied),
        also_open=rows(content.also_open),
        disputed=rows(content.disputed),
        demanded=formats.money(total.demanded, locale),
        credit_sum=_deduction(total.credits.minor, total, locale),
        unapplied_sum=_deduction(total.unapplied.minor, total, locale),
        asked=formats.money(total.asked, locale),
        has_arithmetic=bool(total.credits.minor or total.unapplied.minor),
        is_partly_asked=any(row.asked for row in rows(content.demanded)),
        is_asked=total.asked.minor > 0,
        payment=payment,
    )


def _deduction(minor: int, total: Totals, locale: Locale) -> str:
    amount = Money(-abs(minor), total.currency)
    return formats.figures(amount, locale) if minor else ""


def _row(row: Row, locale: Locale) -> RowView:
    settled = formats.figures(row.paid_or_credited, locale) if row.paid_or_credited.minor else ""
    return RowView(
        number=clean(row.number),
        issued=formats.day(row.issued_on, locale),
        due=formats.day(row.due_on, locale),
        overdue=formats.number(row.days_overdue, locale) if row.days_overdue > 0 else "",
        total=formats.figures(row.total, locale),
        settled=settled,
        open=formats.figures(row.open, locale),
        asked=formats.figures(row.demanded, locale) if row.demanded != row.open else "",
        purchase_order=clean(row.purchase_order),
        reference=clean(row.payment_reference),
    )


def _payment(
    block: PaymentBlock | None, qr_names: dict[str, str], locale: Locale
) -> PaymentView | None:
    if block is None:
        return None
    return PaymentView(
        amount=formats.money(block.amount, locale),
        reference=clean(block.reference),
        holder=clean(block.holder),
        iban=clean(block.iban),
        bic=clean(block.bic),
        bank_name=clean(block.bank_name),
        link=clean(block.link),
        qr=qr_names.get(block.amount.currency, ""),
    )


def field_names() -> tuple[str, ...]:
    """Return the names that a template may use on `letter`, for the messages of `check`."""
    return tuple(field.name for field in fields(LetterView))
