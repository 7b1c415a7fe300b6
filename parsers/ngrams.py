"""N-grams: a text as a sparse row of hashed word and letter groups, its figures masked.

Words and pairs of words, and groups of two to five letters within a word. Amounts, dates,
references, weekdays and months count as what they are, not by their digits, so that a head
learns what is said and not which invoice. Pure; the same text gives the same row anywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from parsers.evidence import fold

BUCKETS = 1 << 17
TEXT_MAX = 4_000
LETTERS_MIN, LETTERS_MAX = 2, 5
WORD_MAX = 24
TOKENS_KEPT_MAX = 5_000
_NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

Row = tuple[NDArray[np.int64], NDArray[np.float32]]

_WEEKDAY = (
    r"mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes"
    r"|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|maandag|dinsdag|woensdag|donderdag|vrijdag"
    r"|zaterdag|segunda|terca|quarta|quinta|sexta|poniedzial\w+|wtorek|wtorku|srod[aey]|czwart\w+"
    r"|piat(?:ek|ku)|mandag|tirsdag|onsdag|torsdag|fredag|tisdag"
)
_MONTH = (
    r"jan(?:uary|uar|vier|uari)?|feb(?:ruary|ruar|ruari)?|mar(?:ch|s|zo|co)?|marz|maerz|apr(?:il)?"
    r"|may|mai|jun[ei]?|jul[iy]?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?|okt(?:ober)?"
    r"|nov(?:ember)?|de[cz](?:ember)?|fevrier|avril|juin|juillet|aout|septembre|octobre|novembre"
    r"|decembre|enero|febrero|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|maart|mei|augustus"
    r"|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro|stycznia|lutego"
    r"|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrzesnia|pazdziernika|listopada|grudnia"
)
_MASKS = (
    (re.compile(r"\S{1,80}@\S{1,80}|(?:https?://|www\.)\S{1,200}"), " qaddress "),
    (
        re.compile(
            r"(?:[€$£¥]|\b(?:eur|usd|gbp|chf|pln|sek|dkk|nok|zl|kr|euros?)\b) ?\d[\d.,' ]{0,15}"
            r"|\d[\d.,' ]{0,15} ?(?:[€$£¥]|(?:eur|usd|gbp|chf|pln|sek|dkk|nok|zl|kr|euros?)\b)"
            r"|\b\d{1,3}(?:[.,' ]\d{3}){1,4}(?:[.,]\d\d)?\b|\b\d{1,9}[.,]\d\d\b(?![.,/]\d)"
        ),
        " qamount ",
    ),
    (re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-](?:\d{2,4})?|\b\d{1,2}[./]\d{1,2}\b"), " qdate "),
    (re.compile(r"\b(?=[a-z/_-]{0,12}\d)[a-z0-9]{1,12}(?:[-/_][a-z0-9]{1,12}){1,5}\b"), " qref "),
    (re.compile(r"\b[a-z]{1,6}\d{3,12}\b|\b\d{4,16}\b"), " qref "),
    (re.compile(rf"\b(?:{_WEEKDAY})\b"), " qweekday "),
    (re.compile(rf"\b(?:{_MONTH})\b"), " qmonth "),
    (re.compile(r"\d{1,16}(?:st|nd|rd|th)?"), " qfigure "),
)
_TOKEN = re.compile(r"\w{1,24}|[?!]")


def masked(text: str) -> str:
    """Return the folded text with figures, addresses, weekdays and months as marks."""
    folded = fold(text[:TEXT_MAX]).replace("\n", " ")
    for pattern, mark in _MASKS:
        folded = pattern.sub(mark, folded)
    return folded


def _bucket(kind: str, gram: str) -> int:
    return crc32((kind + gram).encode()) % BUCKETS


def row_of(text: str) -> tuple[Row, Row]:
    """Return the row of words and the row of letters: bucket numbers with 1 + log of the count."""
    tokens = _TOKEN.findall(masked(text))
    words = [_bucket("w", token) for token in tokens]
    words += [_bucket("p", f"{one} {two}") for one, two in pairwise(tokens)]
    letters = np.concatenate([_NOTHING, *map(_letters_of, tokens)])
    return _sparse(np.array(words, dtype=np.int64)), _sparse(letters)


@lru_cache(maxsize=TOKENS_KEPT_MAX)
def _letters_of(token: str) -> NDArray[np.int64]:
    """Return the buckets of a token's groups of letters, one as often as it stands there."""
    framed = f" {token} "
    groups = [
        _bucket("c", framed[start : start + size])
        for size in range(LETTERS_MIN, LETTERS_MAX + 1)
        for start in range(max(1, len(framed) - size + 1))
    ]
    return np.array(groups, dtype=np.int64)


def _sparse(found: NDArray[np.int64]) -> Row:
    buckets, counts = np.unique(found, return_counts=True)
    return buckets, (1.0 + np.log(counts.astype(np.float32))).astype(np.float32)


def weighted(text: str, rarity: NDArray[np.float32]) -> Row:
    """Return one row: both kinds by rarity, each of length one, halved in square.

    Args:
        text: Any text.
        rarity: Inverse document frequency a bucket; 0 where it never stood in the examples.
    """
    parts: list[Row] = []
    for buckets, values in row_of(text):
        scaled = values * rarity[buckets]
        length = float(np.sqrt((scaled * scaled).sum()))
        parts.append((buckets, scaled / np.float32(max(length, 1e-6) * 2**0.5)))
    return (
        np.concatenate([buckets for buckets, _ in parts]),
        np.concatenate([values for _, values in parts]).astype(np.float32),
    )
