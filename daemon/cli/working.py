"""Commands that work on the ledger: import by hand, and the watched folder behind `serve`."""

from __future__ import annotations

import argparse
import asyncio
import os
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.adapters.contacts_file import read_contacts
from daemon.adapters.ledger_file import read_ledger
from daemon.application import App
from daemon.cli.output import Output
from daemon.core.effects import TellOperator
from daemon.core.feed import Feed
from daemon.errors import DulyError, PeerError, UsageError
from daemon.rounds.import_ledger import (
    ImportReport,
    import_round,
    note_all_gone,
    note_gone,
    tell_import,
)
from daemon.rounds.telling import tell, tell_lasting, tell_over
from daemon.settings import Settings

DIFFERENCES_SHOWN = 200
LEDGER_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
QUIET_SECONDS = 2.0
CONTACTS = "contacts.csv"
PLACES = ("done", "refused")
UNMOVED = "unmoved"


async def read_feed(settings: Settings, home: Path, path: Path, as_of: date | None) -> Feed:
    """Read a ledger file in a thread: a large one must not hold up the mail.

    `contacts.csv` beside the file, else in the home's `ledger/`, adds addresses.
    """
    zone = ZoneInfo(settings.creditor.zone)
    modified_at = datetime.fromtimestamp(path.stat().st_mtime, zone)
    beside = (path.parent / CONTACTS, home / "ledger" / CONTACTS)
    contacts = next((place for place in beside if place.is_file()), None)

    def read() -> Feed:
        found = read_contacts(contacts) if contacts is not None else None
        return read_ledger(
            path,
            settings.ledger_options(),
            as_of=as_of,
            modified_at=modified_at,
            default_currency=settings.creditor.currency,
            contacts=found.contacts if found else (),
            contact_errors=found.errors if found else (),
        )

    return await asyncio.to_thread(read)


async def import_file(
    app: App, settings: Settings, arguments: argparse.Namespace, out: Output
) -> int:
    """Import a ledger file: all rows checked, bad ones named, good ones taken together."""
    path = Path(arguments.file)
    if not path.is_file():
        raise UsageError(f"{path} is no file")
    out.progress(f"reading {path.name}")
    feed = await read_feed(settings, settings.home, path, arguments.as_of)
    out.progress(f"comparing {len(feed.rows)} rows with what is known")
    found = await import_round(
        app,
        feed,
        is_dry_run=arguments.dry_run,
        is_guard_waived=arguments.yes_they_are_gone,
    )
    show_import(found, out, is_dry_run=arguments.dry_run)
    has_problems = bool(feed.errors or (found.result and found.result.problems))
    return 1 if found.refusal or has_problems else 0


def show_import(found: ImportReport, out: Output, *, is_dry_run: bool) -> None:
    """Print the difference, the problems, and what was done."""
    feed = found.feed
    out.line(
        f"{feed.source}: {len(feed.rows)} rows as of {feed.as_of} ({feed.as_of_source}), "
        f"{feed.passed_over} passed over, {len(feed.errors)} bad"
    )
    problems = [*feed.errors, *(found.result.problems if found.result else ())]
    for problem in problems:
        place = f"line {problem.line}, {problem.column}" if problem.line else problem.column
        out.line(f"  {place}: {problem.sentence}")
    differences = found.result.differences if found.result else ()
    out.table(
        f"{len(differences)} differences to the last ledger",
        ("account", "number", "what", "before", "after"),
        [
            (entry.account, entry.number, entry.kind.value, entry.before, entry.after)
            for entry in differences[:DIFFERENCES_SHOWN]
        ],
    )
    if found.refusal:
        out.line(f"refused, nothing was changed: {found.refusal}")
    elif is_dry_run:
        out.line("dry run: nothing was changed")
    else:
        out.line(f"taken: {found.accounts_changed} accounts changed")
    out.put(
        {
            "source": feed.source,
            "as_of": feed.as_of,
            "as_of_source": feed.as_of_source,
            "rows": len(feed.rows),
            "passed_over": feed.passed_over,
            "applied": found.is_applied,
            "refusal": found.refusal,
            "accounts_changed": found.accounts_changed,
            "problems": [asdict(problem) for problem in problems],
            "differences": [asdict(entry) for entry in differences],
        }
    )


async def import_folder(
    app: App, settings: Settings, home: Path, *, quiet_seconds: float = QUIET_SECONDS
) -> int:
    """Take in what lies in `ledger/`, oldest first; returns how many files were settled.

    A file that still grows is left for the next pass: its size is looked at again after
    `quiet_seconds`. Taken files go to `ledger/done`, refused ones to `ledger/refused`; the
    operator is told of every refusal and bad row. One that cannot be moved is read once, told of,
    and stops nothing; one that is taken away meanwhile is nobody's fault.
    """
    folder = home / "ledger"
    end_of_vanished(app, folder)
    found = sorted(folder.iterdir(), key=lambda entry: entry.name) if folder.is_dir() else []
    ledgers = [path for path in found if is_ledger(path)]
    if not ledgers:
        await note_all_gone(app)
    files = 0
    for path in ledgers:
        status = await still_status(path, quiet_seconds)
        if status is None or await is_stuck(app, path, status):
            continue
        files += await settle_file(app, settings, home, path, status)
    return files


def is_ledger(path: Path) -> bool:
    """Tell whether a file of the watched folder is a ledger."""
    is_named_so = path.suffix.lower() in LEDGER_ENDINGS and path.name != CONTACTS
    return is_named_so and not path.name.startswith(".") and path.is_file()


async def settle_file(
    app: App, settings: Settings, home: Path, path: Path, status: os.stat_result
) -> bool:
    """Read, import, tell and move one file; False where it was taken away before it was read.

    Raises:
        PeerError: The database is away: that says nothing of the file, which waits where it lies.
    """
    found: ImportReport | None = None
    refusal = sha256 = ""
    try:
        feed = await read_feed(settings, home, path, None)
        sha256 = feed.sha256
        found = await import_round(app, feed, is_watched=True)
        refusal = found.refusal
    except PeerError:
        raise
    except (DulyError, ValueError, OSError) as error:
        if not sha256 and not path.exists():
            app.log.info("ledger_file_gone", file=path.name)
            return False
        refusal = str(error)
    # Told before it is moved: a file that is cut off in between is found and told again.
    if found is not None:
        await tell_import(app, found)
    else:
        await tell_unreadable(app, path.name, status, refusal)
    if await is_moved(app, path, "refused" if refusal else "done", status) and sha256:
        await note_gone(app, sha256)
    return True


async def still_status(path: Path, quiet_seconds: float) -> os.stat_result | None:
    """Return a file's status once nobody writes it any more: same size after a moment.

    Returns:
        None where it still grows, or is taken away meanwhile.
    """
    try:
        before = path.stat()
        await asyncio.sleep(quiet_seconds)
        after = path.stat()
    except FileNotFoundError:
        return None
    return after if after.st_size == before.st_size else None


async def is_stuck(app: App, path: Path, status: os.stat_result) -> bool:
    """Tell whether the file was settled before and only waits to be moved; that is tried again."""
    for place in PLACES:
        if unmoved(path.name, place, status) in app.brakes.lasting:
            await is_moved(app, path, place, status)
            return True
    return False


async def is_moved(app: App, path: Path, place: str, status: os.stat_result) -> bool:
    """Move a settled file to its place; where that cannot be, tell once, and once a day by mail.

    Its content was taken or refused for good, by its digest: what lies there delays no letter.
    Another file that lies under its name by now was read by nobody, and waits for the next pass.
    """
    now = app.clock.now()
    matter, target = unmoved(path.name, place, status), path.parent / place
    try:
        target.mkdir(exist_ok=True)
        if not is_same(path.stat(), status):
            app.log.info("ledger_file_replaced", file=path.name)
            tell_over(app, matter, "ledger_file_moved", gone(path.name))
            return False
        path.rename(target / f"{now:%Y%m%dT%H%M%S}-{path.name}")
    except OSError as error:
        if not path.exists():
            # Whoever took it away has it: there is nothing left to move.
            tell_over(app, matter, "ledger_file_moved", gone(path.name))
            return True
        why = error.strerror or str(error)
        done = "was imported" if place == "done" else "was refused"
        says = (
            f"Ledger file {path.name} {done}, but cannot be moved to ledger/{place}: {why}. It is "
            "not taken a second time, and letters go on; make room for it there, or remove it."
        )
        tell_lasting(app, matter, "ledger_file_stuck", says)
        alarm = TellOperator(
            key=f"unmoved|{path.name}|{now.date().isoformat()}",
            subject=f"Ledger file {path.name} cannot be moved",
            lines=(says,),
        )
        await app.store.put_outgoing([alarm], now)
        return False
    says = f"Ledger file {path.name} lies in ledger/{place} now."
    tell_over(app, matter, "ledger_file_moved", says)
    return True


def is_same(found: os.stat_result, status: os.stat_result) -> bool:
    """Tell whether a file is still the one that was looked at, and nobody wrote to it."""
    is_untouched = (found.st_mtime_ns, found.st_size) == (status.st_mtime_ns, status.st_size)
    return is_untouched and os.path.samestat(found, status)


def end_of_vanished(app: App, folder: Path) -> None:
    """Tell that files which could not be moved, and were taken away or replaced, wait no more."""
    for matter in [one for one in app.brakes.lasting if one.startswith(f"{UNMOVED}|")]:
        _, place, _, _, name = matter.split("|", 4)
        try:
            status = (folder / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            tell_over(app, matter, "ledger_file_moved", gone(name))
            continue
        if unmoved(name, place, status) != matter:
            tell_over(app, matter, "ledger_file_moved", gone(name))


def gone(name: str) -> str:
    """Say that a file need not be moved any more."""
    return f"Ledger file {name} lies in the folder no longer: somebody took it away or changed it."


def unmoved(name: str, place: str, status: os.stat_result) -> str:
    """Name the trouble of this very file, not of another one under its name."""
    return f"{UNMOVED}|{place}|{status.st_mtime_ns}|{status.st_size}|{name}"


async def tell_unreadable(app: App, name: str, status: os.stat_result, why: str) -> None:
    """Tell the operator of a file that could not be read at all: once a day, as it is now."""
    now = app.clock.now()
    alarm = TellOperator(
        key=f"import|{name}|{status.st_mtime_ns}|{now.date().isoformat()}",
        subject=f"Ledger file {name} could not be read",
        lines=(why, "It lies in ledger/refused; nothing was changed. Mend it and put it back."),
    )
    says = f"Ledger file {name} could not be read: {why}. Nothing changed; mend it."
    tell(app, "ledger_unreadable", says)
    await app.store.put_outgoing([alarm], now)
