"""Dunning procedures: ladders of levels, each with an anchor, a template and a tone.

A level's due date follows from its anchor: `issue+0d`, `due-7d`, `due+3bd`, `previous+10d`
(`d` calendar days, `bd` business days of the debtor's country), `final_notice.pay_by+3bd`.
The calendar that turns an anchor into a date is `calendar.py`; here is only the grammar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class AnchorFrom(StrEnum):
    """What a level's due date is counted from."""

    ISSUE = "issue"
    DUE = "due"
    PREVIOUS = "previous"
    PAY_BY = "pay_by"


class Tone(StrEnum):
    """How a level speaks."""

    FRIENDLY = "friendly"
    FIRM = "firm"


class LevelAction(StrEnum):
    """What a level does: send a letter, or hand a task to the rep."""

    LETTER = "letter"
    TASK = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """`offset` days (`is_business` says which kind) from `origin`.

    `level` names the level whose pay-by date is meant when `origin` is PAY_BY.
    """

    origin: AnchorFrom
    offset: int
    is_business: bool
    level: str | None = None

    def __str__(self) -> str:
        name = f"{self.level}.pay_by" if self.origin is AnchorFrom.PAY_BY else self.origin.value
        return f"{name}{self.offset:+d}{'bd' if self.is_business else 'd'}"


ANCHOR = re.compile(r"(?:(issue|due|previous)|([a-z][a-z0-9_]*)\.pay_by)([+-]\d{1,3})(bd|d)")


def parse_anchor(text: str) -> Anchor:
    """Read an anchor such as `due+3bd`.

    Raises:
        ValueError: The text is not an anchor; the message names the accepted forms.
    """
    match = ANCHOR.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"anchor {text!r}: write issue, due, previous or LEVEL.pay_by, a signed number of "
            "days, and d (calendar days) or bd (business days), as in due+3bd"
        )
    origin, level, offset, unit = match.groups()
    return Anchor(
        origin=AnchorFrom(origin) if origin else AnchorFrom.PAY_BY,
        offset=int(offset),
        is_business=unit == "bd",
        level=level,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A rung of a procedure. `pay_by_business_days` sets a new pay-by date in the letter."""

    name: str
    anchor: Anchor
    template: str
    tone: Tone = Tone.FRIENDLY
    action: LevelAction = LevelAction.LETTER
    is_enabled: bool = True
    needs_approval: bool = False
    is_escalated_sender: bool = False
    copies_escalation: bool = False
    attaches_pdf: bool = False
    attaches_statement: bool = False
    pay_by_business_days: int | None = None
    is_final_notice: bool = False
    is_delivery: bool = False


class Grouping(StrEnum):
    """How due invoices of one account are put into letters."""

    ACCOUNT = "account"
    LEVEL = "level"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """An ordered ladder of levels; only enabled levels count."""

    name: str
    levels: tuple[Level, ...]
    grouping: Grouping = Grouping.ACCOUNT

    @property
    def ladder(self) -> tuple[Level, ...]:
        """The enabled levels, in order."""
        return tuple(level for level in self.levels if level.is_enabled)

    def level(self, name: str) -> Level:
        """Return the level of that name.

        Raises:
            KeyError: No such level.
        """
        for level in self.levels:
            if level.name == name:
                return level
        raise KeyError(name)
