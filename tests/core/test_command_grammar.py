"""Rep commands: what is understood, and what is answered with the accepted form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.command_words import (
    Action,
    AddContact,
    Amount,
    Approve,
    DisputeFor,
    HandOver,
    Later,
    Note,
    Paid,
    Pause,
    PromiseOn,
    Resolved,
    Resume,
    SetLevel,
    TreatAsSent,
    Veto,
    promise_line,
)
from daemon.core.commands import parse_commands
from daemon.core.money import Money, money_from_decimal
from tests.core.builders import (
    day,
)

UNDERSTOOD: dict[str, Action] = {
    "resume": Resume(),
    "Resume!": Resume(),
    "please resume.": Resume(),
    "- pause 14d": Pause(days=14),
    "pause 2 weeks": Pause(days=14),
    "pause for 10 days": Pause(days=10),
    "pause until 2026-12-12": Pause(until_on=day("2026-12-12")),
    "PAUSE 12.12.2026": Pause(until_on=day("2026-12-12")),
    "promise 2026-12-12": PromiseOn(on=day("2026-12-12")),
    "promise 12 December 2026 400": PromiseOn(
        on=day("2026-12-12"), amount=Amount(value=Decimal(400))
    ),
    "promise 2026-12-12 1.200,50 EUR": PromiseOn(
        on=day("2026-12-12"), amount=Amount(value=Decimal("1200.50"), currency="EUR")
    ),
    "dispute price": DisputeFor(code="price"),
    "dispute quality €40": DisputeFor(
        code="quality", amount=Amount(value=Decimal(40), currency="EUR")
    ),
    "resolved": Resolved(),
    "resolved credit 200": Resolved(credit=Amount(value=Decimal(200))),
    "paid": Paid(),
    "hand over": HandOver(),
    "handover": HandOver(),
    "approve": Approve(),
    "contact <New.One@debtor.example.org>": AddContact(address="New.One@debtor.example.org"),
    "level firm reminder": SetLevel(name="firm_reminder"),
    "note called Ms Weber, pays for sure": Note(text="called Ms Weber, pays for sure"),
    "treat as sent": TreatAsSent(),
    "undo": Later(verb="undo"),
    "plan 3 monthly": Later(verb="plan"),
}


@pytest.mark.parametrize(("text", "action"), UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_a_command_is_understood_as_a_clerk_writes_it(text: str, action: Action) -> None:
    """Case, politeness, bullets and a full stop do not matter."""
    commands, errors = parse_commands(text)

    assert [action] == [entry.action for entry in commands]
    assert errors == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("pause", "pause 14d"),
        ("pause tomorrow", "pause 14d"),
        ("pause 900d", "1 to 366"),
        ("promise soon", "promise 2026-12-12"),
        ("promise 2026-02-30", "does not exist"),
        ("promise 2026-12-12 1.200", "two ways"),
        ("stop, this is wrong", "Write: stop"),
        ("paid yesterday in cash", "Write: paid"),
        ("contact a\x07b@example.com", "contact name@example.com"),
        ("contact nobody", "contact name@example.com"),
        ("resolved credit", "resolved credit"),
        ("could you look at this", "resume"),
    ],
)
def test_what_is_no_command_is_answered_with_the_accepted_form(text: str, named: str) -> None:
    """Nothing is guessed: a half command does nothing and says what to write."""
    commands, errors = parse_commands(text)

    assert commands == ()
    assert named in errors[0].sentence


LED = {
    "pause INV-7 14d": (Pause(days=14), ("INV-7",)),
    "pause INV-7, INV-8 until 2026-12-12": (Pause(until_on=day("2026-12-12")), ("INV-7", "INV-8")),
    "veto INV-7": (Veto(), ("INV-7",)),
    "veto inv-7 and 1042.": (Veto(), ("inv-7", "1042")),
    "resume 2026/104": (Resume(), ("2026/104",)),
    "promise 2026-10-4711 2026-12-12 400": (
        PromiseOn(on=day("2026-12-12"), amount=Amount(value=Decimal(400))),
        ("2026-10-4711",),
    ),
    "dispute INV-7 price 40": (
        DisputeFor(code="price", amount=Amount(value=Decimal(40))),
        ("INV-7",),
    ),
    "approve main/4711|letter|2026-06-11": (Approve(key="main/4711|letter|2026-06-11"), ()),
    "paid INV-7 for INV-8": (Paid(), ("INV-7", "INV-8")),
}


@pytest.mark.parametrize(("text", "meant"), LED.items(), ids=LED)
def test_invoices_may_stand_right_after_the_verb(
    text: str, meant: tuple[Action, tuple[str, ...]]
) -> None:
    """A digest tells of many accounts, so its answers name their invoices."""
    (command,), errors = parse_commands(text)

    assert meant == (command.action, command.invoices)
    assert errors == ()


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_what_is_proposed_can_be_read_again(currency: str) -> None:
    """Whatever decimals a currency has, `accept` books the very amount."""
    amount = Money(400_000, currency)
    (command,), errors = parse_commands(promise_line(day("2026-12-12"), amount))

    assert errors == ()
    assert isinstance(command.action, PromiseOn)
    assert command.action.amount is not None
    assert amount == money_from_decimal(command.action.amount.value, currency)


def test_only_the_first_lines_of_a_reply_are_commands() -> None:
    """A greeting before, talk after a command, and quoted commands are not followed."""
    text = "Hi,\n\nresume for INV-7, INV-8\nnote done by phone\n\npaid\n> stop\n"
    commands, errors = parse_commands(text)

    assert [entry.invoices for entry in commands] == [("INV-7", "INV-8"), ()]
    assert [Resume, Note] == [type(entry.action) for entry in commands]
    assert errors == ()


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=200)
    | st.sampled_from(list(UNDERSTOOD)).flatmap(lambda verb: st.text(max_size=20).map(verb.__add__))
)
def test_parsing_a_reply_never_raises(text: str) -> None:
    """Whatever a rep writes gives commands or errors."""
    commands, errors = parse_commands(text)

    assert bool(text.strip()) >= bool(commands or errors)
