"""Dates in digits and dates counted from today: their expressions and how they resolve."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from parsers import date_rules as rules
from parsers.date_rules import Anchor, Resolved
from parsers.date_words import NUMERALS, ORDINALS
from parsers.date_words_phrases import (
    LEAD_DAY,
)

Resolver = Callable[[re.Match[str], Anchor], Resolved | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to write a date: its name, its expression, how a match is resolved."""

    name: str
    pattern: re.Pattern[str]
    resolve: Resolver


_CURRENCY_AFTER = r"(?! ?(?:eur|€|gbp|usd|chf|pln|zl|£|\$|%|uhr|h\b|stuck|x\b|:))"


DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"


YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d(?!\d))"


def year_of(text: str) -> int:
    value = int(text.lstrip("'"))
    return value if value > 99 else 2000 + value


def _by_order(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    first, second = int(match["a"]), int(match["b"])
    is_dotted = match["separator"] == "."
    orders = [(second, first), (first, second)]
    if anchor.is_month_first and not is_dotted:
        orders.reverse()
    found: list[Resolved] = []
    for month, day in orders:
        year = match.groupdict().get("year")
        if year is None:
            one = rules.yearless(anchor, month, day)
        else:
            one = rules.absolute(year_of(year), month, day)
        if one is not None:
            found.append(one)
    if not found or (is_dotted and int(match["b"]) > 12):
        return None
    others = () if is_dotted else tuple(one.on for one in found[1:] if one.on != found[0].on)
    first_found = found[0]
    return Resolved(
        on=first_found.on,
        precision=first_found.precision,
        alternatives=others,
        is_impossible=first_found.is_impossible,
    )


def _iso(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    return rules.absolute(int(match["year"]), int(match["month"]), int(match["day"]))


def day_only(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    groups = match.groupdict()
    text = groups.get("day") or groups.get("bare") or ""
    value = int(text) if text.isdigit() else ORDINALS.get(text, 0)
    tail = groups.get("tail") or ""
    if not tail:
        return rules.day_only(anchor, value)
    ahead = 1 if re.search("next|nachst|prochain|volgende|que v|proxim|prossim|przysz", tail) else 0
    return rules.day_only(anchor, value, ahead)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else NUMERALS.get(text, 0)


_BUSINESS = r"(?:business|working|bank|werk|arbeits|bankarbeits|geschafts|bankwerk)[ -]?"


_UNITS = (
    rf"(?P<unit>(?:{_BUSINESS})?(?:days?|tagen?|dagen|dage|dagar|jours?|dias?|giorni|giorno|dni)"
    r"|weeks?|wks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week|tygodni[ea]?|tydzien|veckor"
    r"|months?|monate?n?|mois|mes(?:es)?|mesi|mese|maanden|maand|miesiac[ea]?|miesiecy)"
    r"(?P<after> (?:ouvr\w{1,6}|habiles|laborables|lavorativi|uteis|roboczych))?"
)


_COUNT = (
    r"(?P<count>\d{1,3}|"
    + "|".join(sorted((word for word in NUMERALS), key=len, reverse=True))
    + ")"
)


def _unit(match: re.Match[str]) -> str:
    unit = match["unit"]
    if match["after"] or re.match(_BUSINESS, unit):
        return "business"
    if unit.startswith(("w", "sem", "sett", "tyg", "tyd", "veck")):
        return "week"
    return "month" if unit.startswith(("m",)) else "day"


def _after(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    count = _number(match["count"])
    return rules.after(anchor, count, _unit(match)) if count else None


def _ago(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    count = _number(match["count"])
    return rules.after(anchor, -count, _unit(match)) if count else None


def _iso_week(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    return rules.iso_week(anchor, int(match["number"]))


def _slash(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    before = match.string[max(0, match.start() - 14) : match.start()]
    if re.search(
        r"(?:inv|invoice|nr|no|num|rechnung|facture|factura|#|re|part|po)[.: #]*$", before
    ):
        return None
    if match["a"] == "1" and match["b"] in ("2", "3", "4"):
        return None
    return _by_order(match, anchor)


def numeric_rules() -> list[Rule]:
    """Days written in digits."""
    compile_ = re.compile
    edge, end = r"(?<![\w/.\-+])", r"(?![\w/\-]|\.\d)"
    numeric = r"(?P<a>\d{1,2})(?P<separator>[./-]) ?(?P<b>\d{1,2})"
    tail = (
        r"(?P<tail> (?:of (?:this|next|the) month|(?:dieses|nachsten|diesen|d\.|des) (?:monats"
        r"|m\.?)"
        r"|du mois(?: prochain)?|de este mes|del? (?:proximo )?mes(?: que viene)?"
        r"|(?:van )?(?:deze|volgende) maand|deste mes|do (?:proximo )?mes(?: que vem)?))?"
    )
    no_noun = (
        r"(?! (?:reminder|invoice|notice|time|half|one|instal|payment|quarter|floor|party|letter"
        r"|mahnung|rechnung|rate|stock|instance|avenue|street|june|of (?!this|next|the)))"
    )
    return [
        Rule("iso", compile_(rf"{edge}(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"), _iso),
        Rule(
            "numeric year",
            compile_(rf"{edge}{numeric}\.?(?P=separator) ?{YEAR}(?![\w/\-]|[.,]\d)"),
            _by_order,
        ),
        Rule(
            "dotted",
            compile_(
                rf"{edge}(?P<a>\d{{1,2}})(?P<separator>\.) ?(?P<b>\d{{1,2}})"
                rf"\.(?!\d| ?(?:eur|€|stk))"
            ),
            _by_order,
        ),
        Rule(
            "numeric",
            compile_(
                rf"\b(?:{LEAD_DAY}|spatestens|run|batch|date|due|is|are|fur) {numeric}{end}"
                + _CURRENCY_AFTER
            ),
            _by_order,
        ),
        Rule(
            "slash",
            compile_(rf"{edge}(?P<a>\d{{1,2}})(?P<separator>/)(?P<b>\d{{1,2}}){end}"),
            _slash,
        ),
        Rule(
            "ordinal day",
            compile_(rf"(?<![\w/.,-]){DAY}(?:st|nd|rd|th)\b{no_noun}{tail}"),
            day_only,
        ),
        Rule(
            "day",
            compile_(
                rf"\b{LEAD_DAY} ?(?<![a-z]){DAY}(?:\.(?! ?\d)|\.?º|e\b|er\b|-go\b|\b)(?![\w/:]"
                rf"|[.,-]\d)"
                rf"{_CURRENCY_AFTER}(?! [a-z0-9])|"
                rf"\b(?:am|zum|bis|vom|den|dem|per|dia|op de|le|dnia|on the|of the|by the|el) "
                rf"(?P<bare>[12]\d|3[01]|0?[1-9])(?:\.|e\b|\b)(?![\w/:]|[.,-]\d"
                rf"| ?\d){_CURRENCY_AFTER}" + tail
            ),
            day_only,
        ),
        Rule(
            "ordinal word",
            compile_(
                r"\b(?:the|on the|am|zum) (?P<day>first|fifth|tenth|fifteenth|twentieth|thirtieth"
                r"|ersten|funften|zehnten|funfzehnten|zwanzigsten|dreissigsten)\b"
                r"(?! [a-z])" + tail
            ),
            day_only,
        ),
    ]


def relative_rules() -> list[Rule]:
    """Days counted from today, and numbered weeks."""
    compile_ = re.compile
    return [
        Rule(
            "within",
            compile_(
                r"\b(?:in|within|inside|over|innerhalb|binnen|innert|dans|sous|d'ici|en|dentro de"
                r"|entro|tra|fra|em|daqui a|za|w ciagu|inom|om|another|noch|next|max\.?|"
                r"innerhalb der|in the|within the)"
                r" (?:the next |von |der nachsten |den nachsten |de |les |next |about |ca\.? "
                r"|max\.? "
                rf"|i prossimi )?{_COUNT}[ -]{_UNITS}\b(?! (?:ago|old|late|overdue|time ago))"
            ),
            _after,
        ),
        Rule(
            "from now",
            compile_(
                rf"\b{_COUNT}[ -]{_UNITS} (?:from (?:today|now)|(?:'?s?'? )?time|ab heute"
                r"|from date|later|spater)\b"
            ),
            _after,
        ),
        Rule("time", compile_(rf"\b{_COUNT} {_UNITS}'? time\b"), _after),
        Rule(
            "ago",
            compile_(
                rf"\b(?:vor |il y a |hace |ha )?{_COUNT} {_UNITS} (?:ago|fa|geleden|temu|atras)\b"
                rf"|\b(?:vor|il y a|hace) (?P<count2>\d)"
            ),
            lambda match, anchor: _ago(match, anchor) if match["count"] else None,
        ),
        Rule(
            "ago before",
            compile_(rf"\b(?:vor|il y a|hace|ha) {_COUNT} {_UNITS}\b"),
            _ago,
        ),
        Rule(
            "week number",
            compile_(
                r"\b(?:kw|wk|week|woche|kalenderwoche|calend[ae]r week|semaine|semana|settimana"
                r"|tydzien|vecka|uge)\.? ?(?P<number>\d{1,2})\b(?![.,]?\d)"
            ),
            _iso_week,
        ),
    ]
