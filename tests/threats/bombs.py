"""Archives and documents that inflate, and a process that opens them all and tells its memory.

    python -m tests.threats.bombs make FOLDER
    python -m tests.threats.bombs open FOLDER

The second prints one line a bomb: its name, octets, the longest text that came of it, what was
said of it, seconds, and by how many kilobytes the process has grown over it. The bombs are made,
so that none lies in the repository, and made apart, for making them takes memory too.
"""

from __future__ import annotations

import io
import resource
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from daemon.adapters.ledger_columns import LedgerOptions
from daemon.adapters.ledger_csv import Unreadable
from daemon.adapters.ledger_xlsx import open_xlsx
from parsers.attachments import describe, holds_rows, sniff
from parsers.attachments_rows import rows_of

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
TEXTS_ROW = b'<row r="3"><c r="A3" t="s"><v>0</v></c></row>'
TEXTS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "{"x" * 50_000}">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def workbook(replaced: dict[str, bytes]) -> bytes:
    """Return a small workbook of one sheet in which some members are others."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["account", "number", "due", "open"])
    sheet.append(["4711", "INV-1007", "2026-06-01", "1200.00"])
    plain = io.BytesIO()
    book.save(plain)
    made = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as sink,
    ):
        for name in source.namelist():
            octets = source.read(name)
            if name == TYPES and TEXTS in replaced:
                octets = octets.replace(b"</Types>", TEXTS_TYPE + b"</Types>")
            if name == SHEET and TEXTS in replaced:
                octets = octets.replace(b"</sheetData>", TEXTS_ROW + b"</sheetData>")
            sink.writestr(name, replaced.get(name, octets))
        for name in replaced.keys() - set(source.namelist()):
            sink.writestr(name, replaced[name])
    return made.getvalue()


def texts(head: str, reference: str) -> bytes:
    """Return shared strings of which one refers to an entity."""
    return f'{head}<sst xmlns="{MAIN}"><si><t>{reference}</t></si></sst>'.encode()


def sheet_of(head: str, reference: str) -> bytes:
    """Return a sheet with a cell that refers to an entity."""
    return (
        f'{head}<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
        f"<is><t>{reference}</t></is></c></row></sheetData></worksheet>"
    ).encode()


def spread(octets: int) -> bytes:
    """Return a sheet of that many blanks."""
    return b"<worksheet>" + b" " * octets + b"</worksheet>"


def layered() -> bytes:
    """Return archives in archives."""
    inner = b"x" * 1_000_000
    for _ in range(4):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as sink:
            for number in range(16):
                sink.writestr(f"{number}.zip", inner)
        inner = made.getvalue()
    return inner


def lying() -> bytes:
    """Return a workbook whose directory says that its sheet is small."""
    raw = bytearray(workbook({SHEET: spread(30_000_000)}))
    size = (30_000_000 + len(spread(0))).to_bytes(4, "little")
    return bytes(raw.replace(size, (900).to_bytes(4, "little")))


def pdf(octets: int) -> bytes:
    """Return a PDF of one page whose content inflates to that many octets."""
    stream = zlib.compress(b"(x) Tj " * (octets // 7))
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n" + table
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + head + end


BOMBS: dict[str, Callable[[], bytes]] = {
    "a sheet of 100 MB": lambda: workbook({SHEET: spread(100_000_000)}),
    "a sheet that lies about its size": lying,
    "texts of 30 MB": lambda: workbook({TEXTS: b" " * 30_000_000}),
    "3,000 members": lambda: workbook({f"xl/{number}.xml": b"" for number in range(3_000)}),
    "billion laughs in the texts": lambda: workbook({TEXTS: texts(LAUGHS, "&j;")}),
    "billion laughs in the sheet": lambda: workbook({SHEET: sheet_of(LAUGHS, "&j;")}),
    "quadratic blow-up in the texts": lambda: workbook({TEXTS: texts(QUADRATIC, "&a;" * 2_000)}),
    "quadratic blow-up in the sheet": lambda: workbook({SHEET: sheet_of(QUADRATIC, "&a;" * 2_000)}),
    "an entity from a file": lambda: workbook({SHEET: sheet_of(OUTSIDE, "&a;")}),
    "archives in archives": layered,
    "camt with laughs": f"{LAUGHS}<Document>&j;</Document>".encode,
    "UBL with laughs": f"{LAUGHS}<Invoice>&j;</Invoice>".encode,
    "gzip of 20 MB": lambda: zlib.compress(b"\0" * 20_000_000, wbits=31),
    "a PDF page of 80 MB": lambda: pdf(80_000_000),
}


def open_all(octets: bytes) -> tuple[int, str]:
    """Open a bomb as an attachment and as a ledger; return its longest text and what is said."""
    kind = sniff(octets)
    is_looked_at = holds_rows(describe("x.xlsx", "", octets), 0)
    table = rows_of(kind, octets)
    longest = max((len(cell) for row in table.rows for cell in row), default=0)
    said = "looked at" if is_looked_at else "left shut"
    said += "".join(f"; {defect.sentence}" for defect in table.defects)
    try:
        for _, cells in open_xlsx(octets, LedgerOptions()).rows:
            longest = max(longest, *(len(str(cell)) for cell in cells if cell is not None), 0)
    except Unreadable as refusal:
        # Refused with a sentence, as it should be.
        said += f"; ledger: {refusal}"
    return longest, said.replace("\n", " ")


def main(verb: str, folder: Path) -> int:
    """Make the bombs, or open each and print what came of it."""
    if verb == "make":
        for name, make in BOMBS.items():
            (folder / name).write_bytes(make())
        (folder / "0 sound").write_bytes(workbook({}))
        return 0
    for path in sorted(folder.iterdir()):
        octets, began = path.read_bytes(), time.process_time()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        longest, said = open_all(octets)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds = time.process_time() - began
        print(f"{path.name}|{len(octets)}|{longest}|{said}|{seconds:.2f}|{after - before}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2])))
