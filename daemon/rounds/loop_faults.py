"""Faults of the service's loops: of the database, of an inbox, and of our own; each with an end."""

from __future__ import annotations

import contextlib

from daemon.application import App, Inbound
from daemon.core.effects import TellOperator
from daemon.errors import PeerError
from daemon.rounds.telling import tell_lasting, tell_over, tell_over_all, words_of

DATABASE = "database"
PROBE = "database_probe"


def tell_database(app: App, error: PeerError | None) -> None:
    """Tell once that the database does not answer, and once that it does again (`error` None)."""
    if error is None:
        tell_over(app, DATABASE, "database_back", "The database answers again.")
        return
    says = (
        f"The database cannot be used: {error}. No mail is taken in and no letter goes; all "
        "of it waits, and goes on by itself once the database answers."
    )
    tell_lasting(app, DATABASE, "database_lost", says)


async def tell_database_failed(app: App, work: str, error: PeerError) -> None:
    """Tell that the database failed a loop; where it can still be written, of that loop alone.

    One page that cannot be read, or one query that takes too long, fails the same loop each time
    while signs of life are written: told as a lost database it would come back at every tick.
    """
    try:
        await app.store.set_fact(PROBE, app.clock.now().isoformat())
    except PeerError:
        app.log.info("loop_failed", loop=work, error=repr(error))
        tell_database(app, error)
        return
    await tell_fault(app, work, error)


async def tell_fault(app: App, work: str, error: Exception) -> None:
    """Tell of a fault of a loop until `tell_fault_over`; the operator once a day and kind."""
    now = app.clock.now()
    app.log.info("loop_failed", loop=work, error=repr(error))
    says = f"Duly met a fault while it wanted to {work}: {words_of(error)}."
    matter = f"{faults_of(work)}{error!r}"
    tell_lasting(app, matter, "fault", f"{says} The work is tried again.")
    alarm = TellOperator(
        key=f"fault|{work}|{type(error).__name__}|{now.date().isoformat()}",
        subject=f"Duly met a fault while it wanted to {work}",
        lines=(
            f"The fault: {words_of(error)}.",
            "The work is tried again; letters that cannot be checked do not go.",
            "If this comes again, run: run.py verify, and report it with the log.",
        ),
    )
    await put_alarm(app, alarm)


async def put_alarm(app: App, alarm: TellOperator) -> None:
    """Put an alarm into the outbox; what keeps it out ends no loop: the next fault puts it again.

    It was told in the log, and where the database fails, that is told as well.
    """
    with contextlib.suppress(Exception):
        await app.store.put_outgoing([alarm], app.clock.now())


def tell_fault_over(app: App, work: str) -> None:
    """Tell once that a loop did its work again after faults."""
    tell_over_all(app, faults_of(work), "fault_over", f"Duly can {work} again.")


def faults_of(work: str) -> str:
    """Return the beginning of the names of a loop's troubles."""
    return f"loop|{work}|"


def tell_inbox(app: App, inbound: Inbound, error: PeerError | None) -> None:
    """Tell once that an inbox cannot be read, and once that it can again (`error` None)."""
    name = inbound.mailbox.name
    if error is None:
        tell_over(app, inbox_of(inbound), "inbox_back", f"The inbox {name} can be read again.")
        return
    says = (
        f"The inbox {name} cannot be read: {error}. Mail waits on the server and no letter "
        "goes meanwhile; it is tried again by itself."
    )
    fields = {"mailbox": name, "is_auth": error.is_auth}
    tell_lasting(app, inbox_of(inbound), "inbox_lost", says, **fields)


def is_lost(app: App, inbound: Inbound) -> bool:
    """Tell whether an inbox could not be read when its watcher last tried."""
    return inbox_of(inbound) in app.brakes.lasting


def inbox_of(inbound: Inbound) -> str:
    """Name the trouble of an inbox that cannot be read."""
    return f"inbox|{inbound.mailbox.name}"


async def tell_auth(app: App, inbound: Inbound, why: str) -> None:
    """Tell the operator that the inbox refuses our login, once a day; raises nothing."""
    now = app.clock.now()
    alarm = TellOperator(
        key=f"inbox_auth|{inbound.mailbox.name}|{now.date().isoformat()}",
        subject=f"The inbox {inbound.mailbox.name} refuses the login",
        lines=(
            f"The server said: {why}",
            "No letter goes while the inbox cannot be read.",
            "Check [imap] in duly.toml and the password or token in secrets.toml.",
        ),
    )
    await put_alarm(app, alarm)
