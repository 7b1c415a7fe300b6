"""Reading ahead: while one mail is settled in its turn, the next ones are read already.

Nothing is decided here, and nothing is written. At a mail's turn its attempt is counted first,
as ever; then what was read ahead stands in for the reader, but only for the very question: the
same bytes and an equal context. Where an account changed in between, it is read anew. A failure
met ahead is the failure of that one attempt, never of two. So "counted before the reader sees
the bytes" holds for what a mail does to its reader, not for a kill of the daemon itself: one
that comes while it reads ahead counts nothing. Source: DECISIONS 35.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from daemon.application import App
from daemon.core.context import base_context
from daemon.errors import ParserFailed, PeerError
from daemon.ports import InboxMail, StoreConflict
from daemon.rounds.attempts import ATTEMPTS_MAX
from daemon.rounds.look_up import context_of, look_up, reads_alike
from parsers.reading import Context, Identity, Reading

FIRST_BATCH = 50


@dataclass(slots=True, kw_only=True)
class ReadAhead:
    """What was found out of one mail; a context is None where nothing was asked in it.

    `identified` and `read` are the answers, or how the reader failed.
    """

    base: Context | None = None
    identified: Identity | ParserFailed | None = None
    context: Context | None = None
    read: Reading | ParserFailed | None = None


class AheadParser:
    """The port `Parser` for one mail at its turn: what was read ahead, else the reader."""

    def __init__(
        self,
        app: App,
        mail: InboxMail,
        reading: asyncio.Task[ReadAhead],
        found: ReadAhead | None = None,
    ) -> None:
        self._parser = app.parser
        self._raw = mail.raw
        self._reading = reading
        self._found = found or ReadAhead()

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Return the keys and trust of a mail.

        Raises:
            ParserFailed: The reader failed over it, ahead or now.
        """
        ahead = await self._reading
        if raw is not self._raw or ahead.identified is None or not reads_alike(context, ahead.base):
            return await self._parser.identify(raw, context)
        if isinstance(ahead.identified, ParserFailed):
            raise ahead.identified
        return ahead.identified

    async def read(self, raw: bytes, context: Context) -> Reading:
        """Return all that a mail says.

        Raises:
            ParserFailed: The reader failed over it, ahead or now.
        """
        ahead = await self._reading
        if raw is not self._raw or ahead.read is None or not reads_alike(context, ahead.context):
            return await self._parser.read(raw, context)
        if isinstance(ahead.read, ParserFailed):
            raise ahead.read
        return ahead.read

    def identity_at_hand(self) -> Identity | None:
        """Return what the headers say, if they have been read ahead by now."""
        known = self._found.identified
        return None if isinstance(known, ParserFailed) else known

    async def close(self) -> None:
        """Nothing is held: the reader is the application's."""


class Ahead:
    """Reads the next mails of a batch ahead; a context, which leaves no task behind."""

    def __init__(self, app: App, mails: Iterable[InboxMail]) -> None:
        self._app = app
        self._waiting = deque(mails)
        self._begun: dict[str, tuple[asyncio.Task[ReadAhead], ReadAhead]] = {}
        self._ahead_max = app.readers.ahead_max if app.brakes.has_read else 0
        app.brakes.has_read = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What these met is met again at the mails' turns; each is waited for, its child too.
        await _ended(*(reading for reading, _ in self._begun.values()))

    @asynccontextmanager
    async def turn(self, mail: InboxMail) -> AsyncIterator[App]:
        """Let the next mails be read, and yield the application to settle this one with.

        To be entered for each mail in the order of the batch.
        """
        while self._ahead_max and self._waiting and len(self._begun) <= self._ahead_max:
            later = self._waiting.popleft()
            if later.attempts < ATTEMPTS_MAX and not later.broken:
                found = ReadAhead()
                reading = asyncio.create_task(read_ahead(self._app, later, found))
                self._begun[later.id] = (reading, found)
        begun = self._begun.pop(mail.id, None)
        if begun is None:
            yield self._app
            return
        reading, found = begun
        try:
            yield replace(self._app, parser=AheadParser(self._app, mail, reading, found))
        finally:
            await _ended(reading)


def identity_at_hand(app: App) -> Identity | None:
    """Return what the headers of the mail at its turn say, if they have been read ahead."""
    return app.parser.identity_at_hand() if isinstance(app.parser, AheadParser) else None


async def _ended(*readings: asyncio.Task[ReadAhead]) -> None:
    for one in readings:
        one.cancel()
    if readings:
        await asyncio.gather(*readings, return_exceptions=True)


def batch_max(app: App) -> int:
    """Return how many mails the next batch may have."""
    return app.readers.batch_max if app.brakes.has_read else FIRST_BATCH


def base_of(app: App, mail: InboxMail) -> Context:
    """Return the context of a mail before its accounts are known."""
    inbound = next((entry for entry in app.inbounds if entry.mailbox.name == mail.mailbox), None)
    return base_context(
        app.house,
        mail.kept_at,
        inbound.authserv_ids if inbound else (),
        inbound.own_addresses if inbound else (),
        app.model_folder(),
    )


async def read_ahead(app: App, mail: InboxMail, found: ReadAhead) -> ReadAhead:
    """Find out what can be known of a mail before its turn; nothing is counted or written.

    It is noted in `found` as it comes in, and returned when all is there.
    """
    base = found.base = base_of(app, mail)
    try:
        found.identified = await app.parser.identify(mail.raw, base)
    except ParserFailed as error:
        found.identified = error
        return found
    if app.house.reps.is_rep(found.identified.from_address):
        return found
    try:
        match = await look_up(app, found.identified, (), ())
        states = await app.store.load(match.accounts)
    except (PeerError, StoreConflict):
        # It is asked for again at the mail's turn, and told there.
        return found
    found.context = context_of(base, match, states)
    try:
        found.read = await app.parser.read(mail.raw, found.context)
    except ParserFailed as error:
        found.read = error
    return found
