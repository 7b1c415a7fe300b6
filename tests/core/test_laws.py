"""Laws of the core over generated accounts: what must hold whatever happened before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.blockers import minimum_demand
from daemon.core.conditions import Conditions, Mode
from daemon.core.effects import Decision, SendLetter
from daemon.core.events import (
    Event,
    HoldOpened,
    ItemsChanged,
    LetterAccepted,
    LetterApproved,
    LetterPlanned,
    LetterTransmitting,
    LetterUndelivered,
    Recorded,
)
from daemon.core.evolve import replay
from daemon.core.explain import explain_all, forecast
from daemon.core.house import House
from daemon.core.model import Contact, ContactRole, ContactStatus, Item, ItemKind
from daemon.core.money import Money
from daemon.core.plan import last_look, plan
from daemon.core.procedure import Grouping
from daemon.core.state import (
    PENDING,
    AccountState,
    Hold,
    HoldReason,
    HoldScope,
    LetterStage,
    Stage,
)
from tests.core.builders import (
    AP,
    OWNER,
    SECOND,
    at,
    conditions,
    contact,
    default_facts,
    default_house,
    default_policy,
    default_procedure,
    deliver,
    hold,
    invoice,
    opening,
    planned,
    record,
)

FIRST_DAY = date(2026, 2, 2)
NUMBERS = ("A", "B", "C", "D")
EXAMPLES = settings(max_examples=40, deadline=None)


def when(offset: int, hour: int) -> datetime:
    """Return an instant `offset` days after the first day."""
    return datetime(2026, 2, 2, hour, tzinfo=UTC) + timedelta(days=offset)


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Draw up to four items of two currencies: invoices, credits, payments."""
    found: list[Item] = []
    for number in NUMBERS[: draw(st.integers(1, 4))]:
        kind = draw(st.sampled_from([ItemKind.INVOICE, ItemKind.INVOICE, *ItemKind]))
        minor = draw(st.integers(0, 100_000))
        sign = 1 if kind is ItemKind.INVOICE else -1
        amount = Money(sign * minor, draw(st.sampled_from(["EUR", "EUR", "JPY"])))
        due = FIRST_DAY + timedelta(days=draw(st.integers(-40, 40)))
        plain = invoice(number, due.isoformat(), 1)
        found.append(replace(plain, kind=kind, total=amount, open=amount))
    return tuple(found)


@st.composite
def holds(draw: st.DrawFn, name: str) -> Hold:
    """Draw a hold of any reason and scope."""
    scope = draw(st.sampled_from(list(HoldScope)))
    subject = {
        HoldScope.INVOICE: draw(st.sampled_from(NUMBERS)),
        HoldScope.ACCOUNT: "4711",
        HoldScope.CONTACT: AP,
    }[scope]
    until = FIRST_DAY + timedelta(days=draw(st.integers(-5, 60)))
    return hold(
        draw(st.sampled_from(list(HoldReason))),
        subject,
        scope=scope,
        until=draw(st.sampled_from([None, until.isoformat()])),
        id=name,
        awaits_ledger=draw(st.booleans()),
        amount=draw(st.sampled_from([None, Money(500, "EUR")])),
    )


CONTACTS = st.sampled_from(
    [
        (contact(),),
        (),
        (contact(AP, status=ContactStatus.BOUNCED),),
        (contact(), contact(SECOND, ContactRole.ESCALATION)),
    ]
)


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    """Draw an account's log: its opening, then days of planning, sending, bouncing, holding."""
    facts = default_facts(
        is_protected=draw(st.booleans()), is_excluded=draw(st.integers(0, 9)) == 0
    )
    contacts: tuple[Contact, ...] = draw(CONTACTS)
    log: list[Recorded] = []

    def note(moment: datetime, *events: Event) -> None:
        for event in events:
            log.append(Recorded(account="main/4711", sequence=len(log) + 1, at=moment, event=event))

    note(when(0, 6), *opening(*draw(items()), facts=facts, contacts=contacts))
    for turn_number in range(draw(st.integers(0, 5))):
        moment = when(turn_number * 9 + draw(st.integers(0, 8)), 10)
        if draw(st.integers(0, 2)) == 0:
            note(moment, HoldOpened(hold=draw(holds(f"h{turn_number}"))))
        state = replay(log)
        decision = plan(state, conditions(moment), default_house(), moment)
        note(moment, *decision.events)
        for letter in planned(decision):
            if letter.stage is LetterStage.AWAITS_APPROVAL:
                if draw(st.booleans()):
                    continue
                note(moment, LetterApproved(key=letter.key, by=OWNER))
            note(
                moment,
                LetterTransmitting(key=letter.key, attempt=1),
                LetterAccepted(key=letter.key, on=moment.date(), reply="250"),
            )
            if draw(st.integers(0, 4)) == 0:
                note(moment, LetterUndelivered(key=letter.key, address=AP, because="550"))
    return log


@st.composite
def worlds(draw: st.DrawFn) -> tuple[datetime, Conditions]:
    """Draw an instant and the world's conditions at it."""
    now = when(draw(st.integers(46, 90)), draw(st.integers(0, 23)))
    plain = conditions(now, mode=draw(st.sampled_from(list(Mode))))
    stale = replace(plain, ledger_as_of=draw(st.sampled_from([None, FIRST_DAY])))
    unread = replace(plain, unapplied_mails=("m1",))
    return now, draw(st.sampled_from([plain, plain, plain, stale, unread]))


HOUSES = st.sampled_from(
    [
        default_house(default_policy(procedures=(default_procedure(grouping=grouping),)))
        for grouping in Grouping
    ]
)


def letters_of(decision: Decision) -> list[SendLetter]:
    """Return the letters among a decision's effects."""
    return [effect for effect in decision.effects if isinstance(effect, SendLetter)]


@EXAMPLES
@given(logs(), worlds(), HOUSES)
def test_planning_is_total_and_looks_ahead(
    log: list[Recorded], world: tuple[datetime, Conditions], house: House
) -> None:
    """Whatever happened, a turn decides; every open sequence has a next instant."""
    now, around = world
    state = replay(log)
    decision = plan(state, around, house, now)
    after = record(state, now, *decision.events)
    is_open = any(entry.stage is not Stage.CLOSED for entry in after.sequences)

    assert not is_open or decision.next_action_at is not None
    assert decision.next_action_at is None or decision.next_action_at >= now
    assert len(planned(decision)) <= 1

    again = plan(after, around, house, now)

    assert ((), ()) == (again.events, again.effects)

    for key in (letter.key for letter in after.letters):
        last_look(after, key, around, house, now)
    explain_all(after, around, house, now)


@EXAMPLES
@given(logs())
def test_replay_equals_the_fold_event_by_event(log: list[Recorded]) -> None:
    """Rebuilding from the log gives the state that was stored on the way."""
    stored: AccountState | None = None
    for recorded in log:
        stored = record(stored, recorded.at, recorded.event)

    assert stored == replay(log)


@EXAMPLES
@given(logs(), worlds(), HOUSES)
def test_rows_equal_the_ledger_and_totals_add_up(
    log: list[Recorded], world: tuple[datetime, Conditions], house: House
) -> None:
    """To the minor unit, per currency; nothing held, paid or below the minimum is demanded."""
    now, around = world
    state = replay(log)
    decision = plan(state, around, house, now)
    today = (now + timedelta(hours=1)).date()
    for effect in letters_of(decision):
        content = effect.content
        for total in content.totals:
            mine = [row for row in content.demanded if row.open.currency == total.currency]
            less = [
                row
                for row in (*content.credits, *content.unapplied)
                if row.open.currency == total.currency
            ]

            assert total.demanded.minor == sum(row.demanded.minor for row in mine)
            assert total.asked.minor == total.demanded.minor + sum(r.open.minor for r in less)
            assert not total.asked < minimum_demand(default_policy(), total.currency)
        for row in content.demanded:
            item = state.item(row.number)
            resting = [
                known
                for known in state.live_holds(today)
                if known.scope is not HoldScope.CONTACT
                and known.reason is not HoldReason.DISPUTE
                and (known.scope is HoldScope.ACCOUNT or known.subject == row.number)
            ]

            assert item is not None
            assert (item.open, item.total) == (row.open, row.total)
            assert [] == resting
            assert 0 < row.demanded.minor <= row.open.minor


@EXAMPLES
@given(logs(), worlds(), st.sampled_from(NUMBERS), st.integers(0, 100))
def test_a_payment_never_adds_a_letter(
    log: list[Recorded], world: tuple[datetime, Conditions], number: str, percent_left: int
) -> None:
    """Less open, never more letters: with nothing on its way, paying any part adds none."""
    now, around = world
    state = replay(log)
    item = state.item(number)
    is_busy = any(letter.stage in PENDING for letter in state.letters)
    if item is None or item.kind is not ItemKind.INVOICE or is_busy:
        return
    left = Money(item.open.minor * percent_left // 100, item.open.currency)
    paid = ItemsChanged(snapshot="s9", as_of=now.date(), items=(replace(item, open=left),))
    before = plan(state, around, default_house(), now)
    after = plan(record(state, now, paid), around, default_house(), now)

    assert len(letters_of(after)) <= len(letters_of(before))


@EXAMPLES
@given(logs(), worlds(), holds("x"), holds("y"))
def test_independent_holds_commute(
    log: list[Recorded], world: tuple[datetime, Conditions], one: Hold, other: Hold
) -> None:
    """Whichever hold came first, the turn decides the same, and never more than without."""
    now, around = world
    state = replay(log)
    forth = record(state, now, HoldOpened(hold=one), HoldOpened(hold=other))
    back = record(state, now, HoldOpened(hold=other), HoldOpened(hold=one))
    first, second = (plan(each, around, default_house(), now) for each in (forth, back))

    assert [event for event in first.events if isinstance(event, LetterPlanned)] == [
        event for event in second.events if isinstance(event, LetterPlanned)
    ]
    assert first.next_action_at == second.next_action_at


@settings(max_examples=15, deadline=None)
@given(items(), st.booleans())
def test_looking_only_when_told_finds_the_same_letters(
    owed: tuple[Item, ...], is_protected: bool
) -> None:
    """`next_action_at` is never late: jumping from instant to instant misses no letter."""
    facts = default_facts(is_protected=is_protected)
    state = record(None, when(0, 6), *opening(*owed, facts=facts, contacts=(contact(),)))
    house = default_house()

    def live(each_watch: bool) -> list[tuple[date, str]]:
        account, now, found = state, when(0, 6), []
        for _ in range(4 * 70):
            decision = plan(account, conditions(now), house, now)
            account = record(account, now, *decision.events)
            for letter in planned(decision):
                found.append((letter.business_date, letter.level))
                if letter.stage is LetterStage.AWAITS_APPROVAL:
                    account = record(account, now, LetterApproved(key=letter.key, by=OWNER))
            is_sent = any(letter.stage is LetterStage.QUEUED for letter in account.letters)
            account = deliver(account, now)
            watch = now + timedelta(hours=6)
            if each_watch or is_sent:
                now = watch
            elif decision.next_action_at is None:
                break
            else:
                now = max(decision.next_action_at, now + timedelta(minutes=1))
            if now > when(70, 0):
                break
        return found

    assert live(each_watch=True) == live(each_watch=False)


@settings(max_examples=25, deadline=None)
@given(logs(), st.integers(1, 30))
def test_forecasting_is_total(log: list[Recorded], days: int) -> None:
    """Any account can be forecast; no two letters of a kind fall on one day."""
    now = at("2026-03-30")
    found = forecast(replay(log), conditions(now), default_house(), now, days)
    fresh = [(letter.on, letter.kind) for letter in found if not letter.is_planned]

    assert len(fresh) == len(set(fresh))
