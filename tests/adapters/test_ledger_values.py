"""Cells as clerks and programs write them: what they mean, and what must not be guessed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from daemon.adapters.ledger_amounts import row_amounts
from daemon.adapters.ledger_columns import KEYS, Column
from daemon.adapters.ledger_dates import DateOrder, date_of, proven_order
from daemon.adapters.ledger_places import country_code, language_code, zone_name
from daemon.adapters.ledger_values import (
    Amount,
    Cell,
    DecimalMark,
    ReadsTwoWays,
    amount_of,
    clean_text,
    kind_of,
    number_text,
    proven_mark,
    yes_or_no,
)
from daemon.core.model import ItemKind

COMMA, POINT = DecimalMark.COMMA, DecimalMark.POINT
DAY, MONTH = DateOrder.DAY_MONTH, DateOrder.MONTH_DAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50", COMMA),
        ("1,234.50", POINT),
        ("7,5", COMMA),
        ("7.50", POINT),
        ("1.234.567", COMMA),
        ("1,234,567", POINT),
        ("1234,567", COMMA),
        ("0,125", COMMA),
        ("1'234.50", POINT),
        ("-1.234,50 €", COMMA),
        ("1.234", None),
        ("12,345", None),
        ("100", None),
        ("1,2,3", None),
        ("1.23.456", None),
        ("", None),
    ],
)
def test_which_amounts_prove_the_decimal_mark(text: str, expected: DecimalMark | None) -> None:
    """An amount that can be read only one way is a witness; any other says nothing."""
    assert expected == proven_mark(text)


@pytest.mark.parametrize(
    ("cell", "mark", "expected"),
    [
        ("1.234,50", COMMA, "1234.50"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("1 234,50", COMMA, "1234.50"),
        ("1\u00a0234,50 €", COMMA, "1234.50"),
        ("1\u202f234,50", COMMA, "1234.50"),
        ("1’234.50", POINT, "1234.50"),
        ("(12.00)", POINT, "-12.00"),
        ("12,00-", COMMA, "-12.00"),
        ("−12,00", COMMA, "-12.00"),
        ("12,00 H", COMMA, "-12.00"),
        ("12,00 S", COMMA, "12.00"),
        ("12.00 CR", POINT, "-12.00"),
        ("-$1,300.00", POINT, "-1300.00"),
        ("$-5", None, "-5"),
        (".50", POINT, "0.50"),
        ("5.", POINT, "5"),
        ("100", None, "100"),
        ("7,50", None, "7.50"),
        (12, None, "12"),
        (12.1, None, "12.1"),
        (0.1 + 0.2, None, "0.3"),
    ],
    ids=str,
)
def test_amounts_in_all_their_forms(cell: Cell, mark: DecimalMark | None, expected: str) -> None:
    """Groups, brackets, signs behind, sides, symbols: one exact amount."""
    found = amount_of(cell, mark)

    assert found is not None
    assert Decimal(expected) == found.value


@pytest.mark.parametrize(
    ("cell", "mark"),
    [("abc", POINT), ("1,23,456.00", POINT), ("12.34.56", POINT), ("--5", None), ("1e5", None),
     ("5 apples", None), ("7.50", COMMA), ("#REF!", None), (".", POINT), (True, None)],
    ids=str,
)  # fmt: skip
def test_what_is_no_amount_is_refused(cell: Cell, mark: DecimalMark | None) -> None:
    """No number is made of what is none."""
    with pytest.raises(ValueError, match=r"amount|decimal"):
        amount_of(cell, mark)


@pytest.mark.parametrize("text", ["1.234", "12,345", "-1,234"])
def test_an_amount_with_two_readings_is_not_read(text: str) -> None:
    """Without a witness the cell is an error that names both readings."""
    with pytest.raises(ReadsTwoWays, match=r"may be \d+,\d{3} or -?\d+\.\d{3}"):
        amount_of(text, None)


def test_the_currency_of_an_amount_is_kept() -> None:
    """ "1,200.00 USD" says its currency itself."""
    assert Amount(value=Decimal("1200.00"), currency="USD") == amount_of("1,200.00 USD", POINT)
    assert Amount(value=Decimal("5"), currency="EUR") == amount_of("€ 5", None)


@settings(deadline=None, max_examples=200)
@given(some.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_what_a_program_prints_is_read_back(value: Decimal) -> None:
    """Both ways of printing an amount give the same amount."""
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))

    for text, mark in ((english, POINT), (german, COMMA)):
        found = amount_of(text, mark)
        assert found is not None
        assert value == found.value


@settings(deadline=None, max_examples=300)
@given(some.text(max_size=40))
def test_foreign_text_gives_a_value_or_a_sentence(text: str) -> None:
    """Whatever stands in a cell, reading ends in a value or in a ValueError."""
    for read in (
        lambda: amount_of(text, None),
        lambda: date_of(text, None),
        lambda: yes_or_no(text),
        lambda: clean_text(text),
        lambda: proven_mark(text),
    ):
        try:
            read()
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2026-11-27", None, date(2026, 11, 27)),
        ("2026/11/27", None, date(2026, 11, 27)),
        ("20261127", None, date(2026, 11, 27)),
        ("2026-11-27T00:00:00", None, date(2026, 11, 27)),
        ("27.11.2026", None, date(2026, 11, 27)),
        ("3.4.26", None, date(2026, 4, 3)),
        ("03/04/2026", DAY, date(2026, 4, 3)),
        ("03/04/2026", MONTH, date(2026, 3, 4)),
        ("04/04/2026", None, date(2026, 4, 4)),
        ("27/11/2026 14:05", None, date(2026, 11, 27)),
        ("11/27/2026 2:05 PM", None, date(2026, 11, 27)),
        ("27 Nov 2026", None, date(2026, 11, 27)),
        ("27-Nov-26", None, date(2026, 11, 27)),
        ("November 27, 2026", None, date(2026, 11, 27)),
        ("Friday, November 27, 2026", None, date(2026, 11, 27)),
        ("27. März 2026", None, date(2026, 3, 27)),
        ("1er août 2026".replace("1er", "1"), None, date(2026, 8, 1)),
        ("5 de enero de 2026", None, date(2026, 1, 5)),
        ("46353", None, date(2026, 11, 27)),
        (46353, None, date(2026, 11, 27)),
        (46353.0, None, date(2026, 11, 27)),
        (datetime(2026, 11, 27, 12), None, date(2026, 11, 27)),  # noqa: DTZ001
        ("", None, None),
    ],
    ids=str,
)
def test_dates_in_all_their_forms(
    cell: Cell, order: DateOrder | None, expected: date | None
) -> None:
    """ISO, dotted, slashed, named months, spreadsheet serials: one calendar date."""
    assert expected == date_of(cell, order)


@pytest.mark.parametrize(
    ("text", "order"),
    [("2026-02-30", None), ("31.04.2026", None), ("13/13/2026", None), ("27/11/2026", MONTH),
     ("11/27/2026", DAY), ("soon", None), ("30", None), ("1926-01-01", None), ("27 Nov", None),
     ("99999", None)],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str, order: DateOrder | None) -> None:
    """A day that no calendar has, an order that does not fit, a word: all errors."""
    with pytest.raises(ValueError, match=re_any("date", "month", "year", "calendar")):
        date_of(text, order)


def re_any(*words: str) -> str:
    return "|".join(words)


def test_a_date_with_two_readings_is_not_read() -> None:
    """03/04/2026 alone is an error that names both days."""
    assert proven_order("03/04/2026") is None
    with pytest.raises(ReadsTwoWays, match="3 April 2026 or 4 March 2026"):
        date_of("03/04/2026", None)


def test_spreadsheet_residue_in_texts_is_removed() -> None:
    """Text formulas, whole floats, stray spaces; a number in exponent form is refused."""
    assert "00123" == clean_text('="00123"')
    assert "12345" == number_text(12345.0)
    assert "Ott GmbH" == clean_text("  Ott\u00a0  GmbH ")
    assert "é" == clean_text("e\u0301")
    with pytest.raises(ValueError, match="as text"):
        number_text("1.2E+05")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Sales invoice", ItemKind.INVOICE),
        ("ACCREC", ItemKind.INVOICE),
        ("Rechnung", ItemKind.INVOICE),
        ("Credit Memo", ItemKind.CREDIT_NOTE),
        ("credit_note", ItemKind.CREDIT_NOTE),
        ("Gutschrift", ItemKind.CREDIT_NOTE),
        ("SC", ItemKind.CREDIT_NOTE),
        ("Payment", ItemKind.PAYMENT),
        ("Überzahlung", ItemKind.PAYMENT),
    ],
)
def test_kinds_in_the_words_of_programs(word: str, expected: ItemKind) -> None:
    """A kind is known by the words that exports use for it."""
    assert expected == kind_of(word)


def test_an_unknown_kind_is_asked_about() -> None:
    """A journal entry is no claim that we may send a letter for."""
    with pytest.raises(ValueError, match="write invoice, credit_note or payment"):
        kind_of("Journal Entry")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("DE", "DE"), ("de", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), ("DEU", "DE"),
     ("UK", "GB"), ("Pays-Bas", "NL"), ("Österreich", "AT"), ("A", "AT"), ("USA", "US")],
)  # fmt: skip
def test_countries_by_code_and_name(text: str, expected: str) -> None:
    """A country is known by its code or by its name in the languages we read."""
    assert expected == country_code(text)


def test_languages_by_code_and_name() -> None:
    """A language is known by code, by code and country, or by name."""
    assert ["de", "de", "de", "pl"] == [
        language_code(text) for text in ("de", "de-AT", "German", "polski")
    ]


def test_a_symbol_of_several_currencies_is_asked_about() -> None:
    """ "$" in a house that counts euros may be any dollar."""
    stated = {Column.OPEN: (Decimal("5"), "")}

    assert (
        "USD"
        == row_amounts(stated, side="", kind="", currency="$", default_currency="USD").open.currency
    )
    with pytest.raises(ValueError, match="not clear"):
        row_amounts(stated, side="", kind="", currency="$", default_currency="EUR")


def test_no_header_means_two_columns() -> None:
    """A recognised header belongs to one canonical column, so no export is read two ways."""
    owners: dict[str, list[str]] = {}
    for column, names in KEYS.items():
        for name in set(names):
            owners.setdefault(name, []).append(column.value)

    assert {} == {name: columns for name, columns in owners.items() if len(columns) > 1}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Berlin", id="city"),
        pytest.param("Europe" + "/Lo" * 7_000, id="deep"),
        pytest.param("E" * 100_000, id="long"),
        pytest.param("../../etc/passwd", id="path"),
        pytest.param("Europe/\0Berlin", id="null"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_time_zone_is_refused_in_a_short_sentence(text: str) -> None:
    """However it looks: a mistyped cell stops no import with a traceback."""
    with pytest.raises(ValueError, match="write Europe/Berlin") as refused:
        zone_name(text)

    assert len(str(refused.value)) < 200
