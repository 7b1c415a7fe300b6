"""Look-ups by what a mail or a clerk names: token, Message-ID, address, number, account."""

from __future__ import annotations

from collections.abc import Sequence

from tortoise.expressions import Q

from daemon.core.matching import canonical_number
from daemon.ports import ContactMatch, LetterMatch
from daemon.store import mapping
from daemon.store.models import AccountRow, ContactRow, InvoiceRow, OutgoingRow

KEYS_MAX = 500
FOUND_MAX = 50


async def letters_by_token(tokens: Sequence[str]) -> list[LetterMatch]:
    """Return our mails that carry these reply tokens; case does not count."""
    folded = [token.lower() for token in tokens[:KEYS_MAX]]
    rows = await OutgoingRow.filter(reply_token__in=folded).order_by("id")
    return [mapping.match_from_row(row) for row in rows]


async def letters_by_message_id(names: Sequence[str]) -> list[LetterMatch]:
    """Return our mails with these bare Message-IDs."""
    rows = await OutgoingRow.filter(message_id__in=list(names[:KEYS_MAX])).order_by("id")
    return [mapping.match_from_row(row) for row in rows]


async def accounts_by_address(address: str) -> list[ContactMatch]:
    """Return every account that knows the address, by id."""
    folded = mapping.folded_address(address)
    rows = await ContactRow.filter(address=folded).order_by("account")
    return [ContactMatch(account=row.account, address=row.address) for row in rows]


async def accounts_by_domain(domain: str, limit: int) -> list[ContactMatch]:
    """Return accounts that know an address of the domain, by id."""
    rows = await ContactRow.filter(domain=domain.casefold()).order_by("account").limit(limit)
    return [ContactMatch(account=row.account, address=row.address) for row in rows]


async def accounts_by_number(canonical: Sequence[str]) -> list[tuple[str, str]]:
    """Return (account id, number) of the invoices with these canonical numbers."""
    rows = await InvoiceRow.filter(canonical__in=list(canonical[:KEYS_MAX])).order_by("id")
    return [(row.account, row.number) for row in rows]


async def find_invoice(text: str) -> list[tuple[str, str]]:
    """Return (account id, number) for a number as typed: exact, else canonical."""
    exact = await InvoiceRow.filter(number=text.strip()).order_by("id").limit(FOUND_MAX)
    if exact:
        return [(row.account, row.number) for row in exact]
    canonical = canonical_number(text)
    return (await accounts_by_number([canonical]))[:FOUND_MAX] if canonical else []


async def find_account(text: str) -> list[str]:
    """Return account ids for a text as typed: id, else reference or name, else part of a name."""
    typed = text.strip()
    folded = typed.casefold()
    for condition in (
        Q(id=typed),
        Q(reference_folded=folded) | Q(name_folded=folded),
        Q(name_folded__contains=folded),
    ):
        query = AccountRow.filter(condition).order_by("id").limit(FOUND_MAX)
        found = [str(name) for name in await query.values_list("id", flat=True)] if folded else []
        if found:
            return found
    return []
