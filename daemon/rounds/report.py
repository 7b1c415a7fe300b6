"""Report: the morning digest of every rep, once per business day of the creditor.

The forecast that it shows is what the circuit breaker measures the day against; only accounts
whose next instant comes soon are forecast.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.application import App
from daemon.core.blockers import world_blockers
from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.digest_compose import DAYS_SHOWN, DigestPart, digest_part, merge_digests
from daemon.core.effects import SendDigest
from daemon.rounds.gather import FORECAST, gather_conditions

SLICE = 100
DUE_PAGE = 1000
DIGEST_FACT = "digest"


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
    digests = merge_digests(parts, app.house, conditions, today, brakes, owners)
    effects = [
        SendDigest(
            key=f"digest|{today.isoformat()}|{content.rep}", rep=content.rep, content=content
        )
        for content in digests
    ]
    await app.store.put_outgoing(effects, now)
    expected = sum(len(part.letters_today) for part in parts)
    await app.store.set_fact(f"{FORECAST}:{today.isoformat()}", str(expected))
    await app.store.set_fact(DIGEST_FACT, today.isoformat())
    return len(effects)


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
