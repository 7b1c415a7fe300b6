"""What replies say of people: bounces, absences, changed contacts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.effects import TellOperator
from daemon.core.events import (
    ContactAbsent,
    ContactChanged,
    LetterUndelivered,
    ReplyApplied,
)
from daemon.core.matching import Key
from daemon.core.model import ContactStatus
from daemon.core.state import AccountState, HoldReason, LetterStage
from parsers.reading import (
    AbsenceFact,
    AuthVerdict,
    Automatic,
    BounceFact,
    Intent,
    Reading,
)
from tests.core.builders import (
    AP,
    OWNER,
    SECOND,
    account,
    contact,
    day,
    invoice,
)
from tests.core.replies import (
    acted,
    answered_letter,
    holds_of,
    identity,
    matched,
    reading,
    statement,
    the_forward,
)
from tests.core.reply_table import (
    TODAY,
    two_overdue,
)
from tests.core.telling import told


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices, one not yet due; the inquiry about the two went yesterday."""
    return two_overdue()


def bounce(**changes: object) -> Reading:
    """Return the reading of a delivery failure to the contact."""
    fact = BounceFact(recipients=(AP,), is_hard=True, status="5.1.1")
    return reading(
        statement(Intent.OTHER_AUTOMATIC),
        automatic=Automatic.BOUNCE,
        identity=identity("mailer-daemon@relay.example.net", AuthVerdict.NONE),
        bounce=replace(fact, **changes),  # type: ignore[arg-type]  # a test's shorthand
        needs_human=True,
    )


def test_a_hard_bounce_voids_the_lines_and_asks_when_no_address_is_left(
    state: AccountState,
) -> None:
    """The only address does not exist: the level does not count, the owner is asked."""
    decision, after = acted(state, bounce(), TODAY)

    assert [LetterUndelivered, ContactChanged] == [type(e) for e in decision.events[:2]]
    assert ContactStatus.BOUNCED is after.contacts[0].status
    assert [entry.advances for entry in after.sequences if entry.number == "INV-1"] == [()]
    assert "no address left" in the_forward(decision).subject


def test_a_hard_bounce_goes_on_with_the_next_contact() -> None:
    """With a second address nobody needs to be asked."""
    both = account(invoice("INV-1", "2026-06-01", 1200), contacts=(contact(), contact(SECOND)))
    sent = answered_letter(both, "2026-06-10", "INV-1")
    decision, after = acted(sent, bounce(), TODAY)

    assert decision.effects == ()
    assert [c.status for c in after.contacts] == [ContactStatus.BOUNCED, ContactStatus.USABLE]


def test_a_soft_bounce_tries_the_same_address_once(state: AccountState) -> None:
    """
    2026-06-11 final 4.2.2: the address rests today, the lines are free
    2026-06-12 the same level once more; 4.2.2 again: as hard
    """
    soft = bounce(is_hard=False, status="4.2.2")
    _, once = acted(state, soft, TODAY)
    again = answered_letter(once, "2026-06-12", "INV-1", "INV-2")
    _, twice = acted(again, soft, "2026-06-12 12:00", mail="mail-2")

    assert {f"undeliverable {AP}": "2026-06-11"} == holds_of(once)
    assert ContactStatus.USABLE is once.contacts[0].status
    assert ContactStatus.BOUNCED is twice.contacts[0].status


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"is_delayed": True, "is_hard": False}, []),
        ({"is_policy": True, "status": "5.7.1"}, [TellOperator]),
    ],
    ids=["delay notice", "policy refusal"],
)
def test_delay_and_policy_do_not_spoil_the_address(
    state: AccountState, changes: dict[str, object], kinds: list[type]
) -> None:
    """A delay is filed; a policy refusal is our fault and goes to the operator."""
    decision, after = acted(state, bounce(**changes), TODAY)

    assert kinds == [type(effect) for effect in decision.effects]
    assert ContactStatus.USABLE is after.contacts[0].status


def test_a_second_policy_refusal_waits_for_the_owner(state: AccountState) -> None:
    """
    2026-06-11 5.7.26: our sending rests, the operator is told, the letter goes once more
    2026-06-15 5.7.26 again: the address rests until the owner says `contact`
    """
    refused = bounce(is_policy=True, is_hard=False, status="5.7.26")
    first, once = acted(state, refused, TODAY)
    again = answered_letter(once, "2026-06-15", "INV-1", "INV-2")
    second, twice = acted(again, refused, "2026-06-15 12:00", mail="mail-2")
    _, after = told(twice, f"contact {AP}", forward=twice.forwards[0], when="2026-06-16")

    assert [TellOperator] == [type(effect) for effect in first.effects]
    assert "is refused" in the_forward(second).subject
    assert f"contact {AP}" in the_forward(second).commands
    assert [None] == [
        hold.until_on
        for hold in twice.holds
        if hold.reason is HoldReason.UNDELIVERABLE and hold.origin == "mail-2"
    ]
    assert not [hold for hold in after.holds if hold.reason is HoldReason.UNDELIVERABLE]


def test_a_bounce_of_the_copy_leaves_the_letter_alone() -> None:
    """The escalation contact in copy is gone; the letter reached its reader all the same."""
    both = account(invoice("INV-1", "2026-06-01", 1200), contacts=(contact(), contact(SECOND)))
    sent = answered_letter(both, "2026-06-10", "INV-1")
    _, after = acted(sent, bounce(recipients=(SECOND,)), TODAY)

    assert [ContactStatus.USABLE, ContactStatus.BOUNCED] == [c.status for c in after.contacts]
    assert LetterStage.ACCEPTED is after.letters[0].stage


def test_a_bounce_of_no_letter_of_ours_changes_nothing(state: AccountState) -> None:
    """Anybody can write a mail that looks like a bounce; without our letter a person looks."""
    decision, after = acted(state, bounce(), TODAY, match=matched(state, Key.NUMBER, letter=None))

    assert state.contacts == after.contacts
    assert the_forward(decision).rep == OWNER


@pytest.mark.parametrize(
    ("new", "sender", "verdict", "place"),
    [
        ("pay@debtor.example.org", AP, AuthVerdict.PASS, "applied"),
        ("pay@other.example.net", AP, AuthVerdict.PASS, "forwarded"),
        ("pay@debtor.example.org", AP, AuthVerdict.NONE, "forwarded"),
        (None, AP, AuthVerdict.PASS, "forwarded"),
    ],
    ids=["inside the domain", "other domain", "no proof", "no address"],
)
def test_a_contact_is_adopted_only_with_proof_inside_the_domain(
    state: AccountState, new: str | None, sender: str, verdict: AuthVerdict, place: str
) -> None:
    """Inside the sender's domain with a pass it is adopted, else it is proposed."""
    read = reading(
        statement(Intent.CONTACT_CHANGE), new_contact=new, identity=identity(sender, verdict)
    )
    decision, after = acted(state, read, TODAY)

    known = [c.address for c in after.contacts if c.status is ContactStatus.USABLE]
    assert (place == "applied") == (known == [new])
    assert place == next(e.place for e in decision.events if isinstance(e, ReplyApplied))
    if new and place == "forwarded":
        assert f"contact {new}" == after.forwards[0].accept


def test_an_absence_is_capped_and_its_gap_runs_from_the_return(state: AccountState) -> None:
    """Back in three months: the contact rests for 21 days, no longer."""
    read = reading(
        statement(Intent.OUT_OF_OFFICE),
        automatic=Automatic.OUT_OF_OFFICE,
        absence=AbsenceFact(returns_on=day("2026-09-11"), deputy="dep@debtor.example.org"),
    )
    decision, after = acted(state, read, TODAY)

    assert {f"out_of_office {AP}": "2026-07-02"} == holds_of(after)
    assert [day("2026-07-02")] == [
        event.returns_on for event in decision.events if isinstance(event, ContactAbsent)
    ]
    assert (AP, "dep@debtor.example.org") in after.deputies
