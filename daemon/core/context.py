"""What the reading of a mail may know, put together from the accounts that it may concern.

Plain values only; at most `CANDIDATES_MAX` accounts. Nothing of one account is told to another:
the context leaves the core only into the parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.core.house import House
from daemon.core.matching import canonical_number
from daemon.core.model import ItemKind
from daemon.core.state import AccountState, Stage
from parsers.reading import Context, OpenItem

CANDIDATES_MAX = 20
CLOSED_ITEMS_MAX = 50
NUMBERS_MAX = 100
NUMBER_CHARACTERS_MIN = 3
NUMBER_CHARACTERS_MAX = 40
TEXT_CHARACTERS_MAX = 20_000


def base_context(
    house: House,
    received_at: datetime,
    authserv_ids: tuple[str, ...],
    own_addresses: tuple[str, ...],
    model_path: str = "",
) -> Context:
    """Return the context of a mail whose accounts are not known yet.

    Args:
        house: Creditor, policy, reps.
        received_at: Aware instant of arrival.
        authserv_ids: Names of our own border servers in Authentication-Results.
        own_addresses: Addresses that we send from and receive at.
        model_path: Folder of the site's own trained heads; empty = the packaged model.
    """
    creditor = house.creditor
    return Context(
        received_at=received_at.astimezone(ZoneInfo(creditor.zone)),
        country=creditor.country,
        language=creditor.language,
        authserv_ids=authserv_ids,
        own_addresses=own_addresses,
        model_path=model_path,
    )


def account_context(
    base: Context, states: Sequence[AccountState], letter_invoices: tuple[str, ...]
) -> Context:
    """Add what is known of the candidate accounts: items, country, language, zone.

    Args:
        base: The context of the mail.
        states: Candidate accounts, at most `CANDIDATES_MAX` are used.
        letter_invoices: Invoices demanded in the letter that the mail answers.

    Returns:
        A context whose dates resolve in the debtor's zone if there is exactly one candidate.
    """
    chosen = states[:CANDIDATES_MAX]
    items = [item for state in chosen for item in reading_items(state)]
    if len(chosen) != 1:
        country, language, received_at = base.country, base.language, base.received_at
    else:
        facts = chosen[0].facts
        country, language = facts.country, facts.language
        received_at = base.received_at
        if received_at is not None:
            received_at = received_at.astimezone(ZoneInfo(facts.zone))
    return Context(
        received_at=received_at,
        country=country,
        language=language,
        items=tuple(items),
        letter_invoices=letter_invoices,
        authserv_ids=base.authserv_ids,
        own_addresses=base.own_addresses,
        model_path=base.model_path,
    )


def reading_items(state: AccountState) -> list[OpenItem]:
    """Return the account's invoices as reading may know them: open ones, then recent closed."""
    closed = {entry.number for entry in state.sequences if entry.stage is Stage.CLOSED}
    invoices = [item for item in state.items if item.kind is ItemKind.INVOICE]
    still_open = [item for item in invoices if item.number not in closed]
    settled = [item for item in invoices if item.number in closed]
    settled.sort(key=lambda item: item.due_on, reverse=True)
    return [
        OpenItem(
            number=item.number,
            open=item.open,
            due_on=item.due_on,
            issued_on=item.issued_on,
            purchase_order=item.purchase_order,
        )
        for item in still_open + settled[:CLOSED_ITEMS_MAX]
    ]


def number_candidates(text: str) -> tuple[str, ...]:
    """Return what in a text may be an invoice number, in canonical form, each once.

    Words with a digit, alone and joined with the word before them (`INV 1042`); the store says
    which of them is one. At most `NUMBERS_MAX`, from the first `TEXT_CHARACTERS_MAX` characters.
    """
    found: dict[str, None] = {}
    before = ""
    for word in text[:TEXT_CHARACTERS_MAX].split():
        if any(map(str.isdigit, word)):
            canonical = canonical_number(word)
            for candidate in (canonical, canonical_number(before) + canonical):
                if NUMBER_CHARACTERS_MIN <= len(candidate) <= NUMBER_CHARACTERS_MAX:
                    found[candidate] = None
        before = word
        if len(found) >= NUMBERS_MAX:
            break
    return tuple(found)
