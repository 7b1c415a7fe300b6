"""Planning over 100,000 open invoices, 5% due, beside hand-written SQL on the same file.

    python -m bench.planning [--invoices 100000] [--rounds 5] [--json]

Ours: one planning pass of the product (`plan_round`): select due accounts, decide in the core,
append events, write letters to the outbox, commit. Peer: one hand-written, set-based SQL
statement that selects the same due invoices with their totals per account, on the same SQLite
file; it decides nothing and writes nothing, so the ratio is an upper bound of our overhead.
Ours and the peer run in turn, each round on a fresh copy of the file. Printed: median, minimum
and maximum of both, the ratio of the medians, peak memory, and a pass with nothing due.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import resource
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from bench.house import default_house
from daemon.adapters.clock import VirtualClock
from daemon.adapters.log import open_log
from daemon.adapters.rate import RateLimits
from daemon.application import App, Delivery, Stationery
from daemon.core.events import AccountListed, Event, ItemsChanged, SequenceEntered
from daemon.core.house import House
from daemon.core.model import AccountFacts, Contact, Item, ItemKind
from daemon.core.money import Money
from daemon.ports import Commit, Parser, Snapshot, Store, Submission
from daemon.rounds.gather import MODE, WENT_LIVE_ON
from daemon.rounds.plan import plan_round
from daemon.store.store import open_store

TODAY = date(2026, 6, 4)
NOW = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
DUE_NOW = date(2026, 6, 1)
DUE_SHARE = 0.05
SECRET = b"a secret of the benchmark, 32 b."
PEER = """
    SELECT a.id, i.currency, COUNT(*), SUM(i.open_minor), MIN(i.due_on)
    FROM invoice AS i JOIN account AS a ON a.id = i.account
    WHERE i.is_open = 1 AND i.due_on <= ?
    GROUP BY a.id, i.currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Seconds of every round, ours and the peer's, and what was found."""

    ours: list[float]
    peer: list[float]
    nothing_due: list[float]
    changed: int
    letters: int
    peer_rows: int
    peak_mib: float


def accounts_of(invoices: int, seed: int) -> list[list[date]]:
    """Return, per account, the due dates of its invoices: 5% are due for a level today."""
    chance = random.Random(seed)
    accounts: list[list[date]] = []
    left = invoices
    while left > 0:
        size = min(left, chance.choice((1, 1, 2, 2, 3, 4, 7)))
        is_due = chance.random() < DUE_SHARE
        due = DUE_NOW if is_due else TODAY + timedelta(days=chance.randint(30, 60))
        accounts.append([due] * size)
        left -= size
    return accounts


def commit_of(number: int, dues: list[date], house: House, snapshot: str) -> Commit:
    """Return the creation of one account with its invoices."""
    creditor = house.creditor
    reference = f"D{number:06d}"
    facts = AccountFacts(
        creditor=creditor.key,
        reference=reference,
        name=f"Debtor {number} GmbH",
        country="DE",
        zone="Europe/Berlin",
        language="de",
        owner=house.reps.default,
    )
    contact = Contact(address=f"ap@debtor{number}.example")
    items = tuple(
        Item(
            number=f"INV-{number:06d}-{place}",
            kind=ItemKind.INVOICE,
            issued_on=due - timedelta(days=30),
            due_on=due,
            total=Money(100_00 + place, "EUR"),
            open=Money(100_00 + place, "EUR"),
            first_seen_on=TODAY - timedelta(days=40),
        )
        for place, due in enumerate(dues)
    )
    entered: tuple[Event, ...] = tuple(
        SequenceEntered(
            number=item.number,
            entry_level=None,
            advances=(),
            awaits_owner=False,
            because="first seen before it was due",
        )
        for item in items
    )
    listed = AccountListed(snapshot=snapshot, facts=facts, contacts=(contact,))
    changed = ItemsChanged(snapshot=snapshot, as_of=TODAY, items=items)
    return Commit(
        account=f"{creditor.key}/{reference}",
        expected=0,
        events=(listed, changed, *entered),
        next_action_at=NOW if dues[0] == DUE_NOW else NOW + timedelta(days=20),
    )


def build_app(store: Store, house: House) -> App:
    """Wire what planning needs; the wires out and in are never touched by it."""
    return App(
        house=house,
        store=store,
        clock=VirtualClock(NOW),
        parser=cast(Parser, None),
        submission=cast(Submission, None),
        inbounds=(),
        stationery=cast(Stationery, None),
        pace=RateLimits(),
        log=open_log(level="error"),
        delivery=Delivery(),
    )


async def fill(path: Path, invoices: int, house: House) -> float:
    """Make the database; returns the seconds of the import's transaction."""
    store = await open_store(f"sqlite:///{path}", secret=SECRET)
    snapshot = Snapshot(
        id="bench",
        creditor=house.creditor.key,
        feed="open_items",
        source="generated",
        sha256="0" * 64,
        as_of=TODAY,
        imported_at=NOW,
        rows=invoices,
    )
    commits = [
        commit_of(number, dues, house, snapshot.id)
        for number, dues in enumerate(accounts_of(invoices, seed=1))
    ]
    began = time.perf_counter()
    await store.apply_import(snapshot, commits, NOW)
    took = time.perf_counter() - began
    await store.set_fact(MODE, "live")
    await store.set_fact(WENT_LIVE_ON, (TODAY - timedelta(days=40)).isoformat())
    await store.checked("inbox", NOW)
    await store.close()
    return took


async def plan_once(path: Path, house: House) -> tuple[float, float, int]:
    """Run one planning pass, then one with nothing due; returns both and the changed accounts."""
    store = await open_store(f"sqlite:///{path}", secret=SECRET)
    app = build_app(store, house)
    began = time.perf_counter()
    changed = await plan_round(app)
    took = time.perf_counter() - began
    began = time.perf_counter()
    await plan_round(app)
    idle = time.perf_counter() - began
    await store.close()
    return took, idle, changed


def select_once(path: Path) -> tuple[float, int]:
    """Run the hand-written SQL; returns its seconds and its rows."""
    connection = sqlite3.connect(path)
    began = time.perf_counter()
    rows = connection.execute(PEER, (DUE_NOW.isoformat(),)).fetchall()
    took = time.perf_counter() - began
    connection.close()
    return took, len(rows)


def count_letters(path: Path) -> int:
    """Count the letters in the outbox."""
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT COUNT(*) FROM outgoing WHERE kind = 'letter'").fetchone()
    connection.close()
    return int(count)


async def measure(invoices: int, rounds: int) -> tuple[float, Figures]:
    """Fill a database once, then measure in turn on fresh copies of it."""
    house = default_house()
    house = replace(house, policy=replace(house.policy, daily_letters_max=invoices))
    with tempfile.TemporaryDirectory() as folder:
        origin = Path(folder) / "origin.db"
        import_seconds = await fill(origin, invoices, house)
        figures = Figures(
            ours=[], peer=[], nothing_due=[], changed=0, letters=0, peer_rows=0, peak_mib=0.0
        )
        for place in range(rounds):
            path = Path(folder) / f"round{place}.db"
            shutil.copy(origin, path)
            peer, rows = select_once(path)
            took, idle, changed = await plan_once(path, house)
            figures.ours.append(took)
            figures.peer.append(peer)
            figures.nothing_due.append(idle)
            figures = replace(figures, changed=changed, letters=count_letters(path), peer_rows=rows)
            path.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return import_seconds, replace(figures, peak_mib=peak)


def spread(values: list[float]) -> str:
    """Return median, minimum and maximum in seconds."""
    return f"{statistics.median(values):.3f} s ({min(values):.3f} to {max(values):.3f})"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="planning beside hand-written SQL")
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    import_seconds, found = asyncio.run(measure(arguments.invoices, arguments.rounds))
    ratio = statistics.median(found.ours) / statistics.median(found.peer)
    if arguments.json:
        print(json.dumps({"ours": found.ours, "peer": found.peer, "peak_mib": found.peak_mib}))
        return 0
    print(f"{arguments.invoices} open invoices on SQLite (WAL, FULL), {found.peer_rows} groups due")
    print(f"python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]}")
    print(f"import, one transaction    {import_seconds:.1f} s")
    print(f"planning pass (ours)       {spread(found.ours)}")
    print(f"selection in SQL (peer)    {spread(found.peer)}")
    print(f"ratio ours / peer          {ratio:.1f}")
    print(f"accounts changed, letters  {found.changed}, {found.letters}")
    print(f"pass with nothing due      {spread(found.nothing_due)}")
    print(f"peak memory, import too    {found.peak_mib:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
