"""The law of levels: within an episode they rise one by one; what is early may be passed by.

Each invoice's rungs are kept as a short history of its own, apart from the product's fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from daemon.core import events as e
from daemon.core.house import House
from daemon.core.model import AccountFacts
from daemon.core.policy import Policy
from daemon.core.procedure import AnchorFrom, Level, Procedure
from daemon.core.state import Letter, LetterLine
from daemon.laws.findings import LawReport, Reports

LEVELS = "levels follow one another, in the window, a contact delay apart"


@dataclass(slots=True)
class Rungs:
    """One invoice's way: the levels done with the letters behind them, and one chosen next."""

    done: list[tuple[str, str]] = field(default_factory=list)
    episode: int = 1
    chosen: str | None = None


def check_levels(
    account: str, events: Sequence[e.Recorded], house: House, reports: Reports
) -> None:
    """Promise 3: within an episode levels rise, and none between two overdue ones is left out."""
    law = reports.law("levels", LEVELS)
    letters: dict[str, Letter] = {}
    ways: dict[str, Rungs] = {}
    procedure: Procedure | None = None
    for recorded in events:
        match recorded.event:
            case e.AccountListed(facts=facts):
                procedure = procedure_for(facts, house.policy)
            case e.LetterPlanned(letter=letter):
                letters[letter.key] = letter
            case e.SequenceEntered(number=number, advances=advances, entry_level=chosen):
                way = ways.setdefault(number, Rungs())
                way.done = [(done.level, done.letter) for done in advances]
                way.chosen = chosen
            case e.LevelSet(number=number, level=level):
                way = ways.setdefault(number, Rungs())
                way.done, way.chosen, way.episode = [], level, way.episode + 1
            case e.InvoiceReopened(number=number):
                ways.setdefault(number, Rungs()).episode += 1
            case e.TaskGiven(number=number, level=level):
                way = ways.setdefault(number, Rungs())
                way.done.append((level, ""))
                way.chosen = None
            case e.LetterAccepted(key=key):
                assert procedure is not None, "an account is listed before anything else"
                for line in letters[key].lines:
                    way = ways.setdefault(line.number, Rungs())
                    check_line(account, line, key, way, procedure, law)
            case e.LetterUndelivered(key=key):
                for line in letters[key].lines:
                    undo(ways.setdefault(line.number, Rungs()), line, key)
            case _:
                continue


def check_line(
    account: str, line: LetterLine, key: str, way: Rungs, procedure: Procedure, law: LawReport
) -> None:
    """Check one invoice's rise by an accepted letter, and note it."""
    if line.episode != way.episode:
        return
    because = broken_rise(line.level, way, procedure)
    law.check(because == "", account, f"{line.number} came to level {line.level}{because}")
    way.done.append((line.level, key))
    way.chosen = None


def broken_rise(level: str, way: Rungs, procedure: Procedure) -> str:
    """Say how the rise to `level` breaks the ladder; empty where it is right or unknowable."""
    places = {known.name: place for place, known in enumerate(procedure.levels)}
    if level not in places:
        return ""
    if way.chosen is not None and way.chosen in places:
        return "" if level == way.chosen else f", though {way.chosen} was to come next"
    reached = [places[name] for name, _ in way.done if name in places]
    if way.done and not reached:
        return ""
    before = max(reached, default=-1)
    if places[level] <= before:
        return f" after {procedure.levels[before].name}, which is no rise"
    left_out = [
        known.name
        for known in procedure.levels[before + 1 : places[level]]
        if known.is_enabled and not may_be_passed(known)
    ]
    return f" without {', '.join(left_out)}" if left_out else ""


def may_be_passed(level: Level) -> bool:
    """Tell whether a level belongs before the due date, so that time may pass it by."""
    anchor = level.anchor
    is_before_due = anchor.origin is AnchorFrom.DUE and anchor.offset <= 0
    return anchor.origin is AnchorFrom.ISSUE or is_before_due


def undo(way: Rungs, line: LetterLine, key: str) -> None:
    """A letter came back: its rung is open again, and comes next if it was the last."""
    if line.episode != way.episode or all(letter != key for _, letter in way.done):
        return
    if way.done[-1][1] == key:
        way.chosen = line.level
    way.done = [entry for entry in way.done if entry[1] != key]


def procedure_for(facts: AccountFacts, policy: Policy) -> Procedure:
    """Return the account's procedure: its own, its segment's, or the default."""
    known = {procedure.name: procedure for procedure in policy.procedures}
    for name in (facts.procedure, dict(policy.procedure_of_segment).get(facts.segment)):
        if name is not None and name in known:
            return known[name]
    return known[policy.default_procedure]
