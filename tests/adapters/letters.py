"""The letters that the tests of rendering and MIME share: one creditor and its samples."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

from daemon.adapters.sample_letters import sample_content, samples
from daemon.core.letters import LetterContent
from daemon.core.model import Creditor, Sender
from daemon.ports import Frozen

NORDWIND = Creditor(
    key="main",
    name="Nordwind GmbH",
    postal_address=("Hafenstr. 5", "20457 Hamburg", "Germany"),
    country="DE",
    zone="Europe/Berlin",
    language="de",
    currency="EUR",
    bank_name="Musterbank",
    iban="DE89 3704 0044 0532 0130 00",
    bic="COBADEFFXXX",
    payment_link="https://pay.nordwind.example/10023",
    vat_number="DE123456789",
    sender=Sender(address="ar@nordwind.example", name="Eva Weber"),
)


def letter(language: str = "en", template: str = "inquiry", country: str = "GB") -> LetterContent:
    """Return the plain sample as a letter into a country."""
    return replace(sample_content(NORDWIND, language, template), country=country)


def sample(name: str, language: str = "en", template: str = "reminder") -> LetterContent:
    """Return the sample of that name as a letter to Great Britain."""
    found = {one.name: one.content for one in samples(NORDWIND, language, template)}
    return replace(found[name], country="GB")


def words(html: str) -> str:
    """Return what a reader of the HTML sees, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<body", 1)[1]).split())


def parsed(mail: Frozen) -> EmailMessage:
    """Read the bytes back with the standard library."""
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str) -> str:
    """Return the text of the first part of a kind, with plain line ends."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
