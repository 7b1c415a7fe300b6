"""Forwards: asked once, repeated, passed to the deputy; the hold stays."""

from __future__ import annotations

import pytest

from daemon.core.act_case import folded
from daemon.core.effects import Decision, ForwardToRep
from daemon.core.events import (
    ForwardMoved,
    InvoiceClosed,
    LetterAccepted,
    LetterUnknown,
    SequenceEntered,
)
from daemon.core.forwards import Matter, forward, next_reminder_at, remind, rep_absent
from daemon.core.state import AccountState, ForwardStage, LetterStage
from parsers.reading import Intent
from tests.core.builders import (
    DEPUTY,
    OWNER,
    account,
    at,
    default_house,
    invoice,
    record,
)
from tests.core.replies import acted, answered_letter, reading, statement, the_forward

HOUSE = default_house()


@pytest.fixture
def asked() -> AccountState:
    """On Friday 12 June a customer asked for instalments; Olga was asked."""
    opened = account(invoice("INV-1", "2026-06-01", 1200))
    sent = answered_letter(opened, "2026-06-10", "INV-1")
    read = reading(statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"), needs_human=True)
    _, state = acted(sent, read, "2026-06-12")
    return state


def reminded(state: AccountState, when: str) -> tuple[Decision, AccountState]:
    """Remind at `when`; return the decision and the state after it."""
    decision = remind(state, HOUSE, at(when))
    return decision, folded(state, decision.events, at(when))


def test_an_unanswered_forward_is_repeated_and_goes_to_the_deputy(asked: AccountState) -> None:
    """
    2026-06-12 (Friday) Olga is asked
    2026-06-15 nothing yet: one business day has passed
    2026-06-16 asked again, the original attached again
    2026-06-18 Dan is asked in her place; the hold stays
    2026-07-20 nothing more
    """
    early, _ = reminded(asked, "2026-06-15")
    second, repeated = reminded(asked, "2026-06-16")
    same_day, _ = reminded(repeated, "2026-06-16 15:00")
    third, passed = reminded(repeated, "2026-06-18")
    never, _ = reminded(passed, "2026-07-20")

    assert () == early.events
    assert (OWNER, 1, "mail-1") == (
        the_forward(second).rep,
        the_forward(second).repeat,
        the_forward(second).mail,
    )
    assert ("accept", "decline") == the_forward(second).commands[:2]
    assert () == same_day.events
    assert (DEPUTY, 2) == (the_forward(third).rep, the_forward(third).repeat)
    assert ForwardStage.WITH_DEPUTY is passed.forwards[0].stage
    assert asked.holds == passed.holds
    assert () == never.events


def test_the_next_reminder_is_known(asked: AccountState) -> None:
    """The account must be looked at again when the reminder is due, never later."""
    _, repeated = reminded(asked, "2026-06-16")
    _, passed = reminded(repeated, "2026-06-18")

    assert at("2026-06-15 22:00") == next_reminder_at(asked, HOUSE)
    assert at("2026-06-17 22:00") == next_reminder_at(repeated, HOUSE)
    assert next_reminder_at(passed, HOUSE) is None


def test_after_a_long_silence_the_deputy_is_asked_at_once(asked: AccountState) -> None:
    """Where nothing ran for a week the repeat is not made up for."""
    decision, _ = reminded(asked, "2026-06-25")

    assert DEPUTY == the_forward(decision).rep


def test_an_absent_rep_is_relieved_now(asked: AccountState) -> None:
    """The rep's own absence note counts as the deadline."""
    decision = rep_absent(asked, OWNER, HOUSE, at("2026-06-12 12:00"))
    after = folded(asked, decision.events, at("2026-06-12 12:00"))

    assert DEPUTY == the_forward(decision).rep
    assert ForwardStage.WITH_DEPUTY is after.forwards[0].stage
    assert () == rep_absent(after, OWNER, HOUSE, at("2026-06-12 13:00")).events


def test_an_answered_forward_is_not_repeated(asked: AccountState) -> None:
    """Who has answered is left in peace."""
    answered = record(
        asked,
        at("2026-06-15"),
        ForwardMoved(
            forward=asked.forwards[0].id,
            stage=ForwardStage.ANSWERED,
            rep=OWNER,
            on=at("2026-06-15").date(),
        ),
    )

    assert () == reminded(answered, "2026-06-18")[0].events


def test_a_matter_of_a_paid_invoice_is_closed_without_a_word(asked: AccountState) -> None:
    """Nobody is asked again about an invoice that was paid meanwhile."""
    paid = record(
        asked, at("2026-06-15"), InvoiceClosed(number="INV-1", snapshot="s2", because="paid")
    )
    decision, after = reminded(paid, "2026-06-15")

    assert decision.effects == ()
    assert ForwardStage.CLOSED is after.forwards[0].stage


def test_a_matter_is_asked_once(asked: AccountState) -> None:
    """The same matter makes no second mail."""
    matter = Matter(id="m|1", origin="m", topic="topic", why="Why.")
    events, effects = forward(asked, matter, HOUSE, at("2026-06-15"))
    state = folded(asked, events, at("2026-06-15"))

    assert 1 == len(effects)
    assert ((), ()) == forward(state, matter, HOUSE, at("2026-06-15"))


def test_a_forward_shows_the_account_and_what_to_type(asked: AccountState) -> None:
    """The card, the commands, the quote and the dates are in one mail."""
    matter = Matter(
        id="m|1",
        origin="m",
        topic="asks",
        why="Why.",
        evidence=("x" * 5000,),
        commands=("resume", "resume"),
        invoices=("INV-1",),
        holds=tuple(hold.id for hold in asked.holds),
    )
    _, (effect,) = forward(asked, matter, HOUSE, at("2026-06-15"))

    assert isinstance(effect, ForwardToRep)
    assert effect.card is not None
    assert ["INV-1"] == [row.number for row in effect.card.rows]
    assert ("resume", "note …", "help") == effect.commands
    assert 600 == len(effect.evidence[0])
    assert "Debtor AG: asks, INV-1" == effect.subject


def test_a_repeat_about_old_invoices_offers_start_and_hand_over(asked: AccountState) -> None:
    """The commands fit the matter, also the second time."""
    old = record(
        asked,
        at("2026-06-12"),
        SequenceEntered(
            number="INV-1", entry_level=None, advances=(), awaits_owner=True, because="old"
        ),
    )

    assert ("start", "hand over") == the_forward(reminded(old, "2026-06-16")[0]).commands[:2]


def with_letter(stage: LetterStage) -> AccountState:
    """A letter stands at `stage`; on Friday 12 June its owner was asked about it."""
    opened = account(invoice("INV-1", "2026-06-01", 1200))
    sent = answered_letter(opened, "2026-06-12", "INV-1", stage=LetterStage.TRANSMITTING)
    letter = sent.letters[-1]
    if stage is LetterStage.AWAITS_APPROVAL:
        sent = answered_letter(opened, "2026-06-12", "INV-1", stage=stage)
    else:
        sent = record(sent, at("2026-06-12"), LetterUnknown(key=letter.key, because="cut"))
    matter = Matter(
        id="asked",
        origin=letter.key,
        topic="letter",
        why="?",
        letter=letter.key,
        invoices=("INV-1",),
    )
    events, _ = forward(sent, matter, HOUSE, at("2026-06-12"))
    return folded(sent, events, at("2026-06-12"))


def test_a_letter_of_unknown_fate_goes_to_the_deputy_too() -> None:
    """Nobody else settles it, so it is passed on like any other matter; an approval is not."""
    _, unknown = reminded(with_letter(LetterStage.UNKNOWN), "2026-06-16")
    passed, _ = reminded(unknown, "2026-06-18")
    _, approval = reminded(with_letter(LetterStage.AWAITS_APPROVAL), "2026-06-16")
    waits, _ = reminded(approval, "2026-06-18")

    assert (DEPUTY, ("resend", "treat as sent")) == (
        the_forward(passed).rep,
        the_forward(passed).commands[:2],
    )
    assert () == waits.events


def test_a_question_about_a_settled_letter_is_closed_without_a_word() -> None:
    """The Sent folder showed the letter meanwhile; nobody is asked again."""
    state = with_letter(LetterStage.UNKNOWN)
    accepted = LetterAccepted(key=state.letters[-1].key, on=at("2026-06-12").date(), reply="Sent")
    state = record(state, at("2026-06-13"), accepted)
    decision, after = reminded(state, "2026-06-16")

    assert () == decision.effects
    assert ForwardStage.CLOSED is after.forwards[0].stage


def test_a_repeat_names_no_day_that_has_come_already(asked: AccountState) -> None:
    """The second mail speaks of the deputy's day only."""
    second, _ = reminded(asked, "2026-06-16")

    assert "asked again" not in the_forward(second).next_if_silent
    assert f"{DEPUTY} is asked on 2026-06-18" in the_forward(second).next_if_silent
