"""Matching: whose mail it is, and which letter it answers.

Keys by trust (DESIGN §3): a signed token, our Message-ID, the ledger's invoice numbers in the
text, the sender's address, at last the sender's domain. The strongest key that speaks
decides; keys that contradict it are a disagreement, and that is for a human.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.core.effects import OutgoingKind
from daemon.core.providers import domain_of, is_public_provider
from parsers.reading import Identity

ACCOUNTS_MAX = 20
REP_TOKEN = "r"
CUSTOMER_KINDS = frozenset({OutgoingKind.LETTER, OutgoingKind.DELIVERY, OutgoingKind.ANSWER})
# A shorter number is too likely a year, a day or an amount to accuse anybody.
TELLING_CHARACTERS_MIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMatch:
    """A letter of ours that a mail answers. `message_id` is its bare Message-ID, if known."""

    account: str
    key: str
    kind: OutgoingKind
    recipient: str
    accepted_at: datetime | None
    created_at: datetime
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMatch:
    """An account that knows an address."""

    account: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a mail names, for the store to look up.

    `message_ids` are bare; `numbers` canonical; of the contacts in `domain` the first
    `domain_max` are wanted.
    """

    tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    address: str = ""
    domain: str = ""
    domain_max: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of what a mail names.

    Letters by token and by Message-ID; (account id, invoice number) of the numbers, of closed
    invoices too; contacts by the whole address, and by its domain.
    """

    token_letters: tuple[LetterMatch, ...] = ()
    id_letters: tuple[LetterMatch, ...] = ()
    number_accounts: tuple[tuple[str, str], ...] = ()
    address_accounts: tuple[ContactMatch, ...] = ()
    domain_accounts: tuple[ContactMatch, ...] = ()


class Key(StrEnum):
    """What led to the account, the most trusted first."""

    TOKEN = "token"
    MESSAGE_ID = "message_id"
    NUMBER = "number"
    ADDRESS = "address"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whose mail it is: `accounts` (ids, at most 20) and the letter that it answers.

    `keys` are the keys that spoke, most trusted first. `is_disagreement`: they name different
    accounts, a human decides. `is_ambiguous_address`: only the address spoke, and several
    accounts know it; it identifies none, and each of them rests.
    """

    accounts: tuple[str, ...]
    letter: LetterMatch | None
    keys: tuple[Key, ...]
    is_disagreement: bool = False
    is_ambiguous_address: bool = False

    def letter_of(self, account: str) -> LetterMatch | None:
        """Return the letter answered if it went to that account, else None."""
        if self.letter is None or self.letter.account != account:
            return None
        return self.letter


def is_rep_token(token: str) -> bool:
    """Tell whether a token would be one of our mail to reps; it says nothing of a customer."""
    return token[:1].lower() == REP_TOKEN


def canonical_number(text: str) -> str:
    """Return an invoice number as it is compared: casefolded letters and digits only."""
    return "".join(filter(str.isalnum, text.casefold()))


def match(identity: Identity, known: Known) -> Match:
    """Decide whose mail it is.

    Args:
        identity: What the headers say.
        known: What is known of what the mail names. Contacts in the sender's domain count for
            nothing where anybody can have an address there.

    Returns:
        The match; no accounts where nothing spoke.
    """
    is_company = not is_public_provider(domain_of(identity.from_address))
    colleagues = known.domain_accounts if is_company else ()
    senders = known.address_accounts
    # A digest or an alarm concerns no single account, and rep mail proves nothing of a customer.
    token_letters = tuple(one for one in known.token_letters if one.kind in CUSTOMER_KINDS)
    id_letters = tuple(one for one in known.id_letters if one.account)
    found = {
        Key.TOKEN: _unique(letter.account for letter in token_letters),
        Key.MESSAGE_ID: _unique(letter.account for letter in id_letters),
        Key.NUMBER: _numbered(known.number_accounts, {contact.account for contact in senders}),
        Key.ADDRESS: _unique(contact.account for contact in senders),
        Key.DOMAIN: _unique(contact.account for contact in colleagues),
    }
    keys = tuple(key for key in Key if found[key])
    letter = _answered(identity, token_letters) or _answered(identity, id_letters)
    written = found[Key.TOKEN] or found[Key.MESSAGE_ID]
    if written:
        return _by_letter(found, keys, letter, written)
    return _by_text_and_sender(found, keys)


def _by_letter(
    found: dict[Key, tuple[str, ...]],
    keys: tuple[Key, ...],
    letter: LetterMatch | None,
    written: tuple[str, ...],
) -> Match:
    """A token or a Message-ID names the account; text and sender may only agree with it."""
    home = letter.account if letter is not None else written[0]
    senders = found[Key.ADDRESS]
    # A sender known at several accounts may speak of two of them in one mail.
    named = tuple(account for account in found[Key.NUMBER] if account != home)
    beside = tuple(account for account in named if account in senders and home in senders)
    is_disagreement = (
        len(written) > 1
        or bool(found[Key.TOKEN] and not set(found[Key.MESSAGE_ID]) <= {home})
        or len(beside) < len(named)
        or bool(senders and home not in senders)
    )
    accounts = (home, *beside)[:ACCOUNTS_MAX]
    return Match(accounts=accounts, letter=letter, keys=keys, is_disagreement=is_disagreement)


def _by_text_and_sender(found: dict[Key, tuple[str, ...]], keys: tuple[Key, ...]) -> Match:
    """No letter is answered: invoice numbers, then the address, then the domain."""
    numbers = found[Key.NUMBER]
    senders = found[Key.ADDRESS] or found[Key.DOMAIN]
    if numbers and senders:
        both = tuple(account for account in numbers if account in senders)
        if both:
            is_disagreement = len(both) < len(numbers)
            return Match(
                accounts=both[:ACCOUNTS_MAX],
                letter=None,
                keys=keys,
                is_disagreement=is_disagreement,
            )
        # An invoice of another customer: a human looks at the sender's account alone.
        return Match(accounts=senders[:ACCOUNTS_MAX], letter=None, keys=keys, is_disagreement=True)
    if numbers:
        return Match(
            accounts=numbers[:ACCOUNTS_MAX],
            letter=None,
            keys=keys,
            is_disagreement=len(numbers) > 1,
        )
    return Match(
        accounts=senders[:ACCOUNTS_MAX],
        letter=None,
        keys=keys,
        is_ambiguous_address=len(senders) > 1,
    )


def _answered(identity: Identity, letters: tuple[LetterMatch, ...]) -> LetterMatch | None:
    """In-Reply-To first, then the newest reference; without ids the newest letter."""
    if not letters:
        return None
    order = {
        message_id: place
        for place, message_id in reversed(
            tuple(enumerate((*identity.in_reply_to, *identity.references)))
        )
    }
    return min(
        letters,
        key=lambda letter: (
            order.get(letter.message_id, len(order)),
            -letter.created_at.timestamp(),
            letter.key,
        ),
    )


def _numbered(pairs: tuple[tuple[str, str], ...], senders: set[str]) -> tuple[str, ...]:
    """Accounts whose numbers stand in the text; a short number counts only for its sender."""
    return _unique(
        account
        for account, number in pairs
        if account in senders or len(canonical_number(number)) >= TELLING_CHARACTERS_MIN
    )


def _unique(accounts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(accounts))
