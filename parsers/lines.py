"""Lines: what one line of a mail shows, told from the line alone.

Only the first `LOOK_CHARACTERS` of a line count, so looking at a mail is linear. `marks` and
`pasted` judge lines together with their neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parsers import quote_words as words

LOOK_CHARACTERS: Final = 400
# Lines of quoted letters and of signatures come again and again: what they showed is kept.
KEPT_CHARACTERS_MAX: Final = 200
KEPT_LINES_MAX: Final = 4_000

_QUOTE: Final = re.compile(r"[ \t]{0,3}(?:>|&gt;|＞)")
_ADDRESS: Final = re.compile(r"[^\s<>@]@[A-Za-z0-9-]{1,63}\.|mailto:|@[A-Za-z0-9-]{1,63}\.[a-z]")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2}(?!\d)")
_TIME: Final = re.compile(r"(?<!\d)\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?!\d)|\d\s?[ap]\.?m\b", re.I)
_STARTS_DATE: Final = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d{1,2}\.? "
)
_WORD: Final = re.compile(r"[^\s<>\",;:]+")
_DIGIT: Final = re.compile(r"\d")
_VERBS: Final = words.WROTE - words.WROTE_WEAK
_FIELD: Final = re.compile(r"[\s>*_|]{0,6}([^\s:*][^:*\n]{0,24}?)\s?\*?\s?[:：]\*?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with what it shows."""

    text: str
    is_empty: bool
    is_quote: bool
    has_verb: bool
    has_year: bool
    has_time: bool
    has_address: bool
    has_colon_end: bool
    starts_attribution: bool
    says_you: bool
    kind: str = ""


def look(text: str) -> Line:
    """Look at one line; only its first and last `LOOK_CHARACTERS` count."""
    return _look(text) if len(text) > KEPT_CHARACTERS_MAX else _look_again(text)


def _look(text: str) -> Line:
    stripped = text.strip()
    if not stripped:
        return _blank(text)
    head = stripped[:LOOK_CHARACTERS]
    found = _WORD.findall(head.lower())
    has_verb = not _VERBS.isdisjoint(found) or (
        not head.isascii() and any(word in head for word in words.WROTE_INSIDE)
    )
    has_digit = _DIGIT.search(head) is not None
    first = found[0].strip(".-*_") if found else ""
    return Line(
        text=text,
        is_empty=False,
        is_quote=_QUOTE.match(text) is not None,
        has_verb=has_verb,
        has_year=has_digit and _YEAR.search(head) is not None,
        has_time=has_digit and _TIME.search(head) is not None,
        has_address="@" in head and _ADDRESS.search(head) is not None,
        has_colon_end=stripped.rstrip("*_ ").endswith((":", "：", "----"))
        and len(stripped) <= LOOK_CHARACTERS,
        starts_attribution=(first or "".join(found[1:2])) in words.STARTS
        or (has_digit and _STARTS_DATE.match(stripped.lstrip("-* ")) is not None),
        says_you=has_verb and not words.YOU.isdisjoint(found),
        kind=field_kind(text) if ":" in head or "：" in head else "",
    )


_look_again: Final = lru_cache(maxsize=KEPT_LINES_MAX)(_look)


def _blank(text: str) -> Line:
    return Line(
        text=text,
        is_empty=True,
        is_quote=False,
        has_verb=False,
        has_year=False,
        has_time=False,
        has_address=False,
        has_colon_end=False,
        starts_attribution=False,
        says_you=False,
    )


def field_kind(text: str) -> str:
    """Tell which header field a line looks like: from, sent, to, subject, or ""."""
    matched = _FIELD.match(text[:120])
    if matched is None:
        return ""
    name = matched.group(1).strip().lower()
    if name in words.FROM:
        return "from"
    if name in words.SENT:
        return "sent"
    if name in words.SUBJECT:
        return "subject"
    return "to" if name in words.TO else ""
