"""Records of the labelled replies: turned into mails, so that they take the same way as mail.

A record has `subject`, `body`, `headers`, `received`, `open_invoices`; each may be absent.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from daemon.core.money import Money, money_from_decimal
from parsers.opinion import Judge
from parsers.read import read
from parsers.reading import Context, OpenItem, Reading

ITEMS_MAX = 2_000
HEADER_MAX = 900
EXPECTED_DEFECTS = frozenset({"no_sender"})


def _header(name: str, value: str) -> str:
    flat = " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", value).split())[:HEADER_MAX]
    if flat.isascii():
        return f"{name}: {flat}"
    address = re.search(r"<[^<>\s]+@[^<>\s]+>\s*$", flat)
    words, tail = (
        (flat[: address.start()].strip(), " " + address.group()) if address else (flat, "")
    )
    encoded = b64encode(words.encode("utf-8", "replace")).decode("ascii")
    return f"{name}: =?utf-8?b?{encoded}?={tail}"


def raw_of(record: Mapping[str, object]) -> bytes:
    """Return the record as the bytes of a mail."""
    headers = record.get("headers")
    lines: list[str] = []
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            if re.fullmatch(r"[!-9;-~]{1,60}", str(name)) and str(name).lower() not in (
                "subject",
                "content-type",
                "content-transfer-encoding",
                "mime-version",
            ):
                lines.append(_header(str(name), str(value)))
    lines.append(_header("Subject", str(record.get("subject") or "")))
    lines += [
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    body = b64encode(str(record.get("body") or "").encode("utf-8", "replace"))
    head = "\r\n".join(lines).encode("ascii", "replace")
    return head + b"\r\n\r\n" + body + b"\r\n"


def _item(row: object) -> OpenItem | None:
    if not isinstance(row, Mapping):
        return None
    number, currency = str(row.get("number") or ""), str(row.get("currency") or "")
    try:
        money = money_from_decimal(
            Decimal(str(row.get("amount"))).quantize(Decimal("0.01")), currency
        )
    except (InvalidOperation, ValueError):
        money = Money(0, currency)
    try:
        due = date.fromisoformat(str(row.get("due")))
    except ValueError:
        due = None
    return OpenItem(number=number, open=money, due_on=due) if number else None


def context_of(record: Mapping[str, object]) -> Context:
    """Return what the record tells beside the mail: the day of receipt and the open items."""
    try:
        received = datetime.fromisoformat(str(record.get("received")))
    except ValueError:
        received = None
    rows = record.get("open_invoices")
    found = [_item(row) for row in rows[:ITEMS_MAX]] if isinstance(rows, list) else []
    return Context(
        received_at=received,
        language=str(record.get("lang") or ""),
        items=tuple(item for item in found if item is not None),
    )


def read_record(record: Mapping[str, object], classifier: Judge | None = None) -> Reading:
    """Read one record of the evaluation; the same pipeline as for a mail.

    Args:
        record: One labelled reply; its labels are not looked at.
        classifier: A trained reader beside the rules; None: rules alone.

    Raises:
        Nothing on odd records: fields that are absent or of another kind count as empty.
    """
    return read(raw_of(record), context_of(record), classifier, EXPECTED_DEFECTS)
