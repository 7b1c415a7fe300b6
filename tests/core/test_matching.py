"""Whose mail it is: keys by trust, disagreement, and addresses that identify nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.effects import OutgoingKind
from daemon.core.matching import (
    ContactMatch,
    Key,
    Known,
    LetterMatch,
    Match,
    canonical_number,
    match,
)
from tests.core.builders import AP, at
from tests.core.replies import identity

A, B, C = "main/A", "main/B", "main/C"


def letter(account: str, key: str = "k1", when: str = "2026-06-10") -> LetterMatch:
    """A letter of ours to an account."""
    return LetterMatch(
        account=account,
        key=key,
        kind=OutgoingKind.LETTER,
        recipient=AP,
        accepted_at=at(when),
        created_at=at(when),
        message_id=f"{key}@creditor.example.com",
    )


def known(*accounts: str) -> tuple[ContactMatch, ...]:
    """Accounts that know the sender's address."""
    return tuple(ContactMatch(account=account, address=AP) for account in accounts)


def found(
    *,
    tokens: tuple[LetterMatch, ...] = (),
    ids: tuple[LetterMatch, ...] = (),
    numbers: tuple[str, ...] = (),
    senders: tuple[str, ...] = (),
    colleagues: tuple[str, ...] = (),
    number: str = "INV-1042",
) -> Match:
    """Match with these keys speaking."""
    named = Known(
        token_letters=tokens,
        id_letters=ids,
        number_accounts=tuple((account, number) for account in numbers),
        address_accounts=known(*senders),
        domain_accounts=known(*colleagues),
    )
    return match(identity(), named)


# What speaks; the accounts; disagreement; an address that identifies none.
CASES = {
    "nothing": (found(), (), False, False),
    "token": (found(tokens=(letter(A),)), (A,), False, False),
    "token and sender": (found(tokens=(letter(A),), senders=(A,)), (A,), False, False),
    "token, sender at several": (
        found(tokens=(letter(A),), senders=(B, A)),
        (A,),
        False,
        False,
    ),
    "token, sender elsewhere": (found(tokens=(letter(A),), senders=(B,)), (A,), True, False),
    "token, number elsewhere": (found(tokens=(letter(A),), numbers=(B,)), (A,), True, False),
    "token and two own invoices": (
        found(tokens=(letter(A),), numbers=(A, B), senders=(A, B)),
        (A, B),
        False,
        False,
    ),
    "two tokens": (found(tokens=(letter(A), letter(B, "k2"))), (A,), True, False),
    "token against thread": (
        found(tokens=(letter(A),), ids=(letter(B, "k2"),)),
        (A,),
        True,
        False,
    ),
    "thread": (found(ids=(letter(A),)), (A,), False, False),
    "number alone": (found(numbers=(A,)), (A,), False, False),
    "number at two accounts": (found(numbers=(A, B)), (A, B), True, False),
    "number and sender": (found(numbers=(A,), senders=(A, B)), (A,), False, False),
    "number of another customer": (found(numbers=(B,), senders=(A,)), (A,), True, False),
    "sender": (found(senders=(A,)), (A,), False, False),
    "sender at several": (found(senders=(A, B)), (A, B), False, True),
    "colleague": (found(colleagues=(A,)), (A,), False, False),
    "a year is no accusation": (
        found(tokens=(letter(A),), numbers=(B,), number="2026"),
        (A,),
        False,
        False,
    ),
}


@pytest.mark.parametrize(
    ("result", "accounts", "is_disagreement", "is_ambiguous"), CASES.values(), ids=CASES
)
def test_the_most_trusted_key_decides(
    result: Match, accounts: tuple[str, ...], is_disagreement: bool, is_ambiguous: bool
) -> None:
    """Token, thread, number, address, domain; who contradicts is a disagreement."""

    assert accounts == result.accounts
    assert is_disagreement is result.is_disagreement
    assert is_ambiguous is result.is_ambiguous_address


def test_the_keys_that_spoke_are_told_most_trusted_first() -> None:
    """A clerk wants to know why a mail was put to an account."""
    result = found(tokens=(letter(A),), numbers=(A,), senders=(A,))

    assert (Key.TOKEN, Key.NUMBER, Key.ADDRESS) == result.keys


def test_the_letter_answered_is_the_one_replied_to() -> None:
    """In-Reply-To wins over an older reference, whatever the order of the answers."""
    old, new = letter(A, "k1", "2026-06-01"), letter(A, "k2", "2026-06-10")
    headers = replace(
        identity(),
        in_reply_to=("k1@creditor.example.com",),
        references=("k2@creditor.example.com", "k1@creditor.example.com"),
    )
    replied = match(headers, Known(id_letters=(new, old)))
    unknown = match(identity(), Known(id_letters=(old, new)))

    assert replied.letter == old
    assert unknown.letter == new
    assert replied.letter_of(C) is None


def test_an_address_of_very_many_accounts_names_twenty() -> None:
    """A shared service centre does not put the whole ledger to rest."""
    result = found(senders=tuple(f"main/{number}" for number in range(50)))

    assert 20 == len(result.accounts)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("INV-1042", "inv1042"), (" inv 1042 ", "inv1042"), ("RE/2026/0007", "re20260007"), ("", "")],
)
def test_numbers_are_compared_by_letters_and_digits(text: str, canonical: str) -> None:
    """Case, spaces, dashes and slashes do not matter."""

    assert canonical == canonical_number(text)


def test_a_public_provider_ties_nobody_to_an_account() -> None:
    """A stranger at a free mail provider is no colleague of the customers who are there too."""
    nearby = Known(domain_accounts=known(A, B))
    free = match(identity("crook@gmail.com"), nearby)
    company = match(identity("new@debtor.example.org"), nearby)

    assert () == free.accounts
    assert (A, B) == company.accounts
