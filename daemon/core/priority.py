"""Which letter goes first when the daily cap does not let all of them go.

Final notices first, then what has waited longest allowed, then the larger overdue amount.
Source: DESIGN §2, take-on and daily cap.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.core.letters import LetterContent

WAITED_LONG = timedelta(days=3)


def delivery_priority(
    content: LetterContent, planned_at: datetime, now: datetime
) -> tuple[int, int, str]:
    """Return a sort key: smaller goes first.

    Args:
        content: The letter's composition.
        planned_at: When it was queued (aware UTC).
        now: The instant of ordering (aware UTC).

    Returns:
        Rank (0 final notice, 1 waited three days, 2 other), minus the largest demanded total
        in minor units, and the account for a stable order.
    """
    if content.is_final_notice:
        rank = 0
    elif now - planned_at >= WAITED_LONG:
        rank = 1
    else:
        rank = 2
    amount = max((total.asked.minor for total in content.totals), default=0)
    return (rank, -amount, content.account)
