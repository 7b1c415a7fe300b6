"""Notes: written without waiting for the disk, and never out of their order."""

from __future__ import annotations

import pytest

from daemon.store.database import open_database
from daemon.store.models import MailRow
from daemon.store.transactions import Engine, Session
from daemon.store.turns import within

# SQLite tells it itself; on PostgreSQL a transaction waits unless it says otherwise itself.
ASKED = {
    Engine.SQLITE: "SELECT synchronous = 1 AS is_note FROM pragma_synchronous",
    Engine.POSTGRES: "SELECT source = 'session' AS is_note FROM pg_settings "
    "WHERE name = 'synchronous_commit'",
}


async def is_note(session: Session) -> bool:
    """Tell whether this transaction's commit does not wait for the disk."""
    (row,) = await session.fetch(ASKED[session.engine])
    return bool(row["is_note"])


async def test_only_a_note_does_not_wait_for_the_disk(database_url: str) -> None:
    """Before, after and between notes every other transaction waits until it is on the disk."""
    database = await open_database(database_url, is_readonly=False)
    turns = (database.transactions.write, database.transactions.note) * 2
    seen = [await turn(is_note) for turn in turns]
    seen.append(await database.transactions.write(is_note))
    await database.close()

    assert [False, True, False, True, False] == seen


async def test_a_note_that_fails_leaves_nothing(database_url: str) -> None:
    """It is one transaction like any other: all of it, or nothing."""
    database = await open_database(database_url, is_readonly=False)

    async def broken(session: Session) -> None:
        await session.run("INSERT INTO fact (name, value) VALUES ('half', 'done')")
        raise LookupError("the other half")

    with pytest.raises(LookupError):
        await database.transactions.note(broken)
    found = await database.transactions.read(
        lambda session: session.fetch("SELECT value FROM fact WHERE name = 'half'")
    )
    await database.close()

    assert [] == found


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param((3, 3, 3), 3, id="all"),
        pytest.param((6, 5, 1), 1, id="the-second-is-too-much"),
        pytest.param((50, 1), 1, id="one-however-large"),
        pytest.param((-50, -50, 4), 3, id="beginnings-count-nothing"),
        pytest.param((), 0, id="none"),
    ],
)
def test_a_turn_ends_where_its_mails_are_too_large(sizes: tuple[int, ...], expected: int) -> None:
    """At most ten octets here, of whole mails (below zero: only a beginning is kept)."""
    rows = [MailRow(octets=abs(size), is_oversize=size < 0) for size in sizes]

    assert rows[:expected] == within(rows, 10)
