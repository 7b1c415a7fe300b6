"""What faults are made of: ports that fail, and a scene that gathers all that is told."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from daemon.application import App
from daemon.core.effects import ForwardToRep, TellOperator
from daemon.errors import PeerError
from daemon.ports import (
    Fetched,
    FolderState,
    Outgoing,
    OutgoingKind,
    OutgoingStage,
)
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from parsers.reading import Context, Identity
from tests.rounds.rep_post import FIRST, PlainParser, Post


@dataclass
class Box:
    """A mailbox port: it meets `fault` each time that it is opened, or holds `uids`."""

    fault: PeerError | None = None
    uidvalidity: int = 1
    uids: tuple[int, ...] = ()
    name: str = "ar"

    async def open(self, folder: str) -> FolderState:
        """Open, or fail."""
        if self.fault is not None:
            raise self.fault
        return FolderState(uidvalidity=self.uidvalidity, uidnext=9, exists=len(self.uids))

    async def uids_after(self, last_uid: int) -> list[int]:
        """Return those behind the last."""
        return [uid for uid in self.uids if uid > last_uid]

    async def uids_since(self, since: object) -> list[int]:
        """Return all."""
        return list(self.uids)

    async def beginnings(self, uids: object) -> list[Fetched]:
        """Find none: other hands were quicker."""
        return []

    async def fetch(self, uids: object) -> list[Fetched]:
        """Find none: other hands were quicker."""
        return []

    async def close(self) -> None:
        """Close nothing."""


class Wrecked:
    """A store of which one method fails each time, until it is mended."""

    def __init__(self, store: object, method: str, fault: Exception) -> None:
        self.store, self.method, self.fault = store, method, fault
        self.is_mended = False

    def __getattr__(self, name: str) -> Any:
        if name != self.method or self.is_mended:
            return getattr(self.store, name)

        async def fail(*_: object, **__: object) -> None:
            raise self.fault

        return fail


class Broken(PlainParser):
    """A parser that fails over every mail."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Fail."""
        raise self.fault


@dataclass
class Scene:
    """The product with two customers, and what it said; `place` says why a mail lies there."""

    post: Post
    stream: io.StringIO
    place: str = ""

    @property
    def app(self) -> App:
        """The application as it stands."""
        return self.post.desk.app

    def use(self, **ports: Any) -> App:
        """Put other ports into the application."""
        self.post.desk.app = replace(self.app, **ports)
        return self.app

    async def letter(self, *answers: Any) -> Outgoing:
        """Send the letters of today; the first ones meet these answers."""
        self.post.desk.relay.answers.extend(answers)
        await plan_round(self.app)
        await deliver_round(self.app)
        return next(r for r in await self.letters() if r.account == FIRST)

    async def rows(self) -> list[Outgoing]:
        """Return all of the outbox."""
        stages = [await self.app.store.outgoing_in(stage) for stage in OutgoingStage]
        return [r for rows in stages for r in rows]

    async def letters(self) -> list[Outgoing]:
        """Return every letter."""
        return [r for r in await self.rows() if r.kind is OutgoingKind.LETTER]

    def lines(self) -> list[dict[str, str]]:
        """Return the log."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    async def mails(self) -> list[TellOperator | ForwardToRep]:
        """Return what was written to people."""
        effects = [r.effect for r in await self.rows()]
        return [one for one in effects if isinstance(one, TellOperator | ForwardToRep)]


class Unreachable:
    """A submission host that cannot be reached."""

    def __init__(self, fault: PeerError) -> None:
        self.fault = fault

    async def connect(self) -> Any:
        """Fail."""
        raise self.fault

    async def close(self) -> None:
        """Close nothing."""


Act = Callable[[Scene], Awaitable[None]]
