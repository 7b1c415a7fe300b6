"""The circuit breaker: when sending stops by itself."""

from __future__ import annotations

import pytest

from daemon.core.breaker import judge_breaker, judge_letter
from daemon.core.state import LetterLine
from tests.core.builders import (
    account,
    at,
    day,
    default_policy,
    default_procedure,
    deliver,
    invoice,
    planned,
    turn,
)

POLICY = default_policy()
PROCEDURE = default_procedure()


@pytest.mark.parametrize(
    ("letters", "forecast", "bounces", "trips"),
    [
        pytest.param(25, 10, 0, False, id="10 forecast: 25 may go"),
        pytest.param(26, 10, 0, True, id="10 forecast: 26 may not"),
        pytest.param(10, 0, 0, False, id="none forecast: 10 may go"),
        pytest.param(11, 0, 0, True, id="none forecast: 11 may not"),
        pytest.param(150, None, 0, False, id="no forecast was shown"),
        pytest.param(19, 100, 5, False, id="too few letters to judge bounces"),
        pytest.param(100, 100, 2, False, id="2% bounced"),
        pytest.param(100, 100, 3, True, id="3% bounced"),
    ],
)
def test_the_breaker_trips_on_numbers(
    letters: int, forecast: int | None, bounces: int, trips: bool
) -> None:
    """Forecast x 1.5 + 10; over 2% bounces from 20 letters on."""

    assert trips == (judge_breaker(letters, forecast, bounces, POLICY) is not None)


def test_a_second_letter_inside_the_delay_trips() -> None:
    """The same address, three days later."""
    now = at("2026-03-06")
    state, decision = turn(account(invoice("A", "2026-03-02", 100)), now)
    state = deliver(state, now)
    letter = planned(decision)[0]
    second = type(letter)(
        key="second",
        kind=letter.kind,
        business_date=day("2026-03-09"),
        recipient=letter.recipient,
        level="reminder",
        lines=(),
        demanded=(),
        stage=letter.stage,
        planned_at=now,
    )

    assert judge_letter(state, second, PROCEDURE, POLICY, day("2026-03-09")) is not None
    assert judge_letter(state, second, PROCEDURE, POLICY, day("2026-03-11")) is None


@pytest.mark.parametrize(
    ("level", "trips"),
    [
        pytest.param("reminder", False, id="one level up"),
        pytest.param("firm_reminder", True, id="two levels up"),
    ],
)
def test_a_rise_of_two_levels_trips(level: str, trips: bool) -> None:
    """An invoice rises rung by rung."""
    now = at("2026-03-06")
    state, decision = turn(account(invoice("A", "2026-03-02", 100)), now)
    state = deliver(state, now)
    letter = planned(decision)[0]
    line = LetterLine(number="A", episode=1, level=level, delivery=1)
    jump = type(letter)(
        key="jump",
        kind=letter.kind,
        business_date=day("2026-03-12"),
        recipient=letter.recipient,
        level=level,
        lines=(line,),
        demanded=("A",),
        stage=letter.stage,
        planned_at=now,
    )

    assert trips == (judge_letter(state, jump, PROCEDURE, POLICY, day("2026-03-12")) is not None)
