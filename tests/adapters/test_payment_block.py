"""How to pay: references, the EPC payload, and the image that shows it."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest
import segno

from daemon.adapters.payment_block import (
    epc_payload,
    has_valid_check_digits,
    payment_blocks,
    qr_png,
    reference_for,
)
from daemon.adapters.sample_letters import sample_row
from daemon.core.money import Money
from tests.adapters.letters import NORDWIND, letter, sample


def test_the_code_says_payee_amount_and_reference() -> None:
    """A euro invoice gives a version 002 credit transfer in UTF-8, line by line."""
    payload = epc_payload(NORDWIND, Money(120000, "EUR"), "INV-7")

    assert payload.split("\n") == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Nordwind GmbH", "DE89370400440532013000",
        "EUR1200.00", "", "", "INV-7",
    ]  # fmt: skip


def test_a_creditor_reference_stands_in_its_own_field() -> None:
    """A reference RF.. with right check digits is structured: the free text stays empty."""
    payload = epc_payload(NORDWIND, Money(5, "EUR"), "RF18 5390 0754 7034")

    assert payload.split("\n")[7:] == ["EUR0.05", "", "RF18539007547034"]


def test_a_wrong_creditor_reference_is_free_text() -> None:
    """Wrong check digits make it text, for a bank would refuse the transfer."""
    payload = epc_payload(NORDWIND, Money(5, "EUR"), "RF19 5390 0754 7034")

    assert payload.split("\n")[9:] == ["", "RF19 5390 0754 7034"]


@pytest.mark.parametrize(
    ("creditor", "amount"),
    [
        pytest.param(NORDWIND, Money(100, "USD"), id="not euro"),
        pytest.param(NORDWIND, Money(0, "EUR"), id="nothing to pay"),
        pytest.param(NORDWIND, Money(100_000_000_000, "EUR"), id="over the limit"),
        pytest.param(replace(NORDWIND, iban=""), Money(100, "EUR"), id="no IBAN"),
        pytest.param(
            replace(NORDWIND, iban="DE89370400440532013001"), Money(100, "EUR"), id="mistyped IBAN"
        ),
        pytest.param(replace(NORDWIND, bic="WRONG"), Money(100, "EUR"), id="mistyped BIC"),
    ],
)
def test_no_code_rather_than_a_wrong_one(creditor: object, amount: Money) -> None:
    """Where a valid code cannot be made, there is none."""
    assert isinstance(creditor, type(NORDWIND))

    assert epc_payload(creditor, amount, "INV-7") == ""


def test_a_name_cannot_add_a_line_to_the_code() -> None:
    """A line break in a name or reference becomes a blank."""
    creditor = replace(NORDWIND, name="Nord\nwind\r\nGmbH")
    payload = epc_payload(creditor, Money(100, "EUR"), "INV\n7")

    assert payload.split("\n")[5] == "Nord wind GmbH"
    assert payload.split("\n")[10] == "INV 7"


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("DE89370400440532013000", True),
        ("GB82WEST12345698765432", True),
        ("GB82WEST12345698765423", False),
        ("RF18539007547034", True),
    ],
)
def test_check_digits(text: str, is_valid: bool) -> None:
    """ISO 7064 MOD 97-10, on the examples of the standards."""
    assert has_valid_check_digits(text) == is_valid


def test_one_invoice_is_quoted_by_its_payment_reference() -> None:
    """The payment reference of the only row wins over its number."""
    row = replace(sample_row("INV-7", 100, "EUR"), payment_reference="RF18539007547034")

    assert reference_for((row,), "10023") == "RF18539007547034"


def test_several_invoices_are_quoted_by_number_else_by_account() -> None:
    """Numbers where they fit into 140 characters, else the account."""
    few = tuple(sample_row(f"INV-{place}", 100, "EUR") for place in range(3))
    many = tuple(sample_row(f"INV-{place:06d}", 100, "EUR") for place in range(20))

    assert reference_for(few, "10023") == "INV-0 INV-1 INV-2"
    assert reference_for(many, "10023") == "10023"


def test_each_currency_has_its_own_block() -> None:
    """Two currencies give two amounts, each with the reference of its rows; only euro a code."""
    blocks = payment_blocks(sample("two currencies"))

    assert [(block.amount, block.reference) for block in blocks] == [
        (Money(100000, "EUR"), "INV-7"),
        (Money(5000, "USD"), "INV-8"),
    ]
    assert [bool(block.epc) for block in blocks] == [True, False]


def test_nothing_asked_no_block() -> None:
    """Where credits eat the demand, there is nothing to pay and no way to pay it."""
    content = letter()
    totals = tuple(replace(total, asked=Money(-100, "EUR")) for total in content.totals)

    assert payment_blocks(replace(content, totals=totals)) == ()


def test_the_image_shows_the_payload() -> None:
    """The picture's pixels are the modules of the code, black on white, with a white rim."""
    payload = payment_blocks(letter())[0].epc
    code = segno.make_qr(payload, error="m", boost_error=False, encoding="utf-8", eci=False, mask=0)
    side, pixels = _pixels(qr_png(payload))
    shown = [
        [pixels[(4 + y) * 4][(4 + x) * 4] for x in range(len(code.matrix))]
        for y in range(len(code.matrix))
    ]

    assert (len(code.matrix) + 8) * 4 == side
    assert [[1 - module for module in row] for row in code.matrix] == shown
    assert [[1] * side] * 16 == pixels[:16]


def _pixels(png: bytes) -> tuple[int, list[list[int]]]:
    """Return the side and the bits of a one-bit PNG without filters."""
    place, body, side = 8, b"", 0
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, chunk = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            side = struct.unpack(">I", chunk[:4])[0]
        if kind == b"IDAT":
            body += chunk
        place += 12 + length
    octets = (side + 7) // 8
    raw = zlib.decompress(body)
    rows = [raw[start + 1 : start + 1 + octets] for start in range(0, len(raw), octets + 1)]
    return side, [[(row[x // 8] >> (7 - x % 8)) & 1 for x in range(side)] for row in rows]
