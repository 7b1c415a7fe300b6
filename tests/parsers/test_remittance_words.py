"""Payments in running words: references, days of value, sums less something, part payments."""

from __future__ import annotations

import pytest

from parsers.reading import Intent, RemittanceFact
from parsers.record import read_record
from tests.parsers.judges import Fixed

ADVICE = Fixed(scores={Intent.REMITTANCE_ADVICE: 0.97})


def advice(body: str, *opens: tuple[str, float]) -> RemittanceFact:
    """Read a mail of 11 November 2026 that tells of a payment; `opens` are (number, amount)."""
    found = read_record(
        {
            "body": body,
            "received": "2026-11-11T10:00:00+01:00",
            "open_invoices": [
                {"number": number, "amount": amount, "currency": "EUR", "due": "2026-10-01"}
                for number, amount in opens
            ],
        },
        ADVICE,
    ).remittance

    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "reference"),
    [
        ("Gestern raus: 50,00 (Sammler 0226).", "Sammler 0226"),
        ("Faktura 4711 zaplacena, 50 EUR, variabilní symbol 4711.", "4711"),
        ("Paid 50.00 yesterday, Gläubiger-ID DE00ZZZ00000000000", None),
        ("Paid 50.00 yesterday, ref. NOTPROVIDED\nGläubiger-ID DE00ZZZ00000000000", "NOTPROVIDED"),
    ],
    ids=["collective order", "symbol that is the invoice", "creditor", "not provided"],
)
def test_a_reference_is_that_of_the_payment(body: str, reference: str | None) -> None:
    """A collective order and a symbol count; the identifier of a creditor is no reference."""
    assert reference == advice(body, ("4711", 50.0)).reference


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("EUR 50.00 value 10 Nov 2026. The dollar account was funded, done Monday.", "2026-11-10"),
        ("50 € sont partis à 12h10 vers votre compte.", "2026-11-11"),
    ],
    ids=["value date", "by the clock"],
)
def test_the_day_is_that_of_value_or_of_the_hour_named(body: str, day: str) -> None:
    """A day of value goes before other days; an hour alone means today."""
    assert day == str(advice(body, ("4711", 50.0)).on)


@pytest.mark.parametrize(
    ("body", "invoices"),
    [
        ("We paid 7,257.00 today; from these we kept a penalty of 123.00.", ("7001", "7009")),
        ("Ieri abbiamo disposto 100,00 sulla 720/26. Il resto lo stiamo valutando.", ("720/26",)),
    ],
    ids=["less a penalty", "the rest is another sentence"],
)
def test_the_invoices_paid_are_told_from_the_rest(body: str, invoices: tuple[str, ...]) -> None:
    """A sum less a deduction names its invoices; a number does not run into the next sentence."""
    found = advice(body, ("7001", 4920.0), ("7009", 2460.0), ("7020", 99.0), ("720/26", 880.0))

    assert invoices == found.invoices


def test_a_part_and_the_rest_to_come_are_not_one_sum() -> None:
    """ "250 sent, leaves 362": what was paid is the part."""
    found = advice("Sent 250.00 on account this morning, leaves 362.00 for later.", ("4711", 612.0))

    assert found.amount is not None
    assert 25000 == found.amount.minor


def test_nothing_paid_is_no_sum() -> None:
    """A statement may tell of a payment of nought: the mail is read, the sum stays unknown."""
    assert None is advice("We paid 0,00 EUR today.", ("INV-1", 50.0)).amount
