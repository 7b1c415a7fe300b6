"""Sound inputs for the fuzzer that no file of the repository holds: sheets, PDFs, lines.

The same on every run, to the byte: a number of the fuzzer must bring the same input back.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.fuzz_damage import container

CSV_ADVICE = (
    b"Payment reference;RUN-1124-07\nPayment date;24.11.2026\n"
    b"Invoice;Gross;Discount;Net paid\n"
    b"INV-2041;1.200,00;24,00;1.176,00\nINV-2042;318,40;0,00;318,40\nTotal;;;1.494,40\n"
)
COMMANDS = (
    *(b"resume", b"pause 14d", b"pause until 2026-12-12", b"pause for 10 days INV-1"),
    *(b"promise 2026-12-12 1.200,50 EUR", b"promise 12 December 2026 400\nnote he called"),
    *(b"dispute quality 40 EUR", b"resolved credit 200", b"paid", b"hand over", b"approve"),
    *(b"contact <New.One@debtor.example.org>", b"level firm reminder INV-2041", b"treat as sent"),
    *(b"INV-1 INV-2042: pause 2 weeks\nstop\nveto\nundo\nplan 3 monthly\nhelp", b"reply\n\nDear,"),
    b"Hello,\n\npause 14d\n\n> On Monday you wrote:\n> pause or resume?\n-- \nOlga",
)
ANSWERS = (
    b"SEARCH 1 2 3 44",
    b'ESEARCH (TAG "A1") UID ALL 1:10,12',
    b"3 EXISTS\r\nOK [UIDVALIDITY 42] ok\r\nOK [UIDNEXT 17] next\r\n0 RECENT",
    b"CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS",
    b'1 FETCH (UID 7 RFC822.SIZE 30 INTERNALDATE " 1-Jun-2026 09:30:00 +0200" BODY[] {8}\r\n'
    b"~Subject:\r\n)\r\n2 FETCH (FLAGS (\\Seen))",
    b'3 FETCH (UID 9 BODY[HEADER] "a: \\"b\\"" BODY[TEXT]<0> {2}\r\n~ok\r\n)',
    b"250 2.0.0 Ok: queued as 4ABC",
    b"550 5.7.1 <a@b.example>: Relay access denied",
    b"421 4.3.2 Concurrent connections limit exceeded",
    b"535 5.7.8 Authentication failed\nmore",
)
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def sheets(tables: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return each CSV table as an XLSX workbook of one sheet."""
    return tuple(_workbook(_text(table)) for table in tables)


def _text(table: bytes) -> str:
    try:
        return table.decode("utf-8-sig")
    except UnicodeDecodeError:
        return table.decode("cp1252")


def _workbook(text: str) -> bytes:
    mark = ";" if text.count(";") > text.count(",") else ","
    rows = "".join(
        f"<row>{''.join(_cell(cell) for cell in row)}</row>"
        for row in csv.reader(io.StringIO(text), delimiter=mark)
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Open" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_LINKS}"><Relationship '
        f'Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
    }
    return container([(name, content.encode()) for name, content in members.items()])


def _cell(text: str) -> str:
    """A number as a number, so that both kinds of cell are met; all else as text."""
    if text.replace(".", "", 1).isdecimal():
        return f"<c><v>{text}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def small_pdfs(table: bytes) -> tuple[bytes, ...]:
    """Return a table as a PDF of one page, its text once open and once deflated."""
    shown = b"".join(
        b"(%s) Tj 0 -14 Td " % line.replace(b";", b"  ") for line in table.splitlines()
    )
    stream = b"BT /F1 10 Tf 40 780 Td %sET" % shown
    return pdf_page(stream), pdf_page(zlib.compress(stream), b" /Filter /FlateDecode")


def pdf_page(stream: bytes, coding: bytes = b"") -> bytes:
    """Return a PDF of one page that shows a content stream; `coding` tells how it is packed."""
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), coding, stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(bodies) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
