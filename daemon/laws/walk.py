"""Walk an account's events and keep, apart from the product's fold, what the laws need.

A second, much smaller memory of the same log: what is open, what rests, who may be written
to. A fault in the product's own fold therefore shows as a broken law, not as agreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from daemon.core import events as e
from daemon.core.calendar import BusinessCalendar, calendar_of
from daemon.core.model import AccountFacts, ContactStatus, Item
from daemon.core.state import Hold, HoldReason, HoldScope, Letter


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What the log says at one event: items, live holds, contacts, letters on their way."""

    account: str
    days_off: frozenset[date]
    facts: AccountFacts | None = None
    items: dict[str, Item] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)
    lifted: set[str] = field(default_factory=set)
    contacts: dict[str, ContactStatus] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    accepted: list[tuple[datetime, Letter]] = field(default_factory=list)

    @property
    def calendar(self) -> BusinessCalendar:
        """The debtor's calendar."""
        assert self.facts is not None, "an account is listed before anything else"
        return calendar_of(self.facts.country, self.facts.zone, self.days_off)

    def resting(self, number: str, today: date) -> list[Hold]:
        """Return live holds on an invoice or its account that forbid demanding it.

        A dispute about a part leaves the rest demandable.
        """
        found = []
        for hold in self.holds.values():
            if hold.id in self.lifted or not hold.is_live(today):
                continue
            if hold.scope is HoldScope.ACCOUNT:
                found.append(hold)
            elif hold.scope is HoldScope.INVOICE and hold.subject == number:
                item = self.items.get(number)
                is_part = (
                    hold.reason is HoldReason.DISPUTE
                    and hold.amount is not None
                    and item is not None
                    and hold.amount.minor < item.open.minor
                )
                if not is_part:
                    found.append(hold)
        return found

    def take(self, recorded: e.Recorded) -> None:
        """Take one event in."""
        match recorded.event:
            case e.AccountListed(facts=facts, contacts=contacts):
                self.facts = facts
                self.contacts = {contact.address: contact.status for contact in contacts}
            case e.ItemsChanged(items=items):
                self.items.update({item.number: item for item in items})
            case e.InvoiceClosed(number=number):
                self.closed.add(number)
            case e.InvoiceReopened(number=number):
                self.closed.discard(number)
            case e.HoldOpened(hold=hold):
                self.holds[hold.id] = hold
                self.lifted.discard(hold.id)
            case e.HoldLifted(hold=hold_id):
                self.lifted.add(hold_id)
            case e.ContactChanged(contact=contact):
                self.contacts[contact.address] = contact.status
            case e.LetterPlanned(letter=letter):
                self.letters[letter.key] = letter
            case e.LetterAccepted(key=key):
                self.accepted.append((recorded.at, self.letters[key]))
            case _:
                return


def sequence_gaps(events: Sequence[e.Recorded]) -> list[int]:
    """Return the numbers at which the log does not follow on."""
    return [entry.sequence for place, entry in enumerate(events, 1) if entry.sequence != place]
