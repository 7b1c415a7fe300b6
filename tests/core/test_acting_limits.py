"""Who may bring about what: strangers, unproven senders, shared addresses, suspicion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from daemon.core.events import (
    ContactChanged,
)
from daemon.core.matching import Key
from daemon.core.state import AccountState, HoldReason
from parsers.reading import (
    AbsenceFact,
    AuthVerdict,
    Automatic,
    Flag,
    Intent,
    PromiseFact,
    Reading,
)
from tests.core.builders import (
    AP,
    OWNER,
    day,
)
from tests.core.replies import (
    acted,
    holds_of,
    identity,
    matched,
    promise_reading,
    reading,
    statement,
    the_forward,
    the_hold,
)
from tests.core.reply_table import (
    COLLEAGUE,
    LONG_CONVERSATION,
    STRANGER,
    TABLE,
    TODAY,
    two_overdue,
)


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices, one not yet due; the inquiry about the two went yesterday."""
    return two_overdue()


@pytest.mark.parametrize("read", [entry[0] for entry in TABLE.values()], ids=TABLE)
def test_an_unproven_sender_only_pauses(state: AccountState, read: Reading) -> None:
    """From a colleague of the contact no promise is booked and no contact changes."""
    mail = replace(read, identity=identity(COLLEAGUE))
    decision, after = acted(state, mail, TODAY, match=matched(state, Key.NUMBER, letter=None))

    assert after.promises == ()
    assert not [event for event in decision.events if isinstance(event, ContactChanged)]
    if read.automatic is Automatic.NONE and Flag.ADVERTISING not in read.flags:
        assert f"contact {COLLEAGUE}" in the_forward(decision).commands
        assert after.holds


@pytest.mark.parametrize("read", [entry[0] for entry in TABLE.values()], ids=TABLE)
@pytest.mark.parametrize("kind", ["stranger", "forged"])
def test_a_stranger_earns_a_review_and_nothing_else(
    state: AccountState, read: Reading, kind: str
) -> None:
    """An unknown sender, or a failed proof, leads to a review hold at most."""
    forged = identity(AP, AuthVerdict.FAIL) if kind == "forged" else identity(STRANGER)
    found = matched(state, Key.NUMBER, letter=None)
    _, after = acted(state, replace(read, identity=forged), TODAY, match=found)

    assert {hold.reason for hold in after.holds} <= {HoldReason.REVIEW, HoldReason.CONVERSATION}
    assert all(hold.until_on == day("2026-06-18") for hold in after.holds)
    assert state.promises == after.promises
    assert state.contacts == after.contacts


def test_a_stranger_holds_at_most_once_in_thirty_days(state: AccountState) -> None:
    """
    2026-06-11 stranger promises: review hold through 2026-06-18
    2026-06-20 the same stranger again: told, nothing rests
    2026-07-11 and once more: rests again
    """
    mail = promise_reading("2026-06-24", "INV-1", identity=identity(STRANGER))
    found = matched(state, Key.NUMBER, letter=None)
    _, first = acted(state, mail, TODAY, match=found)
    told, second = acted(first, mail, "2026-06-20", match=found, mail="mail-2")
    _, third = acted(second, mail, "2026-07-11", match=found, mail="mail-3")

    assert holds_of(first) == {"review INV-1": "2026-06-18"}
    assert first.holds == second.holds
    assert the_forward(told).rep == OWNER
    assert len(third.holds) == 2


def test_dates_at_the_end_of_time_do_no_harm(state: AccountState) -> None:
    """A date in the year 9999 is an absurdity of the sender, not a fault of ours."""
    absurd = PromiseFact(on=date.max, amount=None, invoice="INV-1")
    away = AbsenceFact(returns_on=date.max, deputy=None)
    read = reading(statement(Intent.PROMISE_TO_PAY, "INV-1"), promises=(absurd,))
    colleague = replace(read, identity=identity(COLLEAGUE))
    absent = reading(
        statement(Intent.OUT_OF_OFFICE), automatic=Automatic.OUT_OF_OFFICE, absence=away
    )
    _, first = acted(state, read, TODAY)
    _, second = acted(state, colleague, TODAY)
    _, third = acted(state, absent, TODAY)

    assert () == first.promises
    assert day("2026-07-15") == the_hold(second, "promise").until_on
    assert day("2026-07-02") == the_hold(third, "out_of_office").until_on


def test_an_old_letter_or_a_closed_invoice_goes_to_a_person(state: AccountState) -> None:
    """A promise in answer to a letter of four months ago is not booked."""
    decision, after = acted(state, promise_reading("2026-10-24"), "2026-10-12")

    assert after.promises == ()
    assert holds_of(after) == {"conversation 4711": "2026-10-19"}
    assert "too long ago" in the_forward(decision).why


def test_an_address_of_several_customers_rests_each_and_asks_once(state: AccountState) -> None:
    """Only the address spoke, and two customers share it."""
    read = promise_reading("2026-06-24")
    shared = matched(
        state,
        Key.ADDRESS,
        letter=None,
        accounts=("main/4711", "main/9"),
        is_ambiguous_address=True,
    )
    first, after = acted(state, read, TODAY, match=shared)
    second, _ = acted(state, read, TODAY, match=replace(shared, accounts=("main/9", "main/4711")))

    assert holds_of(after) == LONG_CONVERSATION
    assert the_forward(first).rep == OWNER
    assert second.effects == ()


def test_keys_that_disagree_are_for_a_person(state: AccountState) -> None:
    """A reply with our token that names another customer's invoice is not acted upon."""
    mixed = matched(state, is_disagreement=True)
    decision, after = acted(state, promise_reading("2026-06-24"), TODAY, match=mixed)

    assert after.promises == ()
    assert {"review"} == {hold.reason.value for hold in after.holds}
    assert "more than one customer" in the_forward(decision).why


def test_a_suspicious_and_unsure_mail_is_reviewed_once(state: AccountState) -> None:
    """Two rules want the same review hold; it is opened once."""
    unsure = statement(Intent.EXTENSION_REQUEST, "INV-1", confidence=0.1)
    _, after = acted(state, reading(unsure, flags=(Flag.INSTRUCTS_SOFTWARE,)), TODAY)

    assert {"review INV-1", "conversation 4711"} == set(holds_of(after))


@pytest.mark.parametrize("flag", [Flag.INSTRUCTS_SOFTWARE, Flag.BANK_CHANGE])
def test_a_mail_that_instructs_or_redirects_money_is_suspicious(
    state: AccountState, flag: Flag
) -> None:
    """It makes letters pause, books nothing, and is flagged to a person."""
    read = promise_reading("2026-06-24", "INV-1", flags=(flag,), needs_human=True)
    decision, after = acted(state, read, TODAY)

    assert after.promises == ()
    assert "review INV-1" in holds_of(after)
    assert the_forward(decision).is_suspicious
    assert the_forward(decision).draft_answer == ""


def test_a_rep_in_the_thread_silences_the_robot(state: AccountState) -> None:
    """When a rep writes in the thread nothing is read into it; the account just rests."""
    read = promise_reading("2026-06-24", identity=identity(OWNER))
    decision, after = acted(state, read, TODAY, is_rep_thread=True)

    assert holds_of(after) == LONG_CONVERSATION
    assert decision.effects == ()


@pytest.mark.parametrize("sender", [STRANGER, AP, COLLEAGUE])
def test_a_failed_proof_never_offers_to_add_the_address(state: AccountState, sender: str) -> None:
    """The mail is not from that address, so writing to it is no answer."""
    forged = promise_reading("2026-06-24", "INV-1", identity=identity(sender, AuthVerdict.FAIL))
    decision, _ = acted(state, forged, TODAY, match=matched(state, Key.NUMBER, letter=None))
    asked = the_forward(decision)

    assert not [line for line in asked.commands if line.startswith("contact ")]
    assert asked.is_suspicious


def test_a_suspicious_stranger_is_not_offered_as_a_contact(state: AccountState) -> None:
    """Who wants our money elsewhere is not added to the customer by one typed line."""
    read = promise_reading("2026-06-24", "INV-1", identity=identity(COLLEAGUE))
    mail = replace(read, flags=(Flag.BANK_CHANGE,))
    decision, _ = acted(state, mail, TODAY, match=matched(state, Key.NUMBER, letter=None))

    assert f"contact {COLLEAGUE}" not in the_forward(decision).commands
    assert COLLEAGUE not in the_forward(decision).why.partition("To trust")[2]


def test_what_accept_would_do_is_offered_as_a_command(state: AccountState) -> None:
    """An unsure promise with one date can be booked by `accept`, and the rep is told so."""
    unsure = promise_reading("2026-06-24", "INV-1")
    unsure = replace(unsure, statements=(replace(unsure.statements[0], confidence=0.4),))
    decision, _ = acted(state, unsure, TODAY)

    assert ("accept", "decline") == the_forward(decision).commands[:2]


def test_the_date_of_an_undated_promise_is_asked_for_once(state: AccountState) -> None:
    """
    2026-06-11 "we will pay soon": a short question for the date is drafted
    2026-06-16 "soon, really": the account rests, and the rep is not asked again
    """
    soon = reading(statement(Intent.PROMISE_TO_PAY, "INV-1"), flags=(Flag.UNDATED_PROMISE,))
    first, once = acted(state, soon, TODAY)
    second, twice = acted(once, soon, "2026-06-16", mail="mail-2")

    assert the_forward(first).draft_answer
    assert second.effects == ()
    assert len(twice.holds) > len(once.holds)
