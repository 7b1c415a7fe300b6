"""What a mail says of people: a new contact, an absence, someone who left.

A contact is adopted only inside the sender's own domain, from a known contact, with proof;
everything else is proposed to the owner. An absence note never starts a conversation.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from daemon.core.act_case import Ask, Case, Outcome, merged
from daemon.core.act_holds import new_hold, open_holds
from daemon.core.act_review import conversation
from daemon.core.events import ContactAbsent, ContactChanged, Event
from daemon.core.model import Contact, ContactStatus
from daemon.core.state import AccountState, HoldReason, HoldScope
from daemon.core.trust import domain_of, is_public_provider
from parsers.reading import Flag, Statement


def contact_of(state: AccountState, address: str) -> Contact | None:
    """Return the account's contact of that address, or None."""
    wanted = address.casefold()
    return next((known for known in state.contacts if known.address.casefold() == wanted), None)


def usable_left(state: AccountState) -> tuple[Contact, ...]:
    """Return the contacts that may still be written to."""
    return tuple(known for known in state.contacts if known.status is ContactStatus.USABLE)


def act_contact_change(case: Case, statement: Statement) -> Outcome:
    """Adopt the new address, or propose it to the owner."""
    address = case.reading.new_contact
    sender = case.mail.from_address
    held = conversation(case, case.policy.human_mail_business_days) if case.is_human else Outcome()
    is_proven = case.trust.is_full and case.trust.is_proven
    if address is None:
        ask = Ask(
            topic="contact changed",
            why=f"{sender} says that somebody else is responsible, but gives no address.",
            commands=("contact NAME@COMPANY", "resume"),
        )
        return merged(held, Outcome(asks=(ask,), events=_gone(case, is_proven=is_proven)))
    domain = domain_of(address)
    is_inside = domain == domain_of(sender) and not is_public_provider(domain)
    if not is_proven or not is_inside:
        where = "in another domain than the sender's" if not is_inside else "not proven"
        ask = Ask(
            topic="contact changed",
            why=f"{sender} names {address} as the new contact: {where}. `accept` adopts it.",
            commands=("accept", "decline", f"contact {address}"),
            accept=f"contact {address}",
        )
        return merged(held, Outcome(asks=(ask,)))
    known = contact_of(case.state, address)
    was = contact_of(case.state, sender)
    fresh = known or Contact(address=address, language=was.language if was else None)
    because = f"{sender} named {address} as the contact from now on."
    events: tuple[Event, ...] = (
        ContactChanged(
            contact=replace(fresh, status=ContactStatus.USABLE),
            was=known.status if known else None,
            because=because,
        ),
    )
    if known is None or known.address != (was.address if was else ""):
        events = (*events, *_gone(case, is_proven=True))
    done = f"Adopted {address} as contact; {sender} is no longer written to."
    return merged(held, Outcome(events=events, done=(done,)))


def _gone(case: Case, *, is_proven: bool) -> tuple[Event, ...]:
    """The sender is no longer to be written to; an unproven mail changes nothing."""
    was = contact_of(case.state, case.mail.from_address)
    if was is None or not is_proven or was.status is not ContactStatus.USABLE:
        return ()
    because = f"{was.address} said so in a mail of {case.today}."
    left = replace(was, status=ContactStatus.LEFT)
    return (ContactChanged(contact=left, was=was.status, because=because),)


def act_out_of_office(case: Case, statement: Statement) -> Outcome:
    """Let the absent reader rest until a business day after the return.

    The hold is the contact's: another contact of the account is written to meanwhile.
    """
    absent = _absent(case)
    if absent is None:
        return Outcome(done=("An absence note of nobody that we write to.",))
    fact = case.reading.absence
    returns_on = fact.returns_on if fact is not None else None
    until_on = _rests_until(case, returns_on)
    hold = new_hold(
        HoldReason.OUT_OF_OFFICE,
        HoldScope.CONTACT,
        absent,
        origin=case.mail.id,
        since_at=case.now,
        until_on=until_on,
        because=f"{absent} is out of office, back on {returns_on or 'an unknown day'}.",
        evidence=statement.evidence.text,
    )
    event = ContactAbsent(
        address=absent,
        returns_on=min(returns_on, until_on) if returns_on else until_on,
        deputy=fact.deputy if fact is not None else None,
        mail=case.mail.id,
    )
    opened = open_holds(case.state, (hold,))
    done = f"{absent} is not written to through {until_on}."
    return Outcome(events=(*opened, event) if opened else (), done=(done,))


def _absent(case: Case) -> str | None:
    sender = contact_of(case.state, case.mail.from_address)
    if sender is not None:
        return sender.address
    answered = case.letter
    if answered is not None and contact_of(case.state, answered.recipient) is not None:
        return answered.recipient
    return None


def _rests_until(case: Case, returns_on: date | None) -> date:
    latest = case.today + timedelta(days=case.policy.absence_days_max)
    if returns_on is None:
        return min(case.business_days(case.policy.conversation_business_days), latest)
    back_on = min(max(returns_on, case.today), latest)
    return min(case.calendar.add_business_days(back_on, 1), latest)


def act_other_automatic(case: Case, statement: Statement) -> Outcome:
    """File it; a filter challenge means that our letter did not arrive: the owner."""
    if not case.has(Flag.FILTER_CHALLENGE):
        return Outcome()
    ask = Ask(
        topic="letter held by a mail filter",
        why="The customer's mail filter wants a confirmation, or refused our letter.",
        commands=("contact NAME@COMPANY", "note …"),
    )
    return Outcome(asks=(ask,))


def act_unrelated(case: Case, statement: Statement) -> Outcome:
    """Advertising is filed; anything else from a known sender, or about a bank, is reviewed."""
    is_about_bank = case.has(Flag.BANK_CHANGE)
    if case.has(Flag.ADVERTISING) and not is_about_bank:
        return Outcome()
    if not case.trust.is_known and case.trust.is_stranger and not is_about_bank:
        return Outcome()
    ask = Ask(
        topic="other matter",
        why="The mail seems to be about something other than the invoices.",
        commands=("resume", "note …"),
    )
    held = conversation(case, case.policy.review_business_days)
    return merged(held, Outcome(asks=(ask,)))
