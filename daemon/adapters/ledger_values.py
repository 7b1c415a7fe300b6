"""Cells to values: texts, yes or no, kinds, amounts. An amount is never read by a guess.

"1.234" is 1,234 in Germany and 1.234 in Britain. Which mark is the decimal one follows from
the file's own evidence (one amount that can be read only one way decides for all) or from the
configuration; where neither speaks, the cell is an error that names both readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from daemon.adapters.ledger_words import KINDS, NO, YES, key_of
from daemon.core.model import ItemKind

# What a spreadsheet cell may hold; a CSV cell is always text. `datetime` is a `date`.
Cell: TypeAlias = "str | int | float | bool | date | None"

CELL_CHARACTERS_MAX = 10_000
FLOAT_DECIMALS_KEPT = 6
SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "kč": "CZK", "kr": "", "$": ""}
SPACES = str.maketrans("", "", " \u00a0\u2007\u2009\u202f\t'\u2019`")
SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-"})
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
RUN_OF_SPACES = re.compile(r"[ \u00a0\u2007\u202f]+")
FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
AMOUNT = re.compile(
    r"([A-Za-zł€£¥$č]*)([-+]?)([A-Za-z€£¥$]*)([-+]?)([\d.,]+)([-+]?)([A-Za-zł€£¥$č]*)"
)
CREDIT_LETTERS = {"CR": -1, "C": -1, "H": -1, "DR": 1, "D": 1, "S": 1}
# The plain forms, which are most of any file: read without taking them apart.
PLAIN_POINT = re.compile(r"-?\d+(?:\.\d+)?")
PLAIN_COMMA = re.compile(r"-?\d+(?:,\d+)?")
CENTS = re.compile(r"-?\d+([.,])\d{1,2}")
SCIENTIFIC = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)


class DecimalMark(StrEnum):
    """The character between whole units and their fractions."""

    COMMA = "comma"
    POINT = "point"

    @property
    def character(self) -> str:
        """The mark itself."""
        return "," if self is DecimalMark.COMMA else "."


class ReadsTwoWays(ValueError):
    """The cell has two readings and the file does not say which; the message names both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount as a cell states it: exact, with the currency the cell names, or none."""

    value: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A cell that can be read only one way: its line and its text."""

    line: int
    text: str


def clean_text(cell: Cell) -> str:
    """Return a cell as text: NFC, trimmed, runs of spaces made one; whole floats lose `.0`.

    Raises:
        ValueError: Control or direction characters inside, or over 10,000 characters.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = cell if isinstance(cell, str) else str(cell)
    text = text.strip().strip("\ufeff")
    if text.startswith("="):
        formula = FORMULA_TEXT.fullmatch(text)
        text = formula.group(1).strip() if formula else text
    if len(text) > CELL_CHARACTERS_MAX:
        raise ValueError(f"the cell is longer than {CELL_CHARACTERS_MAX} characters: shorten it")
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    found = UNSAFE.search(text)
    if found is not None:
        raise ValueError(
            f"the cell holds a line break or control character (U+{ord(found.group()):04X}): "
            "remove it"
        )
    return RUN_OF_SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def number_text(cell: Cell) -> str:
    """Return an invoice number as text.

    Raises:
        ValueError: As `clean_text`, or a spreadsheet has turned the number into `1.2E+05`.
    """
    text = clean_text(cell)
    if SCIENTIFIC.fullmatch(text) and "+" in text:
        raise ValueError(
            f"the spreadsheet turned the number into {text}: format the column as text "
            "and export again"
        )
    return text


def yes_or_no(cell: Cell) -> bool:
    """Read a flag; empty means no.

    Raises:
        ValueError: Neither a yes nor a no.
    """
    if isinstance(cell, bool):
        return cell
    word = clean_text(cell).casefold()
    if not word or word in NO:
        return False
    if word in YES:
        return True
    raise ValueError(f"{word!r} is neither yes nor no: write yes or no")


@lru_cache(maxsize=1_000)
def kind_of(text: str) -> ItemKind:
    """Read a kind in the words of accounting programs.

    Raises:
        ValueError: The word is not known.
    """
    kind = KINDS.get(key_of(text))
    if kind is None:
        raise ValueError(f"the kind {text!r} is not known: write invoice, credit_note or payment")
    return kind


def _grouped(whole: str, separator: str) -> bool:
    """Tell whether `whole` is grouped in threes by the separator."""
    first, *rest = whole.split(separator)
    return (
        1 <= len(first) <= 3
        and first.isdigit()
        and all(len(group) == 3 and group.isdigit() for group in rest)
    )


def proven_mark(cell: Cell) -> DecimalMark | None:
    """Return the decimal mark that this amount proves; None where it could be either."""
    if not isinstance(cell, str):
        return None
    if cents := CENTS.fullmatch(cell):
        return DecimalMark.COMMA if cents[1] == "," else DecimalMark.POINT
    digits = re.sub(r"[^\d.,]", "", cell)
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        last = max(digits.rfind("."), digits.rfind(","))
        whole, mark = digits[:last], digits[last]
        other = "." if mark == "," else ","
        if mark in whole or not _grouped(whole, other):
            return None
        return DecimalMark.COMMA if mark == "," else DecimalMark.POINT
    if points + commas == 0:
        return None
    separator = "." if points else ","
    is_mark, is_not = (
        (DecimalMark.POINT, DecimalMark.COMMA)
        if separator == "."
        else (DecimalMark.COMMA, DecimalMark.POINT)
    )
    if points + commas > 1:
        return is_not if _grouped(digits, separator) else None
    whole, fraction = digits.split(separator)
    if not fraction:
        return None
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        return None
    return is_mark


def mark_proofs(cells: Iterable[tuple[int, Cell]]) -> dict[DecimalMark, Proof]:
    """Return the first proof of each decimal mark among (line, cell) pairs."""
    proofs: dict[DecimalMark, Proof] = {}
    for line, cell in cells:
        mark = proven_mark(cell)
        if mark is not None and mark not in proofs:
            proofs[mark] = Proof(line=line, text=str(cell).strip())
            if len(proofs) == len(DecimalMark):
                break
    return proofs


def amount_of(cell: Cell, mark: DecimalMark | None) -> Amount | None:
    """Read an amount: `1.200,50`, `(12.00)`, `12,00-`, `EUR 5`, `1'200.00 CR`; None if empty.

    Args:
        cell: Text or a spreadsheet number (kept to six decimals: the rest is binary residue).
        mark: The file's decimal mark; None = the file has not shown one.

    Raises:
        ValueError: Not an amount, or one that reads two ways.
    """
    if isinstance(cell, str):
        if mark is DecimalMark.POINT and PLAIN_POINT.fullmatch(cell):
            return Amount(value=Decimal(cell))
        if mark is DecimalMark.COMMA and PLAIN_COMMA.fullmatch(cell):
            return Amount(value=Decimal(cell.replace(",", ".")))
    if isinstance(cell, bool | date):
        raise ValueError(f"{cell} is not an amount")
    if isinstance(cell, int):
        return Amount(value=Decimal(cell))
    if isinstance(cell, float):
        return Amount(value=Decimal(repr(round(cell, FLOAT_DECIMALS_KEPT))))
    shown = clean_text(cell)
    if not shown:
        return None
    bare = shown.translate(SPACES).translate(SIGNS)
    is_bracketed = bare.startswith("(") and bare.endswith(")")
    match = AMOUNT.fullmatch(bare[1:-1] if is_bracketed else bare)
    if match is None:
        raise ValueError(f"{shown!r} is not an amount")
    before, sign, inner, second_sign, digits, sign_after, after = match.groups()
    names = [name for name in (before, inner, after) if name]
    factor, currency = 1, ""
    for name in names:
        if name.upper() in CREDIT_LETTERS and name == after:
            factor = CREDIT_LETTERS[name.upper()]
        elif len(name) == 3 and name.isalpha():
            currency = name.upper()
        elif name.casefold() in SYMBOLS:
            currency = SYMBOLS[name.casefold()]
        else:
            raise ValueError(f"{shown!r} is not an amount: {name!r} is no currency")
    if sum(bool(one) for one in (sign, second_sign, sign_after)) > 1:
        raise ValueError(f"{shown!r} is not an amount: it has two signs")
    if is_bracketed or "-" in (sign, second_sign, sign_after):
        factor = -factor
    return Amount(value=factor * _digits_to_decimal(digits, mark, shown), currency=currency)


def _digits_to_decimal(digits: str, mark: DecimalMark | None, shown: str) -> Decimal:
    if digits.isdigit():
        return Decimal(digits)
    used = proven_mark(digits) or mark
    if used is None:
        if digits.count(".") + digits.count(",") != 1 or not digits[-1].isdigit():
            raise ValueError(f"{shown!r} is not an amount")
        plain = re.sub(r"[.,]", "", digits)
        raise ReadsTwoWays(
            f"{shown} may be {int(plain):,} or {digits.replace(',', '.')}: "
            'set [ledger] decimal to "comma" or "point"'
        )
    if mark is not None and used is not mark:
        raise ValueError(
            f"{shown!r} does not fit the decimal {mark.value} of this file: "
            "mend the amount or set [ledger] decimal"
        )
    whole, _, fraction = digits.partition(used.character)
    separator = "," if used is DecimalMark.POINT else "."
    if (fraction and not fraction.isdigit()) or not (whole or fraction):
        raise ValueError(f"{shown!r} is not an amount")
    if separator in whole and not _grouped(whole, separator):
        raise ValueError(f"{shown!r} is not an amount: its groups are not of three digits")
    plain = whole.replace(separator, "") or "0"
    if not plain.isdigit():
        raise ValueError(f"{shown!r} is not an amount")
    return Decimal(f"{plain}.{fraction}" if fraction else plain)
