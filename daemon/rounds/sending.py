"""What all sending shares: the mode, the pace of mailbox and domains, the rest after a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, assert_never

from daemon.application import App
from daemon.core.conditions import Conditions, Mode
from daemon.core.effects import SendLetter, TellOperator
from daemon.core.state import Letter
from daemon.errors import SealBroken
from daemon.ports import Accepted, Deferred, Frozen, Outcome, Outgoing, Refused, Unknown, Wire
from daemon.rounds.telling import tell_lasting

T = TypeVar("T")
PAUSE_SECONDS = 900.0
# So long may the writing of a known outcome go on after the work was told to end.
WRITING_SECONDS = 5.0
# So often may the relay end the connection over one in Cc before the letter goes without it.
COPY_CUTS_MAX = 2
STOPPED_AT_WIRE = "Duly was stopped while it was being sent"


async def may_send_letters(app: App, conditions: Conditions, now: datetime) -> bool:
    """Tell whether the mode lets letters leave; redirect mode without its address does not."""
    if conditions.mode is not Mode.REDIRECT or app.delivery.redirect_to:
        return conditions.mode is not Mode.DRAFT
    alarm = TellOperator(
        key=f"no_redirect|{now.date().isoformat()}",
        subject="Letters wait: redirect mode has no address",
        lines=(
            "Duly is in redirect mode, but [smtp] redirect_to in duly.toml is empty.",
            "No letter goes to anybody. Set the address, or type: run.py start --live",
        ),
    )
    await app.store.put_outgoing([alarm], now)
    return False


def addressed(
    app: App, row: Outgoing, letter: Letter, frozen: Frozen, conditions: Conditions
) -> Frozen:
    """Return the letter in the envelope that the mode gives it; only live it has copies.

    Those who are left out of it are named by `left_out`.
    """
    if conditions.mode is Mode.REDIRECT:
        return replace(frozen, envelope_to=app.delivery.redirect_to)
    if conditions.mode is Mode.LIVE and isinstance(row.effect, SendLetter):
        omitted = left_out(row, letter, conditions)
        copies = row.effect.content.copies
        return replace(frozen, copies=tuple(copy for copy in copies if copy not in omitted))
    return frozen


def left_out(row: Outgoing, letter: Letter, conditions: Conditions) -> tuple[str, ...]:
    """Return those in Cc at whom the relay ended the connection too often: without them it goes."""
    if conditions.mode is not Mode.LIVE or not isinstance(row.effect, SendLetter):
        return ()
    copies = row.effect.content.copies
    return tuple(copy for copy in copies if letter.cut_copies.count(copy) >= COPY_CUTS_MAX)


def without(outcome: Outcome, omitted: tuple[str, ...]) -> Outcome:
    """Add those who were left out of the envelope to those who did not get the letter."""
    because = f"left out, for the server ended the connection over it {COPY_CUTS_MAX} times"
    sentences = tuple(f"{copy}: {because}" for copy in omitted)
    match outcome:
        case Accepted() | Unknown():
            return replace(outcome, refused_copies=(*outcome.refused_copies, *sentences))
        case Deferred() | Refused():
            return outcome
        case _:
            assert_never(outcome)


def about_the_customer(outcome: Outcome, conditions: Conditions) -> Outcome:
    """What our own address refuses in redirect mode says nothing of the customer's."""
    match outcome:
        case Refused(reply=reply, is_account_wide=False) if conditions.mode is Mode.REDIRECT:
            return Deferred(reply=reply)
        case _:
            return outcome


def domain_of(app: App, row: Outgoing) -> str:
    """Return the recipient's domain; mail to no named recipient goes to the operator."""
    recipient = row.recipient or app.house.reps.operator
    return recipient.rpartition("@")[2]


def may_leave_now(app: App, row: Outgoing) -> bool:
    """Tell whether the pace of mailbox and recipient domain allows this mail now."""
    now = app.clock.now()
    return app.pace.delay_until(domain_of(app, row), now) <= now


def is_pace_spent(app: App) -> bool:
    """Tell whether the mailbox itself has sent its share of this minute, to whomever."""
    now = app.clock.now()
    return app.pace.delay_until("", now) > now


def count_departure(app: App, row: Outgoing) -> None:
    """Take the allowance of a mail that leaves now; one that stays behind takes none."""
    app.pace.take(domain_of(app, row), app.clock.now())


def frozen_of(row: Outgoing) -> Frozen | None:
    """Return a row's mail as it was frozen, None where it was not yet.

    Raises:
        SealBroken: It does not open: it may not leave.
    """
    if row.broken:
        raise SealBroken(row.broken)
    return row.frozen


async def transmit(app: App, wire: Wire, mail: Frozen) -> Outcome:
    """Send the frozen bytes; when the process is told to stop, DATA gets its grace, once.

    A service that stops has waited for it already when it cancels.
    """
    sending = asyncio.ensure_future(wire.transmit(mail))
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        patience = 0.0 if app.brakes.is_stopping else app.delivery.grace_seconds
        try:
            done, _ = await asyncio.wait({sending}, timeout=patience)
        finally:
            # Whoever is told twice to end waits no longer, and leaves nothing running.
            sending.cancel()
        if sending in done:
            return sending.result()
        await asyncio.wait({sending})
        if not sending.cancelled():
            # The server's answer came as the work was told to end, or the wire knows how far.
            told = sending.result()
            return replace(told, because=STOPPED_AT_WIRE) if isinstance(told, Unknown) else told
        return Unknown(because=STOPPED_AT_WIRE)


async def to_its_end(app: App, work: Coroutine[Any, Any, T]) -> T:
    """Write what is known of a mail, even where the work is told to end meanwhile.

    Else a known answer would be taken for an unknown one, and a rep be asked about it. The
    cancellation is heard afterwards; what met a fault then is looked for before the next mail.
    """
    writing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait({writing}, timeout=WRITING_SECONDS)
        if not writing.done() or writing.cancelled() or writing.exception() is not None:
            app.brakes.has_faltered = True
            writing.cancel()
        raise


def end_if_cancelled() -> None:
    """End the work that was told to end while a mail was on the wire.

    A cancellation that meets an answer may be lost on its way through the wire (`wait_for` keeps
    the answer), and the outcome of a letter is kept before all else: so the work asks by itself.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def is_sending_paused(app: App) -> bool:
    """Tell whether a refused login or a throttled mailbox keeps us quiet for now."""
    return app.brakes.sending_paused_until > asyncio.get_running_loop().time()


def rest_sending(app: App, reason: str) -> None:
    """Let the mailbox rest for a quarter of an hour."""
    app.brakes.sending_paused_until = asyncio.get_running_loop().time() + PAUSE_SECONDS
    says = (
        f"Sending rests, for the mail server does not take our mail: {reason}. Letters wait; it "
        "is tried again every 15 minutes and goes on by itself."
    )
    tell_lasting(app, "sending", "sending_paused", says)


async def pause_sending(app: App, reason: str, now: datetime, *, is_auth: bool) -> None:
    """Rest the mailbox after it refused us; tell the operator once a day where it is our login."""
    rest_sending(app, reason)
    if not is_auth:
        return
    alarm = TellOperator(
        key=f"sending_paused|{now.date().isoformat()}",
        subject="Sending is paused: the mail server refuses us",
        lines=(
            f"The submission server said: {reason}",
            "Letters wait and will go by themselves once the server accepts us again.",
            "Check [smtp] in duly.toml, the password in secrets.toml and the mailbox's limits.",
        ),
    )
    await app.store.put_outgoing([alarm], now)
