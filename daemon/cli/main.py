"""The command line: parse, choose how the command reaches the database, run, end with a code.

Exit codes: 0 done, 1 needs attention, 2 wrong use or configuration. Source: DESIGN §8.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from daemon import __version__
from daemon.cli.output import Output
from daemon.cli.registry import COMMANDS, Access, CommandSpec
from daemon.errors import ConfigError, DulyError, UsageError

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
    spec: CommandSpec = arguments.spec
    is_terminal = sys.stdout.isatty()
    out = Output(is_json=arguments.json, is_colour=is_terminal and "NO_COLOR" not in os.environ)
    out.is_interactive = is_terminal and sys.stdin.isatty()
    if is_terminal:
        out.width = os.get_terminal_size().columns
    try:
        code = asyncio.run(dispatch(spec, arguments, argv, out))
    except (ConfigError, UsageError) as error:
        out.error(f"duly: {error}")
        code = 2
    except DulyError as error:
        out.error(f"duly: {error}")
        code = 1
    except KeyboardInterrupt:
        code = 1
    try:
        out.flush()
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return code


async def dispatch(
    spec: CommandSpec, arguments: argparse.Namespace, argv: list[str], out: Output
) -> int:
    """Run a command where it belongs: alone, over the database, or inside the daemon."""
    home = Path(arguments.home)
    if spec.access is Access.ALONE:
        assert spec.alone is not None
        return await spec.alone(home, arguments, out)
    from daemon.adapters.control_socket import ask_daemon
    from daemon.compose import SOCKET_NAME, open_app
    from daemon.settings import load_settings

    assert spec.run is not None
    if spec.access is Access.WRITE:
        answer = await ask_daemon(home / SOCKET_NAME, absolute(argv))
        if answer is not None:
            sys.stdout.write(answer.out)
            sys.stderr.write(answer.err)
            return answer.code
    settings = load_settings(home)
    async with open_app(home, settings, is_readonly=spec.access is Access.READ) as app:
        return await spec.run(app, settings, arguments, out)


def absolute(argv: list[str]) -> list[str]:
    """Make paths of existing files absolute: the daemon stands in another directory."""
    return [str(Path(word).resolve()) if os.path.exists(word) else word for word in argv]


def json_wanted(argv: list[str]) -> bool:
    """Tell whether a command line asks for JSON."""
    return "--json" in argv
