"""Overtaken: what another worker changes first, pass after pass, is told at the tenth time.

Once or twice is daily life, and the next pass does it. For ever it would wait without a word.
"""

from __future__ import annotations

from daemon.application import App
from daemon.core.effects import TellOperator
from daemon.rounds.telling import LASTING_MAX, tell_lasting, tell_over

TOLD_AT = 10
MAIL_WAITS = "It waits unread, and so do the letters that it may concern."


async def tell_overtaken(app: App, what: str, follows: str, named: str = "") -> None:
    """Count one more pass at which `what` was overtaken; tell of it at the tenth in a row.

    Args:
        app: The application.
        what: Tells it from all else, the same at every pass.
        follows: A sentence: what waits meanwhile.
        named: Names it for people; empty: `what` does.
    """
    spoken = named or what
    passes = app.brakes.overtaken
    if len(passes) >= LASTING_MAX:
        # What vanished meanwhile is never done: counted anew is better than without end.
        passes.clear()
    passes[what] = passes.get(what, 0) + 1
    if passes[what] < TOLD_AT:
        return
    says = f"Another worker was quicker {TOLD_AT} times in a row over {spoken}. {follows}"
    tell_lasting(app, matter_of(what), "overtaken", f"{says} It is tried again at every pass.")
    now = app.clock.now()
    alarm = TellOperator(
        key=f"overtaken|{what}|{now.date().isoformat()}",
        subject=f"Duly cannot get on with {spoken}",
        lines=(
            f"Another worker changed it first, {TOLD_AT} times in a row. {follows}",
            "It is tried again at every pass. If this comes again tomorrow, look whether a second "
            "Duly or a program of yours writes to the database, and run: run.py verify",
        ),
    )
    await app.store.put_outgoing([alarm], now)


def no_longer_overtaken(app: App, what: str, named: str = "") -> None:
    """`what` is done: the count ends, and so does the trouble if it was told."""
    app.brakes.overtaken.pop(what, None)
    tell_over(app, matter_of(what), "overtaken_over", f"{named or what} is done now.")


def matter_of(what: str) -> str:
    """Name the lasting trouble."""
    return f"overtaken|{what}"
