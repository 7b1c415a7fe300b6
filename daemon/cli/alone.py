"""Commands that open what they need by themselves: demo, init, check, serve, once."""

from __future__ import annotations

import argparse
from pathlib import Path

from daemon.cli.output import Output


async def demo(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Run the demonstration."""
    from daemon.world.demo import run_demo

    return await run_demo(arguments.seed, arguments.days, Path(arguments.out), out)


async def init(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Make a home; what is there already stays as it is."""
    from daemon.settings import write_example_home

    made = write_example_home(home)
    for path in made:
        out.line(f"made {path}")
    if not made:
        out.line(f"{home} is complete already; nothing was changed")
    out.line("next: fill in duly.toml and secrets.toml there, then: python3 run.py check")
    out.put({"home": str(home), "made": [str(path) for path in made]})
    return 0


async def check(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Check everything that can be wrong before the first letter.

    Returns:
        2 where the home's own files are wrong, 1 where a server or the database is, else 0.
    """
    from daemon.cli.scratch import RESTORE, remove_left
    from daemon.compose import check_home

    if home.is_dir():
        remove_left(RESTORE, home, out)
    problems = await check_home(home, is_offline=arguments.offline)
    for problem in problems:
        out.line(f"{problem.severity}: {problem.sentence}")
    errors = [problem for problem in problems if problem.severity == "error"]
    if not problems:
        out.line("all good")
    out.put([{"severity": entry.severity, "sentence": entry.sentence} for entry in problems])
    if any(problem.is_configuration for problem in errors):
        return 2
    return 1 if errors else 0


async def serve(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Run the daemon until SIGTERM; commands come in over the socket."""
    from daemon.adapters.control_socket import SOCKET_NAME, Answer, ControlServer
    from daemon.compose import open_app, service_options
    from daemon.service import Service
    from daemon.settings import load_settings

    settings = load_settings(home)
    async with open_app(home, settings, is_readonly=False) as app:
        # Before the socket: a second daemon on the same database must not answer commands.
        await app.store.serve_alone()
        service = Service(app, service_options(app, settings, home))
        service.stop_on_signals()

        async def handle(argv: list[str]) -> Answer:
            from daemon.cli.inside import run_inside

            answer = await run_inside(app, settings, argv)
            service.wakes.all()
            return answer

        control = ControlServer(home / SOCKET_NAME, handle)
        await control.start()
        try:
            await service.run()
        finally:
            await control.close()
    return 0


async def once(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Do one pass over everything, for cron; not while `serve` runs."""
    from daemon.compose import open_app, service_options
    from daemon.service import one_pass
    from daemon.settings import load_settings

    settings = load_settings(home)
    async with open_app(home, settings, is_readonly=False) as app:
        await app.store.serve_alone()
        problems = await one_pass(app, service_options(app, settings, home))
    for problem in problems:
        out.error(f"duly: {problem}")
    if not problems:
        out.line("one pass done; see: run.py status")
    out.put({"problems": problems})
    return 1 if problems else 0


async def help(home: Path, arguments: argparse.Namespace, out: Output) -> int:  # noqa: A001
    """List the verbs that reps write by mail and type here."""
    from daemon.core.command_words import FORMS
    from daemon.core.commands import help_lines

    for line in help_lines():
        out.line(line)
    out.put([{"verb": words, "form": form, "what": what} for words, form, what in FORMS])
    return 0
