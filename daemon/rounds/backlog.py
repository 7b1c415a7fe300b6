"""Backlog: mail is read until none is left; a long wait is told with its number and its length.

Until it is read, a mail may be anybody's and stops every letter (DECISIONS 30), so whoever wonders
why nothing goes is told how long that takes, at the pace measured since this reading began.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from daemon.application import App
from daemon.rounds.read_mail import read_round
from daemon.rounds.telling import tell_lasting, tell_over

ROUNDS_MAX = 1_000
LOOK_EVERY = timedelta(seconds=10)
SOON = timedelta(minutes=5)
# So many are counted at most: see `Store.unapplied_mails`.
COUNTED_MAX = 1_000
BACKLOG = "backlog"


async def read_all(app: App, wake: Callable[[], None] | None = None) -> None:
    """Settle kept mails until none is left that can be; `wake` is called after each batch.

    Raises:
        PeerError: The database does not answer; the mail in hand is tried again, uncounted.
    """
    began_at = looked_at = app.clock.now()
    settled = 0
    for _ in range(ROUNDS_MAX):
        done = await read_round(app)
        if not done:
            break
        settled += done
        if wake is not None:
            wake()
        now = app.clock.now()
        if now - looked_at >= LOOK_EVERY:
            looked_at = now
            await tell_backlog(app, settled, began_at, now)
    if BACKLOG in app.brakes.lasting and not await app.store.unapplied_mails():
        says = "All mail that waited is read: letters go again."
        tell_over(app, BACKLOG, "backlog_over", says)


async def tell_backlog(app: App, settled: int, began_at: datetime, now: datetime) -> None:
    """Tell once how many mails wait and for how long, where that is not soon.

    Args:
        app: The application.
        settled: Mails that were settled since `began_at`, at least one.
        began_at: Aware UTC instant at which this reading began, before `now`.
        now: Aware UTC instant.
    """
    waiting = len(await app.store.unapplied_mails())
    took = now - began_at
    needed = took * waiting / settled
    if needed <= SOON:
        return
    number = f"{waiting}" if waiting < COUNTED_MAX else f"{COUNTED_MAX} or more"
    says = (
        f"{number} mails wait to be read. {settled} were read in {spoken(took)}, so that takes "
        f"about {spoken(needed)}, until {now + needed:%Y-%m-%d %H:%M} UTC. Letters wait until "
        "all of them are read, for each may be from whom a letter goes to; nothing is lost, and "
        "it goes on by itself."
    )
    tell_lasting(app, BACKLOG, "backlog", says, waiting=waiting)


def spoken(span: timedelta) -> str:
    """Say a span for people: in minutes, below two of them in seconds."""
    seconds = round(span.total_seconds())
    return f"{round(seconds / 60)} minutes" if seconds >= 120 else f"{seconds} seconds"
