"""Letters in words: what stands in them, in both languages, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from daemon.adapters.render import PACKAGED, RenderedLetter, Renderer
from daemon.adapters.sample_letters import samples, totals_of
from daemon.core.money import Money
from daemon.core.procedure import Tone
from tests.adapters.letters import NORDWIND, letter, sample, words

LEVELS = (
    "delivery", "receipt_check", "pre_due", "inquiry", "reminder", "firm_reminder",
    "final_notice", "query_answered",
)  # fmt: skip
RENDERER = Renderer()
INQUIRY = """\
Dear Jo Example,

This may simply have slipped by: our invoice INV-7 was due on 8 Jun 2026 and
is still open in our ledger.

Invoice  Issued       Due         Days late     Total  Paid/cred.      Open
---------------------------------------------------------------------------
INV-7    11 May 2026  8 Jun 2026          3  1,200.00      200.00  1,000.00
  Your order PO-4711

Amount to pay  1,000.00 EUR

Could you please arrange the payment by 18 Jun 2026, or tell us when we may
expect it? If it is already on its way, thank you, and please disregard this
letter.

How to pay

  Amount      1,000.00 EUR
  Pay by      18 Jun 2026
  Reference   INV-7
  Payee       Nordwind GmbH
  IBAN        DE89 3704 0044 0532 0130 00
  BIC         COBADEFFXXX
  Bank        Musterbank
  Pay online  https://pay.nordwind.example/10023

To answer, simply reply to this mail. It helps us most to know:

- when you will pay, and how much, if not everything at once
- the date, the amount and the receiving account, if you have paid already
- which invoice is wrong and why, if you disagree with one
- whether you need a copy of an invoice or a statement
- whom we should write to, if somebody else looks after this

Kind regards

Eva Weber
Nordwind GmbH
Hafenstr. 5
20457 Hamburg
Germany
VAT number DE123456789
Your account with us: 10023
"""


def test_an_inquiry_reads_like_this() -> None:
    """The friendly letter about one invoice, whole."""
    rendered = RENDERER.letter(letter())

    assert rendered.subject == "Invoice INV-7 - Nordwind GmbH, account 10023"
    assert rendered.text == INQUIRY


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_says_the_same_in_text_and_html(level: str, language: str) -> None:
    """Number, sum, IBAN, link, postal address, and the way to answer stand in both parts."""
    for one in samples(NORDWIND, language, level):
        content = replace(one.content, creditor=NORDWIND)
        rendered = RENDERER.letter(content)
        seen = words(rendered.html)
        answer = "reply to this mail" if language == "en" else "auf diese E-Mail"

        for part in (rendered.text, seen):
            flat = " ".join(part.split())
            assert "DE89 3704 0044 0532 0130 00" in flat
            assert "https://pay.nordwind.example/10023" in flat
            assert "20457 Hamburg" in flat
            assert answer in flat
            if not content.is_list_attached:
                assert all(row.number in flat for row in content.demanded)
        assert language == rendered.language
        assert max(len(line) for line in rendered.text.splitlines()) <= 78
        assert len(rendered.html.encode()) < 60_000


@pytest.mark.parametrize("level", LEVELS)
def test_only_the_final_notice_names_a_consequence(level: str) -> None:
    """No level below it speaks of costs, interest, courts or further steps."""
    english = RENDERER.letter(letter("en", level)).text.lower()
    german = RENDERER.letter(letter("de", level, "DE")).text.lower()
    threats = ("further steps", "legal", "interest", "weitere schritte", "gericht", "verzugszins")
    found = [threat for threat in threats if threat in english + german]

    assert (level == "final_notice") == bool(found)


def test_a_final_notice_in_german() -> None:
    """It names the sum, the day and what follows then, and opens a thread of its own."""
    rendered = RENDERER.letter(letter("de", "final_notice", "DE"))
    flat = " ".join(rendered.text.split())

    assert rendered.subject == "Letzte Mahnung: Rechnung INV-7 - Nordwind GmbH, Kundenkonto 10023"
    assert "dass 1.000,00 EUR bis zum 18.06.2026 bei uns eingehen." in flat
    assert "Liegt uns bis dahin weder die Zahlung noch eine Antwort von Ihnen vor" in flat
    assert "INV-7     11.05.2026  08.06.2026           3  1.200,00     200,00" in rendered.text


def test_the_arithmetic_is_shown() -> None:
    """Credit notes and unapplied payments are rows of their own below the invoices."""
    rendered = RENDERER.letter(sample("disputed, credited, unapplied"))
    seen = words(rendered.html)

    assert (
        """\
Invoices asked for                                      600.00 EUR
Less credit note CN-3 (11 May 2026)                    -150.00 EUR
Less payment not yet assigned to an invoice PAYMENT-5  -150.00 EUR
                                                       -----------
Amount to pay                                           300.00 EUR
"""
        in rendered.text
    )
    assert "Less credit note CN-3 (11 May 2026) -150.00 EUR" in seen
    assert "Amount to pay 300.00 EUR" in seen


def test_what_is_disputed_is_shown_and_not_asked_for() -> None:
    """A disputed row stands under its own sentence; of a partly disputed one the rest is asked."""
    rendered = RENDERER.letter(sample("disputed, credited, unapplied"))
    flat = " ".join(rendered.text.split())

    for part in (flat, words(rendered.html)):
        assert "You have raised a question about the following, and it is with us." in part
        assert part.index("raised a question about the following") < part.index("INV-9")
        assert "Asked now 600.00" in part
        assert "Also open on your account, but not part of this notice:" in part
    assert "Asked now   600.00" in rendered.text


def test_currencies_are_never_mixed() -> None:
    """Each currency has its table, its sum and its amount to pay."""
    rendered = RENDERER.letter(sample("two currencies"))

    assert "Amounts in EUR" in rendered.text
    assert "Amounts in USD" in rendered.text
    assert rendered.text.count("Amount to pay") == 2
    assert "Please pay 1,000.00 EUR + 50.00 USD by 18 Jun 2026." in " ".join(rendered.text.split())


def test_a_dispute_in_another_currency_is_not_lost() -> None:
    """A currency in which nothing is asked still shows its disputed rows."""
    other = sample("two currencies").demanded[1]
    content = replace(letter(), disputed=(replace(other, number="INV-99"),))
    rendered = RENDERER.letter(content)

    assert "INV-99" in rendered.text
    assert "INV-99" in words(rendered.html)
    assert rendered.text.count("Amount to pay") == 1


def test_a_broken_promise_is_named_with_its_day() -> None:
    """The letter after a broken promise says which day passed, and asks for proof if paid."""
    english = " ".join(RENDERER.letter(sample("broken promise")).text.split())
    german = " ".join(RENDERER.letter(sample("broken promise", "de")).text.split())

    assert "You had told us that payment would reach us by 8 Jun 2026." in english
    assert "Sie hatten uns die Zahlung bis zum 8. Juni 2026 angekündigt." not in german
    assert "Sie hatten uns die Zahlung bis zum 08.06.2026 angekündigt." in german


def test_a_firm_letter_does_not_look_for_excuses() -> None:
    """The firm tone leaves out that it may have slipped by."""
    firm = RENDERER.letter(replace(letter(), tone=Tone.FIRM))

    assert "slipped by" not in firm.text
    assert "slipped by" in RENDERER.letter(letter()).text


def test_many_rows_go_into_a_list() -> None:
    """Over forty rows the letter shows totals, and the list comes as a file."""
    rendered = RENDERER.letter(sample("60 rows in a list"))
    (file,) = rendered.files
    lines = file.octets.decode("utf-8-sig").split("\r\n")

    assert "INV-0001" not in rendered.text
    assert "60 invoices, the oldest of them 49 days overdue" in " ".join(rendered.text.split())
    assert "Amount to pay  6,018.30 EUR" in rendered.text
    assert file.name == "open-invoices-2026-06-11.csv"
    assert lines[0].startswith("Kind,Invoice,Issued,Due,Days late,Currency,Total")
    assert (
        lines[1]
        == "asked for,INV-0001,2026-05-13,2026-06-10,1,EUR,300.01,200.00,100.01,100.01,PO-4711,"
    )
    assert len(lines) == 62


def test_the_list_runs_no_formula() -> None:
    """A number that begins like a formula is text; our own negative amounts are not."""
    content = sample("60 rows in a list", "de")
    evil = replace(content.demanded[0], number="=HYPERLINK(1)", open=Money(-5, "EUR"))
    content = replace(content, country="DE", demanded=(evil, *content.demanded[1:]))
    (file,) = RENDERER.letter(content).files
    row = file.octets.decode("utf-8-sig").split("\r\n")[1].split(";")

    assert row[1] == "'=HYPERLINK(1)"
    assert row[8] == "-0,05"


@pytest.mark.parametrize(
    ("language", "creditors", "expected"),
    [("de-AT", "en", "de"), ("fr", "de", "de"), ("fr", "it", "en"), ("", "de", "de")],
)
def test_language_falls_back(language: str, creditors: str, expected: str) -> None:
    """No template in the language: the creditor's, then English."""
    content = replace(letter(language), creditor=replace(NORDWIND, language=creditors))

    assert RENDERER.letter(content).language == expected


def test_equal_content_gives_an_equal_letter() -> None:
    """Rendering remembers nothing: a new renderer says the same to the character."""
    content = sample("disputed, credited, unapplied", "de")
    first: RenderedLetter = RENDERER.letter(content)

    assert first == Renderer(PACKAGED / "nowhere").letter(content)


def test_the_letter_before_the_due_date_shows_no_lateness() -> None:
    """A pre-due notice has no column of days late."""
    row = replace(letter().demanded[0], days_overdue=-7, due_on=date(2026, 6, 18))
    content = replace(letter("en", "pre_due"), demanded=(row,))
    text = RENDERER.letter(replace(content, totals=totals_of(content))).text

    assert "Days late" not in text
    assert "our invoice INV-7 is due on 18 Jun 2026" in " ".join(text.split())
