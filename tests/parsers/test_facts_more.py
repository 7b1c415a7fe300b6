"""Reasons of disputes, days of return, assent to a proposed day: what the words alone tell."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from daemon.core.money import Money
from parsers.dates import anchor_of, find_dates
from parsers.evidence import fold
from parsers.extract import extract
from parsers.facts_absence import find_absence
from parsers.facts_dispute import find_reason, likeliest_reason
from parsers.identify import identify
from parsers.mime import decode
from parsers.opinion import REASON_CODES
from parsers.reading import Context, OpenItem

WEDNESDAY = date(2026, 11, 11)
ITEMS = (
    OpenItem(number="INV-2041", open=Money(120000, "EUR"), due_on=date(2026, 9, 10)),
    OpenItem(number="INV-2042", open=Money(31840, "EUR"), due_on=date(2026, 10, 10)),
    OpenItem(number="INV-2050", open=Money(9600, "EUR"), due_on=date(2026, 11, 1)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ihr habt nur die Hälfte geliefert", "quantity", id="german quantity"),
        pytest.param("La 19 está facturada dos veces", "duplicate", id="spanish duplicate"),
        pytest.param("l'aliquota giusta è il 10, non il 22", "tax", id="italian tax"),
        pytest.param("de prijs klopt niet met de offerte", "price", id="dutch price"),
        pytest.param("nie zamawialiśmy tego", "not_ordered", id="polish not ordered"),
        pytest.param("le numéro de commande est faux", "wrong_po", id="french order number"),
        pytest.param("Mahngebühren zahlen wir nicht", "terms", id="german fees"),
        pytest.param("a carga nunca chegou", "not_delivered", id="portuguese not delivered"),
        pytest.param("the pump leaks and needs repair", "quality", id="english quality"),
        pytest.param("your credit note CN-77 covers it", "already_credited", id="credited"),
        pytest.param("the invoice is made out to the wrong entity", "other", id="wrong entity"),
        pytest.param("12 lamps were billed and 9 came", "quantity", id="two counts"),
        pytest.param("na fakturze są 3 tonery, a WZ opiewa na 2", "quantity", id="polish counts"),
        pytest.param("nobody here has ever ordered it", "not_ordered", id="words apart"),
        pytest.param("19 %, sondern 7 % wären richtig", "tax", id="two rates"),
        pytest.param("le logiciel ne gère pas les lots", "quality", id="french software"),
        pytest.param("da hat der zweite Termin nicht stattgefunden", "not_delivered", id="visit"),
    ],
)
def test_the_reason_of_a_dispute_is_told_by_its_words(text: str, expected: str) -> None:
    """Every reason code has words in every language."""
    assert expected == find_reason(fold(text))


def test_a_sure_reader_outweighs_one_phrase() -> None:
    """A phrase decides where the trained reader wavers, and yields where it is sure."""
    folded = fold("the pump leaks")
    sure = [0.02] * len(REASON_CODES)
    sure[REASON_CODES.index("price")] = 0.8
    level = [0.09] * len(REASON_CODES)

    assert "price" == likeliest_reason(folded, sure)
    assert "quality" == likeliest_reason(folded, level)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param(
            "en", "Away until Friday 13 November.", date(2026, 11, 16), id="over a weekend"
        ),
        pytest.param(
            "es", "Fuera hasta el 17, regresando el jueves 19.", date(2026, 11, 19), id="es"
        ),
        pytest.param(
            "de",
            "Vom 12. bis 17. November zu, ab dem 18.11. wieder da.",
            date(2026, 11, 18),
            id="de",
        ),
        pytest.param("pt", "Só volto segunda, dia 16.", date(2026, 11, 16), id="pt"),
        pytest.param(
            "en", "I'll be back in the office from 23 November.", date(2026, 11, 23), id="back from"
        ),
        pytest.param(
            "pt",
            "Ausente de 16 a 20 de novembro. A partir de 23 de novembro retomo o contacto.",
            date(2026, 11, 23),
            id="resumes from",
        ),
        pytest.param("de", "In KW 47 bis 48 im Urlaub.", date(2026, 11, 30), id="weeks"),
        pytest.param("en", "Out today and tomorrow.", date(2026, 11, 13), id="two days"),
        pytest.param(
            "en", "Away until Friday 13 November inclusive.", date(2026, 11, 14), id="inclusive"
        ),
        pytest.param("pt", "Férias de 12/11 a 17/11.", date(2026, 11, 18), id="pair of days"),
        pytest.param(
            "hu",
            "2026. november 12. és november 17. között szabadságon vagyok.",
            date(2026, 11, 18),
            id="between",
        ),
        pytest.param(
            "en",
            "I am in the autumn vacation until 17 November, from Wednesday 18 November I am there"
            " again.",
            date(2026, 11, 18),
            id="in the vacation",
        ),
    ],
)
def test_the_first_day_back(language: str, text: str, expected: date) -> None:
    """The day named as back counts; a last day away is followed by the next working day, or by
    the very next where it is said to be included."""
    dates = find_dates(text, anchor_of(WEDNESDAY, "", "EUR"), language)

    assert expected == find_absence(text, dates, WEDNESDAY).returns_on


MAIL = (
    "From: a@customer.example\r\nSubject: Re: reminder\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
CONTEXT = Context(received_at=datetime(2026, 11, 11, 9, tzinfo=UTC), items=ITEMS)


def test_a_short_assent_takes_the_date_that_was_proposed() -> None:
    """
    2026-11-10 rep    "Could you confirm payment by 20 November?"
    2026-11-11 reply  "Yes, that works."
    2026-11-11 expect the date 2026-11-20, quoting only the reply
    """
    body = "Yes, that works.\r\n\r\n> Could you confirm payment by 20 November?\r\n"
    raw = (MAIL + body).encode()
    found = extract(decode(raw), identify(raw, CONTEXT), CONTEXT)

    assert [(date(2026, 11, 20), "agreed")] == [(day.on, day.rule) for day in found.dates]
    assert "Yes" == found.dates[0].span.text


def test_a_refusal_takes_no_date_from_the_quote() -> None:
    """ "No, we can't do that" agrees to nothing."""
    body = "No, we can't do that.\r\n\r\n> Could you confirm payment by 20 November?\r\n"
    raw = (MAIL + body).encode()

    assert () == extract(decode(raw), identify(raw, CONTEXT), CONTEXT).dates
