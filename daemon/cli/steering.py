"""Commands that steer: the reps' verbs on the command line, and the great switches.

A verb is the same command that a rep writes by mail, decided by the same handler; its echo is
printed instead of mailed. `start` and `stop` without a subject are for all letters.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from daemon.application import App
from daemon.cli.looking import every_account, find_subject
from daemon.cli.output import Output
from daemon.committing import until_committed
from daemon.core.calendar import calendar_of
from daemon.core.command_homes import proposal_meant
from daemon.core.commands import command, parse_commands
from daemon.core.conditions import Mode
from daemon.core.effects import Decision, EchoToRep
from daemon.core.explain import forecast
from daemon.errors import UsageError
from daemon.ports import Commit
from daemon.rounds.gather import (
    BREAKER,
    FORECAST,
    MODE,
    STOPPED,
    WENT_LIVE_ON,
    creditor_today,
    gather_conditions,
)

if TYPE_CHECKING:
    from daemon.settings import Settings

LETTERS_SHOWN = 100
DAYS_SHOWN = 5
LETTER_COLUMNS = ("on", "account", "level", "invoices", "amount", "to")


async def steer(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Give one command for one invoice or account; print what stood before and after."""
    account, number = await find_subject(app, arguments.subject)
    text = " ".join((arguments.words, *arguments.rest))
    commands, errors = parse_commands(text)
    if errors or len(commands) != 1:
        said = errors[0].sentence if errors else f"{text!r} is not one command"
        raise UsageError(said)
    by = arguments.rep or app.house.reps.operator
    if not app.house.reps.is_rep(by):
        raise UsageError(f"{by} is not a rep: name one of [reps] in duly.toml")

    async def decide_and_commit() -> Decision:
        now = app.clock.now()
        state = (await app.store.load([account]))[account]
        numbers = (number,) if number else ()
        proposal = proposal_meant(state, commands[0], numbers)
        decision = command(
            account,
            state,
            commands[0],
            by,
            proposal,
            numbers or (proposal.invoices if proposal else ()),
            await gather_conditions(app, now),
            app.house,
            now,
            f"command-line|{now.isoformat()}",
        )
        mailed = tuple(effect for effect in decision.effects if not isinstance(effect, EchoToRep))
        commit = Commit(
            account=account,
            expected=state.sequence,
            events=decision.events,
            effects=mailed,
            next_action_at=now,
        )
        if decision.events:
            await app.store.commit([commit], now)
        return decision

    decision = await until_committed(
        decide_and_commit, f"{account} is changed too often right now; type the command again"
    )
    lines = [
        line
        for effect in decision.effects
        if isinstance(effect, EchoToRep)
        for line in (effect.subject, *effect.lines)
    ]
    for line in lines:
        out.line(line)
    out.put({"account": account, "done": bool(decision.events), "lines": lines})
    return 0 if decision.events else 1


async def start(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Start one account, change the mode, or let letters go again after a stop."""
    if arguments.subject:
        return await steer(app, settings, arguments, out)
    wanted = wanted_mode(arguments)
    now = app.clock.now()
    if wanted is Mode.REDIRECT and not app.delivery.redirect_to:
        raise UsageError("set [smtp] redirect_to in duly.toml before start --redirect")
    letters: list[tuple[str, ...]] = []
    if wanted is Mode.LIVE:
        letters = await first_letters(app, now, out)
        title = f"the first {DAYS_SHOWN} days: {len(letters)} letters"
        if not arguments.yes:
            out.table(title, LETTER_COLUMNS, letters[:LETTERS_SHOWN])
            out.put({"started": False, "letters": letters})
            out.question = "Send these to your customers?"
            return 1
        out.line(title)
    if wanted is not None:
        await app.store.set_fact(MODE, wanted.value)
        if wanted is Mode.LIVE and not await app.store.fact(WENT_LIVE_ON):
            await app.store.set_fact(WENT_LIVE_ON, creditor_today(app, now).isoformat())
    for name in (STOPPED, BREAKER):
        await app.store.set_fact(name, "")
    await app.store.set_fact(f"{FORECAST}:{creditor_today(app, now).isoformat()}", "")
    await app.store.wake(now)
    mode = (await gather_conditions(app, now)).mode
    out.line(f"started: mode {mode.value}; letters go as the procedure and the blockers say")
    out.put({"mode": mode.value, "started": True, "letters": letters})
    return 0


def wanted_mode(arguments: argparse.Namespace) -> Mode | None:
    """Return the mode that the command line names, None where it names none."""
    return next((mode for mode in Mode if getattr(arguments, mode.value)), None)


async def first_letters(app: App, now: datetime, out: Output) -> list[tuple[str, ...]]:
    """Return the letters of the first days: day, account, level, invoices, amount, recipient."""
    conditions = await gather_conditions(app, now)
    return sorted(
        (
            letter.on.isoformat(),
            letter.account_name,
            letter.level,
            ", ".join(letter.numbers),
            ", ".join(str(amount) for amount in letter.amounts),
            letter.recipient,
        )
        for _, state in await every_account(app, out)
        for letter in forecast(state, conditions, app.house, now, DAYS_SHOWN)
    )


async def stop(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Stop one account, or every letter at once."""
    if arguments.subject:
        return await steer(app, settings, arguments, out)
    by = arguments.rep or app.house.reps.operator
    today = calendar_of(
        app.house.creditor.country, app.house.creditor.zone, app.house.days_off
    ).today(app.clock.now())
    await app.store.set_fact(STOPPED, f"stopped by {by} on {today.isoformat()}")
    out.line("stopped: no letter goes to anybody until: run.py start")
    out.line("replies are still read, holds are still set, reps are still told")
    out.put({"stopped": True})
    return 0
