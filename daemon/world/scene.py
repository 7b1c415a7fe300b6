"""Scenes and deeds: what a customer sees when a letter is read, and what he may do about it.

Deeds are plain values that the story carries out on their day; a scene composes the mails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.core.letters import LetterContent
from daemon.core.money import Money, exponent
from daemon.world.inbox import Verdict
from daemon.world.ledger import Book, Debtor
from daemon.world.post import Carried
from daemon.world.words import AUTOMATIC, Said, chosen, say
from daemon.world.writing import Speaker, reply

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
FRIDAY = 4
INSTANT_MINUTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A mail leaves its writer `at` an instant; the border will find `verdict`."""

    at: datetime
    reference: str
    said: Said
    raw: bytes
    sender: str
    verdict: Verdict = "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Money or a credit for one item is booked on a day; None = all that is open."""

    on: date
    number: str
    minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """Accounting clears a customer's invoices against everything that lies beside them."""

    on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """The bank takes a payment back: all of the item is open again."""

    on: date
    number: str


Deed = Send | Settle | Clear | Reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer of the story.

    `deputy` is the address that an absence note or a change of contact names, `dead` are
    addresses that nobody reads any more, `full` those whose mailbox is full. `rep_says`
    overrules the rep's habits for this account: the first phrase that a forward's subject holds
    decides the command.
    """

    debtor: Debtor
    clerk: str
    persona: Persona
    deputy: str = ""
    dead: tuple[str, ...] = ()
    full: tuple[str, ...] = ()
    rep_says: tuple[tuple[str, str], ...] = ()

    def speaker(self, address: str) -> Speaker:
        """Return who writes from an address of this customer."""
        name = self.clerk if address == self.debtor.email else self.debtor.name
        return Speaker(address=address, name=name, language=self.debtor.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A letter has just been read.

    `numbers` are the invoices that it asks for, `nth` counts the letters about overdue
    invoices that this customer has read (0: nothing is overdue yet).
    """

    customer: Customer
    letter: Carried
    level: str
    numbers: tuple[str, ...]
    nth: int
    at: datetime
    book: Book
    seed: int
    office: str

    @property
    def on(self) -> date:
        """The customer's date."""
        return self.at.astimezone(ZoneInfo(self.customer.debtor.zone)).date()

    @property
    def speaker(self) -> Speaker:
        """Who has read it: the person behind the address that it went to."""
        return self.customer.speaker(self.letter.envelope_to[0])

    def pay(self, days: int, share: int = 100) -> tuple[Deed, ...]:
        """Pay `share` percent of what the letter asks for, on the first working day from then."""
        on = working_day(self.on + timedelta(days=days))
        rows = self.book.rows
        return tuple(
            Settle(
                on=on,
                number=number,
                minor=None if share == 100 else rows[number].open * share // 100,
            )
            for number in self.numbers
        )

    def say(self, said: Said, days: int, *, signer: str = "", **fields: str) -> str:
        """Return the words of the customer, or of `signer`; `{date}` lies `days` ahead."""
        debtor = self.customer.debtor
        key = f"{self.seed}|{debtor.reference}|{self.nth}"
        named = {
            "number": self.numbers[0] if self.numbers else "",
            "numbers": joined(self.numbers, debtor.language),
            "date": spelled(working_day(self.on + timedelta(days=days)), debtor),
            "deputy": self.customer.deputy,
            "ticket": str(chosen(range(10_000, 99_999), key, "ticket")),
        }
        return say(said, debtor.language, signer or self.speaker.name, key, named | fields)

    def moment(self, after_days: int) -> datetime:
        """Return when this customer sits down to write, some working day after the letter."""
        debtor = self.customer.debtor
        key = (self.seed, debtor.reference, self.nth, "moment")
        hour, minute = chosen((9, 11, 14), *key), chosen((5, 20, 40), *key, "minute")
        on = working_day(self.on + timedelta(days=after_days))
        local = datetime.combine(on, time(hour, minute), ZoneInfo(debtor.zone))
        return max(local, self.at + timedelta(minutes=30)).astimezone(self.at.tzinfo)

    def write(self, said: Said, *, days: int = 0, after_days: int = 1, **fields: str) -> Send:
        """Answer the letter; automatic mail leaves at once."""
        is_automatic = said in AUTOMATIC
        at = self.at + timedelta(minutes=INSTANT_MINUTES)
        at = at if is_automatic else self.moment(after_days)
        return Send(
            at=at,
            reference=self.customer.debtor.reference,
            said=said,
            raw=reply(self.letter, self.speaker, said, self.say(said, days, **fields), at),
            sender=self.speaker.address,
        )


Persona = Callable[[Scene], tuple[Deed, ...]]


def working_day(on: date) -> date:
    """Return the day, or the Monday after a weekend."""
    return on + timedelta(days=max(0, 7 - on.weekday())) if on.weekday() > FRIDAY else on


def spelled(on: date, debtor: Debtor) -> str:
    """Write a date as people of that country do."""
    if debtor.language == "de":
        return f"{on.day:02d}.{on.month:02d}.{on.year}"
    if debtor.country == "US":
        return f"{MONTHS[on.month - 1]} {on.day}, {on.year}"
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def priced(amount: Money, language: str) -> str:
    """Write an amount as people of that language do."""
    plain = f"{amount.decimal:,.{exponent(amount.currency)}f}"
    if language == "de":
        plain = plain.translate(str.maketrans(",.", ".,"))
    return f"{plain} {amount.currency}"


def joined(numbers: tuple[str, ...], language: str) -> str:
    """Write a list of invoice numbers."""
    word = " und " if language == "de" else " and "
    return word.join((", ".join(numbers[:-1]), numbers[-1])) if len(numbers) > 1 else numbers[0]


def read_scene(
    customer: Customer,
    letter: Carried,
    content: LetterContent,
    overdue_read: dict[str, int],
    *,
    at: datetime,
    book: Book,
    seed: int,
    office: str,
) -> Scene:
    """Return the scene of a letter that a customer reads; one about overdue invoices is counted
    in `overdue_read`, by the customer's reference."""
    is_overdue = any(row.days_overdue > 0 for row in content.demanded)
    reference = customer.debtor.reference
    if is_overdue:
        overdue_read[reference] = overdue_read.get(reference, 0) + 1
    return Scene(
        customer=customer,
        letter=letter,
        level=content.level,
        numbers=tuple(row.number for row in content.demanded),
        nth=overdue_read[reference] if is_overdue else 0,
        at=at,
        book=book,
        seed=seed,
        office=office,
    )
