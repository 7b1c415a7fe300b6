"""Look up whose a mail is: every key is asked of the store, the core weighs them.

What reading may know of the accounts found is gathered here too. Source: DESIGN §3, keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.application import App
from daemon.core.context import account_context, number_candidates
from daemon.core.matching import Match, Named, match
from daemon.core.state import AccountState
from parsers.reading import Context, Identity, Reading


def context_of(base: Context, found: Match, states: dict[str, AccountState]) -> Context:
    """Build the reading context of the matched accounts."""
    letter_invoices: tuple[str, ...] = ()
    for state in states.values():
        letter = state.letter(found.letter.key) if found.letter else None
        if letter is not None:
            letter_invoices = letter.demanded
    ordered = [states[account] for account in found.accounts if account in states]
    return account_context(base, ordered, letter_invoices)


def reads_alike(asked: Context, known: Context | None) -> bool:
    """Tell whether a mail reads alike in two contexts; one instant in two zones is two days."""
    return asked == known and _written(asked) == _written(known)


def _written(context: Context | None) -> str:
    at = context.received_at if context is not None else None
    return at.isoformat() if at is not None else ""


def numbers_in(reading: Reading) -> tuple[str, ...]:
    """Return canonical forms of what may be an invoice number in subject and new text."""
    return number_candidates(f"{reading.identity.subject}\n{reading.new_text}")


def returned_ids(reading: Reading) -> tuple[str, ...]:
    """Return the Message-IDs of the letter that a bounce gives back."""
    return reading.bounce.original_message_ids if reading.bounce else ()


async def look_up(
    app: App, identity: Identity, returned: Sequence[str], numbers: Sequence[str]
) -> Match:
    """Ask the store for every key of the mail, all at once, and let the core weigh them."""
    named = Named(
        tokens=tuple(identity.tokens),
        message_ids=(*identity.in_reply_to, *identity.references, *returned),
        numbers=tuple(numbers),
        address=identity.from_address,
        domain=identity.from_address.rpartition("@")[2],
    )
    return match(identity, await app.store.known_of(named))
