"""The product in a process that may be killed: one fork of a warm stand for each task.

`python -m tests.acceptance.crash.worker` loads everything once and then reads tasks, one JSON
object a line. Each runs in a fork of its own, over a home that lies on disk; what the stand
prints is the fork's process id when it begins, and when it is over its exit code (negative: the
signal that ended it) and how many processes it has left behind. Nothing lives on between two
forks but the home and the servers.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path

from daemon.adapters.clock import VirtualClock
from daemon.adapters.parser_process import ParserProcess
from daemon.application import App
from daemon.cli.working import read_feed
from daemon.compose import open_app
from daemon.errors import DulyError
from daemon.ports import Parser
from daemon.rounds.import_ledger import import_round
from daemon.service import Service, ServiceOptions, one_pass
from daemon.settings import load_settings
from tests.acceptance.crash.warm_parser import relay_command
from tests.servers import die_with_parent

SECONDS_MAX = 60
ERRORS = "worker.err"
END_SECONDS = 10.0
SET_CHILD_SUBREAPER = 36
DIGEST_AT = time_of_day(23, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process does.

    `instants` (ISO, aware) are where the clock stands at each pass; a serving one stands at the
    first for ever. `failpoint` is the value of `DULY_FAILPOINT`. `ledger` is a file that is
    imported before the first pass. `grace_seconds` is how long DATA in flight is waited for after
    a stop. `parser` is the socket of a warm parser; empty: the daemon starts its own. One that
    `is_warming` is done by the stand itself: what it loads, no later task has to load again.
    """

    home: str
    instants: tuple[str, ...]
    failpoint: str = ""
    ledger: str = ""
    is_serving: bool = False
    grace_seconds: float = 20.0
    parser: str = ""
    is_warming: bool = False


@asynccontextmanager
async def parser_of(task: Task, app: App) -> AsyncIterator[Parser]:
    """Give the daemon's own parser, or one that a warm process forks."""
    if not task.parser:
        yield app.parser
        return
    warm = ParserProcess(relay_command(Path(task.parser)))
    try:
        yield warm
    finally:
        await warm.close()


async def work(task: Task) -> int:
    """Open the home as the command line does, and do the passes; returns an exit code."""
    home = Path(task.home)
    clock = VirtualClock(datetime.fromisoformat(task.instants[0]))
    settings = load_settings(home)
    async with (
        open_app(home, settings, is_readonly=False, clock=clock) as app,
        parser_of(task, app) as parser,
    ):
        app = replace(app, parser=parser)
        if task.ledger:
            feed = await read_feed(settings, home, Path(task.ledger), None)
            await import_round(app, feed)
        app = replace(app, delivery=replace(app.delivery, grace_seconds=task.grace_seconds))
        options = ServiceOptions(digest_at=DIGEST_AT)
        if task.is_serving:
            service = Service(app, options)
            service.stop_on_signals()
            await service.run()
            return 0
        problems: list[str] = []
        for instant in task.instants:
            clock.advance_to(datetime.fromisoformat(instant))
            problems += await one_pass(app, options)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def live(task: Task) -> int:
    """Be the process of one task: its own error file, no input, a limit on its life."""
    die_with_parent()
    os.setpgid(0, 0)
    signal.alarm(SECONDS_MAX)
    os.environ["DULY_FAILPOINT"] = task.failpoint
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.dup2(os.open(Path(task.home) / ERRORS, os.O_CREAT | os.O_WRONLY | os.O_APPEND), 2)
    try:
        return asyncio.run(work(task))
    except DulyError as error:
        sys.stderr.write(f"duly: {error}\n")
        return 1
    finally:
        sys.stderr.flush()


def adopt_orphans() -> None:
    """Become, on Linux, the parent of what a killed task leaves behind."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1)


def left_behind(group: int) -> int:
    """Return how many processes of a dead task do not end by themselves; they are killed."""
    end = time.monotonic() + END_SECONDS
    while True:
        try:
            number, _ = os.waitpid(-group, os.WNOHANG)
        except ChildProcessError:
            return 0
        if not number and time.monotonic() > end:
            break
        time.sleep(0 if number else 0.002)
    os.killpg(group, signal.SIGKILL)
    return 1


def main() -> None:
    """Serve tasks until the input ends."""
    die_with_parent()
    adopt_orphans()
    for line in sys.stdin:
        words = json.loads(line)
        task = Task(**{**words, "instants": tuple(words["instants"])})
        if task.is_warming:
            print(os.getpid(), flush=True)
            print(asyncio.run(work(task)), 0, flush=True)
            continue
        number = os.fork()
        if number == 0:
            code = 70
            try:
                code = live(task)
            except Exception:  # noqa: BLE001 - the error file and the exit code tell it
                sys.excepthook(*sys.exc_info())
                sys.stderr.flush()
            finally:
                # A fork must never go on with the stand's own loop.
                os._exit(code)
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), left_behind(number), flush=True)


if __name__ == "__main__":
    main()
