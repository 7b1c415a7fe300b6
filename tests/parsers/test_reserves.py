"""What a reply holds back beside its label, and what only looks as if it held something back."""

from __future__ import annotations

import pytest

from parsers.evidence import fold
from parsers.reading import Intent
from parsers.reserves import reserves
from tests.parsers.judges import PROMISE, Fixed, reading

PAID = Fixed(scores={Intent.REMITTANCE_ADVICE: 0.97})
COPY = Fixed(scores={Intent.INVOICE_COPY_REQUEST: 0.97})


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "You get your money on 20 November, God and our biggest customer willing."),
        ("en", "Will do on the 20th, money permitting."),
        ("en", "The 20 November payment run has been cancelled."),
        ("en", "We'll pay one of the two on 20 November."),
        ("de", "Am 20. November überweisen wir, damit ist die Sache für uns erledigt."),
        ("de", "Der Steuerberater meinte, wir zahlen am 20. November. Das sehe ich anders."),
        ("de", "Vorgesehen für den 20. November. Der Verwalter muss sie noch freigeben."),
        ("fr", "Bien sûr, le 20 novembre, quand les poules auront des dents."),
        ("fr", "Le chef écrit : « le travail est bâclé ». La comptabilité paie le 20 novembre."),
        ("es", "El 20 de noviembre transferimos y con eso queda zanjado el asunto."),
        ("es", "Claro que sí, el 20 de noviembre, cuando las ranas críen pelo."),
        ("it", "Bonifico il 20 novembre. Detto questo, la caldaia perde ancora."),
        ("nl", "Betaling op 20 november. Wel lekt het dak nog steeds."),
        ("nl", "Op 20 november maken wij het over, tegen finale kwijting."),
        ("pt", "Transferência a 20 de novembro. Dito isto, o telhado continua a meter água."),
        ("pt", "Pagamos no dia 20 de novembro, descontando as peças partidas."),
        ("pl", "Przelew 20 listopada. Swoją drogą dach nadal przecieka."),
        ("pl", "20 listopada płacimy, po potrąceniu kosztu lamp."),
    ],
    ids=[
        *("en willing", "en permitting", "en cancelled", "en one of", "de final", "de disagrees"),
        *("de approval", "fr never", "fr quoted", "es final", "es never", "it contrast"),
        *("nl contrast", "nl final", "pt contrast", "pt less", "pl contrast", "pl less"),
    ],
)
def test_a_promise_that_holds_something_back_goes_to_a_human(language: str, body: str) -> None:
    """A part held back, a will to come, a "that said": a person reads the promise."""
    assert reading(body, PROMISE, language, invoices=2).needs_human


@pytest.mark.parametrize(
    "body",
    [
        "We transferred 10.50 on 9 November under protest.",
        "Wir haben am 9. November 10,50 Euro unter Vorbehalt überwiesen.",
        "Viré 10,50 euros le 9 novembre, sans reconnaissance de dette.",
        "Transferimos 10,50 euros el 9 de noviembre bajo protesta.",
        "Bonificati 10,50 euro il 9 novembre con riserva di ripetizione.",
        "Op 9 november 10,50 euro onder protest betaald.",
        "Pagámos 10,50 euros a 9 de novembro sob protesto.",
        "Zapłaciliśmy 10,50 euro 9 listopada z zastrzeżeniem zwrotu.",
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_payment_under_protest_goes_to_a_human(body: str) -> None:
    """Who pays under protest may claim it back: no payment to book without a look."""
    assert reading(body, PAID).needs_human


@pytest.mark.parametrize(
    "body",
    [
        "Please send me a copy so that I can show the court what you tried on.",
        "Bitte schicken Sie mir die Rechnung, mein Anwalt braucht sie für die Klage.",
        "Merci de m'envoyer le duplicata, je le joindrai à ma plainte.",
        "Envíeme la factura, que la necesita mi abogado.",
        "Mandatemi la fattura, serve al giudice di pace.",
        "Stuur mij de factuur, de rechter wil hem zien.",
        "Envie-me a fatura, o meu advogado precisa dela.",
        "Proszę o fakturę, potrzebuje jej syndyk.",
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_paper_for_a_court_goes_to_a_human(body: str) -> None:
    """A copy that is asked for in courtesy, for a court or an insolvency, is no mere copy."""
    assert reading(body, COPY).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We will pay on 20 November."),
        ("en", "Sorry, I was away. It goes out on 20 November when I'm back at work."),
        ("de", "Wie besprochen überweisen wir am 20. November."),
        ("fr", "Comme convenu, nous réglons le 20 novembre."),
        ("es", "Disculpe el retraso, la transferencia sale el 20 de noviembre."),
        ("it", "Scusate ancora il ritardo, il bonifico parte il 20 novembre."),
        ("nl", "Zoals afgesproken betalen wij op 20 november."),
        ("pt", "Peço desculpa pelo atraso, a transferência segue a 20 de novembro."),
        ("pl", "Zgodnie z ustaleniami zapłacimy 20 listopada."),
    ],
    ids=["en", "en back", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_plain_promise_holds_nothing_back(language: str, body: str) -> None:
    """Courtesy and a reason for the delay take nothing off a promise."""
    assert not reading(body, PROMISE, language).needs_human


def test_a_contrast_counts_only_beside_a_payment() -> None:
    """ "However" beside a question is how people write."""
    words = fold("I have it here. However, which order was it for?")

    assert [] == reserves(words, [Intent.INFORMATION_REQUEST])
    assert ["Something is set against the payment."] == reserves(words, [Intent.PROMISE_TO_PAY])
