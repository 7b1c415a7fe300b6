"""Invoice numbers of the text, matched against the open items and nothing else.

Exact, canonical, truncated or with the prefix left off, a unique digit tail, one slip of the
keys in a long number; ranges and lists; "both", "all", "the rest"; a unique amount; a month.
A number that has the shape of ours but matches none is told as foreign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parsers.date_words import month_numbers
from parsers.evidence import fold, quote
from parsers.reading import Evidence, OpenItem

TEXT_MAX = 200_000
TAIL_MIN = 3
SLIP_MIN = 6
MENTIONS_MAX = 300
RANGE_MAX = 40

_TOKEN = re.compile(
    r"(?<![\w])(?:(?!(?:to|and|bis|und|a|al|au|et|y|e|i|do|ate|tot|en|or|for|on|by|the|of|in|am|is"
    r"|for|pay|die|der|das|mit|von|fur|we|my) )[a-z]{1,8} )?"
    r"[a-z]{0,8}[-_/.#]?\d[a-z0-9]*(?:[-_/.][a-z0-9]+)*"
)
_RANGE = re.compile(r" ?(?:-|to|bis|through|t/m|tot|a|al|au|do|ate) ?")
_ALL = re.compile(
    r"\b(?:both|all (?:of )?(?:them|these|three|four|five|invoices|the invoices|open)|everything"
    r"|the lot|all of it|beide[nrs]?|alle(?: drei| vier| rechnungen| offenen)?|alles|samtliche"
    r"|les deux|toutes|tous|tout|ambas|ambos|todas|todo|tutte|tutto|entrambe|beiden?|alle facturen"
    r"|obie|wszystkie|oba|bada|alla|begge)\b"
)
_REST = re.compile(
    r"\b(?:the (?:rest|others?|other (?:one|two|three|invoices?)|remaining (?:one|two|three|ones"
    r"|invoices?))|everything else|der rest|die anderen?|die andere|die ubrigen?|die restlichen"
    r"|le reste|les autres|l'autre|el resto|las demas|la otra|il resto|le altre|l'altra|de rest"
    r"|de andere[n]?|o resto|as outras|a outra|reszta|pozostale|druga)\b"
)
_SIZES = (
    (
        re.compile(r"\bthe (?:big|bigger|larger|large) (?:one|invoice)|die grosse|die gross?ere"),
        "big",
    ),
    (re.compile(r"\bthe (?:small|smaller|little) (?:one|invoice)|die kleine(?:re)?\b"), "small"),
    (re.compile(r"\b(?:the )?(?:older|oldest|old) (?:one|of the two|invoice)|die altere"), "old"),
    (re.compile(r"\b(?:the )?(?:newer|newest|latest|new) (?:one|invoice)|die neuere"), "new"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Open invoices that one spot of the text names; `rule` tells how they were known."""

    numbers: tuple[str, ...]
    span: Evidence
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersFound:
    """All mentions in order, and the numbers shaped like ours that match no open item."""

    mentions: tuple[Mention, ...]
    foreign: tuple[str, ...] = ()

    @property
    def invoices(self) -> tuple[str, ...]:
        """Every named invoice once, in order of the text."""
        return tuple(dict.fromkeys(n for mention in self.mentions for n in mention.numbers))


def canonical(number: str) -> str:
    """Letters and digits only, lower-case."""
    return re.sub(r"[^a-z0-9]", "", fold(number))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _is_slip(one: str, other: str) -> bool:
    """Whether one edit (change, swap, missing or added character) parts the two."""
    if len(one) == len(other):
        wrong = [i for i in range(len(one)) if one[i] != other[i]]
        if len(wrong) == 1:
            return True
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and one[wrong[0]] == other[wrong[1]]
            and one[wrong[1]] == other[wrong[0]]
        )
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1:
        return False
    place = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    return short[place:] == long[place + 1 :]


@dataclass(frozen=True, slots=True)
class _Known:
    number: str
    canonical: str
    digits: str
    tail: str


def _known(items: Sequence[OpenItem]) -> tuple[_Known, ...]:
    found = []
    for item in items:
        groups = re.findall(r"\d+", item.number)
        tail = groups[-1] if groups else ""
        found.append(_Known(item.number, canonical(item.number), _digits(item.number), tail))
    return tuple(found)


def _one(matches: list[_Known]) -> str | None:
    return matches[0].number if len(matches) == 1 else None


def match_token(token: str, known: Sequence[_Known]) -> tuple[str, str] | None:
    """Return (number, rule) of the one open item that the token means, or None."""
    text = canonical(token)
    digits = _digits(token)
    exact = [k for k in known if k.canonical == text]
    if exact:
        return exact[0].number, "exact"
    if not digits:
        return None
    letters = re.sub(r"\d", "", text)
    same_digits = [k for k in known if k.digits == digits]
    if len(same_digits) == 1 and (len(digits) >= 2 or letters):
        return same_digits[0].number, "digits"
    if len(digits) >= 2:
        tails = [k for k in known if k.tail.lstrip("0") == digits.lstrip("0") and k.tail]
        if number := _one(tails):
            return number, "tail"
    if len(digits) >= TAIL_MIN:
        ends = [k for k in known if k.digits.endswith(digits)]
        if number := _one(ends):
            return number, "tail"
        starts = [k for k in known if len(digits) >= 4 and k.canonical.startswith(text)]
        if number := _one(starts):
            return number, "truncated"
    if len(text) >= SLIP_MIN and len(digits) >= 4:
        slips = [k for k in known if _is_slip(k.canonical, text) or _is_slip(k.digits, digits)]
        if number := _one(slips):
            return number, "slip"
    return None


def _looks_ours(token: str, known: Sequence[_Known]) -> bool:
    """Whether the token has the letters and length of one of ours."""
    text = canonical(token)
    letters = re.match(r"[a-z]+", text)
    if letters is None or len(_digits(text)) < 3:
        return False
    return any(
        k.canonical.startswith(letters.group()) and len(k.canonical) == len(text) for k in known
    )


def _expanded(first: str, last: str, items: Sequence[OpenItem]) -> tuple[str, ...]:
    """The open items from `first` to `last`, in the order of their digits."""
    order = sorted((item.number for item in items), key=lambda n: (_digits(n).zfill(30), n))
    low, high = order.index(first), order.index(last)
    return tuple(order[low : high + 1][:RANGE_MAX]) if low <= high else (first, last)


def _from_tokens(
    text: str, folded: str, items: Sequence[OpenItem], blocked: Sequence[tuple[int, int]]
) -> tuple[list[Mention], list[str]]:
    known = _known(items)
    mentions: list[Mention] = []
    foreign: list[str] = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        if len(mentions) >= MENTIONS_MAX:
            break
        found = match_token(match.group(), known)
        is_blocked = any(low < end and start < high for low, high in blocked)
        if found is not None and (not is_blocked or found[1] == "exact"):
            mentions.append(
                Mention(numbers=(found[0],), span=quote(text, start, end), rule=found[1])
            )
            continue
        if is_blocked:
            continue
        parts = [(m.start() + start, m.group()) for m in re.finditer(r"[a-z0-9-]+", match.group())]
        split = [(at, part, match_token(part, known)) for at, part in parts if len(parts) > 1]
        if split and all(hit for _, _, hit in split):
            mentions.extend(
                Mention(numbers=(hit[0],), span=quote(text, at, at + len(part)), rule="split")
                for at, part, hit in split
                if hit
            )
        elif _looks_ours(match.group(), known):
            foreign.append(quote(text, start, end).text)
    return mentions, foreign


def _with_ranges(folded: str, mentions: list[Mention], items: Sequence[OpenItem]) -> list[Mention]:
    widened: list[Mention] = []
    for mention in mentions:
        previous = widened[-1] if widened else None
        gap = folded[previous.span.end : mention.span.start] if previous else ""
        if previous and gap and len(gap) < 12 and _RANGE.fullmatch(gap):
            numbers = _expanded(previous.numbers[0], mention.numbers[0], items)
            widened.append(Mention(numbers=numbers, span=mention.span, rule="range"))
        else:
            widened.append(mention)
    return widened


def _described(
    text: str, folded: str, items: Sequence[OpenItem], named: Sequence[str]
) -> list[Mention]:
    """Mentions by description: both, all, the rest, by size, age or month of issue."""
    everything = tuple(item.number for item in items)
    found: list[Mention] = []
    if len(items) < 2:
        return found
    for match in _ALL.finditer(folded):
        span = quote(text, match.start(), match.end())
        found.append(Mention(numbers=everything, span=span, rule="all"))
    rest = tuple(number for number in everything if number not in named)
    for match in _REST.finditer(folded):
        if rest and named:
            span = quote(text, match.start(), match.end())
            found.append(Mention(numbers=rest, span=span, rule="rest"))
    by_size = sorted(items, key=lambda item: item.open.minor)
    dated = sorted((item for item in items if item.due_on), key=lambda i: i.due_on or date.max)
    for pattern, kind in _SIZES:
        hit = pattern.search(folded)
        chosen = {
            "big": by_size[-1:],
            "small": by_size[:1],
            "old": dated[:1],
            "new": dated[-1:],
        }[kind]
        if hit and chosen and chosen[0].number not in named:
            span = quote(text, hit.start(), hit.end())
            found.append(Mention(numbers=(chosen[0].number,), span=span, rule=kind))
    return found


def _by_month(text: str, folded: str, items: Sequence[OpenItem], language: str) -> list[Mention]:
    """The invoices issued (or, where unknown, due) in a month that an invoice word names."""
    names = month_numbers(language)
    words = "|".join(sorted((n for n in names if len(n) >= 3), key=len, reverse=True))
    noun = r"(?:one|invoice|bill|rent|rechnung|facture|factura|fattura|factuur|fatura|faktura)"
    pattern = re.compile(rf"\b(?:the |die |for )?(?P<month>{words})(?:'s)?[ -]?{noun}\b")
    found: list[Mention] = []
    for match in pattern.finditer(folded):
        month = names[match["month"]]
        hits = [i.number for i in items if (i.issued_on or i.due_on or date.min).month == month]
        if hits:
            span = quote(text, match.start(), match.end())
            found.append(Mention(numbers=tuple(hits), span=span, rule="month"))
    return found


def find_numbers(
    text: str,
    items: Sequence[OpenItem],
    language: str = "en",
    blocked: Sequence[tuple[int, int]] = (),
    amounts: Sequence[tuple[int, int, int]] = (),
) -> NumbersFound:
    """Find the open invoices that the text names.

    Args:
        text: The sender's words.
        items: The open items of the candidate accounts.
        language: For month names.
        blocked: Spans of dates and amounts: digits there name no invoice.
        amounts: (start, end, minor) of amounts: one that equals one item alone names it.

    Returns:
        Mentions in order of the text, and foreign numbers shaped like ours.
    """
    folded = fold(text[:TEXT_MAX])
    mentions, foreign = _from_tokens(text, folded, items, blocked)
    mentions = _with_ranges(folded, mentions, items)
    named = tuple(number for mention in mentions for number in mention.numbers)
    if len(items) > 1:
        for start, end, minor in amounts:
            equal = [item.number for item in items if item.open.minor == minor]
            if len(equal) == 1:
                span = quote(text, start, end)
                mentions.append(Mention(numbers=(equal[0],), span=span, rule="amount"))
        named = tuple(number for mention in mentions for number in mention.numbers)
        mentions += _by_month(text, folded, items, language)
        mentions += _described(text, folded, items, named)
    mentions.sort(key=lambda mention: (mention.span.start, mention.span.end))
    return NumbersFound(mentions=tuple(mentions), foreign=tuple(dict.fromkeys(foreign)))
