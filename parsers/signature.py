"""Signature: where a person's words end and name, telephone line and small print begin.

Rules work on the lines of one stretch of new text, from its end. A sign-off is cut only if
what follows reads like a name block; a sentence after "Thanks" keeps everything. Linear.
"""

from __future__ import annotations

import re
from typing import Final

from parsers import quote_words as words

BLOCK_LINES_MAX: Final = 16
FOOTER_PARAGRAPHS_MAX: Final = 12
LINE_LOOK: Final = 400
MOBILE_NEIGHBOURS_MAX: Final = 4
NAME_WORDS_MAX: Final = 4
NAME_LINES_MAX: Final = 3

_DELIMITER: Final = re.compile(r"\s{0,3}(?:--|—|––|__|-- )\s*$")
_LONG_RULE: Final = re.compile(r"\s{0,3}(?:[-_=*~#+]{3,}|-{2,}\s?[-_]*)\s*$")
_RULE: Final = re.compile(r"\s*[-_*=#~+—–·.ᐧ|]+\s*$")
_CONTACT: Final = re.compile(
    r"(?i)https?://|www\.|@[a-z0-9-]+\.|(?<!\d)\+?\d[\d ()/.-]{7,}\d|\b(?:tel|phone|fax|mobil|"
    r"gmbh|ltd|llc|inc|s\.?l\.?|s\.?r\.?l|b\.?v|sarl|a/s|oy|sp\. z|lda|rue|street|avenue|calle"
    r"|piazza|boulevard|postfach|po box|stra(?:ss|ß)e|tél|tlf|puh)\b"
)
_REACHABLE: Final = re.compile(r"(?i)https?://|www\.|@[a-z0-9-]+\.|\b(?:tel|phone|fax|mobile)\b")
_IMAGE: Final = re.compile(r"(?i)\s*\[(?:cid|image|logo|bild|img|inline)\b[^\]\n]{0,200}\]\s*$")
_PUNCTUATION: Final = re.compile(r"[\s,.!;:–—\-*_~/<>🙂😊:)(]+")
_POSTSCRIPT: Final = re.compile(r"(?i)\s*(?:p\.?\s?s\.?|n\.?b\.?|ps\d?)\s*[:.,\-–) ]")
_DIGIT_OR_BAR: Final = re.compile(r"[\d|@]|www")
_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")


def split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split a stretch of new text into words and signature.

    Args:
        lines: Lines without quotes.

    Returns:
        The sender's words, and all that was cut (sign-off, name block, small print).
    """
    cut: list[list[str]] = []
    for rule in (_delimiter, _footer, _mobile, _footer, _closing, _trailing_rules):
        at = rule(lines)
        if at is not None:
            cut.append(lines[at:])
            lines = lines[:at]
    kept, back = _postscripts(cut)
    return [*lines, *kept], back


def _postscripts(cut: list[list[str]]) -> tuple[list[str], list[str]]:
    """Return a postscript to the words: what stands below "PS:" is meant to be read."""
    kept: list[str] = []
    gone: list[str] = []
    for block in reversed(cut):
        is_postscript = False
        for line in block:
            if _POSTSCRIPT.match(line[:LINE_LOOK]) and len(line) > 6:
                is_postscript = True
            elif not line.strip():
                is_postscript = False
            (kept if is_postscript else gone).append(line)
    return (["", *kept] if kept else []), gone


def _delimiter(lines: list[str]) -> int | None:
    found: int | None = None
    below = 0
    has_contact = False
    is_block = True
    nearest = ""
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at][:LINE_LOOK]
        if not line.strip():
            continue
        if _DELIMITER.match(line):
            found = found if _is_prose([nearest]) else at
        elif _LONG_RULE.match(line):
            is_name = 0 < below <= NAME_LINES_MAX and is_block
            found = at if (has_contact or is_name) and not _is_prose([nearest]) else found
        below += 1
        if below > BLOCK_LINES_MAX:
            break
        is_block = (
            is_block and not _DIGIT_OR_BAR.search(line) and _is_name_line(line, is_first=True)
        )
        has_contact = has_contact or _REACHABLE.search(line) is not None
        nearest = line
    return found


def _footer(lines: list[str]) -> int | None:
    """Find small print: disclaimer paragraphs at the end."""
    found: int | None = None
    paragraphs = _paragraphs(lines)
    for start, paragraph in reversed(paragraphs[-FOOTER_PARAGRAPHS_MAX:]):
        if not _is_footer(paragraph):
            break
        found = start
    if found is not None and any(line.strip() for line in lines[:found]):
        return found
    # Small print that something else follows: cut at its heading if it is long enough.
    for start, paragraph in paragraphs[1:][-FOOTER_PARAGRAPHS_MAX:]:
        heading = paragraph[0].strip().strip("*_:").lower()
        if heading in ("disclaimer", "confidentiality notice", "aviso legal", "haftungsausschluss"):
            return start
        if sum(len(line) for line in paragraph) > 200 and _is_footer(paragraph):
            return start
    return None


def _paragraphs(lines: list[str]) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    is_open = False
    for at, line in enumerate(lines):
        if not line.strip():
            is_open = False
        elif is_open:
            found[-1][1].append(line)
        else:
            found.append((at, [line]))
            is_open = True
    return found


def _is_footer(paragraph: list[str]) -> bool:
    text = " ".join(line.strip()[:LINE_LOOK] for line in paragraph[:20])[:3_000].lower()
    if text.lstrip("*_-[(>").startswith(words.FOOTERS):
        return True
    return len(text) > 100 and sum(word in text for word in words.DISCLAIMER) >= 2


def _mobile(lines: list[str]) -> int | None:
    """Find the first line of a telephone's signature that only name lines follow."""
    found: int | None = None
    other = 0
    for at in range(len(lines) - 1, -1, -1):
        if not lines[at].strip():
            continue
        if is_mobile_line(lines[at]):
            found = at
            other = 0
            continue
        other += 1
        if other > MOBILE_NEIGHBOURS_MAX or (
            found is not None and not _is_name_line(lines[at], is_first=True)
        ):
            break
    return found


def is_mobile_line(line: str) -> bool:
    """Tell whether a line is what a telephone or mail program adds ("Sent from my iPhone")."""
    text = line.strip().strip("-*_[]()<> ").lower()
    if not text or len(text) > 110:
        return False
    pieces = text.strip(".!").split()
    is_short = len(pieces) <= 7 and "," not in text and words.SENTENCE.isdisjoint(pieces)
    has_telephone = is_short and any(word in text for word in words.TELEPHONES)
    if has_telephone and any(stem in text for stem in words.SENT_STEMS):
        return True
    if not text.startswith(words.SENT_FROM):
        return False
    found = [word.strip(".,;:!()[]<>*'\"’") for word in text.split("<")[0].split()]
    if len(found) <= 5 and text.startswith(("sent from my", "envoyé de mon", "from my")):
        return True
    if text.startswith(("von meinem", "diese nachricht")) and "gesendet" not in text:
        return False
    return any(word in words.DEVICES for word in found[:9]) and not _is_sentence_tail(text, found)


def _is_sentence_tail(text: str, found: list[str]) -> bool:
    first_device = next(at for at, word in enumerate(found) if word in words.DEVICES)
    return "," in " ".join(text.split()[:first_device]) or len(found) > 16


def is_closing(line: str) -> bool:
    """Tell whether a line is a sign-off, with or without a name behind it."""
    text = line.strip().lower()
    if not text or len(text) > 80:
        return False
    head = _PUNCTUATION.sub(" ", text).strip()
    if head in words.CLOSINGS or _strip(text) in words.CLOSINGS:
        return True
    for mark in (",", "!", ".", " - ", " – "):
        before, found, after = text.partition(mark)
        if found and _strip(before) in words.CLOSINGS and len(after.split()) <= 4:
            return not _is_prose([line.strip()[len(before) + 1 :]])
    pieces = head.split()
    for size in range(min(7, len(pieces) - 1), 1, -1):
        if " ".join(pieces[:size]) in words.CLOSINGS:
            rest = pieces[size:]
            return len(rest) <= 4 and not any(each in words.SENTENCE for each in rest)
    return False


def _strip(text: str) -> str:
    return text.strip(" ,.!;:–—-*_~/")


def _closing(lines: list[str]) -> int | None:
    """Find where the name block below the last sign-off goes on after the name itself.

    The sign-off and one line with a name stay with the words: "Thanks" may be all that the
    sender said, and a name tells nothing that could be misread.
    """
    best: int | None = None
    below: list[tuple[int, str]] = []
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if not line.strip():
            continue
        if is_closing(line):
            if not _is_block([text for _, text in reversed(below)]):
                break
            best = _after_name(below[::-1], len(lines))
        below.append((at, line))
        if len(below) > BLOCK_LINES_MAX:
            break
    return best


def _after_name(below: list[tuple[int, str]], end: int) -> int:
    for number, (at, line) in enumerate(below):
        is_name = number == 0 and len(line.split()) <= NAME_WORDS_MAX
        if is_closing(line) or (is_name and not _DIGIT_OR_BAR.search(line)):
            continue
        return at
    return end


def _is_block(below: list[str]) -> bool:
    lines = [line for line in below if not _POSTSCRIPT.match(line[:LINE_LOOK])]
    for number, line in enumerate(lines):
        if is_closing(line) or _is_name_line(line, is_first=number == 0):
            continue
        return False
    return True


def _is_name_line(line: str, *, is_first: bool) -> bool:
    text = line.strip()[:LINE_LOOK]
    if _RULE.match(text) or _CONTACT.search(text):
        return not _is_prose([text]) or bool(
            re.match(r"(?i)\W*(?:https?:|www\.|tel|fax|e-?mail)", text)
        )
    found = _WORD.findall(text)
    if len(text) > 100 or text.endswith("?"):
        return False
    strange = sum(word.lower() in words.SENTENCE for word in found)
    if len(found) <= 3:
        return strange == 0 or (strange == 1 and found[0][:1].isupper() and not is_first)
    capitals = sum(word[:1].isupper() for word in found)
    return strange <= 1 and (capitals * 2 >= len(found) or "|" in text or "(" in text)


def _is_prose(lines: list[str]) -> bool:
    for line in lines:
        found = [word.lower() for word in _WORD.findall(line[:LINE_LOOK])]
        if len(found) >= 3 and sum(word in words.SENTENCE for word in found) >= 2:
            return True
    return False


def _trailing_rules(lines: list[str]) -> int | None:
    at = len(lines)
    while at and _is_bare(lines[at - 1][:LINE_LOOK]):
        at -= 1
    return at if at < len(lines) else None


def _is_bare(line: str) -> bool:
    return not line.strip() or _RULE.match(line) is not None or _IMAGE.match(line) is not None
