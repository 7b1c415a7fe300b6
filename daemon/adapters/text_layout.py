"""Plain text laid out for a fixed width: paragraphs, lists, tables, sums.

Nothing here knows a letter's meaning; widths count characters. A table that does not fit is
told row by row instead, so that no mail program breaks its lines.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

TEXT_WIDTH = 76
TABLE_WIDTH = 78
LEFT_ALIGNED = frozenset({"number", "issued", "due"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text, or a list where `items` is not empty (then no text)."""

    text: str
    items: tuple[str, ...] = ()


def paragraphs(said: str) -> tuple[Paragraph, ...]:
    """Split at blank lines; a paragraph whose lines all begin with `- ` is a list."""
    found = []
    for chunk in re.split(r"\n[ \t]*\n", said.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Paragraph("", tuple(line[2:].strip() for line in lines)))
        elif lines:
            found.append(Paragraph(" ".join(lines)))
    return tuple(found)


def wrapped(said: str, width: int = TEXT_WIDTH) -> str:
    """Break paragraphs and lists at `width`; long words such as links stay whole."""
    parts = []
    for paragraph in paragraphs(said):
        if paragraph.items:
            parts.append("\n".join(fold(item, width, "- ", "  ") for item in paragraph.items))
        else:
            parts.append(fold(paragraph.text, width))
    return "\n\n".join(parts)


def fold(text: str, width: int = TEXT_WIDTH, first: str = "", rest: str = "") -> str:
    """Break one paragraph; `first` and `rest` stand before its first and further lines."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(rows: Sequence[Sequence[tuple[str, str, str]]], notes: Sequence[str]) -> str:
    """Align rows in columns.

    Args:
        rows: Per row its cells as (column name, heading, value). All rows have the same
            columns; a column that is empty in every row is left out.
        notes: Per row a line to stand below it, or "".

    Returns:
        A table of at most 78 columns, or, where that is too narrow, one paragraph per row.
    """
    if not rows:
        return ""
    shown = [place for place in range(len(rows[0])) if any(cells[place][2] for cells in rows)]
    widths = [max(len(cells[place][2]) for cells in rows) for place in shown]
    widths = [max(w, len(rows[0][place][1])) for w, place in zip(widths, shown, strict=True)]
    for gap in ("  ", " "):
        if sum(widths) + len(gap) * (len(widths) - 1) <= TABLE_WIDTH:
            return _columns(rows, notes, shown, widths, gap)
    return _stacked(rows, notes, shown)


def _columns(
    rows: Sequence[Sequence[tuple[str, str, str]]],
    notes: Sequence[str],
    shown: Sequence[int],
    widths: Sequence[int],
    gap: str,
) -> str:
    def line(cells: Sequence[tuple[str, str, str]], part: int) -> str:
        return gap.join(
            cells[place][part].ljust(width)
            if cells[place][0] in LEFT_ALIGNED
            else cells[place][part].rjust(width)
            for place, width in zip(shown, widths, strict=True)
        ).rstrip()

    heading = line(rows[0], 1)
    lines = [heading, "-" * (sum(widths) + len(gap) * (len(widths) - 1))]
    for cells, note in zip(rows, notes, strict=True):
        lines.append(line(cells, 2))
        if note:
            lines.append(fold(note, TABLE_WIDTH, "  ", "  "))
    return "\n".join(lines)


def _stacked(
    rows: Sequence[Sequence[tuple[str, str, str]]], notes: Sequence[str], shown: Sequence[int]
) -> str:
    parts = []
    for cells, note in zip(rows, notes, strict=True):
        pairs = [(cells[place][1], cells[place][2]) for place in shown if cells[place][2]]
        lines = [": ".join(pairs[0])]
        lines.append(labelled(pairs[1:], indent="  "))
        if note:
            lines.append(fold(note, TEXT_WIDTH, "  ", "  "))
        parts.append("\n".join(line for line in lines if line))
    return "\n\n".join(parts)


def labelled(pairs: Sequence[tuple[str, str]], indent: str = "  ") -> str:
    """Put labels and values in two columns; pairs without a value are left out."""
    kept = [(label, value) for label, value in pairs if value]
    width = max((len(label) for label, _ in kept), default=0)
    return "\n".join(f"{indent}{label.ljust(width)}  {value}" for label, value in kept)


def sums(lines: Sequence[tuple[str, str]]) -> str:
    """Set amounts below each other, right-aligned, with a rule above the last one."""
    label_width = max((len(label) for label, _ in lines), default=0)
    label_width = min(label_width, 54)
    amount_width = max((len(amount) for _, amount in lines), default=0)
    shown = []
    for place, (label, amount) in enumerate(lines):
        if place and place == len(lines) - 1:
            shown.append(" " * (label_width + 2) + "-" * amount_width)
        folded = fold(label, label_width).split("\n")
        shown.extend(folded[:-1])
        shown.append(f"{folded[-1].ljust(label_width)}  {amount.rjust(amount_width)}")
    return "\n".join(shown)
