"""Edges of planning: late approvals, redeliveries, absences, tasks, old promises, the queue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.calendar import calendar_of
from daemon.core.effects import ForwardToRep, SendLetter
from daemon.core.events import (
    ContactAbsent,
    ContactChanged,
    HoldOpened,
    InvoiceClosed,
    InvoiceReopened,
    LetterApproved,
    LetterUndelivered,
    PromiseMade,
    PromiseSettled,
    SequenceEntered,
)
from daemon.core.last_look import last_look
from daemon.core.levels import next_level
from daemon.core.model import ContactRole, ContactStatus
from daemon.core.priority import delivery_priority
from daemon.core.procedure import LevelAction, Procedure
from daemon.core.state import AccountState, Advance, HoldReason, HoldScope, PromiseOutcome
from tests.core.builders import (
    AP,
    OWNER,
    SECOND,
    account,
    at,
    conditions,
    contact,
    day,
    default_house,
    default_policy,
    deliver,
    eur,
    hold,
    invoice,
    level,
    planned,
    promise,
    record,
    turn,
)


def at_final_notice() -> AccountState:
    """Return an account whose next letter is the final notice."""
    state = account(invoice("A", "2026-05-04", 100))
    entered = SequenceEntered(
        number="A", entry_level="final_notice", advances=(), awaits_owner=False, because="test"
    )
    return record(state, at("2026-06-01"), entered)


@pytest.mark.parametrize(
    ("approved", "names"),
    [
        pytest.param("2026-06-17", [], id="in time"),
        pytest.param("2026-06-26", ["changed"], id="its date has passed"),
        pytest.param("2026-06-29", ["changed"], id="long ago"),
    ],
)
def test_a_final_notice_approved_late_names_no_date_that_has_passed(
    approved: str, names: list[str]
) -> None:
    """Planned on 10 June it asks for payment by 26 June; after that it is composed anew."""
    state, decision = turn(at_final_notice(), at("2026-06-10"))
    (letter,) = planned(decision)
    now = at(approved)
    state = record(state, now, LetterApproved(key=letter.key, by=OWNER))
    blockers = last_look(state, letter.key, conditions(now), default_house(), now)

    assert day("2026-06-26") == letter.pay_by
    assert names == [blocker.name for blocker in blockers]


def test_a_broken_promise_letter_that_bounced_goes_again_at_once() -> None:
    """Not on the level's own date only: the promise was broken."""
    contacts = (contact(), contact(SECOND, ContactRole.ESCALATION))
    state = account(invoice("A", "2026-06-01", 100), contacts=contacts)
    now = at("2026-06-08")
    inquired = SequenceEntered(
        number="A",
        entry_level=None,
        advances=(Advance(level="inquiry", on=day("2026-06-01")),),
        awaits_owner=False,
        because="test",
    )
    made = promise("A", "2026-06-02", "2026-06-01")
    outcome = PromiseSettled(
        promise=made.id,
        outcome=PromiseOutcome.BROKEN,
        on=day("2026-06-08"),
        snapshot="s1",
        because="not paid",
    )
    state = record(state, now, inquired, PromiseMade(promise=made), outcome)
    state, decision = turn(state, now)
    (letter,) = planned(decision)
    state = deliver(state, now)
    bounced = (
        LetterUndelivered(key=letter.key, address=AP, because="unknown"),
        ContactChanged(
            contact=contact(status=ContactStatus.BOUNCED),
            was=ContactStatus.USABLE,
            because="unknown",
        ),
    )
    state = record(state, now, *bounced)
    _, again = turn(state, at("2026-06-09"))

    assert [(SECOND, "reminder")] == [(known.recipient, known.level) for known in planned(again)]


def test_after_an_absence_a_relative_level_counts_from_the_return() -> None:
    """`previous+10d` runs from the day on which the reader is back."""
    ladder = Procedure(
        name="default", levels=(level("first", "due+3bd"), level("second", "previous+10d"))
    )
    policy = default_policy(procedures=(ladder,))
    house = default_house(policy)
    state, _ = turn(account(invoice("A", "2026-06-01", 100)), at("2026-06-08"), house)
    state = deliver(state, at("2026-06-08"))
    back = ContactAbsent(address=AP, returns_on=day("2026-06-22"), deputy=None, mail="m1")
    state = record(state, at("2026-06-08 12:00"), back)
    following = next_level(
        state.sequences[0],
        state.items[0],
        (),
        ladder,
        calendar_of("DE", "Europe/Berlin"),
        policy,
        today=day("2026-06-12"),
    )

    assert following is not None
    assert ("second", day("2026-07-02")) == (following.level.name, following.due_on)


def test_a_call_in_the_middle_of_the_ladder_is_not_the_end_of_it() -> None:
    """The rep is told that the next level follows, not that the letters are through."""
    ladder = Procedure(
        name="default",
        levels=(
            level("call", "due+3bd", action=LevelAction.TASK),
            level("reminder", "due+10d"),
        ),
    )
    house = default_house(default_policy(procedures=(ladder,)))
    _, decision = turn(account(invoice("A", "2026-06-01", 100)), at("2026-06-08"), house)
    (asked,) = (effect for effect in decision.effects if isinstance(effect, ForwardToRep))

    assert ("The task counts as done; the next level follows on its day.",) == asked.done


def test_a_reopened_invoice_is_not_reproached_with_an_old_promise() -> None:
    """The paragraph about the broken promise belongs to the episode in which it was broken."""
    state = account(invoice("A", "2026-06-01", 100))
    made = promise("A", "2026-06-02", "2026-06-01")
    state = record(
        state,
        at("2026-06-03"),
        PromiseMade(promise=made),
        PromiseSettled(
            promise=made.id,
            outcome=PromiseOutcome.BROKEN,
            on=day("2026-06-03"),
            snapshot="s1",
            because="not paid",
        ),
        InvoiceClosed(number="A", snapshot="s2", because="paid"),
        InvoiceReopened(number="A", snapshot="s3", because="the cheque bounced"),
    )
    _, decision = turn(state, at("2026-06-08"))

    assert [False] == [
        effect.content.has_broken_promise
        for effect in decision.effects
        if isinstance(effect, SendLetter)
    ]


def test_under_the_cap_nobody_waits_more_than_three_days() -> None:
    """What waited three days goes before a new final notice, which goes before larger amounts."""
    _, decision = turn(account(invoice("A", "2026-06-01", 100)), at("2026-06-08"))
    (plain,) = (e.content for e in decision.effects if isinstance(e, SendLetter))
    large = replace(plain, account="large", totals=(replace(plain.totals[0], asked=eur(900)),))
    final = replace(plain, account="final", is_final_notice=True)
    waited = replace(plain, account="waited")
    now = at("2026-06-11 08:00")
    queue = [(large, at("2026-06-11")), (final, at("2026-06-10")), (waited, at("2026-06-08"))]
    ordered = sorted(
        queue, key=lambda entry: delivery_priority(entry[0], entry[1], now, waiting_days_max=3)
    )

    assert ["waited", "final", "large"] == [content.account for content, _ in ordered]


def test_a_hold_on_an_absent_reader_alone_stops_only_his_letters() -> None:
    """Another contact of the account is written to meanwhile."""
    contacts = (contact(), contact(SECOND, ContactRole.ESCALATION))
    state = account(invoice("A", "2026-06-01", 100), contacts=contacts)
    away = hold(HoldReason.OUT_OF_OFFICE, AP, scope=HoldScope.CONTACT, until="2026-06-30")
    state = record(state, at("2026-06-02"), HoldOpened(hold=away))
    _, decision = turn(state, at("2026-06-08"))

    assert [SECOND] == [letter.recipient for letter in planned(decision)]
