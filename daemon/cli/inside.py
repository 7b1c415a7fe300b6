"""Commands that arrive over the socket, run inside the one writing process."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from daemon.adapters.control_socket import Answer
from daemon.application import App
from daemon.cli.output import Output
from daemon.errors import DulyError

if TYPE_CHECKING:
    from daemon.settings import Settings


async def run_inside(app: App, settings: Settings, argv: list[str]) -> Answer:
    """Parse and run one command over the open application.

    Args:
        app: The daemon's application.
        settings: Its settings.
        argv: The command line after `run.py`.

    Returns:
        What it printed and its exit code; wrong use is an answer too, never an exception.
    """
    from daemon.cli.main import build_parser, exit_code

    usage = io.StringIO()
    try:
        with contextlib.redirect_stderr(usage):
            arguments = build_parser().parse_args(argv)
    except SystemExit:
        return Answer(code=2, out="", err=usage.getvalue())
    if arguments.spec.run is None:
        return Answer(code=2, out="", err=f"duly: {arguments.command} does not run inside serve\n")
    out = Output(is_json=arguments.json)
    try:
        code = await arguments.spec.run(app, settings, arguments, out)
    except DulyError as error:
        out.error(f"duly: {error}")
        code = exit_code(error)
    except OSError as error:
        out.error(f"duly: {error.strerror or error}: {error.filename or 'this machine'}")
        code = 1
    return Answer(code=code, out=out.text(), err=out.error_text(), question=out.question)
