"""Bounces: which address failed, for good or for now, and whose fault it is."""

from __future__ import annotations

import pytest

from parsers.bounces import read_bounce
from parsers.delivery_status import read_status
from parsers.mime import decode
from parsers.reading import BounceFact


def _read(raw: bytes) -> BounceFact | None:
    return read_bounce(decode(raw), raw)


def _report(status: str, action: str = "failed", diagnostic: str = "smtp; 550 no") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example.com\r\nSubject: Undelivered\r\n"
        "Message-ID: <report@mx.example.com>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        "Original-Recipient: rfc822; jo@example.com\r\n"
        "Final-Recipient: rfc822; jo.ek@store.example.com\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        "Message-ID: <letter@creditor.example>\r\nTo: jo@example.com\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "is_hard", "is_policy"),
    [
        pytest.param("5.1.1", True, False, id="no such user"),
        pytest.param("5.2.2", True, False, id="full for good"),
        pytest.param("4.2.2", False, False, id="full for now"),
        pytest.param("4.4.7", False, False, id="time ran out"),
        pytest.param("5.7.1", True, True, id="refused by policy"),
    ],
)
def test_fields(status: str, is_hard: bool, is_policy: bool) -> None:
    """The class of the code says hard or soft; x.7.x is our problem, not the address's."""
    actual = _read(_report(status))

    assert actual is not None
    assert (("jo@example.com",), is_hard, is_policy, status) == (
        actual.recipients,
        actual.is_hard,
        actual.is_policy,
        actual.status,
    )
    assert ("letter@creditor.example",) == actual.original_message_ids


def test_delay_is_no_failure() -> None:
    """A delay notice is soft, and told as a delay."""
    actual = _read(_report("4.4.1", action="delayed"))

    assert actual is not None
    assert (True, False) == (actual.is_delayed, actual.is_hard)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_success_is_no_bounce(action: str) -> None:
    """A report of success fails nothing."""
    assert _read(_report("2.0.0", action=action)) is None


def test_server_words_are_more_exact_than_a_general_code() -> None:
    """Exchange writes 5.0.0 beside a diagnostic that says 5.1.10."""
    actual = _read(_report("5.0.0", diagnostic="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound"))

    assert actual is not None
    assert actual.status == "5.1.10"


@pytest.mark.parametrize(
    ("sender", "subject", "body", "expected"),
    [
        pytest.param(
            "Mail Delivery System <MAILER-DAEMON@mx.example.com>",
            "Undelivered Mail Returned to Sender",
            "<jo@example.com>: host mx said: 550 5.1.1 User unknown",
            ("jo@example.com", True, False),
            id="english",
        ),
        pytest.param(
            "MAILER-DAEMON@mx.example.com",
            "Unzustellbar: Mahnung",
            "Das Postfach ist voll: jo@example.com",
            ("jo@example.com", False, False),
            id="german, full",
        ),
        pytest.param(
            "postmaster@mx.example.com",
            "Mail delivery delayed",
            "Your message to jo@example.com has been delayed. We will continue to try.",
            ("jo@example.com", False, True),
            id="delay in words",
        ),
        pytest.param(
            "postmaster@mx.example.com",
            "Non remis : Relance",
            "Votre message n'a pas pu être remis à jo@example.com, qui n'existe pas.",
            ("jo@example.com", True, False),
            id="french",
        ),
    ],
)
def test_words(sender: str, subject: str, body: str, expected: tuple[str, bool, bool]) -> None:
    """A report without fields is read by its words."""
    raw = (
        f"From: {sender}\r\nTo: ar@creditor.example\r\nSubject: {subject}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()

    actual = _read(raw)

    assert actual is not None
    assert ((expected[0],), expected[1], expected[2]) == (
        actual.recipients,
        actual.is_hard,
        actual.is_delayed,
    )


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Re: Reminder", "The goods could not be delivered to us, so we do not pay."),
        ("Re: Delivery failure", "Your delivery failed, three boxes are missing."),
        ("AW: Lieferung", "Die Ware wurde nicht zugestellt, bitte Gutschrift."),
    ],
)
def test_person_who_writes_of_delivery(subject: str, body: str) -> None:
    """Who complains of a delivery is no mail server."""
    raw = (
        f"From: jo@example.com\r\nTo: ar@creditor.example\r\nSubject: {subject}\r\n"
        f"In-Reply-To: <x@creditor.example>\r\n\r\n{body}\r\n"
    ).encode()

    assert _read(raw) is None


def test_status_blocks() -> None:
    """Each recipient of a report has a state of its own."""
    states = read_status(
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\n"
        "Status: 5.1.1\n\nFinal-Recipient: rfc822; b@example.com\nAction: delayed\nStatus: 4.4.1\n"
    )

    assert [("a@example.com", True, False), ("b@example.com", False, True)] == [
        (state.recipient, state.is_failed, state.is_delayed) for state in states
    ]


@pytest.mark.parametrize(
    ("words", "is_hard"),
    [
        ("mail server version 5.2.1\n\n<jo@example.com>:\nmailbox is full", False),
        ("call +1 (480) 555-0100 or 925-423-5635\n\n<jo@example.com>:\nmailbox is full", False),
        ("450 minutes later\n\n<jo@example.com>:\nno such user", True),
        ("host said: 451 try again later\n<jo@example.com>:\nno such user", False),
    ],
    ids=["version", "telephone", "minutes", "code"],
)
def test_numbers_that_are_no_codes(words: str, is_hard: bool) -> None:
    """Versions, telephone numbers and durations say nothing about an address."""
    raw = f"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n{words}\n".encode()
    bounce = read_bounce(decode(raw), raw)

    assert bounce is not None
    assert is_hard == bounce.is_hard
