"""Cells to dates. Day and month are never told apart by a guess.

03/04/2026 is a day in April in London and in March in New York. The order follows from the
file's own evidence (one date with a part above twelve decides for all) or from the
configuration. Dates with dots are day first, as everywhere where dots are used, unless the
configuration says otherwise; ISO dates and month names need no evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from babel import Locale

from daemon.adapters.ledger_values import Cell, Proof, ReadsTwoWays, clean_text

YEARS = range(1990, 2101)
# Spreadsheets count days from here (their 1900 was a leap year); 5 digits are 1927 to 2173.
SERIAL_EPOCH = date(1899, 12, 30)
SERIAL_DIGITS = 5
MONTH_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")

ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
THREE_NUMBERS = re.compile(r"(\d{1,2})([-/. ])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
DAY_NAME_YEAR = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s+)?(\d{1,2})(?:\.|st|nd|rd|th)?[\s/-]+(?:de )?"
    r"([^\W\d]{3,12})\.?,?[\s/-]+(?:de )?(\d{4}|\d{2})"
)
NAME_DAY_YEAR = re.compile(
    r"(?:[^\W\d]{3,12}\.?,\s+)?([^\W\d]{3,12})\.?[\s-]+(\d{1,2})"
    r"(?:st|nd|rd|th)?,?[\s-]+(\d{4}|\d{2})"
)
TIME_OF_DAY = re.compile(r"(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp][Mm]|Z)?$")


class DateOrder(StrEnum):
    """Which of two numbers is the day."""

    DAY_MONTH = "day_month"
    MONTH_DAY = "month_day"


def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in MONTH_LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    folded = _fold(name)
                    names.setdefault(folded, number)
                    if len(folded) > 3:
                        names.setdefault(folded[:3], number)
    names |= {"mrz": 3, "sept": 9, "may": 5, "mar": 3, "jul": 7, "jun": 6}
    return names


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalpha() and not unicodedata.combining(c))


MONTHS = _month_names()


def _three_numbers(text: str) -> tuple[int, str, int, int] | None:
    match = THREE_NUMBERS.fullmatch(text)
    if match is None:
        return None
    year = int(match[4])
    return int(match[1]), match[2], int(match[3]), year + 2000 if year < 100 else year


def proven_order(cell: Cell) -> DateOrder | None:
    """Return the order that this date proves; None where it proves none."""
    if not isinstance(cell, str) or cell[4:5] == "-":
        return None
    numbers = _three_numbers(TIME_OF_DAY.sub("", cell.strip()))
    if numbers is None or numbers[1] == ".":
        return None
    first, _, second, _ = numbers
    if first > 12 >= second >= 1 and first <= 31:
        return DateOrder.DAY_MONTH
    if second > 12 >= first >= 1 and second <= 31:
        return DateOrder.MONTH_DAY
    return None


def order_proofs(cells: Iterable[tuple[int, Cell]]) -> dict[DateOrder, Proof]:
    """Return the first proof of each order among (line, cell) pairs."""
    proofs: dict[DateOrder, Proof] = {}
    for line, cell in cells:
        order = proven_order(cell)
        if order is not None and order not in proofs:
            proofs[order] = Proof(line=line, text=str(cell).strip())
            if len(proofs) == len(DateOrder):
                break
    return proofs


def date_of(cell: Cell, order: DateOrder | None) -> date | None:
    """Read a date; None if empty.

    Args:
        cell: Text, a spreadsheet date, or a spreadsheet's serial number of days.
        order: Which number is the day in 03/04/2026; None = the file has not shown it.

    Raises:
        ValueError: Not a date, not in 1990 to 2100, or one that reads two ways.
    """
    if isinstance(cell, datetime):
        return _in_range(cell.date(), str(cell))
    if isinstance(cell, date):
        return _in_range(cell, str(cell))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = str(int(cell))
    shown = clean_text(cell)
    if not shown:
        return None
    text = TIME_OF_DAY.sub("", shown)
    try:
        return _in_range(_parse(text, shown, order), shown)
    except OverflowError as error:
        raise ValueError(f"{shown!r} is not a date") from error


def _in_range(found: date, shown: str) -> date:
    if found.year not in YEARS:
        raise ValueError(f"{shown!r} is a date in the year {found.year}: mend it")
    return found


def _day(year: int, month: int, day: int, shown: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{shown!r} is not a date of the calendar") from error


def _parse(text: str, shown: str, order: DateOrder | None) -> date:
    if match := ISO.fullmatch(text):
        return _day(int(match[1]), int(match[3]), int(match[4]), shown)
    if match := COMPACT.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), shown)
    if len(text) == SERIAL_DIGITS and text.isdigit():
        return SERIAL_EPOCH + timedelta(days=int(text))
    if numbers := _three_numbers(text):
        first, separator, second, year = numbers
        if order is None and separator == ".":
            order = DateOrder.DAY_MONTH
        return _ordered(first, second, year, order, shown)
    for pattern, day_at, name_at in ((DAY_NAME_YEAR, 1, 2), (NAME_DAY_YEAR, 2, 1)):
        if match := pattern.fullmatch(text):
            month = MONTHS.get(_fold(match[name_at]))
            if month is not None:
                year = int(match[3])
                return _day(year + 2000 if year < 100 else year, month, int(match[day_at]), shown)
    raise ValueError(f"{shown!r} is not a date: write it as 2026-11-27")


def _ordered(first: int, second: int, year: int, order: DateOrder | None, shown: str) -> date:
    match order:
        case DateOrder.DAY_MONTH:
            if second > 12 >= first:
                raise ValueError(
                    f"{shown!r} has no month {second}, and the dates of this file are day first: "
                    "mend it or set [ledger] date_order"
                )
            return _day(year, second, first, shown)
        case DateOrder.MONTH_DAY:
            if first > 12 >= second:
                raise ValueError(
                    f"{shown!r} has no month {first}, and the dates of this file are month first: "
                    "mend it or set [ledger] date_order"
                )
            return _day(year, first, second, shown)
        case None:
            if first == second:
                return _day(year, first, second, shown)
            if first > 12 or second > 12:
                day, month = (first, second) if first > 12 else (second, first)
                return _day(year, month, day, shown)
            one, other = _day(year, second, first, shown), _day(year, first, second, shown)
            raise ReadsTwoWays(
                f"{shown} may be {one:%-d %B %Y} or {other:%-d %B %Y}: "
                'set [ledger] date_order to "day_month" or "month_day"'
            )
