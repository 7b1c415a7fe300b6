"""Where in a text a date may stand: windows round the words that a date cannot do without.

A rule of the grammar is tried only in the windows of its key; a text without calendar words and
digits costs one look at its words. Folded text only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.date_digits import Key
from parsers.date_words import ORDINALS, month_numbers, weekday_numbers
from parsers.date_words_other import OTHER_FIXED, OTHER_UNITS
from parsers.date_words_phrases import DAY_PHRASES, FIXED

BEFORE = 48
AFTER = 56
EDGE_MAX = 40
STEM = 4
_WORD = re.compile(r"[^\W\d_]+|\d+")
_UNIT_WORDS = (
    "day days tag tage tagen dag dage dagen dagar jour dias dia gior dni dzie week wk wks woch"
    " kw kale cale sema sett weke tygo tydz veck uge uger uke uker mont mona mois mes mese mesi"
    " maan mies mane mana quin huit fort year jahr anne ano anno jaar roku eom ulti werk arbe"
    " viik tyde haft feir vard hver bank busi wee monh mth mths wchn mese"
)
_UNIT_STEMS = frozenset(word[:STEM] for word in _UNIT_WORDS.split())
_SMALL_WORDS = (
    "of the la le de del des du el i a na po da do en in an as is for by day this that not not"
    " to at be before after w m d l"
)
_SMALL = frozenset(_SMALL_WORDS.split())


def _stems(words: str) -> set[str]:
    """The first letters of every word of an expression, small words left out."""
    found = re.findall(r"[^\W\d_]{2,}", re.sub(r"\\[a-zA-Z]", " ", words))
    return {word[:STEM] for word in found if word not in _SMALL}


@lru_cache(maxsize=32)
def _keys(language: str) -> dict[str, frozenset[Key]]:
    table: dict[str, set[Key]] = {}

    def add(stems: set[str] | frozenset[str], key: Key) -> None:
        for stem in stems:
            table.setdefault(stem, set()).add(key)

    add({name[:STEM] for name in month_numbers(language)}, Key.MONTH)
    for name in weekday_numbers(language):
        add({name[:STEM]}, Key.WEEKDAY)
    add(_UNIT_STEMS, Key.UNIT)
    add({stem for word in ORDINALS for stem in {word[:STEM]}}, Key.ORDINAL)
    for meaning, words in FIXED.items():
        if meaning in DAY_PHRASES:
            add(_stems(words), Key.PHRASE)
    for meaning, words in OTHER_FIXED.get(language, {}).items():
        add(_stems(words), Key.PHRASE if meaning in DAY_PHRASES else Key.UNIT)
    if language in OTHER_FIXED:
        add({word[:STEM] for word in OTHER_UNITS.split()}, Key.UNIT)
    return {stem: frozenset(keys) for stem, keys in table.items()}


def windows(folded: str, language: str) -> dict[Key, list[tuple[int, int]]]:
    """Return for each key the merged windows (start, end) round its words.

    Args:
        folded: Text as `fold` gives it.
        language: ISO 639-1; decides which month and weekday names count.
    """
    keys = _keys(language)
    nothing: frozenset[Key] = frozenset()
    digit = frozenset({Key.DIGIT})
    found: dict[Key, list[tuple[int, int]]] = {key: [] for key in Key}
    for match in _WORD.finditer(folded):
        word = match.group()
        hit = digit if word[0].isdigit() else keys.get(word[:STEM], nothing)
        for key in hit:
            start = max(0, match.start() - BEFORE)
            places = found[key]
            if places and start <= places[-1][1]:
                places[-1] = (places[-1][0], match.end() + AFTER)
            else:
                places.append((start, match.end() + AFTER))
    return {key: [_widened(folded, *place) for place in places] for key, places in found.items()}


def _widened(folded: str, start: int, end: int) -> tuple[int, int]:
    """Move the edges out to white space, a bounded way, so that no word or number is cut."""
    low = folded.rfind(" ", max(0, start - EDGE_MAX), start + 1)
    high = folded.find(" ", end, end + EDGE_MAX)
    return (low if low >= 0 else start), (high if high >= 0 else min(len(folded), end))
