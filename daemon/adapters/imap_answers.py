"""What IMAP answers mean: SEARCH, SELECT, CAPABILITY and FETCH lines as plain values.

Pure. Lines are bytes without their star, literals are bytearrays, each after the line that
announced it. Unsolicited lines of other clients' doing may stand between them and are passed
over. Only sizes, dates and bodies are asked for: envelopes are quoted strings that the
library's kin get wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# So many UIDs of one answer are taken, the lowest; the rest is found by the next search.
UIDS_MAX = 1_000_000
# UIDs and counts have 32 bits, sizes 63 (RFC 9051, section 9), which is what a database holds:
# what needs more digits than always fit there is no number, and is not read.
DIGITS_MAX = 18

_FETCH = re.compile(rb"\d+ FETCH \(", re.IGNORECASE)
_UID = re.compile(rb"\bUID (\d{1,18})\b", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b", re.IGNORECASE)
_INTERNAL = re.compile(
    rb'\bINTERNALDATE "([ \d]\d)-([A-Z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"',
    re.IGNORECASE,
)
_SECTION = rb"BODY\[([A-Z.]*)\](?:<\d+>)? "
_LITERAL_SECTION = re.compile(_SECTION + rb"\{\d+\}\Z", re.IGNORECASE)
_QUOTED_SECTION = re.compile(_SECTION + rb'"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_EXISTS = re.compile(rb"(\d{1,18}) EXISTS\Z", re.IGNORECASE)
_CODE = re.compile(rb"OK \[(UIDVALIDITY|UIDNEXT) (\d{1,18})\]", re.IGNORECASE)
_ESEARCH_ALL = re.compile(rb"\bALL ([\d:,]+)", re.IGNORECASE)

Lines = Sequence[bytes | bytearray]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One mail's answer: `sections` by name ("" = the whole mail), as far as asked for."""

    uid: int
    octets: int | None
    internal_at: datetime | None
    sections: tuple[tuple[str, bytes], ...]

    def section(self, name: str) -> bytes | None:
        """Return a section's bytes, None where the answer has none of that name."""
        return next((content for found, content in self.sections if found == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What SELECT said; None where it did not say."""

    uidvalidity: int | None
    uidnext: int | None
    exists: int


def search_uids(lines: Lines) -> list[int]:
    """Return the UIDs of SEARCH and ESEARCH lines, ascending, each once; at most a million.

    An ESEARCH names ranges, and a wrong one of a few octets may mean billions.
    """
    ranges: list[tuple[int, int]] = []
    for line in lines:
        name, _, rest = bytes(line).partition(b" ")
        if name.upper() == b"SEARCH":
            ranges += ((uid := int(word), uid) for word in rest.split() if _is_number(word))
        elif name.upper() == b"ESEARCH":
            everything = _ESEARCH_ALL.search(rest)
            ranges += _ranges(everything.group(1)) if everything else ()
    return list(islice(_expanded(sorted(ranges)), UIDS_MAX))


def select_answer(lines: Lines) -> Selected:
    """Return what SELECT or EXAMINE said of the folder."""
    exists, codes = 0, dict[bytes, int]()
    for line in lines:
        if count := _EXISTS.match(line):
            exists = int(count.group(1))
        elif code := _CODE.match(line):
            codes[code.group(1).upper()] = int(code.group(2))
    return Selected(
        uidvalidity=codes.get(b"UIDVALIDITY"), uidnext=codes.get(b"UIDNEXT"), exists=exists
    )


def capabilities(lines: Lines) -> frozenset[str]:
    """Return the capability names, in capitals."""
    words: set[str] = set()
    for line in lines:
        name, _, rest = bytes(line).partition(b" ")
        if name.upper() == b"CAPABILITY":
            words.update(rest.decode("ascii", "replace").upper().split())
    return frozenset(words)


def fetch_records(lines: Lines) -> list[FetchRecord]:
    """Return one record a mail; answers without a UID are other clients' flag changes."""
    return [record for pieces in _grouped(lines) if (record := _record(pieces)) is not None]


def is_new_mail(line: bytes) -> bool:
    """Tell whether an untagged line announces mail: EXISTS or RECENT."""
    return re.fullmatch(rb"\d+ (EXISTS|RECENT)", line.strip(), re.IGNORECASE) is not None


def _grouped(lines: Lines) -> Iterator[list[bytes | bytearray]]:
    group: list[bytes | bytearray] = []
    is_continued = False
    for line in lines:
        if isinstance(line, bytearray):
            group.append(line)
            is_continued = True
        elif is_continued:
            group.append(line)
            is_continued = False
        else:
            if group:
                yield group
            group = [line] if _FETCH.match(line) else []
    if group:
        yield group


def _record(pieces: list[bytes | bytearray]) -> FetchRecord | None:
    sections: list[tuple[str, bytes]] = []
    text = b""
    name: str | None = None
    for piece in pieces:
        if isinstance(piece, bytearray):
            if name is not None:
                sections.append((name, bytes(piece)))
            name = None
            continue
        for quoted in _QUOTED_SECTION.finditer(piece):
            content = re.sub(rb"\\(.)", rb"\1", quoted.group(2))
            sections.append((quoted.group(1).decode("ascii").upper(), content))
        announced = _LITERAL_SECTION.search(piece)
        name = announced.group(1).decode("ascii").upper() if announced else None
        text += _QUOTED_SECTION.sub(b"", piece) + b" "
    uid = _UID.search(text)
    if uid is None:
        return None
    size = _SIZE.search(text)
    return FetchRecord(
        uid=int(uid.group(1)),
        octets=int(size.group(1)) if size else None,
        internal_at=_internal_date(text),
        sections=tuple(sections),
    )


def _internal_date(text: bytes) -> datetime | None:
    """Return INTERNALDATE in UTC; None where it is missing or no date."""
    found = _INTERNAL.search(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = (
        part.decode("ascii") for part in found.groups()
    )
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        return datetime(
            int(year),
            MONTHS.index(month.capitalize()) + 1,
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone(-offset if sign == "-" else offset),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_number(word: bytes) -> bool:
    return word.isdigit() and len(word) <= DIGITS_MAX


def _ranges(text: bytes) -> Iterator[tuple[int, int]]:
    for part in text.split(b","):
        low, _, high = part.partition(b":")
        if _is_number(low) and (not high or _is_number(high)):
            first, last = sorted((int(low), int(high or low)))
            yield first, last


def _expanded(ranges: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield the UIDs of ranges that are in order, each once."""
    done = -1
    for first, last in ranges:
        yield from range(max(first, done + 1), last + 1)
        done = max(done, last)
