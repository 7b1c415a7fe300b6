"""`wrong: LABEL`: a rep's correction is remembered, and what must rest rests at once."""

from __future__ import annotations

import pytest

from daemon.core.command_corrections import label_of
from daemon.core.commands import command, parse_commands
from daemon.core.events import ReadingCorrected, RepAsked
from daemon.core.state import AccountState, ForwardState, HoldReason
from daemon.core.turn import fold
from parsers.reading import Intent
from tests.core.builders import OWNER, account, at, conditions, default_house, invoice, record

NOW = at("2026-06-15")


@pytest.fixture
def asked() -> AccountState:
    """An account whose mail was forwarded to the owner."""
    forward = ForwardState(
        id="f1", origin="m1", rep=OWNER, why="Unclear.", sent_at=NOW, invoices=("A",), mail="m1"
    )
    return record(account(invoice("A", "2026-06-01", 100)), NOW, RepAsked(forward=forward))


def told(state: AccountState, text: str) -> tuple[AccountState, list[object]]:
    """Give the command as an answer to the forward; return the state after and the events."""
    commands, errors = parse_commands(text)

    assert () == errors

    decision = command(
        state.facts.account,
        state,
        commands[0],
        OWNER,
        state.forwards[0],
        ("A",),
        conditions(NOW),
        default_house(),
        NOW,
        "c1",
    )
    after = fold(state.facts.account, state, decision.events, NOW)
    return after, list(decision.events)


@pytest.mark.parametrize(
    ("text", "intents", "reason"),
    [
        pytest.param("wrong: dispute", ("dispute",), HoldReason.DISPUTE, id="dispute rests"),
        pytest.param(
            "wrong: hardship", ("hardship_or_insolvency",), HoldReason.MANUAL, id="hardship rests"
        ),
        pytest.param("wrong: promise_to_pay", ("promise_to_pay",), None, id="a promise books none"),
        pytest.param(
            "wrong: dispute and promise",
            ("dispute", "promise_to_pay"),
            HoldReason.DISPUTE,
            id="two",
        ),
    ],
)
def test_a_correction_is_remembered_and_rests_where_it_must(
    asked: AccountState, text: str, intents: tuple[str, ...], reason: HoldReason | None
) -> None:
    """The example names the mail and the labels; a serious meaning holds at once."""
    state, events = told(asked, text)

    assert ReadingCorrected(mail="m1", intents=intents, by=OWNER) in events
    assert ([reason] if reason else []) == [hold.reason for hold in state.holds]


def test_an_unknown_meaning_changes_nothing(asked: AccountState) -> None:
    """The refusal names the labels that there are."""
    state, events = told(asked, "wrong: nonsense")

    assert [] == events
    assert asked == state


def test_every_label_is_known_by_its_name() -> None:
    """A rep may write the guide's own names, with spaces too."""
    assert list(Intent) == [label_of(intent.value.replace("_", " ")) for intent in Intent]
