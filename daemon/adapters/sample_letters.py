"""Sample contents that every template is tried on before it is used.

Invented, small, and complete: one row, many rows, two currencies, a dispute, a broken promise,
and a letter in which everything optional is empty. Dates are fixed; nothing here is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from daemon.core.letters import LetterContent, Row, Totals
from daemon.core.model import Creditor
from daemon.core.money import Money
from daemon.core.procedure import Tone

SAMPLE_DATE = date(2026, 6, 11)
ROWS_OF_THE_LONG_SAMPLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A named sample content."""

    name: str
    content: LetterContent


def sample_row(number: str, open_minor: int, currency: str, days_overdue: int = 3) -> Row:
    """Return a row with 200.00 paid of its total."""
    due_on = SAMPLE_DATE - timedelta(days=days_overdue)
    return Row(
        number=number,
        issued_on=due_on - timedelta(days=28),
        due_on=due_on,
        days_overdue=days_overdue,
        total=Money(open_minor + 20000, currency),
        paid_or_credited=Money(20000, currency),
        open=Money(open_minor, currency),
        demanded=Money(open_minor, currency),
        purchase_order="PO-4711",
        level="sample",
    )


def totals_of(content: LetterContent) -> tuple[Totals, ...]:
    """Return the arithmetic of the content's rows, one per currency, ordered by code."""
    kinds = (content.demanded, content.credits, content.unapplied)
    codes = sorted({row.open.currency for rows in kinds for row in rows})

    def summed(amounts: Iterator[Money], code: str) -> Money:
        return Money(sum(amount.minor for amount in amounts if amount.currency == code), code)

    return tuple(
        Totals(
            currency=code,
            demanded=(demanded := summed((row.demanded for row in content.demanded), code)),
            credits=(credited := -summed((row.open for row in content.credits), code)),
            unapplied=(unapplied := -summed((row.open for row in content.unapplied), code)),
            asked=demanded - credited - unapplied,
        )
        for code in codes
    )


def sample_content(creditor: Creditor, language: str, template: str) -> LetterContent:
    """Return the plain sample: one overdue row in the creditor's currency."""
    content = LetterContent(
        creditor=creditor,
        sender=creditor.sender,
        account="10023",
        account_name="Example Customer",
        recipient="payables@customer.example",
        recipient_name="Jo Example",
        copies=(),
        language=language,
        country=creditor.country,
        level=template,
        template=template,
        tone=Tone.FRIENDLY,
        business_date=SAMPLE_DATE,
        demanded=(sample_row("INV-7", 100000, creditor.currency),),
        also_open=(),
        disputed=(),
        credits=(),
        unapplied=(),
        totals=(),
        pay_by=date(2026, 6, 18),
        is_final_notice=template == "final_notice",
        has_broken_promise=False,
        broken_promise_on=None,
        attaches_pdf=False,
        pdfs=(),
        attaches_statement=False,
        is_list_attached=False,
    )
    return replace(content, totals=totals_of(content))


def samples(creditor: Creditor, language: str, template: str) -> tuple[Sample, ...]:
    """Return every sample for one template."""
    plain = sample_content(creditor, language, template)
    code = creditor.currency
    other = "USD" if code != "USD" else "EUR"
    many = tuple(
        sample_row(f"INV-{number:04d}", 10000 + number, code, number % 50)
        for number in range(1, ROWS_OF_THE_LONG_SAMPLE + 1)
    )
    partly = replace(plain.demanded[0], demanded=Money(60000, code))
    credit = replace(
        sample_row("CN-3", -15000, code),
        total=Money(-15000, code),
        paid_or_credited=Money(0, code),
    )
    bare = replace(
        plain.demanded[0],
        issued_on=None,
        days_overdue=0,
        purchase_order="",
        level=None,
        total=Money(100000, code),
        paid_or_credited=Money(0, code),
    )
    plain_creditor = replace(
        creditor, postal_address=(), bank_name="", iban="", bic="", payment_link="", vat_number=""
    )
    found = {
        "one row": plain,
        "60 rows in a list": replace(
            plain, demanded=many, is_list_attached=True, attaches_statement=True, tone=Tone.FIRM
        ),
        "60 rows in the letter": replace(plain, demanded=many, pay_by=None),
        "two currencies": replace(
            plain, demanded=(*plain.demanded, sample_row("INV-8", 5000, other)), tone=Tone.FIRM
        ),
        "disputed, credited, unapplied": replace(
            plain,
            demanded=(partly,),
            disputed=(sample_row("INV-9", 40000, code),),
            also_open=(sample_row("INV-10", 1000, code),),
            credits=(credit,),
            unapplied=(replace(credit, number="PAYMENT-5", issued_on=None),),
        ),
        "broken promise": replace(
            plain, has_broken_promise=True, broken_promise_on=date(2026, 6, 8), attaches_pdf=True,
            pdfs=("INV-7.pdf",),
        ),
        "nothing optional": replace(
            plain, creditor=plain_creditor, recipient_name="", demanded=(bare,), pay_by=None,
            has_broken_promise=True,
        ),
    }  # fmt: skip
    return tuple(
        Sample(name=name, content=replace(content, totals=totals_of(content)))
        for name, content in found.items()
    )
