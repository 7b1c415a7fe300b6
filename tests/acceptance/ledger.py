"""The accounting system of the commands' tests: its rows, and its export as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

HEADER = (
    "account,name,number,kind,issued,due,currency,total,open,email,country,language,"
    "last_level,last_letter_on"
)


def days_ago(days: int) -> date:
    """Return the date in UTC that lies so many days back; ahead where negative."""
    return datetime.now(UTC).date() - timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An open invoice of the accounting system, due so many days ago."""

    account: str
    name: str
    number: str
    due_days_ago: int
    open: str
    email: str = ""
    last_level: str = ""
    last_letter_days_ago: int = 0


# One overdue, some not due, one old enough that the owner decides, one without an address, one
# that has had all letters but the final notice; enough in all for the guard to watch over.
LEDGER_ROWS = (
    Row(
        account="10001",
        name="Ott Maschinenbau",
        number="INV-1001",
        due_days_ago=12,
        open="1200.00",
        email="ap@ott.test",
    ),
    Row(
        account="10001",
        name="Ott Maschinenbau",
        number="INV-1002",
        due_days_ago=-30,
        open="300.25",
        email="ap@ott.test",
    ),
    Row(
        account="10002",
        name="Smith & Sons",
        number="INV-2001",
        due_days_ago=90,
        open="80.00",
        email="pay@smith.test",
    ),
    Row(account="10003", name="Nobody Ltd", number="INV-3001", due_days_ago=9, open="45.00"),
    Row(
        account="10009",
        name="Late GmbH",
        number="INV-9001",
        due_days_ago=50,
        open="500.00",
        email="pay@late.test",
        last_level="firm_reminder",
        last_letter_days_ago=20,
    ),
    *(
        Row(
            account="10004",
            name="Many Ltd",
            number=f"INV-400{place}",
            due_days_ago=-40,
            open="10.00",
            email="ap@many.test",
        )
        for place in range(6)
    ),
)


def write_ledger(path: Path, rows: tuple[Row, ...], as_of: date | None = None) -> Path:
    """Write an export of open items, as of today where nothing else is given."""
    lines = [f"As of {(as_of or days_ago(0)).isoformat()}", HEADER]
    for row in rows:
        due = days_ago(row.due_days_ago)
        issued = due - timedelta(days=30)
        last_on = days_ago(row.last_letter_days_ago).isoformat() if row.last_level else ""
        cells = (
            *(row.account, row.name, row.number, "invoice", issued.isoformat(), due.isoformat()),
            *("EUR", row.open, row.open, row.email, "", "en", row.last_level, last_on),
        )
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
