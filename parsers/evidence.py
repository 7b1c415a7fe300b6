"""Spans: how a finding stays tied to the words that it was found in.

`fold` maps every character to exactly one character, so that an offset in the folded text is
an offset in the original. Knows no language and no meaning.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from parsers.reading import Evidence


class Spanned(Protocol):
    """A finding that is tied to its words."""

    @property
    def span(self) -> Evidence:
        """The words it was found in."""
        ...


Finding = TypeVar("Finding", bound=Spanned)

_SINGLE = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ı": "i",
    "’": "'",
    "‘": "'",
    "´": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\t": " ",
    "\r": " ",
}


_PLAIN = str.maketrans({mark: plain for mark, plain in _SINGLE.items() if mark.isascii()})


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    lower = character.lower()[:1] or character
    if lower in _SINGLE:
        return _SINGLE[lower]
    base = unicodedata.normalize("NFD", lower)[:1]
    return _SINGLE.get(base, base or lower)


def fold(text: str) -> str:
    """Lower the text and take its accents off, one character for one character."""
    if text.isascii():
        return text.lower().translate(_PLAIN)
    return "".join(map(_fold_character, text))


def quote(text: str, start: int, end: int) -> Evidence:
    """Return the span without outer white space, as an exact quote of `text`."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Evidence(text=text[start:end], start=start, end=end)


def within(findings: Sequence[Finding], start: int, end: int) -> tuple[Finding, ...]:
    """Return the findings that begin in [start, end); they come in order of the text."""
    low = bisect_left(findings, start, key=lambda one: one.span.start)
    high = bisect_left(findings, end, low, key=lambda one: one.span.start)
    return tuple(findings[low:high])


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order and apart: those that meet or overlap made one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        else:
            kept.append((start, end))
    return kept


def overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether [start, end) meets one of the spans, which are in order and apart."""
    place = bisect_left(spans, (end, 0))
    return place > 0 and spans[place - 1][1] > start
