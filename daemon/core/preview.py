"""Preview: the letter that waits for an invoice, or the next one that would be written.

Plays planning forward as the forecast does, and keeps the composition instead of the date.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.conditions import Conditions
from daemon.core.explain import letters_ahead
from daemon.core.house import House
from daemon.core.last_look import compose
from daemon.core.letters import LetterContent
from daemon.core.state import AccountState, LetterStage

DAYS_AHEAD = 45
STANDING = frozenset({LetterStage.QUEUED, LetterStage.AWAITS_APPROVAL, LetterStage.DRAFT})


def next_content(
    state: AccountState, conditions: Conditions, house: House, now: datetime, number: str
) -> LetterContent | None:
    """Return the composition of the next letter.

    Args:
        state: The account.
        conditions: The world; freshness and brakes are assumed to be good.
        house: Creditor, policy, reps.
        now: Aware UTC instant.
        number: Only letters that demand this invoice count; empty = any.

    Returns:
        The content, or None where no letter is ahead within `DAYS_AHEAD` days.
    """
    for letter in state.letters:
        if letter.stage in STANDING and (not number or number in letter.demanded):
            return compose(state, letter, house)
    for letter, content in letters_ahead(state, conditions, house, now, DAYS_AHEAD):
        if not number or number in letter.demanded:
            return content
    return None
