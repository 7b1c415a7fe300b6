"""Chance that follows from the seed alone: the same seed and the same occasion, the same fall.

No generator has a state: every throw names its occasion (a day, a mail, an attempt), so that
one throw more or less changes no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Choice = TypeVar("Choice")
SCALE = 1 << 64


@dataclass(frozen=True, slots=True)
class Dice:
    """The dice of one seed, or of one corner of its world (`purpose`)."""

    seed: int
    purpose: str = ""

    def about(self, purpose: str) -> Dice:
        """Return the dice of a corner of this world."""
        return Dice(self.seed, f"{self.purpose}|{purpose}")

    def fraction(self, *occasion: object) -> float:
        """Return a number from 0 up to 1, not 1 itself."""
        spoken = "|".join(str(part) for part in (self.seed, self.purpose, *occasion))
        digest = hashlib.blake2b(spoken.encode(), digest_size=8).digest()
        return int.from_bytes(digest) / SCALE

    def falls(self, percent: float, *occasion: object) -> bool:
        """Tell whether something happens that happens `percent` times in a hundred."""
        return self.fraction(*occasion) * 100 < percent

    def between(self, least: int, most: int, *occasion: object) -> int:
        """Return a whole number from `least` to `most`, both included."""
        return least + int(self.fraction(*occasion) * (most - least + 1))

    def one_of(self, options: Sequence[Choice], *occasion: object) -> Choice:
        """Return one of the options."""
        return options[self.between(0, len(options) - 1, *occasion)]
