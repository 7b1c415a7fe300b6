"""Remittance advice in attachments: lines matched, short payments and deductions shown."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bench.fuzz_seeds import pdf_page
from daemon.core.money import Money
from parsers.attachments import sniff
from parsers.attachments_rows import OCTETS_MAX, PDF, XLSX, rows_of
from parsers.reading import OpenItem
from parsers.remittance_lines import RemittanceLine, read_advice

TODAY = date(2026, 11, 25)
ITEMS = (
    OpenItem(number="INV-2041", open=Money(120000, "EUR")),
    OpenItem(number="INV-2042", open=Money(31840, "EUR")),
    OpenItem(number="INV-2050", open=Money(9600, "EUR")),
)
CSV = (
    "Payment reference;RUN-1124-07\nPayment date;24.11.2026\n"
    "Invoice;Gross;Discount;Net paid\n"
    "INV-2041;1.200,00;24,00;1.176,00\n"
    "INV-2042;318,40;0,00;318,40\n"
    "Total;;;1.494,40\n"
)


def line(number: str, paid: int, open_: int, deducted: int | None = None) -> RemittanceLine:
    return RemittanceLine(
        invoice=number,
        paid=Money(paid, "EUR"),
        open=Money(open_, "EUR"),
        deducted=None if deducted is None else Money(deducted, "EUR"),
    )


def pdf_of(lines: list[str]) -> bytes:
    """A PDF of one page with the lines in a fixed-width font."""
    shown = "".join(f"({text}) Tj 0 -14 Td " for text in lines)
    stream = f"BT /F1 10 Tf 40 780 Td {shown}ET".encode("latin-1")
    return pdf_page(stream)


def xlsx_of(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_csv_advice_shows_the_discount_that_was_taken() -> None:
    """A line of net 1,176.00 on an invoice of 1,200.00 is short by the 24.00 deducted."""
    advice = read_advice(sniff(CSV.encode()), CSV.encode(), ITEMS, TODAY)

    expected = (line("INV-2041", 117600, 120000, 2400), line("INV-2042", 31840, 31840, 0))
    assert expected == advice.lines
    assert Money(2400, "EUR") == advice.lines[0].short
    assert advice.fact is not None
    assert Money(149440, "EUR") == advice.fact.amount
    assert "RUN-1124-07" == advice.fact.reference
    assert date(2026, 11, 24) == advice.fact.on
    assert ("INV-2041", "INV-2042") == advice.fact.invoices


def test_an_xlsx_advice_reads_whole_numbers_under_a_title() -> None:
    """A spreadsheet holds 1200 as a number; the title of its column makes it an amount."""
    octets = xlsx_of(
        [["Invoice no", "Amount paid"], ["2041", 1200], ["INV-2050", 80.5], ["Total", 1280.5]]
    )
    advice = read_advice(sniff(octets), octets, ITEMS, TODAY)

    assert XLSX == sniff(octets)
    assert (line("INV-2041", 120000, 120000), line("INV-2050", 8050, 9600)) == advice.lines
    assert Money(1550, "EUR") == advice.lines[1].short


def test_a_pdf_advice_is_read_by_its_columns() -> None:
    """Columns of a PDF are told apart by their gaps, as in a printed advice."""
    octets = pdf_of(
        [
            "REMITTANCE ADVICE",
            "Payment reference: EFT-88120    Value date: 24/11/2026",
            "Invoice        Gross        Deduction    Net",
            "INV-2041       1,200.00     0.00         1,200.00",
            "INV-2050       96.00        -16.00       80.00",
            "TOTAL EUR                                1,280.00",
        ]
    )
    advice = read_advice(sniff(octets), octets, ITEMS, TODAY)

    assert PDF == sniff(octets)
    expected = (line("INV-2041", 120000, 120000, 0), line("INV-2050", 8000, 9600, -1600))
    assert expected == advice.lines
    assert advice.fact is not None
    assert Money(128000, "EUR") == advice.fact.amount
    assert "EFT-88120" == advice.fact.reference
    assert date(2026, 11, 24) == advice.fact.on


def test_a_deduction_in_a_line_of_its_own_lessens_the_payment() -> None:
    """A debit note under the same invoice number is part of what was paid on it."""
    text = b"Invoice;Amount\nINV-2041;1.200,00\nINV-2041;-100,00\n"
    advice = read_advice("text/csv", text, ITEMS, TODAY)

    assert (line("INV-2041", 110000, 120000),) == advice.lines


def test_an_advice_of_other_invoices_settles_nothing() -> None:
    """A table without any of our open invoices gives no fact, and names what looks like ours."""
    advice = read_advice("text/csv", b"Invoice;Amount\nINV-9999;50,00\n", ITEMS, TODAY)

    assert advice.fact is None
    assert () == advice.lines
    assert ("INV-9999",) == advice.foreign


@pytest.mark.parametrize(
    ("kind", "octets", "code"),
    [
        pytest.param(PDF, b"%PDF-1.7\nnothing here", "attachment_broken", id="broken pdf"),
        pytest.param(
            PDF,
            pdf_of(["INV-1 100.00"]).replace(b"/Length", b"/Filter /Fl /Length"),
            "attachment_broken",
            id="pdf with a filter's short name",
        ),
        pytest.param(
            PDF,
            pdf_of(["INV-1 100.00"]).replace(b"/Length", b"/Filter /JBIG2Decode /Length"),
            "attachment_broken",
            id="pdf with a filter that another program has",
        ),
        pytest.param(XLSX, b"PK\x03\x04broken", "attachment_broken", id="broken xlsx"),
        pytest.param(PDF, b"%PDF-" + b" " * OCTETS_MAX, "attachment_too_large", id="too large"),
        pytest.param("image/png", b"\x89PNG", "attachment_unread", id="a picture"),
    ],
)
def test_what_cannot_be_read_is_told(kind: str, octets: bytes, code: str) -> None:
    """An attachment that cannot be read becomes a defect and never an exception."""
    table = rows_of(kind, octets)

    assert () == table.rows
    assert [code] == [defect.code for defect in table.defects]


def test_a_spreadsheet_that_inflates_too_far_is_refused() -> None:
    """A small archive of enormous sheets is not unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    table = rows_of(XLSX, out.getvalue())

    assert ["attachment_broken"] == [defect.code for defect in table.defects]


def test_a_pdf_starts_no_other_program(tmp_path: Path) -> None:
    """A picture filter that a program of the machine could undo is refused, program or not."""
    started = tmp_path / "started"
    program = tmp_path / "jbig2dec"
    program.write_text(f"#!/bin/sh\necho jbig2dec 0.20\ntouch {started}\n")
    program.chmod(0o755)
    mail = tmp_path / "hostile.pdf"
    mail.write_bytes(pdf_of(["INV-1 100.00"]).replace(b"/Length", b"/Filter /JBIG2Decode /Length"))
    reading = (
        "import sys, pathlib; from parsers.attachments_rows import PDF, rows_of; "
        "print(rows_of(PDF, pathlib.Path(sys.argv[1]).read_bytes()).defects[0].code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", reading, str(mail)],
        env={"PATH": f"{tmp_path}:{os.defpath}", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "attachment_broken\n" == found.stdout, found.stderr[-500:]
    assert not started.exists()
