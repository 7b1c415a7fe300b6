"""Work whose awaits are counted: the places at which a task really rests, and may be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Counted(Generic[T]):
    """A piece of work to be awaited; `at_await` is called each time that it begins to rest.

    Who cancels the task from there ends the work at exactly this await. `rests_on` is what the
    work waits for then: None where it only gives way.
    """

    def __init__(self, work: Coroutine[Any, Any, T], at_await: Callable[[], None]) -> None:
        self._work = work
        self._at_await = at_await
        self.rests_on: asyncio.Future[Any] | None = None

    def __await__(self) -> Generator[Any, Any, T]:
        inner = self._work.__await__()
        try:
            rests_on = next(inner)
            while True:
                self.rests_on = rests_on
                self._at_await()
                try:
                    answer = yield rests_on
                except BaseException as error:  # noqa: BLE001 - whatever it is goes to the work
                    rests_on = inner.throw(error)
                else:
                    rests_on = inner.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result


async def counted(work: Coroutine[Any, Any, T], at_await: Callable[[], None]) -> T:
    """Do the work and tell of its awaits."""
    return await Counted(work, at_await)
