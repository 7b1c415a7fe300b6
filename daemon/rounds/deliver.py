"""Deliver customer letters: one last look, the `transmitting` commit, then the first byte.

A letter's bytes are frozen once. The last look and `transmitting` are one transaction per
letter on an open connection; what the relay says afterwards is recorded, and what nobody
knows is `unknown`, never resent blindly. Source: DESIGN §2, §6.2, §7; RFC 1047.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from daemon.application import App, InHand
from daemon.core.blockers import lasting, world_blockers
from daemon.core.breaker import judge_breaker, judge_letter
from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.effects import SendLetter, TellOperator
from daemon.core.events import (
    LetterDeferred,
    LetterTransmitting,
    LetterWithdrawn,
)
from daemon.core.letters import Blocker
from daemon.core.levels import procedure_of
from daemon.core.plan import last_look
from daemon.core.priority import delivery_priority
from daemon.core.state import AccountState, Letter
from daemon.errors import PeerError, UnsayableLetter
from daemon.failpoints import failpoint
from daemon.ports import (
    Commit,
    Outgoing,
    OutgoingKind,
    StoreConflict,
    Wire,
)
from daemon.rounds.gather import (
    BREAKER,
    FORECAST,
    brakes_seen,
    creditor_today,
    for_account,
    gather_conditions,
    world_seen,
)
from daemon.rounds.in_hand import NOT_LEFT, ON_THE_WIRE, fate_of, in_hand
from daemon.rounds.left_queue import end_of_those_gone
from daemon.rounds.outcome import record_outcome
from daemon.rounds.overtaken import no_longer_overtaken, tell_overtaken
from daemon.rounds.sending import (
    about_the_customer,
    addressed,
    count_departure,
    end_if_cancelled,
    frozen_of,
    is_pace_spent,
    is_sending_paused,
    left_out,
    may_leave_now,
    may_send_letters,
    pause_sending,
    to_its_end,
    transmit,
    without,
)
from daemon.rounds.telling import named, tell, tell_lasting, tell_letter_over, words_of

CUSTOMER_MAIL = (OutgoingKind.LETTER, OutgoingKind.DELIVERY)
QUEUE_MAX = 5_000
LONG_QUEUE = 200
LOOK_AGAIN = timedelta(minutes=1)
LOOK_SLICE = 200
SETTLED_ELSEWHERE = frozenset({"not_planned", "not_queued"})
IMPOSSIBLE = "breaker_letter"


async def deliver_round(app: App) -> int:
    """Send the queued letters that may go now; returns how many were tried."""
    await end_of_those_gone(app)
    now = app.clock.now()
    rests_until = app.brakes.queue_rests_until
    is_resting = rests_until is not None and now < rests_until
    if is_resting or is_sending_paused(app) or is_pace_spent(app):
        return 0
    queued = await app.store.due_outgoing(now, CUSTOMER_MAIL, QUEUE_MAX)
    # Whose domain has had its share of this minute waits, and hides nobody behind it.
    queued = [row for row in queued if may_leave_now(app, row)]
    if not queued:
        return 0
    conditions = await gather_conditions(app, now)
    if world_blockers(conditions, app.house, now) or not await may_send_letters(
        app, conditions, now
    ):
        return 0
    today = creditor_today(app, now)
    ordered = sorted(queued, key=lambda row: priority_of(app, row, now))
    tried = 0
    ready = await those_that_may_go(app, ordered, conditions, now)
    # A long queue of which nothing may go (overnight, say) is not looked over at every tick.
    is_long = len(queued) > LONG_QUEUE and not ready
    app.brakes.queue_rests_until = now + LOOK_AGAIN if is_long else None
    for row in ready:
        if app.brakes.is_stopping or await is_breaker_tripped(app, today.isoformat(), now):
            break
        if not may_leave_now(app, row):
            continue
        try:
            wire = await app.submission.connect()
        except PeerError as error:
            await pause_sending(app, str(error), now, is_auth=error.is_auth)
            break
        end_if_cancelled()
        failpoint("send.connected")
        try:
            tried += await deliver_letter(app, row, wire)
        except Exception as error:  # noqa: BLE001 - a faulty letter is told and stops no other
            await tell_of_fault(app, row, error, now)
    return tried


async def those_that_may_go(
    app: App, ordered: Sequence[Outgoing], conditions: Conditions, now: datetime
) -> list[Outgoing]:
    """Look over the queue slice by slice: the first letters that nothing blocks, one batch.

    One that waits for its own window or delay must not keep those behind it from leaving; one
    that cannot wait its blocker out is withdrawn.
    """
    waiting = await app.store.unapplied_mails()
    ready: list[Outgoing] = []
    for start in range(0, len(ordered), LOOK_SLICE):
        part = ordered[start : start + LOOK_SLICE]
        states = await app.store.load(sorted({row.account for row in part}))
        for row in part:
            state = states[row.account]
            seen = for_account(conditions, row.account, waiting)
            try:
                blockers = last_look(state, row.key, seen, app.house, now)
            except Exception as error:  # noqa: BLE001 - a faulty letter is told and stops no other
                await tell_of_fault(app, row, error, now)
                continue
            if blockers:
                await stay_behind(app, row, state, blockers, now)
            else:
                ready.append(row)
        if len(ready) >= app.delivery.batch_max or app.brakes.is_stopping:
            break
        await asyncio.sleep(0)
    return ready[: app.delivery.batch_max]


async def tell_of_fault(app: App, row: Outgoing, error: Exception, now: datetime) -> None:
    """A letter over which Duly stumbles stays where it is; the operator is told once a day."""
    app.brakes.has_faltered = True
    app.log.info("letter_fault", letter=row.key, error=repr(error))
    says = f"Duly stumbles over {named(row)}: {words_of(error)}. It waits; other letters go."
    tell_lasting(app, f"fault|{row.key}", "letter_set_aside", says, letter=row.key)
    alarm = TellOperator(
        key=f"letter_fault|{row.key}|{now.date().isoformat()}",
        subject=f"A letter to {row.recipient} was set aside",
        lines=(
            f"Duly met a fault over {named(row)}: {words_of(error)}. It waits.",
            "Other letters are not affected. See: run.py explain, run.py verify.",
        ),
    )
    await app.store.put_outgoing([alarm], now)


def priority_of(app: App, row: Outgoing, now: datetime) -> tuple[int, int, str]:
    """Order the queue: see `core.priority`; mail without content comes last."""
    effect = row.effect
    if not isinstance(effect, SendLetter):
        return (9, 0, row.key)
    days_max = app.house.policy.waiting_days_max
    return delivery_priority(effect.content, row.created_at, now, days_max)


async def is_breaker_tripped(app: App, day: str, now: datetime) -> bool:
    """Judge the circuit breaker before each letter; a trip stops everything and asks a rep."""
    today = creditor_today(app, now)
    forecast = await app.store.fact(f"{FORECAST}:{day}")
    reason = judge_breaker(
        letters_today=await app.store.letters_on(today) + 1,
        forecast_today=int(forecast) if forecast else None,
        bounces_today=await app.store.bounces_on(today),
        policy=app.house.policy,
    )
    if reason is None:
        return False
    await trip_breaker(app, reason, now)
    return True


async def trip_breaker(app: App, reason: str, now: datetime) -> None:
    """Stop all letters and ask the operator, once."""
    if await app.store.fact(BREAKER):
        return
    tell(app, "breaker_tripped", f"All letters stop: {reason}. They wait for: run.py start")
    alarm = TellOperator(
        key=f"breaker|{now.isoformat()}",
        subject="Duly stopped sending: the circuit breaker tripped",
        lines=(reason, "No letter goes until you type: run.py start"),
    )
    await app.store.put_outgoing([alarm], now)
    await app.store.set_fact(BREAKER, reason)


async def is_letter_impossible(
    app: App, row: Outgoing, state: AccountState, letter: Letter, now: datetime
) -> bool:
    """Trip the breaker over a letter that no rule should ever produce."""
    facts, policy = state.facts, app.house.policy
    today = calendar_of(facts.country, facts.zone, app.house.days_off).today(now)
    reason = judge_letter(state, letter, procedure_of(facts, policy), policy, today)
    if reason is None:
        return False
    await trip_breaker(app, f"{row.account}: {reason}", now)
    return True


async def deliver_letter(app: App, row: Outgoing, wire: Wire) -> int:
    """Send one letter unless the last look forbids it; returns 1 if DATA was tried."""
    with in_hand(app, named(row), NOT_LEFT) as hand:
        return await look_and_send(app, row, wire, hand)


async def look_and_send(app: App, row: Outgoing, wire: Wire, hand: InHand) -> int:
    """Look once more, commit `transmitting`, send, record; returns 1 if DATA was tried."""
    now = app.clock.now()
    state = (await app.store.load([row.account]))[row.account]
    conditions = for_account(
        await gather_conditions(app, now), row.account, await app.store.unapplied_mails()
    )
    if not await may_send_letters(app, conditions, now):
        return 0
    blockers = last_look(state, row.key, conditions, app.house, now)
    if blockers:
        await stay_behind(app, row, state, blockers, now)
        return 0
    letter = state.letter(row.key)
    assert letter is not None, "a queued row has its letter in the account's state"
    if await is_letter_impossible(app, row, state, letter, now):
        return 0
    try:
        frozen = frozen_of(row) or app.stationery.freeze(row, now, None, "")
    except UnsayableLetter as error:
        await put_off_unsayable(app, row, state, str(error), now)
        return 0
    failpoint("send.before_transmitting")
    attempt = row.attempt + 1
    claim = Commit(
        account=row.account,
        expected=state.sequence,
        events=(LetterTransmitting(key=row.key, attempt=attempt),),
        keeps_next_action=True,
        freeze=((row.key, frozen),),
        rests_on=brakes_seen(conditions),
        seen=world_seen(app, conditions, now),
    )
    try:
        await app.store.commit([claim], now)
    except StoreConflict:
        follows = "It waits; other letters go."
        await tell_overtaken(app, f"letter {row.key}", follows, named(row))
        return 0
    failpoint("send.transmitting_committed")
    no_longer_overtaken(app, f"letter {row.key}", named(row))
    hand.follows = ON_THE_WIRE
    count_departure(app, row)
    outcome = await transmit(app, wire, addressed(app, row, letter, frozen, conditions))
    failpoint("send.before_outcome")
    told = without(about_the_customer(outcome, conditions), left_out(row, letter, conditions))
    hand.follows = fate_of(told, ON_THE_WIRE)
    await to_its_end(app, record_outcome(app, row, told, attempt))
    failpoint("send.outcome_committed")
    end_if_cancelled()
    return 1


async def put_off_unsayable(
    app: App, row: Outgoing, state: AccountState, why: str, now: datetime
) -> None:
    """A letter that cannot be put into words waits an hour; the operator is told once a day."""
    alarm = TellOperator(
        key=f"unsayable|{row.key}",
        subject=f"A letter to {row.recipient} could not be written",
        lines=(why, "The letter waits; mend the template or the file, then run: run.py check"),
    )
    later = now + timedelta(hours=1)
    commit = Commit(
        account=row.account,
        expected=state.sequence,
        events=(LetterDeferred(key=row.key, not_before_at=later, reply=why),),
        effects=(alarm,),
        keeps_next_action=True,
    )
    says = f"{named(row)} cannot be written: {why}. It waits and is tried again every hour."
    tell_lasting(app, f"unsayable|{row.key}", "letter_unsayable", says, letter=row.key)
    try:
        await app.store.commit([commit], now)
    except StoreConflict:
        app.log.info("turn_taken_by_another", account=row.account)


async def stay_behind(
    app: App, row: Outgoing, state: AccountState, blockers: tuple[Blocker, ...], now: datetime
) -> None:
    """A blocked letter waits, or is withdrawn where it cannot wait the blocker out.

    What another loop has settled meanwhile is left as it is; a letter that no rule should ever
    produce trips the breaker.
    """
    names = {blocker.name for blocker in blockers}
    if names & SETTLED_ELSEWHERE:
        return
    if IMPOSSIBLE in names:
        reason = next(blocker.because for blocker in blockers if blocker.name == IMPOSSIBLE)
        await trip_breaker(app, f"{row.account}: {reason}", now)
    if lasting(blockers):
        await stand_back(app, row, state, blockers, now)


async def stand_back(
    app: App, row: Outgoing, state: AccountState, blockers: tuple[Blocker, ...], now: datetime
) -> None:
    """A letter that may not go any more is withdrawn; the account takes its turn anew."""
    reasons = "; ".join(blocker.because for blocker in blockers)
    commit = Commit(
        account=row.account,
        expected=state.sequence,
        events=(LetterWithdrawn(key=row.key, because=reasons),),
        next_action_at=now,
    )
    try:
        await app.store.commit([commit], now)
    except StoreConflict:
        app.log.info("turn_taken_by_another", account=row.account)
        return
    tell_letter_over(app, row, "was withdrawn")
    app.log.info(
        "letter_withdrawn", letter=row.key, blockers=[blocker.name for blocker in blockers]
    )
