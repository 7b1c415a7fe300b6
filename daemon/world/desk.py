"""The rep's desk: he answers what Duly asks him, by mail, with the commands it offers.

He reads the subject and the offered commands of a forward, and sometimes talks to accounting:
a credit that he grants is booked there two days later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.core.calendar import BusinessCalendar
from daemon.core.effects import ForwardToRep
from daemon.world.ledger import Book
from daemon.world.people import disputed_minor, disputes_price
from daemon.world.post import Carried
from daemon.world.scene import Customer, Deed, Send, Settle
from daemon.world.words import Said, chosen
from daemon.world.writing import Speaker, reply

NAME = "Olga Winter"
ADDRESS = "olga.winter@kaltenberg.example"
DEPUTY_NAME = "Daniel Roth"
DEPUTY = "daniel.roth@kaltenberg.example"
CREDIT_BOOKED_AFTER_DAYS = 2
THINKING = timedelta(minutes=50)
# A phrase of the subject, what he answers, and how many business days he takes for it.
HABITS = (
    ("approve ", "approve", 1),
    ("hand over", "note I shall call them myself", 1),
    ("asks for instalments", "accept", 1),
    ("asks for more time", "accept", 1),
    ("promise to confirm", "accept", 0),
    ("contact changed", "accept", 0),
    ("wants an invoice copy", "note sent the invoice again by hand", 0),
    ("question", "note answered by phone and sent the invoice again", 0),
    ("no date yet", "pause 7d", 0),
    ("payment not found", "resume", 1),
    ("hardship", "note filed our claim with the administrator", 1),
    ("legal threat", "note filed our claim with the administrator", 1),
    ("wants no more mail", "note moved to letters by post", 1),
    ("mail of an unknown sender", "resume", 1),
    ("mail not proven", "resume", 1),
    ("suspicious", "note told the customer by phone", 0),
    ("dispute", "resolved", 1),
    ("please read", "resume", 1),
    ("credit", "note accounting applies it", 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The rep. `calendar` is the creditor's: nobody answers on a day off."""

    calendar: BusinessCalendar
    book: Book
    seed: int

    def answer(
        self, mail: Carried, effect: ForwardToRep, customer: Customer, at: datetime
    ) -> tuple[Deed, ...]:
        """Return the answer to a forward, and what he asks accounting to do."""
        said = self.command(effect, customer)
        if said is None:
            return ()
        text, days = said
        reference = customer.debtor.reference
        when = self.moment(at, days, reference)
        deeds: list[Deed] = []
        if text == "resolved" and customer.persona is disputes_price:
            number = self.disputed(effect, reference)
            minor = disputed_minor(self.book, number)
            text = f"resolved credit {self.book.money(number, minor).decimal} for {number}"
            booked_on = self.on(when) + timedelta(days=CREDIT_BOOKED_AFTER_DAYS)
            deeds.append(Settle(on=booked_on, number=number, minor=minor))
        return (self.send(mail, effect, customer, text, when), *deeds)

    def send(
        self, mail: Carried, effect: ForwardToRep, customer: Customer, text: str, at: datetime
    ) -> Send:
        """Return the rep's answer of these words."""
        speaker = self.speaker(effect.rep)
        return Send(
            at=at,
            reference=customer.debtor.reference,
            said=Said.COMMAND,
            raw=reply(mail, speaker, Said.COMMAND, f"{text}\n\n{speaker.name}", at),
            sender=speaker.address,
        )

    def command(self, effect: ForwardToRep, customer: Customer) -> tuple[str, int] | None:
        """Choose the command, and the business days until it is written; None: no answer."""
        subject = effect.subject.lower()
        for phrase, text in customer.rep_says:
            if phrase in subject:
                return text, 1
        for phrase, text, days in HABITS:
            if phrase in subject:
                return text, days
        return None

    def disputed(self, effect: ForwardToRep, reference: str) -> str:
        """Return the disputed invoice: the one that the subject names."""
        numbers = [row.number for row in self.book.items_of(reference)]
        return next((number for number in numbers if number in effect.subject), numbers[0])

    def speaker(self, address: str) -> Speaker:
        """Return who sits behind a rep's address."""
        name = DEPUTY_NAME if address == DEPUTY else NAME
        return Speaker(address=address, name=name, language="en")

    def moment(self, at: datetime, days: int, reference: str) -> datetime:
        """Return when the answer leaves: soon, or some morning."""
        if not days and self.calendar.is_business_day(self.on(at)):
            return at + THINKING
        on = self.calendar.add_business_days(self.on(at), days)
        hour, minute = chosen((9, 10, 15), self.seed, reference, on), 10
        zone: ZoneInfo = self.calendar.zone
        return datetime.combine(on, time(hour, minute), zone).astimezone(at.tzinfo)

    def on(self, at: datetime) -> date:
        """Return the creditor's date of an instant."""
        return self.calendar.today(at)
