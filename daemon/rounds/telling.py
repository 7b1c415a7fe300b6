"""Telling: each fault is one warning, in a sentence that names what it meets and what follows.

A fault that lasts is told when it begins and once when it is over, not at every look: what
lasts is kept in `Brakes.lasting`, so a restart tells it again. The sentence is the field `says`;
it never holds a subject, a body or a secret. Source: reference/mail.md §5.1, promise 31.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.application import App
from daemon.core.effects import SendLetter
from daemon.ports import Outgoing

NUMBERS_MAX = 5
LASTING_MAX = 10_000
GAP_MAX = timedelta(minutes=30)
# How the names of the troubles begin that keep one letter back; its key follows.
LETTER_MATTERS = ("fault|", "unsayable|", "delay|", "overtaken|letter ")


def tell(app: App, event: str, says: str, **fields: object) -> None:
    """Tell of a fault that is over as soon as it is there.

    Args:
        app: The application.
        event: The stable name of the fault, for filters.
        says: The sentence for people: what happened to what, and what follows.
        fields: What a search would look for.
    """
    app.log.warning(event, says=says, **fields)


def tell_lasting(app: App, matter: str, event: str, says: str, **fields: object) -> None:
    """Tell of a fault that lasts, once until `tell_over` of the same `matter`."""
    if matter in app.brakes.lasting:
        return
    if len(app.brakes.lasting) >= LASTING_MAX:
        # Told twice is better than remembered without end.
        app.brakes.lasting.clear()
    app.brakes.lasting.add(matter)
    tell(app, event, says, **fields)


def tell_over(app: App, matter: str, event: str, says: str) -> None:
    """Tell that a fault is over, if it was told that it began."""
    if matter not in app.brakes.lasting:
        return
    app.brakes.lasting.discard(matter)
    app.log.info(event, says=says)


def tell_over_all(app: App, beginning: str, event: str, says: str) -> None:
    """Tell once that all faults are over whose matter begins so, if any was told."""
    matters = {matter for matter in app.brakes.lasting if matter.startswith(beginning)}
    if matters:
        app.brakes.lasting -= matters
        app.log.info(event, says=says)


def tell_letter_over(app: App, row: Outgoing, says: str) -> None:
    """Tell once that what kept a letter back is over, whatever that was, if it was told.

    Args:
        app: The application.
        row: The letter, or another mail of ours.
        says: What became of it, after its name: "was withdrawn".
    """
    app.brakes.overtaken.pop(f"letter {row.key}", None)
    ended = app.brakes.lasting & {f"{beginning}{row.key}" for beginning in LETTER_MATTERS}
    if ended:
        app.brakes.lasting -= ended
        app.log.info("letter_goes_on", says=f"What kept back {named(row)} is over: it {says}.")


def letter_of(matter: str) -> str:
    """Return the key of the letter that a trouble keeps back; empty where it keeps back none."""
    begins = next((one for one in LETTER_MATTERS if matter.startswith(one)), "")
    return matter.removeprefix(begins) if begins else ""


def tell_gap(app: App, heartbeat: str | None, now: datetime) -> None:
    """Tell of time that is missing between two signs of life, or of a clock that went back.

    Args:
        app: The application.
        heartbeat: The last sign of life, an ISO instant; None before the first.
        now: Aware UTC instant of this one.
    """
    if heartbeat is None:
        return
    last_at = datetime.fromisoformat(heartbeat)
    if last_at - now > GAP_MAX:
        says = (
            f"The machine's clock went back from {last_at:%Y-%m-%d %H:%M} to {now:%H:%M} UTC. No "
            "letter goes twice by it; please check the clock."
        )
        tell(app, "clock_went_back", says)
    elif now - last_at > GAP_MAX:
        says = (
            f"Duly did not work from {last_at:%Y-%m-%d %H:%M} to {now:%Y-%m-%d %H:%M} UTC, or the "
            "clock was moved. Mail is read before any letter goes, and no invoice gets more than "
            "one letter a day; nothing is to be done."
        )
        tell(app, "was_away", says)


def named(row: Outgoing) -> str:
    """Name a mail of ours for people: a letter by invoices and recipient, else by its reader."""
    effect = row.effect
    if not isinstance(effect, SendLetter):
        return f"the {row.kind.value} to {row.recipient or 'the operator'}"
    numbers = [line.number for line in effect.content.demanded]
    listed = ", ".join(numbers[:NUMBERS_MAX])
    more = f" and {len(numbers) - NUMBERS_MAX} more" if len(numbers) > NUMBERS_MAX else ""
    return f"the letter to {row.recipient} about {listed or 'its account'}{more}"


def words_of(error: Exception) -> str:
    """Return an error's own words, without the names that programmers give to errors."""
    return " ".join(str(error).split()) or "it gave no reason"
