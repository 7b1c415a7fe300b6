"""Invoices by description: both, all but one, the rest, the second one, the big one, June's.

What a text calls by place, size, age or month is one of the open items, in the order in which
our letter lists them. Folded text; knows nothing of numbers as they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from parsers.date_words import MONTHS, month_numbers
from parsers.evidence import fold
from parsers.reading import OpenItem

DESCRIBED_MAX = 60
WORDS_MAX = 3_000
Described = tuple[tuple[str, ...], int, int, str]

_COUNTS = {
    word: value
    for value, words in {
        2: "two 2 zwei beiden deux dos due twee duas dois dwie dwa tva to",
        3: "three 3 drei trois tres tre drie trzy tre",
        4: "four 4 vier quatre cuatro quattro quatro cztery fyra fire",
    }.items()
    for word in words.split()
}
_COUNT = "(?:" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
ALL = re.compile(
    r"\b(?:both|all(?= (?:bar|but|except|save|apart))|all (?:of )?(?:them|these|three|four|five"
    r"|invoices|the invoices|open|the others"
    r"|two)"
    r"|everything|the lot|all of it|the pair(?: of them)?|beide[nrs]?|alle(?: drei| vier"
    r"| rechnungen"
    r"| offenen| posten)?|alles|samtliche|les (?:deux|trois|quatre)(?! (?:premi|derni|autres))"
    r"|toutes"
    r"|tous|tout|ambas|ambos|las (?:dos|tres)(?! (?:primer|ultim))|todas?|todos?|tutt[eoi]"
    r"|entramb[ei]"
    r"|alle facturen|beiden?|allebei|as (?:duas|tres)(?! (?:primeir|ultim))|obie|obydwie"
    r"|wszystki\w*"
    r"|calosc|oba|bada|alla|begge|alle tre)\b"
)
BUT = re.compile(
    r" ?,? (?:but|bar|except(?: for)?|apart from|save(?: for)?|other than|barring|ausser|außer"
    r"|bis auf"
    r"|ohne"
    r"|sauf|hormis|excepte|excepto|menos|salvo|tranne|eccetto|meno|behalve|uitgezonderd|exceto"
    r"|poza|oprocz|z wyjatkiem|utom|undtagen|bortset fra)\b"
)
_REST = re.compile(
    rf"\b(?:the (?:rest|others?|other (?:one|{_COUNT}|invoices?|ones)|remaining (?:one|{_COUNT}"
    rf"|ones"
    rf"|invoices?|items?))|everything else|(?:the )?remaining items|der rest|die (?:andere[n]?"
    rf"|ubrige[n]?"
    rf"|restlichen?)(?: {_COUNT})?|(?:von|bei) der anderen|le reste|les (?:{_COUNT} )?autres"
    rf"|l'autre"
    rf"|el resto|(?:la|las) (?:demas|otras?)(?: {_COUNT})?|il resto|(?:le"
    rf"|l')? ?altr[ae](?: {_COUNT})?"
    rf"|de rest|de andere[n]?(?: {_COUNT})?|o resto|as? outras?(?: {_COUNT})?|reszt[aey]"
    rf"|pozostal[eya](?: {_COUNT})?|resten|de andra|den andra|den anden|de andre|det andet)\b"
    r"(?! ?[£€$]?\d| half| halfte| hälfte| moitie| mitad| meta\b| helft| metade"
    r"| polow)(?! (?:of (?!the invoice|them|these)|de (?!las fact|la deuda)|des |der |di |do |da "
    r"|van |von |z |ze ))"
)
_NOT_A_PLACE = (
    r"(?! (?:time|reminder|week|half|part|instal\w*|payment|rate|mahnung|woche|halfte|mal|fois"
    r"|semaine"
    r"|relance|quinzaine|partie|moitie|vez|semana|parte|cuota|mitad|volta|rata|settimana|keer|week"
    r"|herinnering|helft|parcela|raz|tydzien|piatek|polow\w*|gang|pamin\w*|thing|of (?!the|them|two"
    r"|three)|lunedi|lundi|friday|monday|line|zeile|quarter|month|working|business))"
)
_PLACES = {
    0: r"first|former|erstere[nr]?|1st"
    r"|erste[nr]?|premiere|primera|prima|eerste|primeira|pierwsz[aey]|forsta|forste",
    1: r"second|2nd|zweite[nr]?|deuxieme|seconde|segunda|seconda|tweede|drug[aey]|andra|anden",
    2: r"third|3rd|dritte[nr]?|troisieme|tercera|terza|derde|terceira|trzeci[aey]?|tredje",
    3: r"fourth|4th|vierte[nr]?|quatrieme|cuarta|quarta|vierde|czwart[aey]|fjarde|fjerde",
    -1: r"last|latest|latter|letztere[nr]?"
    r"|letzte[nr]?|derniere|ultima|laatste|ostatni[aey]?|sista|sidste",
}
_PLACE = "|".join(f"(?P<p{index % 9}>{words})" for index, words in _PLACES.items())
_FIRST_FEW = re.compile(
    rf"\b(?:(?:the |die |les |las |le |de |as )?(?P<first>first|ersten|premieres|primeras|prime"
    rf"|eerste"
    rf"|primeiras|pierwsze|forsta|forste) (?P<count>{_COUNT})|(?:les |le |las |as |die |de )"
    rf"(?P<count2>{_COUNT}) (?P<first2>premieres|primeras|prime|primeiras|ersten|forsta|forste))\b"
)
_LAST_FEW = re.compile(
    rf"\b(?:(?:the |die |las |le |de |as )?(?:last|letzten|ultimas|ultime|laatste|ostatnie|sista)"
    rf" (?P<count>{_COUNT})|(?:les |las |as )(?P<count2>{_COUNT}) (?:dernieres|ultimas))\b"
)
_ONE_PLACE = re.compile(
    rf"(?:\b(?:the|la|die|der|de|den|a|number|nummer|numero|zur|per la|pour la|da|z|za|o|sulla"
    rf"|della)"
    rf" |(?:^|[\n.!?;:] ?))(?:{_PLACE})(?: (?:one|invoice|bill|item|stage|rechnung|facture|factura"
    rf"|fattura|factuur|fatura|faktur\w*))?(?:'s)?\b{_NOT_A_PLACE}"
)
_SIZES = (
    (
        r"(?:the )?(?:big(?:ger|gest)?|large[rst]*)(?: (?P<count>two|three))? ?(?:ones?|invoices?"
        r"|of the"
        r" (?:two|three)|two)|die (?:grosse|gross?ere|großere|große)[rn]?|la (?:grande|grosse"
        r"|mas grande"
        r"|grossa)|la piu grossa|de groot(?:ste|tere)?|de grote|a (?:maior|grande)|wieksz[aey]"
        r"|najwieksz\w+"
        r"|den storre|den stora|den storste",
        "big",
    ),
    (
        r"(?:the )?(?:(?P<count>two|three) )?(?:odd )?(?:small(?:er|est)?|little) (?:ones?"
        r"|invoices?|two)"
        r"|die kleine(?:re)?n?|la (?:petite|pequena|chica|piccola|piu piccola)|de klein(?:ste|e"
        r"|ere)"
        r"|a (?:menor|pequena)|mniejsz[aey]|najmniejsz\w+|den lilla|den lille|den mindre",
        "small",
    ),
    (
        r"(?:the )?(?:older|oldest|old) (?:one|of the two|invoice)|die altere|la plus ancienne"
        r"|la mas"
        r" (?:vieja|antigua)|la piu vecchia|de oudste|a mais antiga|starsz[aey]|najstarsz\w+",
        "old",
    ),
    (
        r"(?:the )?(?:newer|newest|new) (?:one|invoice)|die neuere|la plus recente|la mas nueva"
        r"|la piu"
        r" recente|de nieuwste|a mais recente|nowsz[aey]|najnowsz\w+",
        "new",
    ),
)
_SIZE_FORMS = tuple((re.compile(rf"\b(?:{words})\b"), kind) for words, kind in _SIZES)
_POLISH = (
    "styczniow lutow marcow kwietniow majow czerwcow lipcow sierpniow wrzesniow pazdziernikow"
    " listopadow grudniow"
)
_NOUN = (
    r"(?:one|invoice|bill|rent|fee|statement|rechnung|miete|facture|factura|fattura|factuur|fatura"
    r"|faktura|\d+)"
)


def described(
    folded: str, items: Sequence[OpenItem], named: Sequence[str], language: str
) -> list[Described]:
    """Find descriptions of open items.

    Args:
        folded: Folded text.
        items: The open items, in the order of the letter.
        named: Numbers that the text names outright, for "the rest".
        language: ISO 639-1, for month names.

    Returns:
        (numbers, start, end, rule) for each; at most 60.
    """
    if len(items) < 2:
        return []
    found = (
        _everything(folded, items, named)
        + _by_place(folded, items)
        + _by_size(folded, items, named)
    )
    found += _by_month(folded, items, language)
    known = {*named, *(n for numbers, _, _, rule in found if rule != "all" for n in numbers)}
    rest = tuple(item.number for item in items if item.number not in known)
    if rest and known:
        found += [
            (rest, m.start(), m.end(), "rest")
            for m in islice(_REST.finditer(folded), DESCRIBED_MAX)
        ]
    return found[:DESCRIBED_MAX]


def _everything(folded: str, items: Sequence[OpenItem], named: Sequence[str]) -> list[Described]:
    """All open items; "both" of more than two are the two that the text names, if any."""
    numbers = tuple(item.number for item in items)
    distinct = tuple(dict.fromkeys(named))
    found: list[Described] = []
    for match in islice(ALL.finditer(folded), DESCRIBED_MAX):
        if len(items) == 2 or _TWO.fullmatch(match.group()) is None:
            found.append((numbers, match.start(), match.end(), "all"))
        elif len(distinct) == 2:
            found.append((distinct, match.start(), match.end(), "both"))
    return found


_TWO = re.compile(
    r"both|the pair(?: of them)?|beide[nrs]?|les deux|ambas|ambos|las dos|entramb[ei]|allebei"
    r"|as duas"
    r"|obie|obydwie|oba|bada|begge"
)


def _by_place(folded: str, items: Sequence[OpenItem]) -> list[Described]:
    numbers = tuple(item.number for item in items)
    found: list[Described] = []
    taken: list[tuple[int, int]] = []
    for pattern, is_first in ((_FIRST_FEW, True), (_LAST_FEW, False)):
        for match in islice(pattern.finditer(folded), DESCRIBED_MAX):
            count = _COUNTS[match["count"] or match["count2"]]
            if count < len(numbers) + 1:
                few = numbers[:count] if is_first else numbers[-count:]
                found.append((few, match.start(), match.end(), "place"))
                taken.append(match.span())
    for match in islice(_ONE_PLACE.finditer(folded), DESCRIBED_MAX):
        index = next(i for i in _PLACES if match[f"p{i % 9}"])
        start = match.start() + len(match.group()) - len(match.group().lstrip(" \n.!?;:"))
        is_free = all(match.end() <= low or start >= high for low, high in taken)
        if is_free and -1 <= index < len(numbers):
            found.append(((numbers[index],), start, match.end(), "place"))
    return found


def _by_size(folded: str, items: Sequence[OpenItem], named: Sequence[str]) -> list[Described]:
    by_size = sorted(items, key=lambda item: item.open.minor)
    dated = sorted((item for item in items if item.due_on), key=lambda i: i.due_on or date.max)
    found: list[Described] = []
    for pattern, kind in _SIZE_FORMS:
        match = pattern.search(folded)
        if match is None:
            continue
        words = match.group()
        count = 3 if "three" in words and kind == "small" else 2 if _is_two(words) else 1
        chosen = {
            "big": by_size[-count:],
            "small": by_size[:count],
            "old": dated[:1],
            "new": dated[-1:],
        }[kind]
        if chosen and not (count == 1 and chosen[0].number in named):
            numbers = tuple(item.number for item in chosen)
            found.append((numbers, match.start(), match.end(), kind))
    return found


def _is_two(words: str) -> bool:
    return "two" in words and "of the" not in words


@lru_cache(maxsize=32)
def _month_form(language: str) -> re.Pattern[str]:
    names = "|".join(sorted((n for n in month_numbers(language) if len(n) > 2), key=len)[::-1])
    polish = "|".join(f"{stem}(?:a|e|ej|y|ych)" for stem in _POLISH.split())
    return re.compile(
        rf"\b(?:(?:the |die |der |for |zur )?(?P<month>{names})(?:'s|s)?[ -]?{_NOUN}"
        rf"|(?:quell[ae]|l[ae]|as?|celles?|de|das|die|der|die rechnung) (?:di|de|van|vom|von|aus|du"
        rf" mois de|debut|du debut)? ?(?:mois de )?(?P<month2>{names})|(?P<polish>{polish})"
        rf"|(?P<month3>{names})'s)\b|(?:^|\n)[ -]{{0,3}}(?P<month4>{names}) ?(?=[-:=])"
    )


def _by_month(folded: str, items: Sequence[OpenItem], language: str) -> list[Described]:
    """The invoices of a month: by their number, their day of issue or their due date."""
    names = month_numbers(language)
    stems = _POLISH.split()
    found: list[Described] = []
    by_month: dict[int, tuple[str, ...]] = {}
    for match in islice(_month_form(language).finditer(folded), DESCRIBED_MAX):
        name = match["month"] or match["month2"] or match["month3"] or match["month4"]
        if name:
            month = names[name]
        else:
            month = 1 + next(i for i, s in enumerate(stems) if match["polish"].startswith(s))
        if month not in by_month:
            by_month[month] = _of_month(month, items)
        hits = by_month[month]
        if hits and len(hits) < len(items):
            found.append((hits, match.start(), match.end(), "month"))
    return found + _by_named_month(folded, items, language)


def _by_named_month(folded: str, items: Sequence[OpenItem], language: str) -> list[Described]:
    """Where the numbers themselves carry months (U4-JUL), a month alone names its invoice."""
    if sum(bool(_MONTH_PART.search(fold(item.number))) for item in items) < 2:
        return []
    names = month_numbers(language)
    found: list[Described] = []
    for match in islice(_MONTH_ALONE.finditer(folded), WORDS_MAX):
        month = names.get(match.group()) if len(found) < DESCRIBED_MAX else None
        hits = _of_month(month, items) if month else ()
        if len(hits) == 1:
            found.append((hits, match.start(), match.end(), "month"))
    return found


_MONTH_PART = re.compile(
    r"(?<![a-z])(?:" + "|".join({w[:3] for names in MONTHS.values() for w in names}) + r")(?![a-z])"
)
_MONTH_ALONE = re.compile(r"(?<![\w.'-])(?<!\d )[a-z]{3,12}(?![\w.-]| \d)")


def _of_month(month: int, items: Sequence[OpenItem]) -> tuple[str, ...]:
    short = {word[:3] for words in MONTHS.values() for word in words[month - 1].split()}
    by_name = [
        item.number
        for item in items
        if any(part in short for part in re.findall(r"[a-z]{3}", fold(item.number)))
    ]
    by_digits = [i.number for i in items if f"{month:02d}" in re.findall(r"\d+", i.number)]
    issued = [i.number for i in items if i.issued_on and i.issued_on.month == month]
    before = [
        i.number for i in items if i.due_on and (i.due_on - timedelta(days=30)).month == month
    ]
    due = [i.number for i in items if i.due_on and i.due_on.month == month]
    for hits in (by_name, issued, by_digits if len(by_digits) == 1 else [], before, due):
        if hits:
            return tuple(hits)
    return ()
