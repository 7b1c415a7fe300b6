"""What telephones and mail programs add below a person's words."""

from __future__ import annotations

import pytest

from parsers.trim import split_reply

ADDED = [
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Enviado do meu iPhone",
    "Wysłane z iPhone'a",
    "Sendt fra min iPhone",
    "Skickat från min iPhone",
    "Lähetetty iPhonesta",
    "Odesláno z iPhonu",
    "Odoslané z iPhonu",
    "iPhone-omról küldve",
    "Trimis de pe iPhone-ul meu",
    "iPhone'umdan gönderildi",
    "Στάλθηκε από το iPhone μου",
    "Отправлено с iPhone",
    "Надіслано з iPhone",
    "Poslano s mojega iPhonea",
    "Saadetud minu iPhone'ist",
    "Sūtīts no mana iPhone",
    "Išsiųsta iš mano „iPhone“",
    "Изпратено от моя iPhone",
    "iPhoneから送信",
    "发自我的iPhone",
    "나의 iPhone에서 보냄",
    "Enviat des del meu iPhone",
    "Sent from Outlook for Android",
    "Get Outlook for Android<https://aka.ms/x>",
    "Outlook für iOS<https://aka.ms/x> beziehen",
    "Obtenir Outlook pour iOS",
    "Télécharger Outlook pour iOS",
    "Obtener Outlook para Android",
    "Outlook per iOS",
    "Hanki Outlook for iOS",
    "Sent from Yahoo Mail on Android",
    "Sent from my Galaxy",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
    "Enviado desde Correo para Windows",
    "Gesendet von Mail für Windows",
    "Provenance : Courrier pour Windows",
    "Inviato da Posta per Windows",
    "Verzonden vanuit Mail voor Windows",
    "Enviado do Correio para Windows",
    "Wysłane z aplikacji Poczta dla Windows",
    "Sent from Mail for Windows",
    "Sent from my mobile device, please excuse typos",
    "Sent via BlackBerry",
    "Typed on a tiny keyboard, sorry for typos",
    "Sent with Proton Mail secure email.",
    "Gesendet von Outlook für Android",
    "Sent from ProtonMail Mobile",
]
SENTENCES = [
    "I sent the iPhone, the charger and the case back last week.",
    "The Galaxy was never sent.",
    "Das iPad haben wir gestern gesendet.",
    "We sent the payment from our mobile bank on Friday, please check.",
]


@pytest.mark.parametrize("line", ADDED)
def test_what_a_telephone_adds_is_no_word_of_the_sender(line: str) -> None:
    """ "Sent from my iPhone" is cut in every tongue."""
    assert "We pay on Friday." == split_reply(f"We pay on Friday.\n\n{line}").new_text


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_about_a_telephone_stays(line: str) -> None:
    """A sentence that speaks of telephones and of sending is what somebody said."""
    assert line == split_reply(line).new_text
