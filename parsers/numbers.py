"""Invoice numbers of the text, matched against the open items and nothing else.

Exact, canonical, truncated or with the prefix left off, a unique digit tail, one slip of the
keys in a long number; ranges and lists; "both", "all", "the rest"; a unique amount; a month.
A number that has the shape of ours but matches none is told as foreign.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from parsers.evidence import fold, quote
from parsers.numbers_described import BUT, described
from parsers.reading import Evidence, OpenItem

TEXT_MAX = 200_000
TAIL_MIN = 3
SLIP_MIN = 6
MENTIONS_MAX = 300
TOKENS_MAX = 2_000
COMPARISONS_MAX = 30_000
DISTINCT_MIN = 60
PARTS_MAX = 6
RANGE_MAX = 40

_TOKEN = re.compile(
    r"(?<![\w])(?:(?!(?:to|and|bis|und|a|al|au|et|y|e|i|do|ate|tot|en|or|for|on|by|the|of|in|am|is"
    r"|for|pay|die|der|das|mit|von|fur|we|my) )[a-z]{1,8} )?"
    r"[a-z]{0,8}[-_/.#]?\d[a-z0-9]*(?:[-_/.][a-z0-9]+)*"
)
_RANGE = re.compile(r" ?(?:-|to|bis|through|t/m|tot|a|al|au|do|ate) ?")
_YEAR = re.compile(r"20\d\d")
_LINE_TAIL = re.compile(
    r"(?:^|\n)[ \t(]{0,4}(?:#|no\.? ?|nr\.? ?)?(?P<tail>\d{1,4})\)?(?= ?(?:[=:]| - |- [a-z]| -> ))"
)
_TWO_OF = re.compile(r"\b(?:two|both|dos|deux|due|duas|beiden|zwei|twee|dwie|obie)\b")
_LETTER = re.compile(r"(?<![\w'-])[A-Z](?![\w'.-])")
_SHORT_LIST = re.compile(
    r"(?<![\w./-])\d{1,4}(?:, ?\d{1,4}){0,6}(?:,? (?:and|und|et|y|e|en|i|och|og|\+"
    r"|&) )\d{1,4}(?![\w./-])"
    r"|(?<![\w./-])\d{1,4}(?:, ?\d{1,4}){1,6}(?![\w./-])"
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
    groups: frozenset[str]
    parts: tuple[str, ...]


def _known(items: Sequence[OpenItem]) -> tuple[_Known, ...]:
    found = []
    for item in items:
        groups = re.findall(r"\d+", item.number)
        tail = groups[-1] if groups else ""
        parts = frozenset(group.lstrip("0") for group in groups if not _YEAR.fullmatch(group))
        whole = tuple(group.lstrip("0") for group in groups)
        found.append(
            _Known(item.number, canonical(item.number), _digits(item.number), tail, parts, whole)
        )
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
    parts = tuple(part.lstrip("0") for part in re.findall(r"\d+", token))
    if len(parts) > 1:
        whole = [k for k in known if k.parts == parts]
        if number := _one(whole):
            return number, "digits"
    if len(digits) >= 2:
        tails = [k for k in known if k.tail.lstrip("0") == digits.lstrip("0") and k.tail]
        if number := _one(tails):
            return number, "tail"
        groups = [k for k in known if digits.lstrip("0") in k.groups]
        if number := _one(groups):
            return number, "group"
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


def _expanded(first: str, last: str, order: Sequence[str]) -> tuple[str, ...]:
    """The open items from `first` to `last`, in the order of their digits."""
    low, high = order.index(first), order.index(last)
    return tuple(order[low : high + 1][:RANGE_MAX]) if low <= high else (first, last)


def _from_tokens(
    text: str, folded: str, items: Sequence[OpenItem], blocked: Sequence[tuple[int, int]]
) -> tuple[list[Mention], list[str]]:
    known = _known(items)
    mentions: list[Mention] = []
    foreign: list[str] = []
    taken = sorted(blocked)
    lows = [low for low, _ in taken]
    seen: dict[str, tuple[str, str] | None] = {}
    budget = max(DISTINCT_MIN, COMPARISONS_MAX // max(1, len(known)))
    for match in islice(_TOKEN.finditer(folded), TOKENS_MAX):
        start, end = match.span()
        token = match.group()
        if len(mentions) >= MENTIONS_MAX:
            break
        if token not in seen and len(seen) < budget:
            seen[token] = match_token(token, known)
        found = seen.get(token)
        place = bisect_left(lows, end)
        is_blocked = place > 0 and taken[place - 1][1] > start
        if found is not None and (not is_blocked or found[1] == "exact"):
            mentions.append(
                Mention(numbers=(found[0],), span=quote(text, start, end), rule=found[1])
            )
            continue
        if is_blocked:
            continue
        parts = [(m.start() + start, m.group()) for m in re.finditer(r"[a-z0-9-]+", token)]
        is_split = 1 < len(parts) <= PARTS_MAX and len(seen) < budget
        split = [(at, part, match_token(part, known)) for at, part in parts if is_split]
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
    order = sorted((item.number for item in items), key=lambda n: (_digits(n).zfill(30), n))
    for mention in mentions:
        previous = widened[-1] if widened else None
        gap = folded[previous.span.end : mention.span.start] if previous else ""
        if previous and gap and len(gap) < 12 and _RANGE.fullmatch(gap):
            numbers = _expanded(previous.numbers[0], mention.numbers[0], order)
            widened.append(Mention(numbers=numbers, span=mention.span, rule="range"))
        else:
            widened.append(mention)
    return widened


def _lettered(text: str, items: Sequence[OpenItem]) -> list[Mention]:
    """Invoices called by the letter that alone tells them apart: A, B and C."""
    letters = {item.number[-1:]: item.number for item in items if item.number[-1:].isupper()}
    if len(letters) < len(items) or len({item.number[:-1] for item in items}) > 1:
        return []
    return [
        Mention(numbers=(letters[m.group()],), span=quote(text, m.start(), m.end()), rule="letter")
        for m in _LETTER.finditer(text[:TEXT_MAX])
        if m.group() in letters
    ][:MENTIONS_MAX]


def _leading(text: str, folded: str, items: Sequence[OpenItem]) -> list[Mention]:
    """Invoices called by their short tail at the start of a line: "4 = paid in June"."""
    known = _known(items)
    found: list[Mention] = []
    for match in _LINE_TAIL.finditer(folded):
        tail = match["tail"].lstrip("0")
        hits = [k.number for k in known if tail and tail in (k.tail.lstrip("0"), *k.groups)]
        if len(hits) == 1:
            span = quote(text, match.start("tail"), match.end("tail"))
            found.append(Mention(numbers=(hits[0],), span=span, rule="line"))
    return found


def _listed(text: str, folded: str, items: Sequence[OpenItem]) -> list[Mention]:
    """Invoices listed by their short tails: "3, 7, 12 and 15", where each is one of ours."""
    known = _known(items)
    found: list[Mention] = []
    for match in islice(_SHORT_LIST.finditer(folded), MENTIONS_MAX):
        tails = re.findall(r"\d+", match.group())
        hits = [[k.number for k in known if k.tail.lstrip("0") == t.lstrip("0")] for t in tails]
        if all(len(hit) == 1 for hit in hits):
            numbers = tuple(hit[0] for hit in hits)
            span = quote(text, match.start(), match.end())
            found.append(Mention(numbers=numbers, span=span, rule="list"))
    return found


def _with_exceptions(
    folded: str, mentions: list[Mention], items: Sequence[OpenItem]
) -> list[Mention]:
    """Turn "all but INV-7" into the others; the excepted mention stays, marked as such."""
    everything = tuple(item.number for item in items)
    found: list[Mention] = []
    excepted: tuple[str, ...] = ()
    for index, mention in enumerate(mentions):
        following = mentions[index + 1] if index + 1 < len(mentions) else None
        gap = folded[mention.span.end : mention.span.end + 30]
        but = BUT.search(gap) if mention.rule == "all" else None
        if but and following and following.span.start - mention.span.end - but.end() < 16:
            excepted = following.numbers
            rest = tuple(number for number in everything if number not in excepted)
            found.append(Mention(numbers=rest, span=mention.span, rule="all but"))
        elif excepted and mention.numbers == excepted:
            found.append(Mention(numbers=excepted, span=mention.span, rule="excepted"))
            excepted = ()
        else:
            found.append(mention)
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
            is_pair = len(equal) == 2 and _TWO_OF.search(folded, max(0, start - 16), start)
            if len(equal) == 1 or is_pair:
                span = quote(text, start, end)
                mentions.append(Mention(numbers=tuple(equal), span=span, rule="amount"))
        named = tuple(number for mention in mentions for number in mention.numbers)
        mentions += _lettered(text, items)
        mentions += _listed(text, folded, items)
        mentions += _leading(text, folded, items)
        mentions += [
            Mention(numbers=numbers, span=quote(text, start, end), rule=rule)
            for numbers, start, end, rule in described(folded, items, named, language)
        ]
    mentions.sort(key=lambda mention: (mention.span.start, mention.span.end))
    mentions = _with_exceptions(folded, mentions, items)
    return NumbersFound(mentions=tuple(mentions), foreign=tuple(dict.fromkeys(foreign)))
