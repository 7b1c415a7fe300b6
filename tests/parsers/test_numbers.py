"""Invoice numbers in replies: how customers write them, matched against the open ones."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.core.money import Money
from parsers.numbers import find_numbers
from parsers.reading import OpenItem

ITEMS = tuple(
    OpenItem(number=number, open=Money(minor, "EUR"), due_on=date(2026, month, 1))
    for number, minor, month in (
        ("INV-20418", 125000, 8),
        ("INV-20419", 9900, 9),
        ("INV-20501", 48000, 10),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("INV-20418 goes out", ("INV-20418",), id="exact"),
        pytest.param("inv 20418 goes out", ("INV-20418",), id="case and space"),
        pytest.param("INV20418", ("INV-20418",), id="no dash"),
        pytest.param("20418 and 20501", ("INV-20418", "INV-20501"), id="no prefix"),
        pytest.param("the 501 one", ("INV-20501",), id="unique tail"),
        pytest.param("INV-20481 is wrong", ("INV-20418",), id="two digits swapped"),
        pytest.param("20418/20419", ("INV-20418", "INV-20419"), id="slash"),
        pytest.param("20418 to 20501", ("INV-20418", "INV-20419", "INV-20501"), id="range"),
        pytest.param("all of them", ("INV-20418", "INV-20419", "INV-20501"), id="all"),
        pytest.param(
            "20418 Friday, the rest later", ("INV-20418", "INV-20419", "INV-20501"), id="rest"
        ),
        pytest.param("the October invoice", ("INV-20501",), id="month"),
        pytest.param("the small one", ("INV-20419",), id="size"),
        pytest.param("thanks, Tom", (), id="none"),
    ],
)
def test_invoices_named(text: str, expected: tuple[str, ...]) -> None:
    """The open invoices that a customer means are found, and no other."""
    assert expected == find_numbers(text, ITEMS).invoices


def test_an_amount_names_the_only_invoice_of_that_amount() -> None:
    """ "The 480" means the invoice over 480.00."""
    found = find_numbers("480 goes today", ITEMS, blocked=[(0, 3)], amounts=[(0, 3, 48000)])

    assert ("INV-20501",) == found.invoices


def test_a_number_like_ours_that_is_not_open_is_told() -> None:
    """A number with our prefix and length that matches nothing is foreign."""
    found = find_numbers("INV-77777 was paid", ITEMS)

    assert () == found.invoices
    assert ("INV-77777",) == found.foreign


def test_evidence_is_an_exact_quote() -> None:
    """A mention quotes the text as it was written."""
    text = "Re: Inv 20418, please"
    (mention,) = find_numbers(text, ITEMS).mentions

    assert text[mention.span.start : mention.span.end] == mention.span.text
    assert "Inv 20418" == mention.span.text
