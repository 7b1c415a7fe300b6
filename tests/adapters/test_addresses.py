"""Addresses as ledgers hold them."""

from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as some

from daemon.adapters.addresses import PLAIN, normalise_address, split_addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(" AP@Example.COM ", "AP@example.com", id="domain lower-cased"),
        pytest.param("Anna Ott <anna@example.com>", "anna@example.com", id="display form"),
        pytest.param("mailto:ap@example.com", "ap@example.com", id="spreadsheet link"),
        pytest.param(
            "rechnung@müller.example", "rechnung@xn--mller-kva.example", id="umlaut domain"
        ),
        pytest.param("ap@kunde.test", "ap@kunde.test", id="test domain"),
    ],
)
def test_one_mailbox_has_one_form(text: str, expected: str) -> None:
    """However a clerk wrote it, an address is stored in one form."""
    found = normalise_address(text)

    assert expected == found


@pytest.mark.parametrize(
    "text",
    [
        "grün@example.com",
        "",
        "ap",
        "ap@",
        "ap@localhost",
        "a b@example.com",
        "a\n@example.com",
        "x" * 250 + "@b.example",
    ],
    ids=[
        "umlaut before the at",
        "empty",
        "no at",
        "no domain",
        "no dot",
        "space",
        "line break",
        "too long",
    ],
)
def test_a_bad_address_is_refused_with_a_sentence(text: str) -> None:
    """What cannot be written to is said in words that a clerk understands."""
    with pytest.raises(ValueError, match="e-mail address"):
        normalise_address(text)


def test_two_addresses_in_one_cell_are_two() -> None:
    """A cell "a; b" holds two addresses, a named form stays whole."""
    assert ("a@x.example", "b@x.example") == split_addresses("a@x.example; b@x.example")
    assert ("Ott, Anna <a@x.example>", "b@x.example") == split_addresses(
        "Ott, Anna <a@x.example>, b@x.example"
    )


@settings(deadline=None, max_examples=300)
@given(some.from_regex(PLAIN, fullmatch=True))
def test_the_short_way_says_what_email_validator_says(text: str) -> None:
    """A plain address is taken without the library, which would give the same form."""
    full = validate_email(text, check_deliverability=False).normalized

    assert full == normalise_address(text)
