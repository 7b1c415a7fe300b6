"""The business calendar: which days and hours count at the debtor's place.

Public holidays and weekends are the country's, the clock is the zone's, `days_off` are the
house's own. Instants are computed by wall time in the zone, so a DST night moves no window.
Source: the holidays library for public holidays; Saturday and Sunday where it knows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from holidays.registry import EntityLoader

from daemon.core.policy import Policy

ONE_DAY = timedelta(days=1)
DAYS_OFF_IN_A_ROW_MAX = 60
MEMORY_DAYS_MAX = 20_000
# Where most businesses keep more days than the whole country does: England's bank holidays.
PARTS = {"GB": "ENG"}
PLAIN_WEEKEND = frozenset({5, 6})
# The codes alone: the list with subdivisions would load the rules of every country on earth.
KNOWN = frozenset(EntityLoader.get_country_codes())


class BusinessCalendar:
    """Business days and the send window of one country, zone and house.

    Args:
        country: ISO 3166 code of the country whose public holidays count.
        zone: IANA name of the time zone.
        days_off: Further days on which nothing is done.

    Raises:
        ValueError: The zone does not exist.
    """

    __slots__ = ("_added", "_years", "country", "days_off", "is_known", "zone")

    def __init__(self, country: str, zone: str, days_off: frozenset[date] = frozenset()) -> None:
        self.country = country
        try:
            self.zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"time zone {zone!r} does not exist") from error
        self.days_off = days_off
        self.is_known = country in KNOWN
        self._years: dict[int, frozenset[date]] = {}
        self._added: dict[tuple[date, int], date] = {}

    def is_business_day(self, day: date) -> bool:
        """Tell whether work is done on `day`."""
        return day not in self.days_off and day not in self._off_in(day.year)

    def roll_forward(self, day: date) -> date:
        """Return `day`, or the next business day where it is a day off."""
        return day if self.is_business_day(day) else self._roll(day, ONE_DAY)

    def roll_backward(self, day: date) -> date:
        """Return `day`, or the last business day before where it is a day off."""
        return self._roll(day, -ONE_DAY)

    def add_business_days(self, day: date, count: int) -> date:
        """Return the `count`-th business day after `day` (before it where negative).

        Friday + 1 = Monday, Saturday + 1 = Monday; + 0 rolls forward.
        """
        known = self._added.get((day, count))
        if known is not None:
            return known
        unit = ONE_DAY if count >= 0 else -ONE_DAY
        here = self.roll_forward(day) if count == 0 else day
        for _ in range(abs(count)):
            here = self._roll(here + unit, unit)
        if len(self._added) >= MEMORY_DAYS_MAX:
            self._added.clear()
        self._added[(day, count)] = here
        return here

    def business_days_between(self, earlier: date, later: date) -> int:
        """Count the whole business days strictly between two dates; 0 where none lie there."""
        length = (later - earlier).days
        days = (earlier + timedelta(days=offset) for offset in range(1, max(length, 1)))
        return sum(1 for day in days if self.is_business_day(day))

    def today(self, now: datetime) -> date:
        """Return the local date at `now`.

        Raises:
            ValueError: `now` is naive.
        """
        if now.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return now.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Return the first instant of a local day, in UTC."""
        return self._instant(day, time(0, 0))

    def window(self, day: date, policy: Policy) -> tuple[datetime, datetime]:
        """Return when the send window of `day` opens and closes, in UTC."""
        opens = self._instant(day, policy.window_opens)
        return opens, self._instant(day, policy.window_closes)

    def is_in_window(self, now: datetime, policy: Policy) -> bool:
        """Tell whether a letter may leave at `now`: a business day, inside the hours."""
        day = self.today(now)
        opens_at, closes_at = self.window(day, policy)
        return self.is_business_day(day) and opens_at <= now < closes_at

    def next_window_open_at(self, now: datetime, policy: Policy) -> datetime:
        """Return the earliest instant from `now` on at which the window is open, in UTC."""
        if self.is_in_window(now, policy):
            return now.astimezone(UTC)
        day = self.roll_forward(self.today(now))
        opens_at, _ = self.window(day, policy)
        if opens_at >= now:
            return opens_at
        return self.window(self.add_business_days(day, 1), policy)[0]

    def _instant(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, tzinfo=self.zone).astimezone(UTC)

    def _roll(self, day: date, unit: timedelta) -> date:
        for _ in range(DAYS_OFF_IN_A_ROW_MAX):
            if self.is_business_day(day):
                return day
            day += unit
        raise ValueError(f"no business day within {DAYS_OFF_IN_A_ROW_MAX} days of {day}")

    def _off_in(self, year: int) -> frozenset[date]:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = frozenset(self._found_off(year))
        return known

    def _found_off(self, year: int) -> Iterator[date]:
        first = date(year, 1, 1)
        days = (date.fromordinal(first.toordinal() + offset) for offset in range(366))
        part = PARTS.get(self.country)
        public = (
            holidays.country_holidays(self.country, subdiv=part, years=year)
            if self.is_known
            else None
        )
        for day in days:
            is_weekend = (
                day.weekday() in PLAIN_WEEKEND if public is None else public.is_weekend(day)
            )
            if day.year == year and (is_weekend or (public is not None and day in public)):
                yield day


@lru_cache(maxsize=1024)
def calendar_of(
    country: str, zone: str, days_off: frozenset[date] = frozenset()
) -> BusinessCalendar:
    """Return the calendar, made once for each country, zone and set of days off.

    Raises:
        ValueError: The zone does not exist.
    """
    return BusinessCalendar(country, zone, days_off)
