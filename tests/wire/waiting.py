"""Waiting for what a real server brings about, with an end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.05
LOOKS_MAX = 400


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return once it is so.

    Raises:
        TimeoutError: It is not so after twenty seconds.
    """
    for _ in range(LOOKS_MAX):
        if await is_so():
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise TimeoutError("it did not come about")
