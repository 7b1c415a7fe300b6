"""Labels that grammar settles: payments announced, told, or only claimed to be told."""

from __future__ import annotations

import pytest

from parsers.reading import Intent
from tests.parsers.judges import Fixed, reading

DISPUTE, PROMISE = Intent.DISPUTE, Intent.PROMISE_TO_PAY
REMITTANCE, CLAIM = Intent.REMITTANCE_ADVICE, Intent.ALREADY_PAID_CLAIM


@pytest.mark.parametrize(
    "body",
    [
        "The freight is not what we agreed. The rest we pay on Friday.",
        "Die Fracht war anders vereinbart. Den Rest zahlen wir am Freitag.",
        "Le port n'etait pas convenu. Le reste, nous le payons vendredi.",
        "Los portes no se pactaron. El resto lo pagamos el viernes.",
        "Il trasporto non era pattuito. Il resto lo paghiamo venerdì.",
        "De vracht was niet afgesproken. De rest betalen we vrijdag.",
        "O frete não foi combinado. O resto pagamos na sexta-feira.",
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt"],
)
def test_a_sentence_that_promises_a_day_is_seen_beside_a_surer_label(body: str) -> None:
    """A dated promise beside a dispute is a promise too, and a human confirms it."""
    found = reading(body, Fixed(scores={DISPUTE: 0.9, PROMISE: 0.2}))

    assert {DISPUTE, PROMISE} == set(found.intents)
    assert ["2026-11-13"] == [str(one.on) for one in found.promises]
    assert found.needs_human


@pytest.mark.parametrize(
    ("body", "score"),
    [
        ("Could we pay on Friday?", 0.2),
        ("We pay on Friday, provided that the credit note is here.", 0.2),
        ("Paghiamo venerdì, a patto che arrivi la nota di credito.", 0.2),
        ("We pay on Friday.", 0.05),
    ],
    ids=["asks", "condition", "condition it", "the reader excludes it"],
)
def test_what_asks_or_hangs_on_something_is_no_promise(body: str, score: float) -> None:
    """A question, a condition or a reader who is sure against it leave the labels alone."""
    found = reading(body, Fixed(scores={DISPUTE: 0.9, PROMISE: score}))

    assert PROMISE not in found.intents


def test_a_request_for_time_does_not_become_a_promise() -> None:
    """Where more time is asked for, a day beside it is no promise by grammar alone."""
    found = reading(
        "Could you wait? We pay on Friday.",
        Fixed(scores={Intent.EXTENSION_REQUEST: 0.9, PROMISE: 0.3}),
    )

    assert (Intent.EXTENSION_REQUEST,) == found.intents


@pytest.mark.parametrize(
    "body",
    [
        "The second is wrong. For the first we sent €10.50 on Monday.",
        "Die zweite ist falsch. Für die erste haben wir am Montag 10,50 € überwiesen.",
        "La seconde est fausse. Pour la première, 10,50 € ont été virés lundi.",
        "La segunda está mal. De la primera se pagaron y transferidos 10,50 € el lunes.",
        "De tweede klopt niet. Voor de eerste is maandag € 10,50 overgemaakt.",
        "Druga jest błędna. Za pierwszą przelaliśmy w poniedziałek 10,50 EUR.",
        "Den andra är fel. För den första betalade vi 10,50 EUR i måndags.",
    ],
    ids=["en", "de", "fr", "es", "nl", "pl", "sv"],
)
def test_a_payment_told_with_its_sum_is_an_advice_beside_a_surer_label(body: str) -> None:
    """A payment made, with its sum, is seen beside a dispute."""
    found = reading(body, Fixed(scores={DISPUTE: 0.9, REMITTANCE: 0.15}))

    assert {DISPUTE, REMITTANCE} == set(found.intents)
    assert found.remittance is not None
    assert found.remittance.amount is not None
    assert 1050 == found.remittance.amount.minor
    assert found.needs_human


@pytest.mark.parametrize(
    "body",
    [
        "Proof of payment attached, please update your books.",
        "Anbei der Überweisungsbeleg als PDF.",
        "Ci-joint la preuve de virement.",
        "Adjunto captura de la transferencia del viernes.",
        "In allegato la contabile.",
        "Bijgaand het betaalbewijs.",
        "Remetemos em anexo o comprovativo da transferência.",
        "W załączeniu potwierdzenie przelewu.",
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_proof_of_payment_sent_along_makes_an_advice(body: str) -> None:
    """The proof of a payment, sent along, is an advice even where a copy is thought likelier."""
    found = reading(body, Fixed(scores={Intent.INVOICE_COPY_REQUEST: 0.6, REMITTANCE: 0.1}))

    assert REMITTANCE in found.intents


def test_a_claim_to_have_paid_with_its_sum_is_an_advice() -> None:
    """Of the two kinds of paid, the sum makes it an advice."""
    found = reading(
        "We paid €10.50 into your account on Monday.", Fixed(scores={CLAIM: 0.7, REMITTANCE: 0.2})
    )

    assert (REMITTANCE,) == found.intents


def test_sums_announced_for_a_day_are_no_advice() -> None:
    """A sum beside a day to come, without a word of a payment made, is a promise alone."""
    found = reading(
        "OK, € 10.50 on Friday for the pair of them.",
        Fixed(scores={PROMISE: 0.9, REMITTANCE: 0.6}),
    )

    assert (PROMISE,) == found.intents
    assert found.remittance is None


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("We sent the rest on the 2nd. INV-7 goes out on Friday.", "2026-11-13"),
        ("INV-7 goes out on Friday. Could the other wait until the 30th?", "2026-11-13"),
        ("We pay Monday week... sorry, I mean this coming Monday.", "2026-11-16"),
        ("O pagamento de 700 sai no dia 28.", "2026-11-28"),
        ("We pay this on 20 November. Hope that is not too late for you.", "2026-11-20"),
    ],
    ids=["sent before", "asked for", "corrected", "no dia", "the next sentence denies"],
)
def test_the_day_of_payment_is_told_from_the_days_beside_it(body: str, day: str) -> None:
    """Days of payments made, days asked for and days taken back are not the day promised."""
    found = reading(body, Fixed(scores={PROMISE: 0.95}))

    assert [day] == [str(one.on) for one in found.promises]


def test_a_tax_rate_and_the_tail_of_a_number_are_no_days() -> None:
    """ "IVA al 22" names a rate, and "a 7" the invoice INV-7, where a day stands beside them."""
    rate = reading(
        "Il resto parte domani. Avete applicato l'IVA al 22.", Fixed(scores={PROMISE: 0.95})
    )
    tail = reading("Pago na quarta, primeiro a 7.", Fixed(scores={PROMISE: 0.95}))

    assert ["2026-11-12"] == [str(one.on) for one in rate.promises]
    assert ["2026-11-18"] == [str(one.on) for one in tail.promises]
