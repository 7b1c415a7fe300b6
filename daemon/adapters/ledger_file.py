"""A ledger file, CSV or XLSX, to a Feed: every row read, every fault named, nothing guessed.

First walk: find the header, drop blank, total and group rows, gather the file's own evidence
for the decimal mark and for the order of day and month. Second walk: read the rows under
these conventions. A file that contradicts itself is refused whole; a bad row is set aside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from daemon.adapters.ledger_columns import (
    AMOUNT_COLUMNS,
    DATE_COLUMNS,
    HEADER_ROWS_MAX,
    Column,
    Header,
    LedgerOptions,
    NoHeader,
    find_header,
)
from daemon.adapters.ledger_csv import Sheet, Unreadable, open_csv
from daemon.adapters.ledger_dates import DateOrder, date_of, order_proofs
from daemon.adapters.ledger_rows import Conventions, RowReader
from daemon.adapters.ledger_values import (
    Cell,
    DecimalMark,
    Proof,
    ReadsTwoWays,
    mark_proofs,
)
from daemon.adapters.ledger_words import TOTAL_WORDS, UNISSUED_STATES, key_of
from daemon.adapters.ledger_xlsx import open_xlsx
from daemon.core.feed import ContactRow, Feed, LedgerRow, RowError
from daemon.errors import UsageError

FILE_OCTETS_MAX = 200_000_000
ROWS_MAX = 1_000_000
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
TOTAL_ROW = re.compile(
    rf"(?:{'|'.join(re.escape(word) for word in TOTAL_WORDS)})(?:$|[\s:])", re.IGNORECASE
)
AS_OF = re.compile(
    r"#?\s*(?:as[ _-]?of|as at|stand(?: vom| per)?|stichtag|per|zum|arrêté au|situation au|"
    r"a fecha(?: de)?|situazione al|peildatum|posição em|stan na(?: dzień)?)\b\s*[:=]?\s*(.*)",
    re.IGNORECASE,
)
# The words that mean nothing else may also follow a title: "Open items as of 27 November 2026".
AS_OF_INSIDE = re.compile(
    r"[^\n]{1,80}?\b(?:as[ _-]of|as at|stand(?: vom| per)|stichtag|peildatum)\b\s*[:=]?\s*(.*)",
    re.IGNORECASE,
)

Line = tuple[int, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's rows below its header, without the passed-over ones; `titles` stand above it."""

    header: Header
    titles: tuple[Line, ...]
    rows: tuple[Line, ...]
    passed_over: int


def read_ledger(
    path: Path,
    options: LedgerOptions,
    *,
    as_of: date | None,
    modified_at: datetime,
    default_currency: str,
    contacts: Sequence[ContactRow] = (),
    contact_errors: Sequence[RowError] = (),
) -> Feed:
    """Read a ledger file.

    Args:
        path: A CSV or XLSX file, told apart by its bytes; at most 200 MB and 1,000,000 rows.
        options: `[ledger]` of the configuration.
        as_of: The operator's word for the date that the figures are true for; else a line such
            as "As of 27 November 2026" above the header; else the date of `modified_at`.
        modified_at: The file's modification time, aware, in the creditor's zone.
        default_currency: For rows that name none (ISO 4217).
        contacts: What `read_contacts` found, with its `contact_errors`: they join the feed.

    Returns:
        The sound rows with all faults. With `refusal` set, the file as a whole is not taken.

    Raises:
        UsageError: There is no such file, or it may not be read.
    """
    raw = _bytes_of(path)
    draft = Feed(
        source=path.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        kind=options.kind,
        as_of=as_of or modified_at.date(),
        as_of_source="--as-of" if as_of else "the file's modification time",
        rows=(),
        contacts=tuple(contacts),
        errors=tuple(contact_errors),
    )
    try:
        table = _table(_open(raw, options), options)
        mark = _decided_mark(table, options)
        order = _decided_order(table, options)
        if as_of is None:
            draft = _with_as_of(draft, table, order)
    except Unreadable as error:
        return _refused(draft, str(error))
    conventions = Conventions(mark=mark, order=order, currency=default_currency, as_of=draft.as_of)
    return _with_rows(draft, table, conventions)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_OCTETS_MAX:
            raise UsageError(f"{path} is larger than 200 MB: split it, or export fewer columns")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def _refused(draft: Feed, sentence: str) -> Feed:
    line = re.match(r"line (\d+)", sentence)
    error = RowError(
        source=draft.source,
        line=int(line[1]) if line else 1,
        column="",
        sentence=sentence,
    )
    return replace(draft, errors=(error, *draft.errors), refusal=sentence)


def _open(raw: bytes, options: LedgerOptions) -> Sheet:
    if raw.startswith(ZIP_MAGIC):
        return open_xlsx(raw, options)
    if raw.startswith(OLE_MAGIC):
        raise Unreadable("an old or password-protected Excel file: save it as XLSX or CSV")
    if raw.lstrip()[:5].lower() in (b"<html", b"<?xml", b"<!doc", b"<tabl"):
        raise Unreadable("a web page or XML, whatever its name says: export it as CSV or XLSX")
    return open_csv(raw, options)


# --- first walk -----------------------------------------------------------------------------


def _table(sheet: Sheet, options: LedgerOptions) -> Table:
    head: list[Line] = []
    for row in sheet.rows:
        head.append(row)
        if len(head) == HEADER_ROWS_MAX:
            break
    header = find_header(head, options)
    if isinstance(header, NoHeader):
        raise Unreadable(f"line {header.line}: {header.sentence}")
    places = _Essential.of(header)
    kept: list[Line] = []
    passed_over = 0
    for count, row in enumerate(chain(head[header.index + 1 :], sheet.rows), start=1):
        if count > ROWS_MAX:
            raise Unreadable("the file has more than 1,000,000 rows: split it")
        if _is_passed_over(row[1], header, places):
            passed_over += 1
        else:
            kept.append(row)
    return Table(
        header=header,
        titles=tuple(head[: header.index]),
        rows=tuple(kept),
        passed_over=passed_over,
    )


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Essential:
    """Where the cells stand that tell a claim from the rest of a report."""

    number: int
    due: int
    status: int | None
    amounts: tuple[int, ...]

    @staticmethod
    def of(header: Header) -> _Essential:
        amounts = (header.place(column) for column in AMOUNT_COLUMNS)
        number, due = header.place(Column.NUMBER), header.place(Column.DUE)
        assert number is not None and due is not None
        return _Essential(
            number=number,
            due=due,
            status=header.place(Column.STATUS),
            amounts=tuple(place for place in amounts if place is not None),
        )


def _is_passed_over(cells: tuple[Cell, ...], header: Header, places: _Essential) -> bool:
    """Tell blank, total, group, repeated header and not yet issued rows from claims."""

    def at(place: int | None) -> Cell:
        return None if place is None or place >= len(cells) else cells[place]

    status = at(places.status)
    if isinstance(status, str) and key_of(status) in UNISSUED_STATES:
        return True
    number, due = at(places.number), at(places.due)
    if not _is_blank(number) and not _is_blank(due):
        return number == header.shown(Column.NUMBER) and due == header.shown(Column.DUE)
    filled = [cell for cell in cells if not _is_blank(cell)]
    if not filled:
        return True
    if _is_blank(due) and any(isinstance(c, str) and TOTAL_ROW.match(c.strip()) for c in filled):
        return _is_blank(number) or TOTAL_ROW.match(str(number).strip()) is not None
    is_without_money = all(_is_blank(at(place)) for place in places.amounts)
    return is_without_money and _is_blank(number) and _is_blank(due)


def _proof_cells(table: Table, columns: Sequence[Column]) -> list[tuple[int, Cell]]:
    places = [p for p in (table.header.place(column) for column in columns) if p is not None]
    return [
        (line, cells[place])
        for line, cells in table.rows
        for place in places
        if place < len(cells) and isinstance(cells[place], str)
    ]


def _contradiction(what: str, one: Proof, other: Proof, mend: str) -> Unreadable:
    first, second = sorted((one, other), key=lambda proof: proof.line)
    return Unreadable(
        f"line {first.line} writes the {what} {first.text!r} and line {second.line} "
        f"{second.text!r}: mend one, or {mend}"
    )


def _decided_mark(table: Table, options: LedgerOptions) -> DecimalMark | None:
    if options.decimal is not None:
        return options.decimal
    proofs = mark_proofs(_proof_cells(table, AMOUNT_COLUMNS))
    if len(proofs) > 1:
        one, other = proofs.values()
        raise _contradiction("amount", one, other, 'set [ledger] decimal to "comma" or "point"')
    return next(iter(proofs), None)


def _decided_order(table: Table, options: LedgerOptions) -> DateOrder | None:
    if options.date_order is not None:
        return options.date_order
    proofs = order_proofs(_proof_cells(table, DATE_COLUMNS))
    if len(proofs) > 1:
        one, other = proofs.values()
        mend = 'set [ledger] date_order to "day_month" or "month_day"'
        raise _contradiction("date", one, other, mend)
    return next(iter(proofs), None)


def _with_as_of(draft: Feed, table: Table, order: DateOrder | None) -> Feed:
    """Take the as-of date from the title rows, where one stands there."""
    for line, cells in table.titles:
        for place, cell in enumerate(cells):
            text = cell.strip() if isinstance(cell, str) else ""
            match = AS_OF.match(text) or AS_OF_INSIDE.match(text)
            if match is None:
                continue
            # The date stands in the same cell, or in the next filled one.
            beside = [match[1], *(c for c in cells[place + 1 :] if not _is_blank(c))]
            stated = beside[0] if match[1].strip() else beside[1] if len(beside) > 1 else ""
            try:
                found = date_of(stated, order)
            except ReadsTwoWays as error:
                raise Unreadable(f"line {line}: {error}; or give --as-of") from error
            except ValueError:
                continue  # "Per Olsen AS" is a title, not a date.
            if found is not None:
                return replace(draft, as_of=found, as_of_source=f"line {line} of the file")
    return draft


# --- second walk ----------------------------------------------------------------------------


def _with_rows(draft: Feed, table: Table, conventions: Conventions) -> Feed:
    header = table.header
    reader = RowReader(draft.source, header, conventions)
    is_per_line_item = header.place(Column.LINE_AMOUNT) is not None
    rows: dict[tuple[str, str], LedgerRow] = {}
    dropped: set[tuple[str, str]] = set()
    for line, cells in table.rows:
        if len(cells) > header.width and any(not _is_blank(c) for c in cells[header.width :]):
            sentence = (
                f"the row has {len(cells)} cells and the header {header.width}: put cells that "
                "hold the delimiter into quotation marks"
            )
            reader.fault(line, None, sentence, None)
            continue
        row = reader.read(line, cells)
        if row is None:
            continue
        key = (row.account.casefold(), row.number.casefold())
        first = rows.get(key)
        if first is None:
            rows[key] = row
            continue
        is_equal = replace(row, line=first.line) == first
        if is_equal and is_per_line_item:
            continue
        sentence = f"{row.number} stands on line {first.line} already: keep one of the rows"
        reader.fault(line, Column.NUMBER, sentence, row)
        if not is_equal and key not in dropped:
            dropped.add(key)
            sentence = f"{row.number} stands on line {line} again, otherwise: keep one of the rows"
            reader.fault(first.line, Column.NUMBER, sentence, first)
    errors = sorted(reader.errors, key=lambda error: error.line)
    return replace(
        draft,
        rows=tuple(row for key, row in rows.items() if key not in dropped),
        contacts=(*draft.contacts, *_known(reader.contacts, rows)),
        errors=(*draft.errors, *errors),
        passed_over=table.passed_over,
    )


def _known(
    contacts: Sequence[ContactRow], rows: dict[tuple[str, str], LedgerRow]
) -> tuple[ContactRow, ...]:
    """Drop repeated contacts, and those of rows that were set aside."""
    accounts = {row.account for row in rows.values()}
    distinct = {(c.account, c.contact.address): c for c in contacts if c.account in accounts}
    return tuple(distinct.values())
