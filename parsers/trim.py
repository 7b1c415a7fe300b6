"""Trim: the sender's newest words, apart from what they quote and from their signature.

Lines become marks (`marks`), these rules work on marks, the signature goes last
(`signature`). Everything below the first separator, pasted header block, or attribution that
no ">" lines follow is the original; ">" lines are quotes wherever they stand, and what a
person wrote between or below them is new. Linear in the length of the text; the last few
answers are kept, since judging and extracting ask about the same text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parsers import limits
from parsers.lines import Line, look
from parsers.marks import Mark, mark_lines
from parsers.signature import split_signature

_CUTS: Final = frozenset({Mark.ORIGINAL, Mark.FORWARD, Mark.HEADER, Mark.ATTRIBUTION})
_WRAP_CHARACTERS_MIN: Final = 55


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A body in three, and whether its new words stand between or below quotes.

    `new_text` is what the sender wrote, stripped of empty lines at both ends; `quoted_text`
    the lines of older mails with their marks; `signature` sign-off, name and small print.
    """

    new_text: str
    quoted_text: str
    signature: str
    inline: bool


@lru_cache(maxsize=4)
def split_reply(text: str) -> Split:
    """Split a plain-text body.

    Args:
        text: The body, LF line ends; more than `TEXT_CHARACTERS_MAX` is taken as quoted.

    Returns:
        The parts. Whatever `new_text` holds stands so, line by line, in `text`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, rest = text[: limits.TEXT_CHARACTERS_MAX], text[limits.TEXT_CHARACTERS_MAX :]
    raw_lines = text.split("\n")
    rest_lines = raw_lines[limits.TEXT_LINES_MAX :] + ([rest] if rest else [])
    lines = [look(line) for line in raw_lines[: limits.TEXT_LINES_MAX]]
    is_new = _new_lines(lines, mark_lines(lines))
    words: list[str] = []
    signature: list[str] = []
    quoted = [line.text for line, new in zip(lines, is_new, strict=True) if not new]
    seen_quote = is_inline = False
    for is_own, stretch in _stretches(lines, is_new):
        if not is_own:
            seen_quote = seen_quote or any(line.strip() for line in stretch)
            continue
        kept, gone = split_signature(stretch)
        has_words = any(character.isalnum() for line in kept for character in line)
        is_inline = is_inline or (has_words and seen_quote)
        words.extend(kept)
        words.append("")
        signature.extend(gone)
    return Split(
        new_text=_tidy(words),
        quoted_text="\n".join([*quoted, *rest_lines]).strip("\n"),
        signature=_tidy(signature),
        inline=is_inline,
    )


def _new_lines(lines: list[Line], marks: list[Mark]) -> list[bool]:
    is_new = [mark in (Mark.TEXT, Mark.EMPTY, Mark.RULE) for mark in marks]
    at = 0
    while at < len(lines):
        if marks[at] not in _CUTS:
            at += 1
            continue
        end = at
        while end < len(lines) and marks[end] in (*_CUTS, Mark.EMPTY, Mark.RULE):
            is_new[end] = False
            end += 1
        if marks[at] is Mark.FORWARD or not (end < len(lines) and _is_quoted(lines, marks, end)):
            is_new[at:] = [False] * (len(lines) - at)
            _take_rules_above(marks, is_new, at)
            return is_new
        _take_rules_above(marks, is_new, at)
        at = end
    _take_bars(lines, marks, is_new)
    _take_wrapped(lines, marks, is_new)
    return is_new


def _is_quoted(lines: list[Line], marks: list[Mark], at: int) -> bool:
    return marks[at] is Mark.QUOTE or lines[at].text.lstrip().startswith("|")


def _take_rules_above(marks: list[Mark], is_new: list[bool], at: int) -> None:
    """A rule or empty line right above the original belongs to it."""
    while at and marks[at - 1] in (Mark.RULE, Mark.EMPTY):
        at -= 1
        is_new[at] = False


def _take_bars(lines: list[Line], marks: list[Mark], is_new: list[bool]) -> None:
    """Lines that begin with "|" right below an attribution are its quote."""
    is_after = False
    for at, mark in enumerate(marks):
        if mark is Mark.ATTRIBUTION:
            is_after = True
        elif is_after and lines[at].text.lstrip().startswith("|"):
            is_new[at] = False
        elif mark is not Mark.EMPTY:
            is_after = False


def _take_wrapped(lines: list[Line], marks: list[Mark], is_new: list[bool]) -> None:
    """The torn-off end of a quoted line, standing alone between quotes, is quoted."""
    first = next((at for at, mark in enumerate(marks) if mark is Mark.QUOTE), len(marks))
    if Mark.TEXT not in marks[first:]:
        return
    before, after = _neighbours(marks)
    for at, line in enumerate(lines):
        if marks[at] is not Mark.TEXT or before[at] is not Mark.QUOTE or len(line.text) > 60:
            continue
        if after[at] is not Mark.QUOTE:
            continue
        is_scrap = not any(character.isalnum() for character in line.text)
        is_verb = line.has_verb and line.has_colon_end
        is_close = marks[at - 1] is Mark.QUOTE and marks[at + 1] is Mark.QUOTE
        above = lines[at - 1].text.rstrip()
        is_long = is_close and len(above) >= _WRAP_CHARACTERS_MIN and above[-1] not in ".?!:;"
        if is_scrap or is_verb or (is_long and line.text[:1].islower() and len(line.text) < 40):
            is_new[at] = False


def _neighbours(marks: list[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Return for each line the nearest mark that is not empty, above and below."""
    before: list[Mark] = []
    after: list[Mark] = []
    for found, ordered in ((before, marks), (after, marks[::-1])):
        last = Mark.EMPTY
        for mark in ordered:
            found.append(last)
            last = mark if mark is not Mark.EMPTY else last
    return before, after[::-1]


def _stretches(lines: list[Line], is_new: list[bool]) -> list[tuple[bool, list[str]]]:
    found: list[tuple[bool, list[str]]] = []
    for line, new in zip(lines, is_new, strict=True):
        if not found or found[-1][0] != new:
            found.append((new, []))
        found[-1][1].append(line.text)
    return found


def _tidy(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        stripped = line.rstrip()
        if stripped or (kept and kept[-1]):
            kept.append(stripped)
    return "\n".join(kept).strip("\n")
