"""Attempts at a mail: what counts as one of its three tries, and what does not.

An attempt is written down before anybody looks at the mail's bytes, so that a mail which ends
the process is counted. What ends an attempt without being the mail's doing is taken back.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from daemon.application import App
from daemon.errors import PeerError
from daemon.failpoints import failpoint
from daemon.ports import InboxMail
from parsers.reading import Identity

ATTEMPTS_MAX = 3
# So long is the store waited for after the work was told to end.
COUNTING_SECONDS = 5.0


async def begin_attempt(
    app: App, mail: InboxMail, now: datetime, identity: Identity | None = None
) -> tuple[int, Identity | None]:
    """Count an attempt; one that ended with the database is the same.

    Args:
        app: The application.
        mail: The mail.
        now: The instant of the attempt.
        identity: What its headers say, where that was read ahead.

    Returns:
        The attempt's number, and the identity if it was noted with it.
    """
    noted: Identity | None = None
    if mail.id in app.brakes.uncounted and mail.attempts:
        attempt = mail.attempts
    else:
        attempt = await count(app, mail, now, identity)
        noted = identity
    app.brakes.uncounted.discard(mail.id)
    failpoint("receive.attempt_counted")
    return attempt, noted


async def count(app: App, mail: InboxMail, now: datetime, identity: Identity | None) -> int:
    """Count an attempt; where the work is told to end meanwhile, take back what was counted.

    The store goes on with what it has begun: only its end tells whether there is what to take back.
    """
    counting = asyncio.ensure_future(app.store.begin_attempt(mail.id, now, identity))
    try:
        return await asyncio.shield(counting)
    except asyncio.CancelledError:
        await asyncio.wait({counting}, timeout=COUNTING_SECONDS)
        if not counting.done():
            counting.cancel()
        elif not counting.cancelled() and counting.exception() is None:
            await end_attempt_early(app, mail)
        raise


async def end_attempt_early(app: App, mail: InboxMail) -> None:
    """Take back an attempt that ended by no doing of the mail: three such must set none aside.

    Never raises for the database: the next attempt is the same one then.
    """
    try:
        await app.store.uncount_attempt(mail.id)
    except PeerError:
        app.brakes.uncounted.add(mail.id)
