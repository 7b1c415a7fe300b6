"""The table of commands: name, summary, how it reaches the database, who runs it.

What runs a command is loaded when it runs: a wrong word, or a verb that the daemon carries out,
loads no database and no mail.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.cli import arguments as given
from daemon.cli.output import Output

if TYPE_CHECKING:
    from daemon.application import App
    from daemon.settings import Settings


class Access(StrEnum):
    """How a command reaches the database."""

    ALONE = "alone"
    READ = "read"
    WRITE = "write"


Configure = Callable[[argparse.ArgumentParser], None]
RunAlone = Callable[[Path, argparse.Namespace, Output], Awaitable[int]]
Run = Callable[["App", "Settings", argparse.Namespace, Output], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command. ALONE commands have `alone`, the others `run`."""

    name: str
    summary: str
    access: Access
    configure: Configure
    run: Run | None = None
    alone: RunAlone | None = None


def reads(name: str, summary: str, configure: Configure) -> CommandSpec:
    """A command of `looking`: it changes nothing."""
    return CommandSpec(
        name=name,
        summary=summary,
        access=Access.READ,
        configure=configure,
        run=deferred("looking", name),
    )


def writes(name: str, summary: str, configure: Configure, room: str, runs: str) -> CommandSpec:
    """A command that changes something: handed to the daemon where one is running."""
    return CommandSpec(
        name=name,
        summary=summary,
        access=Access.WRITE,
        configure=configure,
        run=deferred(room, runs),
    )


def stands_alone(name: str, summary: str, configure: Configure, room: str = "alone") -> CommandSpec:
    """A command that opens what it needs by itself."""
    return CommandSpec(
        name=name,
        summary=summary,
        access=Access.ALONE,
        configure=configure,
        alone=deferred_alone(room, name),
    )


def deferred(room: str, name: str) -> Run:
    """Return a command that loads its module when it runs."""

    async def run(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
        found: Run = getattr(importlib.import_module(f"daemon.cli.{room}"), name)
        return await found(app, settings, arguments, out)

    return run


def deferred_alone(room: str, name: str) -> RunAlone:
    """Return a command that stands alone and loads its module when it runs."""

    async def run(home: Path, arguments: argparse.Namespace, out: Output) -> int:
        found: RunAlone = getattr(importlib.import_module(f"daemon.cli.{room}"), name)
        return await found(home, arguments, out)

    return run


COMMANDS: tuple[CommandSpec, ...] = (
    stands_alone("demo", "60 virtual days of Duly at work", given.configure_demo),
    stands_alone("init", "make a home with an example configuration", given.nothing),
    stands_alone("check", "check configuration, templates, servers", given.configure_check),
    writes("import", "take in a ledger file", given.configure_import, "working", "import_file"),
    reads("forecast", "which letters when, and why not", given.configure_forecast),
    reads("preview", "show the letter that would go", given.configure_subject),
    stands_alone("serve", "run the daemon", given.nothing),
    stands_alone("once", "one pass over everything, for cron", given.nothing),
    reads("status", "where things stand", given.configure_status),
    reads("explain", "why an invoice is where it is", given.configure_subject),
    stands_alone("read", "read mails and say what they mean", given.configure_read, "reading"),
    stands_alone(
        "correct", "remember what a mail really means", given.configure_correct, "learning"
    ),
    CommandSpec(
        name="train",
        summary="learn from corrected replies, on this machine",
        access=Access.READ,
        configure=given.nothing,
        run=deferred("learning", "train"),
    ),
    stands_alone("evaluate", "publish how well replies are read", given.nothing, "training"),
    stands_alone(
        "simulate", "months in worlds full of trouble", given.configure_simulate, "simulating"
    ),
    stands_alone(
        "backup", "copy database and configuration, checked", given.configure_backup, "keeping"
    ),
    stands_alone(
        "restore", "bring a backup back, and send nothing twice", given.configure_restore, "keeping"
    ),
    stands_alone(
        "upgrade", "bring the database of an earlier release up to date", given.nothing, "keeping"
    ),
    reads("verify", "check the promises over the database", given.nothing),
    *(writes(verb.name, verb.summary, verb.configure, "steering", "steer") for verb in given.VERBS),
    writes(
        "start", "go live, or send again after a stop", given.configure_start, "steering", "start"
    ),
    writes("stop", "stop all letters, or one account's", given.configure_stop, "steering", "stop"),
    stands_alone("help", "list the verbs that reps write by mail and type here", given.nothing),
)
