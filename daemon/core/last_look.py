"""The last look: is the planned letter still the one that would go now?

Used by planning, to withdraw what the facts have overtaken, and in the transaction that
commits `transmitting`. Every blocker is checked again. Source: DESIGN §2.
"""

from __future__ import annotations

from datetime import date, datetime

from daemon.core.blockers import (
    account_blockers,
    approval_blockers,
    invoice_blockers,
    world_blockers,
)
from daemon.core.breaker import judge_rise
from daemon.core.compose_letter import Draft, compose_draft, fingerprint
from daemon.core.conditions import Conditions
from daemon.core.contacts import choose_recipient
from daemon.core.house import House
from daemon.core.letters import Blocker, LetterContent
from daemon.core.model import Contact
from daemon.core.state import AccountState, Letter, LetterStage
from daemon.core.view import View, level_due, view_of

# Business days that a letter's reader must have, however long approval or delivery took.
PAY_BY_DAYS_LEFT_MIN = 2


def compose(state: AccountState, letter: Letter, house: House) -> LetterContent:
    """Compose a planned letter again from the account as it stands.

    Same state, same letter: days overdue count to the letter's business date.

    Raises:
        KeyError: Its level is no longer in the procedure.
    """
    view = view_of(state, house, letter.planned_at)
    return _compose(view, letter)


def _compose(view: View, letter: Letter) -> LetterContent:
    known = (contact for contact in view.state.contacts if contact.address == letter.recipient)
    return compose_draft(
        view,
        Draft(
            level=view.procedure.level(letter.level),
            recipient=next(known, Contact(address=letter.recipient)),
            rows=tuple((line.number, line.level) for line in letter.lines),
            business_date=letter.business_date,
            pay_by=letter.pay_by,
        ),
    )


def last_look(
    state: AccountState, key: str, conditions: Conditions, house: House, now: datetime
) -> tuple[Blocker, ...]:
    """Return every reason why a queued letter may not leave at `now`; empty = it may.

    `blockers.lasting` tells which of them it cannot wait out.
    """
    letter = state.letter(key)
    if letter is None:
        return (Blocker(name="not_planned", because="no such letter was planned", evidence=key),)
    if letter.stage is not LetterStage.QUEUED:
        because = f"the letter is {letter.stage.replace('_', ' ')}, not queued"
        return (Blocker(name="not_queued", because=because, evidence=key),)
    view = view_of(state, house, now)
    return (
        *approval_blockers(letter),
        *letter_faults(view, letter, conditions),
        *account_blockers(view, conditions, kind=letter.kind, own_key=key),
        *world_blockers(conditions, house, now),
    )


def letter_faults(view: View, letter: Letter, conditions: Conditions) -> tuple[Blocker, ...]:
    """Return how a planned letter differs from the one that would be composed now."""
    found: list[Blocker] = []
    for line in letter.lines:
        item, entry = view.items.get(line.number), view.entries.get(line.number)
        if item is None or entry is None or entry.episode != line.episode:
            found.append(_changed("the invoice is not what it was", letter, line.number))
            continue
        following = level_due(view, item, conditions.first_import_on, conditions.went_live_on)
        if following is not None and following.level.name != line.level:
            because = f"its next level is now {following.level.name}, not {line.level}"
            found.append(_changed(because, letter, line.number))
        found.extend(invoice_blockers(view, item, following, conditions, own_key=letter.key))
    if found:
        return tuple(found)
    found.extend(_recipient_faults(view, letter))
    if all(known.name != letter.level for known in view.procedure.levels):
        return (_changed(f"there is no level {letter.level} any more", letter, ""),)
    if not found and fingerprint(_compose(view, letter)) != letter.fingerprint:
        found.append(_changed("amounts or rows are no longer those of the letter", letter, ""))
    if letter.pay_by is not None and letter.pay_by < _first_fair_pay_by(view, letter):
        because = f"its pay-by date {letter.pay_by.isoformat()} has passed or come too near"
        found.append(_changed(because, letter, ""))
    reason = judge_rise(view.state, letter, view.procedure)
    if reason is not None:
        found.append(Blocker(name="breaker_letter", because=reason, evidence=letter.key))
    age = (view.today - letter.business_date).days
    if letter.approved_by is None and letter.stage is LetterStage.QUEUED and age > _days_max(view):
        found.append(_changed(f"it has waited {age} days", letter, ""))
    return tuple(found)


def _first_fair_pay_by(view: View, letter: Letter) -> date:
    """Return the earliest pay-by date that a letter leaving today may still name."""
    days = view.procedure.level(letter.level).pay_by_business_days or 0
    return view.calendar.add_business_days(view.today, min(days, PAY_BY_DAYS_LEFT_MIN))


def _days_max(view: View) -> int:
    """Return how many calendar days a letter may wait: the limit, over a weekend."""
    return view.house.policy.waiting_days_max + 4


def _recipient_faults(view: View, letter: Letter) -> list[Blocker]:
    chosen = choose_recipient(view.state, view.today)
    if chosen.contact is None or chosen.contact.address == letter.recipient:
        return []
    return [_changed(f"it would now go to {chosen.contact.address}", letter, "")]


def _changed(because: str, letter: Letter, number: str) -> Blocker:
    return Blocker(name="changed", because=because, evidence=letter.key, invoice=number)
