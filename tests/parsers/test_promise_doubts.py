"""What leaves a promise open, and what only looks as if it did: day, negation, condition."""

from __future__ import annotations

import pytest

from parsers.reading import Intent
from tests.parsers.judges import PROMISE, Fixed, reading


@pytest.mark.parametrize(
    ("language", "body", "day"),
    [
        ("en", "I am in the office this morning. Payment goes out on 20 November.", "2026-11-20"),
        ("de", "Heute haben wir die Rechnung gefunden. Wir überweisen am 20.11.", "2026-11-20"),
        ("fr", "Validé ce matin, virement le 20 novembre.", "2026-11-20"),
        ("es", "Lo he visto hoy. Lo pagamos el 20 de noviembre.", "2026-11-20"),
        ("it", "Rientrato oggi: il bonifico parte il 20 novembre.", "2026-11-20"),
        ("nl", "Vandaag goedgekeurd, wij betalen op 20 november.", "2026-11-20"),
        ("pt", "Voltei hoje. O pagamento será feito no dia 20.", "2026-11-20"),
        ("pl", "Dziś wróciłam z urlopu. Przelew wyjdzie 20 listopada.", "2026-11-20"),
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_day_that_tells_of_something_else_leaves_the_promise_certain(
    language: str, body: str, day: str
) -> None:
    """The day on which somebody came back or approved is not the day of payment."""
    found = reading(body, PROMISE, language)

    assert ([day], False) == ([one.on.isoformat() for one in found.promises], found.needs_human)


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We will pay on Friday or on Monday."),
        ("de", "Wir zahlen am 20. oder am 27. November."),
        ("fr", "Nous paierons le 20 ou le 27 novembre."),
        ("es", "Pagaremos el día 20 o el día 27."),
        ("en", "Half of it lands on 20 November and the other half later."),
        ("de", "Die Hälfte zahlen wir am 20. November."),
        ("en", "We pay 3 on Friday, 3 on 20 November and 4.50 on 27 November."),
    ],
    ids=["en two", "de two", "fr two", "es two", "en half", "de half", "three parts"],
)
def test_two_days_of_payment_or_a_part_go_to_a_human(language: str, body: str) -> None:
    """Where two days could be meant, or only a part has a day, a person reads the mail."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Not before, the bank is shut. Payment goes out on 20 November."),
        ("en", "I never pressed send, sorry! We pay on 20 November."),
        ("de", "Vorher geht es nicht. Wir überweisen am 20. November."),
        ("fr", "Je n'avais pas vu votre mail. Nous paierons le 20 novembre."),
        ("es", "No había visto su correo. Pagaremos el 20 de noviembre."),
        ("nl", "Ik had je mail niet gezien. Wij betalen op 20 november."),
    ],
    ids=["en before", "en never", "de", "fr", "es", "nl"],
)
def test_a_negation_beside_the_promise_denies_something_else(language: str, body: str) -> None:
    """Another sentence may say no; the promise of the only open invoice stands."""
    assert not reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We will not pay on 20 November."),
        ("en", "We don't pay on 20 November."),
        ("en", "We dont pay on 20 November."),
        ("de", "Wir zahlen am 20. November nicht."),
        ("de", "Am 20.11. wird nicht gezahlt."),
        ("fr", "Nous ne paierons pas le 20 novembre."),
        ("es", "El 20 de noviembre no pagamos."),
        ("it", "Il 20 novembre non paghiamo."),
        ("nl", "Op 20 november betalen wij niet."),
        ("pt", "Não pagamos no dia 20."),
        ("pl", "Nie płacimy 20 listopada."),
    ],
    ids=["en", "en short", "en plain", "de", "de figures", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_negated_promise_is_none(language: str, body: str) -> None:
    """A negation in the clause of the day is never acted upon."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    "body",
    [
        "INV-7 goes out on 20 November. INV-8 we do not have.",
        "We pay the first on 20 November, the other one is not ours to pay.",
        "INV-7 am 20. November. Die andere zahlen wir nicht.",
    ],
    ids=["not here", "not ours", "de"],
)
def test_with_two_invoices_a_negation_may_hold_one_back(body: str) -> None:
    """Where several invoices are open, a negation beside the promise goes to a human."""
    assert reading(body, PROMISE, invoices=2).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We pay on 20 November if you send the goods."),
        ("en", "If the crane works we pay on 20 November."),
        ("de", "Wir zahlen am 20. November, wenn Sie liefern."),
        ("de", "Wenn der Kran läuft, zahlen wir am 20. November."),
        ("fr", "Nous paierons le 20 novembre dès que la machine marche."),
        ("es", "Pagaremos el 20 de noviembre siempre que funcione."),
        ("pl", "Zapłacimy 20 listopada, jeśli dojdzie towar."),
    ],
    ids=["en after", "en before", "de after", "de before", "fr", "es", "pl"],
)
def test_a_condition_is_no_promise_to_act_upon(language: str, body: str) -> None:
    """What hangs on something else goes to a human, however sure the trained reader is."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    "body",
    [
        "We pay on 20 November. If you have questions, call me.",
        "We pay on 20 November, let me know if you need anything else.",
    ],
    ids=["questions", "anything"],
)
def test_an_offer_to_help_is_no_condition(body: str) -> None:
    """A courtesy with "if" leaves the promise as it is."""
    assert not reading(body, PROMISE).needs_human


@pytest.mark.parametrize(
    "body",
    [
        "It was at a meeting that I signed it; the payment leaves on 20 November.",
        "Die Rückmeldung kommt spät, leider. Die Zahlung geht am 20. November raus.",
    ],
    ids=["en", "de"],
)
def test_a_word_beside_a_promise_is_no_reservation(body: str) -> None:
    """A meeting, a regret or a late answer says nothing against the payment."""
    assert not reading(body, PROMISE).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Payment goes out on 20 November, I hope that's ok for you."),
        ("de", "Wir zahlen am 20. November, ich hoffe, das passt so."),
        ("fr", "Nous paierons le 20 novembre, en espérant que cela vous convienne."),
        ("es", "Pagaremos el 20 de noviembre, espero que no sea problema."),
        ("nl", "We betalen op 20 november, hopelijk vind je dat niet erg."),
        ("pl", "Zapłacimy 20 listopada, mam nadzieję, że to nie problem."),
    ],
    ids=["en", "de", "fr", "es", "nl", "pl"],
)
def test_a_hope_that_it_suits_is_no_reservation(language: str, body: str) -> None:
    """Who hopes that the day suits us is sure of paying."""
    assert not reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "I hope to pay on 20 November."),
        ("de", "Ich hoffe, am 20. November zahlen zu können."),
        ("fr", "J'espère payer le 20 novembre."),
        ("es", "Espero pagar el 20 de noviembre."),
        ("nl", "Ik hoop op 20 november te betalen."),
        ("pl", "Mam nadzieję zapłacić 20 listopada."),
    ],
    ids=["en", "de", "fr", "es", "nl", "pl"],
)
def test_a_hope_to_pay_is_a_reservation(language: str, body: str) -> None:
    """Who hopes to pay has promised nothing."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "It follows the prompt payment cycle and is paid on 20 November."),
        ("de", "Der Betrag gelangt am 20. November zur Anweisung."),
    ],
    ids=["en", "de"],
)
def test_words_of_the_trade_instruct_nobody(language: str, body: str) -> None:
    """Prompt payment and a payment order are no instruction to the software."""
    assert not reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "The payment was made yesterday, you will receive it on 13 November."),
        ("de", "Die Zahlung wurde gestern veranlasst, Sie erhalten sie am 13. November."),
        ("fr", "Virement fait hier, vous le recevrez le 13 novembre."),
        ("es", "La transferencia se hizo ayer, la recibirán el 13 de noviembre."),
        ("en", "Both went out on Wednesday, I am told."),
    ],
    ids=["en", "de", "fr", "es", "went out"],
)
def test_the_day_of_an_arrival_is_no_promised_day(language: str, body: str) -> None:
    """What was paid yesterday and arrives tomorrow is paid: nothing is promised."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("body", "is_human"),
    [
        ("5 EUR were paid last week, INV-8 follows on 20 November.", False),
        ("One was paid last week, INV-7 and INV-8 follow on 20 November.", True),
    ],
    ids=["told apart", "both promised"],
)
def test_an_invoice_is_not_paid_and_promised(body: str, is_human: bool) -> None:
    """Where one of two invoices is paid, a promise for both is misread."""
    scores = {Intent.PROMISE_TO_PAY: 0.9, Intent.ALREADY_PAID_CLAIM: 0.85}
    found = reading(body, Fixed(scores=scores), invoices=2)

    assert is_human == found.needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("fr", "Laissez-nous un peu de temps, jusqu'au 20 novembre."),
        ("es", "Denos hasta el 20 de noviembre."),
        ("it", "Dateci tempo fino al 20 novembre."),
        ("nl", "Geef ons tot 20 november."),
        ("da", "Giv os frist til den 20. november."),
    ],
    ids=["fr", "es", "it", "nl", "da"],
)
def test_who_asks_for_time_promises_nothing(language: str, body: str) -> None:
    """A day that is asked for is none that is promised, however sure the trained reader is."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Where I wrote INV-7 I meant INV-8, paid on 20 November."),
        ("es", "Donde dije la INV-7 digo la INV-8: sale el 20 de noviembre."),
        ("pt", "Onde escrevi INV-7 leia-se INV-8, paga a 20 de novembro."),
    ],
    ids=["en", "es", "pt"],
)
def test_an_invoice_named_in_the_place_of_another_goes_to_a_human(language: str, body: str) -> None:
    """A correction names an invoice that is not promised at all."""
    assert reading(body, PROMISE, language, invoices=2).needs_human


def test_a_text_of_nothing_but_days_goes_to_a_human() -> None:
    """Beyond forty days nothing is compared any more: a person reads it."""
    found = reading("We pay on 3 May and 4 May. " * 100, PROMISE)

    assert found.needs_human
    assert "More days are named than one promise has." in found.because
