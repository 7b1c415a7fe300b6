"""Countries and languages as clerks write them: codes, or names in the languages we read."""

from __future__ import annotations

from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import get_global

from daemon.adapters.ledger_words import key_of

NAME_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
USUAL_NAMES = {"uk": "GB", "greatbritain": "GB", "england": "GB", "usa": "US", "holland": "NL"}
# The one-letter signs of vehicles, which German exports use as country codes.
VEHICLE_SIGNS = {"d": "DE", "a": "AT", "f": "FR", "i": "IT", "e": "ES", "l": "LU", "b": "BE"}
LANGUAGE_CODE_LENGTH = 2
# The longest name of a zone has 32 characters.
ZONE_CHARACTERS_MAX = 64


def _named(language: str, what: Literal["territories", "languages"]) -> list[tuple[str, str]]:
    """Return (code, name) pairs as one language says them."""
    locale = Locale(language)
    names = locale.territories if what == "territories" else locale.languages
    return [(str(code), str(name)) for code, name in names.items()]


@cache
def _countries() -> dict[str, str]:
    names = dict(USUAL_NAMES) | dict(VEHICLE_SIGNS)
    codes = {c for c, _ in _named("en", "territories") if len(c) == 2 and c.isalpha()}
    for language in NAME_LANGUAGES:
        for code, name in _named(language, "territories"):
            if code in codes:
                names.setdefault(key_of(name), code)
    for alias, targets in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(targets) == 1:
            names.setdefault(key_of(alias), targets[0])
    return names | {code.casefold(): code for code in codes}


@cache
def _languages() -> dict[str, str]:
    names: dict[str, str] = {}
    codes = {c for c, _ in _named("en", "languages") if len(c) == LANGUAGE_CODE_LENGTH}
    for language in (*NAME_LANGUAGES, *sorted(codes & {"sv", "da", "nb", "fi", "cs"})):
        for code, name in _named(language, "languages"):
            if code in codes:
                names.setdefault(key_of(name), code)
    return names | {code: code for code in codes}


def country_code(text: str) -> str:
    """Return the ISO 3166 code of a country given by code or name.

    Raises:
        ValueError: No such country.
    """
    found = _countries().get(key_of(text))
    if found is None:
        raise ValueError(f"the country {text!r} is not known: write its two-letter code, as in DE")
    return found


def language_code(text: str) -> str:
    """Return the ISO 639-1 code of a language given by code (`de`, `de-AT`) or name.

    Raises:
        ValueError: No such language.
    """
    names = _languages()
    found = names.get(key_of(text)) or names.get(key_of(text.replace("_", "-").split("-")[0]))
    if found is None:
        raise ValueError(f"the language {text!r} is not known: write its two-letter code, as in de")
    return found


@cache
def _currencies() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


def is_currency(code: str) -> bool:
    """Tell whether the code is an ISO 4217 currency."""
    return code in _currencies()


def zone_name(text: str) -> str:
    """Return the IANA name of a time zone.

    Raises:
        ValueError: No such zone.
    """
    refusal = f"the time zone {text[:ZONE_CHARACTERS_MAX]!r} is not known: write Europe/Berlin"
    if not text or len(text) > ZONE_CHARACTERS_MAX:
        # Each "/" is a folder that is looked for: thousands of them exhaust the stack.
        raise ValueError(refusal)
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(refusal) from error
