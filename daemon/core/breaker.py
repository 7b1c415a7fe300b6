"""The circuit breaker: when sending stops by itself and a rep must look.

Judged before every letter, over numbers of the day and over the letter itself. Source:
DESIGN §2.
"""

from __future__ import annotations

from datetime import date

from daemon.core.levels import is_early
from daemon.core.policy import Policy
from daemon.core.procedure import Procedure
from daemon.core.state import AccountState, Letter, LetterKind, LetterStage

PERCENT = 100


def judge_breaker(
    letters_today: int, forecast_today: int | None, bounces_today: int, policy: Policy
) -> str | None:
    """Return why sending must stop, or None.

    Args:
        letters_today: Customer letters of today, the one about to leave included.
        forecast_today: What the last forecast shown said for today; None = none was shown.
        bounces_today: How many of today's letters bounced.
        policy: Factor and allowance over the forecast; bounces in per cent.
    """
    if forecast_today is not None:
        allowed = forecast_today * policy.breaker_forecast_percent // PERCENT
        allowed += policy.breaker_forecast_extra
        if letters_today > allowed:
            return (
                f"{letters_today} letters today, but the forecast said {forecast_today} "
                f"and no more than {allowed} may go on that"
            )
    is_counted = letters_today >= policy.breaker_bounce_letters_min
    if is_counted and bounces_today * PERCENT > letters_today * policy.breaker_bounce_percent:
        return (
            f"{bounces_today} of today's {letters_today} letters bounced, "
            f"more than {policy.breaker_bounce_percent}%"
        )
    return None


def judge_letter(
    state: AccountState, letter: Letter, procedure: Procedure, policy: Policy, today: date
) -> str | None:
    """Return why this letter is one that no rule should ever produce, or None.

    A second letter to the same address inside the contact delay, or a rise of two levels.
    """
    for other in state.letters:
        if letter.kind is not LetterKind.LETTER or other.kind is not LetterKind.LETTER:
            continue
        is_other = other.key != letter.key and other.recipient == letter.recipient
        went_on = other.accepted_on
        if not is_other or other.stage is not LetterStage.ACCEPTED or went_on is None:
            continue
        if (today - went_on).days < policy.contact_delay_days:
            return f"{letter.recipient} already got a letter on {went_on.isoformat()}"
    return judge_rise(state, letter, procedure)


def judge_rise(state: AccountState, letter: Letter, procedure: Procedure) -> str | None:
    """Return which invoice would rise more than one level by this letter, or None.

    Notices before the due date do not count: they may be passed by.
    """
    ladder = [level for level in procedure.ladder if not is_early(level)]
    places = {level.name: place for place, level in enumerate(ladder)}
    entries = {entry.number: entry for entry in state.sequences}
    for line in letter.lines:
        entry = entries.get(line.number)
        if entry is None or entry.entry_level is not None or line.level not in places:
            continue
        reached = [places[done.level] for done in entry.advances if done.level in places]
        if places[line.level] > max(reached, default=-1) + 1:
            return f"{line.number} would rise to {line.level}, more than one level at once"
    return None
