"""Which of the dates in a promise is the day of payment: words beside each date weigh it.

A date beside a word of paying counts for, one beside an absence, a due date, a denial, an
arrival or another's payment counts against. Several days stay only where each has its own part
of the money or its own invoices; else the best one is kept, the later of equals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date

from parsers.date_words_phrases import DENIED
from parsers.facts_choosing_words import (
    AHEAD,
    ALWAYS,
    ARRIVES,
    AWAY,
    CANNOT,
    CONDITION,
    CORRECTED,
    DONE,
    DUE,
    EARLIEST,
    GONE,
    NO_RUN,
    NOTHING,
    OTHERS,
    PAST,
    PAY,
    PROOF,
    RATE,
    SAME_DAY,
    TODAYS,
    UNTIL,
    VAGUE,
)
from parsers.reading import FoundDate, Precision

NEAR = 64
SHARE_MIN = -2
OVER_MAX = -3
AHEAD_MIN = 2
APART_MAX = 3
WEIGHED_MAX = 60
VAGUE_DAYS_MAX, VAGUE_GAP_MAX = 12, 48
NAME_GAP_MAX = 40
CORRECTION_MAX = 60
_STOP = re.compile(r"(?<!\d)[.!?](?=\s)|\n")
_BREAK = re.compile(
    r"(?<!\d\.\d)(?<!\d\.\d\d)[.!?](?=\s|$)|:(?=\s)|[;\n()]|, | - "
    r"| (?:and|but|so|then|und|aber|dann|sondern|et|mais|donc|alors|y|pero|e|ma|poi|en|maar|dus"
    r"|mas|entao|ale|wiec|a|och|men|sa|og) "
)
_FULL_STOP = re.compile(r"[a-z]{5}\.$")


def clause_of(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the clause round [start, end), at most `NEAR` characters each way.

    A full stop that the date took along, "7 August.", ends the clause; that of "Aug." does not.
    """
    if _FULL_STOP.search(folded, start, end) is not None:
        end -= 1
    low = max(0, start - NEAR)
    end -= folded.startswith((".", ","), max(start, end - 1))
    high = min(len(folded), end + NEAR)
    before = [match.end() for match in _BREAK.finditer(folded, low, start)]
    after = _BREAK.search(folded, end, high)
    return (before[-1] if before else low), (after.start() if after else high)


def weigh(folded: str, day: FoundDate) -> int:
    """Weigh one date by the words of its clause; below 0: hardly the day of payment."""
    start, end = day.span.start, day.span.end
    low, high = clause_of(folded, start, end)
    clause = folded[low:high]
    before = folded[max(0, start - 48) : start]
    pays = PAY.search(clause) is not None
    weight = 2 if pays else 0
    if day.rule in TODAYS:
        weight -= 4 if DONE.search(clause) else 2
    if day.rule in VAGUE or day.precision is Precision.MONTH:
        weight -= 1
    if AWAY.search(clause) and not pays:
        weight -= 3
    if DUE.search(folded[max(low, start - 32) : high]) and not (pays and day.rule == "weekday"):
        weight -= 2
    if PAST.search(clause) and not AHEAD.search(clause):
        weight -= 5
    weight -= _held_back(folded, low, start, end, high)
    if day.rule == "day" and RATE.search(clause):
        weight -= 4
    if SAME_DAY.match(folded, end):
        weight += 4
    if UNTIL.search(before) and not pays:
        weight -= 1
    is_in_the = before.endswith("no ") and folded.startswith("dia", start)
    if (re.search(DENIED, before) and not is_in_the) or NO_RUN.match(folded, end):
        weight -= 5
    if ARRIVES.search(clause):
        weight -= 1
    if CONDITION.search(folded[low:start]):
        weight -= 2
    if OTHERS.search(folded[low : end + 40 if end + 40 < high else high]):
        weight -= 2
    if CORRECTED.search(folded[max(0, start - 40) : start]):
        weight += 2
    return weight


def _held_back(folded: str, low: int, start: int, end: int, high: int) -> int:
    """How much the clause speaks of a day gone by, of one that cannot be, or of none at all."""
    clause = folded[low:high]
    before = folded[low:start]
    found = 0
    if CANNOT.search(folded, low, min(high, end + 24)) and not EARLIEST.search(before):
        found += 4
    if GONE.search(clause):
        found += 3
    if ALWAYS.search(clause) or NOTHING.search(clause):
        found += 2
    if PROOF.search(clause):
        found += 2
    return found


def is_denied(folded: str, day: FoundDate) -> bool:
    """Whether the clause says that nothing can be paid on that day."""
    low, high = clause_of(folded, day.span.start, day.span.end)
    return CANNOT.search(folded, low, min(high, day.span.end + 24)) is not None


def choose(
    folded: str, days: Sequence[FoundDate], has_share: Callable[[FoundDate], bool]
) -> tuple[FoundDate, ...]:
    """Choose the days of payment among the dates of the promising words.

    Args:
        folded: The new text, folded.
        days: Candidate dates, in order of the text.
        has_share: Tells whether a date has its own amount or its own invoices.

    Returns:
        All days that have a share each, else the one best day, of the first 60; nothing of
        nothing.
    """
    days = _after_correction(folded, days[:WEIGHED_MAX])
    days = [day for day in days if not _is_todays_name(folded, day, days)] or days
    if len({day.on for day in days}) <= 1:
        return tuple(days)
    days = _without_vague(folded, days)
    weights = _weights(folded, days)
    least = max(SHARE_MIN, max(weights.values()) - APART_MAX)
    shared = [day for day in days if weights[id(day)] > least and has_share(day)]
    if len({day.on for day in shared}) > 1 and _is_parted(shared, days, weights):
        return tuple(shared)
    top = max(weights.values())
    return tuple([day for day in days if weights[id(day)] == top][-1:])


def rivals(folded: str, days: Sequence[FoundDate], chosen: Collection[date]) -> list[FoundDate]:
    """Return the days that could be the day of payment as well as the chosen ones.

    Args:
        folded: The new text, folded.
        days: All dates ahead, in order of the text.
        chosen: The days chosen among them.
    """
    if len(days) > WEIGHED_MAX:
        return [day for day in days if day.on not in chosen]
    days = _after_correction(folded, days)
    days = [day for day in days if not _is_todays_name(folded, day, days)]
    days = _without_vague(folded, days)
    weights = _weights(folded, days)
    standing = [day for day in days if day.on in chosen]
    least = min((weights[id(day)] for day in standing), default=0)
    return [
        day
        for day in days
        if day.on not in chosen
        and (
            weights[id(day)] > least - AHEAD_MIN
            or (weights[id(day)] >= 0 and any(_is_listed(folded, day, one) for one in standing))
        )
    ]


def _is_listed(folded: str, day: FoundDate, other: FoundDate) -> bool:
    """Whether two days stand in one sentence, so that one verb may stand for both."""
    low, high = sorted((day.span, other.span), key=lambda span: span.start)
    return _STOP.search(folded, low.end, high.start) is None


def _weights(folded: str, days: Sequence[FoundDate]) -> dict[int, int]:
    """The weight of each date; one that is denied once is denied wherever it is named."""
    weights = {id(day): weigh(folded, day) for day in days}
    denied = {day.on: weights[id(day)] for day in days if weights[id(day)] < OVER_MAX}
    return {id(day): min(weights[id(day)], denied.get(day.on, 99)) for day in days}


def _without_vague(folded: str, days: Sequence[FoundDate]) -> list[FoundDate]:
    """Drop a vague day that an exact one beside it explains: "end of the month, the 30th"."""
    kept: list[FoundDate] = []
    for index, day in enumerate(days):
        following = days[index + 1] if index + 1 < len(days) else None
        if following is not None and day.rule in _LOOSE and following.rule not in _LOOSE:
            gap = folded[day.span.end : following.span.start]
            is_near = (
                abs((following.on - day.on).days) < VAGUE_DAYS_MAX and len(gap) < VAGUE_GAP_MAX
            )
            if is_near and not _GAP_PARTS.search(gap):
                continue
        kept.append(day)
    return kept


_LOOSE = frozenset(
    {
        "part of month",
        "late month",
        "late this week",
        "this week",
        "next week",
        "late next week",
        "month",
    }
    | {"week number", "mid month", "early next month", "early next week", "mid next week"}
)
_GAP_PARTS = re.compile(
    r"\d|\bor\b|\boder\b|\bou\b|half|rest|halfte|moitie|mitad|meta|helft|polow|and |und "
)


def _is_todays_name(folded: str, day: FoundDate, days: Sequence[FoundDate]) -> bool:
    """Whether the weekday is but the name of the today that the text speaks of."""
    return day.rule == "weekday" and any(
        other.rule == "today"
        and (day.on - other.on).days == 7
        and abs(day.span.start - other.span.start) < NAME_GAP_MAX
        and weigh(folded, other) > OVER_MAX
        for other in days
    )


def corrected(
    folded: str, days: Sequence[FoundDate], others: Sequence[FoundDate]
) -> list[FoundDate]:
    """Return the days, with those of `others` that the next words put in the place of one."""
    found = [
        other
        for other in others
        if other not in days
        and any(
            0 < other.span.start - day.span.end < CORRECTION_MAX
            and _REPLACED.search(folded, day.span.end, other.span.start)
            for day in days
        )
    ]
    return sorted([*days, *found], key=lambda day: day.span.start)


def _after_correction(folded: str, days: Sequence[FoundDate]) -> Sequence[FoundDate]:
    """Drop the dates that the writer takes back: "Monday ... no, I mean Tuesday"."""
    for index in range(len(days) - 1, 0, -1):
        between = folded[days[index - 1].span.end : days[index].span.start]
        if len(between) < CORRECTION_MAX and _TAKEN_BACK.search(between):
            return days[index:]
    return days


_TAKEN_BACK = re.compile(
    r"(?:\bno[,:] |\bhang on\b|\bno,? (?:wait|hang on)\b|\bwarte\b|\battendez\b|\baspett[ai]\b"
    r"|\bi mean\b|\bsorry\b|\bsondern\b|\bignore that|make (?:that|it) |\bcorrection\b"
    r"|besser gesagt|\bbensi\b|\bsino\b|\bnee,|quer dizer|plutot|je veux dire|quiero decir|anzi\b"
    r"|ik bedoel|to znaczy|a raczej|jag menar|rattare sagt|moved to|verschoben auf|reporte au)"
)


_REPLACED = re.compile(
    r"\bi mean\b|\bcorrection\b|\bignore that\b|make (?:that|it) |besser gesagt|quer dizer|anzi\b"
    r"|je veux dire|quiero decir|mejor dicho|ik bedoel|to znaczy|a raczej|jag menar|rattare sagt"
    r"|ich meine"
)


def _is_parted(
    shared: Sequence[FoundDate], days: Sequence[FoundDate], weights: dict[int, int]
) -> bool:
    """Whether the days with a share explain the promise: none better stands beside them."""
    others = [day for day in days if day not in shared]
    best = max(weights[id(day)] for day in shared)
    return all(weights[id(day)] <= best for day in others)
