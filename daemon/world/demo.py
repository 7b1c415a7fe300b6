"""The demonstration: real Duly against servers in this process, on a clock that runs ahead.

Rounds, store, parser process, templates and wire adapters are the product's own, opened by
`compose`; the world around it is simulated. Everything is loopback, the home is temporary, and
the same seed tells the same story.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from daemon.adapters.clock import VirtualClock
from daemon.cli.output import Cell, Output
from daemon.compose import open_app
from daemon.errors import UsageError
from daemon.laws.findings import Reports
from daemon.laws.verify import verify_store
from daemon.rounds.gather import MODE, WENT_LIVE_ON, gather_conditions
from daemon.settings import load_settings
from daemon.world.cast import cast
from daemon.world.folder import Folder
from daemon.world.home import write_home
from daemon.world.inbox import Inbox
from daemon.world.outcome import Ending, Fate
from daemon.world.people import standing_orders
from daemon.world.post import Post
from daemon.world.story import Story
from daemon.world.view import LiveView, PlainView, SilentView, View

FIRST_DAY = date(2026, 3, 2)
DAYS_MAX = 366
NEXT_COMMANDS = (
    ("python3 run.py init", "makes a home of your own: duly.toml, secrets.toml, ledger/"),
    ("python3 run.py check", "says what is still wrong: settings, templates, mail servers"),
    (
        "python3 run.py import FILE --dry-run",
        "reads your export of the open items and changes nothing",
    ),
)
COLUMNS = ("customer", "invoice", "amount", "level", "on the way", "end", "why")


async def run_demo(
    seed: int, days: int, out_dir: Path, out: Output, *, scratch: Path | None = None
) -> int:
    """Play the story and tell it.

    Args:
        seed: Amounts, words and hours follow from it.
        days: Virtual days, 1 to 366.
        out_dir: Where the mails lie afterwards; replaced if an earlier demonstration made it.
        out: What is printed at the end.
        scratch: Where the temporary home is made and removed; the system's place by default.

    Returns:
        0; 1 if a law was broken or something failed on the way.

    Raises:
        UsageError: `days` is out of range, or `out_dir` holds something else.
    """
    if not 1 <= days <= DAYS_MAX:
        raise UsageError(f"--days takes 1 to {DAYS_MAX}, not {days}")
    started = asyncio.get_running_loop().time()
    folder = Folder(out_dir)
    async with AsyncExitStack() as stack:
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="duly-demo-", dir=scratch))
        story = await opened(stack, Path(place) / "home", seed, folder)
        await play(story, days, view_for(out, days))
        fates = await fates_of(story)
        now = story.clock.now()
        laws = await verify_store(story.app.store, story.app.house, now)
    tell_fates(out, fates)
    tell_laws(out, laws)
    for problem in story.problems:
        out.line(f"went wrong: {problem}")
    seconds = asyncio.get_running_loop().time() - started
    tell_end(out, story, days, seconds)
    out.put(summary(fates, laws, story.problems))
    return 0 if laws.is_clean and not story.problems else 1


async def opened(stack: AsyncExitStack, home: Path, seed: int, folder: Folder) -> Story:
    """Start the servers and open the product over them, in live mode."""
    post = await stack.enter_async_context(Post())
    inbox = await stack.enter_async_context(Inbox())
    write_home(home, seed, post.port, inbox.port)
    settings = load_settings(home)
    clock = VirtualClock(datetime.combine(FIRST_DAY, time(0, 0), UTC))
    app = await stack.enter_async_context(open_app(home, settings, is_readonly=False, clock=clock))
    await app.store.set_fact(MODE, "live")
    await app.store.set_fact(WENT_LIVE_ON, FIRST_DAY.isoformat())
    book, customers = cast(seed, FIRST_DAY)
    return Story(
        app=app,
        settings=settings,
        clock=clock,
        book=book,
        customers=customers,
        post=post,
        inbox=inbox,
        folder=folder,
        seed=seed,
        agenda=standing_orders(customers, book),
    )


async def play(story: Story, days: int, view: View) -> None:
    """Play day after day before the reader's eyes."""
    with view:
        for offset in range(days):
            view.day(await story.play_day(FIRST_DAY + timedelta(days=offset)))


def view_for(out: Output, days: int) -> View:
    """Choose the view: silent for machines, live on a terminal, else plain."""
    if out.is_json:
        return SilentView()
    return LiveView(days) if sys.stdout.isatty() else PlainView()


async def fates_of(story: Story) -> tuple[Fate, ...]:
    """Return what happened to each invoice, by account and number."""
    app, now = story.app, story.clock.now()
    conditions = await gather_conditions(app, now)
    found: list[Fate] = []
    ids = await app.store.account_ids()
    for account, state in sorted((await app.store.load(ids)).items()):
        events = tuple(await app.store.events(account))
        ending = Ending(state=state, events=events, conditions=conditions, house=app.house, now=now)
        found.extend(ending.fates())
    return tuple(found)


def tell_fates(out: Output, fates: tuple[Fate, ...]) -> None:
    """Print the table of invoices, each customer's name on its first row."""
    rows: list[tuple[Cell, ...]] = []
    last = ""
    for fate in fates:
        customer = f"{fate.account} {fate.name}" if fate.account != last else ""
        last = fate.account
        rows.append(
            (
                customer, fate.number, fate.total, fate.level, fate.met,
                fate.end, fate.why,
            )
        )  # fmt: skip
    out.table("What happened to each invoice, and why", COLUMNS, rows)


def tell_laws(out: Output, laws: Reports) -> None:
    """Print the laws, how often each was checked, and every breach."""
    out.line()
    out.table(
        "The laws, checked over the whole database",
        ("law", "what it says", "checked", "broken"),
        [(law.name, law.promise, str(law.checked), str(len(law.findings))) for law in laws.laws],
    )
    for law in laws.laws:
        for finding in law.findings:
            out.line(f"broken: {law.name}: {finding.account}: {finding.sentence}")


def tell_end(out: Output, story: Story, days: int, seconds: float) -> None:
    """Print the sums, where the mails lie, and what to type next."""
    out.line()
    out.line(
        f"{story.letters} letters to customers, {story.to_reps} mails to reps, "
        f"{story.mails} mails in; each lies in {story.folder.root}/ACCOUNT/*.eml"
    )
    if story.confirmed:
        out.line(
            f"{story.confirmed} ledgers had lost more than the guard allows; the operator "
            "confirmed them, as `import FILE --yes-they-are-gone` does"
        )
    out.line("Next:")
    for command, what in NEXT_COMMANDS:
        out.line(f"  {command:<38} {what}")
    out.line(f"{days} days in {seconds:.1f} seconds")


def summary(
    fates: tuple[Fate, ...], laws: Reports, problems: list[str]
) -> dict[str, list[dict[str, object]] | list[str]]:
    """Return the same for machines."""
    return {
        "invoices": [
            {name: getattr(fate, name) for name in Fate.__dataclass_fields__} for fate in fates
        ],
        "laws": [
            {"name": law.name, "checked": law.checked, "broken": len(law.findings)}
            for law in laws.laws
        ],
        "problems": problems,
    }
