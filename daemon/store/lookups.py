"""Look-ups by what a mail or a clerk names: token, Message-ID, address, number, account."""

from __future__ import annotations

import re
from collections.abc import Sequence

from daemon.core.matching import Known, Named, canonical_number
from daemon.ports import ContactMatch, LetterMatch
from daemon.store import mapping
from daemon.store.models import ContactRow, InvoiceRow, OutgoingRow
from daemon.store.tokens import digest_of
from daemon.store.transactions import Session, marks

KEYS_MAX = 500
FOUND_MAX = 50


async def known_of(session: Session, named: Named, secret: bytes) -> Known:
    """Return what is known of all that a mail names; nothing is asked where it names nothing."""
    tokens, ids, numbers = named.tokens, named.message_ids, named.numbers
    by_token = await letters_by_token(session, tokens, secret) if tokens else []
    by_id = await letters_by_message_id(session, ids) if ids else []
    by_number = await accounts_by_number(session, numbers) if numbers else []
    by_address, by_domain = await _accounts_by_sender(session, named)
    return Known(
        token_letters=tuple(by_token),
        id_letters=tuple(by_id),
        number_accounts=tuple(by_number),
        address_accounts=by_address,
        domain_accounts=by_domain,
    )


async def letters_by_token(
    session: Session, tokens: Sequence[str], secret: bytes
) -> list[LetterMatch]:
    """Return our mails that carry these reply tokens; case does not count."""
    digests = [digest_of(secret, token) for token in tokens[:KEYS_MAX]]
    return await _letters(session, "reply_token", digests)


async def letters_by_message_id(session: Session, names: Sequence[str]) -> list[LetterMatch]:
    """Return our mails with these bare Message-IDs."""
    return await _letters(session, "message_id", list(names[:KEYS_MAX]))


async def _letters(session: Session, column: str, keys: Sequence[str]) -> list[LetterMatch]:
    conditions = f"WHERE {column} IN ({marks(len(keys))}) ORDER BY id"
    rows = await session.rows(OutgoingRow, conditions, keys)
    return [mapping.match_from_row(row) for row in rows]


async def accounts_by_address(session: Session, address: str) -> list[ContactMatch]:
    """Return every account that knows the address, by id."""
    folded = mapping.folded_address(address)
    rows = await session.rows(ContactRow, "WHERE address = ? ORDER BY account", (folded,))
    return list(map(_contact, rows))


async def _accounts_by_sender(
    session: Session, named: Named
) -> tuple[tuple[ContactMatch, ...], tuple[ContactMatch, ...]]:
    """Return who knows the whole address, and the first who know one of its domain, by id."""
    folded, wanted = mapping.folded_address(named.address), named.domain.casefold()
    conditions = (
        "WHERE address = ? OR id IN (SELECT id FROM contact WHERE domain = ? "
        "ORDER BY account, id LIMIT ?) ORDER BY account, id"
    )
    rows = await session.rows(ContactRow, conditions, (folded, wanted, named.domain_max))
    of_domain = [row for row in rows if row.domain == wanted][: named.domain_max]
    return (
        tuple(_contact(row) for row in rows if row.address == folded),
        tuple(map(_contact, of_domain)),
    )


def _contact(row: ContactRow) -> ContactMatch:
    return ContactMatch(account=row.account, address=row.address)


async def accounts_by_number(session: Session, canonical: Sequence[str]) -> list[tuple[str, str]]:
    """Return (account id, number) of the invoices with these canonical numbers."""
    wanted = canonical[:KEYS_MAX]
    conditions = f"WHERE canonical IN ({marks(len(wanted))}) ORDER BY id"
    rows = await session.rows(InvoiceRow, conditions, wanted)
    return [(row.account, row.number) for row in rows]


async def find_invoice(session: Session, text: str) -> list[tuple[str, str]]:
    """Return (account id, number) for a number as typed: exact, else canonical."""
    conditions = "WHERE number = ? ORDER BY id LIMIT ?"
    exact = await session.rows(InvoiceRow, conditions, (text.strip(), FOUND_MAX))
    if exact:
        return [(row.account, row.number) for row in exact]
    canonical = canonical_number(text)
    return (await accounts_by_number(session, [canonical]))[:FOUND_MAX] if canonical else []


async def find_account(session: Session, text: str) -> list[str]:
    """Return account ids for a text as typed: id, else reference or name, else part of a name."""
    typed = text.strip()
    folded = typed.casefold()
    part = re.sub(r"[!%_]", r"!\g<0>", folded)
    questions: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("id = ?", (typed,)),
        ("reference_folded = ? OR name_folded = ?", (folded, folded)),
        ("name_folded LIKE ? ESCAPE '!'", (f"%{part}%",)),
    )
    for condition, values in questions if folded else ():
        rows = await session.fetch(
            f"SELECT id FROM account WHERE {condition} ORDER BY id LIMIT ?", (*values, FOUND_MAX)
        )
        if rows:
            return [str(row["id"]) for row in rows]
    return []
