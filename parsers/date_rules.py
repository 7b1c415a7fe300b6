"""Date arithmetic: what a phrase means, seen from the day on which the mail came.

Follows the labelling guide: a bare weekday is the next such day after receipt, a week is its
Friday, the end of a month its last calendar day. Knows no text; `Anchor.today` comes in.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from parsers.reading import Precision

YEAR_MIN = 1990
YEAR_MAX = 2100
PAST_DAYS_MAX = 75
MONDAY, FRIDAY, SATURDAY = 0, 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Whence dates are seen: the sender's local day of receipt, conventions, direction.

    `is_past` resolves yearless dates and weekdays backwards, as in "paid on Friday".
    """

    today: date
    is_month_first: bool = False
    is_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A day with its other readings; `is_impossible` marks a day that no month has."""

    on: date
    precision: Precision = Precision.DAY
    alternatives: tuple[date, ...] = ()
    is_impossible: bool = False


def last_day(year: int, month: int) -> date:
    """Return the last calendar day of the month."""
    return date(year, month, monthrange(year, month)[1])


def shift_month(day: date, months: int) -> date:
    """Return the same day `months` later, cut to the month's length."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _add(day: date, days: int) -> date:
    return date.fromordinal(max(1, min(date.max.toordinal(), day.toordinal() + days)))


def is_working(day: date) -> bool:
    """Monday to Friday; holidays are ignored, as the guide has it."""
    return day.weekday() < SATURDAY


def last_working_day(day: date) -> date:
    """Return `day` or the last Monday-to-Friday before it."""
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def absolute(year: int, month: int, day: int) -> Resolved | None:
    """Return the day; one beyond the month's end is its last day, marked impossible."""
    if not (YEAR_MIN <= year <= YEAR_MAX and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    length = monthrange(year, month)[1]
    return Resolved(on=date(year, month, min(day, length)), is_impossible=day > length)


def yearless(anchor: Anchor, month: int, day: int) -> Resolved | None:
    """Choose the year: the occurrence nearest ahead, or a short while behind."""
    for year in (anchor.today.year - 1, anchor.today.year, anchor.today.year + 1):
        found = absolute(year, month, day)
        if found is None:
            return None
        gap = (found.on - anchor.today).days
        low, high = (-330, 31) if anchor.is_past else (-PAST_DAYS_MAX, 366 - PAST_DAYS_MAX)
        if low <= gap <= high:
            return found
    return None


def day_only(anchor: Anchor, day: int, months_ahead: int | None = None) -> Resolved | None:
    """Resolve "the 28th": the next one (or the last one, looking back)."""
    if not 1 <= day <= 31:
        return None
    first = anchor.today.replace(day=1)
    if months_ahead is not None:
        first = shift_month(first, months_ahead)
    elif anchor.is_past and day > anchor.today.day:
        first = shift_month(first, -1)
    elif not anchor.is_past and min(day, last_day(first.year, first.month).day) <= anchor.today.day:
        first = shift_month(first, 1)
    return Resolved(on=first.replace(day=min(day, monthrange(first.year, first.month)[1])))


def weekday(anchor: Anchor, number: int, kind: str) -> Resolved:
    """Resolve a weekday (Monday 0); `kind` is bare, next, last or after (a week on)."""
    today = anchor.today
    ahead = (number - today.weekday() - 1) % 7 + 1
    if kind == "last" or (kind == "bare" and anchor.is_past):
        return Resolved(on=_add(today, -((today.weekday() - number - 1) % 7 + 1)))
    near = _add(today, ahead)
    if kind == "after":
        return Resolved(on=_add(near, 7), alternatives=(near,))
    if kind == "next":
        monday = _add(today, 7 - today.weekday())
        following = _add(monday, number)
        others = (near,) if near != following else (_add(following, 7),)
        return Resolved(on=following, alternatives=others)
    return Resolved(on=near)


def romance_next(anchor: Anchor, number: int) -> Resolved:
    """Resolve "vendredi prochain": the next such day, the week after as another reading."""
    near = weekday(Anchor(today=anchor.today), number, "bare").on
    return Resolved(on=near, alternatives=(_add(near, 7),))


def week_of(anchor: Anchor, weeks_ahead: int, day: int = FRIDAY) -> Resolved:
    """Resolve a week to a day of it (its Friday); the working days left are alternatives."""
    monday = _add(anchor.today, 7 * weeks_ahead - anchor.today.weekday())
    return _week_from(anchor, monday, day)


def _week_from(anchor: Anchor, monday: date, day: int) -> Resolved:
    chosen = _add(monday, day)
    days = tuple(_add(monday, offset) for offset in range(5))
    others = tuple(one for one in days if one != chosen and one >= anchor.today)
    return Resolved(on=chosen, precision=Precision.WEEK, alternatives=others)


def day_of_week(anchor: Anchor, weeks_ahead: int, day: int) -> Resolved:
    """Resolve "Monday next week": that very day."""
    return Resolved(on=week_of(anchor, weeks_ahead, day).on)


def iso_week(anchor: Anchor, number: int) -> Resolved | None:
    """Resolve "KW 48" to the Friday of the nearest such ISO week ahead."""
    if not 1 <= number <= 53:
        return None
    for year in (anchor.today.year - 1, anchor.today.year, anchor.today.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if -PAST_DAYS_MAX <= (monday - anchor.today).days <= 300:
            return _week_from(anchor, monday, FRIDAY)
    return None


def after(anchor: Anchor, count: int, unit: str) -> Resolved | None:
    """Resolve "in N days/weeks/months/business days" (negative looks back)."""
    if abs(count) > 400:
        return None
    if unit == "business":
        day = anchor.today
        for _ in range(abs(count)):
            day = _add(day, 1 if count > 0 else -1)
            while not is_working(day):
                day = _add(day, 1 if count > 0 else -1)
        return Resolved(on=day)
    if unit == "month":
        return Resolved(on=shift_month(anchor.today, count))
    on = _add(anchor.today, count * (7 if unit == "week" else 1))
    weeks = {8: 7, 15: 14}
    near = (_add(anchor.today, weeks[count]),) if unit == "day" and count in weeks else ()
    return Resolved(on=on, alternatives=near)


def part_of_month(year: int, month: int, part: str) -> Resolved:
    """Resolve early (5th), middle (15th), late (last day) or the whole of a month."""
    if part == "early":
        return Resolved(
            on=date(year, month, 5),
            precision=Precision.VAGUE,
            alternatives=tuple(date(year, month, n) for n in (*range(1, 5), *range(6, 11))),
        )
    if part == "middle":
        return Resolved(
            on=date(year, month, 15),
            precision=Precision.VAGUE,
            alternatives=tuple(date(year, month, n) for n in (13, 14, 16, 17)),
        )
    last = last_day(year, month)
    working = last_working_day(last)
    precision = Precision.MONTH if part == "whole" else Precision.DAY
    others = () if working == last else (working,)
    return Resolved(on=last, precision=precision, alternatives=others)


def named_month(anchor: Anchor, month: int, part: str, year: int | None = None) -> Resolved:
    """Resolve "mid June": this year's, or next year's when that lies behind."""
    chosen = year or anchor.today.year
    if year is None and not anchor.is_past and month < anchor.today.month:
        chosen += 1
    if year is None and anchor.is_past and month > anchor.today.month:
        chosen -= 1
    return part_of_month(chosen, month, part)


def nth_weekday(
    anchor: Anchor, nth: int, number: int, month: int | None, is_next: bool
) -> Resolved | None:
    """Resolve "the second Friday of January" (`nth` -1: the last); the next such day ahead."""
    first = anchor.today.replace(day=1)
    if month is not None:
        year = first.year + (month < first.month)
        first = date(year, month, 1)
    elif is_next:
        first = shift_month(first, 1)
    for start in (first, shift_month(first, 1)):
        end = last_day(start.year, start.month)
        if nth > 0:
            on = _add(start, (number - start.weekday()) % 7 + 7 * (nth - 1))
        else:
            on = _add(end, -((end.weekday() - number) % 7))
        if on > anchor.today or month is not None or anchor.is_past:
            return Resolved(on=on)
    return None


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian year (Gauss, with Lichtenberg's correction)."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    golden = year % 19
    seed = (19 * golden + moon) % 30
    correction = (seed + golden // 11) // 29
    full_moon = 21 + seed - correction
    first_sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)


def fixed(anchor: Anchor, meaning: str) -> Resolved | None:
    """Resolve a fixed phrase by its key in `date_words_phrases.FIXED`."""
    today = anchor.today
    days = {
        "today": 0,
        "tomorrow": 1,
        "day_after_tomorrow": 2,
        "yesterday": -1,
        "before_yesterday": -2,
        "fortnight": 14,
        "eight_days": 7,
        "a_week": 7,
    }
    if meaning in days:
        return Resolved(on=_add(today, days[meaning]))
    weeks = {
        "this_week": (0, FRIDAY),
        "late_this_week": (0, FRIDAY),
        "next_week": (1, FRIDAY),
        "late_next_week": (1, FRIDAY),
        "early_next_week": (1, 2),
        "mid_next_week": (1, 2),
        "week_after_next": (2, FRIDAY),
    }
    if meaning in weeks:
        ahead, day = weeks[meaning]
        is_over = ahead == 0 and not is_working(today)
        return week_of(anchor, ahead + is_over, day)
    following = shift_month(today.replace(day=1), 1)
    if meaning == "late_month":
        return part_of_month(today.year, today.month, "late")
    if meaning == "mid_month":
        base = today if today.day < 15 else following
        return part_of_month(base.year, base.month, "middle")
    if meaning == "late_next_month":
        return part_of_month(following.year, following.month, "late")
    if meaning == "early_next_month":
        return part_of_month(following.year, following.month, "early")
    if meaning == "first_next":
        return Resolved(on=following)
    if meaning == "after_easter":
        coming = easter(today.year)
        coming = coming if coming >= today else easter(today.year + 1)
        return Resolved(on=_add(coming, 2))
    if meaning == "year_end":
        return Resolved(on=date(today.year, 12, 31), alternatives=(date(today.year, 12, 30),))
    return None
