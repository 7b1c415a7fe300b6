"""Dates in the text: found, resolved, tied to their words. A date is not a promise.

An own grammar for eight languages; every rule is one bounded expression over the folded text,
tried only near a word that it needs, so that the whole is linear. Digits of amounts,
references, telephones and IBANs are no dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from parsers.date_digits import Rule
from parsers.date_grammar import rules_of
from parsers.date_places import windows
from parsers.date_rules import Anchor, Resolved
from parsers.date_words_phrases import CANCELS
from parsers.evidence import fold, quote
from parsers.reading import FoundDate

TEXT_MAX = 200_000
DATES_MAX = 200


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    resolved: Resolved
    rule: str


def _chosen(candidates: list[_Candidate]) -> list[_Candidate]:
    """Keep the leftmost and longest of overlapping candidates."""
    kept: list[_Candidate] = []
    for one in sorted(candidates, key=lambda c: (c.start, -c.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end - one.start > kept[-1].end - kept[-1].start:
            kept[-1] = one
    return kept


_RANGE_GAP = re.compile(
    r"(?: ?- ?| (?:to|and|bis|und|a|al|au|et|y|e|do|t/m|tot|til|through) "
    r"(?:zum |the |den |le |el |il |incl |einschliesslich )?){1}"
)
_MERGE_GAP = re.compile(
    r"[ ,]{0,2}(?:\(|the |den |dem |der |le |el |il |d\. |i\.e\. |ie |das ist |"
    r"das ist der |also |also am |am |= |- |on |dia |de ){0,2}"
)


def _merged(text: str, kept: list[_Candidate]) -> Iterator[_Candidate]:
    """Join "Friday, 28.08." and ranges "from the 10th to the 24th" into their last date."""
    index = 0
    while index < len(kept):
        one = kept[index]
        while index + 1 < len(kept) and kept[index + 1].start - one.end <= 16:
            following = kept[index + 1]
            gap = text[one.end : following.start]
            is_loose = one.rule in LOOSE and following.rule not in LOOSE
            is_hour = _HOUR.match(text, one.start) or following.rule in ("within", "from now")
            is_named = one.rule == "today" and following.rule in _NAMES
            if is_named and is_hour and gap.strip(" ,") in _SMALL:
                is_loose, gap = True, ""
            if is_loose and _MERGE_GAP.fullmatch(gap):
                one = _Candidate(one.start, following.end, following.resolved, following.rule)
            elif _is_its_name(one, following, gap):
                one = _Candidate(one.start, following.end, one.resolved, one.rule)
            elif _RANGE_GAP.fullmatch(gap) and _is_range(text, one, following, gap):
                one = _joined(one, following)
            else:
                break
            index += 1
        yield one
        index += 1


_HOUR = re.compile(r"close of|end of|eod|before i")
_NAMES = frozenset({"weekday", "tomorrow", "within", "from now", "next week weekday"})
_SMALL = frozenset({"", "on", "am", "le", "op", "of"})
LOOSE = frozenset(
    {
        "weekday",
        "today",
        "tomorrow",
        "yesterday",
        "next week",
        "this week",
        "late month",
        "early next week",
        "within",
        "part of month",
        "from now",
        "time",
        "late this week",
        "day after tomorrow",
    }
)


def _is_its_name(one: _Candidate, following: _Candidate, gap: str) -> bool:
    """Whether the weekday after a date but names it: "13.11. (Friday)"."""
    is_named = following.rule == "weekday" and one.rule not in LOOSE
    is_same = following.resolved.on.weekday() == one.resolved.on.weekday()
    return is_named and is_same and gap.strip(" ,") in ("", "(")


def _is_range(text: str, one: _Candidate, following: _Candidate, gap: str) -> bool:
    before = text[max(0, one.start - 9) : one.start]
    is_pair = gap.strip() in ("and", "und", "et", "y", "e", "a")
    opens = re.search(
        r"(?:between|zwischen|entre|tra|fra|tussen|from|vom|von|del|du|dal) ?\S{0,4} ?$", before
    )
    is_bare = one.rule in ("ordinal day", "day", "dotted", "numeric")
    is_ordered = is_bare or following.resolved.on >= one.resolved.on
    return (not is_pair or opens is not None) and is_ordered


def _joined(one: _Candidate, following: _Candidate) -> _Candidate:
    last = following.resolved
    first = (one.resolved.on,) if one.resolved.on <= last.on else ()
    others = (*first, *last.alternatives)
    resolved = Resolved(on=last.on, alternatives=others, is_impossible=last.is_impossible)
    return _Candidate(one.start, following.end, resolved, "range")


def find_dates(text: str, anchor: Anchor, language: str) -> tuple[FoundDate, ...]:
    """Find every date of the text, in order, each with its exact quote.

    Args:
        text: The sender's words; only the first 200,000 characters are read.
        anchor: The sender's local day of receipt and the conventions of the sender's country.
        language: ISO 639-1; an unknown one is read by the words of all languages.

    Returns:
        At most 200 dates. Ranges give their last day; a date that is called off ("instead of
        the 3rd") is left out; the other readings stand in `alternatives`.
    """
    folded, matches = _matches(text, language or "en")
    return _found(text, folded, matches, anchor)


def find_dates_both_ways(
    text: str, anchor: Anchor, language: str
) -> tuple[tuple[FoundDate, ...], tuple[FoundDate, ...]]:
    """Find every date of the text resolved ahead, and again resolved backwards ("paid Friday")."""
    folded, matches = _matches(text, language or "en")
    ahead = _found(text, folded, matches, replace(anchor, is_past=False))
    return ahead, _found(text, folded, matches, replace(anchor, is_past=True))


_BREAK = re.compile(r"(?P<line>[^\n]{0,120})\n(?=[^\n])")
WRAPPED_MIN = 56


def _joined_line(match: re.Match[str]) -> str:
    """Read on over the end of a long line; a short line ends what stands in it."""
    is_wrapped = len(match["line"]) >= WRAPPED_MIN
    return match["line"] + (" " if is_wrapped else "\n")


def _matches(text: str, language: str) -> tuple[str, list[tuple[Rule, re.Match[str]]]]:
    """Return the folded text, and every match of every rule in the windows of its key."""
    folded = _BREAK.sub(_joined_line, fold(text[:TEXT_MAX]).replace("æ", "a"))
    places = windows(folded, language)
    matches: list[tuple[Rule, re.Match[str]]] = []
    for rule in rules_of(language):
        count = 0
        for start, end in places[rule.key]:
            for match in rule.pattern.finditer(folded, start, end):
                matches.append((rule, match))
                count += 1
                if count >= DATES_MAX:
                    break
            if count >= DATES_MAX:
                break
    return folded, matches


def _found(
    text: str, folded: str, matches: list[tuple[Rule, re.Match[str]]], anchor: Anchor
) -> tuple[FoundDate, ...]:
    candidates: list[_Candidate] = []
    for rule, match in matches:
        resolved = rule.resolve(match, anchor)
        if resolved is not None and match.end() > match.start():
            candidates.append(_Candidate(match.start(), match.end(), resolved, rule.name))
    found: list[FoundDate] = []
    for one in _merged(folded, _chosen(candidates)):
        if re.search(CANCELS, folded[max(0, one.start - 40) : one.start]):
            continue
        others = tuple(dict.fromkeys(d for d in one.resolved.alternatives if d != one.resolved.on))
        found.append(
            FoundDate(
                on=one.resolved.on,
                span=quote(text, one.start, one.end),
                precision=one.resolved.precision,
                alternatives=others,
                is_impossible=one.resolved.is_impossible,
                rule=one.rule,
            )
        )
        if len(found) >= DATES_MAX:
            break
    return tuple(found)


def anchor_of(today: date, country: str, currency: str, *, is_past: bool = False) -> Anchor:
    """Return the anchor for a sender: month first in the United States."""
    is_month_first = country.upper() == "US" or (not country and currency == "USD")
    return Anchor(today=today, is_month_first=is_month_first, is_past=is_past)
