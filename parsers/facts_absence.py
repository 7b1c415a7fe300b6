"""Absence notes: the first day the person is back, and whom the note names instead.

Words for "back" and "until" in eight languages and the Nordic ones, folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from parsers.date_words_phrases import LEAD_DAY
from parsers.evidence import fold
from parsers.reading import AbsenceFact, FoundDate, Precision

ADDRESS = re.compile(r"[A-Za-z0-9][\w.+'-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{1,200}[A-Za-z0-9]")
ABSENCE_DAYS_MAX = 400

_UNTIL = re.compile(
    r"(?<![^\W\d_])(?:until|till|til|through|thru|to|up to|bis|bis zum|bis einschl\w*|bis inkl\w*"
    r"|jusqu'?\w*"
    r"|au|hasta|fino|sino|al|tot|t/m|tot en met|ate|ao|do|till och med|t\.?o\.?m\.?|til og med"
    r"|indtil|asti|saakka|-|—|az|kadar|d|ως|до|по|至|から)(?: (?:and including|including|incl\.?"
    r"|inkl\.?"
    r"|einschl\w*\.?|zum"
    r"|und mit"
    r"|the|le|el|il|al|den|dem|dnia|dia|end of|τις|την|i|a|alla|domenica|und inklusive|inclusief"
    r"|inclus"
    r"|compris|och med"
    r"|og med|au|o|mit)){0,2}[ ,(]{0,2}$"
)
_BACK_BEFORE = re.compile(
    r"(?:\bback\b|reouv\w*|widzimy|bemannet|geliyor|takaisin|戻り|正常|see you"
    r"|ruckkehr\w*|rueckkehr|bis dann|return\w*|re-?open\w*|resum\w*"
    r"|again|available|reachable|in the office|wieder\w*"
    r"|zuruck\w*|retour|reprise|reprend\w*|rouvr\w*"
    r"|de nouveau"
    r"|revien\w*|\brentr\w*|vuelv\w*|volv\w*|tornem|restart\w*|reply|respond|working again"
    r"|beantwort\w*|risentiamo|vuelta|regres\w*|reincorpor\w*|incorpor\w*|rientr\w*|ritorn\w*"
    r"|torn\w*"
    r"|riapr\w*|riaprir\w*|di nuovo|terug|weer|heropen\w*|volt\w*|de volta|reabr\w*|retom\w*"
    r"|wrac\w*"
    r"|powrot\w*|wroc\w*|ponownie|otwier\w*|z powrotem|tillbaka|ater\w*|tilbage|tilbake|igen|abnar"
    r"|oppn\w*|otevir\w*|takaisin)[^.!?\n]{0,40}$"
)
_BACK_AFTER = re.compile(
    r"^[., ]{0,3}[^.!?\n]{0,64}?\b(?:there again|again for you|wieder|zuruck|back|erreichbar"
    r"|im buro|im haus|de retour"
    r"|terug|weer"
    r"|tillbaka"
    r"|tilbage|tilbake|igen|de volta|ponownie|in the office|fur sie da|am platz|da\b|i'?ll be back"
    r"|a nouveau|de nuevo|di nuovo|we reopen|reopen|return|retom\w*|volt\w*|rientr\w*|riapr\w*"
    r"|repren\w*|rentr\w*|vuelv\w*|reincorpor\w*|riprend\w*|dostepn\w*|wrac\w*|reageer)"
)
_BACK_UNTIL = re.compile(
    r"(?:back|return|available|reachable|in the office"
    r"|i(?: a|')m in(?! [^.!?]{0,14}(?:vacation|holiday|leave|training|hospital)))\b[^.!?]{0,24}"
    r" (?:until|till|before)[ a-z]{0,5}$"
)
_SINCE = re.compile(r"(?:since|seit|depuis|desde|sinds)(?: \S{1,4})? ?$")
_NOT_BACK = re.compile(
    r"(?:since|seit|from|vom|ab|von|depuis|desde|dal|vanaf|sinds|od)(?: \S{1,4})? ?$"
)


def find_absence(
    text: str, dates: Sequence[FoundDate], today: date, own: frozenset[str] = frozenset()
) -> AbsenceFact:
    """Read an absence note.

    Args:
        text: The note.
        dates: Its dates, resolved ahead.
        today: The sender's day of receipt.
        own: Addresses that are not a deputy's (the sender's, ours), lower-case.

    Returns:
        `returns_on`: the day named as first day back, else the working day after the last day
        away (the very next day where that one is said to be included),
        else None; `deputy`: the first other address in the note, or None.
    """
    folded = fold(text).replace("\n", " ")
    back: list[FoundDate] = []
    until: list[FoundDate] = []
    loose: list[FoundDate] = []
    has_past = not any(one.on > today for one in dates)
    for index, one in enumerate(dates):
        low = dates[index - 1].span.end if index else 0
        high = dates[index + 1].span.start if index + 1 < len(dates) else len(folded)
        if not (has_past or 0 < (one.on - today).days) or (
            abs((one.on - today).days) > ABSENCE_DAYS_MAX
        ):
            continue
        start = one.span.start + _lead(folded[one.span.start : one.span.end])
        before = folded[max(low, start - 60) : start]
        after = folded[one.span.end : min(high, one.span.end + 76)]
        if one.span.end + len(after) == high < len(folded) and _BACK_BEFORE.search(after):
            after = ""
        if _BACK_UNTIL.search(before) or _MORNING.match(after):
            back.append(one)
        elif _EVERY.match(after):
            continue
        elif _is_until(one, before, folded[max(0, start - 20) : start], after):
            until.append(one)
        elif _BACK_AFTER.search(after) or (
            _BACK_BEFORE.search(before) and not _SINCE.search(before)
        ):
            back.append(one)
        elif not _NOT_BACK.search(before):
            loose.append(one)
    return AbsenceFact(
        returns_on=_returns_on(folded, back, until, loose), deputy=first_address(text, own)
    )


def _is_until(one: FoundDate, before: str, lead: str, after: str) -> bool:
    """Whether a day is the last one away: by the words before it, by the day that it makes a
    pair with, or by a word for "between" behind it."""
    is_told = _PAIR.search(before) or _PAIR.search(lead) or _UNTIL.search(before)
    return bool(is_told) or one.rule == "range" or _BETWEEN.match(after) is not None


_BETWEEN = re.compile(r"\.? ?(?:kozott|valilla|arasinda|vahelisel)\b")


def _lead(span: str) -> int:
    """Length of the preposition that a short date carries within its span ("bis 10.1")."""
    match = re.match(rf"(?:{LEAD_DAY}|a|ate|bis|t/m) ?(?=\d)", span)
    return match.end() if match is not None else 0


def _returns_on(
    folded: str,
    back: Sequence[FoundDate],
    until: Sequence[FoundDate],
    loose: Sequence[FoundDate],
) -> date | None:
    """The day named as first day back, else the day after the last day away, else a lone day."""
    if back:
        first = back[0]
        return first.on - timedelta(days=4) if first.rule in _WEEKS else first.on
    if until:
        last = max(until, key=lambda one: one.on)
        if last.precision is Precision.VAGUE:
            return None
        if last.precision is Precision.WEEK:
            return last.on + timedelta(days=3)
        after = last.on + timedelta(days=1)
        return after if _is_inclusive(folded, last) else _working(after)
    weeks = [one for one in loose if one.precision is Precision.WEEK]
    if weeks:
        return weeks[-1].on + timedelta(days=3)
    near = [one for one in loose if one.rule in ("today", "tomorrow")]
    if len({one.rule for one in near}) == 2 and not _TOGETHER.search(folded):
        return near[-1].on
    if near and len(near) == len(loose):
        return _working(near[-1].on + timedelta(days=1))
    days = [one for one in loose if one.precision is Precision.DAY]
    return max(one.on for one in days) if len(days) in (1, 2) else None


def _working(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _is_inclusive(folded: str, last: FoundDate) -> bool:
    """Whether the words around the last day away say that it is one: the day after is meant
    then, even if it begins a weekend."""
    around = folded[max(0, last.span.start - 30) : last.span.end + 20]
    return _INCLUSIVE.search(around) is not None


_INCLUSIVE = re.compile(
    r"\b(?:inclu\w+|incl|inkl\w*|einschl\w*|through|thru|compris\w*|compreso|wlacznie|t/m"
    r"|tot en met|til og med|till och med|t\.?o\.?m|vcetne|bezarolag)\b"
)
_TOGETHER = re.compile(
    r"(?:today|heute|hoje|hoy|oggi|vandaag|aujourd'hui|dzis) (?:and|und|et|y|e|en|i) "
)
_WEEKS = frozenset({"next week", "this week", "late this week", "week number", "late next week"})
_MORNING = re.compile(r" ?(?:au matin|in the morning|am morgen|por la manana|al mattino)")
_EVERY = re.compile(
    r" ?(?:of (?:every|each) month|di ogni mese|de cada mes|de chaque mois|jeden monats"
    r"|van elke maand"
    r"|kazdego miesiaca|et le \d)"
)
_PAIR = re.compile(
    r"(?:\d/\d{1,2}|\d\.) ?a ?$|kozott|(?<![\d.,])\d{1,2}\.? ?(?:and|und|et|y|e|en|i|og|och|to"
    r"|bis|-|al|au|a|az|do|tot|t/m) ?$"
)


def first_address(text: str, own: frozenset[str]) -> str | None:
    """Return the first address of the text that is not in `own`."""
    for match in ADDRESS.finditer(text):
        address = match.group().strip(".'-")
        if address.lower() not in own:
            return address
    return None
