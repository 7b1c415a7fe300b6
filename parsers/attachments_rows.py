"""Rows of an attachment: CSV, XLSX and PDF become cells of text, within hard limits.

What cannot be read becomes a defect; nothing is raised on foreign bytes. Only text is taken:
no formula, script, link or image is followed. Time is bounded by the size that is let in.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import DependencyError, DeprecationError, PyPdfError

from parsers.reading import Defect, Severity

OCTETS_MAX = 4_000_000
ROWS_MAX = 2_000
COLUMNS_MAX = 40
CELL_MAX = 200
PAGES_MAX = 12
PAGE_OCTETS_MAX = 600_000
MEMBERS_MAX = 100
INFLATED_OCTETS_MAX = 25_000_000
# Sheets of equal rows reach about 1:40; what inflates by more was built to harm.
RATIO_MAX = 100
RATIO_FROM_OCTETS = 1_000_000
PROLOG_OCTETS = 8_192
DOCUMENT_TYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))

# What a stream of a PDF may inflate to; pypdf's own limit is 75 MB.
PDF_STREAM_OCTETS_MAX = 8_000_000

# No other program is started, whatever a PDF asks for.
_PDF_LIMITS = Configuration(
    jbig2dec_binary=None,
    zlib_maximum_output_length=PDF_STREAM_OCTETS_MAX,
    lzw_maximum_output_length=PDF_STREAM_OCTETS_MAX,
    run_length_maximum_output_length=PDF_STREAM_OCTETS_MAX,
    array_based_stream_maximum_output_length=PDF_STREAM_OCTETS_MAX,
)

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS = frozenset({"text/csv", "text/plain", "text/tab-separated-values", "application/csv"})

Rows = tuple[tuple[str, ...], ...]
_CELLS = re.compile(r" {2,}|\t| ?\| ?")
_DELIMITERS = (";", "\t", "|", ",")
# What the readers raise on damaged, encrypted or unknown files; a filter that pypdf does not
# know is a RuntimeError, one under its short name a deprecation, one of a foreign program's a
# dependency.
_BROKEN = (
    PyPdfError,
    DependencyError,
    DeprecationError,
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    zlib.error,
    struct.error,
    csv.Error,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RuntimeError,
    OverflowError,
    OSError,
    EOFError,
    AssertionError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of an attachment, cells stripped, and what went wrong in reading them."""

    rows: Rows = ()
    defects: tuple[Defect, ...] = ()


def rows_of(sniffed_type: str, octets: bytes) -> Table:
    """Read an attachment into rows.

    Args:
        sniffed_type: What its first bytes are, as `attachments.sniff` tells.
        octets: Its decoded content.

    Returns:
        At most 2,000 rows of 40 cells; without rows and with a defect where it is too large,
        of another kind, encrypted or broken.
    """
    if len(octets) > OCTETS_MAX:
        return _unread("attachment_too_large", "An attachment is too large to be read.")
    try:
        match sniffed_type:
            case "application/pdf":
                with apply_configuration(_PDF_LIMITS):
                    return _limited(_of_pdf(octets))
            case kind if kind == XLSX:
                return _limited(_of_xlsx(octets))
            case kind if kind in TEXTS:
                return _limited(_of_text(octets))
            case _:
                return _unread("attachment_unread", "An attachment is of a kind that is not read.")
    except _BROKEN as fault:
        return _unread(
            "attachment_broken", f"An attachment cannot be read ({type(fault).__name__})."
        )


def rows_of_text(text: str) -> Rows:
    """Split the lines of a plain text into cells, where two spaces, a tab or a bar part them."""
    return _limited(tuple(_CELLS.split(line.strip())) for line in text.splitlines()).rows


def _unread(code: str, sentence: str) -> Table:
    return Table(defects=(Defect(code=code, sentence=sentence, severity=Severity.NOTE),))


def _limited(rows: Iterable[Iterable[str]]) -> Table:
    kept: list[tuple[str, ...]] = []
    for row in rows:
        cells = tuple(" ".join(cell.split())[:CELL_MAX] for cell in list(row)[:COLUMNS_MAX])
        if any(cells):
            kept.append(cells)
        if len(kept) >= ROWS_MAX:
            break
    return Table(rows=tuple(kept))


def _of_text(octets: bytes) -> Iterable[Iterable[str]]:
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = octets.decode("cp1252", "replace")
    lines = text.splitlines()[:ROWS_MAX]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in _DELIMITERS}
    mark = max(_DELIMITERS, key=lambda one: (counts[one] >= len(lines) / 2, counts[one]))
    if mark == "," and counts[";"] >= len(lines) / 2:
        mark = ";"
    if counts[mark] < len(lines) / 2:
        return [_CELLS.split(line.strip()) for line in lines]
    return csv.reader(lines, delimiter=mark)


def _of_xlsx(octets: bytes) -> Iterable[Iterable[str]]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        members = archive.infolist()
        if len(members) > MEMBERS_MAX:
            raise ValueError("too many members")
        if sum(member.file_size for member in members) > INFLATED_OCTETS_MAX:
            raise ValueError("inflates too far")
        for member in members:
            _guard(archive, member)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(octets), read_only=True, data_only=True)
        try:
            found: list[list[str]] = []
            for sheet in book.worksheets[:3]:
                rows = sheet.iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX, values_only=True)
                found += [[_cell(value) for value in row] for row in rows]
        finally:
            book.close()
    return found


def _guard(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a part that inflates beyond reason, or that declares entities of its own."""
    is_large = member.file_size > RATIO_FROM_OCTETS
    if is_large and member.file_size > RATIO_MAX * max(member.compress_size, 1):
        raise ValueError("inflates too far")
    if declares_type(archive, member):
        raise ValueError("declares a document type")


def declares_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell whether a part of an office file begins with a document type, as none ever does.

    Raises:
        zipfile.BadZipFile: The part is damaged.
    """
    with archive.open(member) as part:
        prolog = part.read(PROLOG_OCTETS)
    return any(mark in prolog for mark in DOCUMENT_TYPES)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime() | date():
            return f"{value:%Y-%m-%d}"
        case float():
            return f"{value:.2f}"
        case _:
            return str(value)


def _of_pdf(octets: bytes) -> Iterable[Iterable[str]]:
    reader = PdfReader(io.BytesIO(octets), strict=False)
    if reader.is_encrypted:
        raise ValueError("encrypted")
    found: list[list[str]] = []
    for page in reader.pages[:PAGES_MAX]:
        contents = page.get_contents()
        if contents is None:
            continue
        if len(contents.get_data()) > PAGE_OCTETS_MAX:
            raise ValueError("a page is too large")
        text = page.extract_text(extraction_mode="layout")
        found += [_CELLS.split(line.strip()) for line in text.splitlines()[:ROWS_MAX]]
    return found
