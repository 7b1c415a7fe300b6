"""The grammar of dates: one bounded expression for each way to write a day, eight languages.

Every rule names how its match is resolved; nothing here knows which matches are kept.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from parsers import date_rules as rules
from parsers.date_digits import (
    DAY,
    YEAR,
    Key,
    Resolver,
    Rule,
    by_order,
    day_only,
    numeric_rules,
    relative_rules,
    year_of,
)
from parsers.date_rules import Anchor, Resolved
from parsers.date_words import ORDINALS, month_numbers, weekday_numbers
from parsers.date_words_other import OTHER_FIXED, OTHER_NUMERALS, OTHER_WITHIN
from parsers.date_words_phrases import (
    AFTER_LAST,
    AFTER_NEXT,
    DAY_PHRASES,
    FIXED,
    LAST_WORDS,
    MONTH_PARTS,
    NEXT_MONTH,
    NEXT_WORDS,
    NTH,
    OF_MONTH,
    PART_OF_DAY,
    THIS_MONTH,
    THIS_WORDS,
    WEEK_NEXT,
)

MONTH_AHEAD_DAYS_MAX = 100


def _fixed(meaning: str) -> Resolver:
    return lambda match, anchor: rules.fixed(anchor, meaning)


def _names(table: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))


def _text_months(language: str) -> list[Rule]:
    months = month_numbers(language)
    names = _names(months)

    def with_day(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        month, day, year = months[match["month"]], int(match["day"]), match["year"]
        if year:
            return rules.absolute(year_of(year), month, day)
        return rules.yearless(anchor, month, day)

    def with_days(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        last = with_day(match, anchor)
        if last is None or int(match["first"]) >= last.on.day:
            return None
        others = tuple(last.on.replace(day=n) for n in range(int(match["first"]), last.on.day))
        return replace(last, alternatives=others)

    def part(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        kinds = [kind for kind in ("late", "middle", "early") if match[kind]]
        year = year_of(match["year"]) if match["year"] else None
        return rules.named_month(anchor, months[match["month"]], kinds[0], year)

    parts = "|".join(f"(?P<{kind}>{words})" for kind, words in MONTH_PARTS.items())
    year_text = r"(?:(?:,| de| del)? ?" + YEAR + r"(?![\w/:]|[-.,]\d| \d{3}))?"
    return [
        Rule(
            "day month",
            re.compile(
                rf"(?<![\d/.,-]){DAY}(?:st|nd|rd|th|er|\.|º|ª|°|e|de)?"
                rf"(?: of| de| d'| di| -)?[ -]*\b(?P<month>{names})\b\.?{year_text}"
            ),
            with_day,
            Key.MONTH,
        ),
        Rule(
            "range",
            re.compile(
                rf"(?<![\d/.,-])(?P<first>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.|e)? ?[-/] ?{DAY}"
                rf"(?:st|nd|rd|th|er|\.|º|ª|°|e|de)?(?: of| de| d'| di)? ?\b(?P<month>{names})\b\.?"
                rf"{year_text}"
            ),
            with_days,
            Key.MONTH,
        ),
        Rule(
            "month day",
            re.compile(
                rf"\b(?P<month>{names})\b\.? ?(?:the )?{DAY}(?:st|nd|rd|th)?(?![\w:/%]|[.,]\d)"
                rf"(?:,? (?P<year>(?:19|20)\d\d))?"
            ),
            with_day,
            Key.MONTH,
        ),
        Rule(
            "part of month",
            re.compile(rf"\b(?:{parts})[ -]?\b(?P<month>{names})\b(?: (?P<year>20\d\d))?"),
            part,
            Key.MONTH,
        ),
        *_spoken_months(months),
    ]


def _spoken_months(months: dict[str, int]) -> list[Rule]:
    """The day in words ("twelfth of August"), and a month alone ("in December")."""
    names = _names(months)
    long = _names({name: number for name, number in months.items() if len(name) > 3})
    ordinals = "|".join(sorted(ORDINALS, key=len, reverse=True))

    def in_words(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        return rules.yearless(anchor, months[match["month"]], ORDINALS[match["word"]])

    def whole(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        year = year_of(match["year"]) if match["year"] else None
        found = rules.named_month(anchor, months[match["month"]], "whole", year)
        is_far = not anchor.is_past and (found.on - anchor.today).days > MONTH_AHEAD_DAYS_MAX
        return None if is_far and year is None else found

    return [
        Rule(
            "day month",
            re.compile(rf"\b(?P<word>{ordinals})(?: of| de| di| d')? (?P<month>{names})\b"),
            in_words,
            Key.MONTH,
        ),
        Rule(
            "month",
            re.compile(
                r"\b(?:in|im|noch im|during|en|w|we|em|i|courant|nel mese di|a)"
                rf" (?P<month>{long})\b(?! \d)(?: (?P<year>20\d\d))?"
            ),
            whole,
            Key.MONTH,
        ),
    ]


def _nth_weekdays(language: str) -> list[Rule]:
    """The second Friday of January, the last Monday of the month."""
    months = month_numbers(language)
    names = _names(months)
    weekdays = weekday_numbers(language)
    weekday_names = _names(weekdays)
    nth_words = "|".join(f"(?P<nth{number % 9}>{words})" for number, words in NTH.items())

    def nth(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        number = next(n for n in NTH if match[f"nth{n % 9}"])
        month = months[match["month"]] if match["month"] else None
        weekday = weekdays[match["weekday"]]
        return rules.nth_weekday(anchor, number, weekday, month, bool(match["next"]))

    return [
        Rule(
            "nth weekday",
            re.compile(
                rf"\b(?:{nth_words})\b,? (?P<weekday>{weekday_names})\b"
                rf"{OF_MONTH}(?:(?P<month>{names})\b"
                rf"|(?P<next>{NEXT_MONTH})|(?:{THIS_MONTH})\b)"
            ),
            nth,
            Key.WEEKDAY,
        ),
    ]


_A_WEEK_ON = frozenset(
    {
        "week",
        "in einer woche",
        "in acht tagen",
        "after",
        "d'apres",
        "dopo",
        "erna",
        "daarna",
        "daarop",
    }
    | {"erop", "darauf", "danach", "following", "suivant", "siguiente", "seguinte"}
)


def _weekdays(language: str) -> list[Rule]:
    days = weekday_numbers(language)
    names = _names(days)

    def resolve(match: re.Match[str], anchor: Anchor) -> Resolved | None:
        number = days[match["weekday"]]
        if match["last"] or match["after_last"]:
            return rules.weekday(anchor, number, "last")
        if match["next"] and language in ("fr", "es", "it", "pt"):
            return rules.romance_next(anchor, number)
        if match["next"]:
            return rules.weekday(anchor, number, "next")
        after_next = match["after_next"]
        if after_next in _A_WEEK_ON:
            return rules.weekday(anchor, number, "after")
        if after_next:
            return rules.romance_next(anchor, number)
        return rules.weekday(anchor, number, "this" if match["this"] else "bare")

    return [
        Rule(
            "weekday",
            re.compile(
                rf"\b(?:(?:(?P<next>{NEXT_WORDS})|(?P<this>{THIS_WORDS})|(?P<last>{LAST_WORDS})) )?"
                rf"\b(?P<weekday>{names}){PART_OF_DAY}\b(?!s\b)"
                rf"(?: (?:(?P<after_next>{AFTER_NEXT})|(?P<after_last>{AFTER_LAST}))\b)?"
            ),
            resolve,
            Key.WEEKDAY,
        ),
        *_dated_weekdays(language),
    ]


def _dated_weekdays(language: str) -> list[Rule]:
    """Weekdays with a week or a date beside them: "Monday next week", "Friday 20"."""
    days = weekday_numbers(language)
    names = _names(days)
    return [
        Rule(
            "next week weekday",
            re.compile(
                rf"\b(?:{WEEK_NEXT})(?: on| am| op| le| il| el| na| w| pa)? (?P<weekday>{names})\b"
                rf"|\b(?P<named>{names})\b,? (?:of |in |de la |de |da |della |van |w "
                rf"|der )?(?:{WEEK_NEXT})"
            ),
            lambda match, anchor: rules.day_of_week(
                anchor, 1, days[match["weekday"] or match["named"]]
            ),
            Key.WEEKDAY,
        ),
        Rule(
            "weekday after",
            re.compile(
                r"\b(?:following|the other|al otro|el otro|l'autre|l'altro|der folgende|de volgende"
                rf"|kolejny|na outra|den folgenden) (?P<weekday>{names})\b"
            ),
            lambda match, anchor: rules.weekday(anchor, days[match["weekday"]], "after"),
            Key.WEEKDAY,
        ),
        Rule(
            "weekday numeric",
            re.compile(
                rf"\b(?:{names})\b,? (?:the |den |dem |le |el |il |dia |de |do |dnia )?"
                r"(?P<a>\d{1,2})(?P<separator>[./-]) ?(?P<b>\d{1,2})(?![\w/\-]|[.,]\d)"
            ),
            by_order,
            Key.WEEKDAY,
        ),
        Rule(
            "weekday day",
            re.compile(
                rf"\b(?P<weekday>{names})\b,? (?:the |den |dem |le |el |il |dia |de |do |d\. )?"
                rf"(?:{DAY}(?![\d:]|[.,/]\d|-\d)(?:st|nd|rd|th|\.|:e|-e?go|e)?"
                rf"|(?P<bare>thirteenth|first))"
                rf"(?!(?:st|nd|rd|th|\.|e)? ?(?:of |de )?(?:{_names(month_numbers(language))})\b)"
                r"(?! ?(?:eur|€|pm\b|am\b|uhr|h\b|%))"
            ),
            lambda match, anchor: _fitting(match, anchor, days[match["weekday"]]),
            Key.WEEKDAY,
        ),
    ]


def _fitting(match: re.Match[str], anchor: Anchor, weekday: int) -> Resolved | None:
    """Trust the number only where the weekday fits one of the next (or last) such days."""
    found = day_only(match, anchor)
    for ahead in (None, 0, 1, 2):
        value = int(match["day"]) if match["day"] else ORDINALS[match["bare"]]
        found = rules.day_only(anchor, value, ahead)
        if found is not None and found.on.weekday() == weekday:
            return found
    return None


def _other_rules(language: str) -> list[Rule]:
    """The fixed phrases and counted days of one of the further languages."""
    found = [
        Rule(
            meaning.replace("_", " "),
            re.compile(rf"(?<!\w)(?:{words})(?!\w)"),
            _fixed(meaning),
            Key.PHRASE if meaning in DAY_PHRASES else Key.UNIT,
        )
        for meaning, words in OTHER_FIXED.get(language, {}).items()
    ]
    within = OTHER_WITHIN.get(language)
    if within is not None:
        found.append(Rule("within", re.compile(within), _after_other, Key.UNIT))
    return found


def _after_other(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    text = match["count"]
    count = int(text) if text.isdigit() else OTHER_NUMERALS[text]
    unit = "week" if match["week"] else "month" if match["month"] else "day"
    if match["day"] and re.search(r"pracov|arki|lucrat|munka|is ", match["day"]):
        unit = "business"
    return rules.after(anchor, count, unit)


@lru_cache(maxsize=32)
def rules_of(language: str) -> tuple[Rule, ...]:
    """Compile the grammar of one language; other languages' long words count as well."""
    found = numeric_rules(language) + relative_rules()
    found += [
        Rule(
            meaning.replace("_", " "),
            re.compile(rf"(?<!\w)(?:{words})(?!\w)"),
            _fixed(meaning),
            Key.PHRASE if meaning in DAY_PHRASES else Key.UNIT,
        )
        for meaning, words in FIXED.items()
    ]
    found += _other_rules(language)
    if language == "pt":
        found.append(
            Rule(
                "weekday",
                re.compile(r"(?<![\w.,/])(?P<number>[2-6])[aª]?[ -]?feira\b"),
                lambda match, anchor: rules.weekday(anchor, int(match["number"]) - 2, "bare"),
            )
        )
    if language == "fr":
        found.append(Rule("yesterday", re.compile(r"\bhier\b"), _fixed("yesterday"), Key.PHRASE))
    found += _text_months(language) + _nth_weekdays(language)
    return tuple(found + _weekdays(language))
