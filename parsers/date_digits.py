"""Dates in digits and dates counted from today: their expressions and how they resolve."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from parsers import date_rules as rules
from parsers.date_rules import Anchor, Resolved
from parsers.date_words import NUMERALS, ORDINALS
from parsers.date_words_phrases import DAY_LEADS, LEAD_DAY, TAIL

Resolver = Callable[[re.Match[str], Anchor], Resolved | None]


class Key(StrEnum):
    """What kind of word a rule cannot match without."""

    DIGIT = "digit"
    MONTH = "month"
    WEEKDAY = "weekday"
    UNIT = "unit"
    PHRASE = "phrase"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to write a date: its name, its expression, how a match is resolved, its key."""

    name: str
    pattern: re.Pattern[str]
    resolve: Resolver
    key: Key = Key.DIGIT


_CURRENCY_AFTER = r"(?! ?(?:eur|€|gbp|usd|chf|pln|zl|£|\$|%|uhr|h\b|stuck|x\b|:))"


DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"


YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d(?!\d))"


def year_of(text: str) -> int:
    value = int(text.lstrip("'"))
    return value if value > 99 else 2000 + value


def by_order(match: re.Match[str], anchor: Anchor) -> Resolved | None:
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


_NEXT_TAIL = "next|nachst|prochain|volgende|que v|proxim|prossim|przysz|nastep|nasta|naste|prox"


def day_only(match: re.Match[str], anchor: Anchor) -> Resolved | None:
    groups = match.groupdict()
    text = groups.get("day") or groups.get("bare") or ""
    value = int(text) if text.isdigit() else ORDINALS.get(text, 0)
    tail = groups.get("tail") or ""
    if not tail:
        return rules.day_only(anchor, value)
    ahead = 1 if re.search(_NEXT_TAIL, tail) else 0
    return rules.day_only(anchor, value, ahead)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else NUMERALS.get(text, 0)


_BUSINESS = r"(?:business|working|bank|werk|arbeits|bankarbeits|geschafts|bankwerk)[ -]?"


_UNITS = (
    rf"(?P<unit>(?:{_BUSINESS})?(?:days?|tagen?|dagen|dage|dagar|jours?|dias?|giorni|giorno|dni)"
    r"|weeks?|wks?|wochen?|uger?|uker?|semaines?|semanas?|settiman[ae]|weken|week|tygodni[ea]?"
    r"|tydzien|veckor|vecka|werkdagen|arbejdsdage|arbetsdagar|vardagar|hverdage"
    r"|months?|monate?n?|mois|mes(?:es)?|mesi|mese|maanden|maand|miesiac[ea]?|miesiecy)"
    r"(?P<after> (?:ouvr\w{1,6}|habiles|laborables|lavorativi|uteis|roboczych))?"
)


_COUNT = (
    r"(?P<count>\d{1,3}|"
    + "|".join(sorted((word for word in NUMERALS), key=len, reverse=True))
    + ")"
)


_SINCE = (
    r"(?: (?:from (?:today|now|this mail)|ab heute|(?:a contar )?(?:a partir )?de (?:hoje|hoy)"
    r"|da oggi|od (?:dzis|dzisiaj)|vanaf vandaag|a compter d'aujourd'hui|fran idag|fra i dag))?"
)


_WORKDAYS = ("arbejds", "arbets", "vardag", "hverdag")


def _unit(match: re.Match[str]) -> str:
    unit = match["unit"]
    if match["after"] or re.match(_BUSINESS, unit) or unit.startswith(_WORKDAYS):
        return "business"
    if unit.startswith(("w", "sem", "sett", "tyg", "tyd", "veck", "ug", "uk")):
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
        r"(?:\b(?:inv|invoice|nr|no|num|rechnung|facture|factura|re|part|po)|#)[.: #]*$", before
    ):
        return None
    if match["a"] == "1" and match["b"] in ("2", "3", "4"):
        return None
    return by_order(match, anchor)


NOT_A_DAY = (
    r"(?! ?(?:eur|€|gbp|usd|chf|pln|zl|£|\$|%|uhr|h\b|x\b|:|st\.|stuck|stk|pcs|kg|km|m2|mal\b|k\b"
    r"|kr\b|sek\b|dkk\b|ore\b|hrs?\b|hours?|heures|horas|stunden|uur|godz|hodin|min"
    r"|days?\b|tage|jours|dias|giorni|dagen|dni\b|dagar|dage\b|weeks?|wochen|semaines|semanas"
    r"|settimane|weken|tygodn|months?|monate|mois|meses|mesi|maanden|miesi|years?|jahre|ans\b|anos"
    r"|anni|jaar|lat\b|units?|unidades|unites|pezzi|stuks|sztuk|szt|people|personen|persone"
    r"|personnes|personas|pessoas|osob|invoices|rechnungen|factures|facturas|fatture|facturen"
    r"|faturas|faktur|raten|rates|rate\b|cuotas|parcelas|termijnen|instal|pallets?|palettes|cajas"
    r"|boxes|caixas|colis|bultos|colli|lines|positionen|lignes|lineas|righe|regels|of\b(?! (?:the"
    r"|this|next)\b)))"
)


def numeric_rules(language: str = "en") -> list[Rule]:
    """Days written in digits; `language` tells which small words may lead a bare day."""
    leads = DAY_LEADS.get(language, DAY_LEADS["en"])
    compile_ = re.compile
    edge, end = r"(?<![\w/.\-+])", r"(?![\w/\-]|\.\d)"
    numeric = r"(?P<a>\d{1,2})(?P<separator>[./-]) ?(?P<b>\d{1,2})"
    return [
        Rule(
            "day month",
            compile_(r"(?P<month>1[0-2]|0?[1-9])月(?P<day>[12]\d|3[01]|0?[1-9])[日号]"),
            lambda match, anchor: rules.yearless(anchor, int(match["month"]), int(match["day"])),
        ),
        Rule("iso", compile_(rf"{edge}(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"), _iso),
        Rule(
            "numeric year",
            compile_(rf"{edge}{numeric}\.?(?P=separator) ?{YEAR}(?![\w/\-]|[.,]\d)"),
            by_order,
        ),
        Rule(
            "dotted",
            compile_(
                rf"{edge}(?P<a>\d{{1,2}})(?P<separator>\.) ?(?P<b>\d{{1,2}})"
                rf"\.(?!\d| ?(?:eur|€|stk))"
            ),
            by_order,
        ),
        Rule(
            "numeric",
            compile_(
                rf"\b(?:{LEAD_DAY}|spatestens|run|batch|date|due|is|are|fur|wordt|worden|termin"
                rf"|term"
                rf"|wyszl\w{{1,3}}|poszl\w{{1,3}}|zaplacon\w{{1,3}}|przelan\w{{1,3}}|z|bezahlt"
                rf"|uberwiesen"
                rf"|gezahlt|raus|betaald|pagat[ao]|pagad[ao]|payee?s?|betalt|betald"
                rf"|przelew|zaplata|platnosc|uppg|realizacji|{leads}) {numeric}{end}"
                + _CURRENCY_AFTER
            ),
            by_order,
        ),
        Rule(
            "slash",
            compile_(rf"{edge}(?P<a>\d{{1,2}})(?P<separator>/)(?P<b>\d{{1,2}}){end}"),
            _slash,
        ),
        *_bare_days(leads),
    ]


def _bare_days(leads: str) -> list[Rule]:
    """A day of the month alone: "the 28th", "am 15.", "il 10 del mese prossimo"."""
    compile_ = re.compile
    no_noun = (
        r"(?! (?:reminder|invoice|notice|time|half|one|instal|payment|quarter|floor|party|letter"
        r"|mahnung|rechnung|rate|stock|instance|avenue|street|june|of (?!this|next|the)))"
    )
    return [
        Rule(
            "ordinal day",
            compile_(rf"(?<![\w/.,-]){DAY}(?:st|nd|rd|th)\b{no_noun}{TAIL}"),
            day_only,
        ),
        Rule(
            "day",
            compile_(
                rf"\b{LEAD_DAY} ?(?<![a-z]){DAY}(?:\.(?! ?\d)|\.?º|e\b|er\b|-go\b|\b)(?![\w/:]"
                rf"|[.,-]\d)"
                rf"{_CURRENCY_AFTER}(?! [a-z0-9])|"
                rf"\b(?:am|zum|bis|vom|den|dem|dia|op de|dnia|on the|of the|by the|{leads}) "
                rf"(?P<bare>[12]\d|3[01]|0?[1-9])(?:\.|en\b|e\b|er\b|:?[ae]\b|:?de\b|º|°|-e?go\b"
                rf"|\b)"
                rf"(?![\w/:]|[.,-]\d| ?\d){NOT_A_DAY}" + TAIL
            ),
            day_only,
        ),
        Rule(
            "ordinal day",
            compile_(rf"(?<![\w/.,-]){DAY}(?:-e?go|:[ae]|-?ste)\b{NOT_A_DAY}{TAIL}"),
            day_only,
        ),
        Rule(
            "ordinal word",
            compile_(
                r"\b(?:the|on the|am|zum|do) (?P<day>first|fifth|tenth|fifteenth|twentieth"
                r"|thirtieth"
                r"|ersten|funften|zehnten|funfzehnten|zwanzigsten|dreissigsten|dziesiatego"
                r"|pietnastego"
                r"|dwudziestego|trzydziestego)\b"
                r"(?! [a-z])" + TAIL
            ),
            day_only,
            Key.ORDINAL,
        ),
    ]


def relative_rules() -> list[Rule]:
    """Days counted from today, and numbered weeks."""
    return [
        Rule(
            "within",
            re.compile(
                r"\b(?:in|within|inside|over(?= \S{1,9} (?:dag|dagen|weken|week|maand|maanden"
                r"|werkdagen)\b)|innerhalb|binnen|innert|dans|sous|d'ici|en|dentro de"
                r"|entro|tra|fra|em|daqui a|za|w ciagu|inom|om|another|noch|next|max\.?"
                r"|innerhalb der|in the|within the|no prazo de|num prazo de|w terminie|w przeciagu"
                r"|give (?:me|us|it)|geef (?:me|ons)|gebt uns|geben sie uns|nel giro di"
                r"|al massimo in"
                r"|(?:en un )?plazo de|sous un delai de|dans un delai de|om|inden|inden for)"
                r" (?:the next |a |von |der nachsten |den nachsten |de |les |next |about |ca\.? "
                r"|max\.? |maximal |maximaal |maximo |najblizszych |los proximos |os proximos "
                r"|as proximas |las proximas |de komende |kommande |no maximo )?"
                rf"{_COUNT}(?: of)?[ -]{_UNITS}\b{_SINCE}(?! (?:ago|old|late|overdue|time ago))"
            ),
            _after,
            Key.UNIT,
        ),
        Rule(
            "business days",
            re.compile(
                rf"\b{_COUNT}[ -](?P<unit>(?:{_BUSINESS})(?:days?|tagen?|dagen|dage|dagar)"
                r"|(?:jours?|dias?|giorni|dni)(?P<after> (?:ouvr\w{1,6}|habiles|laborables"
                r"|lavorativi"
                rf"|uteis|roboczych)))\b{_SINCE}(?! (?:ago|old|late|overdue))"
            ),
            _after,
            Key.UNIT,
        ),
        Rule(
            "from now",
            re.compile(
                rf"\b{_COUNT}[ -]{_UNITS} (?:from (?:today|now|this mail)|(?:'?s?'? )?time|ab heute"
                r"|from date|later|spater|(?:a contar )?(?:a partir )?de (?:hoje|hoy)|da oggi"
                r"|od (?:dzis|dzisiaj)|vanaf vandaag|a compter d'aujourd'hui|fran idag|fra i dag)\b"
            ),
            _after,
            Key.UNIT,
        ),
        Rule("time", re.compile(rf"\b{_COUNT} {_UNITS}'? time\b"), _after, Key.UNIT),
        Rule(
            "ago",
            re.compile(
                rf"\b(?:vor |il y a |hace |ha )?{_COUNT} {_UNITS} (?:ago|fa|geleden|temu|atras)\b"
                rf"|\b(?:vor|il y a|hace) (?P<count2>\d)"
            ),
            lambda match, anchor: _ago(match, anchor) if match["count"] else None,
            Key.UNIT,
        ),
        Rule(
            "ago before",
            re.compile(rf"\b(?:vor|il y a|hace|ha) {_COUNT} {_UNITS}\b"),
            _ago,
            Key.UNIT,
        ),
        Rule(
            "week number",
            re.compile(
                r"\b(?:kw|wk|week|woche|kalenderwoche|calend[ae]r week|semaine|semana|settimana"
                r"|tydzien|vecka|uge|uke|viikolla|viikko|tyden"
                r"|hafta)n?\.? ?(?:\d{1,2} ?(?:-|/|bis|to|through|und|and|et|au|a|y|e|en|t/m|tot|og"
                r"|och|till|til|do|i) ?(?:kw|wk|week|woche|uge|uke|vecka|semaine|semana)?\.? ?)?"
                r"(?P<number>\d{1,2})\b(?![.,]?\d)"
            ),
            _iso_week,
        ),
    ]
