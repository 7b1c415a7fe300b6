"""Dates in replies: what a customer's words mean on the day they are written."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.date_rules import easter
from parsers.dates import anchor_of, find_dates
from parsers.reading import Precision

WEDNESDAY = date(2026, 11, 11)


def days(text: str, language: str = "en", country: str = "", today: date = WEDNESDAY) -> list[str]:
    found = find_dates(text, anchor_of(today, country, ""), language)
    return [one.on.isoformat() for one in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "we pay on Friday", "2026-11-13", id="bare weekday"),
        pytest.param("en", "by Wednesday", "2026-11-18", id="the same weekday is a week later"),
        pytest.param("en", "next Friday at the latest", "2026-11-20", id="next weekday"),
        pytest.param("en", "sorted next week", "2026-11-20", id="next week is its Friday"),
        pytest.param("en", "early next week", "2026-11-18", id="early next week is Wednesday"),
        pytest.param("en", "in the run on the 28th", "2026-11-28", id="day of the month"),
        pytest.param("en", "on the 5th", "2026-12-05", id="a day behind is next month's"),
        pytest.param("en", "end of the month", "2026-11-30", id="end of the month"),
        pytest.param("en", "mid December", "2026-12-15", id="middle of a month"),
        pytest.param("en", "beginning of February", "2027-02-05", id="beginning of a month"),
        pytest.param("en", "within ten days", "2026-11-21", id="within days"),
        pytest.param("en", "in five business days", "2026-11-18", id="business days"),
        pytest.param("en", "two weeks from today", "2026-11-25", id="weeks from today"),
        pytest.param("en", "calendar week 48", "2026-11-27", id="calendar week"),
        pytest.param("en", "it leaves tomorrow", "2026-11-12", id="tomorrow"),
        pytest.param("en", "2026-12-01", "2026-12-01", id="year first"),
        pytest.param("en", "between the 22nd and the 24th", "2026-11-24", id="range"),
        pytest.param("en", "from the 10th to the 24th", "2026-11-24", id="moved from to"),
        pytest.param("en", "Friday the 13th", "2026-11-13", id="weekday and day"),
        pytest.param("de", "Zahlung am 30.11.", "2026-11-30", id="dotted"),
        pytest.param("de", "am 3. Dezember", "2026-12-03", id="german month"),
        pytest.param("de", "nächsten Freitag", "2026-11-20", id="german next weekday"),
        pytest.param("de", "in KW 48", "2026-11-27", id="KW"),
        pytest.param("de", "in 14 Tagen", "2026-11-25", id="german days"),
        pytest.param("de", "Ende des Monats", "2026-11-30", id="german month end"),
        pytest.param("de", "übermorgen", "2026-11-13", id="day after tomorrow"),
        pytest.param("de", "innerhalb von fünf Werktagen", "2026-11-18", id="german working days"),
        pytest.param("fr", "vendredi prochain", "2026-11-13", id="french next weekday"),
        pytest.param("fr", "le 28 novembre", "2026-11-28", id="french month"),
        pytest.param("es", "el viernes 20", "2026-11-20", id="spanish weekday and day"),
        pytest.param("it", "entro 10 giorni", "2026-11-21", id="italian days"),
        pytest.param("nl", "eind deze maand", "2026-11-30", id="dutch month end"),
        pytest.param("pt", "na sexta-feira", "2026-11-13", id="portuguese weekday"),
        pytest.param("pl", "do 20 listopada", "2026-11-20", id="polish month"),
        pytest.param("pl", "w dniach 16-19 listopada", "2026-11-19", id="days of a month"),
        pytest.param("de", "KW 48 bis 49", "2026-12-04", id="calendar weeks"),
        pytest.param("cs", "ve čtvrtek", "2026-11-12", id="czech weekday"),
        pytest.param("cs", "do konce měsíce", "2026-11-30", id="czech month end"),
        pytest.param("cs", "27. listopadu, 31 460 Kč", "2026-11-27", id="no year in an amount"),
        pytest.param("fi", "perjantain ajossa", "2026-11-13", id="finnish weekday"),
        pytest.param("fi", "10 päivän kuluessa", "2026-11-21", id="finnish days"),
        pytest.param("hu", "holnapután utalom", "2026-11-13", id="hungarian day after tomorrow"),
        pytest.param("hu", "két héten belül", "2026-11-25", id="hungarian weeks"),
        pytest.param("ro", "până la sfârșitul lunii", "2026-11-30", id="romanian month end"),
        pytest.param("tr", "25 Aralık Cuma günü", "2026-12-25", id="turkish month"),
        pytest.param("tr", "on gün içinde", "2026-11-21", id="turkish days"),
    ],
)
def test_words_for_a_day(language: str, text: str, expected: str) -> None:
    """A customer's words for a day resolve as the labelling guide has them."""
    found = days(text, language)

    assert [expected] == found


@pytest.mark.parametrize(
    "text",
    [
        "invoice 12/2026-44 is fine",
        "call +44 20 7946 0112",
        "IBAN DE02 1203 0000 0000 2020 51",
        "the sum of 12.50 EUR",
        "this is the 2nd reminder",
        "Guten Morgen zusammen",
        "we may march on",
    ],
)
def test_numbers_that_are_no_dates(text: str) -> None:
    """Digits of references, telephones, accounts and sums are no dates."""
    found = days(text, "de" if "Guten" in text else "en")

    assert [] == found


def test_united_states_write_the_month_first() -> None:
    """05/06/2026 is the 6th of May for a customer in the United States, else the 5th of June."""
    american = days("on 05/06/2026", country="US")
    british = days("on 05/06/2026", country="GB")

    assert ["2026-05-06"] == american
    assert ["2026-06-05"] == british


def test_both_readings_are_kept() -> None:
    """A date that can be read two ways keeps the other reading."""
    (found,) = find_dates("on 05/06/2026", anchor_of(WEDNESDAY, "GB", ""), "en")

    assert (date(2026, 5, 6),) == found.alternatives


def test_a_date_called_off_is_dropped() -> None:
    """Only the new date of "the 20th instead of the 13th" counts."""
    assert ["2026-11-20"] == days("on the 20th instead of the 13th")
    assert ["2026-11-20"] == days("am 20.11. statt am 13.11.", "de")


def test_a_day_that_no_month_has_is_flagged() -> None:
    """31 June is read as the last of June and flagged."""
    (found,) = find_dates("am 31. Juni", anchor_of(date(2026, 5, 27), "", ""), "de")

    assert date(2026, 6, 30) == found.on
    assert found.is_impossible


def test_looking_back() -> None:
    """ "Paid on Friday" is the Friday before, "on the 30th" the last 30th."""
    anchor = anchor_of(WEDNESDAY, "", "", is_past=True)
    weekday = find_dates("paid on Friday", anchor, "en")
    day = find_dates("paid on the 30th", anchor, "en")

    assert [date(2026, 11, 6)] == [one.on for one in weekday]
    assert [date(2026, 10, 30)] == [one.on for one in day]


def test_a_week_leaves_its_working_days_open() -> None:
    """ "Next week" is its Friday; any working day of it may be right too."""
    (found,) = find_dates("next week", anchor_of(WEDNESDAY, "", ""), "en")

    assert Precision.WEEK == found.precision
    assert [16, 17, 18, 19] == [one.day for one in found.alternatives]


def test_easter() -> None:
    """Easter Sundays of five years, from the almanac."""
    found = [easter(year).isoformat() for year in (2024, 2025, 2026, 2027, 2038)]

    assert ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25"] == found
