"""Spreadsheets: typed cells, dates as dates, and archives that mean harm."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from openpyxl import Workbook

from daemon.adapters.ledger_columns import LedgerOptions
from daemon.adapters.ledger_file import read_ledger
from daemon.core.feed import Feed
from daemon.core.model import ItemKind

MODIFIED = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
SAGE = (
    ("Aged Debtors Analysis (Detailed)", None),
    ("As at:", date(2026, 11, 26)),
    (),
    (
        "CustomerRecord.AccountReference",
        "CustomerRecord.AccountName",
        "TransactionOverview.Number",
        "TransactionOverview.Type",
        "TransactionOverview.Date",
        "TransactionOverview.DueDate",
        "TransactionOverview.Reference",
        "TransactionOverview.AgedAmount",
        "DISPUTED",
    ),
    ("ABS001", "ABS Garages", 21, "SI", date(2026, 10, 1), date(2026, 10, 31), 5021, 2533.31, 0),
    ("ABS001", "ABS Garages", 34, "SC", date(2026, 10, 9), date(2026, 10, 9), "C-7", 100, 0),
    ("BOB001", "Bobs Bau", 40, "SI", date(2026, 11, 2), date(2026, 12, 2), "00077", "1250.40", 1),
    (None, "Total", None, None, None, None, None, 3683.71, None),
)  # fmt: skip


def write(path: Path, rows: Sequence[Sequence[object]], first: Sequence[object] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if first:
        sheet.append(list(first))
        sheet = book.create_sheet("Ledger")
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def read(path: Path) -> Feed:
    return read_ledger(
        path, LedgerOptions(), as_of=None, modified_at=MODIFIED, default_currency="GBP"
    )


def test_a_sage_report_as_a_workbook(tmp_path: Path) -> None:
    """Typed dates and numbers need no evidence; numbers of invoices stay texts."""
    feed = read(write(tmp_path / "aged.xlsx", SAGE))

    assert () == feed.errors
    assert [
        ("ABS001", "5021", ItemKind.INVOICE, "2,533.31 GBP", date(2026, 10, 31), False),
        ("ABS001", "C-7", ItemKind.CREDIT_NOTE, "-100.00 GBP", date(2026, 10, 9), False),
        ("BOB001", "00077", ItemKind.INVOICE, "1,250.40 GBP", date(2026, 12, 2), True),
    ] == [
        (row.account, row.number, row.kind, str(row.open), row.due_on, row.is_disputed)
        for row in feed.rows
    ]
    assert (1, date(2026, 11, 26)) == (feed.passed_over, feed.as_of)


def test_the_sheet_with_the_header_is_the_ledger(tmp_path: Path) -> None:
    """A cover sheet before it is passed by."""
    feed = read(write(tmp_path / "cover.xlsx", SAGE, first=("Cover", "page")))

    assert 3 == len(feed.rows)


def test_numbers_stored_as_text_and_formulas(tmp_path: Path) -> None:
    """A formula that was never computed is no amount; text numbers are read like a CSV's."""
    rows = (
        ("account", "number", "due", "open"),
        ("1", "A-1", 46353, "1.250,40"),
        ("1", "A-2", "27.11.2026", "=1+1"),
        ("1", "A-3", "27.11.2026", "#REF!"),
    )
    feed = read(write(tmp_path / "formulas.xlsx", rows))

    assert [("A-1", date(2026, 11, 27), 125_040)] == [
        (row.number, row.due_on, row.open.minor) for row in feed.rows
    ]
    assert [(3, "A-2"), (4, "A-3")] == [(error.line, error.number) for error in feed.errors]


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    """A zip bomb is seen by its table of contents, before anything is unpacked."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)
    feed = read(path)

    assert () == feed.rows
    assert "unpacks to more than" in feed.refusal


def test_a_workbook_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    """So is one with more parts than any ledger has."""
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2_001):
            archive.writestr(f"xl/{number}.xml", b"")
    feed = read(path)

    assert "2,001 parts" in feed.refusal


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """Any other archive gets a sentence, not a traceback."""
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", b"hello")
    feed = read(path)

    assert "cannot be read" in feed.refusal


def test_a_workbook_whose_table_of_contents_names_no_workbook_is_refused(tmp_path: Path) -> None:
    """All parts may be there: without the one that leads to the sheets nothing can be read."""
    whole = write(tmp_path / "whole.xlsx", [("1", "Ott", "A-1", None, None, 5)])
    path = tmp_path / "headless.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content.replace(b"sheet.main+xml", b"sheet.mean+xml"))
    feed = read(path)

    assert () == feed.rows
    assert "cannot be read" in feed.refusal
