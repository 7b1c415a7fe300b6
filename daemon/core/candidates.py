"""Which invoices have a level due, which of them may go, and which go into one letter.

Grouping follows the procedure; a final notice is always its own letter. At most one group goes
at a time: the contact delay spaces the rest. Source: DESIGN §2 (grouping, no blast).
"""

from __future__ import annotations

from dataclasses import dataclass

from daemon.core.blockers import invoice_blockers
from daemon.core.conditions import Conditions
from daemon.core.letters import Blocker
from daemon.core.levels import LevelDue
from daemon.core.model import Item
from daemon.core.procedure import Grouping, Level, LevelAction, Procedure
from daemon.core.state import LetterStage, Sequence, Stage
from daemon.core.view import View, level_due

# The whole list is for `explain`; planning needs no more of what is not due.
NOT_YET = (Blocker(name="not_due", because="the next level is not due yet"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An open invoice with its next level and what blocks it, in full once the level is due."""

    item: Item
    entry: Sequence
    following: LevelDue
    blockers: tuple[Blocker, ...]

    @property
    def level(self) -> Level:
        """The level that comes next."""
        return self.following.level

    @property
    def is_ready(self) -> bool:
        """Whether nothing of the invoice itself stands in the way."""
        return not self.blockers

    @property
    def is_task(self) -> bool:
        """Whether the level is a task for the rep."""
        return self.level.action is LevelAction.TASK


def candidates_of(view: View, conditions: Conditions) -> tuple[Candidate, ...]:
    """Return every open invoice that has a next level, ordered by number."""
    found: list[Candidate] = []
    for item in view.open_invoices():
        entry = view.entries[item.number]
        if entry.stage is Stage.HANDED_OVER:
            continue
        following = level_due(view, item, conditions.first_import_on, conditions.went_live_on)
        if following is None:
            continue
        is_due = following.due_on <= view.today
        blockers = invoice_blockers(view, item, following, conditions) if is_due else NOT_YET
        found.append(Candidate(item=item, entry=entry, following=following, blockers=blockers))
    return tuple(found)


def drafted(view: View) -> frozenset[str]:
    """Return the invoices that a standing draft already speaks of."""
    return frozenset(
        line.number
        for letter in view.state.letters
        if letter.stage is LetterStage.DRAFT
        for line in letter.lines
    )


def rank(procedure: Procedure, level: Level) -> int:
    """Return how severe a level is: its place on the ladder."""
    names = [known.name for known in procedure.levels]
    return names.index(level.name) if level.name in names else -1


def choose_group(procedure: Procedure, ready: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return the candidates of the one letter that goes first; the severest level leads."""
    if not ready:
        return ()
    ordered = sorted(
        ready,
        key=lambda candidate: (
            -rank(procedure, candidate.level),
            candidate.item.due_on,
            candidate.item.number,
        ),
    )
    finals = tuple(candidate for candidate in ordered if candidate.level.is_final_notice)
    if finals:
        return finals
    leading = ordered[0]
    match procedure.grouping:
        case Grouping.ACCOUNT:
            return tuple(ordered)
        case Grouping.LEVEL:
            return tuple(known for known in ordered if known.level.name == leading.level.name)
        case Grouping.INVOICE:
            return (leading,)
