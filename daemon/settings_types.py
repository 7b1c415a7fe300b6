"""What a configured value may be: checked types with a sentence for what is accepted.

Every section is frozen and knows all its keys; a key that nobody reads is a mistake, not a wish.
"""

from __future__ import annotations

import codecs
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from daemon.adapters.addresses import normalise_address
from daemon.adapters.ledger_places import country_code, is_currency, language_code, zone_name

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Section(BaseModel):
    """A table of the configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def _line(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("one line of text without control characters")
    return text.strip()


def _rep_address(text: str) -> str:
    return normalise_address(text).lower()


def _currency(text: str) -> str:
    if not is_currency(text):
        raise ValueError("an ISO 4217 code, as in EUR")
    return text


def _iban(text: str) -> str:
    bare = text.replace(" ", "").upper()
    if not bare:
        return ""
    if not IBAN.fullmatch(bare):
        raise ValueError("an IBAN: two letters, two digits, up to 30 letters and digits")
    digits = "".join(str(int(character, 36)) for character in bare[4:] + bare[:4])
    if int(digits) % 97 != 1:
        raise ValueError("an IBAN whose check digits fit; a digit is wrong or swapped")
    return bare


def _bic(text: str) -> str:
    bare = text.replace(" ", "").upper()
    if bare and not BIC.fullmatch(bare):
        raise ValueError("a BIC of 8 or 11 characters")
    return bare


def _link(text: str) -> str:
    if text and not re.fullmatch(r"https://[^\s<>\"]{4,500}", text):
        raise ValueError("an https:// address")
    return text


def _encoding(text: str) -> str:
    if text:
        try:
            codecs.lookup(text)
        except LookupError as error:
            raise ValueError("an encoding such as utf-8 or cp1252") from error
    return text


def _delimiter(text: str) -> str:
    bare = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if bare not in ("", ",", ";", "\t", "|"):
        raise ValueError('",", ";", "|", "tab", or "" for the file\'s own evidence')
    return bare


Line = Annotated[str, AfterValidator(_line), Field(max_length=200)]
Address = Annotated[str, AfterValidator(normalise_address)]
RepAddress = Annotated[str, AfterValidator(_rep_address)]
CountryCode = Annotated[str, AfterValidator(country_code)]
LanguageCode = Annotated[str, AfterValidator(language_code)]
ZoneName = Annotated[str, AfterValidator(zone_name)]
CurrencyCode = Annotated[str, AfterValidator(_currency)]
Iban = Annotated[str, AfterValidator(_iban)]
Bic = Annotated[str, AfterValidator(_bic)]
Link = Annotated[str, AfterValidator(_link)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Delimiter = Annotated[str, AfterValidator(_delimiter)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
