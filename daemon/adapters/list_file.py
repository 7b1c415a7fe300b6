"""The list of items behind a letter as a CSV file that a spreadsheet opens as it should.

UTF-8 with a byte order mark; semicolon and decimal comma where the reader's country writes
amounts so, else comma and point; dates as YYYY-MM-DD. A text from the ledger that a spreadsheet
would take for a formula gets an apostrophe before it; amounts are ours and stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

from babel import Locale

from daemon.adapters.formats import marks
from daemon.adapters.letter_view import clean
from daemon.core.letters import LetterContent, Row
from daemon.core.money import Money

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "|", "%", "＝", "＋", "－", "＠", "−")
COLUMNS = (
    "kind", "number", "issued", "due", "overdue", "currency", "total", "settled", "open", "asked",
    "order", "reference",
)  # fmt: skip
KINDS = ("asked", "disputed", "also_open", "credit", "unapplied")


def list_csv(content: LetterContent, locale: Locale, word: Callable[[str], str]) -> bytes:
    """Write every row of the letter.

    Args:
        content: The letter.
        locale: Decides delimiter and decimal mark.
        word: Gives `column_NAME` and `kind_NAME` in the letter's language.

    Returns:
        The file's octets, one heading line and one line a row, lines ended by CRLF.
    """
    is_comma = marks(locale).decimal == ","
    lines = StringIO()
    writer = csv.writer(lines, delimiter=";" if is_comma else ",", lineterminator="\r\n")
    writer.writerow([safe_cell(word(f"column_{name}")) for name in COLUMNS])
    parts = (
        content.demanded, content.disputed, content.also_open, content.credits, content.unapplied,
    )  # fmt: skip
    for kind, rows in zip(KINDS, parts, strict=True):
        for row in rows:
            writer.writerow(_cells(row, word(f"kind_{kind}"), is_comma))
    return (BYTE_ORDER_MARK + lines.getvalue()).encode("utf-8")


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    kept = clean(text)
    return f"'{kept}" if kept.startswith(FORMULA_BEGINNINGS) else kept


def _cells(row: Row, kind: str, is_comma: bool) -> list[str]:
    def figure(amount: Money) -> str:
        plain = str(amount.decimal)
        return plain.replace(".", ",") if is_comma else plain

    return [
        safe_cell(kind),
        safe_cell(row.number),
        row.issued_on.isoformat() if row.issued_on else "",
        row.due_on.isoformat(),
        str(max(row.days_overdue, 0)),
        safe_cell(row.open.currency),
        figure(row.total),
        figure(row.paid_or_credited),
        figure(row.open),
        figure(row.demanded),
        safe_cell(row.purchase_order),
        safe_cell(row.payment_reference),
    ]
