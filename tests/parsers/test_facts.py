"""Facts of a reply: what was promised, paid, disputed, and for which invoices."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.core.money import Money
from parsers.amounts import find_amounts
from parsers.clauses import split_sentences
from parsers.dates import anchor_of, find_dates, find_dates_both_ways
from parsers.evidence import quote
from parsers.facts_invoices import tie_invoices
from parsers.facts_promises import find_promises
from parsers.facts_remittance import find_remittance
from parsers.judging import Judged
from parsers.numbers import find_numbers
from parsers.reading import Intent, OpenItem, PromiseFact, Statement
from parsers.remittance_reference import find_reference

WEDNESDAY = date(2026, 11, 11)
ITEMS = (
    OpenItem(number="INV-2041", open=Money(120000, "EUR"), due_on=date(2026, 9, 10)),
    OpenItem(number="INV-2042", open=Money(31840, "EUR"), due_on=date(2026, 10, 10)),
    OpenItem(number="INV-2050", open=Money(9600, "EUR"), due_on=date(2026, 11, 1)),
)


def promises(text: str, language: str = "en") -> tuple[PromiseFact, ...]:
    """The promises of a text all of whose sentences promise."""
    anchor = anchor_of(WEDNESDAY, "", "EUR")
    dates = find_dates(text, anchor, language)
    spans = [(day.span.start, day.span.end) for day in dates]
    amounts = tuple(
        amount
        for amount in find_amounts(text, "EUR", [item.open for item in ITEMS])
        if not any(low < amount.span.end and amount.span.start < high for low, high in spans)
    )
    numbers = find_numbers(text, ITEMS, language, spans)
    judged = [
        Judged(
            sentence=one,
            hits=(),
            intents=(Intent.PROMISE_TO_PAY,),
            dates=tuple(d for d in dates if one.start <= d.span.start < one.end),
            amounts=tuple(a for a in amounts if one.start <= a.span.start < one.end),
        )
        for one in split_sentences(text)
    ]
    return find_promises(text, judged, numbers.mentions, frozenset(), WEDNESDAY)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("de", "Ab morgen im Urlaub, ich zahle am 23.11.", "2026-11-23", id="absence"),
        pytest.param(
            "de", "Nicht am 15., sondern am 30. überweise ich.", "2026-11-30", id="denied"
        ),
        pytest.param(
            "en", "Approved today, payment goes out on Friday.", "2026-11-13", id="signed"
        ),
        pytest.param("en", "Monday, no, I mean Tuesday we pay.", "2026-11-17", id="taken back"),
        pytest.param("en", "In our run on the 20th, with you by the 23rd.", "2026-11-20", id="run"),
        pytest.param(
            "fr", "Validé ce matin, virement sous dix jours.", "2026-11-21", id="validated"
        ),
        pytest.param("es", "El 20 no hay corrida, sale el viernes 27.", "2026-11-27", id="no run"),
        pytest.param(
            "pl", "Wracam 24-go i 25-go rano przelewam.", "2026-11-25", id="back and pays"
        ),
        pytest.param("nl", "Haal het vandaag niet, vrijdag staat het erop.", "2026-11-13", id="nl"),
        pytest.param("it", "Venerdì sblocchiamo tutto, come da accordi.", "2026-11-13", id="it"),
        pytest.param("pt", "Pago na sexta da semana que vem.", "2026-11-20", id="pt next week"),
        pytest.param("en", "Doing it right away, sorry!", "2026-11-11", id="at once"),
        pytest.param(
            "en", "We can't do Friday. It will be the 20th, sorry.", "2026-11-20", id="cannot"
        ),
        pytest.param(
            "en",
            "Cut-off for the 15th has closed. Next run is 27 November.",
            "2026-11-27",
            id="gone",
        ),
        pytest.param(
            "en", "End of the month with the others, 30 November.", "2026-11-30", id="made exact"
        ),
        pytest.param(
            "fr",
            "Absent jusqu'à mardi, je rentre le 18 et je vous règle le jour même.",
            "2026-11-18",
            id="same day",
        ),
        pytest.param(
            "de",
            "Am Montag ist Feiertag, überweisen tu ich am Dienstagvormittag.",
            "2026-11-17",
            id="part of a day",
        ),
        pytest.param(
            "de",
            "Im Rahmenvertrag vom 3. März steht es, zahlen werden wir am 30.11.",
            "2026-11-30",
            id="a contract's day",
        ),
        pytest.param(
            "da", "1101 betalte jeg den 6. 1108 betaler jeg den 20.", "2026-11-20", id="da"
        ),
    ],
)
def test_the_day_of_payment_is_told_from_other_days(
    language: str, text: str, expected: str
) -> None:
    """Absences, approvals, denials and arrivals name days on which nobody pays."""
    assert [expected] == [one.on.isoformat() for one in promises(text, language)]


def test_two_halves_of_the_one_invoice_have_their_sums() -> None:
    """ "Half on the 20th, the other half on the 27th" of 1,200.00 is 600.00 each."""
    text = "Half leaves on the 20th and the other half on the 27th."
    dates = find_dates(text, anchor_of(WEDNESDAY, "", "EUR"), "en")
    judged = [
        Judged(
            sentence=one, hits=(), intents=(Intent.PROMISE_TO_PAY,), dates=tuple(dates), amounts=()
        )
        for one in split_sentences(text)
    ]
    found = find_promises(text, judged, (), frozenset(), WEDNESDAY, ITEMS[:1])

    assert [Money(60000, "EUR")] * 2 == [one.amount for one in found]


def test_the_sum_of_the_first_part_is_not_that_of_the_rest() -> None:
    """One sum and a rest: the sum belongs to the day that it stands by."""
    found = promises("Wir zahlen 700 EUR am 20. und den Rest am 27.", "de")

    assert [Money(70000, "EUR"), None] == [one.amount for one in found]


def test_a_day_of_paying_is_found_beside_the_sentence_that_was_taken_for_the_promise() -> None:
    """Where the promising sentence names no day to pay on, one that says nothing else may."""
    text = "We can't pay this on the 14th as I told you. It will be the 21st."
    dates = find_dates(text, anchor_of(WEDNESDAY, "", "EUR"), "en")
    judged = [
        Judged(
            sentence=one,
            hits=(),
            intents=(Intent.PROMISE_TO_PAY,) if place == 0 else (),
            dates=tuple(d for d in dates if one.start <= d.span.start < one.end),
            amounts=(),
        )
        for place, one in enumerate(split_sentences(text))
    ]
    found = find_promises(text, judged, (), frozenset(), WEDNESDAY)

    assert [date(2026, 11, 21)] == [one.on for one in found]


def test_two_parts_are_two_promises_with_their_amounts() -> None:
    """Parts that add up to the invoice are amounts even without a currency."""
    found = promises("INV-2041: 700 on the 20th and the other 500 on the 27th.")

    expected = [
        ("2026-11-20", Money(70000, "EUR"), "INV-2041"),
        ("2026-11-27", Money(50000, "EUR"), "INV-2041"),
    ]
    assert expected == [(one.on.isoformat(), one.amount, one.invoice) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ref: 2026-0091 for your invoice", "2026-0091", id="ref"),
        pytest.param("Kundenreferenz LAST-7718", "LAST-7718", id="german"),
        pytest.param("virement, réf. SCT-99120-B", "SCT-99120-B", id="french"),
        pytest.param("clave de rastreo 085901238841", "085901238841", id="spanish"),
        pytest.param("rif. QR 21 00000 00003 13947", "21 00000 00003 13947", id="grouped"),
        pytest.param("met mededeling +++026/0801/00017+++", "+++026/0801/00017+++", id="belgian"),
        pytest.param("cheque no. 0044182 went out", "0044182", id="cheque"),
        pytest.param("nr transakcji PL2605-8841", "PL2605-8841", id="polish"),
        pytest.param(
            "Votre réf. : VK/26/4410\nNotre réf. : PAY-771", "PAY-771", id="ours, not yours"
        ),
        pytest.param("gone through, ref says BOBCAT", "BOBCAT", id="in capitals"),
        pytest.param('overført i går med tekst "VÆRFT 22"', "VÆRFT 22", id="danish quoted text"),
        pytest.param("(concepto REMESA 36-2) el 2", "REMESA 36-2", id="spanish text in brackets"),
        pytest.param("átutalva, közlemény: Hotel 1180 Tó.", "Hotel 1180 Tó", id="hungarian text"),
        pytest.param("unter der Auftragsnummer der Bank 26031-8840-K", "26031-8840-K", id="bank's"),
        pytest.param("the slip shows 77-0031-22 on it", "77-0031-22", id="a code without label"),
        pytest.param("Verwendungszweck INV-2041 + INV-2042", None, id="invoices as the text"),
        pytest.param("we paid INV-2041 last week", None, id="an invoice is none"),
        pytest.param("call 020 7946 0018 about it", None, id="no payment at all"),
    ],
)
def test_a_payment_reference_is_known_by_its_label(text: str, expected: str | None) -> None:
    """The payer's own reference is wanted; invoice numbers, dates and amounts are none."""
    assert expected == find_reference(text, [item.number for item in ITEMS])


def test_the_sum_tells_which_invoices_were_paid() -> None:
    """Two invoices that add up to the sum are paid, a third one that is asked for is not."""
    text = "Paid 1,518.40 EUR on 9 November, ref 88120. INV-2050: please send a copy."
    anchor = anchor_of(WEDNESDAY, "", "EUR")
    _, past = find_dates_both_ways(text, anchor, "en")
    spans = [(day.span.start, day.span.end) for day in past]
    amounts = find_amounts(text, "EUR", [item.open for item in ITEMS])
    fact = find_remittance(
        text, amounts, past, find_numbers(text, ITEMS, "en", spans), ITEMS, WEDNESDAY
    )

    assert ("INV-2041", "INV-2042") == fact.invoices
    assert Money(151840, "EUR") == fact.amount
    assert date(2026, 11, 9) == fact.on
    assert "88120" == fact.reference


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param(
            "en", "wired 1,185 EUR (1,200 EUR less 15 EUR fee)", 118500, id="net of a fee"
        ),
        pytest.param(
            "de",
            "96,00 EUR haben wir einbehalten, der Rest ging mit 1.104,00 EUR raus",
            110400,
            id="the rest after a deduction",
        ),
        pytest.param("fr", "envoyé 1 104,00 € (1 200,00 € moins 96,00 €)", 110400, id="french net"),
    ],
)
def test_what_was_taken_off_is_not_what_was_paid(language: str, text: str, expected: int) -> None:
    """Of a gross sum, a deduction and a net sum the net one was paid."""
    amounts = find_amounts(text, "EUR", [item.open for item in ITEMS])
    fact = find_remittance(text, amounts, (), find_numbers(text, ITEMS, language), ITEMS, WEDNESDAY)

    assert Money(expected, "EUR") == fact.amount


def test_an_invoice_of_another_fate_is_not_paid() -> None:
    """Where the sum explains nothing, what the mail disputes is not among the paid."""
    text = "We paid 900 EUR yesterday. INV-2042 and INV-2050 came up in the call."
    amounts = find_amounts(text, "EUR")
    numbers = find_numbers(text, ITEMS)
    taken = frozenset({"INV-2050"})
    fact = find_remittance(text, amounts, (), numbers, ITEMS, WEDNESDAY, taken)

    assert ("INV-2042",) == fact.invoices


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("all but 2050 go on Friday", ("INV-2041", "INV-2042"), id="all but"),
        pytest.param("alles außer der 2050", ("INV-2041", "INV-2042"), id="german all but"),
        pytest.param("the first two are fine", ("INV-2041", "INV-2042"), id="first two"),
        pytest.param("la deuxième est payée", ("INV-2042",), id="french second"),
        pytest.param(
            "2041 is paid, the other two follow", ("INV-2041", "INV-2042", "INV-2050"), id="rest"
        ),
        pytest.param("the biggest one is wrong", ("INV-2041",), id="biggest"),
        pytest.param("de kleinste is betaald", ("INV-2050",), id="dutch smallest"),
    ],
)
def test_invoices_are_known_by_description(text: str, expected: tuple[str, ...]) -> None:
    """Place, size and exception name open invoices in the order of the letter."""
    found = find_numbers(text, ITEMS)
    numbers = [n for m in found.mentions if m.rule != "excepted" for n in m.numbers]

    assert expected == tuple(dict.fromkeys(numbers))


def test_each_statement_gets_the_invoice_that_leads_to_it() -> None:
    """2026-11-11 reply "INV-2041: paid. INV-2042: the price is wrong." ties one to each."""
    text = "INV-2041: paid last week.\nINV-2042: the price is wrong."
    statements = [
        Statement(intent=intent, confidence=0.9, evidence=quote(text, start, start + len(words)))
        for intent, words in (
            (Intent.ALREADY_PAID_CLAIM, "paid last week"),
            (Intent.DISPUTE, "the price is wrong"),
        )
        for start in (text.index(words),)
    ]
    tied = tie_invoices(text, statements, find_numbers(text, ITEMS).mentions)

    assert [("INV-2041",), ("INV-2042",)] == [one.invoices for one in tied]
