"""Walk an account's events and keep, apart from the product's fold, what the laws need.

A second, much smaller memory of the same log: what is open, what rests, who may be written
to. A fault in the product's own fold therefore shows as a broken law, not as agreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from daemon.core import events as e
from daemon.core.calendar import BusinessCalendar, calendar_of
from daemon.core.model import AccountFacts, ContactStatus, Item
from daemon.core.state import Hold, HoldReason, HoldScope, Letter


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What the log says at one event: items, live holds, contacts, letters on their way.

    `sent` are the letters that went, each with the debtor's date of its transmission; one that
    was found undelivered is not among them. `in_flight` are keys whose outcome is not known.
    """

    account: str
    days_off: frozenset[date]
    facts: AccountFacts | None = None
    items: dict[str, Item] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)
    lifted: set[str] = field(default_factory=set)
    contacts: dict[str, ContactStatus] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)
    transmitted_on: dict[str, date] = field(default_factory=dict)
    in_flight: set[str] = field(default_factory=set)
    sent: dict[str, date] = field(default_factory=dict)

    @property
    def calendar(self) -> BusinessCalendar:
        """The debtor's calendar."""
        assert self.facts is not None, "an account is listed before anything else"
        return calendar_of(self.facts.country, self.facts.zone, self.days_off)

    def live(self, today: date) -> list[Hold]:
        """Return every hold that rests on `today`, on whatever it rests."""
        return [
            hold
            for hold in self.holds.values()
            if hold.id not in self.lifted and hold.is_live(today)
        ]

    def resting(self, number: str, today: date) -> list[Hold]:
        """Return live holds on an invoice or its account that forbid demanding it.

        Disputes about parts leave the rest demandable.
        """
        is_part = 0 < self.disputed_minor(number, today) < self.open_minor(number)
        return [
            hold
            for hold in self.live(today)
            if hold.scope is HoldScope.ACCOUNT
            or (
                hold.scope is HoldScope.INVOICE
                and hold.subject == number
                and not (is_part and hold.reason is HoldReason.DISPUTE)
            )
        ]

    def open_minor(self, number: str) -> int:
        """Return what is open on an invoice, in minor units."""
        item = self.items.get(number)
        return 0 if item is None else item.open.minor

    def disputed_minor(self, number: str, today: date) -> int:
        """Return how much of an invoice is disputed: all that is open where no part is named."""
        total = 0
        for hold in self.live(today):
            if hold.reason is HoldReason.DISPUTE and hold.subject == number:
                total += self.open_minor(number) if hold.amount is None else hold.amount.minor
        return total

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
            case _:
                self._take_letter(recorded)

    def _take_letter(self, recorded: e.Recorded) -> None:
        match recorded.event:
            case e.LetterPlanned(letter=letter):
                self.letters[letter.key] = letter
            case e.LetterApproved(key=key):
                self.approved.add(key)
            case e.LetterTransmitting(key=key):
                self.transmitted_on[key] = self.calendar.today(recorded.at)
                self.in_flight.add(key)
            case e.LetterAccepted(key=key):
                self.sent[key] = self.transmitted_on.get(key, self.calendar.today(recorded.at))
            case e.LetterDeferred(key=key):
                self.in_flight.discard(key)
            case e.LetterUndelivered(key=key):
                self.sent.pop(key, None)
            case _:
                return


def sequence_gaps(events: Sequence[e.Recorded]) -> list[int]:
    """Return the numbers at which the log does not follow on."""
    return [entry.sequence for place, entry in enumerate(events, 1) if entry.sequence != place]
