"""Marks: what each line of a mail is, told from the line and its next neighbours.

A line becomes a mark; the rules of `trim` work on marks. Every test looks at a bounded stretch
of a bounded number of lines, so marking is linear. A quotation is told by evidence (a date, a
time or an address on the attribution line), never by a word alone.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from parsers import quote_words as words
from parsers.lines import LOOK_CHARACTERS, Line
from parsers.pasted import heading

ATTRIBUTION_LINES_MAX: Final = 4
INITIAL_LINES_MIN: Final = 2
ANNOUNCEMENT_CHARACTERS_MAX: Final = 80

_GMAIL_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]?[\d:]{0,5} ")
_INITIALS: Final = re.compile(r"[ ]?[A-Z][A-Za-z]{0,9}>")
_RULE: Final = re.compile(r"\s*[-_*=#~+—–·.]{2,}\s*$")
_TAGGED: Final = re.compile(r"[ \t>]{1,10}(\[[^\W\d][\w .]{0,20}\])[ :]")
_POINTED: Final = re.compile(r"(?:->|=>|<--|<==|\*\*\*|###) ?\w")


class Mark(StrEnum):
    """What a line is."""

    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    HEADER = "header"
    ORIGINAL = "original"
    FORWARD = "forward"
    RULE = "rule"


def mark_lines(lines: list[Line]) -> list[Mark]:
    """Mark every line. A wrapped attribution or a header block marks all its lines."""
    marks: list[Mark] = []
    initials = [
        not line.is_quote and ">" in line.text and _INITIALS.match(line.text[:20]) is not None
        for line in lines
    ]
    has_initials = sum(initials) >= INITIAL_LINES_MIN
    at = 0
    while at < len(lines):
        if lines[at].is_quote:
            marks.append(Mark.QUOTE)
            at += 1
            continue
        mark, count = _mark(lines, at)
        if has_initials and initials[at]:
            mark, count = Mark.QUOTE, 1
        marks.extend([mark] * count)
        at += count
    return _answers_marked(lines, _below_reply_line(lines, marks))


def _below_reply_line(lines: list[Line], marks: list[Mark]) -> list[Mark]:
    """Drop a ticket system's "reply above this line" where the words stand below it."""
    at = next((at for at, mark in enumerate(marks) if mark is not Mark.EMPTY), -1)
    if at < 0 or marks[at] is not Mark.ORIGINAL:
        return marks
    low = lines[at].text.lower()
    is_reply_line = any(phrase in low for phrase in words.REPLY_ABOVE)
    return [*marks[:at], Mark.QUOTE, *marks[at + 1 :]] if is_reply_line else marks


def _answers_marked(lines: list[Line], marks: list[Mark]) -> list[Mark]:
    """Find answers that stand in quoted lines: behind ">>", a [Name], or an arrow.

    Arrows count where the words above only announce them ("see below"); ">>" and a single
    arrow where nothing else in the mail could be the answer.
    """
    quotes = [at for at, mark in enumerate(marks) if mark is Mark.QUOTE]
    if not quotes:
        return marks
    answers = _tagged(lines, quotes)
    own = sum(
        len(line.text.strip())
        for line, mark in zip(lines, marks, strict=True)
        if mark is Mark.TEXT and any(map(str.isalnum, line.text))
    )
    if not answers and own <= ANNOUNCEMENT_CHARACTERS_MAX:
        pointed = {at for at in quotes if _POINTED.search(lines[at].text[:LOOK_CHARACTERS])}
        answers = pointed if own == 0 or len(pointed) > 1 else answers
    is_plain = not any(mark in (Mark.ATTRIBUTION, Mark.ORIGINAL, Mark.HEADER) for mark in marks)
    if is_plain and all(lines[at].text.lstrip().startswith(">>") for at in quotes):
        answers = set(quotes)
    return [Mark.TEXT if at in answers else mark for at, mark in enumerate(marks)]


def _tagged(lines: list[Line], quotes: list[int]) -> set[int]:
    """Find the quoted lines that begin with one and the same [Name], if there are several."""
    tags: dict[str, set[int]] = {}
    for at in (at for at in quotes if "[" in lines[at].text):
        matched = _TAGGED.match(lines[at].text[:LOOK_CHARACTERS])
        if matched is not None:
            tags.setdefault(matched.group(1), set()).add(at)
    return next((found for found in tags.values() if len(found) > 1), set())


def _mark(lines: list[Line], at: int) -> tuple[Mark, int]:
    line = lines[at]
    if line.is_empty:
        return Mark.EMPTY, 1
    separator = _separator(line.text)
    if separator is not None:
        return separator, 1
    count = _attribution(lines, at)
    if count:
        return Mark.ATTRIBUTION, count
    count = heading(lines, at)
    if count:
        return Mark.HEADER, count
    return (Mark.RULE if _RULE.match(line.text[:LOOK_CHARACTERS]) else Mark.TEXT), 1


def _separator(text: str) -> Mark | None:
    stripped = text.strip()
    if len(stripped) > 120:
        return None
    core = stripped.strip("-_*=~+>< \t—–").rstrip(":： ").lower()
    has_rule = stripped[:2] in ("--", "__", "==", "**", "~~", "+-", "*-", "-*", "——", "––")
    has_colon = stripped.rstrip("*").endswith((":", "："))
    if core in words.ORIGINAL and (has_rule or has_colon or stripped.istitle()):
        return Mark.ORIGINAL
    if core.startswith("original message processed by"):
        return Mark.ORIGINAL
    if core.startswith(words.ORIGINAL_STARTS) and any(map(str.isdigit, core)):
        return Mark.ORIGINAL
    if any(phrase in core for phrase in words.REPLY_ABOVE):
        return Mark.ORIGINAL
    if core in words.FORWARDED and (has_rule or has_colon):
        return Mark.FORWARD
    return None


def _attribution(lines: list[Line], at: int) -> int:
    first = lines[at]
    if _GMAIL_ISO.match(first.text.strip()[:60]) and len(first.text) < 120:
        return 1
    is_dated = first.has_year or first.has_time
    if not (first.starts_attribution or first.has_address or first.has_verb):
        return 0
    # Only a line that itself shows a date or an address may be wrapped over several.
    is_wrappable = (is_dated and first.starts_attribution) or (
        first.has_address and (first.has_verb or (first.has_year and first.has_time))
    )
    has_verb = has_year = has_time = has_address = says_you = False
    characters = taken = at_next = 0
    for at_next in range(at, min(len(lines), at + ATTRIBUTION_LINES_MAX + 2)):
        line = lines[at_next]
        if line.is_empty:
            if _is_open_angle(lines, at_next):
                continue
            break
        if line.is_quote and not _is_torn(lines, at_next):
            break
        is_whole = line.starts_attribution and line.has_verb and line.has_colon_end
        if taken and is_whole and (line.has_year or line.has_time):
            break
        taken += 1
        characters += len(line.text)
        if taken > ATTRIBUTION_LINES_MAX or characters > LOOK_CHARACTERS:
            return 0
        has_verb = has_verb or line.has_verb
        has_year = has_year or line.has_year
        has_time = has_time or line.has_time
        has_address = has_address or line.has_address
        says_you = says_you or line.says_you
        if line.has_colon_end:
            is_date = has_year or has_time
            if has_verb and _is_proven(
                first, is_date, has_time, has_address, says_you, _quote_follows(lines, at_next)
            ):
                return at_next - at + 1
            if has_address and _is_addressed(lines, at, at_next, is_date):
                return at_next - at + 1
            return 0
        if taken == 1 and (not is_wrappable or _ends_sentence(line.text)):
            break
    is_bare = taken <= 1 and first.starts_attribution and (first.has_address or first.has_verb)
    return 1 if is_bare and is_dated and _quote_follows(lines, at) else 0


def _is_proven(
    first: Line,
    is_date: bool,
    has_time: bool,
    has_address: bool,
    says_you: bool,
    is_quote_next: bool,
) -> bool:
    if is_quote_next:
        return is_date or has_address or first.starts_attribution
    if has_address:
        return True
    return first.starts_attribution and (has_time or is_date) and not says_you


def _is_addressed(lines: list[Line], at: int, last: int, is_date: bool) -> bool:
    """Tell whether lines without a verb, but with an address, lead into a quote."""
    if _quote_follows(lines, last):
        return is_date or _ends_address(lines[last].text)
    return is_date and lines[at].starts_attribution and _ends_address(lines[last].text)


def _is_open_angle(lines: list[Line], at: int) -> bool:
    """Tell whether an empty line stands within a torn "name <address> wrote:"."""
    after = lines[at + 1].text.lstrip() if at + 1 < len(lines) else ""
    return lines[at - 1].text.rstrip().endswith("<") or after.startswith("<")


def _ends_address(text: str) -> bool:
    return text.rstrip("*_ ").endswith((">:", ">：", "> :", "):", "]:"))


def _is_torn(lines: list[Line], at: int) -> bool:
    """Tell whether a line beginning with ">" is the end of a torn "<address>"."""
    text = lines[at].text.strip()
    return (
        text.startswith((">:", "> "))
        and text.rstrip().endswith(":")
        and len(text) <= 40
        and (len(text) <= 3 or lines[at].has_verb)
    )


def _ends_sentence(text: str) -> bool:
    stripped = text.rstrip()
    return stripped.endswith(("!", "?")) or (
        stripped.endswith(".") and not stripped[-2:-1].isdigit() and len(stripped) > 25
    )


def _quote_follows(lines: list[Line], at: int) -> bool:
    for line in lines[at + 1 : at + 4]:
        if not line.is_empty:
            return line.is_quote or line.text.lstrip().startswith("|")
    return False
