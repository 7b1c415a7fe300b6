"""What a reply holds back beside its label, and what only looks as if it held something back."""

from __future__ import annotations

import pytest

from parsers.evidence import fold
from parsers.reading import Intent
from parsers.record import read_record
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
        "Payment of EUR 10.50 is confirmed. Sign in with your e-mail password to release it.",
        "Zahlung über 10,50 Euro bestätigt. Bitte mit Ihrem Passwort anmelden.",
        "Paiement de 10,50 euros confirmé. Saisissez votre mot de passe pour le recevoir.",
        "Pago de 10,50 euros confirmado. Introduzca su contraseña para recibirlo.",
        "Pagamento di 10,50 euro confermato. Inserisca la sua password per riceverlo.",
        "Betaling van 10,50 euro bevestigd. Vul uw wachtwoord in om te ontvangen.",
        "Pagamento de 10,50 euros confirmado. Introduza a sua senha para o receber.",
        "Wpłata 10,50 euro potwierdzona. Podaj swoje hasło, aby ją odebrać.",
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_payment_that_asks_for_a_password_goes_to_a_human(body: str) -> None:
    """A payment that is to be released by signing in is bait, whatever it looks like."""
    assert reading(body, PAID).needs_human


def test_a_bank_called_otp_asks_for_no_password() -> None:
    """The payment went by OTP Bank, a bank in Hungary."""
    body = "We transferred EUR 10.50 on 9 November by OTP Bank, reference 77120."

    assert not reading(body, PAID).needs_human


def test_a_payment_that_names_a_settled_invoice_may_be_large() -> None:
    """What was paid beside the 10.50 euros that are open is in the ledger already."""
    record = {
        "body": "We transferred EUR 2,500.00 on 9 November for INV-7 and INV-8, reference 77120.",
        "headers": {"From": "Ada Kern <ada@kern.example>"},
        "received": "2026-11-11T10:00:00+01:00",
        "open_invoices": [
            {"number": "INV-7", "amount": 10.5, "currency": "EUR", "due": "2026-10-01"},
            {"number": "INV-8", "amount": 0, "currency": "EUR", "due": "2026-10-01"},
        ],
    }

    found = read_record(record, PAID)

    assert found.remittance is not None
    assert ("INV-7", "INV-8") == found.remittance.invoices
    assert not found.needs_human


@pytest.mark.parametrize(
    ("body", "is_human"),
    [
        ("We transferred EUR 10.50 on 9 November, reference 77120.", False),
        ("We transferred EUR 2,500.00 on 9 November, reference 77120.", True),
        ("We transferred USD 10.50 on 9 November, reference 77120.", True),
    ],
    ids=["what is open", "far more", "another currency"],
)
def test_a_payment_that_fits_nothing_open_goes_to_a_human(body: str, is_human: bool) -> None:
    """One invoice of 10.50 euros is open: far more, or another currency, pays something else."""
    assert is_human is reading(body, PAID).needs_human


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


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We were going to pay on 20 November. Then we saw the kitchen."),
        ("de", "Ich hätte am 20. November gern gezahlt."),
        ("fr", "J'aurais volontiers payé le 20 novembre."),
        ("es", "Íbamos a pagar el 20 de noviembre. Luego vimos la cocina."),
        ("it", "Avrei pagato volentieri il 20 novembre."),
        ("nl", "Ik had graag op 20 november betaald."),
        ("pt", "Teria pago com gosto a 20 de novembro."),
        ("pl", "Chętnie zapłaciłbym 20 listopada."),
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_payment_that_would_have_been_is_none(language: str, body: str) -> None:
    """Who would have paid does not say that he will."""
    assert reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Our customer pays us on 20 November, after that it's your turn."),
        ("de", "Unser Kunde zahlt am 20. November, danach sind Sie dran."),
        ("fr", "Notre client nous paie le 20 novembre, ensuite ce sera votre tour."),
        ("es", "Nuestro cliente nos paga el 20 de noviembre, luego les toca a ustedes."),
        ("it", "Il nostro cliente ci paga il 20 novembre, poi tocca a voi."),
        ("nl", "Onze klant betaalt ons op 20 november, daarna bent u aan de beurt."),
        ("pt", "O nosso cliente paga-nos a 20 de novembro, depois é a vossa vez."),
        ("pl", "Nasz klient płaci nam 20 listopada, potem kolej na Państwa."),
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_the_day_on_which_another_pays_the_customer_is_no_promise(language: str, body: str) -> None:
    """The day belongs to the payment of somebody else."""
    assert reading(body, PROMISE, language).needs_human


def test_we_pay_is_not_taken_for_they_pay_us() -> None:
    """The French "nous paierons" is the customer himself."""
    assert not reading("Nous paierons le 20 novembre.", PROMISE, "fr").needs_human


@pytest.mark.parametrize(
    "body",
    [
        "I'm away until 23 November. Suppliers: all payments are suspended.",
        "Ich bin bis 23. November im Urlaub. Alle Zahlungen sind ausgesetzt.",
        "Je suis absente jusqu'au 23 novembre. Tous les paiements sont suspendus.",
        "Estoy fuera hasta el 23 de noviembre. Los pagos están suspendidos.",
        "Sono assente fino al 23 novembre. Tutti i pagamenti sono sospesi.",
        "Ik ben afwezig tot 23 november. Alle betalingen zijn opgeschort.",
        "Estou ausente até 23 de novembro. Todos os pagamentos estão suspensos.",
        "Jestem nieobecna do 23 listopada. Wszystkie płatności są wstrzymane.",
    ],
    ids=["en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_an_absence_that_tells_of_stopped_payments_goes_to_a_human(body: str) -> None:
    """All payments stopped is a hint of an insolvency, not a mere absence."""
    away = Fixed(scores={Intent.OUT_OF_OFFICE: 0.97})

    assert reading(body, away).needs_human


@pytest.mark.parametrize(
    "body",
    [
        "Please write to my mother's executor at will@kern.example from now on.",
        "Write to new@kern.example in future and delete my address.",
        "Bitte an neu@kern.example schreiben und streichen Sie mich aus der Liste.",
        "Écrivez à neuf@kern.example et effacez mon adresse de vos fichiers.",
        "Escriban a nuevo@kern.example y borren mis datos.",
        "Scrivete a nuovo@kern.example e cancellate i miei dati.",
        "Schrijf naar nieuw@kern.example en verwijder mijn adres.",
        "Escrevam para novo@kern.example e apaguem os meus dados.",
        "Proszę pisać na nowy@kern.example i usunąć mój adres.",
    ],
    ids=["en executor", "en", "de", "fr", "es", "it", "nl", "pt", "pl"],
)
def test_a_new_address_with_an_heir_or_an_erasure_goes_to_a_human(body: str) -> None:
    """Beside the new address stands a death, or the wish to be forgotten."""
    change = Fixed(scores={Intent.CONTACT_CHANGE: 0.97})

    assert reading(body, change).needs_human


def test_an_arrangement_with_one_of_us_counts_only_without_a_promise() -> None:
    """ "It is settled with your rep" must be asked of the rep; a day of payment stands alone."""
    words = fold("As discussed with your colleague.")

    assert [] == reserves(words, [Intent.PROMISE_TO_PAY])
    assert ["Something is said to be arranged with one of us."] == reserves(
        words, [Intent.ACKNOWLEDGEMENT]
    )
