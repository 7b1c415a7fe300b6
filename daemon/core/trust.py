"""Trust: what a sender may bring about, and the sentence that says why.

The verdict is our own server's on the From domain. A known contact that proves itself may do
everything of DESIGN §4; a colleague, a holder of our token or an unproven contact may only
make letters pause; a stranger, or a failed proof, earns a short review and nothing else.
A domain that merely looks like the customer's is another domain, so its sender is a stranger.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from daemon.core.matching import Key, Match
from daemon.core.model import ContactStatus
from daemon.core.providers import domain_of as domain_of
from daemon.core.providers import is_public_provider as is_public_provider
from daemon.core.state import AccountState
from parsers.reading import AuthVerdict, Identity


class Degree(StrEnum):
    """How far a sender is trusted."""

    FULL = "full"
    PAUSING = "pausing"
    REVIEW_ONLY = "review_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The degree, the clerk's sentence why, and what the sender is to the account."""

    degree: Degree
    because: str
    is_known: bool
    is_proven: bool = False

    @property
    def is_full(self) -> bool:
        """Everything of DESIGN §4 may follow."""
        return self.degree is Degree.FULL

    @property
    def is_stranger(self) -> bool:
        """Only a review may follow."""
        return self.degree is Degree.REVIEW_ONLY


def is_colleague(address: str, state: AccountState) -> bool:
    """Tell whether the address is in the company domain of one of the account's contacts."""
    domain = domain_of(address)
    if not domain or is_public_provider(domain):
        return False
    return any(domain_of(contact.address) == domain for contact in state.contacts)


def trust(identity: Identity, match: Match, state: AccountState) -> Trust:
    """Decide what the sender of a mail may bring about at this account.

    Args:
        identity: Sender and verdict, from the headers.
        match: Which keys spoke; the token counts only if its letter went to this account.
        state: The account with its contacts.

    Returns:
        FULL, PAUSING or REVIEW_ONLY with its sentence.
    """
    sender = identity.from_address
    is_known = any(
        contact.address.casefold() == sender.casefold() and contact.status is not ContactStatus.LEFT
        for contact in state.contacts
    )
    letter = match.letter_of(state.facts.account)
    has_token = Key.TOKEN in match.keys and letter is not None
    if identity.verdict is AuthVerdict.FAIL:
        return Trust(
            degree=Degree.REVIEW_ONLY,
            because=f"Our mail server found that this mail is not really from {sender}.",
            is_known=is_known,
        )
    if identity.from_count != 1 or not sender:
        return Trust(
            degree=Degree.REVIEW_ONLY,
            because="The mail does not name exactly one sender.",
            is_known=False,
        )
    is_proven = identity.verdict is AuthVerdict.PASS
    if is_known and (is_proven or has_token):
        proof = "proven by our mail server" if is_proven else "answering with our reply token"
        return Trust(
            degree=Degree.FULL,
            because=f"{sender} is a contact of this customer, {proof}.",
            is_known=True,
            is_proven=is_proven,
        )
    pausing = _pausing(sender, state, is_known=is_known, has_token=has_token)
    if pausing:
        return Trust(degree=Degree.PAUSING, because=pausing, is_known=is_known, is_proven=is_proven)
    return Trust(
        degree=Degree.REVIEW_ONLY,
        because=f"{sender} is not known at this customer.",
        is_known=False,
        is_proven=is_proven,
    )


def _pausing(sender: str, state: AccountState, *, is_known: bool, has_token: bool) -> str:
    if is_known:
        return (
            f"{sender} is a contact of this customer, but nothing proves that the mail is theirs."
        )
    if has_token:
        return f"{sender} answers our letter but is not a contact of this customer."
    if is_colleague(sender, state):
        return f"{sender} is in this customer's company domain but is not a contact."
    return ""
