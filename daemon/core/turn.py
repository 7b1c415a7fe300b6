"""An account's turn: judge what a ledger can judge, remind reps, then plan letters.

One pure stretch over one account; each part sees what the part before it decided. The events
are folded with the sequence numbers that the store will give them.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.conditions import Conditions
from daemon.core.effects import Decision, Effect
from daemon.core.events import Event, Recorded
from daemon.core.evolve import evolve
from daemon.core.forwards import remind
from daemon.core.house import House
from daemon.core.plan import plan
from daemon.core.promises import judge
from daemon.core.state import AccountState


def fold(
    account: str, state: AccountState, events: tuple[Event, ...], now: datetime
) -> AccountState:
    """Return the state after `events`, numbered from the state's own sequence on."""
    for event in events:
        recorded = Recorded(account=account, sequence=state.sequence + 1, at=now, event=event)
        state = evolve(state, recorded)
    return state


def take_turn(
    account: str, state: AccountState, conditions: Conditions, house: House, now: datetime
) -> Decision:
    """Decide everything that is due for one account at `now`.

    Args:
        account: The account's id, `creditor/reference`.
        state: The account as its last event left it.
        conditions: The world, with the mails that may concern this account.
        house: Creditor, policy and reps.
        now: Aware UTC instant of the decision.

    Returns:
        The events and effects of all parts in order, and the plan's next instant.
    """
    events: list[Event] = []
    effects: list[Effect] = []
    because: list[str] = []
    decision = Decision(events=(), effects=(), next_action_at=None)
    for part in (judge, remind, plan):
        decision = (
            part(state, house, now) if part is remind else part(state, conditions, house, now)
        )
        state = fold(account, state, decision.events, now)
        events.extend(decision.events)
        effects.extend(decision.effects)
        because.extend(decision.because)
    return Decision(
        events=tuple(events),
        effects=tuple(effects),
        next_action_at=decision.next_action_at,
        because=tuple(because),
    )
