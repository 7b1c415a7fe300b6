"""Pasted headings: header fields that a mail program puts above the mail that it quotes.

Whole blocks with names before colons, blocks run together into one line, and the heading of
Notes, whose names stand alone on their lines. Bounded stretches of lines, so linear.
"""

from __future__ import annotations

import re
from typing import Final

from parsers import quote_words as words
from parsers.lines import LOOK_CHARACTERS, Line

HEADER_LINES_MAX: Final = 12
NOTES_LINES_MAX: Final = 14

_NAMED: Final = re.compile(r"(?<!\S)([^\W\d]{2,20}) ?:(?=\s)")


def heading(lines: list[Line], at: int) -> int:
    """Return how many lines from `at` on are a pasted heading; 0 for none."""
    return _header_block(lines, at) or _notes_block(lines, at)


def _header_block(lines: list[Line], at: int) -> int:
    first = lines[at].kind
    if not first:
        return 0
    if first == "from" and _is_one_line(lines[at].text):
        return 1
    kinds = {first}
    has_address = lines[at].has_address
    has_date = lines[at].has_year
    last, strange = at, 0
    for at_next in range(at + 1, min(len(lines), at + HEADER_LINES_MAX)):
        line = lines[at_next]
        if line.is_empty:
            if at_next + 1 < len(lines) and lines[at_next + 1].kind and len(kinds) < 3:
                continue
            break
        if line.is_quote:
            break
        kind = line.kind
        if kind:
            kinds.add(kind)
            last, strange = at_next, 0
        else:
            strange += 1
            if strange > 2:
                break
        has_address = has_address or line.has_address
        has_date = has_date or line.has_year or line.has_time
    is_full = len(kinds) >= 3 and "from" in kinds and ("subject" in kinds or has_address)
    is_short = kinds >= {"from", "sent"} and has_address and first == "from"
    is_dated = kinds >= {"from", "subject"} and has_address
    is_bare = kinds >= {"from", "sent", "to"} and first == "from" and has_date
    return last - at + 1 if is_full or is_short or is_dated or is_bare else 0


def _is_one_line(text: str) -> bool:
    """Tell whether a whole header block has run together into one line."""
    names = {name.lower() for name in _NAMED.findall(text[: 2 * LOOK_CHARACTERS])[:20]}
    kinds = (words.SENT, words.TO, words.SUBJECT)
    return sum(not names.isdisjoint(kind) for kind in kinds) >= 2


def _notes_block(lines: list[Line], at: int) -> int:
    """Find the heading that Notes writes: sender, date, then To and Subject alone on lines."""
    first = lines[at]
    if not (first.has_address or first.has_time) or len(first.text) > 120:
        return 0
    has_time, names = False, set()
    for at_next in range(at, min(len(lines), at + NOTES_LINES_MAX)):
        line = lines[at_next]
        has_time = has_time or line.has_time
        if line.is_quote:
            break
        name = line.text.strip().rstrip(":").lower()
        if name in words.TO and name != "a":
            names.add("to")
        elif name in words.SUBJECT and "to" in names and has_time:
            return at_next - at + 1
        if not names and at_next - at > 4:
            break
    return 0
