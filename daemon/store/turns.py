"""How much mail one turn of reading holds in memory at once."""

from __future__ import annotations

from collections.abc import Iterable

from daemon.store.models import MailRow

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
