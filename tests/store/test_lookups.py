"""Look-ups: the letters that a mail answers, each by what the mail names."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.core.events import LetterAccepted, LetterTransmitting
from daemon.core.matching import Named
from daemon.ports import Commit, LetterMatch, OutgoingKind
from daemon.store import TortoiseStore
from tests.core import builders as core
from tests.store.builders import ACCOUNT, KEY, NOW, frozen, opened, planned

ON = date(2026, 6, 11)


@pytest.fixture
async def books(store: TortoiseStore) -> TortoiseStore:
    """A store with an account, and a letter in its outbox (event 4)."""
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    await store.commit([planned(3)], NOW)
    return store


async def test_a_reply_finds_the_letter_by_token_and_by_message_id(books: TortoiseStore) -> None:
    """Both keys name account, letter, recipient, and when it was accepted."""
    await books.commit(
        [
            Commit(
                account=ACCOUNT,
                expected=4,
                events=(
                    LetterTransmitting(key=KEY, attempt=1),
                    LetterAccepted(key=KEY, on=ON, reply="250"),
                ),
                freeze=((KEY, frozen()),),
            )
        ],
        NOW,
    )
    row = await books.outgoing(KEY)
    assert row is not None
    expected = LetterMatch(
        account=ACCOUNT,
        key=KEY,
        kind=OutgoingKind.LETTER,
        recipient=core.AP,
        accepted_at=NOW,
        created_at=NOW,
        message_id=frozen().message_id,
    )

    names = Named(tokens=("nonsense", row.reply_token), message_ids=(frozen().message_id,))
    known = await books.known_of(names)

    assert ((expected,), (expected,)) == (known.token_letters, known.id_letters)
    assert [expected] == await books.letters_by_token(["nonsense", row.reply_token.upper()])
    assert [expected] == await books.letters_by_message_id([frozen().message_id])
    assert await books.letters_by_token([]) == []
