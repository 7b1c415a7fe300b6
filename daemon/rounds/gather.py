"""Gather what a decision must know of the world, in one read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from daemon.application import App
from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions, Mode
from daemon.core.state import AccountState
from daemon.ports import InboxMail, Seen

MODE = "mode"
STOPPED = "stopped"
BREAKER = "breaker"
WENT_LIVE_ON = "went_live_on"
FIRST_IMPORT_ON = "first_import_on"
FORECAST = "forecast"


def as_date(text: str | None) -> date | None:
    """Read a stored date; empty and missing mean none."""
    return date.fromisoformat(text) if text else None


async def gather_conditions(app: App, now: datetime) -> Conditions:
    """Return the conditions that hold for every account; mails come in by `for_account`."""
    store = app.store
    snapshot = await store.latest_snapshot(app.house.creditor.key)
    facts = await store.facts_named((STOPPED, BREAKER, MODE, WENT_LIVE_ON, FIRST_IMPORT_ON))
    stopped, breaker = facts.get(STOPPED, ""), facts.get(BREAKER, "")
    return Conditions(
        mode=Mode(facts.get(MODE) or Mode.DRAFT),
        ledger_as_of=snapshot.as_of if snapshot else None,
        snapshot=snapshot.id if snapshot else "",
        inbox_checked_at=await store.inbox_checked_at(),
        is_stopped=bool(stopped),
        stopped_because=stopped,
        is_breaker_open=bool(breaker),
        breaker_because=breaker,
        letters_today=await store.letters_on(creditor_today(app, now)),
        went_live_on=as_date(facts.get(WENT_LIVE_ON)),
        first_import_on=as_date(facts.get(FIRST_IMPORT_ON)),
    )


def for_account(base: Conditions, account: str, waiting: list[InboxMail]) -> Conditions:
    """Add the mails that may concern this account and are not applied yet."""
    ids = tuple(mail.id for mail in waiting if not mail.accounts or account in mail.accounts)
    return replace(base, unapplied_mails=ids) if ids else base


def brakes_seen(conditions: Conditions) -> tuple[tuple[str, str], ...]:
    """Return what stops all letters as the facts said it: a claim must find them unchanged."""
    return (
        (STOPPED, conditions.stopped_because),
        (BREAKER, conditions.breaker_because),
        (MODE, conditions.mode.value),
    )


def world_seen(app: App, conditions: Conditions, now: datetime) -> Seen:
    """Return what else of the world a claim rests on: it must find none of it worse."""
    return Seen(
        creditor=app.house.creditor.key,
        snapshot=conditions.snapshot,
        day=creditor_today(app, now),
        letters=conditions.letters_today,
        inbox_checked_at=conditions.inbox_checked_at,
    )


def creditor_today(app: App, now: datetime) -> date:
    """Return today's date at the creditor's seat."""
    creditor = app.house.creditor
    return calendar_of(creditor.country, creditor.zone, app.house.days_off).today(now)


def debtor_today(app: App, state: AccountState, now: datetime) -> date:
    """Return today's date at the debtor's: what a letter's day and the contact delay count."""
    facts = state.facts
    return calendar_of(facts.country, facts.zone, app.house.days_off).today(now)
