"""Laws of money and of the calendar alone: amounts to the cent, windows, business days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.calendar import calendar_of
from daemon.core.money import Money, exponent, money_from_decimal, total_per_currency
from tests.core.builders import default_policy
from tests.core.places import CURRENCIES, EXAMPLES, PLACES


@EXAMPLES
@given(st.integers(-(10**12), 10**12), st.sampled_from(("EUR", "JPY", "KWD", "USD")))
def test_an_amount_survives_its_decimal_form(minor: int, currency: str) -> None:
    """Minor units to decimals and back: nothing is rounded, whatever decimals a currency has."""
    amount = Money(minor, currency)

    assert amount == money_from_decimal(amount.decimal, currency)
    assert -exponent(currency) <= int(amount.decimal.as_tuple().exponent)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_more_decimals_than_the_currency_has_are_refused(currency: str) -> None:
    """A tenth of the smallest unit is no amount."""
    tenth = Decimal(1).scaleb(-exponent(currency) - 1)

    with pytest.raises(ValueError, match="more decimals"):
        money_from_decimal(tenth, currency)


@EXAMPLES
@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(CURRENCIES)), max_size=30),
    st.randoms(use_true_random=False),
)
def test_totals_do_not_hang_on_order_or_grouping(
    amounts: list[tuple[int, str]], shuffle: st.DrawFn
) -> None:
    """Adding up in any order, at once or part by part, gives the same total per currency."""
    whole = [Money(minor, currency) for minor, currency in amounts]
    mixed = list(whole)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    half = len(mixed) // 2
    parts = (*total_per_currency(mixed[:half]), *total_per_currency(mixed[half:]))

    assert total_per_currency(whole) == total_per_currency(mixed) == total_per_currency(parts)


@EXAMPLES
@given(st.sampled_from(PLACES), st.integers(0, 700), st.integers(0, 1439))
def test_the_next_window_is_never_late_and_lies_in_a_window(
    place: tuple[str, str], offset: int, minute: int
) -> None:
    """On DST nights too: it opens on a business day, not before now, and none opens earlier."""
    policy = default_policy()
    calendar = calendar_of(*place)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=offset, minutes=minute)
    found = calendar.next_window_open_at(now, policy)

    assert found >= now
    assert calendar.is_in_window(found, policy)

    day = calendar.today(now)
    while day < calendar.today(found):
        opens_at, closes_at = calendar.window(day, policy)

        assert not calendar.is_business_day(day) or closes_at <= now or opens_at > found

        day += timedelta(days=1)


@EXAMPLES
@given(st.sampled_from(PLACES), st.integers(0, 700), st.integers(-30, 30))
def test_business_days_are_counted_one_by_one(
    place: tuple[str, str], offset: int, count: int
) -> None:
    """Adding n is adding one n times, it always lands on a business day, and it is monotone."""
    calendar = calendar_of(*place)
    day = date(2026, 1, 1) + timedelta(days=offset)
    at_once = calendar.add_business_days(day, count)
    unit = 1 if count >= 0 else -1
    one_by_one = calendar.roll_forward(day) if count == 0 else day
    for _ in range(abs(count)):
        one_by_one = calendar.add_business_days(one_by_one, unit)

    assert at_once == one_by_one
    assert calendar.is_business_day(at_once)
    assert calendar.add_business_days(day, count + 1) >= at_once
