"""Spans: how a finding stays tied to the words that it was found in.

`fold` maps every character to exactly one character, so that an offset in the folded text is
an offset in the original. Knows no language and no meaning.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from parsers.reading import Evidence

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


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    lower = character.lower()[:1] or character
    if lower in _SINGLE:
        return _SINGLE[lower]
    base = unicodedata.normalize("NFD", lower)[:1]
    return _SINGLE.get(base, base or lower)


def fold(text: str) -> str:
    """Lower the text and take its accents off, one character for one character."""
    return "".join(map(_fold_character, text))


def quote(text: str, start: int, end: int) -> Evidence:
    """Return the span without outer white space, as an exact quote of `text`."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Evidence(text=text[start:end], start=start, end=end)
