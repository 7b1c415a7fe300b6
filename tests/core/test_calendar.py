"""The business calendar: days off, rolling, windows over DST nights."""

from __future__ import annotations

from datetime import date, time

import pytest

from daemon.core.calendar import BusinessCalendar, calendar_of
from tests.core.builders import at, day, default_policy

GERMAN = calendar_of("DE", "Europe/Berlin")


@pytest.mark.parametrize(
    ("country", "zone", "when", "expected"),
    [
        pytest.param("DE", "Europe/Berlin", "2026-11-27", True, id="a Friday in Germany"),
        pytest.param("DE", "Europe/Berlin", "2026-11-28", False, id="a Saturday in Germany"),
        pytest.param("DE", "Europe/Berlin", "2026-12-25", False, id="Christmas in Germany"),
        pytest.param("SA", "Asia/Riyadh", "2026-11-27", False, id="a Friday in Saudi Arabia"),
        pytest.param("SA", "Asia/Riyadh", "2026-11-29", True, id="a Sunday in Saudi Arabia"),
        pytest.param("US", "America/New_York", "2026-11-26", False, id="Thanksgiving"),
        pytest.param("GB", "Europe/London", "2026-04-06", False, id="Easter Monday in England"),
        pytest.param("XX", "UTC", "2026-12-25", True, id="an unknown country has weekends only"),
        pytest.param("XX", "UTC", "2026-12-26", False, id="and those are kept"),
    ],
)
def test_a_country_has_its_own_days_off(country: str, zone: str, when: str, expected: bool) -> None:
    """Holidays and weekends are those of the debtor's country."""
    calendar = calendar_of(country, zone)

    assert expected == calendar.is_business_day(day(when))


def test_a_calendar_says_whether_it_knows_the_country() -> None:
    """A country without a holiday table is told as such."""

    assert calendar_of("DE", "UTC").is_known
    assert not calendar_of("XX", "UTC").is_known


def test_a_day_off_of_the_house_counts() -> None:
    """The house's own days off rest like holidays."""
    calendar = BusinessCalendar("DE", "Europe/Berlin", frozenset({day("2026-12-24")}))

    assert day("2026-12-28") == calendar.add_business_days(day("2026-12-23"), 1)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        pytest.param("2026-11-27", 1, "2026-11-30", id="Friday + 1 = Monday"),
        pytest.param("2026-11-28", 1, "2026-11-30", id="Saturday + 1 = Monday"),
        pytest.param("2026-11-28", 0, "2026-11-30", id="Saturday + 0 rolls forward"),
        pytest.param("2026-11-30", -1, "2026-11-27", id="Monday - 1 = Friday"),
        pytest.param("2026-12-23", 3, "2026-12-29", id="over Christmas"),
        pytest.param("2028-02-28", 1, "2028-02-29", id="to a leap day"),
        pytest.param("2028-02-28", 2, "2028-03-01", id="over a leap day"),
    ],
)
def test_business_days_are_added(start: str, count: int, expected: str) -> None:
    """One business day on is the next business day, whatever lies between."""

    assert day(expected) == GERMAN.add_business_days(day(start), count)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        pytest.param("2026-11-27", "2026-11-30", 0, id="over a weekend"),
        pytest.param("2026-11-26", "2026-11-30", 1, id="one Friday"),
        pytest.param("2026-11-30", "2026-11-30", 0, id="the same day"),
        pytest.param("2026-11-30", "2026-11-20", 0, id="backwards"),
    ],
)
def test_whole_business_days_lie_strictly_between(earlier: str, later: str, expected: int) -> None:
    """Only whole business days between two dates count."""

    assert expected == GERMAN.business_days_between(day(earlier), day(later))


def test_days_off_roll_both_ways() -> None:
    """A due date on a day off counts as the next business day; pre-due goes back."""

    assert day("2026-11-30") == GERMAN.roll_forward(day("2026-11-28"))
    assert day("2026-11-27") == GERMAN.roll_backward(day("2026-11-29"))


@pytest.mark.parametrize(
    ("when", "opens", "closes"),
    [
        pytest.param("2026-03-27", "2026-03-27 08:00", "2026-03-27 15:30", id="winter time"),
        pytest.param("2026-03-30", "2026-03-30 07:00", "2026-03-30 14:30", id="summer time"),
    ],
)
def test_the_window_follows_the_wall_clock(when: str, opens: str, closes: str) -> None:
    """09:00 to 16:30 at the debtor's place, before and after the clock changes."""

    assert (at(opens), at(closes)) == GERMAN.window(day(when), default_policy())


def test_a_window_in_the_lost_hour_still_opens_before_it_closes() -> None:
    """A window that begins in the hour that DST leaves out opens all the same."""
    policy = default_policy(window_opens=time(2, 30), window_closes=time(3, 30))
    calendar = calendar_of("XX", "Europe/Berlin")
    opens_at, closes_at = calendar.window(date(2026, 3, 29), policy)

    assert opens_at <= closes_at


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-11-27 10:00", "2026-11-27 10:00", id="inside: now"),
        pytest.param("2026-11-27 06:00", "2026-11-27 08:00", id="before: this morning"),
        pytest.param("2026-11-27 16:00", "2026-11-30 08:00", id="Friday evening: Monday"),
        pytest.param("2026-11-28 10:00", "2026-11-30 08:00", id="Saturday: Monday"),
        pytest.param("2026-11-27 23:30", "2026-11-30 08:00", id="already Saturday there"),
    ],
)
def test_the_next_window(now: str, expected: str) -> None:
    """A letter outside the window waits for the next one."""

    assert at(expected) == GERMAN.next_window_open_at(at(now), default_policy())


def test_today_is_the_debtors_date() -> None:
    """23:30 UTC is tomorrow in Berlin."""

    assert day("2026-06-02") == GERMAN.today(at("2026-06-01 23:30"))


def test_an_unknown_zone_is_refused() -> None:
    """A zone that does not exist is an error, not a guess."""
    with pytest.raises(ValueError, match="Nowhere"):
        calendar_of("DE", "Nowhere/Else")
