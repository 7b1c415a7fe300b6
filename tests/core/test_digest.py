"""The morning digest: who is told what, with commands that can be typed as they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.core.commands import parse_commands
from daemon.core.digest_compose import DAYS_SHOWN, DigestPart, digest_part, merge_digests
from daemon.core.explain import forecast
from daemon.core.model import ContactStatus
from daemon.core.state import AccountState
from parsers.reading import Intent
from tests.core.builders import (
    OWNER,
    account,
    at,
    conditions,
    contact,
    default_house,
    invoice,
    turn,
)
from tests.core.replies import ACCOUNT, acted, answered_letter, reading, statement
from tests.core.telling import TODAY

HOUSE = default_house()
MORNING = at(f"{TODAY} 05:30")


def part_of(state: AccountState, *, is_due_soon: bool = True) -> DigestPart | None:
    """Return what the account says on the morning of 11 June."""
    world = conditions(MORNING)
    return digest_part(ACCOUNT, state, world, HOUSE, MORNING, is_due_soon=is_due_soon)


@pytest.fixture
def asked() -> AccountState:
    """The customer asked for instalments on both invoices yesterday."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    sent = answered_letter(opened, "2026-06-09", "INV-1", "INV-2")
    plan = statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1", "INV-2")
    _, state = acted(sent, reading(plan, needs_human=True), "2026-06-10")
    return state


def test_what_waits_is_told_with_its_date_and_typeable_commands(asked: AccountState) -> None:
    """Since when, about which invoices, and lines that answer it from the digest."""
    part = part_of(asked, is_due_soon=False)

    assert part is not None

    ((rep, entry),) = part.waiting

    assert OWNER == rep
    assert "2026-06-10" == entry.since_on.isoformat()
    assert ("accept for INV-1, INV-2", "decline for INV-1, INV-2") == entry.commands[:2]
    for line in entry.commands:
        commands, errors = parse_commands(line)

        assert [("INV-1", "INV-2")] == [command.invoices for command in commands]
        assert errors == ()


def test_a_letter_of_today_shows_how_it_is_vetoed() -> None:
    """The line can be typed as it stands."""
    part = part_of(account(invoice("INV-1", "2026-06-01", 1200)))

    assert part is not None
    assert ["veto INV-1"] == [letter.veto for letter in part.letters_today]


def test_an_account_with_nothing_to_say_says_nothing() -> None:
    """Nobody is told that nothing happens, and nothing is kept of it."""
    quiet = account(invoice("INV-1", "2026-09-01", 1200))

    assert part_of(quiet) is None
    assert merge_digests((), HOUSE, conditions(MORNING), MORNING.date(), ()) == ()


def test_an_address_is_told_with_the_day_it_failed() -> None:
    """Without a letter of ours behind it the day is not known: today."""
    gone = account(
        invoice("INV-1", "2026-09-01", 1200), contacts=(contact(status=ContactStatus.BOUNCED),)
    )
    part = part_of(gone)

    assert part is not None
    assert [MORNING.date()] == [entry.since_on for entry in part.bounced]


@pytest.mark.parametrize("days", range(0, 24, 1))
def test_an_account_that_is_not_due_soon_has_no_letter_soon(days: int) -> None:
    """The digest forecasts only accounts whose next instant comes within the days shown."""
    due = (at("2026-06-20") - timedelta(days=days)).date().isoformat()
    state, decision = turn(account(invoice("INV-1", due, 1200)), MORNING)
    horizon = MORNING + timedelta(days=DAYS_SHOWN + 1)
    coming = forecast(state, conditions(MORNING), HOUSE, MORNING, DAYS_SHOWN)

    assert decision.next_action_at is not None
    assert not coming or decision.next_action_at <= horizon


def test_every_owner_is_told_why_nothing_goes() -> None:
    """A stale ledger concerns also the rep whose accounts have nothing else to say."""
    brakes = ("the ledger is old",)
    owners = frozenset({OWNER})
    (content,) = merge_digests((), HOUSE, conditions(MORNING), MORNING.date(), brakes, owners)

    assert (OWNER, brakes) == (content.rep, content.brakes)
    assert () == merge_digests((), HOUSE, conditions(MORNING), MORNING.date(), (), owners)
