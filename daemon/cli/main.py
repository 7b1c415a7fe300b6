"""The command line: parse, choose how the command reaches the database, run, end with a code.

A mistake is one sentence on standard error, never a traceback; a fault of ours stays loud.

Exit codes: 0 done, 1 needs attention, 2 wrong use or configuration. Source: DESIGN §8.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from daemon import __version__
from daemon.cli.output import Output
from daemon.cli.registry import COMMANDS, Access, CommandSpec
from daemon.errors import ConfigError, DulyError, UsageError

if TYPE_CHECKING:
    from daemon.adapters.control_socket import Answer

HOME_DEFAULT = "duly-home"
EPILOG = "exit codes: 0 done, 1 needs attention, 2 wrong use or configuration"


def build_parser() -> argparse.ArgumentParser:
    """Build the parser from the table of commands."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Duly: dunning by mail that reads the replies.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"duly {__version__}")
    parser.add_argument(
        "--home",
        default=os.environ.get("DULY_HOME", HOME_DEFAULT),
        help=f"the home directory (DULY_HOME, default ./{HOME_DEFAULT})",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for spec in COMMANDS:
        child = commands.add_parser(spec.name, help=spec.summary, description=spec.summary)
        child.add_argument("--home", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        child.add_argument("--json", action="store_true", help="print JSON for machines")
        spec.configure(child)
        child.set_defaults(spec=spec)
    return parser


def main(argv: list[str]) -> int:
    """Run one command; the whole of the program behind `run.py`."""
    arguments = build_parser().parse_args(argv)
    is_terminal = sys.stdout.isatty()
    out = Output(is_json=arguments.json, is_colour=is_terminal and "NO_COLOR" not in os.environ)
    if is_terminal:
        # A terminal that does not know its width says 0.
        out.width = os.get_terminal_size().columns or out.width
    out.is_watched = sys.stderr.isatty()
    code = perform(arguments, argv, out)
    out.end_progress()
    if out.question and is_terminal and sys.stdin.isatty() and not arguments.json:
        if is_agreed(out):
            arguments.yes = True
            code = perform(arguments, [*argv, "--yes"], out)
        else:
            out.line("nothing was changed")
    elif out.question:
        out.line(f"{out.question} Nothing was changed; to say yes, add --yes.")
    try:
        out.flush()
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return code


def perform(arguments: argparse.Namespace, argv: list[str], out: Output) -> int:
    """Run one command to its exit code; a mistake becomes a line of standard error."""
    try:
        return asyncio.run(dispatch(arguments, argv, out))
    except DulyError as error:
        out.error(f"duly: {error}")
        return exit_code(error)
    except OSError as error:
        out.error(f"duly: {error.strerror or error}: {error.filename or 'this machine'}")
        return 1
    except KeyboardInterrupt:
        return 1


def exit_code(error: DulyError) -> int:
    """Return the code that an error ends with: 2 for wrong use or configuration, else 1."""
    return 2 if isinstance(error, ConfigError | UsageError) else 1


def is_agreed(out: Output) -> bool:
    """Show what there is, ask, and forget what was shown."""
    question = out.question
    out.flush()
    out.clear()
    try:
        said = input(f"{question} Type yes: ")
    except EOFError:
        return False
    return said.strip().lower() == "yes"


async def dispatch(arguments: argparse.Namespace, argv: list[str], out: Output) -> int:
    """Run a command where it belongs: alone, over the database, or inside the daemon."""
    spec: CommandSpec = arguments.spec
    home = Path(arguments.home)
    if spec.access is Access.ALONE:
        assert spec.alone is not None
        return await spec.alone(home, arguments, out)
    assert spec.run is not None
    if spec.access is Access.WRITE:
        from daemon.adapters.control_socket import SOCKET_NAME, ask_daemon

        answer = await ask_daemon(home / SOCKET_NAME, handed_over(arguments, argv))
        if answer is not None:
            return taken(answer, out)
    from daemon.settings import load_settings

    settings = load_settings(home)
    # After the settings: a mistake in them is told before all the rest is loaded.
    from daemon.compose import open_app

    is_readonly = spec.access is Access.READ
    async with open_app(home, settings, is_readonly=is_readonly, is_quiet=True) as app:
        return await spec.run(app, settings, arguments, out)


def taken(answer: Answer, out: Output) -> int:
    """Print what the daemon answered as if it had been done here."""
    if out.is_json and answer.out:
        out.put(json.loads(answer.out))
    else:
        out.lines += answer.out.splitlines()
    out.errors += answer.err.splitlines()
    out.question = answer.question
    return answer.code


def handed_over(arguments: argparse.Namespace, argv: list[str]) -> list[str]:
    """Return the command line for the daemon, which may stand in another directory."""
    file = getattr(arguments, "file", None)
    return [str(Path(word).resolve()) if word == file else word for word in argv]
