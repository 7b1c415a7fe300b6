"""One mail at one account, as every handler of a reply sees it, and what a handler yields.

A handler answers with an `Outcome`: events, sentences on what was done, and `Ask`s where a
person is needed. Outcomes are folded one after the other, so a later handler sees what an
earlier one did. Knows no mail server, store or clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from daemon.core.calendar import BusinessCalendar, calendar_of
from daemon.core.events import Event, HoldOpened, Recorded
from daemon.core.evolve import evolve
from daemon.core.house import House
from daemon.core.matching import Match
from daemon.core.model import AccountFacts, ItemKind
from daemon.core.money import Money
from daemon.core.policy import Policy
from daemon.core.state import AccountState, Hold, Letter, Stage
from daemon.core.trust import Trust
from parsers.reading import Automatic, Flag, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """The kept mail: inbox id, the aware UTC instant at which it was kept, subject, sender.

    Of an oversize mail only the headers and the beginning of the text were fetched.
    """

    id: str
    received_at: datetime
    subject: str
    from_address: str
    is_oversize: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A reason to ask a rep: a few words for the subject, a sentence, what to type.

    `accept` is the command text that `accept` would run, `draft` an answer to the customer.
    """

    topic: str
    why: str
    commands: tuple[str, ...] = ()
    accept: str = ""
    draft: str = ""
    is_suspicious: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one handler yields; `alarm` is a sentence for the operator."""

    events: tuple[Event, ...] = ()
    done: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    alarm: str = ""

    @property
    def holds(self) -> tuple[Hold, ...]:
        """The holds that it opens."""
        return opened_in(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that a handler may know. `today` is the debtor's date, `letter` the one answered."""

    state: AccountState
    reading: Reading
    match: Match
    trust: Trust
    mail: MailFacts
    letter: Letter | None
    house: House
    now: datetime
    today: date
    calendar: BusinessCalendar
    is_rep_thread: bool = False

    @property
    def facts(self) -> AccountFacts:
        """The debtor."""
        return self.state.facts

    @property
    def policy(self) -> Policy:
        """The rules in numbers."""
        return self.house.policy

    @property
    def is_human(self) -> bool:
        """A person wrote it."""
        return self.reading.automatic is Automatic.NONE

    def has(self, *flags: Flag) -> bool:
        """Tell whether the reading carries any of these flags."""
        return any(flag in self.reading.flags for flag in flags)

    def business_days(self, count: int) -> date:
        """Return the `count`-th business day of the debtor after today."""
        return self.calendar.add_business_days(self.today, count)

    def after(self, outcome: Outcome) -> Case:
        """Return the case as it stands once the outcome's events are folded in."""
        return replace(self, state=folded(self.state, outcome.events, self.now))


def case_of(
    state: AccountState,
    reading: Reading,
    match: Match,
    trust: Trust,
    mail: MailFacts,
    house: House,
    now: datetime,
    *,
    is_rep_thread: bool,
) -> Case:
    """Gather what the handlers need.

    Raises:
        ValueError: `now` is naive.
    """
    calendar = debtor_calendar(state, house)
    answered = match.letter_of(state.facts.account)
    return Case(
        state=state,
        reading=reading,
        match=match,
        trust=trust,
        mail=mail,
        letter=state.letter(answered.key) if answered is not None else None,
        house=house,
        now=now,
        today=calendar.today(now),
        calendar=calendar,
        is_rep_thread=is_rep_thread,
    )


def debtor_calendar(state: AccountState, house: House) -> BusinessCalendar:
    """Return the calendar of the debtor's country and zone."""
    return calendar_of(state.facts.country, state.facts.zone, house.days_off)


def creditor_calendar(house: House) -> BusinessCalendar:
    """Return the calendar of our own side: reps' deadlines count its days."""
    return calendar_of(house.creditor.country, house.creditor.zone, house.days_off)


def folded(state: AccountState, events: Iterable[Event], now: datetime) -> AccountState:
    """Return the state after these events, as the log will fold them.

    Raises:
        IllegalTransition: An event cannot be; a bug of the handler that made it.
    """
    for event in events:
        recorded = Recorded(
            account=state.facts.account, sequence=state.sequence + 1, at=now, event=event
        )
        state = evolve(state, recorded)
    return state


def merged(first: Outcome, second: Outcome) -> Outcome:
    """Put two outcomes together, the first one's events first."""
    return Outcome(
        events=first.events + second.events,
        done=first.done + second.done,
        asks=first.asks + second.asks,
        alarm=first.alarm or second.alarm,
    )


def opened_in(events: Iterable[Event]) -> tuple[Hold, ...]:
    """Return the holds that these events open."""
    return tuple(event.hold for event in events if isinstance(event, HoldOpened))


def open_of(state: AccountState, number: str) -> Money | None:
    """Return what is open on an invoice (zero once closed or cleared), None if unknown."""
    item = state.item(number)
    if item is None or item.kind is not ItemKind.INVOICE:
        return None
    entry = state.sequence_of(number)
    is_cleared = not item.is_listed and not item.is_vanished
    is_closed = entry is not None and entry.stage is Stage.CLOSED
    if is_cleared or is_closed or item.open.minor < 0:
        return Money(0, item.open.currency)
    return item.open


def open_numbers(state: AccountState) -> tuple[str, ...]:
    """Return the numbers of the invoices on which something is open, in order."""
    found = []
    for item in state.items:
        amount = open_of(state, item.number)
        if amount is not None and amount.minor > 0:
            found.append(item.number)
    return tuple(found)


def names(numbers: tuple[str, ...]) -> str:
    """Return numbers as a clerk writes them: `INV-7, INV-8 and INV-9`."""
    if len(numbers) < 2:
        return "".join(numbers)
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"
