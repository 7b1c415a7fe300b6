"""contacts.csv to contact rows: who is written to at which account, for ledgers without addresses.

Columns: account, email, role, name, language; account and email are required. A bad line is
set aside with its reason, the others are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.adapters.addresses import normalise_address
from daemon.adapters.ledger_columns import KEYS, Column
from daemon.adapters.ledger_csv import DELIMITERS, Unreadable, decode, rows_of
from daemon.adapters.ledger_places import language_code
from daemon.adapters.ledger_values import Cell, clean_text
from daemon.adapters.ledger_words import key_of
from daemon.core.feed import ContactRow, RowError
from daemon.core.model import Contact, ContactRole
from daemon.errors import UsageError

FILE_OCTETS_MAX = 50_000_000
ROLE_KEYS = ("role", "rolle", "rôle", "rol", "ruolo")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsRead:
    """What a contacts file holds: the sound rows, and every fault."""

    contacts: tuple[ContactRow, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    account: int
    email: int
    role: int | None
    name: int | None
    language: int | None


def read_contacts(path: Path, *, encoding: str | None = None) -> ContactsRead:
    """Read a contacts file (CSV, at most 50 MB).

    Raises:
        UsageError: There is no such file, or it may not be read.
    """
    try:
        if path.stat().st_size > FILE_OCTETS_MAX:
            raise UsageError(f"{path} is larger than 50 MB: split it")
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    try:
        text = decode(raw, encoding).removeprefix("\ufeff")
        return _read(text, path.name)
    except Unreadable as error:
        return ContactsRead(contacts=(), errors=(_error(path.name, 1, "", str(error)),))


def _error(source: str, line: int, column: str, sentence: str) -> RowError:
    return RowError(source=source, line=line, column=column, sentence=sentence)


def _places(cells: Sequence[Cell]) -> _Places | None:
    keys = [key_of(str(cell)) for cell in cells]

    def at(*names: str) -> int | None:
        return next((keys.index(name) for name in names if name in keys), None)

    account = at(*KEYS[Column.ACCOUNT], *KEYS[Column.NAME][1:])
    email = at(*KEYS[Column.EMAIL])
    if account is None or email is None:
        return None
    name = at("name", "contactname", "contact", "ansprechpartner")
    language = at(*KEYS[Column.LANGUAGE])
    return _Places(
        account=account,
        email=email,
        role=at(*ROLE_KEYS),
        name=None if name == account else name,
        language=language,
    )


def _read(text: str, source: str) -> ContactsRead:
    for delimiter in DELIMITERS:
        rows = rows_of(text, delimiter)
        first = next(rows, None)
        places = None if first is None else _places(first[1])
        if places is None:
            continue
        contacts: list[ContactRow] = []
        errors: list[RowError] = []
        for line, cells in rows:
            if any(str(cell).strip() for cell in cells):
                try:
                    contacts.append(_contact(line, cells, places))
                except ValueError as error:
                    errors.append(_error(source, line, "", str(error)))
        return ContactsRead(contacts=tuple(contacts), errors=tuple(errors))
    raise Unreadable("no header found: the first line must name at least account and email")


def _contact(line: int, cells: Sequence[Cell], places: _Places) -> ContactRow:
    def text(place: int | None) -> str:
        return "" if place is None or place >= len(cells) else clean_text(cells[place])

    account = text(places.account)
    if not account:
        raise ValueError("the account is empty: say whose contact this is")
    role = text(places.role).casefold()
    if role and role not in set(ContactRole):
        raise ValueError(f"the role {role!r} is not known: write ap, escalation or cc")
    language = text(places.language)
    return ContactRow(
        line=line,
        account=account,
        contact=Contact(
            address=normalise_address(text(places.email)),
            role=ContactRole(role) if role else ContactRole.AP,
            name=text(places.name),
            language=language_code(language) if language else None,
        ),
    )
