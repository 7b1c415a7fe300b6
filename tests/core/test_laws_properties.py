"""Laws of time and money over whole courses: months of turns, payments, holds, DST nights.

`test_laws.py` looks at one turn; here accounts live on, in several zones, and what holds at
every step must hold at every other. Amounts are whole minor units throughout.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.effects import SendLetter
from daemon.core.events import (
    Event,
    HoldLifted,
    HoldOpened,
    InvoiceClosed,
    ItemsChanged,
    LetterAccepted,
    LetterApproved,
    LetterPlanned,
    LetterTransmitting,
    PromiseMade,
)
from daemon.core.model import Item
from daemon.core.money import Money, total_per_currency
from daemon.core.plan import last_look
from daemon.core.state import (
    AccountState,
    Balance,
    HoldReason,
    HoldScope,
    LetterStage,
    Promise,
    Stage,
)
from daemon.core.turn import take_turn
from tests.core.builders import (
    OWNER,
    account,
    conditions,
    default_facts,
    default_house,
    default_policy,
    hold,
    invoice,
    record,
)
from tests.core.places import CURRENCIES, FIRST_DAY, PLACES

DAYS = 75
NUMBERS = ("A", "B", "C")
COURSES = settings(max_examples=12, deadline=None)


def noon(offset: int, hour: int = 10) -> datetime:
    """Return an instant `offset` days after the first day."""
    return datetime(2026, 3, 2, hour, tzinfo=UTC) + timedelta(days=offset)


@st.composite
def owed(draw: st.DrawFn) -> tuple[Item, ...]:
    """Draw one to three invoices of one currency, due before and during the course."""
    currency = draw(st.sampled_from(CURRENCIES))
    found = []
    for number in NUMBERS[: draw(st.integers(1, 3))]:
        due = FIRST_DAY + timedelta(days=draw(st.integers(-15, 40)))
        amount = Money(draw(st.integers(6_000, 9_000_000)), currency)
        found.append(replace(invoice(number, due.isoformat(), 1), total=amount, open=amount))
    return tuple(found)


@st.composite
def debtors(draw: st.DrawFn) -> AccountState:
    """Draw an account somewhere in the world."""
    country, zone = draw(st.sampled_from(PLACES))
    return account(*draw(owed()), facts=default_facts(country=country, zone=zone))


def fresh(now: datetime) -> Conditions:
    """Return conditions under which letters may go: ledger of yesterday, inbox just read."""
    return conditions(now)


def paid(item: Item, left: Money, now: datetime) -> tuple[Event, ...]:
    """Return what a ledger says once a payment is booked."""
    change = ItemsChanged(snapshot="s9", as_of=now.date(), items=(replace(item, open=left),))
    closed = InvoiceClosed(number=item.number, snapshot="s9", because="paid")
    return (change,) if left.minor else (change, closed)


def course(
    state: AccountState, happenings: dict[int, Sequence[Event]], days: int = DAYS
) -> list[tuple[datetime, SendLetter]]:
    """Live through the days, four looks each; return every letter with its instant.

    A look is taken when the account's own next instant has come, or a ledger brought something.
    What awaits approval is approved; what the last look lets go is accepted at once.
    """
    found: list[tuple[datetime, SendLetter]] = []
    written: dict[str, SendLetter] = {}
    house = default_house(default_policy())
    next_at: datetime | None = noon(0, 0)
    for now in (noon(offset, hour) for offset in range(days) for hour in (1, 10, 15, 22)):
        happened = happenings.get((now - noon(0, 1)).days, ()) if now.hour == 1 else ()
        state = record(state, now, *happened)
        if not happened and (next_at is None or next_at > now):
            continue
        decision = take_turn("main/4711", state, fresh(now), house, now)
        state = record(state, now, *decision.events)
        next_at = decision.next_action_at
        is_open = any(entry.stage is not Stage.CLOSED for entry in state.sequences)

        assert not is_open or next_at is not None
        assert next_at is None or next_at >= now

        written |= {one.key: one for one in decision.effects if isinstance(one, SendLetter)}
        for letter in state.letters:
            if letter.stage is LetterStage.AWAITS_APPROVAL:
                state = record(state, now, LetterApproved(key=letter.key, by=OWNER))
        for letter in state.letters:
            if letter.stage is LetterStage.QUEUED and not last_look(
                state, letter.key, fresh(now), house, now
            ):
                found.append((now, written[letter.key]))
                state = record(
                    state,
                    now,
                    LetterTransmitting(key=letter.key, attempt=1),
                    LetterAccepted(key=letter.key, on=local_day(state, now), reply="250"),
                )
                next_at = now
    return found


def local_day(state: AccountState, now: datetime) -> date:
    """Return the debtor's date."""
    return now.astimezone(ZoneInfo(state.facts.zone)).date()


@COURSES
@given(debtors(), st.integers(0, DAYS - 1), st.data())
def test_what_is_paid_is_never_asked_for_again(
    debtor: AccountState, on: int, data: st.DataObject
) -> None:
    """From the ledger that books a full payment on, no letter of the course names the invoice."""
    item = data.draw(st.sampled_from(debtor.items))
    letters = course(debtor, {on: paid(item, Money(0, item.open.currency), noon(on))})
    asked = [
        now
        for now, letter in letters
        if now >= noon(on, 0) and item.number in [row.number for row in letter.content.demanded]
    ]

    assert [] == asked


@COURSES
@given(debtors(), st.integers(0, DAYS - 1))
def test_paying_everything_ends_the_letters(debtor: AccountState, on: int) -> None:
    """Once all is paid no letter follows, and those before are the same as without payment."""
    events = [
        event
        for item in debtor.items
        for event in paid(item, Money(0, item.open.currency), noon(on))
    ]
    with_payment = course(debtor, {on: events}, on + 20)
    without = course(debtor, {}, on + 20)
    before = [now for now, _ in without if now < noon(on, 0)]

    assert before == [now for now, _ in with_payment]


@COURSES
@given(debtors(), st.integers(0, 60), st.integers(1, 99))
def test_a_part_payment_lowers_the_demand_by_what_was_paid(
    debtor: AccountState, on: int, percent: int
) -> None:
    """To the minor unit: what a later letter asks for is the open rest, never the old amount."""
    item = debtor.items[0]
    left = Money(item.open.minor * percent // 100, item.open.currency)
    for now, letter in course(debtor, {on: paid(item, left, noon(on))}):
        expected = left if now >= noon(on, 0) else item.open
        shown = [row.open for row in letter.content.demanded if row.number == item.number]

        assert shown in ([], [expected])

        totals = total_per_currency(row.demanded for row in letter.content.demanded)

        assert totals == tuple(total.demanded for total in letter.content.totals)


@COURSES
@given(debtors(), st.integers(0, 30), st.data())
def test_a_promise_rests_its_invoice_to_its_day(
    debtor: AccountState, on: int, data: st.DataObject
) -> None:
    """From the promise to the promised day nothing is asked for; afterwards it is judged."""
    item = debtor.items[0]
    days = data.draw(st.integers(1, 25))
    promised = noon(on).date() + timedelta(days=days)
    rest = hold(
        HoldReason.PROMISE,
        item.number,
        until=promised.isoformat(),
        since=noon(on).date().isoformat(),
        id="p1",
        awaits_ledger=True,
    )
    made = Promise(
        id="p1",
        invoices=(item.number,),
        promised_on=promised,
        amount=None,
        made_at=noon(on),
        origin="mail-1",
        hold="p1",
        baseline=(Balance(number=item.number, open=item.open),),
        unapplied=(),
    )
    events = (HoldOpened(hold=rest), PromiseMade(promise=made))
    asked = [
        now.date()
        for now, letter in course(debtor, {on: events}, on + days + 12)
        if now >= noon(on, 0) and item.number in [row.number for row in letter.content.demanded]
    ]

    assert all(day > promised for day in asked)


def independent(debtor: AccountState, now: datetime) -> list[tuple[Event, ...]]:
    """Return happenings that have nothing to do with one another."""
    item = debtor.items[0]
    own = hold(HoldReason.MANUAL, item.number, id="a", until="2026-04-20")
    account_wide = hold(
        HoldReason.CONVERSATION, "4711", scope=HoldScope.ACCOUNT, id="b", until="2026-04-10"
    )
    brief = hold(HoldReason.REVIEW, item.number, id="c", until="2026-05-30")
    lift = HoldLifted(hold="c", on=now.date(), because="a rep said so")
    left = Money(item.open.minor // 2, item.open.currency)
    return [
        (HoldOpened(hold=own),),
        (HoldOpened(hold=account_wide),),
        (HoldOpened(hold=brief), lift),
        paid(item, left, now)[:1],
    ]


@settings(max_examples=6, deadline=None)
@given(debtors(), st.integers(0, 50))
def test_the_order_of_independent_happenings_does_not_matter(debtor: AccountState, on: int) -> None:
    """All orders of holds, a lift and a payment lead to the same letters on the same instants."""
    now = noon(on)
    house = default_house(default_policy())
    found = set()
    for order in itertools.permutations(independent(debtor, now)):
        state = record(debtor, now, *(event for events in order for event in events))
        decision = take_turn("main/4711", state, fresh(now), house, now)
        letters = tuple(
            event.letter.key for event in decision.events if isinstance(event, LetterPlanned)
        )
        found.add((letters, decision.next_action_at))

    assert 1 == len(found)


@COURSES
@given(debtors())
def test_letters_of_a_course_keep_hours_days_and_levels(debtor: AccountState) -> None:
    """Inside the debtor's window, five days apart, each level of an invoice once and in order."""
    facts, policy = debtor.facts, default_policy()
    calendar = calendar_of(facts.country, facts.zone)
    ladder = [level.name for level in policy.procedures[0].levels]
    last: date | None = None
    reached: dict[str, int] = {}
    for now, letter in course(debtor, {}):
        today = calendar.today(now)

        assert calendar.is_business_day(today)
        assert last is None or (today - last).days >= policy.contact_delay_days

        last = today
        for row in letter.content.demanded:
            assert row.level is not None

            place = ladder.index(row.level)

            assert place >= reached.get(row.number, -1)

            reached[row.number] = place


def test_the_courses_do_bring_letters() -> None:
    """A plain debtor gets the whole ladder: the properties above are about something."""
    debtor = account(invoice("A", "2026-03-06", 500))
    levels = [letter.content.level for _, letter in course(debtor, {})]

    assert ["pre_due", "inquiry", "reminder", "firm_reminder", "final_notice"] == levels
