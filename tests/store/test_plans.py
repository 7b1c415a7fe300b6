"""What every pass asks of the store is found by an index, however many years lie in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from tortoise.models import Model

from daemon.ports import OutgoingKind
from daemon.store import inbox_reading, open_store, outbox_reading
from daemon.store.transactions import Session, Value
from daemon.store.turns import oldest_of_each
from tests.store.conftest import SECRET

LETTERS = (OutgoingKind.LETTER, OutgoingKind.DELIVERY)


class Asked:
    """A session that asks SQLite how it would answer; it keeps the plan and finds nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.plan = ""

    async def rows(
        self, model: type[Model], conditions: str, values: Sequence[Value]
    ) -> list[Model]:
        """Plan a query over a model's table."""
        await self.fetch(f"SELECT * FROM {model._meta.db_table} {conditions}", values)
        return []

    async def fetch(self, statement: str, values: Sequence[Value]) -> list[dict[str, Any]]:
        """Plan a query."""
        rows = await self.session.fetch(f"EXPLAIN QUERY PLAN {statement}", values)
        self.plan = "; ".join(str(row["detail"]) for row in rows)
        return []


@pytest.mark.parametrize(
    ("ask", "expected", "is_sorted"),
    [
        pytest.param(
            lambda session: outbox_reading.to_file(session, LETTERS, 10),
            "outgoing_unfiled (is_filed=? AND stage=?)",
            False,
            id="copies for the Sent folder",
        ),
        pytest.param(
            lambda session: outbox_reading.to_file(session, LETTERS, 10, ("a", "b")),
            "outgoing_unfiled (is_filed=? AND stage=?)",
            False,
            id="copies for the Sent folder but those that rest",
        ),
        pytest.param(
            lambda session: inbox_reading.to_move(session, "ar", 10),
            "mail_place_unmoved (mailbox=? AND is_moved=?)",
            False,
            id="mails to move",
        ),
        pytest.param(
            lambda session: oldest_of_each(session, "DESC", 10),
            "USING COVERING INDEX mail_turn (stage=?)",
            True,
            id="whose turn it is",
        ),
    ],
)
async def test_what_is_done_already_is_not_read_again(
    tmp_path: Path, ask: Callable[[Session], Awaitable[object]], expected: str, is_sorted: bool
) -> None:
    """Flag, stage and order stand in an index, and SQLite uses it; senders alone are sorted."""
    store = await open_store(f"sqlite:///{tmp_path}/duly.db", secret=SECRET)

    async def plan(session: Session) -> str:
        asked = Asked(session)
        await ask(cast(Session, asked))
        return asked.plan

    try:
        found = await store._read(plan)
    finally:
        await store.close()

    assert expected in found
    assert is_sorted == ("TEMP B-TREE" in found)
