"""Left the queue: what kept a mail of ours back is over where the mail waits no more.

Most letters leave the queue elsewhere: a reply, a payment, a rep's word or a new plan takes them
out, in commits that know nothing of what was told. So some of the mails that were told of are
looked at in each round, all of them in turn.
"""

from __future__ import annotations

from bisect import bisect_right

from daemon.application import App
from daemon.ports import OutgoingStage
from daemon.rounds.telling import letter_of, tell_letter_over

LOOKS_MAX = 50
WAITING = (OutgoingStage.QUEUED, OutgoingStage.TRANSMITTING)


async def end_of_those_gone(app: App, looks_max: int = LOOKS_MAX) -> None:
    """Tell once of each mail that was kept back that it is not in the queue any more.

    Args:
        app: The application.
        looks_max: So many mails are looked at; the next call goes on behind them.

    Raises:
        PeerError: The database does not answer.
    """
    told = sorted({letter_of(matter) for matter in app.brakes.lasting} - {""})
    behind = bisect_right(told, app.brakes.letter_looked_at)
    for key in (told[behind:] + told[:behind])[:looks_max]:
        app.brakes.letter_looked_at = key
        row = await app.store.outgoing(key)
        if row is not None and row.stage not in WAITING:
            tell_letter_over(app, row, f"is {row.stage.replace('_', ' ')} now")
