"""Amounts and dates as the reader's country writes them."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.adapters.formats import day, locale_of, money, number, plain_spaces
from daemon.core.money import Money


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("en", "GB", "1,234,567.89 EUR"),
        ("en", "US", "1,234,567.89 EUR"),
        ("de", "DE", "1.234.567,89 EUR"),
        ("de", "CH", "1'234'567.89 EUR"),
        ("de-AT", "AT", "1.234.567,89 EUR"),
        ("de", "JP", "1.234.567,89 EUR"),
        ("fr", "FR", "1 234 567,89 EUR"),
        ("xx", "DE", "1,234,567.89 EUR"),
    ],
)
def test_amounts_follow_language_and_country(language: str, country: str, expected: str) -> None:
    """Unknown pairs fall back to the language's home, unknown languages to British English."""
    shown = plain_spaces(money(Money(123456789, "EUR"), locale_of(language, country)))

    assert expected == shown


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Money(-5000, "EUR"), "-50,00 EUR"),
        (Money(5, "EUR"), "0,05 EUR"),
        (Money(0, "EUR"), "0,00 EUR"),
        (Money(1200, "JPY"), "1.200 JPY"),
        (Money(-1234567, "KWD"), "-1.234,567 KWD"),
        (Money(10**17 + 1, "EUR"), "1.000.000.000.000.000,01 EUR"),
    ],
    ids=str,
)
def test_amounts_are_exact_in_every_currency(amount: Money, expected: str) -> None:
    """Whole minor units, with as many decimals as the currency has."""
    assert expected == plain_spaces(money(amount, locale_of("de", "DE")))


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [("en", "GB", "4 May 2026"), ("en", "US", "May 4, 2026"), ("de", "DE", "04.05.2026")],
)
def test_dates_cannot_be_mistaken(language: str, country: str, expected: str) -> None:
    """English spells the month, for 04/05 means two days."""
    assert expected == plain_spaces(day(date(2026, 5, 4), locale_of(language, country)))


def test_no_date_is_empty() -> None:
    """A row without an issue date shows nothing."""
    assert day(None, locale_of("en", "GB")) == ""


def test_numbers_are_grouped() -> None:
    """Whole numbers follow the locale, signs included."""
    locale = locale_of("de", "DE")

    assert [number(value, locale) for value in (1234, -5, 0)] == ["1.234", "-5", "0"]
