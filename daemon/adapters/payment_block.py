"""How to pay: amount, currency, reference, account, and the code that a bank's app reads.

One block per currency that is asked for. The EPC code is made only where it is valid (euro, an
IBAN whose check digits hold, 0.01 to 999,999,999.99); a wrong code is worse than none. The Swiss
code needs an address in separate fields, which the creditor's printed lines cannot give: none.
Source: EPC069-12 version 2.1 (payload), ISO 13616 (IBAN), ISO 11649 (creditor reference).
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass

import segno

from daemon.core.letters import LetterContent, Row
from daemon.core.model import Creditor
from daemon.core.money import Money

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
CREDITOR_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}")
EPC_MINOR_MAX = 99_999_999_999
EPC_NAME_CHARACTERS_MAX = 70
EPC_TEXT_CHARACTERS_MAX = 140
EPC_OCTETS_MAX = 331
EPC_VERSION_MAX = 13
PIXELS_PER_MODULE = 4
RIM_MODULES = 4
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Readers learn the mask from the code itself; weighing all eight would take most of the time
# that a letter takes. The checkerboard breaks up large areas well.
MASK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBlock:
    """What a payer types into the bank's form; `epc` is the code's payload, empty for none."""

    amount: Money
    reference: str
    holder: str
    iban: str
    bic: str
    bank_name: str
    link: str
    epc: str


def payment_blocks(content: LetterContent) -> tuple[PaymentBlock, ...]:
    """Return one block per currency with a positive sum asked, in the order of the totals."""
    return tuple(_block(content, total.asked) for total in content.totals if total.asked.minor > 0)


def _block(content: LetterContent, asked: Money) -> PaymentBlock:
    creditor = content.creditor
    rows = tuple(row for row in content.demanded if row.open.currency == asked.currency)
    reference = reference_for(rows, content.account)
    iban = compact(creditor.iban)
    return PaymentBlock(
        amount=asked,
        reference=reference,
        holder=creditor.name,
        iban=grouped(iban),
        bic=compact(creditor.bic),
        bank_name=creditor.bank_name,
        link=creditor.payment_link,
        epc=epc_payload(creditor, asked, reference),
    )


def reference_for(rows: tuple[Row, ...], account: str) -> str:
    """Return what the payer shall quote.

    One row: its payment reference, else its number. Several: their numbers where they fit into
    a bank's 140 characters, else the account.
    """
    if len(rows) == 1:
        return rows[0].payment_reference or rows[0].number
    numbers = " ".join(row.number for row in rows)
    return numbers if 0 < len(numbers) <= EPC_TEXT_CHARACTERS_MAX else account


def compact(text: str) -> str:
    """Return an IBAN, BIC or reference without blanks, in capitals."""
    return re.sub(r"\s+", "", text).upper()


def grouped(iban: str) -> str:
    """Return an IBAN in groups of four, as it is printed."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def has_valid_check_digits(text: str) -> bool:
    """Tell whether an IBAN or an RF reference passes ISO 7064 MOD 97-10."""
    turned = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def is_iban(text: str) -> bool:
    """Tell whether a compact text is an IBAN with right check digits."""
    return IBAN.fullmatch(text) is not None and has_valid_check_digits(text)


def epc_payload(creditor: Creditor, amount: Money, reference: str) -> str:
    """Return the text of the EPC code (version 002, UTF-8), or "" where none is valid."""
    iban, bic = compact(creditor.iban), compact(creditor.bic)
    if amount.currency != "EUR" or not 0 < amount.minor <= EPC_MINOR_MAX or not is_iban(iban):
        return ""
    if bic and BIC.fullmatch(bic) is None:
        return ""
    structured = compact(reference)
    is_structured = bool(CREDITOR_REFERENCE.fullmatch(structured)) and has_valid_check_digits(
        structured
    )
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        bic,
        one_line(creditor.name)[:EPC_NAME_CHARACTERS_MAX],
        iban,
        f"EUR{amount.decimal:.2f}",
        "",
        structured if is_structured else "",
        "" if is_structured else one_line(reference)[:EPC_TEXT_CHARACTERS_MAX],
    )
    payload = "\n".join(lines).rstrip("\n")
    return payload if len(payload.encode()) <= EPC_OCTETS_MAX else ""


def one_line(text: str) -> str:
    """Return the text with every run of white space as one blank."""
    return " ".join(text.split())


def qr_png(payload: str) -> bytes:
    """Return the code as a PNG: error correction M, a white rim of four modules.

    Raises:
        ValueError: The payload does not fit (segno's DataOverflowError).
    """
    code = segno.make_qr(
        payload, error="m", boost_error=False, encoding="utf-8", eci=False, mask=MASK
    )
    if int(code.version) > EPC_VERSION_MAX:
        raise ValueError("the payment code would be larger than version 13")
    return _png([bytes(row) for row in code.matrix])


def _png(modules: list[bytes]) -> bytes:
    """Write a black and white image of one bit a pixel; segno's own writer is far slower."""
    side = (len(modules) + 2 * RIM_MODULES) * PIXELS_PER_MODULE
    octets = (side + 7) // 8
    white = b"\x00" + b"\xff" * octets
    rim = "1" * (RIM_MODULES * PIXELS_PER_MODULE)
    lines = [white] * (RIM_MODULES * PIXELS_PER_MODULE)
    for row in modules:
        pixels = rim + "".join(("0" if dark else "1") * PIXELS_PER_MODULE for dark in row) + rim
        bits = int(pixels.ljust(octets * 8, "1"), 2)
        lines += [b"\x00" + bits.to_bytes(octets, "big")] * PIXELS_PER_MODULE
    lines += [white] * (RIM_MODULES * PIXELS_PER_MODULE)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
