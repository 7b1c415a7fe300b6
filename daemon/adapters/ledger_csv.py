"""CSV files to rows of text: encoding and delimiter from the file's own evidence.

Encoding: a byte-order mark; else UTF-8 where the bytes are valid UTF-8; else Windows-1252.
Delimiter: a `sep=` line; else the one with which a header row is found. Both can be set.
Source: RFC 4180 for quoting; `sep=` is how spreadsheets name the delimiter.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.adapters.ledger_columns import HEADER_ROWS_MAX, Header, LedgerOptions, find_header
from daemon.adapters.ledger_values import Cell

DELIMITERS = (",", ";", "\t", "|")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PROBE_BYTES = 4096


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is a sentence with the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows of a file as (first line, cells), lazily; `rows` may be walked once."""

    rows: Iterator[tuple[int, tuple[Cell, ...]]]


def decode(raw: bytes, encoding: str | None) -> str:
    """Turn the file's bytes into text.

    Raises:
        Unreadable: The bytes do not fit the encoding, or are no text at all.
    """
    named = next((name for mark, name in MARKS if raw.startswith(mark)), None)
    if named is None and b"\x00" in raw[:PROBE_BYTES]:
        raise Unreadable(
            "the file is not plain text (or UTF-16 without its mark): export it as CSV in UTF-8"
        )
    candidates = [named] if named else [encoding] if encoding else ["utf-8", "cp1252"]
    for name in candidates:
        try:
            return raw.decode(name)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            refused = f"line {line} holds a byte (0x{raw[error.start]:02X}) that is not {name}"
        except LookupError as error:
            raise Unreadable(f"[ledger] encoding {name!r} is not known: {error}") from error
    raise Unreadable(f"{refused}: export the file as UTF-8 or set [ledger] encoding")


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield (line on which the row begins, cells).

    Raises:
        Unreadable: A cell is beyond the reader's limit, as after an unclosed quotation mark.
    """
    reader = csv.reader(_lines(text), delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            yield begins, tuple(cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            f"line {begins}: {error}; look for a quotation mark that is never closed"
        ) from error


def _lines(text: str) -> Iterator[str]:
    """Split at line ends without a second copy of the text; a lone CR ends a line, too."""
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        yield text[start:end]
        start = end


def _named_delimiter(text: str) -> tuple[str | None, int]:
    """Return the delimiter of a `sep=` line and where the text goes on after it."""
    end = text.find("\n")
    first = text[: max(end, 0)].rstrip("\r").strip('"')
    if first[:4].casefold() == "sep=" and len(first) == 5:
        return first[4], end + 1
    return None, 0


def open_csv(raw: bytes, options: LedgerOptions) -> Sheet:
    """Decode the file and choose its delimiter.

    Raises:
        Unreadable: See `decode`; or the file is empty.
    """
    text = decode(raw, options.encoding).removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("the file is empty: export it again")
    named, skip = _named_delimiter(text)
    delimiter = options.delimiter or named or _delimiter(text, options)
    rows = rows_of(text, delimiter)
    if skip:
        next(rows)
    return Sheet(rows=rows)


def _delimiter(text: str, options: LedgerOptions) -> str:
    """Choose the delimiter with which a header is found, the one with most columns first."""
    found: list[tuple[int, str]] = []
    widths: list[tuple[int, str]] = []
    for delimiter in DELIMITERS:
        head = []
        for line, cells in rows_of(text, delimiter):
            head.append((line, cells))
            if len(head) == HEADER_ROWS_MAX:
                break
        header = find_header(head, options)
        if isinstance(header, Header):
            found.append((len(header.places), delimiter))
        widths.append((max(len(cells) for _, cells in head), delimiter))
    # Without a header the file is refused later; the widest split gives the clearest sentence.
    return max(found or widths, key=lambda pair: pair[0])[1]
