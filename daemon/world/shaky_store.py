"""A store that the world can shake and watch: around every visit, and after every commit.

Every visit goes to the product's own store; before and after it the plan is asked, and what a
commit changed is shown to the witness before anything else happens. A crash is no `Exception`,
so that nothing in the product can take it for a fault and go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, cast

from daemon.ports import Commit, Store

WRITES = frozenset(
    {
        "commit", "wake", "apply_import", "put_outgoing", "move_outgoing", "copy_filed", "keep",
        "checked", "begin_attempt", "uncount_attempt", "identified", "place", "moved", "set_fact",
    }
)  # fmt: skip
# The visits that append events, and the place of the commits among their arguments.
COMMITS_AT = {"commit": 0, "apply_import": 1}

Witness = Callable[[Sequence[str]], Awaitable[None]]


class Crash(BaseException):
    """The process ends here, as if it were killed."""


class Shake(Protocol):
    """What happens around visits to the store."""

    def before_visit(self, name: str, *, is_write: bool) -> None:
        """Let it be: or raise what happens instead of the visit."""
        ...

    def after_visit(self, name: str, *, is_write: bool) -> None:
        """Let it be: or raise what happens once the visit is committed."""
        ...


class ShakyStore:
    """Every method of `ports.Store`, by name, with the plan asked before and after.

    `witness` is shown the accounts of every commit that came about.
    """

    def __init__(self, store: Store, shake: Shake, witness: Witness) -> None:
        self._store = store
        self._shake = shake
        self._witness = witness

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._store, name)
        is_write = name in WRITES
        commits_at = COMMITS_AT.get(name)
        shake = self._shake

        async def visit(*args: Any, **kwargs: Any) -> Any:
            shake.before_visit(name, is_write=is_write)
            answer = await method(*args, **kwargs)
            if commits_at is not None:
                commits = cast(Sequence[Commit], args[commits_at])
                await self._witness([commit.account for commit in commits if commit.events])
            shake.after_visit(name, is_write=is_write)
            return answer

        # Made once a method: the next look-up finds it on the instance.
        setattr(self, name, visit)
        return visit


def shaky(store: Store, shake: Shake, witness: Witness) -> Store:
    """Return the store with the plan around it."""
    # One wrapper by name stands for some forty methods of the same kind.
    return cast(Store, ShakyStore(store, shake, witness))
