"""Marks: what each line of a mail is, told from the line and its next neighbours.

A line becomes a mark; the rules of `trim` work on marks. Every test looks at a bounded stretch
of a bounded number of lines, so marking is linear. A quotation is told by evidence (a date, a
time or an address on the attribution line), never by a word alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from parsers import quote_words as words


class Mark(Enum):
    """What a line is."""

    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    HEADER = "header"
    ORIGINAL = "original"
    FORWARD = "forward"
    RULE = "rule"


LOOK_CHARACTERS: Final = 400
ATTRIBUTION_LINES_MAX: Final = 4
HEADER_LINES_MAX: Final = 12
NOTES_LINES_MAX: Final = 14
INITIAL_LINES_MIN: Final = 2

_QUOTE: Final = re.compile(r"[ \t]{0,3}(?:>|&gt;|＞)")
_ADDRESS: Final = re.compile(r"[^\s<>@]@[A-Za-z0-9-]{1,63}\.|mailto:|@[A-Za-z0-9-]{1,63}\.[a-z]")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2}(?!\d)")
_TIME: Final = re.compile(r"(?<!\d)\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?!\d)|\d\s?[ap]\.?m\b", re.I)
_STARTS_DATE: Final = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d{1,2}\.? "
)
_GMAIL_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]?[\d:]{0,5} ")
_WORD: Final = re.compile(r"[^\s<>\",;:]+")
_DIGIT: Final = re.compile(r"\d")
_INITIALS: Final = re.compile(r"[ ]?[A-Z][A-Za-z]{0,9}>")
VERBS: Final = words.WROTE - words.WROTE_WEAK
_RULE: Final = re.compile(r"\s*[-_*=#~+—–·.]{2,}\s*$")
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
    stripped = text.strip()
    if not stripped:
        return _blank(text)
    head = stripped[:LOOK_CHARACTERS]
    found = _WORD.findall(head.lower())
    has_verb = not VERBS.isdisjoint(found) or (
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


def mark_lines(lines: list[Line]) -> list[Mark]:
    """Mark every line. A wrapped attribution or a header block marks all its lines."""
    marks: list[Mark] = []
    initials = [_INITIALS.match(line.text[:20]) is not None for line in lines]
    has_initials = sum(initials) >= INITIAL_LINES_MIN
    at = 0
    while at < len(lines):
        mark, count = _mark(lines, at)
        if has_initials and initials[at]:
            mark, count = Mark.QUOTE, 1
        marks.extend([mark] * count)
        at += count
    return _answers_marked(lines, marks)


def _answers_marked(lines: list[Line], marks: list[Mark]) -> list[Mark]:
    """Take ">>" for an answer's mark where nothing else in the mail is quoted."""
    quotes = [at for at, mark in enumerate(marks) if mark is Mark.QUOTE]
    is_plain = not any(mark in (Mark.ATTRIBUTION, Mark.ORIGINAL, Mark.HEADER) for mark in marks)
    if not quotes or not is_plain:
        return marks
    if not all(lines[at].text.lstrip().startswith(">>") for at in quotes):
        return marks
    return [Mark.TEXT if mark is Mark.QUOTE else mark for mark in marks]


def _mark(lines: list[Line], at: int) -> tuple[Mark, int]:
    line = lines[at]
    if line.is_empty:
        return Mark.EMPTY, 1
    if line.is_quote:
        return Mark.QUOTE, 1
    separator = _separator(line.text)
    if separator is not None:
        return separator, 1
    count = _attribution(lines, at)
    if count:
        return Mark.ATTRIBUTION, count
    count = _header_block(lines, at) or _notes_block(lines, at)
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
            if has_address and is_date and _ends_address(line.text) and first.starts_attribution:
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


def _header_block(lines: list[Line], at: int) -> int:
    first = lines[at].kind
    if not first:
        return 0
    kinds = {first}
    has_address = lines[at].has_address
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
    is_full = len(kinds) >= 3 and "from" in kinds and ("subject" in kinds or has_address)
    is_short = kinds >= {"from", "sent"} and has_address and first == "from"
    is_dated = kinds >= {"from", "subject"} and has_address
    return last - at + 1 if is_full or is_short or is_dated else 0


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
