"""What was read from a text a moment ago is remembered: the rounds load the same rows again.

Only for texts that are read into frozen values: what was read is shared. Bounded twice, for a
text of a large account is read anew each time. Knows no table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

TEXTS_MAX = 256
CHARACTERS_MAX = 20_000
Read = TypeVar("Read")


def remembering(read: Callable[[str], Read]) -> Callable[[str], Read]:
    """Return a reader that remembers what the latest texts held."""
    remembered = lru_cache(maxsize=TEXTS_MAX)(read)

    @wraps(read)
    def reading(text: str) -> Read:
        return remembered(text) if len(text) <= CHARACTERS_MAX else read(text)

    return reading
