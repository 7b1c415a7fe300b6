"""Small builder for commands: carry out one line of a rep."""

from __future__ import annotations

from daemon.core.act_case import folded
from daemon.core.commands import command, parse_commands
from daemon.core.effects import Decision, EchoToRep
from daemon.core.state import (
    AccountState,
    ForwardState,
)
from tests.core.builders import (
    OWNER,
    at,
    conditions,
    default_house,
)
from tests.core.replies import (
    ACCOUNT,
)

TODAY = "2026-06-11"


def told(
    state: AccountState,
    text: str,
    *numbers: str,
    forward: ForwardState | None = None,
    when: str = TODAY,
    number: int = 1,
) -> tuple[Decision, AccountState]:
    """Carry out one line; return the decision and the state after it."""
    (parsed,), _ = parse_commands(text)
    now = at(when)
    decision = command(
        ACCOUNT,
        state,
        parsed,
        OWNER,
        forward,
        numbers,
        conditions(now),
        default_house(),
        now,
        f"command-{number}",
    )
    return decision, folded(state, decision.events, now)


def echo(decision: Decision) -> EchoToRep:
    """Return the one echo."""
    (found,) = (effect for effect in decision.effects if isinstance(effect, EchoToRep))
    return found
