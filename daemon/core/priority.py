"""Which letter goes first when the daily cap does not let all of them go.

What has waited as long as anybody may comes first, the oldest before all; then final notices,
then the larger overdue amount. Source: DESIGN §2, take-on and daily cap.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.letters import LetterContent


def delivery_priority(
    content: LetterContent, planned_at: datetime, now: datetime, waiting_days_max: int
) -> tuple[int, int, str]:
    """Return a sort key: smaller goes first.

    Args:
        content: The letter's composition.
        planned_at: When it was queued (aware UTC).
        now: The instant of ordering (aware UTC).
        waiting_days_max: Calendar days after which no other letter goes before this one.

    Returns:
        Rank (0 waited long, 1 final notice, 2 other), then the day of planning or minus the
        largest total asked for in minor units, and the account for a stable order.
    """
    if (now.date() - planned_at.date()).days >= waiting_days_max:
        return (0, planned_at.date().toordinal(), content.account)
    amount = max((total.asked.minor for total in content.totals), default=0)
    return (1 if content.is_final_notice else 2, -amount, content.account)
