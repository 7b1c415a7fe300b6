"""Storms are counted here: so many a day, then one alarm and silence. No mail is lost by it.

The count is a fact of the store, and the alarm a mail to the operator; both are written with the
place of the mail, or before it: then a crash in between counts a mail twice, which only brings the
silence nearer, and loses no alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daemon.application import App
from daemon.core.effects import TellOperator
from daemon.core.storm import counted, storm_alarm
from daemon.rounds.gather import creditor_today
from daemon.rounds.telling import tell_lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What is to be written of one more: the tally while it is few, else the day's alarm."""

    tally: tuple[tuple[str, str], ...] = ()
    alarms: tuple[TellOperator, ...] = ()


async def too_many(
    app: App, kind: str, key: str, what: str, now: datetime, key_max: int = 0
) -> tuple[TellOperator, ...]:
    """Count one more of a kind today.

    Args:
        app: The application.
        kind: What is counted, in a word.
        key: Who it comes from.
        what: The sentence of the alarm.
        now: Aware UTC instant.
        key_max: How many a day of one key are not too many; 0: as many as of all together.

    Returns:
        Nothing while it is few; else the day's alarm, which the outbox has taken once.
    """
    count = await one_more(app, kind, key, what, now, key_max)
    if count.alarms:
        await app.store.put_outgoing(count.alarms, now)
    for name, value in count.tally:
        await app.store.set_fact(name, value)
    return count.alarms


async def one_more(
    app: App, kind: str, key: str, what: str, now: datetime, key_max: int = 0
) -> Count:
    """Count as `too_many`, and leave the writing to the caller."""
    today, most = creditor_today(app, now), app.house.policy.storm_mails_per_day_max
    tally = counted(
        await app.store.fact(f"storm|{kind}"),
        today,
        key,
        key_max=key_max or most,
        total_max=most,
    )
    if tally.is_over:
        says = f"{what} Nothing is lost: all mail is kept; no more of it is told today."
        tell_lasting(app, f"storm|{kind}|{today}", "storm", says, kind=kind, sender=key)
        return Count(alarms=(storm_alarm(kind, what, today, app.house),))
    return Count(tally=((f"storm|{kind}", tally.text),))
