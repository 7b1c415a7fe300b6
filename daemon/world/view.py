"""What the reader sees while the days go by: a live table on a terminal, else a line a day."""

from __future__ import annotations

import sys
from collections import deque
from typing import Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from daemon.core.money import Money
from daemon.world.story import DayLine

DAYS_SHOWN = 12
BAR_WIDTH = 60


class View(Protocol):
    """Shows one day after the other; a context that cleans the screen up."""

    def day(self, line: DayLine) -> None:
        """Show a day that is over."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def amounts(open_totals: tuple[Money, ...]) -> str:
    """Write what is open, one amount per currency."""
    return " + ".join(str(amount) for amount in open_totals) or "nothing"


class PlainView:
    """One line a day, for pipes and log files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()

    def day(self, line: DayLine) -> None:
        """Write the line at once."""
        sys.stdout.write(
            f"{line.on:%Y-%m-%d %a}  letters {line.letters:2d}  mails in {line.mails:2d}  "
            f"to reps {line.to_reps:2d}  holds {line.holds:2d}  open {amounts(line.open)}\n"
        )
        sys.stdout.flush()


class SilentView:
    """Nothing at all, where the output is for machines."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def day(self, line: DayLine) -> None:
        """Show nothing."""


class LiveView:
    """The last days as a table above a bar, redrawn in place."""

    def __init__(self, days: int) -> None:
        self.days = days
        self.played = 0
        self.last: deque[DayLine] = deque(maxlen=DAYS_SHOWN)
        self.letters = 0
        self.mails = 0
        self.live = Live(console=Console(), transient=True, auto_refresh=False)

    def __enter__(self) -> Self:
        self.live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.__exit__(None, None, None)

    def day(self, line: DayLine) -> None:
        """Draw the table anew."""
        self.played += 1
        self.letters += line.letters
        self.mails += line.mails
        self.last.append(line)
        self.live.update(Group(self.table(), self.bar()), refresh=True)

    def table(self) -> Table:
        """Return the last days."""
        table = Table(box=None, pad_edge=False)
        table.add_column("day")
        for column in ("letters", "mails in", "to reps", "holds"):
            table.add_column(column, justify="right")
        table.add_column("open")
        for line in self.last:
            table.add_row(
                f"{line.on:%Y-%m-%d %a}",
                str(line.letters or ""),
                str(line.mails or ""),
                str(line.to_reps or ""),
                str(line.holds or ""),
                amounts(line.open),
            )
        return table

    def bar(self) -> Group:
        """Return how far the story is."""
        words = f"day {self.played} of {self.days}: {self.letters} letters, {self.mails} mails in"
        bar = ProgressBar(total=self.days, completed=self.played, width=BAR_WIDTH)
        return Group(bar, Text(words))
