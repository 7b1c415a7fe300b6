"""Report: the morning digest of every rep, once per business day of the creditor.

The forecast that it shows is what the circuit breaker measures the day against; only accounts
whose next instant comes soon are forecast.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.application import App
from daemon.core.blockers import world_blockers
from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.digest_compose import DAYS_SHOWN, DigestPart, digest_part, merge_digests
from daemon.core.digest_unsure import at_most, unsure_notes
from daemon.core.effects import SendDigest
from daemon.ports import OutgoingStage
from daemon.rounds.gather import FORECAST, gather_conditions
from daemon.rounds.notify import REP_MAIL

SLICE = 100
DUE_PAGE = 1000
DIGEST_FACT = "digest"
UNSURE_UNTIL = "rep_mail_told_until"
ROWS_MAX = 100_000
# Longer than any answer of a mail server is waited for.
OUTCOME_KNOWN_AFTER = timedelta(hours=1)


async def report_round(app: App, digest_at: time) -> int:
    """Send the digests of today if their time has come; returns how many."""
    now = app.clock.now()
    creditor = app.house.creditor
    calendar = calendar_of(creditor.country, creditor.zone, app.house.days_off)
    today = calendar.today(now)
    local = now.astimezone(ZoneInfo(creditor.zone))
    if not calendar.is_business_day(today) or local.time() < digest_at:
        return 0
    if await app.store.fact(DIGEST_FACT) == today.isoformat():
        return 0
    conditions = await gather_conditions(app, now)
    brakes = tuple(blocker.because for blocker in world_blockers(conditions, app.house, now))
    parts, owners = await collect_parts(app, conditions, now)
    until = datetime.combine(today, digest_at, ZoneInfo(creditor.zone)) - OUTCOME_KNOWN_AFTER
    notes = await notes_on_unsure(app, until)
    digests = merge_digests(parts, app.house, conditions, today, brakes, owners, notes)
    effects = [
        SendDigest(
            key=f"digest|{today.isoformat()}|{content.rep}", rep=content.rep, content=content
        )
        for content in digests
    ]
    await app.store.put_outgoing(effects, now)
    expected = sum(len(part.letters_today) for part in parts)
    await app.store.set_fact(f"{FORECAST}:{today.isoformat()}", str(expected))
    await app.store.set_fact(UNSURE_UNTIL, until.astimezone(UTC).isoformat())
    await app.store.set_fact(DIGEST_FACT, today.isoformat())
    return len(effects)


async def notes_on_unsure(app: App, until: datetime) -> dict[str, tuple[str, ...]]:
    """Return, by address, notes on mail to our own people that may not have arrived.

    What was meant for one who is no rep any more is told to the operator.

    Args:
        app: The application.
        until: What was handed over before, and was not told of in an earlier digest. It depends
            on the day alone: a digest that is composed again says the same.
    """
    told = await app.store.fact(UNSURE_UNTIL)
    since = datetime.fromisoformat(told) if told else datetime.min.replace(tzinfo=UTC)
    reps, zone = app.house.reps, ZoneInfo(app.house.creditor.zone)
    found: dict[str, list[str]] = {}
    for stage in (OutgoingStage.UNKNOWN, OutgoingStage.TRANSMITTING):
        for row in await app.store.outgoing_in(stage, ROWS_MAX):
            at = row.transmitting_at
            if row.kind not in REP_MAIL or at is None or not since <= at < until:
                continue
            to = row.recipient if reps.is_rep(row.recipient) else reps.operator
            on = at.astimezone(zone).date()
            found.setdefault(to, []).extend(unsure_notes(row.effect, on))
    return {address: at_most(notes) for address, notes in found.items()}


async def collect_parts(
    app: App, conditions: Conditions, now: datetime
) -> tuple[list[DigestPart], frozenset[str]]:
    """Walk over all accounts in slices, giving way to mail.

    Returns:
        The parts that say something, and everybody who owns an account.
    """
    owners: set[str] = set()
    soon = await due_until(app, now + timedelta(days=DAYS_SHOWN + 1))
    parts: list[DigestPart] = []
    after = ""
    while ids := await app.store.account_ids(after, SLICE):
        after = ids[-1]
        states = await app.store.load(ids)
        for account, state in states.items():
            owners.add(state.facts.owner)
            is_due = account in soon
            try:
                part = digest_part(account, state, conditions, app.house, now, is_due_soon=is_due)
            except Exception as error:  # noqa: BLE001 - a faulty account costs no other its digest
                app.log.error("account_left_out_of_digest", account=account, error=repr(error))
                continue
            if part is not None:
                parts.append(part)
            await asyncio.sleep(0)
    return parts, frozenset(owners)


async def due_until(app: App, horizon: datetime) -> frozenset[str]:
    """Return the accounts whose next instant comes by then: no other can have a letter."""
    found: set[str] = set()
    after = ""
    while ids := await app.store.due_accounts(horizon, DUE_PAGE, after):
        found.update(ids)
        after = ids[-1]
    return frozenset(found)
