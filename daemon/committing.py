"""Deciding anew: what another commit has overtaken is loaded, decided and committed again.

The store refuses a commit whose account has moved on (`StoreConflict`). Whoever cannot leave it
at that, because a customer's or a rep's word would be lost, tries again here, a few times.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from daemon.ports import StoreConflict

T = TypeVar("T")
TRIES_MAX = 10


async def until_committed(attempt: Callable[[], Awaitable[T]], otherwise: str) -> T:
    """Repeat an attempt while another commit comes first.

    Args:
        attempt: Loads, decides and commits once; keeps nothing of an earlier try.
        otherwise: The sentence of the conflict that ends it.

    Returns:
        What the attempt that was committed returned.

    Raises:
        StoreConflict: Each try met another commit.
    """
    for _ in range(TRIES_MAX):
        try:
            return await attempt()
        except StoreConflict:
            continue
    raise StoreConflict(otherwise)
