"""What a command prints: tables for people, one JSON value for machines.

Commands never print by themselves; they fill an `Output`, so that the same command can run in
this process or inside the daemon behind the socket.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | int | None
WIDTH_PLAIN = 140
PROGRESS_SECONDS = 0.25


@dataclass(slots=True)
class Output:
    """Collects lines and tables; `is_json` turns everything into one JSON value.

    `question` is set by a command that did nothing yet, because a person must say yes first;
    with `--yes` it goes on. Who prints the output asks it, where somebody sits there.
    `is_watched`: a person looks on while long work runs, and is shown how far it is.
    """

    is_json: bool = False
    width: int = WIDTH_PLAIN
    is_colour: bool = False
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    value: object = None
    question: str = ""
    is_watched: bool = False
    told_at: float = 0.0

    def progress(self, text: str) -> None:
        """Show how far long work is, a few times a second, on standard error."""
        now = time.monotonic()
        if self.is_watched and now - self.told_at >= PROGRESS_SECONDS:
            self.told_at = now
            sys.stderr.write(f"\r\033[K{text} …")
            sys.stderr.flush()

    def end_progress(self) -> None:
        """Take the line of progress away again."""
        if self.told_at:
            self.told_at = 0.0
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def line(self, text: str = "") -> None:
        """Add a line for people; not part of the JSON."""
        self.lines.append(text)

    def error(self, text: str) -> None:
        """Add a line for standard error."""
        self.errors.append(text)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Add a table; `put` its rows too where JSON should hold them."""
        # Loaded where a table is wanted: most commands print lines only.
        from rich.console import Console
        from rich.table import Table

        console = Console(
            file=io.StringIO(), width=self.width, force_terminal=self.is_colour, highlight=False
        )
        table = Table(title=title, title_justify="left", box=None, pad_edge=False, expand=False)
        for column in columns:
            is_number = column in {"open", "amount", "days", "letters", "total"}
            table.add_column(column, justify="right" if is_number else "left", overflow="fold")
        for row in rows:
            table.add_row(*("" if cell is None else escaped(str(cell)) for cell in row))
        console.print(table)
        assert isinstance(console.file, io.StringIO)
        self.lines.append(console.file.getvalue().rstrip("\n"))

    def put(self, value: object) -> None:
        """Set the JSON value."""
        self.value = value

    def text(self) -> str:
        """Return what goes to standard output."""
        if self.is_json:
            return json.dumps(self.value, indent=2, ensure_ascii=False, default=str) + "\n"
        return "".join(line + "\n" for line in self.lines)

    def error_text(self) -> str:
        """Return what goes to standard error."""
        return "".join(line + "\n" for line in self.errors)

    def flush(self) -> None:
        """Write everything to this process's streams."""
        sys.stdout.write(self.text())
        sys.stdout.flush()
        sys.stderr.write(self.error_text())
        sys.stderr.flush()

    def clear(self) -> None:
        """Forget what was printed already."""
        self.lines.clear()
        self.errors.clear()
        self.value, self.question = None, ""


def escaped(text: str) -> str:
    """Keep square brackets in customers' words from being read as markup."""
    return text.replace("[", "\\[")
