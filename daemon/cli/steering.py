"""Commands that steer: the reps' verbs on the command line, and the great switches.

A verb is the same command that a rep writes by mail, decided by the same handler; its echo is
printed instead of mailed. `start` and `stop` without a subject are for all letters.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from daemon.application import App
from daemon.cli.looking import every_account, find_subject
from daemon.cli.output import Output
from daemon.core.calendar import calendar_of
from daemon.core.command_words import FORMS
from daemon.core.commands import command, help_lines, parse_commands
from daemon.core.conditions import Mode
from daemon.core.effects import EchoToRep
from daemon.core.explain import forecast
from daemon.errors import UsageError
from daemon.ports import Commit, StoreConflict
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

CONFLICTS_MAX = 5
LETTERS_SHOWN = 100
DAYS_SHOWN = 5
SWITCHES = frozenset({"start", "stop"})


@dataclass(frozen=True, slots=True)
class Verb:
    """A rep's verb on the command line; `words` is the verb as the grammar knows it."""

    name: str
    words: str
    form: str
    summary: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """A subject, the rest of the command, and who says it."""
        parser.add_argument("subject", metavar="INVOICE|ACCOUNT")
        parser.add_argument("rest", nargs="*", metavar="WORD", help=f"as in: {self.form}")
        add_rep(parser)
        parser.set_defaults(words=self.words)


def add_rep(parser: argparse.ArgumentParser) -> None:
    """Who gives the command."""
    parser.add_argument(
        "--as", dest="rep", default="", metavar="REP", help="a rep's address; default: the operator"
    )


VERBS = tuple(
    Verb(words.replace(" ", "-"), words, form, summary)
    for words, form, summary in FORMS
    if words not in SWITCHES
)


def configure_start(parser: argparse.ArgumentParser) -> None:
    """`start`, `start --live`, `start --redirect`, or `start INVOICE|ACCOUNT`."""
    parser.add_argument("subject", nargs="?", default="", metavar="INVOICE|ACCOUNT")
    parser.add_argument("--live", action="store_true", help="send to customers from now on")
    parser.add_argument("--redirect", action="store_true", help="send all to one internal address")
    parser.add_argument("--draft", action="store_true", help="decide and render, send nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_rep(parser)
    parser.set_defaults(words="start", rest=[])


def configure_stop(parser: argparse.ArgumentParser) -> None:
    """`stop` for all letters, or `stop ACCOUNT`."""
    parser.add_argument("subject", nargs="?", default="", metavar="INVOICE|ACCOUNT")
    add_rep(parser)
    parser.set_defaults(words="stop", rest=[])


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
    for attempt in range(CONFLICTS_MAX):
        now = app.clock.now()
        state = (await app.store.load([account]))[account]
        decision = command(
            account,
            state,
            commands[0],
            by,
            None,
            (number,) if number else (),
            await gather_conditions(app, now),
            app.house,
            now,
            f"command-line|{now.isoformat()}|{attempt}",
        )
        mailed = tuple(effect for effect in decision.effects if not isinstance(effect, EchoToRep))
        commit = Commit(
            account=account,
            expected=state.sequence,
            events=decision.events,
            effects=mailed,
            next_action_at=now,
        )
        try:
            if decision.events:
                await app.store.commit([commit], now)
        except StoreConflict:
            continue
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
    raise StoreConflict(f"{account} is changed too often right now; type the command again")


async def show_help(
    app: App, settings: Settings, arguments: argparse.Namespace, out: Output
) -> int:
    """List the verbs that reps write by mail and type here."""
    for line in help_lines():
        out.line(line)
    out.put([{"verb": words, "form": form, "what": what} for words, form, what in FORMS])
    return 0


async def start(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Start one account, change the mode, or let letters go again after a stop."""
    if arguments.subject:
        return await steer(app, settings, arguments, out)
    wanted = wanted_mode(arguments)
    now = app.clock.now()
    if wanted is Mode.REDIRECT and not app.delivery.redirect_to:
        raise UsageError("set [smtp] redirect_to in duly.toml before start --redirect")
    if wanted is Mode.LIVE and not await is_agreed(app, arguments, out, now):
        return 1
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
    out.put({"mode": mode.value, "started": True})
    return 0


def wanted_mode(arguments: argparse.Namespace) -> Mode | None:
    """Return the mode that the command line names, None where it names none."""
    named = [mode for mode in Mode if getattr(arguments, mode.value)]
    if len(named) > 1:
        raise UsageError("name one of --live, --redirect and --draft")
    return named[0] if named else None


async def is_agreed(app: App, arguments: argparse.Namespace, out: Output, now: datetime) -> bool:
    """Show the first days' letters and ask; without a terminal `--yes` must say it."""
    conditions = await gather_conditions(app, now)
    rows = [
        (
            letter.on.isoformat(),
            letter.account_name,
            letter.level,
            ", ".join(letter.numbers),
            ", ".join(str(amount) for amount in letter.amounts),
            letter.recipient,
        )
        for _, state in await every_account(app)
        for letter in forecast(state, conditions, app.house, now, DAYS_SHOWN)
    ]
    rows.sort()
    out.table(
        f"the first {DAYS_SHOWN} days: {len(rows)} letters",
        ("on", "account", "level", "invoices", "amount", "to"),
        rows[:LETTERS_SHOWN],
    )
    if arguments.yes:
        return True
    if not out.is_interactive:
        out.line("nothing was changed: look at these letters, then: start --live --yes")
        out.put({"started": False, "letters": rows})
        return False
    out.flush()
    out.lines.clear()
    said = await asyncio.to_thread(input, "Send these to your customers? Type yes: ")
    agreed = said.strip().lower() == "yes"
    if not agreed:
        out.line("nothing was changed")
        out.put({"started": False, "letters": rows})
    return agreed


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
