"""Planning in its course: contacts, bounces, promises, tasks, the last look, the next instant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.blockers import lasting
from daemon.core.effects import SendLetter
from daemon.core.events import (
    ContactChanged,
    HandedOver,
    HoldOpened,
    InvoiceClosed,
    LetterApproved,
    LetterPlanned,
    LetterTransmitting,
    LetterUndelivered,
    PromiseMade,
    PromiseSettled,
    TaskGiven,
)
from daemon.core.model import ContactRole, ContactStatus
from daemon.core.plan import compose, last_look
from daemon.core.procedure import LevelAction
from daemon.core.state import (
    AccountState,
    HoldReason,
    HoldScope,
    LetterKind,
    LetterStage,
    PromiseOutcome,
    Stage,
)
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
    default_procedure,
    deliver,
    hold,
    invoice,
    level,
    planned,
    promise,
    record,
    turn,
)
from tests.core.test_plan import FIRST, HOUSE, NOW, SECOND_INVOICE, forwards, pay, protected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(ContactStatus.BOUNCED, SECOND, id="bounced"),
        pytest.param(ContactStatus.USABLE, AP, id="usable"),
    ],
)
def test_the_next_usable_contact_is_written_to(status: ContactStatus, expected: str) -> None:
    """A bounced address is passed over for another of the account."""
    contacts = (contact(AP, status=status), contact(SECOND, ContactRole.ESCALATION))
    _, decision = turn(account(FIRST, contacts=contacts), NOW)

    assert [expected] == [letter.recipient for letter in planned(decision)]


def test_an_absent_reader_is_passed_over_for_another() -> None:
    """Out of office: the account's other contact gets the letter."""
    contacts = (contact(AP), contact(SECOND, ContactRole.ESCALATION))
    away = hold(HoldReason.OUT_OF_OFFICE, AP, until="2026-03-20", scope=HoldScope.CONTACT)
    state = record(account(FIRST, contacts=contacts), at("2026-03-01"), HoldOpened(hold=away))
    _, decision = turn(state, NOW)

    assert [letter.recipient for letter in planned(decision)] == [SECOND]


def test_without_any_address_the_owner_is_told_once() -> None:
    """No letter, one forward, no second one for the same addresses."""
    state, decision = turn(account(FIRST, contacts=()), NOW)

    assert [effect.rep for effect in forwards(decision.effects)] == [OWNER]
    assert planned(decision) == []

    _, again = turn(state, at("2026-03-09"))

    assert again.events == ()


def test_a_hard_bounce_sends_the_same_level_to_the_next_contact() -> None:
    """
    2026-03-06 expect letter inquiry to ap
    2026-03-06 bounce
    2026-03-09 expect letter inquiry to the other contact, as the second delivery
    """
    contacts = (contact(AP), contact(SECOND, ContactRole.ESCALATION))
    state, decision = turn(account(FIRST, contacts=contacts), NOW)
    key = planned(decision)[0].key
    state = record(
        deliver(state, NOW),
        NOW,
        LetterUndelivered(key=key, address=AP, because="550 5.1.1"),
        ContactChanged(
            contact=contact(AP, status=ContactStatus.BOUNCED),
            was=ContactStatus.USABLE,
            because="550 5.1.1",
        ),
    )
    _, decision = turn(state, at("2026-03-09"))
    (letter,) = planned(decision)

    assert (letter.recipient, letter.level, letter.lines[0].delivery) == (SECOND, "inquiry", 2)


def test_a_broken_promise_brings_the_next_level_with_its_paragraph() -> None:
    """
    2026-03-06 expect letter inquiry
    2026-03-09 reply   promise for 2026-03-13
    2026-03-19 judged  broken
    2026-03-19 expect letter reminder with the broken-promise paragraph
    """
    state, _ = turn(account(FIRST), NOW)
    state = deliver(state, NOW)
    made = promise("A", "2026-03-13", "2026-03-09")
    settled = PromiseSettled(
        promise=made.id,
        outcome=PromiseOutcome.BROKEN,
        on=day("2026-03-19"),
        snapshot="s2",
        because="",
    )
    state = record(state, at("2026-03-19 06:00"), PromiseMade(promise=made), settled)
    _, decision = turn(state, at("2026-03-19"))
    (effect,) = [found for found in decision.effects if isinstance(found, SendLetter)]

    assert ("reminder", True, day("2026-03-13")) == (
        effect.content.level,
        effect.content.has_broken_promise,
        effect.content.broken_promise_on,
    )


def handed(as_of: str) -> tuple[AccountState, list[str]]:
    """Bring A to its final notice of 2026-04-01; return the turn on 2026-04-24."""
    state = account(FIRST)
    for when in ("2026-03-06", "2026-03-12", "2026-03-23"):
        state, _ = turn(state, at(when))
        state = deliver(state, at(when))
    now = at("2026-04-01")
    state, decision = turn(state, now)
    state = record(state, now, LetterApproved(key=planned(decision)[0].key, by=OWNER))
    state = deliver(state, now)
    state, decision = turn(state, at("2026-04-28"), ledger_as_of=day(as_of))
    return state, [event.kind for event in decision.events]


def test_the_last_rung_is_a_task_with_the_evidence() -> None:
    """After the pay-by date the owner gets the invoice and every letter written about it."""
    state, kinds = handed("2026-04-27")
    entry = state.sequence_of("A")

    assert kinds == ["handed_over", "rep_asked"]
    assert entry is not None and entry.stage is Stage.HANDED_OVER


def test_no_hand_over_on_a_ledger_that_could_not_know() -> None:
    """A ledger not later than the pay-by date hands nothing over."""
    _, kinds = handed("2026-04-17")

    assert kinds == []


def test_a_call_in_the_middle_of_the_ladder_is_a_task_and_counts() -> None:
    """The rep calls; the next level follows."""
    levels = (
        level("call", "due+3bd", action=LevelAction.TASK),
        level("reminder", "due+10d"),
    )
    house = default_house(default_policy(procedures=(default_procedure(levels=levels),)))
    state, decision = turn(account(FIRST), NOW, house)

    assert [TaskGiven] == [type(event) for event in decision.events][:1]
    assert [event for event in decision.events if isinstance(event, HandedOver)] == []

    _, decision = turn(state, at("2026-03-12"), house)

    assert [letter.level for letter in planned(decision)] == ["reminder"]


def test_deliveries_know_no_contact_delay() -> None:
    """A new invoice is delivered on the day of a reminder for another, in its own mail."""
    levels = (level("delivery", "issue+0d", is_delivery=True), level("inquiry", "due+3bd"))
    house = default_house(default_policy(procedures=(default_procedure(levels=levels),)))
    new = invoice(
        "N", "2026-04-06", 70, issued_on=day("2026-03-05"), first_seen_on=day("2026-03-05")
    )
    _, decision = turn(account(FIRST, new), NOW, house)

    assert {letter.kind: letter.lines[0].number for letter in planned(decision)} == {
        LetterKind.LETTER: "A",
        LetterKind.DELIVERY: "N",
    }


# --- the last look --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, [], id="nothing happened"),
        pytest.param({"is_stopped": True}, ["stopped"], id="stopped"),
        pytest.param({"unapplied_mails": ("m1",)}, ["mail_unapplied"], id="a mail came"),
        pytest.param({"ledger_as_of": None}, ["ledger_too_early", "ledger_stale"], id="no ledger"),
    ],
)
def test_the_last_look_checks_every_blocker_again(
    change: dict[str, object], expected: list[str]
) -> None:
    """What held at planning must still hold at the first byte."""
    state, decision = turn(account(FIRST), NOW)
    key = planned(decision)[0].key
    found = last_look(state, key, conditions(NOW, **change), HOUSE, NOW)

    assert expected == [blocker.name for blocker in found]


def test_the_last_look_sees_a_payment() -> None:
    """The letter is no longer the one that would be written now."""
    state, decision = turn(account(FIRST), NOW)
    state = pay(state, FIRST, 700, "2026-03-06")
    found = last_look(state, planned(decision)[0].key, conditions(NOW), HOUSE, NOW)

    assert [blocker.name for blocker in found] == ["changed"]


def test_the_last_look_sees_a_hold() -> None:
    """A hold that came after planning stops the letter."""
    state, decision = turn(account(FIRST), NOW)
    state = record(state, NOW, HoldOpened(hold=hold(HoldReason.MANUAL, "A")))
    found = last_look(state, planned(decision)[0].key, conditions(NOW), HOUSE, NOW)

    assert [blocker.name for blocker in found] == ["hold"]


def test_the_last_look_refuses_what_is_not_queued() -> None:
    """A letter being sent, or never planned, does not go."""
    state, decision = turn(account(FIRST), NOW)
    key = planned(decision)[0].key
    state = record(state, NOW, LetterTransmitting(key=key, attempt=1))

    assert [x.name for x in last_look(state, key, conditions(NOW), HOUSE, NOW)] == ["not_queued"]
    assert [x.name for x in last_look(state, "k", conditions(NOW), HOUSE, NOW)] == ["not_planned"]


def test_a_planned_letter_can_be_composed_again() -> None:
    """Same state, same letter: what was planned is what `preview` shows."""
    state, decision = turn(account(FIRST, SECOND_INVOICE), NOW)
    (effect,) = [found for found in decision.effects if isinstance(found, SendLetter)]

    assert effect.content == compose(state, planned(decision)[0], HOUSE)


# --- waiting --------------------------------------------------------------------------------


def test_an_approved_letter_waits_out_the_contact_delay() -> None:
    """
    2026-03-06 the inquiry of a protected account awaits approval
    2026-03-06 another letter went to the account in the meantime
    2026-03-09 approved inside the delay: it stays queued and is not withdrawn
    """
    state, decision = turn(protected(), NOW)
    key = planned(decision)[0].key
    other = replace(
        planned(decision)[0], key="other", lines=(), demanded=(), stage=LetterStage.QUEUED
    )
    state = deliver(record(state, NOW, LetterPlanned(letter=other)), NOW)
    later = at("2026-03-09")
    state = record(state, later, LetterApproved(key=key, by=OWNER))
    state, decision = turn(state, later)
    found = last_look(state, key, conditions(later), HOUSE, later)

    assert decision.events == ()
    assert [blocker.name for blocker in found] == ["contact_delay"]
    assert lasting(found) == ()


@pytest.mark.parametrize(
    ("when", "changes", "expected"),
    [
        pytest.param("2026-02-10", {}, "2026-02-23 08:00", id="until the next level is due"),
        pytest.param("2026-03-06 05:00", {}, "2026-03-06 08:00", id="until the window opens"),
        pytest.param("2026-03-07", {}, "2026-03-09 08:00", id="over the weekend"),
        pytest.param("2026-03-06", {"is_stopped": True}, "2026-03-06 10:00", id="stopped: stays"),
        pytest.param(
            "2026-03-06", {"inbox_checked_at": None}, "2026-03-06 10:00", id="inbox: stays due"
        ),
        pytest.param(
            "2026-03-06", {"ledger_as_of": day("2026-03-03")}, "2026-03-06 10:15", id="by ledger"
        ),
    ],
)
def test_the_next_instant_is_never_late(
    when: str, changes: dict[str, object], expected: str
) -> None:
    """What only the world blocks moves no row; everything else has its date."""
    _, decision = turn(account(FIRST), at(when), **changes)  # type: ignore[arg-type]  # table

    assert decision.next_action_at == at(expected)


def test_an_invoice_held_until_lifted_still_has_a_next_instant() -> None:
    """Only an act ends the hold; the account is looked at again within a week all the same."""
    held = HoldOpened(hold=hold(HoldReason.LEGAL, "A"))
    _, decision = turn(record(account(FIRST), NOW, held), NOW)

    assert decision.next_action_at is not None
    assert (decision.next_action_at - NOW).days == 7


def test_nothing_open_needs_no_next_instant() -> None:
    """A closed account is looked at again when a ledger names it."""
    closed = InvoiceClosed(number="A", snapshot="s2", because="paid")
    _, decision = turn(record(account(FIRST), NOW, closed), NOW)

    assert decision.next_action_at is None
