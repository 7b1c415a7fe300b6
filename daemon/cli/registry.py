"""The table of commands: name, summary, how it reaches the database, who runs it."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.cli import alone, looking, reading, steering, working
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


def reads(name: str, summary: str, configure: Configure, run: Run) -> CommandSpec:
    """A command that looks and changes nothing."""
    return CommandSpec(name=name, summary=summary, access=Access.READ, configure=configure, run=run)


def writes(name: str, summary: str, configure: Configure, run: Run) -> CommandSpec:
    """A command that changes something: handed to the daemon where one is running."""
    return CommandSpec(
        name=name, summary=summary, access=Access.WRITE, configure=configure, run=run
    )


def stands_alone(name: str, summary: str, configure: Configure, alone_run: RunAlone) -> CommandSpec:
    """A command that opens what it needs by itself."""
    return CommandSpec(
        name=name, summary=summary, access=Access.ALONE, configure=configure, alone=alone_run
    )


COMMANDS: tuple[CommandSpec, ...] = (
    stands_alone("demo", "60 virtual days of Duly at work", alone.configure_demo, alone.demo),
    stands_alone("init", "make a home with an example configuration", alone.nothing, alone.init),
    stands_alone(
        "check", "check configuration, templates, servers", alone.configure_check, alone.check
    ),
    writes("import", "take in a ledger file", working.configure_import, working.import_file),
    reads(
        "forecast", "which letters when, and why not", looking.configure_forecast, looking.forecast
    ),
    reads("preview", "show the letter that would go", looking.configure_subject, looking.preview),
    stands_alone("serve", "run the daemon", alone.nothing, alone.serve),
    stands_alone("once", "one pass over everything, for cron", alone.nothing, alone.once),
    reads("status", "where things stand", looking.configure_status, looking.status),
    reads("explain", "why an invoice is where it is", looking.configure_subject, looking.explain),
    stands_alone("read", "read mails and say what they mean", reading.configure, reading.read),
    reads("verify", "check the promises over the database", looking.nothing, looking.verify),
    *(writes(verb.name, verb.summary, verb.configure, steering.steer) for verb in steering.VERBS),
    writes(
        "start", "go live, or send again after a stop", steering.configure_start, steering.start
    ),
    writes("stop", "stop all letters, or one account's", steering.configure_stop, steering.stop),
)
