"""The cast: who owes what to whom, in four countries. Amounts follow from the seed.

A line of the table is a customer; its invoices are days between the story's first day and the
due date. Companies and people are invented; addresses end in `.example`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from daemon.world import people
from daemon.world.ledger import Book, BookRow, Debtor
from daemon.world.scene import Customer, Persona
from daemon.world.words import chosen

ZONES = {
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "GB": "Europe/London",
    "US": "America/New_York",
}
CURRENCIES = {"DE": "EUR", "AT": "EUR", "GB": "GBP", "US": "USD"}
LANGUAGES = {"DE": "de", "AT": "de", "GB": "en", "US": "en"}
TERMS_DAYS = 30
FIRST_NUMBER = 2_601
MAJOR_MIN = 640
MAJOR_MAX = 4_900


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the cast. `due` are days from the first day of the story to the due dates.

    `credit` and `unapplied` are a credit note and money not yet applied, in hundredths of the
    first invoice. `contacts` are further addresses with their roles.
    """

    name: str
    country: str
    domain: str
    clerk: str
    persona: Persona
    due: tuple[int, ...]
    mailbox: str = "ap"
    deputy: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    dead: tuple[str, ...] = ()
    credit: int = 0
    unapplied: int = 0
    rep_says: tuple[tuple[str, str], ...] = ()


PARTS = (
    Part(
        name="Bergmann Hausverwaltung GmbH", country="DE", domain="bergmann-haus.example",
        clerk="Petra Lang", persona=people.prompt_payer, due=(3, 17, 34, 48), mailbox="buchhaltung",
    ),
    Part(
        name="Nordlicht Logistik GmbH", country="DE", domain="nordlicht.example",
        clerk="Jens Harms", persona=people.pays_after_reminder, due=(-4, 20), mailbox="rechnung",
    ),
    Part(
        name="Alpenblick Hotels GmbH", country="AT", domain="alpenblick.example",
        clerk="Maria Huber", persona=people.keeps_promises, due=(-6, 21),
        rep_says=(("please read", "accept"),), mailbox="buchhaltung",
    ),
    Part(
        name="Krüger Metallbau GmbH", country="DE", domain="krueger-metall.example",
        clerk="Uwe Krüger", persona=people.breaks_promises, due=(-2, 35),
        rep_says=(("please read", "accept"),), mailbox="info",
    ),
    Part(
        name="Hartley & Sons Ltd", country="GB", domain="hartley-sons.example",
        clerk="Joan Hartley", persona=people.disputes_price, due=(2, 16, 41), mailbox="accounts",
    ),
    Part(
        name="Bluewater Marine Supply Inc.", country="US", domain="bluewater.example",
        clerk="Dana Cole", persona=people.disputes_purchase_order, due=(5, 19, 44),
    ),
    Part(
        name="Thornbury Foods Ltd", country="GB", domain="thornbury.example",
        clerk="Priya Nair", persona=people.sends_remittance, due=(1, 4, 6, 26, 38),
        rep_says=(("please read", "paid"),),
        mailbox="purchase.ledger",
    ),
    Part(
        name="Donau Medizintechnik GmbH", country="AT", domain="donau-med.example",
        clerk="Georg Wimmer", persona=people.has_paid, due=(8, 36),
        rep_says=(("please read", "paid"),), mailbox="buchhaltung",
    ),
    Part(
        name="Falk & Partner Ingenieure", country="DE", domain="falk-partner.example",
        clerk="Sabine Falk", persona=people.says_paid, due=(3, 24),
        rep_says=(("please read", "paid"),), mailbox="verwaltung",
    ),
    Part(
        name="Penrose Architects LLP", country="GB", domain="penrose.example",
        clerk="Tom Ashby", persona=people.is_away, due=(6, 33), mailbox="tom.ashby",
        deputy="office@penrose.example",
    ),
    Part(
        name="Cedar Ridge Clinics LLC", country="US", domain="cedarridge.example",
        clerk="Amy Stone", persona=people.pays_after_reminder, due=(-6, 9), mailbox="amy.stone",
        contacts=(("billing@cedarridge.example", "ap"),),
        dead=("amy.stone@cedarridge.example",),
    ),
    Part(
        name="Sanders Stahlhandel GmbH", country="DE", domain="sanders-stahl.example",
        clerk="Rolf Sanders", persona=people.silent, due=(-12,), mailbox="zentrale",
        contacts=(("leitung@sanders-stahl.example", "escalation"),),
    ),
    Part(
        name="Quayside Events Ltd", country="GB", domain="quayside.example",
        clerk="Owen Price", persona=people.silent, due=(-15, -6), mailbox="hello",
    ),
    Part(
        name="Weingut Sattler", country="AT", domain="weingut-sattler.example",
        clerk="Eva Sattler", persona=people.wants_copy, due=(9, 23), mailbox="wein",
    ),
    Part(
        name="Prairie Home Goods LLC", country="US", domain="prairiehome.example",
        clerk="Beth Moran", persona=people.wants_plan, due=(-18, -9),
        rep_says=(("", "pause 40d"),),
    ),
    Part(
        name="Café Morgenrot", country="DE", domain="cafe-morgenrot.example",
        clerk="Lena Roth", persona=people.is_insolvent, due=(12,), mailbox="post",
    ),
    Part(
        name="Oldfield Joinery", country="GB", domain="oldfield.example",
        clerk="Ray Oldfield", persona=people.wants_silence, due=(7,), mailbox="ray",
    ),
    Part(
        name="Summit Helpdesk Services Inc.", country="US", domain="summitdesk.example",
        clerk="Carl Yates", persona=people.has_ticket_system, due=(-5, 18, 40), mailbox="support",
    ),
    Part(
        name="Lindner Textil AG", country="DE", domain="lindner-textil.example",
        clerk="Heike Lindner", persona=people.is_impersonated, due=(-10,), mailbox="finanzen",
    ),
    Part(
        name="Grazer Elektrohaus GmbH", country="AT", domain="grazer-elektro.example",
        clerk="Karl Moser", persona=people.silent, due=(-14,), mailbox="office",
        rep_says=(("approve ", "veto\nnote Karl Moser called, he pays in June"),),
    ),
    Part(
        name="Harbor Lane Partners LLC", country="US", domain="harborlane.example",
        clerk="Nora Webb", persona=people.pays_balance, due=(-6, -1), credit=30,
    ),
    Part(
        name="Meadow Lane Nurseries Ltd", country="GB", domain="meadowlane.example",
        clerk="Fay Burton", persona=people.pays_balance, due=(-8, 5), unapplied=40,
    ),
    Part(
        name="Genossenschaft Altbau Süd eG", country="DE", domain="altbau-sued.example",
        clerk="Horst Behr", persona=people.silent, due=(-95,), mailbox="kasse",
        rep_says=(("", "hand over"),),
    ),
    Part(
        name="Lakeview School Supplies Inc.", country="US", domain="lakeview.example",
        clerk="Gina Ford", persona=people.pays_soon, due=(14, 28),
    ),
    Part(
        name="Rheintal Verpackung GmbH", country="DE", domain="rheintal-pack.example",
        clerk="Nico Baum", persona=people.pays_in_part, due=(10, 27), mailbox="kreditoren",
    ),
    Part(
        name="Tiroler Sporthaus OG", country="AT", domain="tiroler-sport.example",
        clerk="Anna Egger", persona=people.changes_contact, due=(4, 29),
        mailbox="anna.egger",
        rep_says=(("please read", "contact rechnungen@tiroler-sport.example\nresume"),),
        deputy="rechnungen@tiroler-sport.example",
    ),
)  # fmt: skip


def cast(seed: int, first_day: date) -> tuple[Book, tuple[Customer, ...]]:
    """Return the accounting system and the customers of a story."""
    book = Book()
    customers = []
    number = FIRST_NUMBER
    for place, part in enumerate(PARTS, 1):
        reference = f"D{10_000 + place}"
        address = f"{part.mailbox}@{part.domain}"
        debtor = Debtor(
            reference=reference,
            name=part.name,
            email=address,
            country=part.country,
            zone=ZONES[part.country],
            language=LANGUAGES[part.country],
            currency=CURRENCIES[part.country],
            addresses=part.contacts,
        )
        rows = rows_of(part, reference, seed, first_day, number)
        number += len(part.due)
        book.add(debtor, rows)
        customers.append(
            Customer(
                debtor=debtor,
                clerk=part.clerk,
                persona=part.persona,
                deputy=part.deputy,
                dead=part.dead,
                rep_says=part.rep_says,
            )
        )
    return book, tuple(customers)


def rows_of(
    part: Part, reference: str, seed: int, first_day: date, number: int
) -> tuple[BookRow, ...]:
    """Return the items of one customer: invoices, and what lies beside them."""
    rows = []
    for offset, days in enumerate(part.due):
        due = first_day + timedelta(days=days)
        key = (seed, reference, offset)
        minor = chosen(range(MAJOR_MIN, MAJOR_MAX), *key) * 100 + chosen(range(100), *key, "cents")
        rows.append(
            BookRow(
                reference=reference,
                number=f"RE-{number + offset}",
                kind="invoice",
                issued=due - timedelta(days=TERMS_DAYS),
                due=due,
                total=minor,
                open=minor,
                purchase_order=f"PO-{chosen(range(40_000, 49_999), *key, 'order')}",
            )
        )
    first = rows[0]
    beside = (("credit_note", "GS", part.credit), ("payment", "ZE", part.unapplied))
    for kind, prefix, share in beside:
        minor = -(first.total * share // 100)
        if minor:
            rows.append(
                BookRow(
                    reference=reference,
                    number=f"{prefix}-{number}",
                    kind=kind,
                    issued=first.due,
                    due=first.due,
                    total=minor,
                    open=minor,
                )
            )
    return tuple(rows)
