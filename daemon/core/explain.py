"""Explaining: what comes next for an invoice and why not now; which letters the days bring.

The forecast is planning itself, played forward: nothing is paid, nobody replies, ledger and
inbox stay fresh, approvals are not given. Source: DESIGN §2 and §8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from daemon.core.blockers import letter_blockers, owed_per_currency, shared_blockers
from daemon.core.card import account_card
from daemon.core.conditions import Conditions, Mode
from daemon.core.effects import SendLetter
from daemon.core.events import LetterAccepted, LetterPlanned, LetterTransmitting
from daemon.core.house import House
from daemon.core.letters import Blocker, InvoiceVerdict, LetterContent
from daemon.core.levels import LevelDue
from daemon.core.minutes import Minutes
from daemon.core.model import Item
from daemon.core.money import Money
from daemon.core.plan import plan
from daemon.core.state import (
    AccountState,
    HoldReason,
    Letter,
    LetterKind,
    LetterStage,
    Sequence,
    Stage,
)
from daemon.core.view import View, creditor_calendar, level_due, view_of

__all__ = ["ForecastLetter", "account_card", "explain", "explain_all", "forecast"]

# One look a day is enough; a letter and a delivery may fall on the same day.
LOOKS_A_DAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastLetter:
    """A letter that will go on `on` (the debtor's date) if nothing else happens.

    `amounts` are what is asked for, per currency. `awaits_approval`: it goes only with a rep's
    word, `is_planned`: it is already decided and queued.
    """

    on: date
    account: str
    account_name: str
    kind: LetterKind
    level: str
    recipient: str
    numbers: tuple[str, ...]
    amounts: tuple[Money, ...]
    awaits_approval: bool
    is_planned: bool
    because: str


def explain(
    state: AccountState, conditions: Conditions, house: House, now: datetime, number: str
) -> InvoiceVerdict:
    """Say of one item: its next level, from when, and every reason why not now.

    Raises:
        KeyError: The account has no item of that number.
    """
    view = view_of(state, house, now)
    return _verdicts(view, (view.items[number],), conditions)[0]


def explain_all(
    state: AccountState, conditions: Conditions, house: House, now: datetime
) -> tuple[InvoiceVerdict, ...]:
    """Explain every invoice that is not closed, ordered by number."""
    view = view_of(state, house, now)
    return _verdicts(view, view.open_invoices(), conditions)


def _verdicts(
    view: View, items: tuple[Item, ...], conditions: Conditions
) -> tuple[InvoiceVerdict, ...]:
    owed = owed_per_currency(view)
    shared = {
        kind: shared_blockers(view, conditions, kind)
        for kind in (LetterKind.LETTER, LetterKind.DELIVERY)
    }
    return tuple(_verdict(view, item, conditions, owed, shared) for item in items)


def _verdict(
    view: View,
    item: Item,
    conditions: Conditions,
    owed: Mapping[str, int],
    shared: Mapping[LetterKind, tuple[Blocker, ...]],
) -> InvoiceVerdict:
    following = level_due(view, item, conditions.first_import_on, conditions.went_live_on)
    blockers = letter_blockers(view, item, following, conditions, owed, shared)
    return InvoiceVerdict(
        number=item.number,
        level=following.level.name if following else None,
        due_on=following.due_on if following else None,
        blockers=blockers,
        because=_sentence(view, item, following),
    )


def _sentence(view: View, item: Item, following: LevelDue | None) -> str:
    if following is not None:
        return following.because
    entry = view.entries.get(item.number)
    if entry is None or entry.stage is Stage.CLOSED:
        return "no letter follows: the item is closed or no invoice"
    if entry.stage is Stage.HANDED_OVER:
        return "no letter follows: the invoice is with its owner"
    if not entry.is_taken_on:
        return "no letter goes before the owner says start or hand over"
    return "no letter follows: the last level is done"


# --- the forecast ---------------------------------------------------------------------------


def forecast(
    state: AccountState, conditions: Conditions, house: House, now: datetime, days: int
) -> tuple[ForecastLetter, ...]:
    """Play planning forward over `days` debtor's days, today included.

    Args:
        conditions: Only mode and dates of going live count; freshness is assumed.
        days: How many days to look at, from 1.

    Returns:
        The letters in the order in which they go; letters that await approval once each.
    """
    found = list(_queued(state, house, now))
    found += [
        _forecast_letter(state, letter, content)
        for letter, content in letters_ahead(state, conditions, house, now, days)
    ]
    return tuple(sorted(found, key=lambda letter: (letter.on, letter.kind, letter.numbers)))


def letters_ahead(
    state: AccountState, conditions: Conditions, house: House, now: datetime, days: int
) -> Iterator[tuple[Letter, LetterContent]]:
    """Yield the letters that planning would write over `days` days, with what they say."""
    playing = _assume_unpaid(state)
    told: set[tuple[str, int, str]] = set()
    last_on = view_of(state, house, now).today + timedelta(days=days - 1)
    instant = now
    for _ in range(days * LOOKS_A_DAY):
        view = view_of(playing, house, instant)
        instant = view.calendar.next_window_open_at(instant, house.policy)
        if view.calendar.today(instant) > last_on:
            break
        decision = plan(playing, _fresh(conditions, house, instant), house, instant)
        minutes = Minutes(playing, house, instant)
        contents = {
            effect.key: effect.content
            for effect in decision.effects
            if isinstance(effect, SendLetter)
        }
        for event in decision.events:
            minutes.note(event)
            if isinstance(event, LetterPlanned):
                lines = {(line.number, line.episode, line.level) for line in event.letter.lines}
                # One that nobody approves is composed anew with later dates: told once.
                if not lines <= told:
                    yield event.letter, contents[event.letter.key]
                told |= lines
        playing = _sent(minutes)
        if decision.next_action_at is None:
            break
        tomorrow = view.calendar.start_of(view.calendar.today(instant) + timedelta(days=1))
        instant = max(decision.next_action_at, tomorrow)


def _queued(state: AccountState, house: House, now: datetime) -> tuple[ForecastLetter, ...]:
    """Return what is already decided; it goes with the next window."""
    view = view_of(state, house, now)
    on = view.calendar.today(view.calendar.next_window_open_at(now, house.policy))
    return tuple(
        ForecastLetter(
            on=on,
            account=state.facts.account,
            account_name=state.facts.name,
            kind=letter.kind,
            level=letter.level,
            recipient=letter.recipient,
            numbers=letter.demanded,
            amounts=(),
            awaits_approval=letter.stage is LetterStage.AWAITS_APPROVAL,
            is_planned=True,
            because=letter.because,
        )
        for letter in state.letters
        if letter.stage in (LetterStage.QUEUED, LetterStage.AWAITS_APPROVAL)
    )


def _fresh(conditions: Conditions, house: House, instant: datetime) -> Conditions:
    """Assume a ledger of today, an inbox just read, and no brake."""
    return replace(
        conditions,
        mode=Mode.LIVE,
        ledger_as_of=creditor_calendar(house).today(instant),
        inbox_checked_at=instant,
        unapplied_mails=(),
        is_stopped=False,
        is_breaker_open=False,
        letters_today=0,
    )


def _assume_unpaid(state: AccountState) -> AccountState:
    """Let promises and claims end by their date, unpaid: the next level follows at once."""
    waiting = {
        hold.subject: hold.until_on
        for hold in state.holds
        if hold.awaits_ledger and hold.reason is HoldReason.PROMISE and hold.until_on is not None
    }

    def broken(entry: Sequence) -> Sequence:
        until_on = waiting.get(entry.number)
        if until_on is None:
            return entry
        return replace(entry, next_due_on=until_on + timedelta(days=1))

    return replace(
        state,
        holds=tuple(replace(hold, awaits_ledger=False) for hold in state.holds),
        sequences=tuple(broken(entry) for entry in state.sequences),
    )


def _sent(minutes: Minutes) -> AccountState:
    """Assume that the letters just queued, and those queued before, are accepted today."""
    for letter in minutes.state.letters:
        if letter.stage is LetterStage.QUEUED:
            minutes.note(LetterTransmitting(key=letter.key, attempt=letter.attempt + 1))
            minutes.note(LetterAccepted(key=letter.key, on=minutes.view.today, reply="forecast"))
    return minutes.state


def _forecast_letter(state: AccountState, letter: Letter, content: LetterContent) -> ForecastLetter:
    return ForecastLetter(
        on=letter.business_date,
        account=state.facts.account,
        account_name=state.facts.name,
        kind=letter.kind,
        level=letter.level,
        recipient=letter.recipient,
        numbers=letter.demanded,
        amounts=tuple(total.asked for total in content.totals),
        awaits_approval=letter.stage is LetterStage.AWAITS_APPROVAL,
        is_planned=False,
        because=letter.because,
    )
