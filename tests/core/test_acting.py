"""What a reply does: the table of intents, who may bring it about, and that nothing breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.act_bounce import MAY_BOUNCE
from daemon.core.acting import CONFIDENCE_MIN
from daemon.core.effects import ForwardToRep, TellOperator
from daemon.core.events import (
    ContactAbsent,
    ContactChanged,
    LetterAccepted,
    LetterUndelivered,
    LetterUnknown,
    LetterWithdrawn,
    MailCrossed,
    PromiseMade,
    PromiseSettled,
    ReplyApplied,
)
from daemon.core.matching import Key
from daemon.core.model import ContactStatus
from daemon.core.state import AccountState, HoldReason, LetterStage, PromiseOutcome
from parsers.reading import (
    AbsenceFact,
    AuthVerdict,
    Automatic,
    BounceFact,
    Defect,
    DisputeFact,
    Flag,
    Intent,
    PromiseFact,
    Reading,
    RemittanceFact,
    Severity,
)
from tests.core.builders import (
    AP,
    OWNER,
    SECOND,
    account,
    at,
    contact,
    day,
    eur,
    invoice,
    record,
)
from tests.core.replies import (
    acted,
    answered_letter,
    holds_of,
    identity,
    matched,
    promise_reading,
    reading,
    statement,
    the_forward,
    the_hold,
)

# Thursday; the letter went the day before, about INV-1 and INV-2. INV-3 is not due yet.
TODAY = "2026-06-11"
CONVERSATION = {"conversation 4711": "2026-06-16"}
LONG_CONVERSATION = {"conversation 4711": "2026-06-18"}
STRANGER = "someone@elsewhere.example.net"
COLLEAGUE = "new@debtor.example.org"


@pytest.fixture
def state() -> AccountState:
    """Two overdue invoices, one not yet due; the inquiry about the two went yesterday."""
    opened = account(
        invoice("INV-1", "2026-06-01", 1200),
        invoice("INV-2", "2026-06-02", 300),
        invoice("INV-3", "2026-07-15", 50),
    )
    return answered_letter(opened, "2026-06-10", "INV-1", "INV-2")


TABLE = {
    "promise": (
        promise_reading("2026-06-24", "INV-1"),
        {"promise INV-1": "2026-06-29"} | CONVERSATION,
        "applied",
    ),
    "acknowledgement": (
        reading(statement(Intent.ACKNOWLEDGEMENT)),
        LONG_CONVERSATION,
        "forwarded",
    ),
    "plan": (
        reading(statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"), needs_human=True),
        {"review INV-1": "None"} | CONVERSATION,
        "forwarded",
    ),
    "extension": (
        reading(statement(Intent.EXTENSION_REQUEST), needs_human=True),
        {"review INV-1": "None", "review INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
    "dispute": (
        reading(
            statement(Intent.DISPUTE, "INV-2"),
            dispute=DisputeFact(reason="price", amount=eur(40)),
            needs_human=True,
        ),
        {"dispute INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
    "remittance": (
        reading(
            statement(Intent.REMITTANCE_ADVICE),
            remittance=RemittanceFact(
                amount=eur(300), reference="R1", on=day("2026-06-10"), invoices=("INV-2",)
            ),
        ),
        {"payment_claimed INV-2": "2026-06-18"} | CONVERSATION,
        "applied",
    ),
    "already paid": (
        reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1")),
        {"payment_claimed INV-1": "2026-06-18"} | CONVERSATION,
        "applied",
    ),
    "paid in cash": (
        reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1"), flags=(Flag.PAID_UNSEEABLY,)),
        {"payment_claimed INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "copy": (
        reading(statement(Intent.INVOICE_COPY_REQUEST, "INV-1")),
        CONVERSATION,
        "forwarded",
    ),
    "question": (
        reading(statement(Intent.INFORMATION_REQUEST), needs_human=True),
        LONG_CONVERSATION,
        "forwarded",
    ),
    "hardship": (
        reading(statement(Intent.HARDSHIP_OR_INSOLVENCY), needs_human=True),
        {"hardship 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "stop": (
        reading(statement(Intent.STOP_REQUEST), needs_human=True),
        {"stop_requested 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "refusal of one invoice": (
        reading(statement(Intent.REFUSAL_OR_LEGAL_THREAT, "INV-2"), needs_human=True),
        {"legal INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
    "refusal naming none": (
        reading(statement(Intent.REFUSAL_OR_LEGAL_THREAT), needs_human=True),
        {"legal 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "lawyer": (
        reading(statement(Intent.REFUSAL_OR_LEGAL_THREAT, "INV-2"), flags=(Flag.LAWYER,)),
        {"legal 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "out of office": (
        reading(
            statement(Intent.OUT_OF_OFFICE),
            automatic=Automatic.OUT_OF_OFFICE,
            absence=AbsenceFact(returns_on=day("2026-06-22"), deputy=None),
        ),
        {f"out_of_office {AP}": "2026-06-23"},
        "applied",
    ),
    "ticket receipt": (
        reading(statement(Intent.OTHER_AUTOMATIC), automatic=Automatic.AUTO_REPLY),
        {},
        "filed",
    ),
    "filter challenge": (
        reading(
            statement(Intent.OTHER_AUTOMATIC),
            automatic=Automatic.OTHER_AUTOMATIC,
            flags=(Flag.FILTER_CHALLENGE,),
        ),
        {},
        "forwarded",
    ),
    "advertising": (
        reading(statement(Intent.UNRELATED), flags=(Flag.ADVERTISING,)),
        {},
        "filed",
    ),
    "another matter": (
        reading(statement(Intent.UNRELATED)),
        LONG_CONVERSATION,
        "forwarded",
    ),
    "part paid, part disputed": (
        replace(
            promise_reading("2026-06-24", "INV-1", amount=1100),
            statements=(
                statement(Intent.PROMISE_TO_PAY, "INV-1"),
                statement(Intent.DISPUTE, "INV-1"),
            ),
            dispute=DisputeFact(reason="quality", amount=eur(100)),
            needs_human=True,
        ),
        {"dispute INV-1": "None", "promise INV-1": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "two invoices, two fates": (
        replace(
            promise_reading("2026-06-24"),
            statements=(
                statement(Intent.PROMISE_TO_PAY),
                statement(Intent.DISPUTE, "INV-1"),
            ),
            invoices=("INV-1",),
            needs_human=True,
        ),
        {"dispute INV-1": "None", "promise INV-2": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "conditional promise": (
        promise_reading("2026-06-24", "INV-1", flags=(Flag.CONDITIONAL,)),
        {"review INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "promise that a person should see": (
        promise_reading("2026-06-24", "INV-1", needs_human=True),
        {"promise INV-1": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "unsure promise": (
        promise_reading(
            "2026-06-24",
            "INV-1",
            statements=(statement(Intent.PROMISE_TO_PAY, "INV-1", confidence=0.4),),
        ),
        {"review INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "unsure dispute": (
        reading(statement(Intent.DISPUTE, "INV-1", confidence=0.4), needs_human=True),
        {"dispute INV-1": "None"} | CONVERSATION,
        "forwarded",
    ),
    "a mere guess at a dispute": (
        reading(statement(Intent.DISPUTE, "INV-1", confidence=0.1), needs_human=True),
        {"review INV-1": "None"} | CONVERSATION,
        "forwarded",
    ),
    "a date beside a plan that is asked for": (
        promise_reading(
            "2026-06-24",
            "INV-1",
            statements=(
                statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"),
                statement(Intent.PROMISE_TO_PAY, "INV-1"),
            ),
            needs_human=True,
        ),
        {"review INV-1": "None", "promise INV-1": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "remittance as attachment": (
        reading(
            statement(Intent.REMITTANCE_ADVICE, "INV-1"), flags=(Flag.HAS_REMITTANCE_ATTACHMENT,)
        ),
        {"payment_claimed INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "nothing readable": (
        reading(
            flags=(Flag.UNREADABLE,),
            defects=(Defect(code="x", sentence="It is garbled.", severity=Severity.FATAL),),
        ),
        {"review INV-1": "None", "review INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
}


@pytest.mark.parametrize(("read", "holds", "place"), TABLE.values(), ids=TABLE)
def test_a_reply_of_a_proven_contact_does_what_the_table_says(
    state: AccountState, read: Reading, holds: dict[str, str], place: str
) -> None:
    """Each intent opens its holds, and the mail ends in exactly one place."""
    decision, after = acted(state, read, TODAY)

    applied = [event for event in decision.events if isinstance(event, ReplyApplied)]
    assert [place] == [event.place for event in applied]
    assert holds == holds_of(after)
    assert (place == "forwarded") == any(isinstance(e, ForwardToRep) for e in decision.effects)


@pytest.mark.parametrize("read", [entry[0] for entry in TABLE.values()], ids=TABLE)
def test_the_same_mail_twice_changes_nothing_more(state: AccountState, read: Reading) -> None:
    """A mail acted upon again opens no hold, books no promise and asks nobody again."""
    _, once = acted(state, read, TODAY)
    again, twice = acted(once, read, TODAY, match=matched(state))

    assert once.holds == twice.holds
    assert once.promises == twice.promises
    assert again.effects == ()


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


def test_a_dispute_suspends_the_promise_and_spares_the_other_invoice(state: AccountState) -> None:
    """
    2026-06-11 promise INV-1 for 2026-06-24
    2026-06-12 dispute INV-1: the promise is suspended, INV-2 goes on
    """
    _, promised = acted(state, promise_reading("2026-06-24", "INV-1"), TODAY)
    read = reading(
        statement(Intent.DISPUTE, "INV-1"), dispute=DisputeFact(reason="quality"), needs_human=True
    )
    decision, after = acted(promised, read, "2026-06-12", mail="mail-2")

    assert [promise.outcome for promise in after.promises] == [PromiseOutcome.SUSPENDED]
    assert the_hold(after, "dispute").reason_code == "quality"
    assert "promise INV-1" not in holds_of(after)
    assert "resolved" in the_forward(decision).commands


def test_a_waiting_letter_is_withdrawn_when_the_customer_writes(state: AccountState) -> None:
    """A letter that still waits when an invoice in it is disputed does not go."""
    waiting = answered_letter(
        state, "2026-06-18", "INV-1", level="reminder", stage=LetterStage.QUEUED
    )
    read = reading(statement(Intent.DISPUTE, "INV-1"), needs_human=True)
    decision, after = acted(waiting, read, "2026-06-18 11:00", match=matched(state))

    assert [LetterWithdrawn] == [
        type(event) for event in decision.events if isinstance(event, LetterWithdrawn)
    ]
    assert LetterStage.WITHDRAWN is after.letters[-1].stage


def test_a_letter_under_way_has_crossed_the_mail(state: AccountState) -> None:
    """A letter in transmission cannot be called back; that the two crossed is recorded."""
    moving = answered_letter(
        state, "2026-06-18", "INV-1", level="reminder", stage=LetterStage.TRANSMITTING
    )
    decision, _ = acted(
        moving, promise_reading("2026-06-24", "INV-1"), "2026-06-18", match=matched(state)
    )

    assert [e.mail for e in decision.events if isinstance(e, MailCrossed)] == ["mail-1"]


def test_a_reply_proves_that_an_unknown_letter_left(state: AccountState) -> None:
    """Nobody knew whether the letter had left; the customer's answer settles it."""
    moving = answered_letter(
        state, "2026-06-18", "INV-1", level="reminder", stage=LetterStage.TRANSMITTING
    )
    unknown = record(
        moving, at("2026-06-18"), LetterUnknown(key=moving.letters[-1].key, because="cut")
    )
    decision, after = acted(unknown, reading(statement(Intent.ACKNOWLEDGEMENT)), "2026-06-19")

    assert isinstance(decision.events[0], LetterAccepted)
    assert LetterStage.ACCEPTED is after.letters[-1].stage


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


def test_a_bounce_of_the_copy_leaves_the_letter_alone() -> None:
    """The escalation contact in copy is gone; the letter reached its reader all the same."""
    both = account(invoice("INV-1", "2026-06-01", 1200), contacts=(contact(), contact(SECOND)))
    sent = answered_letter(both, "2026-06-10", "INV-1")
    _, after = acted(sent, bounce(recipients=(SECOND,)), TODAY)

    assert [ContactStatus.USABLE, ContactStatus.BOUNCED] == [c.status for c in after.contacts]
    assert LetterStage.ACCEPTED is after.letters[0].stage


def test_a_promise_that_a_person_should_see_is_not_booked(state: AccountState) -> None:
    """It pauses; the rep's `accept` would book it."""
    _, after = acted(state, promise_reading("2026-06-24", "INV-1", needs_human=True), TODAY)

    assert () == after.promises
    assert "promise 2026-06-24" == after.forwards[0].accept


def test_an_undated_promise_is_an_acknowledgement(state: AccountState) -> None:
    """`Will pay soon` rests the account and books nothing."""
    read = reading(statement(Intent.PROMISE_TO_PAY), flags=(Flag.UNDATED_PROMISE,))
    decision, after = acted(state, read, TODAY)

    assert LONG_CONVERSATION == holds_of(after)
    assert "date" in the_forward(decision).why


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


def test_the_date_is_asked_for_once(state: AccountState) -> None:
    """The first acknowledgement offers a question for the date, the second does not."""
    read = reading(statement(Intent.ACKNOWLEDGEMENT))
    first, once = acted(state, read, TODAY)
    second, _ = acted(once, read, "2026-06-15", mail="mail-2")

    assert "An welchem Tag" in the_forward(first).draft_answer
    assert second.effects == ()


def test_a_forward_tells_what_follows_if_nobody_answers(state: AccountState) -> None:
    """The dates on which the rep and the deputy are asked, and what rests until when."""
    read = reading(statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"), needs_human=True)
    decision, _ = acted(state, read, TODAY)
    sentence = the_forward(decision).next_if_silent

    assert "again on 2026-06-15" in sentence
    assert "dan@creditor.example.com on 2026-06-17" in sentence
    assert "until somebody answers" in sentence


def test_two_parts_of_one_mail_are_two_promises(state: AccountState) -> None:
    """400 on the 17th and the rest on the 24th: neither part replaces the other."""
    facts = (
        PromiseFact(on=day("2026-06-17"), amount=eur(400), invoice="INV-1"),
        PromiseFact(on=day("2026-06-24"), amount=eur(800), invoice="INV-1"),
    )
    read = reading(statement(Intent.PROMISE_TO_PAY, "INV-1"), promises=facts)
    decision, after = acted(state, read, TODAY)

    assert len([event for event in decision.events if isinstance(event, PromiseMade)]) == 2
    assert not [event for event in decision.events if isinstance(event, PromiseSettled)]
    assert [eur(1200), eur(800)] == [promise.baseline[0].open for promise in after.promises]


# --- the law: total, and always foldable ----------------------------------------------------

NUMBERS = st.sampled_from(["INV-1", "INV-2", "INV-3", "inv 1", "OTHER-99"])
DAYS = st.one_of(
    st.integers(-40, 400).map(lambda days: date(2026, 6, 11) + timedelta(days=days)),
    st.sampled_from([date.min, date.max]),
)
AMOUNTS = st.one_of(st.none(), st.integers(-10, 5000).map(eur))
STATEMENTS = st.builds(
    lambda intent, numbers, confidence: statement(intent, *numbers, confidence=confidence),
    st.sampled_from(Intent),
    st.lists(NUMBERS, max_size=3),
    st.floats(0, 1),
)
READINGS = st.builds(
    lambda statements, **changes: reading(*statements, **changes),
    st.lists(STATEMENTS, max_size=4),
    automatic=st.sampled_from(Automatic),
    promises=st.lists(
        st.builds(
            PromiseFact,
            on=DAYS,
            amount=AMOUNTS,
            invoice=st.one_of(st.none(), NUMBERS),
            alternatives=st.lists(DAYS, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    dispute=st.one_of(
        st.none(),
        st.builds(
            DisputeFact,
            reason=st.sampled_from(["price", "nonsense"]),
            amount=AMOUNTS,
            invoices=st.lists(NUMBERS, max_size=2).map(tuple),
        ),
    ),
    absence=st.one_of(
        st.none(), st.builds(AbsenceFact, returns_on=st.one_of(st.none(), DAYS), deputy=st.none())
    ),
    bounce=st.one_of(
        st.none(),
        st.builds(
            BounceFact,
            recipients=st.just((AP,)),
            is_hard=st.booleans(),
            is_delayed=st.booleans(),
            is_policy=st.booleans(),
        ),
    ),
    new_contact=st.sampled_from([None, AP, "x@debtor.example.org", "y@other.example.net"]),
    flags=st.lists(st.sampled_from(Flag), max_size=3).map(tuple),
    needs_human=st.booleans(),
    identity=st.builds(
        identity,
        st.sampled_from([AP, COLLEAGUE, STRANGER, ""]),
        st.sampled_from(AuthVerdict),
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    reads=st.lists(READINGS, min_size=1, max_size=3),
    has_token=st.booleans(),
    stage=st.sampled_from([LetterStage.ACCEPTED, LetterStage.QUEUED, LetterStage.TRANSMITTING]),
    is_mixed=st.booleans(),
)
def test_acting_is_total_and_its_events_fold(
    reads: list[Reading], has_token: bool, stage: LetterStage, is_mixed: bool
) -> None:
    """Whatever is read, each mail ends in one place and its events are possible."""
    opened = account(
        invoice("INV-1", "2026-06-01", 1200),
        invoice("INV-2", "2026-06-02", 300),
        invoice("INV-3", "2026-07-15", 50),
    )
    state = answered_letter(opened, "2026-06-10", "INV-1", "INV-2")
    state = answered_letter(state, "2026-06-11 09:00", "INV-1", level="reminder", stage=stage)
    for position, read in enumerate(reads):
        found = matched(
            state,
            *((Key.TOKEN, Key.ADDRESS) if has_token else (Key.ADDRESS,)),
            is_disagreement=is_mixed,
        )
        decision, state = acted(state, read, TODAY, match=found, mail=f"mail-{position}")

        assert [f"mail-{position}"] == [
            event.mail for event in decision.events if isinstance(event, ReplyApplied)
        ]
        assert len({effect.key for effect in decision.effects}) == len(decision.effects)


def test_every_intent_has_its_threshold() -> None:
    """No label is acted upon without a stated least confidence."""

    assert set(Intent) == set(CONFIDENCE_MIN)
    assert LetterStage.ACCEPTED in MAY_BOUNCE
