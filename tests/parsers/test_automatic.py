"""Machines and absent people told from people who answer."""

from __future__ import annotations

import pytest

from parsers.automatic import automatic
from parsers.identify import identify
from parsers.mime import decode
from parsers.reading import Automatic, Context


def _judge(subject: str, body: str, *lines: str) -> Automatic:
    head = "\r\n".join(
        [
            "From: jo@example.com",
            f"Subject: {subject}",
            "Content-Type: text/plain; charset=utf-8",
            "In-Reply-To: <x@creditor.example>",
            *lines,
        ]
    )
    raw = f"{head}\r\n\r\n{body}".encode()
    kind, because = automatic(decode(raw), identify(raw, Context()))
    assert because
    return kind


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Automatic reply: Reminder", "I am out of the office until Monday. Please contact Bo."),
        ("Automatische Antwort: Mahnung", "Ich bin bis 12. Juni nicht im Büro."),
        ("Réponse automatique : Relance", "Je suis absente jusqu'au 12 juin."),
        ("Respuesta automática: Aviso", "Estaré ausente hasta el 12 de junio."),
        ("Risposta automatica: Sollecito", "Sono in ferie fino al 12 giugno."),
        ("Automatisch antwoord: Herinnering", "Ik ben afwezig tot 12 juni."),
        ("Resposta automática: Aviso", "Estou de férias até 12 de junho."),
        ("Automatyczna odpowiedź: Monit", "Jestem na urlopie do 12 czerwca."),
        ("Automatisk svar: Rykker", "Jeg er på ferie til 12. juni."),
        ("Autosvar: Påminnelse", "Jag har semester till 12 juni."),
        ("Automaattinen vastaus: Muistutus", "Olen lomalla 12.6. asti."),
        ("Automatická odpověď: Upomínka", "Jsem na dovolené do 12. června."),
        ("Automatikus válasz: Felszólítás", "Szabadságon vagyok június 12-ig."),
        ("Автоответ: Счет", "Я в отпуске до 12 июня."),
        ("Räspuns automat", "I am on annual leave. For urgent matters please contact Bo."),
    ],
)
@pytest.mark.parametrize(
    "lines", [("Auto-Submitted: auto-replied",), ()], ids=["confessed", "by words"]
)
def test_absence_note(subject: str, body: str, lines: tuple[str, ...]) -> None:
    """An absence note is known in many languages, with or without a header."""
    assert Automatic.OUT_OF_OFFICE == _judge(subject, body, *lines)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Re: Reminder", "I'm away till Monday, I'll pay that day."),
        ("Automatic reply: Reminder", "We will pay INV-7 on Friday."),
        ("Automatische Antwort: Mahnung", "Das ist keine automatische Antwort. Was soll das?"),
        ("Out of office", "Can you send the invoice again? The director was out of office."),
        ("AW: Mahnung", "Bin ab morgen im Urlaub, überweise aber heute noch."),
        ("Re: Relance", "De retour de vacances, je règle la facture aujourd'hui."),
        ("Re: Reminder", "Who is this?"),
        ("Reminder", "Thank you."),
        ("Re: Undeliverable: Reminder", "Your last mail came back to you? Ours is fine."),
    ],
)
def test_person(subject: str, body: str) -> None:
    """A person who answers is a person, whatever the subject and whatever holidays."""
    assert Automatic.NONE == _judge(subject, body)


@pytest.mark.parametrize(
    "lines",
    [
        ("X-Auto-Response-Suppress: All",),
        ("Auto-Submitted: no",),
        ("List-Id: <ap.example.com>", "Precedence: list"),
        ("X-Loop: ap@example.com",),
    ],
    ids=["suppress", "no", "list", "loop"],
)
def test_headers_that_prove_nothing(lines: tuple[str, ...]) -> None:
    """Headers that people's mail carries too make nobody a machine."""
    assert Automatic.NONE == _judge("Re: Reminder", "We will pay on Friday.", *lines)


@pytest.mark.parametrize(
    ("subject", "body", "lines", "expected"),
    [
        pytest.param(
            "[Ticket #4471] Reminder",
            "We have received your request. Your ticket number is 4471.",
            ("Auto-Submitted: auto-generated",),
            Automatic.AUTO_REPLY,
            id="ticket receipt",
        ),
        pytest.param(
            "Read: Reminder",
            "Your message was read on 8 June 2026 09:30.",
            (),
            Automatic.OTHER_AUTOMATIC,
            id="read receipt in words",
        ),
        pytest.param(
            "Newsletter June",
            "Our offers. Unsubscribe here.",
            ("Precedence: bulk",),
            Automatic.OTHER_AUTOMATIC,
            id="newsletter",
        ),
        pytest.param(
            "Your message is held",
            "This mailbox uses anti-spam. Click the link to prove that you are human.",
            (),
            Automatic.OTHER_AUTOMATIC,
            id="filter challenge",
        ),
    ],
)
def test_other_machines(
    subject: str, body: str, lines: tuple[str, ...], expected: Automatic
) -> None:
    """Receipts, newsletters and filters are machines of their own kinds."""
    assert expected == _judge(subject, body, *lines)


def test_structured_receipt() -> None:
    """A disposition notification is a receipt and no answer."""
    raw = (
        b"From: a@example.com\r\nContent-Type: multipart/report; boundary=b;"
        b" report-type=disposition-notification\r\n\r\n--b\r\n\r\nread\r\n--b\r\n"
        b"Content-Type: message/disposition-notification\r\n\r\nDisposition: x; displayed\r\n--b--"
    )

    actual, _ = automatic(decode(raw), identify(raw, Context()))

    assert Automatic.OTHER_AUTOMATIC == actual


def test_calendar_answer() -> None:
    """An accepted meeting is no promise."""
    raw = (
        b"From: a@example.com\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain\r\n\r\nAccepted\r\n--b\r\n"
        b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n--b--"
    )

    actual, _ = automatic(decode(raw), identify(raw, Context()))

    assert Automatic.OTHER_AUTOMATIC == actual
