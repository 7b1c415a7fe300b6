"""XLSX files to rows of typed cells, with limits around the archive.

Values are read as the spreadsheet last computed them; a formula never computed is empty.
The first visible sheet with a header row is the ledger; the others are not looked at.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, time, timedelta
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from daemon.adapters.ledger_columns import HEADER_ROWS_MAX, Header, LedgerOptions, find_header
from daemon.adapters.ledger_csv import Sheet, Unreadable
from daemon.adapters.ledger_values import Cell
from parsers.attachments_rows import declares_type

MEMBERS_MAX = 2_000
INFLATED_OCTETS_MAX = 1_000_000_000
SHARED_TEXT_OCTETS_MAX = 200_000_000
# Sheets of equal rows reach about 1:40; what inflates by more than this was built to harm.
RATIO_MAX = 150
RATIO_FROM_OCTETS = 10_000_000
SHEETS_MAX = 50
# What openpyxl raises on a broken workbook, beside its own exception.
BROKEN = (
    *(InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, ParseError, TypeError),
    *(IndexError, AttributeError, OverflowError, RuntimeError, zlib.error, EOFError, OSError),
    AssertionError,
)
# An archive that is no archive, an encrypted part, or a compression that is not known.
DAMAGED = (zipfile.BadZipFile, ValueError, RuntimeError, zlib.error, EOFError, OSError)
MEND = "save it again as XLSX, or export it as CSV"


def guard_archive(raw: bytes) -> None:
    """Refuse an archive that would fill the memory.

    Raises:
        Unreadable: Too many members, too large when inflated, or inflating beyond reason.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        members = archive.infolist()
        typed = [m.filename for m in members[:MEMBERS_MAX] if declares_type(archive, m)]
    except DAMAGED as error:
        raise Unreadable(f"the workbook is damaged ({error}): {MEND}") from error
    if typed:
        raise Unreadable(f"the workbook's part {typed[0]!r} declares a document type: {MEND}")
    if len(members) > MEMBERS_MAX:
        raise Unreadable(f"the workbook has {len(members):,} parts: {MEND}")
    if sum(member.file_size for member in members) > INFLATED_OCTETS_MAX:
        raise Unreadable("the workbook is larger than 1 GB when unpacked: export it as CSV")
    for member in members:
        is_shared_text = member.filename.endswith("sharedStrings.xml")
        if is_shared_text and member.file_size > SHARED_TEXT_OCTETS_MAX:
            raise Unreadable("the workbook's texts are larger than 200 MB: export it as CSV")
        if member.file_size > RATIO_FROM_OCTETS and member.file_size > RATIO_MAX * max(
            member.compress_size, 1
        ):
            raise Unreadable(
                f"the workbook's part {member.filename!r} unpacks to more than {RATIO_MAX} times "
                f"its size: {MEND}"
            )


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    raise Unreadable(f"the workbook holds a cell of kind {type(value).__name__}: {MEND}")


def open_xlsx(raw: bytes, options: LedgerOptions) -> Sheet:
    """Open the workbook and choose its sheet.

    Raises:
        Unreadable: Damaged, protected, or beyond the limits; also while its rows are walked.
    """
    guard_archive(raw)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; values are unharmed.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            sheets = [s for s in book.worksheets if s.sheet_state == "visible"][:SHEETS_MAX]
    except BROKEN as error:
        raise Unreadable(f"the workbook cannot be read ({error}): {MEND}") from error
    if not sheets:
        raise Unreadable("the workbook has no visible sheet")
    for sheet in sheets:
        sheet.reset_dimensions()
        head = []
        for row in _rows(sheet):
            head.append(row)
            if len(head) == HEADER_ROWS_MAX:
                break
        if isinstance(find_header(head, options), Header):
            return Sheet(rows=_rows(sheet))
    return Sheet(rows=_rows(sheets[0]))


def _rows(sheet: Worksheet) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    try:
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, tuple(_cell(value) for value in cells)
    except BROKEN as error:
        raise Unreadable(f"the workbook cannot be read ({error}): {MEND}") from error
