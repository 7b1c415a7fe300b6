"""What a world came to, day by day: by this a run over loopback is compared with one in memory.

The logs of both need not be equal to the byte, for a socket has an order of its own; but every
account has on each day the same letters, the same holds and the same verdicts on its mail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from daemon.core.events import HoldOpened, LetterAccepted, LetterPlanned, Recorded, ReplyApplied
from daemon.ports import Store
from daemon.world.troubles import Fault

# What these do hangs on how often a server or an await is asked, which sockets change.
NEAR_ONLY = frozenset({Fault.SERVERS, Fault.SLOW, Fault.CANCEL, Fault.SECOND})
COMPARABLE = frozenset(Fault) - NEAR_ONLY
LOOPBACK = "over loopback every account has the letters, holds and verdicts that it has in memory"
SHOWN = 10

Entry = tuple[date, str, str]


async def chronicle(store: Store) -> Counter[Entry]:
    """Return what happened: day (UTC), account, and what, each as often as it did."""
    found: Counter[Entry] = Counter()
    for account in await store.account_ids():
        found.update(entries(account, await store.events(account)))
    return found


def entries(account: str, events: Sequence[Recorded]) -> list[Entry]:
    """Return letters, holds and verdicts of one account."""
    lines: dict[str, str] = {}
    found: list[Entry] = []
    for recorded in events:
        on = recorded.at.date()
        match recorded.event:
            case LetterPlanned(letter=letter):
                demanded = ", ".join(f"{line.number} {line.level}" for line in letter.lines)
                lines[letter.key] = f"{letter.kind.value} to {letter.recipient}: {demanded}"
            case LetterAccepted(key=key):
                found.append((on, account, lines[key]))
            case HoldOpened(hold=hold):
                what = f"{hold.reason.value} hold on {hold.subject or 'all'} until {hold.until_on}"
                found.append((on, account, what))
            case ReplyApplied(place=place, because=because):
                found.append((on, account, f"mail {place}: {because}"))
            case _:
                continue
    return found


def differences(near: Counter[Entry], far: Counter[Entry]) -> list[tuple[date, str, str]]:
    """Say what only one of the runs knows: day, account, sentence; the first few."""
    told = [
        (on, account, f"only in memory: {what}") for on, account, what in (near - far).elements()
    ] + [
        (on, account, f"only over loopback: {what}")
        for on, account, what in (far - near).elements()
    ]
    return sorted(told)[:SHOWN]
