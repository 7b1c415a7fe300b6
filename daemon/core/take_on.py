"""Taking on an old ledger without a blast: where an invoice enters its procedure.

What the old system says (`last_level`, `last_letter_on`) wins. Else age decides, and what is
very old waits for its owner. Source: DESIGN §2 (take-on).
"""

from __future__ import annotations

from datetime import date

from daemon.core.calendar import BusinessCalendar
from daemon.core.events import SequenceEntered
from daemon.core.levels import due_date, is_early
from daemon.core.model import Item
from daemon.core.policy import Policy
from daemon.core.procedure import Level, LevelAction, Procedure
from daemon.core.state import Advance


def enter(
    item: Item,
    procedure: Procedure,
    calendar: BusinessCalendar,
    policy: Policy,
    *,
    as_of: date,
    today: date,
    is_take_on: bool,
) -> SequenceEntered:
    """Decide where an invoice begins.

    Args:
        item: The invoice as the ledger states it, with what the old system said of it.
        as_of: The ledger's date; stands for a last letter whose day nobody gave.
        today: The debtor's local date, to which days overdue count.
        is_take_on: Whether this is the first ledger; later invoices begin at the bottom.
    """
    imported = next((level for level in procedure.levels if level.name == item.last_level), None)
    if imported is not None:
        done = _done(imported, item.last_letter_on or as_of, calendar)
        return _entered(item, None, (done,), f"the old system last sent {imported.name}")
    overdue_days = (today - due_date(item, calendar)).days
    letters = [
        level
        for level in procedure.ladder
        if not is_early(level) and level.action is LevelAction.LETTER
    ]
    if not is_take_on or item.replaces or overdue_days <= 0 or not letters:
        because = "it is new" if not item.replaces else f"it replaces {item.replaces}"
        return _entered(item, None, (), because)
    if overdue_days > policy.take_on_reminder_days_max:
        because = f"{overdue_days} days overdue at take-on: the owner decides first"
        return SequenceEntered(
            number=item.number, entry_level=None, advances=(), awaits_owner=True, because=because
        )
    place = 0 if overdue_days <= policy.take_on_inquiry_days_max else min(1, len(letters) - 1)
    advances: tuple[Advance, ...] = ()
    if item.last_letter_on is not None and place > 0:
        advances = (_done(letters[place - 1], item.last_letter_on, calendar),)
    because = f"{overdue_days} days overdue at take-on: it begins with {letters[place].name}"
    return _entered(item, letters[place].name, advances, because)


def _done(level: Level, on: date, calendar: BusinessCalendar) -> Advance:
    days = level.pay_by_business_days
    pay_by = calendar.add_business_days(on, days) if days is not None else None
    return Advance(level=level.name, on=on, pay_by=pay_by)


def _entered(
    item: Item, level: str | None, advances: tuple[Advance, ...], because: str
) -> SequenceEntered:
    return SequenceEntered(
        number=item.number,
        entry_level=level,
        advances=advances,
        awaits_owner=False,
        because=because,
    )
