"""Plan: let every account whose instant has come take its turn.

Streams slices of accounts; decides in the core; commits a slice at a time. A conflict or a
faulty account never stops the others. Source: DESIGN §6.9, §6.10, §10.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from daemon.application import App
from daemon.core.blockers import world_blockers
from daemon.core.conditions import Conditions
from daemon.core.effects import TellOperator
from daemon.core.house import House
from daemon.core.state import AccountState
from daemon.core.turn import take_turn
from daemon.failpoints import failpoint
from daemon.ports import Commit, InboxMail, StoreConflict
from daemon.rounds.gather import for_account, gather_conditions
from daemon.rounds.overtaken import no_longer_overtaken, tell_overtaken
from daemon.rounds.telling import tell_lasting, tell_over, words_of

SLICE = 200
SLICES_MAX = 100_000
SET_ASIDE_MINUTES = 60
RULES = "rules"
HOUSES_REMEMBERED = 4
BLOCKED_PASS_EVERY = timedelta(minutes=5)


async def plan_round(app: App) -> int:
    """Take the turn of every due account; returns how many accounts changed."""
    now = app.clock.now()
    await wake_where_rules_changed(app, now)
    conditions = await gather_conditions(app, now)
    if rests_for_now(app, conditions, now):
        return 0
    waiting = await app.store.unapplied_mails()
    changed = 0
    after = ""
    for _ in range(SLICES_MAX):
        ids = await app.store.due_accounts(now, SLICE, after)
        if not ids or app.brakes.is_stopping:
            break
        after = ids[-1]
        changed += await plan_slice(app, ids, conditions, waiting, now)
    return changed


async def wake_where_rules_changed(app: App, now: datetime) -> None:
    """Look at every account again where the house's rules are not those of the last pass.

    Their next instants were found under other rules and may come too late.
    """
    rules = rules_in_short(app.house)
    before = await app.store.fact(RULES)
    if before == rules:
        return
    if before:
        await app.store.wake(now)
        app.log.info("rules_changed", rules=rules)
    await app.store.set_fact(RULES, rules)


@lru_cache(maxsize=HOUSES_REMEMBERED)
def rules_in_short(house: House) -> str:
    """Return a short name of everything that the house says, the same in every process."""
    ordered = replace(house, days_off=frozenset())
    spoken = f"{ordered!r}|{sorted(house.days_off)!r}"
    return hashlib.sha256(spoken.encode()).hexdigest()[:16]


def rests_for_now(app: App, conditions: Conditions, now: datetime) -> bool:
    """While the same global blockers stand, go over the due accounts every few minutes only.

    Judging and reminding go on; no row is moved by a blocker that concerns everybody.
    """
    names = [blocker.name for blocker in world_blockers(conditions, app.house, now)]
    standing = f"{conditions.snapshot}|{','.join(names)}" if names else ""
    last = app.brakes.blocked_pass
    if standing and last is not None and last[0] == standing and now - last[1] < BLOCKED_PASS_EVERY:
        return True
    app.brakes.blocked_pass = (standing, now) if standing else None
    return False


async def plan_slice(
    app: App, ids: list[str], conditions: Conditions, waiting: list[InboxMail], now: datetime
) -> int:
    """Decide and commit one slice of accounts; returns how many had something to do."""
    states = await app.store.load(ids)
    commits: list[Commit] = []
    for account in ids:
        try:
            commits.append(turn_commit(app, account, states[account], conditions, waiting, now))
            says = f"Duly can decide for account {account} again."
            tell_over(app, f"account|{account}", "account_goes_on", says)
        except Exception as error:  # noqa: BLE001 - a faulty account is set aside and told
            await set_aside(app, account, states[account], error, now)
    failpoint("send.planned")
    try:
        await app.store.commit(commits, now)
    except StoreConflict:
        for commit in commits:
            await commit_alone(app, commit, now)
    else:
        for commit in commits:
            no_longer_overtaken(app, f"account {commit.account}")
    failpoint("send.plan_committed")
    return sum(1 for commit in commits if commit.events)


def turn_commit(
    app: App,
    account: str,
    state: AccountState,
    base: Conditions,
    waiting: list[InboxMail],
    now: datetime,
) -> Commit:
    """Let the core decide for one account and put the decision into a commit."""
    conditions = for_account(base, account, waiting)
    decision = take_turn(account, state, conditions, app.house, now)
    return Commit(
        account=account,
        expected=state.sequence,
        events=decision.events,
        effects=decision.effects,
        next_action_at=decision.next_action_at,
    )


async def commit_alone(app: App, commit: Commit, now: datetime) -> None:
    """Commit one account after a slice met a conflict; a second conflict waits for its turn."""
    try:
        await app.store.commit([commit], now)
    except StoreConflict:
        app.log.info("turn_taken_by_another", account=commit.account)
        follows = "What is to be decided for it waits, and so do its letters."
        await tell_overtaken(app, f"account {commit.account}", follows)
        return
    no_longer_overtaken(app, f"account {commit.account}")


async def set_aside(
    app: App, account: str, state: AccountState, error: Exception, now: datetime
) -> None:
    """Push a faulty account ahead and tell the operator once a day."""
    app.log.info("account_fault", account=account, error=repr(error))
    says = f"Duly could not decide for account {account}: {words_of(error)}. No letter goes to it."
    tell_lasting(app, f"account|{account}", "account_set_aside", f"{says} It is tried again.")
    alarm = TellOperator(
        key=f"set_aside|{account}|{now.date().isoformat()}",
        subject=f"Account {account} was set aside",
        lines=(
            f"Duly could not decide for account {account}: {words_of(error)}.",
            "No letter goes to this account until it can. Other accounts are not affected.",
            "Please report this with the output of: run.py explain and run.py verify.",
        ),
    )
    commit = Commit(
        account=account,
        expected=state.sequence,
        events=(),
        effects=(alarm,),
        next_action_at=now + timedelta(minutes=SET_ASIDE_MINUTES),
    )
    await commit_alone(app, commit, now)
