"""The street: everybody outside the product, and what they do as the days go by.

Customers read the letters that the relay took and act on them; reps answer forwards; money is
booked; mail goes into the inbox. Nothing here decides for the product or looks into its state,
but for the outbox row behind a mail that left, which says whom it is for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import assert_never

from daemon.core.calendar import BusinessCalendar
from daemon.core.effects import ForwardToRep, SendLetter
from daemon.ports import Outgoing
from daemon.world.desk import Desk
from daemon.world.dice import Dice
from daemon.world.inbox import stamped
from daemon.world.ledger import Book
from daemon.world.near_inbox import NearServer, message_id_of
from daemon.world.post import Carried
from daemon.world.scene import Clear, Customer, Deed, Reverse, Send, Settle, read_scene
from daemon.world.words import Said
from daemon.world.writing import bounce

BOUNCE_AFTER = timedelta(minutes=4)
FULL_DAYS = 20
FULL = "452 4.2.2 mailbox full, try again later"
DUPLICATE_PERCENT = 6
DELAY_PERCENT = 8
DELAY_HOURS_MAX = 60
REP_LATE_PERCENT = 15
REP_TWICE_PERCENT = 10
REP_WRONG_PERCENT = 8
NONSENSE = (
    "resmue please",
    "puase 14 d",
    "ok",
    "promise yesterday",
    "dispute dispute",
    "level ???",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A mail that was put into the inbox: the outside ledger of what came in."""

    at: datetime
    message_id: str
    send: Send
    is_duplicate: bool = False


@dataclass(slots=True, kw_only=True)
class Street:
    """The world's people. `agenda` is what they still do, `posted` what they have sent.

    `is_untidy`: mail comes twice and late; `are_reps_untidy`: so do the reps' answers.
    """

    book: Book
    customers: dict[str, Customer]
    server: NearServer
    calendar: BusinessCalendar
    dice: Dice
    office: str
    first_day: date
    is_untidy: bool = False
    are_reps_untidy: bool = False
    agenda: list[Deed] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    overdue_read: dict[str, int] = field(default_factory=dict)

    # --- what people do -------------------------------------------------------------------------

    def book_until(self, on: date) -> None:
        """Book the payments of the days up to `on`."""
        due = [deed for deed in self.agenda if not isinstance(deed, Send) and deed.on <= on]
        if not due:
            return
        for deed in sorted(due, key=lambda deed: deed.on):
            match deed:
                case Settle(number=number, minor=minor):
                    self.book.settle(number, minor)
                case Reverse(number=number):
                    self.book.reverse(number)
                case Clear(reference=reference):
                    for row in self.book.items_of(reference):
                        row.open = 0
                case _:
                    assert_never(deed)
        self.agenda = [deed for deed in self.agenda if deed not in due]

    def deliver_until(self, at: datetime) -> int:
        """Put the mails that were written up to `at` into the inbox; returns how many."""
        due = [deed for deed in self.agenda if isinstance(deed, Send) and deed.at <= at]
        if not due:
            return 0
        for send in sorted(due, key=lambda deed: (deed.at, deed.reference)):
            raw = stamped(send.raw, send.sender, send.verdict)
            identity = message_id_of(raw)
            self.server.deliver(raw)
            self.posted.append(Posted(at=at, message_id=identity, send=send))
            if self.is_untidy and self.dice.falls(DUPLICATE_PERCENT, identity, "twice"):
                self.server.deliver(raw)
                self.posted.append(Posted(at=at, message_id=identity, send=send, is_duplicate=True))
        self.agenda = [deed for deed in self.agenda if deed not in due]
        return len(due)

    # --- what the post brings -------------------------------------------------------------------

    def read_letter(self, mail: Carried, row: Outgoing, at: datetime) -> None:
        """Let whoever it is for react to a mail that left."""
        customer = self.customers.get(row.account.partition("/")[2])
        if customer is None:
            return
        if isinstance(row.effect, SendLetter):
            self.agenda += self.untidy(self.react(mail, row.effect, customer, at))
        elif isinstance(row.effect, ForwardToRep):
            self.agenda += self.answered(mail, row.effect, customer, at)

    def returns(self, recipient: str, customer: Customer, at: datetime) -> bool:
        """Tell whether the customer's server returns what is sent to this address now."""
        is_full = at.date() < self.first_day + timedelta(days=FULL_DAYS)
        return recipient in customer.dead or (is_full and recipient in customer.full)

    def react(
        self, mail: Carried, effect: SendLetter, customer: Customer, at: datetime
    ) -> tuple[Deed, ...]:
        """Let the customer read a letter, or his server return it."""
        reference = customer.debtor.reference
        recipient = mail.envelope_to[0]
        if self.returns(recipient, customer, at):
            when = at + BOUNCE_AFTER
            is_dead = recipient in customer.dead
            returned = bounce(mail, when) if is_dead else bounce(mail, when, FULL)
            return (Send(at=when, reference=reference, said=Said.BOUNCE, raw=returned, sender=""),)
        scene = read_scene(
            customer,
            mail,
            effect.content,
            self.overdue_read,
            at=at,
            book=self.book,
            seed=self.dice.seed,
            office=self.office,
        )
        return customer.persona(scene)

    def answered(
        self, mail: Carried, effect: ForwardToRep, customer: Customer, at: datetime
    ) -> list[Deed]:
        """Let the rep answer a forward: in time, late, twice, or with nonsense first."""
        desk = Desk(calendar=self.calendar, book=self.book, seed=self.dice.seed)
        deeds = list(desk.answer(mail, effect, customer, at))
        if not self.are_reps_untidy:
            return deeds
        found: list[Deed] = []
        for deed in deeds:
            if not isinstance(deed, Send):
                found.append(deed)
                continue
            key = (effect.key, "rep")
            if self.dice.falls(REP_WRONG_PERCENT, *key, "wrong"):
                text = self.dice.one_of(NONSENSE, *key, "nonsense")
                found.append(desk.send(mail, effect, customer, text, deed.at))
                continue
            late = self.dice.falls(REP_LATE_PERCENT, *key, "late")
            days = self.dice.between(2, 9, *key, "days") if late else 0
            first = self.shifted(deed, timedelta(days=days))
            found.append(first)
            if self.dice.falls(REP_TWICE_PERCENT, *key, "twice"):
                text = (desk.command(effect, customer) or ("help", 0))[0]
                found.append(desk.send(mail, effect, customer, text, first.at + timedelta(hours=5)))
        return found

    def shifted(self, send: Send, later: timedelta) -> Send:
        """Return the mail as it arrives later; what is in it stays as it was."""
        return Send(
            at=send.at + later,
            reference=send.reference,
            said=send.said,
            raw=send.raw,
            sender=send.sender,
            verdict=send.verdict,
        )

    def untidy(self, deeds: tuple[Deed, ...]) -> list[Deed]:
        """Let some mails take their time."""
        if not self.is_untidy:
            return list(deeds)
        found: list[Deed] = []
        for deed in deeds:
            if isinstance(deed, Send):
                key = (deed.reference, deed.at, deed.said)
                if self.dice.falls(DELAY_PERCENT, *key, "delay"):
                    hours = self.dice.between(1, DELAY_HOURS_MAX, *key, "hours")
                    deed = self.shifted(deed, timedelta(hours=hours))
            found.append(deed)
        return found
