"""The population of a simulated world: who owes what to whom, drawn from the seed.

Countries, currencies, zones, temper, sizes and dates all follow from the dice. Names are made
up, addresses end in `.example`; amounts are whole minor units of the currency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from daemon.core.money import exponent
from daemon.world import people, people_more
from daemon.world.dice import Dice
from daemon.world.ledger import Book, BookRow, Debtor
from daemon.world.scene import Customer, Persona
from daemon.world.words import Said

INVOICES_MAX = 5
TERMS_DAYS = (14, 30, 30, 45)
NAMES = (
    "Amber", "Birch", "Cobalt", "Dune", "Elm", "Fjord", "Gorse", "Heron", "Iris", "Juniper",
    "Kestrel", "Linden", "Maple", "Nettle", "Orchid", "Poplar", "Quartz", "Rowan", "Sorrel",
    "Thyme", "Umber", "Violet", "Willow", "Yarrow",
)  # fmt: skip
TRADES = ("Foods", "Tools", "Textil", "Clinics", "Logistics", "Glass", "Print", "Media")
CLERKS = ("Ana Ortiz", "Bo Lind", "Cem Kaya", "Dora Falk", "Eli Stone", "Fay Moss", "Gil Roy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Where customers live: ISO code, zones, currency, language of their mail."""

    code: str
    zones: tuple[str, ...]
    currency: str
    language: str


COUNTRIES = (
    Country(code="DE", zones=("Europe/Berlin",), currency="EUR", language="de"),
    Country(code="AT", zones=("Europe/Vienna",), currency="EUR", language="de"),
    Country(code="GB", zones=("Europe/London",), currency="GBP", language="en"),
    Country(
        code="US", zones=("America/New_York", "America/Los_Angeles"), currency="USD", language="en"
    ),
    Country(code="AU", zones=("Australia/Lord_Howe", "Australia/Sydney"), currency="AUD",
            language="en"),
    Country(code="JP", zones=("Asia/Tokyo",), currency="JPY", language="en"),
    Country(code="KW", zones=("Asia/Kuwait",), currency="KWD", language="en"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """A way to be a customer, and how many in a hundred are like that.

    `contacts` are further mailboxes with roles; `is_dead`: the first address bounces for good,
    `is_full`: it bounces for a while.
    """

    name: str
    share: int
    persona: Persona
    contacts: tuple[tuple[str, str], ...] = ()
    deputy: str = ""
    is_dead: bool = False
    is_full: bool = False
    credit: int = 0
    unapplied: int = 0


TEMPERS = (
    Temper(name="prompt", share=10, persona=people.prompt_payer),
    Temper(name="forgetful", share=8, persona=people.pays_after_reminder),
    Temper(name="promiser", share=8, persona=people.keeps_promises),
    Temper(name="promise breaker", share=7, persona=people.breaks_promises),
    Temper(name="price disputer", share=5, persona=people.disputes_price),
    Temper(name="order disputer", share=4, persona=people.disputes_purchase_order),
    Temper(name="remitter", share=4, persona=people.sends_remittance),
    Temper(name="slow bank", share=5, persona=people_more.pays_through_slow_bank),
    Temper(name="liar", share=4, persona=people.says_paid),
    Temper(name="absent", share=4, persona=people.is_away, deputy="desk"),
    Temper(name="silent", share=8, persona=people.silent, contacts=(("board", "escalation"),)),
    Temper(name="copy wanter", share=2, persona=people.wants_copy),
    Temper(name="planner", share=3, persona=people.wants_plan),
    Temper(name="insolvent", share=1, persona=people.is_insolvent),
    Temper(name="wants silence", share=1, persona=people.wants_silence),
    Temper(name="ticket system", share=3, persona=people.has_ticket_system),
    Temper(name="evil responder", share=3, persona=people_more.answers_like_a_robot),
    Temper(name="impersonated", share=3, persona=people.is_impersonated),
    Temper(name="vague", share=2, persona=people.pays_soon),
    Temper(name="mover", share=2, persona=people.changes_contact, deputy="billing"),
    Temper(name="part payer", share=3, persona=people.pays_in_part),
    Temper(name="small only", share=4, persona=people_more.pays_small_ones),
    Temper(name="credit holder", share=3, persona=people.pays_balance, credit=30),
    Temper(name="unapplied", share=3, persona=people.pays_balance, unapplied=40),
    Temper(name="bouncer", share=3, persona=people.pays_after_reminder, is_dead=True,
           contacts=(("billing", "ap"),)),
    Temper(name="gone", share=2, persona=people.silent, is_dead=True),
    Temper(name="full mailbox", share=2, persona=people.pays_after_reminder, is_full=True),
    Temper(name="colleague", share=3, persona=people_more.lets_a_colleague_answer),
    Temper(name="two voices", share=3, persona=people_more.speaks_with_two_voices,
           contacts=(("second", "ap"),)),
    Temper(name="overpayer", share=2, persona=people.pays_after_reminder),
    Temper(name="reversed", share=2, persona=people_more.pays_and_takes_back),
)  # fmt: skip


def populate(
    seed: int, first_day: date, days: int, accounts: int
) -> tuple[Book, tuple[Customer, ...], dict[str, str]]:
    """Draw a world.

    Args:
        seed: What all dice follow.
        first_day: The first day of the simulation.
        days: How long it lasts; invoices fall due all through it.
        accounts: How many customers.

    Returns:
        The accounting system, the customers, and each reference's temper by name.
    """
    dice = Dice(seed, "population")
    book = Book()
    customers: list[Customer] = []
    tempers: dict[str, str] = {}
    for place in range(accounts):
        temper = drawn_temper(dice, place)
        reference = f"D{10_001 + place}"
        debtor = draw_debtor(dice, place, reference, temper)
        book.add(debtor, draw_rows(dice, debtor, place, first_day, days, temper))
        tempers[reference] = temper.name
        domain = debtor.email.partition("@")[2]
        customers.append(
            Customer(
                debtor=debtor,
                clerk=dice.one_of(CLERKS, reference, "clerk"),
                persona=temper.persona,
                deputy=f"{temper.deputy}@{domain}" if temper.deputy else "",
                dead=(debtor.email,) if temper.is_dead else (),
                full=(debtor.email,) if temper.is_full else (),
            )
        )
    return book, tuple(customers), tempers


def drawn_temper(dice: Dice, place: int) -> Temper:
    """Draw a temper by its share."""
    total = sum(temper.share for temper in TEMPERS)
    fall = dice.between(1, total, place, "temper")
    for temper in TEMPERS:
        fall -= temper.share
        if fall <= 0:
            return temper
    raise AssertionError("a fall lies within the total")


def draw_debtor(dice: Dice, place: int, reference: str, temper: Temper) -> Debtor:
    """Draw a customer's country, name and addresses."""
    weights = (0, 0, 0, 0, 1, 2, 2, 3, 3, 4, 5, 6)
    country = COUNTRIES[dice.one_of(weights, place, "country")]
    name = f"{dice.one_of(NAMES, place, 'name')} {dice.one_of(TRADES, place, 'trade')} {place + 1}"
    domain = name.lower().replace(" ", "-") + ".example"
    return Debtor(
        reference=reference,
        name=name,
        email=f"ap@{domain}",
        country=country.code,
        zone=dice.one_of(country.zones, place, "zone"),
        language=country.language,
        currency=country.currency,
        addresses=tuple((f"{box}@{domain}", role) for box, role in temper.contacts),
    )


def draw_rows(
    dice: Dice, debtor: Debtor, place: int, first_day: date, days: int, temper: Temper
) -> tuple[BookRow, ...]:
    """Draw the invoices of a customer, old and new, and what lies beside them."""
    rows = []
    count = dice.between(1, INVOICES_MAX, place, "invoices")
    for offset in range(count):
        number = f"RE-{20_001 + place * 10 + offset}"
        lag = dice.between(-25, days - 10, number, "due")
        lag = -80 if dice.falls(4, number, "ancient") else lag
        due = first_day + timedelta(days=lag)
        minor = draw_amount(dice, debtor, number)
        rows.append(
            BookRow(
                reference=debtor.reference,
                number=number,
                kind="invoice",
                issued=due - timedelta(days=dice.one_of(TERMS_DAYS, number, "terms")),
                due=due,
                total=minor,
                open=minor,
                purchase_order=f"PO-{dice.between(40_000, 49_999, number, 'order')}",
            )
        )
    rows.sort(key=lambda row: row.due)
    first = rows[0]
    beside = (("credit_note", "GS", temper.credit), ("payment", "ZE", temper.unapplied))
    for kind, prefix, share in beside:
        if share:
            minor = -(first.total * share // 100)
            lies = BookRow(
                reference=debtor.reference,
                number=f"{prefix}-{20_001 + place * 10}",
                kind=kind,
                issued=first.due + timedelta(days=dice.between(0, 20, place, kind)),
                due=first.due + timedelta(days=20),
                total=minor,
                open=minor,
            )
            rows.append(replace(lies))
    return tuple(rows)


def draw_amount(dice: Dice, debtor: Debtor, number: str) -> int:
    """Draw an amount in minor units: many small ones, a few large."""
    is_large = dice.falls(25, number, "large")
    major = dice.between(900, 60_000, number) if is_large else dice.between(40, 900, number)
    unit = int(10 ** exponent(debtor.currency))
    return major * unit + (dice.between(0, unit - 1, number, "rest") if unit > 1 else 0)


SAID_BY_HUMANS = frozenset(Said) - {Said.ABSENCE, Said.TICKET, Said.BOUNCE, Said.COMMAND}
