"""Which level of its procedure an invoice comes to next, and on which day.

Derived from facts, date and the letters accepted so far, never counted: a skipped day or a
late payment heals itself. No level is skipped and none is jumped to; only notices that belong
before the due date are passed by once it is over. Source: DESIGN §1 and §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from daemon.core.calendar import BusinessCalendar
from daemon.core.model import AccountFacts, Item
from daemon.core.policy import Policy
from daemon.core.procedure import Anchor, AnchorFrom, Level, Procedure
from daemon.core.state import Advance, Hold, Sequence, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDue:
    """The next level, the debtor's local date from which it is due, and the rule that says so.

    `is_overdue_level` is False for notices that belong before the due date.
    """

    level: Level
    due_on: date
    is_overdue_level: bool
    because: str


def procedure_of(facts: AccountFacts, policy: Policy) -> Procedure:
    """Return the account's procedure: its own, else its segment's, else the default.

    Raises:
        KeyError: The default procedure is not configured.
    """
    known = {procedure.name: procedure for procedure in policy.procedures}
    wanted = (facts.procedure, dict(policy.procedure_of_segment).get(facts.segment))
    for name in wanted:
        if name is not None and name in known:
            return known[name]
    return policy.procedure(policy.default_procedure)


def is_early(level: Level) -> bool:
    """Tell whether a level belongs before the due date: delivery, receipt check, pre-due."""
    anchor = level.anchor
    if anchor.origin is AnchorFrom.ISSUE:
        return True
    return anchor.origin is AnchorFrom.DUE and anchor.offset <= 0


def due_date(item: Item, calendar: BusinessCalendar) -> date:
    """Return the due date as it counts: on a day off, the next business day."""
    return calendar.roll_forward(item.due_on)


def next_level(
    sequence: Sequence,
    item: Item,
    holds: tuple[Hold, ...],
    procedure: Procedure,
    calendar: BusinessCalendar,
    policy: Policy,
    *,
    today: date,
    first_import_on: date | None = None,
    went_live_on: date | None = None,
) -> LevelDue | None:
    """Derive the next level of one invoice.

    Args:
        holds: All holds on the invoice or its account, live or ended by date.
        calendar: The debtor's calendar.
        today: The debtor's local date; early notices are passed by after the due date.
        first_import_on: Early notices dated before it never run; None = no such limit.
        went_live_on: A delivery runs only for invoices first seen on or after it.

    Returns:
        The level with the date from which it is due (possibly long past), or None where no
        level follows: closed, handed over, awaiting the owner at take-on, or past the last.
    """
    if sequence.stage in (Stage.CLOSED, Stage.HANDED_OVER) or not sequence.is_taken_on:
        return None
    ladder = procedure.ladder
    chosen = next((level for level in ladder if level.name == sequence.entry_level), None)
    if chosen is not None:
        return _due(chosen, sequence, item, holds, procedure, calendar, is_chosen=True)
    for level in _unsent(sequence, item, procedure, calendar):
        is_past = is_early(level) and _is_passed_by(
            level, item, calendar, policy, today, first_import_on, went_live_on
        )
        if not is_past:
            return _due(level, sequence, item, holds, procedure, calendar, is_chosen=False)
    return None


def _unsent(
    sequence: Sequence, item: Item, procedure: Procedure, calendar: BusinessCalendar
) -> tuple[Level, ...]:
    """Return the enabled levels above the highest one done."""
    if not sequence.advances:
        return procedure.ladder
    place = {level.name: index for index, level in enumerate(procedure.levels)}
    reached = [place[done.level] for done in sequence.advances if done.level in place]
    if reached:
        return tuple(level for level in procedure.ladder if place[level.name] > max(reached))
    last = sequence.advances[-1]
    return tuple(
        level
        for level in procedure.ladder
        if level.anchor.origin in (AnchorFrom.PREVIOUS, AnchorFrom.PAY_BY)
        or anchor_date(level, item, None, calendar) > last.on
    )


def _is_passed_by(
    level: Level,
    item: Item,
    calendar: BusinessCalendar,
    policy: Policy,
    today: date,
    first_import_on: date | None,
    went_live_on: date | None,
) -> bool:
    anchored = anchor_date(level, item, None, calendar)
    begins_on = item.issued_on or item.first_seen_on
    if today > due_date(item, calendar) or anchored < begins_on:
        return True
    if first_import_on is not None and anchored < first_import_on:
        return True
    if not level.is_delivery:
        return False
    if went_live_on is None or item.first_seen_on < went_live_on or item.issued_on is None:
        return True
    return (today - item.issued_on).days > policy.delivery_issued_days_max


def anchor_date(
    level: Level, item: Item, sequence: Sequence | None, calendar: BusinessCalendar
) -> date:
    """Turn a level's anchor into a date: overdue levels roll forward, early ones backward.

    `sequence` gives the previous letter and the pay-by date; without one both are the due
    date.
    """
    anchor = level.anchor
    due_on = due_date(item, calendar)
    advances = sequence.advances if sequence is not None else ()
    match anchor.origin:
        case AnchorFrom.ISSUE:
            return _offset(item.issued_on or item.first_seen_on, anchor, calendar)
        case AnchorFrom.DUE:
            if anchor.offset < 0:
                raw = _offset_back(due_on, anchor, calendar)
                return calendar.roll_backward(raw)
            return _offset(due_on, anchor, calendar)
        case AnchorFrom.PREVIOUS:
            return _offset(advances[-1].on if advances else due_on, anchor, calendar)
        case AnchorFrom.PAY_BY:
            return _offset(_pay_by(anchor, advances) or due_on, anchor, calendar)
        case _:
            assert_never(anchor.origin)


def _offset(start: date, anchor: Anchor, calendar: BusinessCalendar) -> date:
    if anchor.is_business:
        return calendar.add_business_days(start, anchor.offset)
    return calendar.roll_forward(start + timedelta(days=anchor.offset))


def _offset_back(start: date, anchor: Anchor, calendar: BusinessCalendar) -> date:
    if anchor.is_business:
        return calendar.add_business_days(start, anchor.offset)
    return start + timedelta(days=anchor.offset)


def _pay_by(anchor: Anchor, advances: tuple[Advance, ...]) -> date | None:
    """Return the pay-by date the anchor means: its level's, else the latest, else the letter's."""
    named = [done for done in advances if done.level == anchor.level] or list(advances)
    for done in reversed(named):
        if done.pay_by is not None:
            return done.pay_by
    return named[-1].on if named else None


def pay_by_of(level: Level, sequence: Sequence) -> date | None:
    """Return the pay-by date that a hand-over waits for, or None where the level has none."""
    if level.anchor.origin is not AnchorFrom.PAY_BY:
        return None
    return _pay_by(level.anchor, sequence.advances)


def _due(
    level: Level,
    sequence: Sequence,
    item: Item,
    holds: tuple[Hold, ...],
    procedure: Procedure,
    calendar: BusinessCalendar,
    *,
    is_chosen: bool,
) -> LevelDue:
    early = is_early(level)
    anchored = anchor_date(level, item, sequence, calendar)

    def due(on: date, because: str) -> LevelDue:
        return LevelDue(level=level, due_on=on, is_overdue_level=not early, because=because)

    if sequence.next_due_on is not None and not early:
        if is_chosen:
            because = f"{level.name} was chosen to come next, or is delivered again"
            return due(sequence.next_due_on, because)
        first_late_on = calendar.roll_forward(due_date(item, calendar) + timedelta(days=1))
        bound = anchored if level.anchor.origin is AnchorFrom.PAY_BY else first_late_on
        because = f"the promise was broken, so {level.name} follows at once"
        return due(max(sequence.next_due_on, bound), because)
    last = sequence.advances[-1] if sequence.advances else None
    if last is None or early:
        return due(anchored, f"{level.name} is due {level.anchor}: {anchored.isoformat()}")
    gap = _gap(last, level, anchored, item, procedure, calendar)
    rested = has_rested(sequence, holds, last.on)
    if sequence.gap_runs_from is not None:
        counted = calendar.roll_forward(sequence.gap_runs_from + gap)
        if counted > anchored:
            return due(counted, "the reader was away, so the gap runs from the return")
    elif rested:
        counted = calendar.roll_forward(last.on + gap)
        if counted > anchored:
            return due(counted, "after a hold the gap runs from the last letter")
    return due(anchored, f"{level.name} is due {level.anchor}: {anchored.isoformat()}")


def _gap(
    last: Advance,
    level: Level,
    anchored: date,
    item: Item,
    procedure: Procedure,
    calendar: BusinessCalendar,
) -> timedelta:
    """Return the procedure's gap between two levels, as this invoice's dates give it."""
    if level.anchor.origin is AnchorFrom.PREVIOUS:
        return max(anchored - last.on, timedelta(0))
    before = next((known for known in procedure.levels if known.name == last.level), None)
    relative = (AnchorFrom.PREVIOUS, AnchorFrom.PAY_BY)
    if (
        before is None
        or level.anchor.origin is AnchorFrom.PAY_BY
        or before.anchor.origin in relative
    ):
        return timedelta(0)
    return max(anchored - anchor_date(before, item, None, calendar), timedelta(0))


def has_rested(sequence: Sequence, holds: tuple[Hold, ...], since: date) -> bool:
    """Tell whether the invoice has been under a hold at any time after `since`.

    `holds` are all holds on it or on its account, live or ended.
    """
    if sequence.rested_on is not None and sequence.rested_on >= since:
        return True
    return any(hold.until_on is None or hold.until_on >= since for hold in holds)
