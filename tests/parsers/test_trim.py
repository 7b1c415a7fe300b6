"""The sender's newest words, apart from quotes and signature."""

from __future__ import annotations

import pytest

from parsers.trim import split_reply

WORDS = "We will pay on Friday."


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, Feb 1, 2027 at 7:50 AM, Jo Ek <jo@example.com> wrote:",
        "On Mon, Feb 1, 2027 at 7:50 AM, Jo Ek with a long name <\njo@example.com> wrote:",
        "On 1 Feb 2027, at 07:50, Jo Ek\n<jo@example.com>\nwrote:",
        "-- On Mon, 1 Feb 2027, Ek and Sons said:",
        "Am 01.02.2027 um 07:50 schrieb Jo Ek:",
        "Am Mo., 1. Feb. 2027 um 07:50 Uhr schrieb Jo Ek <\njo@example.com>:",
        "Jo Ek <jo@example.com> schrieb am Mo., 1. Feb. 2027\num 07:50 Uhr:",
        "Le lun. 1 févr. 2027 à 07:50, Jo Ek <jo@example.com> a écrit :",
        "El lun, 1 feb 2027 a las 7:50, Jo Ek (<jo@example.com>) escribió:",
        "Il giorno lun 1 feb 2027 alle ore 07:50 Jo Ek <jo@example.com> ha scritto:",
        "Op ma 1 feb. 2027 om 07:50 schreef Jo Ek <jo@example.com>:",
        "Op 1 feb. 2027 om 07:50 heeft Jo Ek <jo@example.com> het volgende geschreven:",
        "Em seg., 1 de fev. de 2027 às 07:50, Jo Ek <jo@example.com> escreveu:",
        "pon., 1 lut 2027 o 07:50 Jo Ek <jo@example.com> napisał(a):",
        "W dniu 1.02.2027 o 07:50, Jo Ek pisze:",
        "Den man. 1. feb. 2027 kl. 07.50 skrev Jo Ek <jo@example.com>:",
        "ma 1. helmik. 2027 klo 7.50 Jo Ek (jo@example.com) kirjoitti:",
        "Dne 1. 2. 2027 v 7:50 Jo Ek napsal(a):",
        "пн, 1 февр. 2027 г. в 07:50, Jo Ek <jo@example.com> написал:",
        "2027-02-01 7:50 GMT+01:00 Jo Ek <jo@example.com>:",
        "2027年2月1日(月) 7:50 Jo Ek <jo@example.com>:",
    ],
)
@pytest.mark.parametrize("mark", ["> ", ""], ids=["quoted", "plain"])
def test_attribution(line: str, mark: str) -> None:
    """What stands below "On … Jo wrote:" is the old mail, with and without quote marks."""
    text = f"{WORDS}\n\n{line}\n\n{mark}Have you paid already?\n{mark}Jo"

    actual = split_reply(text)

    assert actual.new_text == WORDS
    assert "Have you paid already?" in actual.quoted_text


@pytest.mark.parametrize(
    "names",
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("De", "Enviado el", "Para", "Asunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("De", "Enviada em", "Para", "Assunto"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("Fra", "Sendt", "Til", "Emne"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        ("Od", "Odesláno", "Komu", "Předmět"),
        ("От", "Отправлено", "Кому", "Тема"),
    ],
)
@pytest.mark.parametrize(
    "separator",
    ["", "________________________________\n", "-----Original Message-----\n"],
    ids=["bare", "rule", "original message"],
)
@pytest.mark.parametrize("star", ["", "*"], ids=["plain", "starred"])
def test_outlook_header_block(names: tuple[str, ...], separator: str, star: str) -> None:
    """A pasted header block begins the old mail, with or without a line above it."""
    values = ("Jo Ek <jo@example.com>", "1 February 2027 07:50", "AP", "Reminder")
    block = "\n".join(
        f"{star}{name}:{star} {value}" for name, value in zip(names, values, strict=True)
    )

    actual = split_reply(f"{WORDS}\n\n{separator}{block}\n\nHave you paid already?")

    assert actual.new_text == WORDS


@pytest.mark.parametrize(
    "line",
    [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-----Message d'origine-----",
        "-----Mensaje original-----",
        "-----Messaggio originale-----",
        "-----Oorspronkelijk bericht-----",
        "-----Mensagem original-----",
        "-----Oprindelig meddelelse-----",
        "---------- Forwarded message ---------",
        "---------- Weitergeleitete Nachricht ----------",
        "Begin forwarded message:",
    ],
)
def test_separator(line: str) -> None:
    """A separator of a mail program ends the new words."""
    assert split_reply(f"{WORDS}\n\n{line}\nHave you paid?").new_text == WORDS


def test_inline_answers_are_new() -> None:
    """Answers between quotes are the sender's words."""
    text = (
        "Answers in your text.\n\nOn 1 Feb 2027 at 07:50, Jo <jo@example.com> wrote:\n"
        "> When do you pay INV-7?\nOn Friday.\n> And INV-8?\nThat one is wrong.\n> Thanks, Jo"
    )

    actual = split_reply(text)

    assert actual.inline
    assert "Answers in your text.\n\nOn Friday.\n\nThat one is wrong." == actual.new_text


def test_words_below_the_quote_are_new() -> None:
    """Who answers below is heard too."""
    text = f"On 1 Feb 2027 at 07:50, Jo <jo@example.com> wrote:\n> Have you paid?\n\n{WORDS}"

    assert split_reply(text).new_text == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "On 12 June we wrote to you about the price:\nit is 400.00 too high.",
        "From: our bank\nDate: 12.06.2026\nAmount: 400.00 EUR\nReference: INV-7",
        "Supplier: you\n-----------\nINV-7  400.00  12.06.2026\nINV-8  1.00  HOLD\n----------\nOK?",
        "Thanks\nWe will pay you on Friday, as agreed with your Mr Ek.",
        "Sent from my desk, is much easier than my mobile phone.",
        "Please write to ap@example.com from now on.\n\nBye",
        "Disclaimer: I have not seen the invoice.",
    ],
    ids=["wrote", "bank fields", "table", "thanks first", "desk", "address", "disclaimer first"],
)
def test_content_is_kept(text: str) -> None:
    """What only looks like a quote or a signature is kept."""
    assert text == split_reply(text).new_text


@pytest.mark.parametrize(
    ("signature", "kept"),
    [
        pytest.param("-- \nJo Ek\nAP\n+49 30 1234567", "", id="delimiter"),
        pytest.param("--\nJo Ek", "", id="delimiter without space"),
        pytest.param("Sent from my iPhone", "", id="iphone"),
        pytest.param("Von meinem iPhone gesendet", "", id="german iphone"),
        pytest.param("Envoyé de mon iPhone", "", id="french iphone"),
        pytest.param("Get Outlook for Android<https://example.com>", "", id="outlook mobile"),
        pytest.param(
            "Kind regards,\nJo Ek\nAccounts Payable\nExample Ltd\nTel. +44 20 7946 0000",
            "Kind regards,\nJo Ek",
            id="english block",
        ),
        pytest.param(
            "Mit freundlichen Grüßen\ni. A. Jo Ek\nKreditorenbuchhaltung\nMuster GmbH",
            "Mit freundlichen Grüßen\ni. A. Jo Ek",
            id="german block",
        ),
        pytest.param(
            "This e-mail and its attachments are confidential and intended solely for the intended "
            "recipient. If you received this in error, please notify the sender and delete it.",
            "",
            id="small print",
        ),
    ],
)
def test_signature(signature: str, kept: str) -> None:
    """Name block, telephone line and small print are no words; sign-off and name may stay."""
    expected = f"{WORDS}\n\n{kept}".strip()

    assert expected == split_reply(f"{WORDS}\n\n{signature}").new_text


def test_postscript_is_read() -> None:
    """A postscript below the name is meant to be read."""
    text = f"{WORDS}\n\nRegards,\nJo Ek\nAccounts Payable\n\nPS: INV-8 is wrong."

    assert "PS: INV-8 is wrong." in split_reply(text).new_text


def test_forward_without_words_has_none() -> None:
    """A mail that only forwards says nothing new."""
    text = "---------- Forwarded message ----------\nFrom: a@example.com\nSubject: x\n\nold"

    assert "" == split_reply(text).new_text
