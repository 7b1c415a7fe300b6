"""Trust: who may bring about what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.house import Rep, Reps
from daemon.core.matching import Key
from daemon.core.model import ContactStatus
from daemon.core.state import AccountState
from daemon.core.trust import Degree, is_colleague, trust
from parsers.reading import AuthVerdict
from tests.core.builders import AP, DEPUTY, OWNER, account, contact, invoice
from tests.core.replies import answered_letter, identity, matched

COLLEAGUE = "new@debtor.example.org"
STRANGER = "someone@elsewhere.example.net"
LOOKALIKE = "ap@debtor.example.org.evil.example"
PASS, NONE, FAIL = AuthVerdict.PASS, AuthVerdict.NONE, AuthVerdict.FAIL

TABLE = [
    (AP, PASS, False, Degree.FULL),
    (AP, PASS, True, Degree.FULL),
    (AP, NONE, True, Degree.FULL),
    (AP, NONE, False, Degree.PAUSING),
    (AP, FAIL, True, Degree.REVIEW_ONLY),
    (AP.upper(), PASS, False, Degree.FULL),
    (COLLEAGUE, PASS, False, Degree.PAUSING),
    (COLLEAGUE, NONE, False, Degree.PAUSING),
    (COLLEAGUE, FAIL, False, Degree.REVIEW_ONLY),
    (STRANGER, PASS, True, Degree.PAUSING),
    (STRANGER, PASS, False, Degree.REVIEW_ONLY),
    (STRANGER, NONE, False, Degree.REVIEW_ONLY),
    (STRANGER, FAIL, True, Degree.REVIEW_ONLY),
    (LOOKALIKE, PASS, False, Degree.REVIEW_ONLY),
    ("", PASS, True, Degree.REVIEW_ONLY),
]


@pytest.fixture
def state() -> AccountState:
    """An account with one contact and one letter."""
    return answered_letter(account(invoice("INV-1", "2026-06-01", 1200)), "2026-06-10", "INV-1")


@pytest.mark.parametrize(("sender", "verdict", "has_token", "degree"), TABLE)
def test_a_sender_may_do_what_proof_and_acquaintance_allow(
    state: AccountState, sender: str, verdict: AuthVerdict, has_token: bool, degree: Degree
) -> None:
    """Contact, colleague, token holder or stranger, with and without proof."""
    keys = (Key.TOKEN,) if has_token else (Key.NUMBER,)
    found = trust(identity(sender, verdict), matched(state, *keys), state)

    assert degree is found.degree
    assert found.because.endswith(".")


def test_a_token_of_another_customers_letter_does_not_count(state: AccountState) -> None:
    """Only the token of a letter to this account is a token here."""
    letter = matched(state).letter
    assert letter is not None
    other = matched(state, Key.TOKEN, letter=replace(letter, account="main/9"))

    assert Degree.REVIEW_ONLY is trust(identity(STRANGER), other, state).degree


def test_everybody_at_a_public_provider_is_a_stranger() -> None:
    """Two people with the same mail provider are no colleagues."""
    shop = account(
        invoice("INV-1", "2026-06-01", 1200), contacts=(contact("corner.shop@gmail.com"),)
    )

    assert not is_colleague("somebody.else@gmail.com", shop)


def test_someone_who_left_is_not_a_contact_any_more() -> None:
    """An address marked as left only pauses."""
    gone = account(
        invoice("INV-1", "2026-06-01", 1200), contacts=(contact(status=ContactStatus.LEFT),)
    )

    assert Degree.PAUSING is trust(identity(AP), matched(gone), gone).degree


def test_two_senders_are_no_sender(state: AccountState) -> None:
    """A mail with several From addresses proves nothing about any of them."""
    double = replace(identity(AP), from_count=2)

    assert Degree.REVIEW_ONLY is trust(double, matched(state), state).degree


def test_a_deputy_is_one_of_us() -> None:
    """Who stands in for a rep may answer, also where no entry of its own names the address."""
    reps = Reps(
        default=OWNER, operator=OWNER, members=(Rep(address=OWNER, name="Olga", deputy=DEPUTY),)
    )

    assert reps.is_rep(DEPUTY.upper())
    assert not reps.is_rep("")
    assert not reps.is_rep(AP)
