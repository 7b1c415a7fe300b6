"""Automatic mail told by subject and words alone, as archives keep it: without headers."""

from __future__ import annotations

import pytest

from parsers.absence import HINT, LIKELY, absence_said, is_only_absence
from parsers.automatic import automatic
from parsers.identify import identify
from parsers.mime import decode
from parsers.reading import Automatic, Context

LIST = "List-Id: <dev.lists.example.org>\nPrecedence: list\n"

ABSENCES = [
    (
        "AUTO: Peter Miles is out of the office (returning 06/15/2026)",
        "I am out of the office until 06/15/2026.\n\nI will be out of the office and will "
        "have limited access to mail.\n\nNote: This is an automated response to your message "
        '"[dev] Build" sent on 6/1/2026. This is the only notification you will receive '
        "while this person is away.",
    ),
    (
        "Peter Miles is out of the office.",
        "I will be out of the office starting 06/01/2026 and will not return until "
        "06/15/2026.\n\nI will respond to your message when I return.",
    ),
    (
        "Out of Office AutoReply: [dev] Build",
        "I am travelling with sporadic email. For anything pressing call the front desk.",
    ),
    (
        "Re: [dev] Build",
        "Hello,\n\nI am on annual leave from 1st June returning 15th June. If your query is "
        "urgent please contact service.desk@example.org.\n\nRegards",
    ),
    (
        "Automatic reply: [dev] Build",
        "Maternity leave. Contact Ana.",
    ),
    (
        "[dev] Abwesenheitsnotiz",
        "Sehr geehrte Damen und Herren, ich bin vom 1.6. bis zum 12.6. nicht im Hause. Ihre "
        "Mail wird nicht weitergeleitet.",
    ),
    (
        "Abwesend",
        "bin bis 12.6. nicht da",
    ),
    (
        "Antwort: Build",
        "Ich werde ab 01.06.2026 nicht im Büro sein. Ich kehre zurück am 15.06.2026.\n\nIch "
        "werde Ihre Nachricht nach meiner Rückkehr beantworten.",
    ),
    (
        "Ich bin außer Haus",
        "Ich bin ab Mo, 01.06.2026 außer Haus und kehre zurück Mo, 15.06.2026.",
    ),
    (
        "Réponse automatique : Build",
        "Je suis absente jusqu'au 15 juin. En cas d'urgence, merci de contacter le standard.",
    ),
    (
        "Absence",
        "Bonjour, je suis actuellement en congés et de retour le 15 juin.",
    ),
    (
        "Réponse d'absence",
        "Je ne suis pas joignable cette semaine.",
    ),
    (
        "Fuera de la oficina",
        "No estaré disponible hasta el lunes.",
    ),
    (
        "Assenza",
        "Sarò assente fino al 15 giugno",
    ),
    (
        "Afwezigheidsmelding",
        "Ik ben er even niet.",
    ),
    (
        "Vacation",
        "I am currently on vacation and will read your mail when I get back.",
    ),
    (
        "away from my mail",
        'I will not be reading my mail for a while.\nYour mail concerning "Build" will be '
        "read when I return.",
    ),
    (
        "Auto-reply",
        "Thanks for your mail! I am on parental leave and back in September.",
    ),
    (
        "Re: Build",
        "This is an automatic reply. I am currently away on leave, and will be back on 15 "
        "June. Your message will be read then.",
    ),
    (
        "Automatic reply: Build",
        "Thank you for your message. I no longer work on Fridays.",
    ),
    (
        "Frånvaromeddelande",
        "Jag är tillbaka på kontoret den 15 juni.",
    ),
    (
        "Autosvar: Build",
        "Tak for din mail. Jeg er ikke på arbejde før mandag.",
    ),
    (
        "Auto: Build",
        "I am OOO until 6/15.",
    ),
    (
        "Nieobecność w biurze",
        "Jestem poza biurem do 15 czerwca.",
    ),
    (
        "Out of office",
        "Sorry I missed you. I will be gone fishing until the end of June!",
    ),
    (
        "Out of Office Re: Build",
        "I am on paternity leave until July 1.",
    ),
    (
        "Automatische Antwort: Build",
        "Danke für Ihre Nachricht. Ich arbeite nur Montag bis Mittwoch.",
    ),
    (
        "Ausência",
        "Estou fora do escritório até 15/06. Contacte ana@example.org.",
    ),
]
RECEIPTS = [
    (
        "Your message to support",
        "Thank you for contacting Example Support. Your request has been received and "
        "assigned ticket number 48213. A representative will respond within two business "
        "days.",
    ),
    (
        "Re: Build [#48213]",
        "Hello,\n\nThis is an automatic confirmation that we received your message. Your "
        "reference is #48213.",
    ),
    (
        "[Case 48213] Build",
        "Thank you for your email. A case has been created and our team will be in touch soon.",
    ),
    (
        "Ihre Anfrage vom 1. Juni",
        "Vielen Dank für Ihre Anfrage. Wir bearbeiten diese schnellstmöglich. Dies ist eine "
        "automatisch generierte E-Mail.",
    ),
    (
        "Message received",
        "Thank you for your email. This mailbox is monitored Monday to Friday 9-5. We aim to "
        "respond within 48 hours. This is an automated reply.",
    ),
    (
        "Auto Response",
        "Your email has been received. We will get back to you shortly.",
    ),
    (
        "Confirmation",
        "We have received your enquiry and will respond as soon as possible. Please do not "
        "reply to this automated message.",
    ),
    (
        "Subscription confirmation",
        "We have received a request to subscribe your address to the list. To confirm, reply "
        "to this message keeping the subject intact, or visit the link.",
    ),
    (
        "Re: Build",
        "Your message has been delivered to my inbox but I changed my address. Please update "
        "your address book: new@example.org. This is an automated message.",
    ),
]
PEOPLE = [
    (
        "Re: [dev] Build",
        "I will be on vacation next week, so can someone else merge this? I looked at the "
        "patch and it seems fine.",
    ),
    (
        "Re: [dev] Release",
        "I am away until Monday, will look at the patch then.\n\nKim",
    ),
    (
        "Re: [dev] Release",
        "Sorry for the late answer, I was on holiday. The patch looks good to me, +1.",
    ),
    (
        "Re: Out of office module",
        "The out of office module does not send the reply when the user has no address. See "
        "trace below.",
    ),
    (
        "[dev] Vacation message plugin 1.2",
        "I have released version 1.2 of the vacation plugin. It now supports limited access "
        "to folders.",
    ),
    (
        "Meeting",
        "I am out of the office on Thursday, can we move the meeting to Friday?",
    ),
    (
        "Re: Urlaub",
        "Hallo Kim, im Urlaub habe ich kein Netz, schick mir die Unterlagen bitte vorher. Danke!",
    ),
    (
        "Re: Feiertage",
        "Wir haben zwischen den Jahren geschlossen, danach kümmern wir uns um eure Rechnung.",
    ),
    (
        "Re: Rechnung",
        "Frau Maier ist noch bis Freitag im Urlaub, ich habe die Rechnung ihr hingelegt und "
        "sie bezahlt am Montag.",
    ),
    (
        "Automatic reply does not work",
        "Hi, my automatic reply does not work since the upgrade. I set it for my holiday but "
        "people get nothing. What should I do?",
    ),
    (
        "Re: congés",
        "Je suis en congé la semaine prochaine, peux-tu prendre la réunion ?",
    ),
    (
        "Re: ticket 48213",
        "I have opened a ticket number 48213 for this bug, please follow up there.",
    ),
    (
        "Re: Case",
        "We have received your goods and the invoice, but the invoice number is wrong.",
    ),
    (
        "Re: Build",
        "Thanks for your message. I will look into it next week when I am back from the "
        "conference.",
    ),
    (
        "Re: Invoice",
        "Thank you for your email. We have received your invoice and forwarded it to our "
        "accounts department.",
    ),
    (
        "Re: delivery",
        "Delivery failed again yesterday, nobody was at the dock. Mail me a new slot at "
        "dock@example.org.",
    ),
    (
        "Undeliverable goods",
        "The goods were returned to us as undeliverable. Please check the address 12 High St, "
        "and call me.",
    ),
    (
        "Holiday pay",
        "Your holiday pay for May is on the way.",
    ),
    (
        "Re: absence of documentation",
        "There is an absence of documentation for this invoice, please send the delivery note.",
    ),
    (
        "OOO on Friday",
        "Just so you know I am OOO on Friday. Invoice 77 is approved and will be paid in the "
        "next run.",
    ),
    (
        "Re: Accepted: offer",
        "We accepted the offer, please send the contract.",
    ),
    (
        "Read: the contract",
        "I have read the contract and sign it today.",
    ),
    (
        "Re: leave it",
        "Leave it with me until Monday.",
    ),
    (
        "Kur",
        "Bin gerade in Kur, die Rechnung macht meine Frau. Ruf sie an.",
    ),
]


def _kind(subject: str, body: str, headers: str = "") -> Automatic:
    raw = (
        f"From: Kim <kim@example.org>\nSubject: {subject}\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    ).encode()
    return automatic(decode(raw), identify(raw, Context()))[0]


@pytest.mark.parametrize("headers", ["", LIST], ids=["direct", "list"])
@pytest.mark.parametrize(("subject", "body"), ABSENCES)
def test_absence_notes_without_headers(subject: str, body: str, headers: str) -> None:
    """A note of absence is one, whatever became of its headers."""
    assert Automatic.OUT_OF_OFFICE == _kind(subject, body, headers)


@pytest.mark.parametrize(("subject", "body"), RECEIPTS)
def test_receipts_without_headers(subject: str, body: str) -> None:
    """What a ticket system or a list's robot writes is no person's mail."""
    assert Automatic.NONE != _kind(subject, body)


@pytest.mark.parametrize("headers", ["", LIST], ids=["direct", "list"])
@pytest.mark.parametrize(("subject", "body"), PEOPLE)
def test_people_who_write_about_such_things(subject: str, body: str, headers: str) -> None:
    """A person who writes of absences, tickets or failed deliveries is a person."""
    assert Automatic.NONE == _kind(subject, body, headers)


@pytest.mark.parametrize(
    "text",
    [
        "The boss is in Thailand till Monday, holiday at last.",
        "Le patron est en vacances jusqu'au 18 aout, moi je suis l'apprenti",
        "La titolare e' in ferie fino al 6 agosto, io sono la commessa",
        "Szefowa na urlopie do piątku, wróci w poniedziałek",
        "Die Kollegin ist bis zum 8.12. im Urlaub.",
    ],
)
def test_absence_said_by_a_person(text: str) -> None:
    """A hand-written word that somebody is away counts as said, and as all that is said."""
    assert LIKELY <= absence_said(text)
    assert is_only_absence(text)


@pytest.mark.parametrize(
    "text",
    [
        "We get back to you on Monday.",
        "Ich melde mich am Montag zurück.",
        "Quiero darme de baja del boletín.",
    ],
)
def test_no_absence_said(text: str) -> None:
    """Coming back to a matter is no absence."""
    assert HINT >= absence_said(text)
    assert not is_only_absence(text)
