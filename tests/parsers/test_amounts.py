"""Amounts in replies: every country's separators, and numbers that are no amounts."""

from __future__ import annotations

import pytest

from daemon.core.money import Money
from parsers.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1,250.00 EUR", Money(125000, "EUR"), id="comma thousands"),
        pytest.param("€1.250,00", Money(125000, "EUR"), id="dot thousands"),
        pytest.param("CHF 1'250.50", Money(125050, "CHF"), id="apostrophe"),
        pytest.param("1 250,00 zł", Money(125000, "PLN"), id="space thousands"),
        pytest.param("£415 Wednesday", Money(41500, "GBP"), id="pounds"),
        pytest.param("$4,500", Money(450000, "USD"), id="no decimals"),
        pytest.param("€50k", Money(5000000, "EUR"), id="thousands as k"),
        pytest.param("S$1,090.00", Money(109000, "SGD"), id="singapore"),
        pytest.param("892,50 Euro", Money(89250, "EUR"), id="euro in words"),
        pytest.param("JPY 12,000", Money(12000, "JPY"), id="a currency without decimals"),
        pytest.param("Rs. 4,42,500/-", Money(44250000, "INR"), id="lakh"),
        pytest.param("Rs. 2,000", Money(200000, "INR"), id="rupees"),
    ],
)
def test_written_amounts(text: str, expected: Money) -> None:
    """An amount with its currency is read to the cent, whatever its separators."""
    (found,) = find_amounts(text, "EUR" if "$" not in text else "USD")

    assert expected == found.money


@pytest.mark.parametrize(
    "text",
    [
        "invoice 12345",
        "call 0043 1 234 567",
        "4 pallets and 12 boxes",
        "on 12.11.2026",
        "INV-2026-0815",
        "DE02120300000000202051",
    ],
)
def test_bare_numbers_are_no_amounts(text: str) -> None:
    """A bare integer, a reference, a date or a telephone number is no amount."""
    assert () == find_amounts(text, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "Opłacona 12 listopada, nr przelewu 2026 1112 0045.",
        "Wir haben am 12.11. vom EUR-Konto 7734512 bezahlt.",
        "Wir haben vom Bankkonto 7734512 überwiesen.",
    ],
    ids=["pl number of the transfer", "de account in euros", "de bank account"],
)
def test_the_number_of_a_transfer_or_an_account_is_no_amount(text: str) -> None:
    """A number beside a word of paying is none where it numbers a transfer or an account."""
    assert () == find_amounts(text, "EUR", [Money(4900, "EUR")])


@pytest.mark.parametrize(
    "text",
    ["Wir zahlen 2026 am Freitag.", "We pay 2026 on Friday."],
    ids=["de", "en"],
)
def test_a_bare_number_that_is_paid_is_an_amount(text: str) -> None:
    """What a word of paying is about is an amount, without any currency."""
    (found,) = find_amounts(text, "EUR", [Money(4900, "EUR")])

    assert Money(202600, "EUR") == found.money


def test_a_number_that_equals_an_open_amount_counts() -> None:
    """ "The 1,860" is an amount where an invoice over 1,860.00 is open."""
    (found,) = find_amounts("the 1,860 goes out", "GBP", [Money(186000, "GBP")])

    assert Money(186000, "GBP") == found.money
    assert not found.is_marked


def test_parts_are_counted() -> None:
    """ "3 x 900 €" is three payments of 900."""
    (found,) = find_amounts("3 x 900 €", "EUR")

    assert (Money(90000, "EUR"), 3) == (found.money, found.times)
