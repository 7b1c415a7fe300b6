"""Absence: whether words say that somebody is away, whoever wrote them.

Two signs make an absence: a word for being away and one for coming back, or one expression that
is said of nothing else. Knows no dates and no headers; `automatic` judges whether a machine
wrote the mail, and the labels whether anything else is said. Linear in the text.
"""

from __future__ import annotations

import re
from typing import Final

from parsers import absence_stems as stems
from parsers import absence_words as words
from parsers import machine_words as machine
from parsers.evidence import fold
from parsers.facts_automatic import PAY_WORD

LOOK_CHARACTERS: Final = 2_000
SURE: Final = 0.9
LIKELY: Final = 0.7
HINT: Final = 0.4

_BREAK: Final = re.compile(r"[^\w&']+")
_SPACE: Final = re.compile(r"\s+")
_WHEN: Final = re.compile(r"\d")
_GET_BACK: Final = re.compile(
    r" (?:get|gets|got|getting|come|came|coming|call|write|report|pay|paid|send|sent|go|hear) "
    r"(?:\w+ )?back (?:to|on|at|with|by|from|in)?"
    r"| (?:melde|melden|meld|komme|kommen|rufe|rufen) (?:\w+ ){0,5}(?:wieder|zuruck)"
    r"| (?:reviens|revenons|reviendrai|reviendrons) (?:vers|rapidement vers)"
    r"| kom(?:t|en)? (?:\w+ ){0,4}op terug"
    r"| (?:wroce|wrocimy) do (?:pan|tematu|sprawy)"
    r"| terugbellen| terugkom\w* op"
    r"| (?:dar\w*|di|dado|dada|dadme) de baja| donus yap\w*"
    r"| (?:vender|melder|kommer) (?:\w+ )?tilbage| (?:aterkommer|aterkomme)\w*"
)


def absence_said(text: str) -> float:
    """Score whether the words say that the writer, a colleague or the whole house is away.

    Args:
        text: The sender's newest words; only the first `LOOK_CHARACTERS` count.

    Returns:
        0 (nothing of the kind) to 1. `SURE` and more: said with a return or an expression
        of its own; `LIKELY`: one clear sign; `HINT`: a word that has other meanings too.
    """
    said = said_of(text)
    padded = f" {_BREAK.sub(' ', fold(text[:LOOK_CHARACTERS]))} "
    padded = _GET_BACK.sub(" ", padded)
    strong = len([phrase for phrase in words.ABSENT if phrase in said])
    away = _has(padded, stems.AWAY)
    weakly = _has(padded, stems.AWAY_WEAK)
    back = _has(padded, stems.BACK)
    until = _has(padded, stems.UNTIL)
    when = _WHEN.search(padded) is not None or _has(padded, stems.WHEN)
    someone = _has(padded, stems.SOMEONE)
    if strong > 1 or ((strong or away) and back) or (away and until and when):
        return SURE
    if strong or (away and someone) or ((weakly or someone) and back and when):
        return LIKELY
    return HINT if away or (back and when) else 0.0


def _has(padded: str, found: tuple[str, ...]) -> bool:
    return bool([stem for stem in found if stem in padded])


def is_only_absence(text: str) -> bool:
    """Tell whether an absence is all that is said: no act, no demand, no question."""
    said = said_of(text)
    if "?" in said or any(word in said for word in machine.ANSWERS):
        return False
    is_matter = PAY_WORD.search(fold(said)) is not None
    is_matter = is_matter or any(word in said for word in machine.MATTERS)
    return not is_matter and absence_said(text) >= LIKELY


def said_of(text: str) -> str:
    """Return the beginning of a text as the phrase tables are written: lower case, one space."""
    collapsed = _SPACE.sub(" ", text[:LOOK_CHARACTERS].lower().replace("’", "'"))
    return f" {collapsed} "
