"""Serious words that are denied, and those that stand in spite of a negation beside them."""

from __future__ import annotations

import pytest

from parsers.denials import without_denials
from parsers.evidence import fold
from parsers.reading import Flag, Intent
from tests.parsers.judges import PROMISE, Fixed, reading


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Nobody is disputing anything. Payment goes out on 20 November."),
        ("en", "We're not insolvent! You will be paid on 20 November."),
        ("de", "Wir reklamieren nichts. Die Zahlung geht am 20. November raus."),
        ("de", "Raten brauche ich keine, die Zahlung geht am 20. November raus."),
        ("fr", "Aucun litige de notre part, virement le 20 novembre."),
        ("es", "No estoy reclamando nada: pagamos el 20 de noviembre."),
        ("it", "Nessuna contestazione, paghiamo il 20 novembre."),
        ("pl", "Nie mamy reklamacji, zapłacimy 20 listopada."),
        ("en", "It only lay around, it is not disputed. Payment goes out on 20 November."),
        ("de", "Insolvent sind wir nicht, die Zahlung geht am 20. November raus."),
        ("da", "Ingen afdragsordning, vi betaler den 20. november."),
    ],
    ids=[
        *("en dispute", "en insolvent", "de", "de instalments", "fr", "es", "it", "pl"),
        *("en only", "de insolvent", "da"),
    ],
)
def test_a_denied_dispute_is_none(language: str, body: str) -> None:
    """Who says that nothing is disputed disputes nothing, and the promise stands."""
    assert not reading(body, PROMISE, language).needs_human


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "We do not dispute the price but the quantity. We pay on 20 November."),
        ("en", "The goods were never delivered. We pay on 20 November."),
        ("en", "You sent the wrong size. We pay on 20 November."),
        ("de", "Wir reklamieren die Ware. Wir zahlen am 20. November."),
        ("de", "Nicht den Preis, sondern die Menge bestreiten wir. Zahlung am 20. November."),
        ("fr", "Il y a un litige sur la quantité. Nous paierons le 20 novembre."),
        ("es", "Hemos puesto una reclamación. Pagaremos el 20 de noviembre."),
    ],
    ids=["en but", "en never", "en wrong", "de", "de but", "fr", "es"],
)
def test_a_dispute_beside_a_promise_is_never_outvoted(language: str, body: str) -> None:
    """A dispute goes to a human however sure the trained reader is of the promise."""
    assert reading(body, PROMISE, language).needs_human


def test_every_place_of_a_sentence_is_kept() -> None:
    """Blanking moves nothing, so that what is found later is quoted rightly."""
    text = fold("Nobody is disputing anything, the pump is broken.")
    plain = without_denials(text)

    assert ("", len(text), text.index("pump")) == (
        plain[:28].strip(),
        len(plain),
        plain.index("pump"),
    )


@pytest.mark.parametrize(
    ("intent", "body"),
    [
        (Intent.OUT_OF_OFFICE, "Our shop is closed until 20 November, I am on leave."),
        (Intent.INVOICE_COPY_REQUEST, "We never had this invoice, please send it again."),
        (Intent.CONTACT_CHANGE, "Wrong department, write to bills@kern.example instead."),
    ],
    ids=["absence", "copy", "contact"],
)
def test_words_that_belong_to_a_mild_mail_are_no_dispute(intent: Intent, body: str) -> None:
    """An absence is closed and a missing invoice was never received: nobody disputes."""
    assert not reading(body, Fixed(scores={intent: 0.97})).needs_human


@pytest.mark.parametrize(
    ("body", "is_change"),
    [
        ("Bitte beachten Sie unsere neue Bankverbindung.", True),
        ("You have changed your bank account, is that right?", True),
        ("¿Es vuestra la nueva cuenta?", True),
        ("Potwierdzacie zmianę rachunku?", True),
        ("Laut Kontoauszug bezahlt. Alles Gute im neuen Jahr!", False),
        ("New phone, and the bank sends me a code by letter.", False),
        ("Paid after the bank holiday from our account.", False),
    ],
    ids=["de", "en", "es", "pl", "new year", "new phone", "holiday"],
)
def test_a_change_of_bank_details_is_seen_where_it_is_told(body: str, is_change: bool) -> None:
    """A new account is told in one breath; "new" and "bank" far apart tell of none."""
    found = reading(body, Fixed(scores={Intent.INFORMATION_REQUEST: 0.97}))

    assert is_change == (Flag.BANK_CHANGE in found.flags)
