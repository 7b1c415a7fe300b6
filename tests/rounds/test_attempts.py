"""What counts as one of a mail's three tries: only what the mail itself does to its reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from daemon.adapters.parser_process import ParserProcess
from daemon.application import App
from daemon.core.effects import TellOperator
from daemon.errors import ParserFailed, PeerError
from daemon.ports import Cursor, InboxMail, MailStage, OutgoingStage, Store, StoreConflict
from daemon.rounds.attempts import ATTEMPTS_MAX
from daemon.rounds.read_mail import read_round
from daemon.world.near_parser import NearParser
from parsers.reading import Context, Identity
from tests.rounds.conftest import Desk
from tests.store.builders import fetched

CURSOR = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=1)
ROUNDS = ATTEMPTS_MAX + 2


class Failing:
    """A store that fails each time that a mail has been looked at, until it is mended."""

    def __init__(self, store: Store, fault: Callable[[], BaseException]) -> None:
        self.store = store
        self.fault = fault
        self.is_mended = False

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def identified(self, mail: str, identity: Identity, accounts: Sequence[str]) -> None:
        """Fail, or note it."""
        if not self.is_mended:
            raise self.fault()
        await self.store.identified(mail, identity, accounts)


async def keep_one(desk: Desk) -> str:
    """Keep a mail of a stranger."""
    (name,) = await desk.store.keep([fetched(1, "We will pay.")], CURSOR, desk.clock.now())
    return name


async def seen(desk: Desk, name: str) -> InboxMail:
    """Return the mail as it stands."""
    mail = await desk.store.mail(name)
    assert mail is not None
    return mail


async def alarms(desk: Desk) -> list[str]:
    """Return what the operator is told."""
    rows = await desk.store.outgoing_in(OutgoingStage.QUEUED)
    return [row.effect.subject for row in rows if isinstance(row.effect, TellOperator)]


async def test_a_database_that_goes_away_is_not_the_mails_doing(desk: Desk) -> None:
    """Five times it goes while the mail is read; when it is back the mail is read, once counted."""
    name = await keep_one(desk)
    store = Failing(desk.store, lambda: PeerError("the database does not answer"))
    app = replace(desk.app, store=cast(Store, store), parser=NearParser())
    for _ in range(ROUNDS):
        with pytest.raises(PeerError):
            await read_round(app)
    before = await seen(desk, name)
    store.is_mended = True
    settled = await read_round(app)
    after = await seen(desk, name)

    assert (MailStage.KEPT, 1) == (before.stage, before.attempts)
    assert (1, 1) == (settled, after.attempts)
    assert after.stage in (MailStage.FILED, MailStage.FORWARDED)


async def test_a_work_that_is_told_to_end_is_not_the_mails_doing(desk: Desk) -> None:
    """Duly is stopped five times while the mail is read: it waits, and is not set aside."""
    name = await keep_one(desk)
    store = Failing(desk.store, asyncio.CancelledError)
    app = replace(desk.app, store=cast(Store, store), parser=NearParser())
    for _ in range(ROUNDS):
        with pytest.raises(asyncio.CancelledError):
            await read_round(app)
    before = await seen(desk, name)
    store.is_mended = True

    assert (MailStage.KEPT, 0) == (before.stage, before.attempts)
    assert 1 == await read_round(app)


async def test_another_workers_commit_is_not_the_mails_doing(desk: Desk) -> None:
    """It is overtaken five times: it waits on, and is not set aside."""
    name = await keep_one(desk)
    store = Failing(desk.store, lambda: StoreConflict("overtaken"))
    app = replace(desk.app, store=cast(Store, store), parser=NearParser())
    settled = [await read_round(app) for _ in range(ROUNDS)]
    before = await seen(desk, name)
    store.is_mended = True

    assert [0] * ROUNDS == settled
    assert (MailStage.KEPT, 0) == (before.stage, before.attempts)
    assert 1 == await read_round(app)


class Counting(Failing):
    """A store that counts slowly: what it has begun it ends, whoever was told to end meanwhile."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, asyncio.CancelledError)
        self.is_reached, self.may_count = asyncio.Event(), asyncio.Event()
        self.counting: asyncio.Task[int] | None = None

    async def begin_attempt(self, mail: str, now: datetime, known: Identity | None = None) -> int:
        """Count once it may."""

        async def count() -> int:
            self.is_reached.set()
            await self.may_count.wait()
            return await self.store.begin_attempt(mail, now, known)

        self.counting = asyncio.create_task(count())
        return await asyncio.shield(self.counting)


async def test_an_attempt_that_is_counted_late_is_taken_back(desk: Desk) -> None:
    """Duly is stopped while the attempt is written down: it is written, and then taken back."""
    name = await keep_one(desk)
    store = Counting(desk.store)
    app = replace(desk.app, store=cast(Store, store), parser=NearParser())
    reading = asyncio.create_task(read_round(app))
    await store.is_reached.wait()
    reading.cancel()
    await asyncio.wait({reading}, timeout=0.2)
    store.may_count.set()
    assert store.counting is not None
    await asyncio.wait({reading, store.counting})

    assert (True, 1) == (reading.cancelled(), store.counting.result())
    assert (MailStage.KEPT, 0) == (
        (await seen(desk, name)).stage,
        (await seen(desk, name)).attempts,
    )


class Refusing(Failing):
    """A store at which the work is told to end before an attempt is counted."""

    async def begin_attempt(self, mail: str, now: datetime, known: Identity | None = None) -> int:
        """End."""
        raise self.fault()


async def test_what_was_never_counted_is_not_taken_back(desk: Desk) -> None:
    """The mail's reader died over it once; five stops before the next try leave that counted."""
    name = await keep_one(desk)
    await read_round(replace(desk.app, parser=Dying()))
    store = Refusing(desk.store, asyncio.CancelledError)
    app = replace(desk.app, store=cast(Store, store), parser=NearParser())
    for _ in range(ROUNDS):
        with pytest.raises(asyncio.CancelledError):
            await read_round(app)

    assert (MailStage.KEPT, 1) == (
        (await seen(desk, name)).stage,
        (await seen(desk, name)).attempts,
    )


class Leaving(Failing):
    """A store whose database goes away before the attempt can be taken back."""

    async def uncount_attempt(self, mail: str) -> None:
        """Do not answer, until it is mended."""
        if not self.is_mended:
            raise PeerError("the database does not answer")
        await self.store.uncount_attempt(mail)


async def test_an_attempt_that_cannot_be_taken_back_is_counted_once(desk: Desk) -> None:
    """Overtaken five times, each time the database goes away then: it is one attempt, not five."""
    name = await keep_one(desk)
    store = Leaving(desk.store, lambda: StoreConflict("overtaken"))
    app = replace(desk.app, store=cast(Store, store), parser=NearParser())
    for _ in range(ROUNDS):
        with suppress(PeerError):
            await read_round(app)
    before = await seen(desk, name)
    store.is_mended = True

    assert (MailStage.KEPT, 1) == (before.stage, before.attempts)
    assert 1 == await read_round(app)


async def test_a_parser_that_does_not_start_is_not_the_mails_doing(
    desk: Desk, tmp_path: Path
) -> None:
    """Mail waits, the operator is told once a day; once it starts, the mail is read."""
    name = await keep_one(desk)
    missing = replace(desk.app, parser=ParserProcess((str(tmp_path / "missing"),)))
    settled = [await read_round(missing) for _ in range(ROUNDS)]
    before = await seen(desk, name)

    assert [0] * ROUNDS == settled
    assert (MailStage.KEPT, 0) == (before.stage, before.attempts)
    assert ["Mail is not read: its reader does not start"] == await alarms(desk)
    assert 1 == await read_round(replace(desk.app, parser=NearParser()))


class Dying(NearParser):
    """A parser that dies over every mail."""

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Die."""
        raise ParserFailed("the parser died: by signal 11")


class Stumbling(NearParser):
    """A parser whose answer makes the round stumble."""

    async def identify(self, raw: bytes, context: Context) -> Identity:
        """Answer what nobody can act upon."""
        raise LookupError("a rule stumbles over this mail")


@pytest.mark.parametrize("parser", [Dying(), Stumbling()], ids=["dies", "stumbles"])
async def test_what_the_mail_does_counts(desk: Desk, parser: NearParser) -> None:
    """The third time it is set aside and told, once."""
    name = await keep_one(desk)
    app: App = replace(desk.app, parser=parser)
    settled = [await read_round(app) for _ in range(ROUNDS)]

    assert [0, 0, 1, 0, 0] == settled
    assert MailStage.QUARANTINED == (await seen(desk, name)).stage
    assert 1 == len(await alarms(desk))
