"""The customers: each persona reads a letter and decides what to write and when to pay.

A persona is a function of the scene alone: no clock, no store, no randomness. What it does is
a list of deeds that the story carries out on their day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.core.money import Money
from daemon.world.inbox import Verdict
from daemon.world.ledger import Book, Debtor
from daemon.world.post import Carried
from daemon.world.words import AUTOMATIC, Said, chosen, say
from daemon.world.writing import Speaker, reply, stray

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


Deed = Send | Settle | Clear


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer of the story.

    `deputy` is the address that an absence note or a change of contact names, `dead` are
    addresses that nobody reads any more. `rep_says` overrules the rep's habits for this
    account: the first phrase that a forward's subject holds decides the command.
    """

    debtor: Debtor
    clerk: str
    persona: Persona
    deputy: str = ""
    dead: tuple[str, ...] = ()
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

    def say(self, said: Said, days: int, **fields: str) -> str:
        """Return the customer's words; `{date}` lies `days` after the letter."""
        debtor = self.customer.debtor
        key = f"{self.seed}|{debtor.reference}|{self.nth}"
        named = {
            "number": self.numbers[0] if self.numbers else "",
            "numbers": joined(self.numbers, debtor.language),
            "date": spelled(working_day(self.on + timedelta(days=days)), debtor),
            "deputy": self.customer.deputy,
            "ticket": str(chosen(range(10_000, 99_999), key, "ticket")),
        }
        return say(said, debtor.language, self.speaker.name, key, named | fields)

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
    plain = f"{amount.decimal:,.2f}"
    if language == "de":
        plain = plain.translate(str.maketrans(",.", ".,"))
    return f"{plain} {amount.currency}"


def joined(numbers: tuple[str, ...], language: str) -> str:
    """Write a list of invoice numbers."""
    word = " und " if language == "de" else " and "
    return word.join((", ".join(numbers[:-1]), numbers[-1])) if len(numbers) > 1 else numbers[0]


# --- the personas ---------------------------------------------------------------------------


def prompt_payer(scene: Scene) -> tuple[Deed, ...]:
    """Pays every invoice on its due date, whatever anybody writes: see `standing_orders`."""
    return ()


def standing_orders(customers: tuple[Customer, ...], book: Book) -> list[Deed]:
    """Return what is paid without any letter."""
    return [
        Settle(on=working_day(row.due), number=row.number)
        for customer in customers
        if customer.persona is prompt_payer
        for row in book.items_of(customer.debtor.reference)
    ]


def pays_after_reminder(scene: Scene) -> tuple[Deed, ...]:
    """Forgets the due date, pays two days after the first letter about it."""
    return scene.pay(2) if scene.nth else ()


def keeps_promises(scene: Scene) -> tuple[Deed, ...]:
    """Names a date in his answer and pays on it."""
    return (scene.write(Said.PROMISE, days=8), *scene.pay(8)) if scene.nth else ()


def breaks_promises(scene: Scene) -> tuple[Deed, ...]:
    """Promises twice, pays nothing, and pays the third letter."""
    match scene.nth:
        case 0:
            return ()
        case 1:
            return (scene.write(Said.PROMISE, days=6),)
        case 2:
            return (scene.write(Said.PROMISE_AGAIN, days=7),)
        case _:
            return scene.pay(3)


def disputes_price(scene: Scene) -> tuple[Deed, ...]:
    """Finds the price too high; pays the rest once a credit is promised."""
    if scene.nth == 1:
        number = scene.numbers[0]
        amount = priced(
            scene.book.money(number, disputed_minor(scene.book, number)),
            scene.customer.debtor.language,
        )
        return (scene.write(Said.DISPUTE_PRICE, amount=amount),)
    return scene.pay(4) if scene.nth else ()


def disputed_minor(book: Book, number: str) -> int:
    """Return what the price dispute is about: a tenth, in whole major units."""
    return book.rows[number].total // 1_000 * 100


def disputes_purchase_order(scene: Scene) -> tuple[Deed, ...]:
    """Cannot book the invoice under its purchase order; pays once that is settled."""
    if scene.nth == 1:
        return (scene.write(Said.DISPUTE_PURCHASE_ORDER),)
    return scene.pay(5) if scene.nth else ()


def sends_remittance(scene: Scene) -> tuple[Deed, ...]:
    """Pays at once and lists in the mail what for."""
    if not scene.nth:
        return ()
    language, book = scene.customer.debtor.language, scene.book
    amounts = {number: book.rows[number].open for number in scene.numbers}
    rows = "\n".join(
        f"{number}   {priced(book.money(number, minor), language)}"
        for number, minor in amounts.items()
    )
    total = priced(book.money(scene.numbers[0], sum(amounts.values())), language)
    return (scene.write(Said.REMITTANCE, days=1, rows=rows, total=total), *scene.pay(2))


def has_paid(scene: Scene) -> tuple[Deed, ...]:
    """Says that it is paid, and it is: the bank was slow."""
    return (scene.write(Said.PAID, days=-1), *scene.pay(2)) if scene.nth else ()


def says_paid(scene: Scene) -> tuple[Deed, ...]:
    """Says that it is paid, and it is not; pays the second letter."""
    if scene.nth == 1:
        return (scene.write(Said.PAID, days=-3),)
    return scene.pay(3) if scene.nth else ()


def is_away(scene: Scene) -> tuple[Deed, ...]:
    """Sits on a beach at the first letter; pays the next one."""
    if scene.nth == 1:
        return (scene.write(Said.ABSENCE, days=9),)
    return scene.pay(3) if scene.nth else ()


def silent(scene: Scene) -> tuple[Deed, ...]:
    """Never says or pays anything."""
    return ()


def wants_copy(scene: Scene) -> tuple[Deed, ...]:
    """Has never seen the invoice; pays once it has it."""
    if scene.nth == 1:
        return (scene.write(Said.COPY),)
    return scene.pay(4) if scene.nth else ()


def wants_plan(scene: Scene) -> tuple[Deed, ...]:
    """Asks for instalments and pays them."""
    if scene.nth != 1:
        return ()
    return (scene.write(Said.PLAN), *scene.pay(9, 34), *scene.pay(23, 33), *scene.pay(37))


def is_insolvent(scene: Scene) -> tuple[Deed, ...]:
    """Has filed for insolvency."""
    return (scene.write(Said.HARDSHIP),) if scene.nth == 1 else ()


def wants_silence(scene: Scene) -> tuple[Deed, ...]:
    """Wants no more mail."""
    return (scene.write(Said.STOP),) if scene.nth == 1 else ()


def has_ticket_system(scene: Scene) -> tuple[Deed, ...]:
    """A machine answers every letter; a person pays the second one."""
    receipt = scene.write(Said.TICKET)
    return (receipt, *scene.pay(3)) if scene.nth > 1 else (receipt,)


def is_impersonated(scene: Scene) -> tuple[Deed, ...]:
    """Says nothing himself, but a stranger forges a promise in his name; pays the third letter."""
    if scene.nth == 1:
        at = scene.moment(1)
        forger = Speaker(address=scene.customer.debtor.email, name="Finance", language="en")
        text = scene.say(Said.FORGED, 25)
        subject = "Your reminder"
        forged = Send(
            at=at,
            reference=scene.customer.debtor.reference,
            said=Said.FORGED,
            raw=stray(forger, scene.office, subject, text, at),
            sender=forger.address,
            verdict="fail",
        )
        return (forged,)
    return scene.pay(3) if scene.nth > 2 else ()


def pays_soon(scene: Scene) -> tuple[Deed, ...]:
    """Says thank you, names no date, and pays within the week."""
    if scene.nth == 1:
        return (scene.write(Said.SOON), *scene.pay(6))
    return scene.pay(5) if scene.nth else ()


def changes_contact(scene: Scene) -> tuple[Deed, ...]:
    """Names a colleague, who pays when he is written to."""
    if scene.letter.envelope_to[0] == scene.customer.debtor.email:
        return (scene.write(Said.CONTACT),) if scene.nth == 1 else ()
    return scene.pay(3) if scene.nth else ()


def pays_in_part(scene: Scene) -> tuple[Deed, ...]:
    """Pays six tenths first, the rest after the second letter."""
    if scene.nth == 1:
        return scene.pay(2, 60)
    return scene.pay(3) if scene.nth else ()


def pays_balance(scene: Scene) -> tuple[Deed, ...]:
    """Pays what the letter's arithmetic leaves, and accounting clears the account with it."""
    on = working_day(scene.on + timedelta(days=4))
    return (Clear(on=on, reference=scene.customer.debtor.reference),) if scene.nth == 2 else ()
