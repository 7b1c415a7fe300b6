"""Notify reps: forwards, echoes, digests and alarms leave at once, in every mode.

They concern no dunning level, so no account's event governs them. An unknown outcome is not
tried again: the next digest says what the mail said, and a forward is repeated by its own rule.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from daemon.application import App, InHand
from daemon.core.effects import ForwardToRep, TellOperator
from daemon.errors import PeerError, SealBroken
from daemon.failpoints import failpoint
from daemon.ports import (
    Accepted,
    Deferred,
    Outcome,
    Outgoing,
    OutgoingKind,
    OutgoingStage,
    Refused,
    StoreConflict,
    Unknown,
)
from daemon.rounds.in_hand import ON_THE_WIRE_TO_REP, REP_WAITS, fate_of, in_hand
from daemon.rounds.sending import (
    count_departure,
    end_if_cancelled,
    frozen_of,
    is_sending_paused,
    may_leave_now,
    pause_sending,
    to_its_end,
    transmit,
)
from daemon.rounds.telling import named, tell, tell_lasting, tell_over, words_of

REP_MAIL = (
    OutgoingKind.FORWARD,
    OutgoingKind.ECHO,
    OutgoingKind.DIGEST,
    OutgoingKind.ALARM,
)


async def notify_round(app: App) -> int:
    """Send what waits for reps; returns how many mails were tried."""
    now = app.clock.now()
    rows = await app.store.due_outgoing(now, REP_MAIL, app.delivery.batch_max)
    tried = 0
    for row in rows:
        if app.brakes.is_stopping or is_sending_paused(app):
            break
        if not may_leave_now(app, row):
            continue
        with in_hand(app, named(row), REP_WAITS) as hand:
            tried += await notify(app, row, hand)
    return tried


async def notify(app: App, row: Outgoing, hand: InHand) -> int:
    """Send one mail to a rep; returns 1 if DATA was tried."""
    try:
        wire = await app.submission.connect()
    except PeerError as error:
        await pause_sending(app, str(error), app.clock.now(), is_auth=error.is_auth)
        return 0
    end_if_cancelled()
    try:
        frozen = frozen_of(row) or app.stationery.freeze(
            row, app.clock.now(), await original_of(app, row), await letter_text_of(app, row)
        )
    except Exception as error:  # noqa: BLE001 - one faulty mail is told and stops no other
        await put_off_unsayable(app, row, words_of(error))
        return 0
    says = f"{named(row)} can be written again."
    tell_over(app, f"unsayable|{row.key}", "rep_mail_sayable", says)
    failpoint("notify.before_transmitting")
    attempt = row.attempt + 1
    try:
        await app.store.move_outgoing(
            row.key, OutgoingStage.TRANSMITTING, app.clock.now(), frozen=frozen, attempt=attempt
        )
    except StoreConflict:
        return 0
    failpoint("notify.transmitting_committed")
    hand.follows = ON_THE_WIRE_TO_REP
    count_departure(app, row)
    outcome = await transmit(app, wire, frozen)
    failpoint("notify.before_outcome")
    hand.follows = fate_of(outcome, ON_THE_WIRE_TO_REP)
    try:
        await to_its_end(app, record(app, row, outcome, attempt))
    except StoreConflict as error:
        # Another daemon thought this one dead and set the mail aside: the digest tells of it.
        app.log.warning("rep_mail_set_aside_meanwhile", key=row.key, why=str(error))
    if isinstance(outcome, Deferred | Refused) and outcome.is_account_wide:
        now = app.clock.now()
        reply = f"{named(row)} met: {outcome.reply}"
        await pause_sending(app, reply, now, is_auth=isinstance(outcome, Refused))
    failpoint("notify.outcome_committed")
    end_if_cancelled()
    return 1


async def record(app: App, row: Outgoing, outcome: Outcome, attempt: int) -> None:
    """Write what became of a mail to a rep.

    Raises:
        StoreConflict: It is not in transmission any more; its row stays as it is.
    """
    now = app.clock.now()
    match outcome:
        case Accepted(reply=reply):
            tell_over(app, "sending", "sending_goes_on", "The mail server takes our mail again.")
            await app.store.move_outgoing(row.key, OutgoingStage.ACCEPTED, now, reply=reply)
        case Deferred(reply=reply) | Refused(reply=reply, is_account_wide=True):
            minutes = app.house.policy.transient_retry_minutes
            later = now + timedelta(minutes=minutes[min(attempt, len(minutes)) - 1])
            await app.store.move_outgoing(
                row.key, OutgoingStage.QUEUED, now, not_before_at=later, reply=reply
            )
        case Refused(reply=reply):
            await app.store.move_outgoing(row.key, OutgoingStage.REFUSED, now, reply=reply)
            says = f"The mail server refused {named(row)} for good: {reply}."
            follows = "The next digest says what it said; please mend the address."
            tell(app, "rep_mail_refused", f"{says} {follows}", key=row.key)
        case Unknown(because=because):
            await app.store.move_outgoing(row.key, OutgoingStage.UNKNOWN, now, reply=because)
        case _:
            assert_never(outcome)


async def put_off_unsayable(app: App, row: Outgoing, why: str) -> None:
    """One mail that cannot be put into words waits an hour and stops no other."""
    now = app.clock.now()
    says = f"{named(row)} cannot be written: {why}. It waits and is tried again every hour."
    tell_lasting(app, f"unsayable|{row.key}", "rep_mail_unsayable", says, key=row.key)
    later, queued = now + timedelta(hours=1), OutgoingStage.QUEUED
    try:
        await app.store.move_outgoing(
            row.key, queued, now, not_before_at=later, reply=why, expected=queued
        )
    except StoreConflict as error:
        app.log.info("settled_meanwhile", key=row.key, why=str(error))
        return
    if row.kind is OutgoingKind.ALARM:
        return
    alarm = TellOperator(
        key=f"unsayable|{row.key}",
        subject=f"A mail to {row.recipient} could not be written",
        lines=(why, "It waits; mend the template, then run: run.py check"),
    )
    await app.store.put_outgoing([alarm], now)


async def original_of(app: App, row: Outgoing) -> bytes | None:
    """Return the raw mail that a forward or alarm is about, if there is one.

    Raises:
        SealBroken: It does not open: the mail about it waits rather than leave without it.
    """
    effect = row.effect
    if isinstance(effect, ForwardToRep | TellOperator) and effect.mail:
        mail = await app.store.mail(effect.mail)
        if mail is not None and mail.broken and not mail.raw:
            raise SealBroken(mail.broken)
        return mail.raw if mail else None
    return None


async def letter_text_of(app: App, row: Outgoing) -> str:
    """Return the text of the letter whose approval is asked for."""
    effect = row.effect
    if isinstance(effect, ForwardToRep) and effect.letter:
        letter = await app.store.outgoing(effect.letter)
        return app.stationery.letter_text(letter) if letter else ""
    return ""
