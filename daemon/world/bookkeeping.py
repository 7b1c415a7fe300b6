"""Accounting in a simulated world: what it exports, when, and how wrong that is.

It knows what every export said, and which one the product has taken: that, and not the
product's own memory, is what the outside laws hold letters against.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from daemon.application import App
from daemon.cli.working import read_feed
from daemon.core.calendar import BusinessCalendar
from daemon.ports import Store
from daemon.rounds.import_ledger import import_round, tell_import
from daemon.settings import Settings
from daemon.world.ledger import Book
from daemon.world.troubles import Fault, Troubles

LATE_PERCENT = 6
LATE_DAYS_MAX = 3
LOST_PERCENT = 4
LOST_SHARE = 60
WRONG_PERCENT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What a file says: the open minor units of every row that it lists, by number.

    `spoilt` is the number of a row that cannot be read; `is_confirmed`: nothing is lost in it.
    """

    sha256: str
    as_of: date
    open: dict[str, int]
    is_confirmed: bool
    spoilt: str = ""


@dataclass(slots=True, kw_only=True)
class Bookkeeping:
    """The exports. `taken` is the last that the product has taken, `offered` all that it saw.

    `known` is what the product must take for open after it: a row that could not be read keeps
    its amount. `late_until` keeps an export back; `is_ordered`: the next pass finds a file.
    """

    book: Book
    troubles: Troubles
    calendar: BusinessCalendar
    folder: Path
    is_ordered: bool = False
    as_of: date | None = None
    late_until: date | None = None
    taken: Export | None = None
    known: dict[str, int] = field(default_factory=dict)
    offered: dict[str, Export] = field(default_factory=dict)
    imports: int = 0

    def order(self, day: date) -> None:
        """Order the export of a business morning, unless accounting is late."""
        if self.late_until is not None and day < self.late_until:
            return
        dice = self.troubles.dice
        if self.troubles.has(Fault.LEDGER) and dice.falls(LATE_PERCENT, "ledger late", day):
            self.troubles.count("ledger late")
            self.late_until = day + timedelta(days=dice.between(1, LATE_DAYS_MAX, "late", day))
            return
        self.is_ordered = True
        self.as_of = day - timedelta(days=1)

    async def take(self, app: App, settings: Settings) -> int:
        """Export and import, as the watched folder does; the operator confirms what is true.

        The export stays ordered until an import has come to its end.
        """
        if not self.is_ordered or self.as_of is None:
            return 0
        on = self.as_of
        export, path = self.export(on)
        feed = await read_feed(settings, settings.home, path, None)
        found = await import_round(app, feed)
        if found.result is not None and found.result.refusal and export.is_confirmed:
            self.troubles.count("large import confirmed")
            found = await import_round(app, feed, is_guard_waived=True)
        elif found.refusal:
            self.troubles.count("import refused")
        await tell_import(app, found)
        self.is_ordered = False
        self.imports += 1
        return 1

    def export(self, as_of: date) -> tuple[Export, Path]:
        """Write the file of a day with its mistakes; the same day, the same file."""
        path = self.book.export(self.folder, as_of)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        listed = {row.number: row.open for row in self.book.listed(as_of)}
        dice, is_lost, spoilt = self.troubles.dice, False, ""
        if self.troubles.has(Fault.LEDGER):
            is_lost = dice.falls(LOST_PERCENT, "ledger lost", as_of)
            if is_lost:
                self.troubles.count("ledger lost rows")
                lines, listed = self.without_some(lines, listed, as_of)
            elif dice.falls(WRONG_PERCENT, "ledger wrong", as_of) and listed:
                self.troubles.count("ledger with a bad row")
                spoilt = dice.one_of(sorted(listed), "bad row", as_of)
                lines = self.with_bad_row(lines, spoilt)
        text = "".join(lines)
        path.write_text(text, encoding="utf-8")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        export = Export(
            sha256=sha256, as_of=as_of, open=listed, is_confirmed=not is_lost, spoilt=spoilt
        )
        self.offered[sha256] = export
        return export, path

    def without_some(
        self, lines: list[str], listed: dict[str, int], as_of: date
    ) -> tuple[list[str], dict[str, int]]:
        """Lose most rows of the file: somebody set a filter."""
        dice = self.troubles.dice
        gone = {number for number in listed if dice.falls(LOST_SHARE, "lost", number, as_of)}
        kept = [line for line in lines if not any(f",{number}," in line for number in gone)]
        return kept, {number: minor for number, minor in listed.items() if number not in gone}

    def with_bad_row(self, lines: list[str], number: str) -> list[str]:
        """Spoil the amount of one row: somebody typed over it."""
        found = []
        for line in lines:
            cells = line.split(",")
            if len(cells) > 8 and cells[2] == number:
                cells[8] = "n/a"
            found.append(",".join(cells))
        return found

    async def look(self, store: Store) -> None:
        """Find out which export the product has taken last."""
        latest = await store.latest_snapshot("kaltenberg")
        if latest is None or (self.taken is not None and latest.sha256 == self.taken.sha256):
            return
        self.taken = self.offered[latest.sha256]
        before = self.known.get(self.taken.spoilt)
        self.known = {
            number: minor
            for number, minor in self.taken.open.items()
            if number != self.taken.spoilt
        }
        if before is not None:
            self.known[self.taken.spoilt] = before
