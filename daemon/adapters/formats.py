"""Money, dates and numbers as a reader in a language and a country expects them.

All figures come from whole minor units; no float is ever made. The currency
is always its ISO code, for a dollar sign names many dollars. Source: the CLDR, through Babel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from daemon.core.money import Money, exponent

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
NARROW_NO_BREAK_SPACE = "\N{NARROW NO-BREAK SPACE}"
DEFAULT_COUNTRY = {"en": "GB", "de": "DE"}


@lru_cache(maxsize=512)
def locale_of(language: str, country: str) -> Locale:
    """Return the locale of a language as written in a country, such as de_CH.

    Where the pair is unknown (German in Japan) the language's home country decides; where the
    language is unknown, British English.
    """
    language = language.replace("-", "_").split("_")[0].lower()
    for name in (f"{language}_{country.upper()}", f"{language}_{DEFAULT_COUNTRY.get(language)}"):
        locale = _parsed(name)
        if locale is not None:
            return locale
    return _parsed(language) or Locale("en", "GB")


def _parsed(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Marks:
    """How a locale marks decimals and thousands."""

    decimal: str
    group: str


@lru_cache(maxsize=512)
def marks(locale: Locale) -> Marks:
    """Return the marks of a locale."""
    return Marks(decimal=str(get_decimal_symbol(locale)), group=str(get_group_symbol(locale)))


def figures(amount: Money, locale: Locale) -> str:
    """Return the amount without its currency: `1,200.00`, `1.200,00`, `-50.00`."""
    places = exponent(amount.currency)
    digits = str(abs(amount.minor)).rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :]
    sign = "-" if amount.minor < 0 else ""
    point = marks(locale).decimal if places else ""
    return f"{sign}{_in_groups(whole, locale)}{point}{fraction}"


def _in_groups(digits: str, locale: Locale) -> str:
    """Group by thousands; Babel's own formatting loses the Swiss apostrophe (2.19)."""
    return f"{int(digits):,}".replace(",", marks(locale).group)


def money(amount: Money, locale: Locale) -> str:
    """Return the amount with its currency code, held together by a no-break space."""
    return f"{figures(amount, locale)}{NO_BREAK_SPACE}{amount.currency}"


@lru_cache(maxsize=4096)
def day(value: date | None, locale: Locale) -> str:
    """Return a date whose month cannot be mistaken: `4 May 2026`, `04.05.2026`; None is empty."""
    if value is None:
        return ""
    spoken = str(format_date(value, format="medium", locale=locale))
    return spoken.replace(" ", NO_BREAK_SPACE)


def number(value: int, locale: Locale) -> str:
    """Return a whole number with the grouping of the locale."""
    return ("-" if value < 0 else "") + _in_groups(str(abs(value)), locale)


def plain_spaces(text: str) -> str:
    """Replace no-break spaces by plain ones, for plain text after its lines are broken."""
    return text.replace(NO_BREAK_SPACE, " ").replace(NARROW_NO_BREAK_SPACE, " ")
