"""A relay that refuses a letter for good: what follows for the address and the next letter."""

from __future__ import annotations

import pytest

from daemon.core.effects import ForwardToRep, TellOperator
from daemon.core.events import LetterTransmitting
from daemon.core.model import ContactRole, ContactStatus
from daemon.core.refusal import act_refused, is_about_recipient
from daemon.core.state import AccountState
from tests.core.builders import (
    AP,
    SECOND,
    account,
    at,
    contact,
    default_house,
    invoice,
    planned,
    record,
    turn,
)

ID = "main/4711"
UNKNOWN_USER = "550 5.1.1 no such user"


def refused(state: AccountState, when: str, reply: str) -> tuple[AccountState, list[object]]:
    """Plan a letter at `when`, let the relay refuse it, and return the account and effects."""
    now = at(when)
    state, decision = turn(state, now)
    (letter,) = planned(decision)
    state = record(state, now, LetterTransmitting(key=letter.key, attempt=1))
    told = act_refused(ID, state, letter.key, reply, default_house(), now)
    return record(state, now, *told.events), list(told.effects)


def test_a_refused_address_is_out_and_the_next_contact_gets_the_same_level() -> None:
    """An unknown user is a hard bounce, only sooner; the day's key stays used."""
    contacts = (contact(), contact(SECOND, ContactRole.ESCALATION))
    state, effects = refused(
        account(invoice("A", "2026-06-08", 100), contacts=contacts), "2026-06-11", UNKNOWN_USER
    )
    state, same_day = turn(state, at("2026-06-11 11:00"))
    state, next_day = turn(state, at("2026-06-12"))

    assert [] == effects
    assert ContactStatus.BOUNCED == state.contacts[0].status
    assert [] == planned(same_day)
    assert [(SECOND, "inquiry", 2)] == [
        (letter.recipient, letter.level, letter.lines[0].delivery) for letter in planned(next_day)
    ]


def test_where_no_address_is_left_the_owner_is_asked_and_nothing_goes() -> None:
    """A letter is not sent day by day to an address that refuses it."""
    state, _ = refused(account(invoice("A", "2026-06-08", 100)), "2026-06-11", UNKNOWN_USER)
    state, decision = turn(state, at("2026-06-12"))

    assert [] == planned(decision)
    assert [("contact name@example.com", "pause 14d")] == [
        effect.commands for effect in decision.effects if isinstance(effect, ForwardToRep)
    ]


def test_a_refusal_by_policy_rests_the_address_and_tells_the_operator() -> None:
    """Our sending is at fault, so the address stays usable and is tried after a day."""
    state, effects = refused(
        account(invoice("A", "2026-06-08", 100)), "2026-06-11", "554 5.7.1 blocked for spam"
    )
    state, resting = turn(state, at("2026-06-12"))
    state, again = turn(state, at("2026-06-15"))

    assert [True] == [isinstance(effect, TellOperator) for effect in effects]
    assert ContactStatus.USABLE == state.contacts[0].status
    assert [] == planned(resting)
    assert [AP] == [letter.recipient for letter in planned(again)]


def test_a_full_mailbox_is_tried_once_more_and_then_out() -> None:
    """DESIGN §4: the same address once after a business day, then as hard."""
    full = "552 5.2.2 mailbox full"
    state, _ = refused(account(invoice("A", "2026-06-08", 100)), "2026-06-11", full)
    first = state.contacts[0].status
    state, _ = refused(state, "2026-06-15", full)

    assert ContactStatus.USABLE == first
    assert ContactStatus.BOUNCED == state.contacts[0].status


@pytest.mark.parametrize(
    ("reply", "is_out"),
    [
        pytest.param("550 5.1.1 unknown", True, id="unknown user"),
        pytest.param("550 5.1.10 recipient not found", True, id="exchange"),
        pytest.param("550 5.2.1 disabled", True, id="disabled"),
        pytest.param("553 5.1.8 bad sender", False, id="our sender"),
        pytest.param("550 no such mailbox", True, id="no status"),
        pytest.param("550 blocked by blacklist", False, id="no status, policy"),
        pytest.param("554 5.7.1 refused", False, id="policy"),
        pytest.param("552 5.3.4 too big", False, id="size"),
        pytest.param("554 transaction failed", False, id="unclear"),
    ],
)
def test_which_refusals_are_about_the_recipient(reply: str, is_out: bool) -> None:
    """Only a clear word about the address takes it out."""
    assert is_out == is_about_recipient(reply)
