"""Whom a letter goes to: a usable address that is there to read it.

Accounts payable comes first. An absent reader is passed over for another contact of the
account; after a soft bounce the same address is waited for. Source: DESIGN §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daemon.core.letters import Blocker
from daemon.core.model import Contact, ContactRole, ContactStatus
from daemon.core.state import AccountState, Hold, HoldReason, HoldScope

ROLE_ORDER = (ContactRole.AP, ContactRole.ESCALATION, ContactRole.CC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """The contact chosen, or the blocker that says why there is none."""

    contact: Contact | None
    blocker: Blocker | None


def usable_contacts(state: AccountState) -> tuple[Contact, ...]:
    """Return the contacts that may be written to, accounts payable first."""
    return tuple(
        contact
        for role in ROLE_ORDER
        for contact in state.contacts
        if contact.role is role and contact.status is ContactStatus.USABLE
    )


def contact_hold(state: AccountState, address: str, today: date) -> Hold | None:
    """Return the live hold on an address that ends last, or None."""
    live = [
        hold
        for hold in state.live_holds(today)
        if hold.scope is HoldScope.CONTACT and hold.subject == address
    ]
    return max(live, key=lambda hold: hold.until_on or date.max, default=None)


def choose_recipient(state: AccountState, today: date) -> Recipient:
    """Choose the address for a letter on `today` (the debtor's local date)."""
    usable = usable_contacts(state)
    if not usable:
        named = ", ".join(f"{known.address} ({known.status})" for known in state.contacts)
        return _blocked("no_contact", "there is no usable address on file", named or "none", None)
    absences: list[Hold] = []
    for contact in usable:
        resting = contact_hold(state, contact.address, today)
        if resting is None:
            return Recipient(contact=contact, blocker=None)
        if resting.reason is HoldReason.UNDELIVERABLE:
            because = f"{contact.address} could not be reached and is tried again once"
            return _blocked("contact_resting", because, resting.because, resting.until_on)
        absences.append(resting)
    back_first = min(absences, key=lambda hold: hold.until_on or date.max)
    because = f"{back_first.subject} is away and the account has no other address"
    return _blocked("contact_absent", because, back_first.because, back_first.until_on)


def copies_for(state: AccountState, recipient: str, *, is_escalated: bool) -> tuple[str, ...]:
    """Return who gets a copy: the cc addresses, and the escalation ones where asked for."""
    roles = (ContactRole.CC, ContactRole.ESCALATION) if is_escalated else (ContactRole.CC,)
    return tuple(
        contact.address
        for contact in usable_contacts(state)
        if contact.role in roles and contact.address != recipient
    )


def _blocked(name: str, because: str, evidence: str, until: date | None) -> Recipient:
    blocker = Blocker(name=name, because=because, evidence=evidence, until=until)
    return Recipient(contact=None, blocker=blocker)
