"""Whose mail is read next, and how much of it one turn holds in memory at once.

An index holds the kept mails by sender: no turn sorts the backlog.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from daemon.ports import MailStage
from daemon.store.models import MailRow
from daemon.store.transactions import Session

# Half of the memory that the daemon may have beside its readers on a small machine.
TURN_OCTETS_MAX = 64_000_000


def within(rows: Iterable[MailRow], octets_max: int = TURN_OCTETS_MAX) -> list[MailRow]:
    """Return the first mails that are at most `octets_max` together, and at least one.

    Of a mail that was too large only a beginning is kept: it counts nothing.
    """
    chosen: list[MailRow] = []
    octets = 0
    for row in rows:
        octets += 0 if row.is_oversize else row.octets
        if chosen and octets > octets_max:
            break
        chosen.append(row)
    return chosen


async def oldest_of_each(
    session: Session, direction: Literal["ASC", "DESC"], limit: int
) -> list[int]:
    """Return the ordinal of each sender's oldest kept mail, oldest (or newest) first."""
    rows = await session.fetch(
        "SELECT MIN(ordinal) AS place FROM mail WHERE stage = ? GROUP BY from_address "
        f"ORDER BY place {direction} LIMIT ?",
        (MailStage.KEPT.value, limit),
    )
    return [int(row["place"]) for row in rows]


async def by_turns(session: Session, limit: int) -> list[int]:
    """Return the ordinals of the first kept mails: each sender's oldest, then each one's next."""
    turns = "SELECT ordinal, ROW_NUMBER() OVER "
    turns += "(PARTITION BY from_address ORDER BY ordinal) AS turn FROM mail WHERE stage = ?"
    rows = await session.fetch(
        f"SELECT ordinal FROM ({turns}) AS waiting ORDER BY turn, ordinal LIMIT ?",
        (MailStage.KEPT.value, limit),
    )
    return [int(row["ordinal"]) for row in rows]
