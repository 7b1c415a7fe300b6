"""Reading ahead: what is known of a mail at its turn is written with its attempt, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from daemon.ports import Store
from daemon.rounds.read_mail import read_round
from parsers.reading import Identity
from tests.rounds.rep_post import Post
from tests.rounds.test_read_ahead import TEXTS, Reader, ahead, keep, reached, seen


class Noting:
    """A store that remembers with what each attempt was counted, and what was noted apart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.attempts: list[tuple[str, bool]] = []
        self.identities: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def begin_attempt(self, mail: str, now: datetime, known: Identity | None = None) -> int:
        """Remember it, and count it."""
        self.attempts.append((mail, known is not None))
        return await self.store.begin_attempt(mail, now, known)

    async def identified(self, mail: str, identity: Identity, accounts: Sequence[str]) -> None:
        """Remember what is noted before the accounts are known, and note it."""
        self.identities += [] if accounts else [mail]
        await self.store.identified(mail, identity, accounts)


async def test_what_was_identified_ahead_is_noted_with_the_attempt(post: Post) -> None:
    """The first is identified at its turn; the others' headers are written with their attempt."""
    reader, store = Reader(), Noting(post.desk.store)
    kept = await keep(post, ("HANG read", *TEXTS), ("who@stranger.test",))
    app = replace(ahead(post, reader), store=cast(Store, store))
    working = asyncio.create_task(read_round(app))
    await reached(working, reader, "n4@d.test")
    reader.let_go.set()
    settled = await working
    mails = await seen(post.desk, kept)

    assert 6 == settled
    assert [(name, number > 0) for number, name in enumerate(kept)] == store.attempts
    assert kept[:1] == store.identities
    assert [f"n{number}@d.test" for number in range(6)] == [
        mail.identity.message_id if mail.identity else "" for mail in mails
    ]
