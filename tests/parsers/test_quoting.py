"""Quoting: how mail programs of many tongues introduce the mail that they quote."""

from __future__ import annotations

import pytest

from parsers.trim import split_reply

MARKED = "\n\n> Dear Kim,\n> please pay.\n"
PLAIN = "\n\nDear Kim,\n\nINV-7 is overdue. Please pay it now.\n\nLedger team\n"
WORDS = "Zahlung folgt am Freitag.\n\nKim"
SENDER = "Ledger <ledger@creditor.example>"

# "@@" stands for SENDER, "~" for a line end.
BEFORE_MARKED = [
    ("proton", "------- Original Message -------~On Monday, June 1st, 2026 at 9:30 AM, @@ wrote:"),
    ("roundcube_de", "Am 2026-06-01 09:30, schrieb Ledger:"),
    ("roundcube_fr", "Le 2026-06-01 09:30, Ledger a écrit :"),
    ("k9", "Am 1. Juni 2026 09:30:00 MESZ schrieb @@:"),
    ("horde", "Zitat von @@:"),
    ("horde_en", "Quoting @@:"),
    ("spark", "On 1 Jun 2026, 9:30 AM +0200, @@, wrote:"),
    ("gmail_fr", "Le lun. 1 juin 2026 à 09:30, @@ a écrit :"),
    ("tb_fr", "Le 01/06/2026 à 09:30, Ledger a écrit :"),
    (
        "orange",
        '> Message du 01/06/26 09:30~> De : "Ledger" <ledger@creditor.example>~'
        "> A : kim@example.com~> Copie à : ~> Objet : Relance~> ~> Bonjour",
    ),
    ("libero", "Il 01/06/2026 09:30, @@ ha scritto:"),
    ("gmail_it", "Il giorno lun 1 giu 2026 alle ore 09:30 @@~ha scritto:"),
    ("onet", "W dniu 2026-06-01 09:30:00 użytkownik @@ napisał:"),
    ("tb_pl", "W dniu 01.06.2026 o 09:30, Ledger pisze:"),
    ("apple_pl", "Wiadomość napisana przez @@ w dniu 01.06.2026, o godz. 09:30:"),
    ("gmail_pt", "@@ escreveu (segunda, 1/06/2026 à(s) 09:30):"),
    ("gmail_ptbr", "Em seg., 1 de jun. de 2026 às 09:30, @@~escreveu:"),
    ("gmail_sv", "Den mån 1 juni 2026 kl 09:30 skrev @@:"),
    ("gmail_no", "man. 1. juni 2026 kl. 09:30 skrev @@:"),
    ("apple_no", "1. juni 2026 kl. 09:30 skrev @@:"),
    ("apple_nl", "Op 1 jun. 2026, om 09:30 heeft @@ het volgende geschreven:"),
    ("apple_nl2", "> Op 1 jun. 2026 om 09:30 heeft @@ het volgende geschreven:~> ~> Beste"),
    ("tb_cs", "Dne 01.06.26 v 9:30 Ledger napsal(a):"),
    ("freemail", "@@ írta:"),
    ("tb_hu", "2026. 06. 01. 9:30 keltezéssel, Ledger írta:"),
    ("mailru", "Понедельник, 1 июня 2026, 9:30 +03:00 от @@:"),
    ("mailru2", ">Понедельник, 1 июня 2026, 9:30 +03:00 от @@:~> ~>Dear"),
    ("yandex", '01.06.2026, 09:30, "Ledger" <ledger@creditor.example>:'),
    ("tb_ru", "01.06.2026 9:30, Ledger пишет:"),
    ("gmail_uk", "пн, 1 черв. 2026 р. о 09:30 @@ пише:"),
    ("tb_el", "Στις 1/6/2026 9:30 π.μ., ο/η Ledger έγραψε:"),
    ("tb_tr", "1.06.2026 09:30 tarihinde Ledger yazdı:"),
    ("tb_ro", "Pe 01.06.2026 09:30, Ledger a scris:"),
    ("gmail_ko", "2026년 6월 1일 (월) 오전 9:30, @@님이 작성:"),
    ("name_am", "Ledger schrieb am 01.06.2026 um 09:30:"),
    ("name_am2", "@@ schrieb am Mo., 1. Juni 2026, 09:30:"),
    (
        "wrapped_gmail",
        "On Mon, Jun 1, 2026 at 9:30 AM Ledger Team of the Creditor Company GmbH <~"
        "ledger@creditor.example> wrote:",
    ),
    ("iphone_ca", "El 1 juny 2026, a les 9:30, @@ va escriure:"),
]
BEFORE_PLAIN = [
    (
        "gmx",
        "Gesendet: Montag, 01. Juni 2026 um 09:30 Uhr~"
        'Von: "Ledger" <ledger@creditor.example>~An: kim@example.com~Betreff: Mahnung',
    ),
    ("proton2", "On Monday, June 1st, 2026 at 9:30 AM, @@ wrote:"),
    (
        "samsung",
        "-------- Original message --------~From: @@~Date: 01/06/2026 09:30 (GMT+01:00)~"
        "To: kim@example.com~Subject: x",
    ),
    (
        "samsung_de",
        "-------- Ursprüngliche Nachricht --------~Von: @@~"
        "Datum: 01.06.26 09:30 (GMT+01:00)~An: kim@example.com~Betreff: x",
    ),
    (
        "samsung_pl",
        "-------- Oryginalna wiadomość --------~Od: @@~Data: 01.06.2026 09:30 (GMT+01:00)~"
        "Do: kim@example.com~Temat: x",
    ),
    ("zoho", "---- On Mon, 01 Jun 2026 09:30:00 +0200 @@ wrote ----"),
    ("k9_html", "Am 1. Juni 2026 09:30:00 MESZ schrieb @@:"),
    ("sogo", "On Monday, June 01, 2026 09:30 CEST, @@ wrote:"),
    (
        "emclient",
        '------ Original Message ------~From: "Ledger" <ledger@creditor.example>~'
        "To: kim@example.com~Sent: 01/06/2026 09:30:00~Subject: x",
    ),
    (
        "emclient_de",
        '------ Originalnachricht ------~Von: "Ledger" <ledger@creditor.example>~'
        "An: kim@example.com~Gesendet: 01.06.2026 09:30:00~Betreff: x",
    ),
    (
        "outlook_mobile_de",
        "________________________________~Von: @@~Gesendet: Montag, Juni 1, 2026 9:30:00 AM~"
        "An: Kim <kim@example.com>~Betreff: x",
    ),
    (
        "orange2",
        'Message du 01/06/26 09:30~De : "Ledger" <ledger@creditor.example>~'
        "A : kim@example.com~Copie à : ~Objet : Relance",
    ),
    (
        "free",
        'De: "Ledger" <ledger@creditor.example>~À: kim@example.com~'
        "Envoyé: Lundi 1 Juin 2026 09:30:00~Objet: Relance",
    ),
    ("outlook_fr", "De : @@~Envoyé : lundi 1 juin 2026 09:30~À : Kim~Objet : Relance"),
    (
        "outlook_fr2",
        "De : Ledger [mailto:ledger@creditor.example] ~Envoyé : lundi 1 juin 2026 09:30~"
        "À : Kim~Objet : Relance",
    ),
    ("outlook_it", "Da: @@~Inviato: lunedì 1 giugno 2026 09:30~A: Kim~Oggetto: Sollecito"),
    (
        "aruba",
        "Da: ledger@creditor.example~A: kim@example.com~Cc: ~"
        "Data: Mon, 1 Jun 2026 09:30:00 +0200~Oggetto: Sollecito",
    ),
    ("wp", "Dnia 1 czerwca 2026 09:30 @@ napisał(a):"),
    (
        "interia",
        'Od: "Ledger" <ledger@creditor.example>~Do: kim@example.com~'
        "Wysłane: 9:30 Poniedziałek 2026-06-01~Temat: x",
    ),
    ("outlook_pl", "From: @@~Sent: Monday, June 1, 2026 9:30 AM~To: Kim~Subject: x"),
    ("uol", "Em 01/06/2026 09:30, Ledger < ledger@creditor.example > escreveu:"),
    (
        "outlook_br",
        "De: @@ ~Enviada em: segunda-feira, 1 de junho de 2026 09:30~Para: Kim~Assunto: x",
    ),
    ("outlook_sv", "Från: @@~Skickat: den 1 juni 2026 09:30~Till: Kim~Ämne: x"),
    ("outlook_da", "Fra: @@~Sendt: 1. juni 2026 09:30~Til: Kim~Emne: x"),
    ("outlook_nl", "Van: @@~Verzonden: maandag 1 juni 2026 09:30~Aan: Kim~Onderwerp: x"),
    (
        "seznam",
        "---------- Původní e-mail ----------~Od: @@~Komu: kim@example.com~"
        "Datum: 1. 6. 2026 9:30:00~Předmět: x",
    ),
    ("outlook_ro", "De la: @@~Trimis: luni, 1 iunie 2026 09:30~Către: Kim~Subiect: x"),
    ("outlook_el", "Από: @@~Στάλθηκε: Δευτέρα, 1 Ιουνίου 2026 9:30 πμ~Προς: Kim~Θέμα: x"),
    ("outlook_hr", "Šalje: @@~Poslano: 1. lipnja 2026. 9:30~Prima: Kim~Predmet: x"),
    ("outlook_sl", "Od: @@~Poslano: ponedeljek, 01. junij 2026 09:30~Za: Kim~Zadeva: x"),
    ("outlook_sk", "Od: @@~Odoslané: pondelok 1. júna 2026 9:30~Komu: Kim~Predmet: x"),
    ("outlook_bg", "От: @@~Изпратено: понеделник, 1 юни 2026 г. 9:30~До: Kim~Относно: x"),
    ("outlook_uk", "Від: @@~Надіслано: 1 червня 2026 р. 9:30~Кому: Kim~Тема: x"),
    ("outlook_et", "Saatja: @@~Saadetud: esmaspäev, 1. juuni 2026 9:30~Adressaat: Kim~Teema: x"),
    ("outlook_lv", "No: @@~Nosūtīts: 2026. gada 1. jūnijs 9:30~Kam: Kim~Tēma: x"),
    ("outlook_lt", "Nuo: @@~Išsiųsta: 2026 m. birželio 1 d. 9:30~Kam: Kim~Tema: x"),
    ("outlook_ja", "差出人: @@~送信日時: 2026年6月1日 9:30~宛先: Kim~件名: x"),
    ("outlook_zh", "发件人: @@~发送时间: 2026年6月1日 9:30~收件人: Kim~主题: x"),
    ("outlook_ko", "보낸 사람: @@~보낸 날짜: 2026년 6월 1일 9:30~받는 사람: Kim~제목: x"),
    (
        "qq",
        "------------------ 原始邮件 ------------------~"
        '发件人: "Ledger" <ledger@creditor.example>;~发送时间: 2026年6月1日(星期一) 上午9:30~'
        '收件人: "Kim"<kim@example.com>;~主题: x',
    ),
    ("outlook_star", "*From:* @@~*Sent:* Monday, June 1, 2026 9:30 AM~*To:* Kim~*Subject:* x"),
    ("outlook_noaddr", "From: Ledger~Sent: Monday, June 1, 2026 9:30 AM~To: Kim~Subject: x"),
    ("outlook_nosep_inline", "From: @@ Sent: Monday, June 1, 2026 9:30 AM To: Kim Subject: x"),
    ("yahoo_es", "El lunes, 1 de junio de 2026, 09:30:12 CEST, @@ escribió:"),
    ("yahoo_de", "Am Montag, 1. Juni 2026 um 09:30:12 MESZ hat @@ Folgendes geschrieben:"),
    ("yahoo_fr", "Le lundi 1 juin 2026 à 09:30:12 UTC+2, @@ a écrit :"),
    ("outlook_com_de", "Von: Ledger~Gesendet: Montag, 1. Juni 2026~An: Kim"),
    ("iphone_en", "On Jun 1, 2026, at 9:30 AM, @@ wrote:~~﻿Dear Kim,"),
    ("freshdesk", "On Mon, 1 Jun at 9:30 AM , @@ wrote:"),
    ("zendesk", "##- Please type your reply above this line -##"),
    ("front", "On June 1, 2026 at 9:30 AM GMT+2 ledger@creditor.example wrote:"),
    ("lotus_de", "Von:	@@~An:	Kim/EX@EX~Datum:	01.06.2026 09:30~Betreff:	x"),
    (
        "date_first",
        "Date: Mon, 1 Jun 2026 09:30:00 +0200~From: ledger@creditor.example~"
        "To: kim@example.com~Subject: x",
    ),
    (
        "to_first",
        "To: kim@example.com~From: ledger@creditor.example~Date: Mon, 1 Jun 2026~Subject: x",
    ),
    (
        "begin_de",
        "Anfang der weitergeleiteten Nachricht:~~Von: @@~Datum: 1. Juni 2026 um 09:30~"
        "An: kim@example.com~Betreff: x",
    ),
]
ROWS = [
    *((name, text, MARKED) for name, text in BEFORE_MARKED),
    *((name, text, PLAIN) for name, text in BEFORE_PLAIN),
]


@pytest.mark.parametrize(("name", "introduction", "quote"), ROWS, ids=[row[0] for row in ROWS])
def test_only_the_words_above_the_quote_are_new(name: str, introduction: str, quote: str) -> None:
    """Whatever introduces the quoted mail, the sender's words end above it."""
    older = introduction.replace("@@", SENDER).replace("~", "\n") + quote

    assert (name, WORDS) == (name, split_reply(f"{WORDS}\n\n{older}").new_text)


def test_answers_in_brackets_within_the_quote_are_new() -> None:
    """Answers that a person put into the quoted lines behind a [Name] are the person's words."""
    text = "see below\n\n> When is 660 paid?\n> [Jo] on the 21st\n> And 671?\n> [Jo] never\n"

    assert "see below\n\n> [Jo] on the 21st\n\n> [Jo] never" == split_reply(text).new_text


def test_words_below_a_ticket_line_on_top_are_new() -> None:
    """A ticket system writes its line above an agent's words; those are what is said."""
    text = "##- Please type your reply above this line -##\n\nAll four go on the 12th."

    assert "All four go on the 12th." == split_reply(text).new_text
