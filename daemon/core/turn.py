"""An account's turn: judge what a ledger can judge, remind reps, then plan letters.

One pure stretch over one account; each part sees what the part before it decided. The events
are folded with the sequence numbers that the store will give them.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.conditions import Conditions
from daemon.core.effects import Decision
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
    judged = judge(state, conditions, house, now)
    state = fold(account, state, judged.events, now)
    reminded = remind(state, house, now)
    state = fold(account, state, reminded.events, now)
    planned = plan(state, conditions, house, now)
    parts = (judged, reminded, planned)
    return Decision(
        events=tuple(event for part in parts for event in part.events),
        effects=tuple(effect for part in parts for effect in part.effects),
        next_action_at=planned.next_action_at,
        because=tuple(sentence for part in parts for sentence in part.because),
    )
