"""What customers write: their own words in English and German, several ways to say each thing.

`{date}`, `{numbers}` and the other fields are filled in by `say`; which variant a customer uses
follows from the seed alone, so the same seed tells the same story.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

Choice = TypeVar("Choice")


class Said(StrEnum):
    """What a mail is for; the name of its file, too."""

    PROMISE = "promise"
    PROMISE_AGAIN = "promise-again"
    DISPUTE_PRICE = "dispute-price"
    DISPUTE_PURCHASE_ORDER = "dispute-purchase-order"
    REMITTANCE = "remittance"
    PAID = "already-paid"
    ABSENCE = "absence"
    COPY = "copy-request"
    PLAN = "plan-request"
    HARDSHIP = "hardship"
    STOP = "stop-request"
    TICKET = "ticket-receipt"
    FORGED = "forged-promise"
    SOON = "acknowledgement"
    CONTACT = "contact-change"
    BOUNCE = "bounce"
    COMMAND = "rep-command"


ENGLISH: Mapping[Said, Sequence[str]] = MappingProxyType(
    {
        Said.PROMISE: (
            "Thanks for the nudge. We will pay {numbers} on {date}.",
            "Sorry, this one slipped through. Payment of {numbers} will be made on {date}.",
            "Hello,\n\nwe will transfer the full amount by {date}.",
        ),
        Said.PROMISE_AGAIN: (
            "Apologies, the payment run was cancelled. We will pay {numbers} on {date}.",
            "I am sorry about this. You will have the money on {date}, we will pay in full.",
        ),
        Said.DISPUTE_PRICE: (
            "We dispute {number}: the agreed price was lower. According to our order you "
            "overcharged us by {amount}. Please send a credit note.",
            "The price on {number} is wrong. We were quoted less, the difference is {amount}.",
        ),
        Said.DISPUTE_PURCHASE_ORDER: (
            "{number} shows the wrong PO number. We cannot approve it until it is corrected.",
            "The purchase order on {number} is wrong, so our system has blocked it. "
            "Please correct the invoice.",
        ),
        Said.REMITTANCE: (
            "Hello,\n\nplease find our remittance advice for today's bank transfer:\n\n{rows}\n\n"
            "Total {total}\nValue date {date}",
            "Remittance advice\nPayment date: {date}\n\n{rows}\n\nTotal paid: {total}",
            "We have transferred {total} today for {numbers}.",
            "Payment of {total} went out by bank transfer today, for {numbers}.",
        ),
        Said.PAID: (
            "We already paid {numbers} on {date} by bank transfer. Please check your records.",
            "This was paid on {date}. Could you look again?",
        ),
        Said.ABSENCE: (
            "I am out of the office and will be back on {date}. I do not read mail until then.\n\n"
            "In urgent cases please write to my colleague at {deputy}.",
        ),
        Said.COPY: (
            "We cannot find {number} in our system. Could you please send us a copy of the "
            "invoice as a PDF?",
            "Please send me a copy of invoice {number}, we never received the original.",
            "Could you please send us a copy of invoice {number}?",
        ),
        Said.PLAN: (
            "Business is slow at the moment. Could we pay {numbers} in three monthly "
            "instalments? That would help us a lot.",
            "We would like to ask for a payment plan: three equal monthly instalments.",
        ),
        Said.HARDSHIP: (
            "I have to tell you that we are insolvent and have filed for bankruptcy. "
            "We cannot pay.",
        ),
        Said.STOP: (
            "Please stop sending me these e-mails. Write to us by post only.",
            "Stop emailing us. We only accept letters by post from now on.",
        ),
        Said.TICKET: (
            "Your request has been received and a ticket has been created: #{ticket}.\n\n"
            "Please do not change the subject line. This is an automatic message.",
        ),
        Said.FORGED: (
            "This is the new finance director. We will pay everything on {date}, so please do "
            "not send any more reminders.",
        ),
        Said.SOON: (
            "Thanks, we are looking into it and will pay soon.",
            "Got it, thank you. It will be paid with one of our next runs.",
        ),
        Said.CONTACT: (
            "I no longer work in accounts payable. Please send invoices and reminders to "
            "{deputy} from now on.",
        ),
    }
)
GERMAN: Mapping[Said, Sequence[str]] = MappingProxyType(
    {
        Said.PROMISE: (
            "vielen Dank für die Erinnerung. Wir zahlen {numbers} am {date}.",
            "das ist uns leider durchgerutscht. Die Zahlung von {numbers} erfolgt am {date}.",
            "wir überweisen den vollen Betrag bis zum {date}.",
        ),
        Said.PROMISE_AGAIN: (
            "bitte entschuldigen Sie, der Zahllauf ist ausgefallen. Wir überweisen {numbers} am "
            "{date}.",
            "das tut mir leid. Wir zahlen den gesamten Betrag am {date}.",
        ),
        Said.DISPUTE_PRICE: (
            "der Preis auf {number} stimmt nicht, vereinbart war ein niedrigerer. Sie haben uns "
            "{amount} zu viel berechnet. Bitte senden Sie eine Gutschrift.",
        ),
        Said.DISPUTE_PURCHASE_ORDER: (
            "auf {number} ist die Bestellnummer falsch. Bitte korrigieren Sie die Rechnung.",
        ),
        Said.REMITTANCE: (
            "anbei unser Zahlungsavis zur heutigen Überweisung:\n\n{rows}\n\nSumme {total}\n"
            "Wertstellung {date}",
            "wir haben heute {total} für {numbers} überwiesen.",
        ),
        Said.PAID: (
            "wir haben {numbers} bereits am {date} überwiesen. Bitte prüfen Sie Ihr Konto.",
            "die Rechnung wurde schon am {date} bezahlt.",
        ),
        Said.ABSENCE: (
            "ich bin nicht im Büro und am {date} wieder erreichbar. Ihre Nachricht wird nicht "
            "weitergeleitet.\n\nIn dringenden Fällen wenden Sie sich bitte an {deputy}.",
        ),
        Said.COPY: (
            "uns liegt {number} nicht vor. Könnten Sie uns bitte eine Kopie der Rechnung "
            "als PDF schicken?",
            "bitte senden Sie uns die Rechnung {number} noch einmal zu.",
        ),
        Said.PLAN: (
            "derzeit ist es bei uns knapp. Können wir {numbers} in drei Monatsraten zahlen?",
        ),
        Said.HARDSHIP: (
            "leider müssen wir Ihnen mitteilen, dass wir Insolvenz angemeldet haben. Wir können "
            "die offenen Rechnungen nicht bezahlen.",
        ),
        Said.STOP: ("bitte schicken Sie uns keine E-Mails mehr. Wir wünschen nur noch Briefpost.",),
        Said.TICKET: (
            "Ihre Anfrage ist bei uns eingegangen, Ticketnummer #{ticket}.\n\n"
            "Dies ist eine automatische Nachricht, bitte antworten Sie nicht darauf.",
        ),
        Said.FORGED: (
            "ich bin der neue Leiter der Finanzabteilung. Wir zahlen alles am {date}, bitte "
            "schicken Sie keine Mahnungen mehr.",
        ),
        Said.SOON: (
            "danke für den Hinweis. Wir kümmern uns darum und zahlen demnächst.",
            "vielen Dank, die Rechnung ist bei uns in Bearbeitung.",
        ),
        Said.CONTACT: (
            "ich bin nicht mehr für die Buchhaltung zuständig. Bitte schreiben Sie künftig an "
            "{deputy}.",
        ),
    }
)
GREETINGS = MappingProxyType(
    {
        "en": ("Hello,", "Good morning,", "Dear team,"),
        "de": ("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"),
    }
)
FAREWELLS = MappingProxyType(
    {
        "en": ("Kind regards", "Best wishes", "Regards"),
        "de": ("Mit freundlichen Grüßen", "Viele Grüße", "Freundliche Grüße"),
    }
)
AUTOMATIC = frozenset({Said.ABSENCE, Said.TICKET})


def chosen(options: Sequence[Choice], *key: object) -> Choice:
    """Return one of the options; the same key, the same choice."""
    spoken = "|".join(str(part) for part in key)
    digest = hashlib.blake2b(spoken.encode(), digest_size=8).digest()
    return options[int.from_bytes(digest) % len(options)]


def say(said: Said, language: str, signer: str, key: object, fields: Mapping[str, str]) -> str:
    """Return the text of a mail.

    Args:
        said: What it is for.
        language: `en` or `de`.
        signer: Who signs, on lines of its own; automatic mail is not signed.
        key: What the choice of words depends on (the seed, the account, the occasion).
        fields: What the variants name in braces.
    """
    speech = GERMAN if language == "de" else ENGLISH
    body = chosen(speech[said], key, said).format_map(dict(fields))
    if said in AUTOMATIC:
        return body
    greeting = chosen(GREETINGS[language], key, said, "greeting")
    farewell = chosen(FAREWELLS[language], key, said, "farewell")
    opening = "" if body.startswith("Hello,") else f"{greeting}\n\n"
    return f"{opening}{body}\n\n{farewell}\n{signer}"
