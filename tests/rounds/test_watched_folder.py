"""The watched folder: files that cannot be moved, or are taken away while they are in hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any, cast

from daemon.adapters.log import open_log
from daemon.application import App, Brakes
from daemon.cli.working import import_folder
from daemon.ports import Commit, Snapshot
from daemon.settings import load_settings
from daemon.store import TortoiseStore
from daemon.world.home import write_home
from tests.rounds.conftest import Desk

LEDGER = (
    "As of 2026-06-10\n"
    "account,name,number,kind,issued,due,currency,total,open,email,country,language\n"
    "4711,Buyer,A,invoice,2026-05-01,2026-06-01,EUR,100.00,{open},ap@buyer.test,DE,en\n"
)


class Folder:
    """A home with a watched folder; `told` are the events of its log at each look."""

    def __init__(self, desk: Desk, home: Path) -> None:
        write_home(home, 1, 25, 143)
        self.home, self.settings, self.lines = home, load_settings(home), StringIO()
        log = open_log(level="info", stream=self.lines)
        self.app: App = replace(desk.app, house=self.settings.house(), log=log)

    def put(self, name: str, amount: str = "100.00") -> Path:
        """Lay a ledger into the folder."""
        path = self.home / "ledger" / name
        path.write_text(LEDGER.format(open=amount), encoding="utf-8")
        return path

    def block(self) -> Path:
        """Lay a file where the folder of taken ledgers should be."""
        done = self.home / "ledger" / "done"
        done.rmdir()
        done.write_text("no folder", encoding="utf-8")
        return done

    async def look(self, app: App | None = None, quiet_seconds: float = 0) -> int:
        """Take in what lies there."""
        return await import_folder(
            app or self.app, self.settings, self.home, quiet_seconds=quiet_seconds
        )

    def told(self) -> list[str]:
        """Return the events since the last look at them."""
        events = [json.loads(line)["event"] for line in self.lines.getvalue().splitlines()]
        self.lines.truncate(0)
        self.lines.seek(0)
        return events

    def refused(self) -> list[str]:
        """Return the names of the files that were refused."""
        return [path.name for path in (self.home / "ledger" / "refused").glob("*.csv")]


async def test_a_stuck_file_that_is_removed_is_stuck_no_longer(desk: Desk, tmp_path: Path) -> None:
    """Told once that it cannot be moved, the operator removes it: told once that this is over.

    The same bytes, put there again, are known then.
    """
    folder = Folder(desk, tmp_path / "home")
    done, path = folder.block(), folder.put("open.csv")
    await folder.look()
    await folder.look()
    before = folder.told()
    path.unlink()
    done.unlink()
    await folder.look()
    await folder.look()
    after = folder.told()
    folder.put("open.csv")
    await folder.look()

    assert ["ledger_imported", "ledger_file_stuck"] == before
    assert (["ledger_file_moved"], set()) == (after, folder.app.brakes.lasting)
    assert ["ledger_problems"] == folder.told()
    assert 1 == len(folder.refused())


async def test_a_stuck_file_that_is_replaced_is_another_one(desk: Desk, tmp_path: Path) -> None:
    """A newer ledger under the same name is taken, and is the one that is stuck."""
    folder = Folder(desk, tmp_path / "home")
    folder.block()
    folder.put("open.csv")
    await folder.look()
    folder.told()
    folder.put("open.csv", "60.00").touch()
    await folder.look()

    assert ["ledger_file_moved", "ledger_imported", "ledger_file_stuck"] == folder.told()
    assert 1 == len(folder.app.brakes.lasting)


async def test_a_file_that_was_stuck_before_a_restart_is_not_refused(
    desk: Desk, tmp_path: Path
) -> None:
    """Two ledgers are taken and cannot be moved; then Duly starts anew: neither is a known one."""
    folder = Folder(desk, tmp_path / "home")
    done = folder.block()
    folder.put("1.csv")
    folder.put("2.csv", "60.00")
    await folder.look()
    folder.told()
    folder.app = replace(folder.app, brakes=Brakes())
    await folder.look()
    again = folder.told()
    done.unlink()
    await folder.look()

    assert ["ledger_file_stuck"] * 2 == again
    assert (["ledger_file_moved"] * 2, []) == (folder.told(), folder.refused())
    assert 2 == len(list(done.iterdir()))


@dataclass
class Taking:
    """A store; as soon as an import is applied somebody takes the file away."""

    store: TortoiseStore
    path: Path

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Apply it, and take the file away."""
        await self.store.apply_import(snapshot, commits, now)
        self.path.unlink()


async def test_a_file_taken_away_once_it_was_imported_is_no_fault(
    desk: Desk, tmp_path: Path
) -> None:
    """Its rows are taken; nothing is left to move, and nothing is told."""
    folder = Folder(desk, tmp_path / "home")
    path = folder.put("open.csv")
    store = cast(Any, Taking(desk.store, path))
    files = await folder.look(replace(folder.app, store=store))

    assert (1, ["ledger_imported"]) == (files, folder.told())
    assert set() == folder.app.brakes.lasting


@dataclass
class Replacing(Taking):
    """A store; as soon as the first import is applied a newer file lies under the same name."""

    newer: str

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Apply it, and lay the newer file over the older one."""
        await self.store.apply_import(snapshot, commits, now)
        beside = self.path.with_suffix(".part")
        beside.write_text(self.newer, encoding="utf-8")
        beside.rename(self.path)


async def test_a_file_replaced_while_it_is_imported_is_taken_by_the_next_pass(
    desk: Desk, tmp_path: Path
) -> None:
    """The newer ledger was read by nobody: it is not moved to the taken ones, but imported."""
    folder = Folder(desk, tmp_path / "home")
    path = folder.put("open.csv")
    store = cast(Any, Replacing(desk.store, path, LEDGER.format(open="60.00")))
    await folder.look(replace(folder.app, store=store))
    lies = path.exists()
    await folder.look()

    assert (True, []) == (lies, folder.refused())
    assert ["ledger_imported", "ledger_file_replaced", "ledger_imported"] == folder.told()
    assert not path.exists()
    assert 1 == len(list((folder.home / "ledger" / "done").glob("*.csv")))


async def test_a_file_taken_away_while_it_is_watched_is_passed_over(
    desk: Desk, tmp_path: Path
) -> None:
    """It is gone before anybody knows whether it still grows; the next one is taken."""
    folder = Folder(desk, tmp_path / "home")
    first = folder.put("1.csv")
    folder.put("2.csv", "60.00")
    looking = asyncio.create_task(folder.look(quiet_seconds=0.05))
    await asyncio.sleep(0)
    first.unlink()

    assert 1 == await looking
    assert ["ledger_imported"] == folder.told()
