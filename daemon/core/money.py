"""Money: whole minor units of one currency, never a float, never two currencies at once.

Source: ISO 4217 minor units; the table below holds only the currencies that differ from two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

DEFAULT_EXPONENT = 2
NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
EXPONENTS = dict.fromkeys(NO_DECIMALS.split(), 0) | dict.fromkeys(THREE_DECIMALS.split(), 3)


def exponent(currency: str) -> int:
    """Return how many decimals the currency has (JPY 0, EUR 2, KWD 3)."""
    return EXPONENTS.get(currency, DEFAULT_EXPONENT)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` in whole minor units (cents), `currency` as an ISO 4217 code.

    Raises:
        ValueError: Two currencies meet in one sum or comparison.
    """

    minor: int
    currency: str

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be mixed")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        """Plain form for logs and commands: `1,200.00 EUR`."""
        return f"{self.decimal:,.{exponent(self.currency)}f} {self.currency}"


def money_from_decimal(value: Decimal, currency: str) -> Money:
    """Turn major units into Money.

    Raises:
        ValueError: `value` has more decimals than the currency.
    """
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more decimals than {currency} has")
    return Money(int(scaled), currency)


def total_per_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """Add up, one total per currency, ordered by currency code."""
    totals: dict[str, int] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(totals.items()))
