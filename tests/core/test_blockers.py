"""Blockers: every reason at once, each with its evidence and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.core.effects import ForwardToRep
from daemon.core.events import (
    ForwardMoved,
    HoldOpened,
    LetterPlanned,
    LetterPresumed,
    LetterTransmitting,
    LetterUnknown,
)
from daemon.core.explain import explain
from daemon.core.letters import Blocker
from daemon.core.model import AccountFacts, ContactStatus
from daemon.core.restored import Gap, ask_about_presumed
from daemon.core.state import AccountState, ForwardStage, HoldReason, HoldScope, LetterStage
from tests.core.builders import (
    AP,
    account,
    at,
    conditions,
    contact,
    credit,
    day,
    default_facts,
    default_house,
    deliver,
    eur,
    hold,
    invoice,
    planned,
    record,
    turn,
)

FIRST = invoice("A", "2026-03-02", 1200)
NOW = at("2026-03-06")
HOUSE = default_house()


def blockers(
    state: AccountState, when: str = "2026-03-06", number: str = "A", **changes: object
) -> dict[str, Blocker]:
    """Return the blockers of one invoice by name."""
    now = at(when)
    verdict = explain(state, conditions(now, **changes), HOUSE, now, number)
    return {blocker.name: blocker for blocker in verdict.blockers}


def test_a_due_invoice_with_fresh_facts_is_allowed() -> None:
    """No reason against it: the list is empty."""

    assert {} == blockers(account(FIRST))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"is_stopped": True}, "stopped", id="global stop"),
        pytest.param({"is_breaker_open": True}, "breaker", id="circuit breaker"),
        pytest.param({"letters_today": 200}, "daily_cap", id="daily cap"),
        pytest.param({"inbox_checked_at": None}, "inbox_not_read", id="inbox never read"),
        pytest.param(
            {"inbox_checked_at": NOW - timedelta(minutes=31)}, "inbox_not_read", id="read long ago"
        ),
        pytest.param({"unapplied_mails": ("m1",)}, "mail_unapplied", id="mail not applied"),
        pytest.param({"ledger_as_of": None}, "ledger_stale", id="no ledger"),
    ],
)
def test_what_the_world_blocks(changes: dict[str, object], expected: str) -> None:
    """Freshness, mode and brakes block every account."""

    assert expected in blockers(account(FIRST), **changes)  # type: ignore[arg-type]  # shorthand


@pytest.mark.parametrize(
    ("when", "as_of", "is_stale"),
    [
        pytest.param("2026-03-09", "2026-03-06", False, id="Friday's ledger on Monday"),
        pytest.param("2026-03-09", "2026-03-05", False, id="Thursday's ledger on Monday"),
        pytest.param("2026-03-09", "2026-03-04", True, id="Wednesday's ledger on Monday"),
        pytest.param("2026-03-10", "2026-03-06", False, id="one whole day between"),
        pytest.param("2026-03-11", "2026-03-06", True, id="two whole days between"),
    ],
)
def test_a_ledger_grows_stale_in_business_days(when: str, as_of: str, is_stale: bool) -> None:
    """More than one whole business day of the creditor's lies between as-of and today."""
    found = blockers(account(FIRST), when, ledger_as_of=day(as_of))

    assert is_stale == ("ledger_stale" in found)


@pytest.mark.parametrize(
    ("as_of", "is_early"),
    [
        pytest.param("2026-03-03", True, id="one business day after due"),
        pytest.param("2026-03-04", False, id="two business days after due"),
    ],
)
def test_no_overdue_letter_before_the_ledger_could_know(as_of: str, is_early: bool) -> None:
    """The as-of must reach the due date + 2 business days."""
    found = blockers(account(FIRST), "2026-03-05", ledger_as_of=day(as_of))

    assert is_early == ("ledger_too_early" in found)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(default_facts(is_excluded=True), "excluded", id="excluded"),
        pytest.param(default_facts(is_autopay=True), "autopay", id="autopay"),
    ],
)
def test_what_the_account_blocks(facts: AccountFacts, expected: str) -> None:
    """Excluded and self-paying accounts get no letter."""

    assert expected in blockers(account(FIRST, facts=facts))


@pytest.mark.parametrize(
    ("when", "is_outside"),
    [
        pytest.param("2026-03-06 07:59", True, id="08:59 there"),
        pytest.param("2026-03-06 08:00", False, id="09:00 there"),
        pytest.param("2026-03-06 15:30", True, id="16:30 there"),
        pytest.param("2026-03-07 10:00", True, id="a Saturday"),
    ],
)
def test_letters_leave_in_the_debtors_hours(when: str, is_outside: bool) -> None:
    """Business days, 09:00 to 16:30 of the debtor's clock."""

    assert is_outside == ("window" in blockers(account(FIRST), when))


def test_five_days_lie_between_two_letters() -> None:
    """The contact delay counts over all invoices and says when it ends."""
    state, _ = turn(account(FIRST), NOW)
    state = deliver(state, NOW)
    found = blockers(state, "2026-03-10")

    assert day("2026-03-10") == found["contact_delay"].until
    assert "contact_delay" not in blockers(state, "2026-03-11")


@pytest.mark.parametrize(
    ("scope", "subject", "reason", "is_blocked"),
    [
        pytest.param(HoldScope.INVOICE, "A", HoldReason.PROMISE, True, id="on the invoice"),
        pytest.param(HoldScope.ACCOUNT, "4711", HoldReason.HARDSHIP, True, id="on the account"),
        pytest.param(HoldScope.INVOICE, "B", HoldReason.DISPUTE, False, id="on another invoice"),
    ],
)
def test_a_live_hold_blocks_what_it_rests_on(
    scope: HoldScope, subject: str, reason: HoldReason, is_blocked: bool
) -> None:
    """An invoice rests under its own holds and those of the account."""
    resting = hold(reason, subject, scope=scope, until="2026-03-20")
    state = record(account(FIRST), NOW, HoldOpened(hold=resting))
    found = blockers(state)

    assert is_blocked == ("hold" in found)
    if is_blocked:
        assert day("2026-03-20") == found["hold"].until


def test_an_invoice_rests_until_its_last_hold_ends() -> None:
    """Each live hold is its own reason."""
    state = record(
        account(FIRST),
        NOW,
        HoldOpened(hold=hold(HoldReason.PROMISE, "A", until="2026-03-10")),
        HoldOpened(hold=hold(HoldReason.CONVERSATION, "A", until="2026-03-20")),
    )
    verdict = explain(state, conditions(NOW), HOUSE, NOW, "A")

    assert [day("2026-03-10"), day("2026-03-20")] == [
        blocker.until for blocker in verdict.blockers if blocker.name == "hold"
    ]


def test_a_promise_rests_until_a_ledger_has_judged_it() -> None:
    """Past its date it stays, and no date ends it."""
    resting = hold(HoldReason.PROMISE, "A", until="2026-03-04", awaits_ledger=True)
    found = blockers(record(account(FIRST), NOW, HoldOpened(hold=resting)))

    assert found["hold"].until is None


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        pytest.param((), "no_contact", id="none on file"),
        pytest.param((contact(AP, status=ContactStatus.BOUNCED),), "no_contact", id="bounced"),
        pytest.param((contact(AP, status=ContactStatus.LEFT),), "no_contact", id="left"),
    ],
)
def test_without_a_usable_address_no_letter(contacts: tuple[object, ...], expected: str) -> None:
    """Bounced and left addresses do not count."""

    state = account(FIRST, contacts=contacts)  # type: ignore[arg-type]  # a table's column

    assert expected in blockers(state)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        pytest.param(HoldReason.OUT_OF_OFFICE, "contact_absent", id="absent"),
        pytest.param(HoldReason.UNDELIVERABLE, "contact_resting", id="soft bounce"),
    ],
)
def test_a_contact_may_rest(reason: HoldReason, expected: str) -> None:
    """Away, or to be tried once more: the letter waits and says until when."""
    resting = hold(reason, AP, scope=HoldScope.CONTACT, until="2026-03-09")
    found = blockers(record(account(FIRST), NOW, HoldOpened(hold=resting)))

    assert day("2026-03-09") == found[expected].until


def test_nothing_open_and_too_little_to_ask_for() -> None:
    """Closed, empty, a credit, or below the minimum after credits."""
    state = account(FIRST, invoice("Z", "2026-03-02", 3), credit("C", "2026-02-01", 1199))
    paid = replace(FIRST, open=eur(0))

    assert "below_minimum" in blockers(state)
    assert "no_balance" in blockers(state, number="C")
    assert "no_balance" in blockers(account(paid))


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        pytest.param(LetterStage.AWAITS_APPROVAL, "approval_pending", id="awaits approval"),
        pytest.param(LetterStage.QUEUED, "letter_pending", id="queued"),
    ],
)
def test_a_letter_on_its_way_blocks_its_invoices(stage: LetterStage, expected: str) -> None:
    """No second letter about the same invoice."""
    _, decision = turn(account(FIRST), NOW)
    letter = replace(planned(decision)[0], stage=stage, expires_on=day("2026-03-13"))
    found = blockers(record(account(FIRST), NOW, LetterPlanned(letter=letter)))

    assert expected in found


def test_an_unknown_letter_blocks_until_it_is_settled() -> None:
    """Nobody knows whether it arrived: no date ends that."""
    state, decision = turn(account(FIRST), NOW)
    key = planned(decision)[0].key
    state = record(
        state, NOW, LetterTransmitting(key=key, attempt=1), LetterUnknown(key=key, because="reset")
    )
    found = blockers(state, "2026-03-20")

    assert found["letter_unknown"].until is None


def test_days_lie_between_letters_though_the_fate_of_one_is_unknown() -> None:
    """A letter that left, perhaps, days after the day it was planned for counts from when it
    left: the account's other invoice waits as long as after one that surely went."""
    other = invoice("B", "2026-03-04", 500)
    state, decision = turn(account(FIRST), NOW)
    key = planned(decision)[0].key
    late = at("2026-03-12")
    state = record(
        state, late, LetterTransmitting(key=key, attempt=1), LetterUnknown(key=key, because="reset")
    )
    both = replace(state, items=(*state.items, *account(other).items))
    found = blockers(both, "2026-03-13", "B")

    assert day("2026-03-16") == found["contact_delay"].until


def test_days_lie_between_letters_though_one_is_only_presumed_to_have_left() -> None:
    """It waited when the backup was made, and may have left on the last day before the restore."""
    other = invoice("B", "2026-03-04", 500)
    state, decision = turn(account(FIRST), NOW)
    letter = planned(decision)[0]
    restored_at = at("2026-03-12")
    gap = Gap(since=NOW, until=restored_at)
    state = record(state, restored_at, LetterPresumed(key=letter.key, because=gap.because))
    asked = ask_about_presumed(state.facts.account, state, gap, HOUSE, restored_at)
    state = record(state, restored_at, *asked.events)
    both = replace(state, items=(*state.items, *account(other).items))
    found = blockers(both, "2026-03-13", "B")

    assert day("2026-03-16") == found["contact_delay"].until


def test_drafts_lie_days_apart_as_letters_would() -> None:
    """What draft mode shows is what would go: not two letters to an account on one day."""
    other = invoice("B", "2026-03-02", 500)
    _, decision = turn(account(FIRST), NOW)
    draft = replace(planned(decision)[0], stage=LetterStage.DRAFT)
    state = record(account(FIRST, other), NOW, LetterPlanned(letter=draft))
    found = blockers(state, "2026-03-09", "B")

    assert day("2026-03-10") == found["contact_delay"].until
    assert "drafted" in found["contact_delay"].because
    assert "contact_delay" not in blockers(state, "2026-03-11", "B")


def test_an_address_is_asked_for_anew_when_the_question_ended_unanswered() -> None:
    """The question closed with the invoice that it named; the next invoice asks again, once."""
    bounced = (contact(AP, status=ContactStatus.BOUNCED),)
    state, first = turn(account(FIRST, contacts=bounced), NOW)
    asked = next(one for one in first.effects if isinstance(one, ForwardToRep))
    closed = ForwardMoved(
        forward=asked.forward, stage=ForwardStage.CLOSED, rep=asked.rep, on=day("2026-03-09")
    )
    state = record(state, at("2026-03-09"), closed)
    state, again = turn(state, at("2026-03-10"))
    _, third = turn(state, at("2026-03-11"))

    asked_again = [one.forward for one in again.effects if isinstance(one, ForwardToRep)]
    assert [f"{asked.forward}|2"] == asked_again
    assert [] == [one for one in third.effects if isinstance(one, ForwardToRep)]


def test_a_level_not_yet_due_says_until_when() -> None:
    """The reminder is due on the 12th."""
    state, _ = turn(account(FIRST), NOW)
    found = blockers(deliver(state, NOW), "2026-03-11")

    assert day("2026-03-11") == found["not_due"].until


def test_every_blocker_speaks_to_a_clerk() -> None:
    """A name, a sentence, and all reasons at once."""
    found = blockers(account(FIRST, contacts=()), "2026-03-07 10:00", is_stopped=True)

    assert {"no_contact", "window", "stopped"} <= set(found)
    assert all(" " in blocker.because for blocker in found.values())
