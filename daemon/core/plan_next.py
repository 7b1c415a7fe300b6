"""When an account must be looked at again: may be early, never late (DESIGN §6.10).

What waits for an act (a command, a reply, an import of changed rows) is woken by it; here the
dates that come by themselves are found. What only the world blocks stays due, so that no row
moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from daemon.core.blockers import account_blockers, world_blockers
from daemon.core.candidates import Candidate, drafted
from daemon.core.conditions import Conditions
from daemon.core.letters import Blocker
from daemon.core.state import ForwardStage, LetterKind, LetterStage
from daemon.core.view import View

HEARTBEAT = timedelta(days=7)
RETRY = timedelta(minutes=15)
# These end with the next ledger, whose import may find no change in this account.
BY_LEDGER = frozenset({"ledger_too_early", "pay_by_running"})


def next_action_at(
    view: View, candidates: tuple[Candidate, ...], conditions: Conditions
) -> datetime | None:
    """Return the next instant (aware UTC) at which this account may have something to do.

    Args:
        view: The account after the decision.
        candidates: Its open invoices with their next levels.

    Returns:
        None only where nothing is open and no letter is on its way.
    """
    is_open = any(view.open_invoices())
    instants = [*_of_candidates(view, candidates, conditions)]
    instants.extend(_of_letters(view))
    instants.extend(_of_holds(view))
    instants.extend(_of_forwards(view))
    if not is_open and not instants:
        return None
    heartbeat = view.now + HEARTBEAT
    return max(min(instants, default=heartbeat), view.now) if instants else heartbeat


def _of_candidates(
    view: View, candidates: tuple[Candidate, ...], conditions: Conditions
) -> Iterator[datetime]:
    standing = drafted(view)
    shared: dict[LetterKind, datetime] = {}
    for candidate in candidates:
        if candidate.following.due_on > view.today:
            yield _opening(view, candidate.following.due_on)
        elif candidate.item.number in standing:
            yield _opening(view, view.today + timedelta(days=1))
        elif candidate.blockers:
            yield _after(view, candidate.blockers)
        elif candidate.is_task:
            yield view.calendar.next_window_open_at(view.now, view.house.policy)
        else:
            is_delivery = candidate.level.is_delivery
            kind = LetterKind.DELIVERY if is_delivery else LetterKind.LETTER
            if kind not in shared:
                shared[kind] = _of_account(view, kind, conditions)
            yield shared[kind]


def _of_account(view: View, kind: LetterKind, conditions: Conditions) -> datetime:
    """Return when a letter that only account or world block may go."""
    blockers = account_blockers(view, conditions, kind=kind)
    if blockers:
        return _after(view, blockers)
    if world_blockers(conditions, view.house, view.now):
        return view.now
    return _opening(view, view.today + timedelta(days=1))


def _after(view: View, blockers: tuple[Blocker, ...]) -> datetime:
    """Return when the last of these blockers has ended, as far as dates tell."""
    policy = view.house.policy
    soon = view.calendar.next_window_open_at(view.now, policy)
    instants = [soon]
    for blocker in blockers:
        if blocker.name == "window":
            continue
        if blocker.until is not None and blocker.until >= view.today:
            instants.append(_opening(view, blocker.until + timedelta(days=1)))
        elif blocker.name in BY_LEDGER:
            instants.append(view.calendar.next_window_open_at(view.now + RETRY, policy))
    is_dated = len(instants) > 1 or any(blocker.name == "window" for blocker in blockers)
    is_passing = any(blocker.name == "mail_unapplied" for blocker in blockers)
    if is_dated:
        return max(instants)
    return soon if is_passing else view.now + HEARTBEAT


def _opening(view: View, day: date) -> datetime:
    """Return when the send window of the first business day from `day` on opens."""
    return view.calendar.window(view.calendar.roll_forward(day), view.house.policy)[0]


def _of_letters(view: View) -> Iterator[datetime]:
    for letter in view.state.letters:
        if letter.stage is LetterStage.AWAITS_APPROVAL and letter.expires_on is not None:
            yield view.house_calendar.start_of(letter.expires_on + timedelta(days=1))
        elif letter.stage in (LetterStage.QUEUED, LetterStage.TRANSMITTING, LetterStage.UNKNOWN):
            yield _opening(view, view.today + timedelta(days=1))


def _of_holds(view: View) -> Iterator[datetime]:
    """Return when holds come to be judged: a promise or a claim, by the first ledger after."""
    for hold in view.state.holds:
        if not hold.awaits_ledger or hold.until_on is None:
            continue
        if hold.until_on >= view.today:
            yield view.calendar.start_of(hold.until_on + timedelta(days=1))
        else:
            yield view.now + RETRY


def _of_forwards(view: View) -> Iterator[datetime]:
    """Return when a rep is to be reminded, or the deputy asked."""
    policy, calendar = view.house.policy, view.house_calendar
    days = {
        ForwardStage.WAITING: policy.forward_repeat_business_days,
        ForwardStage.REPEATED: policy.forward_deputy_business_days,
    }
    for forward in view.state.forwards:
        is_approval = bool(forward.letter) and forward.stage is ForwardStage.REPEATED
        if forward.stage in days and not is_approval:
            sent_on = calendar.today(forward.sent_at)
            due_at = calendar.start_of(calendar.add_business_days(sent_on, days[forward.stage]))
            if due_at > view.now:
                yield due_at
