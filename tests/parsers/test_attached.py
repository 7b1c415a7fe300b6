"""An attached remittance advice is part of what a mail says."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from daemon.core.money import Money
from parsers.mime import decode
from parsers.read import read
from parsers.reading import Context, Flag, Intent, OpenItem, Reading

CONTEXT = Context(
    received_at=datetime(2026, 11, 25, 10, tzinfo=UTC),
    items=(
        OpenItem(number="INV-2041", open=Money(120000, "EUR")),
        OpenItem(number="INV-2042", open=Money(31840, "EUR")),
    ),
)
ADVICE = (
    b"Payment reference;RUN-1124-07\nPayment date;24.11.2026\nInvoice;Gross;Net paid\n"
    b"INV-2041;1.200,00;1.176,00\nINV-2042;318,40;318,40\nTotal;;1.494,40\n"
)
OWN_INVOICE = b"Invoice;INV-2041\nItem;Amount\nINV-2041;1.200,00\nTotal;1.200,00\n"


def mail_of(body: str, attached: bytes, name: str = "lines.csv") -> bytes:
    """A mail of a customer with one attachment."""
    mail = EmailMessage()
    mail["From"] = "kim@example.com"
    mail["Subject"] = "Re: reminder"
    mail.set_content(body)
    mail.add_attachment(attached, maintype="text", subtype="csv", filename=name)
    return mail.as_bytes()


def read_with(body: str, attached: bytes) -> Reading:
    return read(mail_of(body, attached), CONTEXT)


def test_an_attached_advice_says_what_was_paid() -> None:
    """Where the words state no payment, the attached table does, and a human sees it."""
    found = read_with("Please see attached.", ADVICE)

    assert Intent.REMITTANCE_ADVICE in found.intents
    assert Flag.HAS_REMITTANCE_ATTACHMENT in found.flags
    assert found.remittance is not None
    assert Money(149440, "EUR") == found.remittance.amount
    assert "RUN-1124-07" == found.remittance.reference
    assert ("INV-2041", "INV-2042") == found.remittance.invoices
    assert found.needs_human


@pytest.mark.parametrize(
    ("body", "is_seen"),
    [
        pytest.param("Please see attached.", False, id="a copy of our invoice"),
        pytest.param("We paid this last week, see attached.", True, id="a list of what is paid"),
    ],
)
def test_a_bare_table_needs_a_claim_beside_it(body: str, is_seen: bool) -> None:
    """A table without a word of payment is an advice only where the mail claims to have paid."""
    found = read_with(body, OWN_INVOICE)

    assert is_seen == (Flag.HAS_REMITTANCE_ATTACHMENT in found.flags)
    assert is_seen == (Intent.REMITTANCE_ADVICE in found.intents)


def test_a_promise_beside_an_advice_books_nothing_as_paid() -> None:
    """An advice of a payment to come is flagged for a human and stays a promise."""
    found = read_with("We will pay INV-2041 on Friday 27 November.", ADVICE)

    assert (Intent.PROMISE_TO_PAY,) == found.intents
    assert Flag.HAS_REMITTANCE_ATTACHMENT in found.flags
    assert found.needs_human


def test_tables_are_held_only_within_the_limit() -> None:
    """The octets of an attachment are kept up to 5 MB; it is described all the same."""
    found = decode(mail_of("See attached.", b"Invoice;Paid\n" * 400_000))

    assert () == found.tables
    assert ["lines.csv"] == [one.name for one in found.attachments]
    assert 1 == len(decode(mail_of("See attached.", ADVICE)).tables)
