"""Planning: what one account's turn decides. Pure and total: same account, same answer.

In this order: what the facts have overtaken is withdrawn; approvals that ran out go to the
deputy; old invoices are listed for the owner; tasks are given; then at most one letter.
Source: DESIGN §2.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.asks import (
    ask,
    ask_about_take_on,
    ask_for_contact,
    close_approval,
    pass_on_approval,
)
from daemon.core.blockers import account_blockers, lasting, world_blockers
from daemon.core.candidates import Candidate, candidates_of, drafted
from daemon.core.conditions import Conditions, Mode
from daemon.core.contacts import choose_recipient
from daemon.core.effects import Decision
from daemon.core.events import HandedOver, LetterWithdrawn, TaskGiven
from daemon.core.house import House
from daemon.core.last_look import compose, last_look, letter_faults
from daemon.core.minutes import Minutes
from daemon.core.plan_letters import plan_letter
from daemon.core.plan_next import next_action_at
from daemon.core.state import AccountState, LetterKind, LetterStage
from daemon.core.view import View

__all__ = ["compose", "last_look", "plan"]

REVIEWED = frozenset({LetterStage.QUEUED, LetterStage.AWAITS_APPROVAL, LetterStage.DRAFT})
# A task needs current facts; it needs no window, no delay and no address.
TASK_BLOCKERS = frozenset({"ledger_stale", "inbox_not_read", "mail_unapplied", "excluded"})


def plan(state: AccountState, conditions: Conditions, house: House, now: datetime) -> Decision:
    """Decide one account's turn at `now`.

    Args:
        state: The account after its last event.
        conditions: The world: ledger and inbox freshness, mode, brakes.
        now: Aware UTC.

    Returns:
        Events and effects in order, and the next instant to look again.

    Raises:
        ValueError: `now` is naive.
    """
    minutes = Minutes(state, house, now)
    _review_letters(minutes, conditions)
    _pass_on_approvals(minutes)
    ask_about_take_on(minutes)
    candidates = candidates_of(minutes.view, conditions)
    _give_tasks(minutes, candidates, conditions)
    _write_letters(minutes, candidates, conditions)
    if minutes.events:
        candidates = candidates_of(minutes.view, conditions)
    return Decision(
        events=tuple(minutes.events),
        effects=tuple(minutes.effects),
        next_action_at=next_action_at(minutes.view, candidates, conditions),
        because=tuple(minutes.because),
    )


def _review_letters(minutes: Minutes, conditions: Conditions) -> None:
    """Withdraw planned letters that would not be written now."""
    for letter in minutes.state.letters:
        if letter.stage not in REVIEWED:
            continue
        because = ""
        if letter.stage is LetterStage.DRAFT and conditions.mode is not Mode.DRAFT:
            because = "it was a draft, and letters go out now"
        else:
            faults = letter_faults(minutes.view, letter, conditions)
            blockers = account_blockers(
                minutes.view, conditions, kind=letter.kind, own_key=letter.key
            )
            because = "; ".join(fault.because for fault in lasting((*faults, *blockers)))
        if because:
            minutes.note(LetterWithdrawn(key=letter.key, because=because))
            minutes.because.append(f"{letter.key} is withdrawn: {because}")
            close_approval(minutes, letter)


def _pass_on_approvals(minutes: Minutes) -> None:
    for letter in minutes.state.letters:
        if letter.stage is not LetterStage.AWAITS_APPROVAL or letter.expires_on is None:
            continue
        if minutes.view.house_today > letter.expires_on:
            pass_on_approval(minutes, letter)


def _give_tasks(
    minutes: Minutes, candidates: tuple[Candidate, ...], conditions: Conditions
) -> None:
    """Give due tasks to the owner: the last rung is the hand-over, with the evidence."""
    view = minutes.view
    tasks = [known for known in candidates if known.is_task and known.is_ready]
    if not tasks:
        return
    blockers = (
        *account_blockers(view, conditions),
        *world_blockers(conditions, minutes.house, minutes.now),
    )
    if any(blocker.name in TASK_BLOCKERS for blocker in blockers):
        return
    last = view.procedure.ladder[-1].name
    for candidate in tasks:
        number, because = candidate.item.number, candidate.following.because
        if candidate.level.name == last:
            minutes.note(HandedOver(number=number, because=because))
        else:
            minutes.note(
                TaskGiven(number=number, level=candidate.level.name, on=view.today, because=because)
            )
        minutes.because.append(f"{candidate.level.name} of {number}: {because}")
    names = sorted({candidate.level.name.replace("_", " ") for candidate in tasks})
    is_over = all(candidate.level.name == last for candidate in tasks)
    ask(
        minutes,
        matter=f"task|{'+'.join(names)}|{view.today.isoformat()}",
        subject=f"{minutes.state.facts.name}: {', '.join(names)}",
        why=(
            "the procedure's letters are through; the invoices are yours now"
            if is_over
            else "the procedure asks you to act before its next letter"
        ),
        evidence=tuple(line for known in tasks for line in _evidence(view, known)),
        done=(
            "Duly writes no further letters about these invoices."
            if is_over
            else "The task counts as done; the next level follows on its day.",
        ),
        next_if_silent=(
            "Nothing happens by itself; you are reminded."
            if is_over
            else "The next level follows on its day, unless you hold it."
        ),
        commands=("start", "level NAME", "paid", "note"),
        invoices=tuple(known.item.number for known in tasks),
    )


def _evidence(view: View, candidate: Candidate) -> list[str]:
    """Return what was written about an invoice: each level, its day and its recipient."""
    item = candidate.item
    letters = {letter.key: letter for letter in view.state.letters}
    lines = [f"{item.number}: {item.open} open of {item.total}, due {item.due_on.isoformat()}"]
    for done in candidate.entry.advances:
        letter = letters.get(done.letter)
        to = f" to {letter.recipient}" if letter is not None else " (before take-on)"
        pay_by = f", pay by {done.pay_by.isoformat()}" if done.pay_by else ""
        lines.append(f"{item.number}: {done.level} on {done.on.isoformat()}{to}{pay_by}")
    return lines


def _write_letters(
    minutes: Minutes, candidates: tuple[Candidate, ...], conditions: Conditions
) -> None:
    """Plan at most one letter and one delivery, where nothing blocks them."""
    standing = drafted(minutes.view)
    ready = tuple(
        known
        for known in candidates
        if known.is_ready and not known.is_task and known.item.number not in standing
    )
    for kind in (LetterKind.LETTER, LetterKind.DELIVERY):
        wants_delivery = kind is LetterKind.DELIVERY
        group = tuple(known for known in ready if known.level.is_delivery is wants_delivery)
        if group:
            _write(minutes, group, kind, conditions)


def _write(
    minutes: Minutes, group: tuple[Candidate, ...], kind: LetterKind, conditions: Conditions
) -> None:
    view = minutes.view
    blockers = account_blockers(view, conditions, kind=kind)
    nobody = next((blocker for blocker in blockers if blocker.name == "no_contact"), None)
    is_written_to = not view.state.facts.is_excluded and not view.state.facts.is_autopay
    if nobody is not None and is_written_to:
        numbers = tuple(known.item.number for known in group)
        ask_for_contact(minutes, numbers, nobody.because)
    if blockers or world_blockers(conditions, minutes.house, minutes.now):
        return
    recipient = choose_recipient(view.state, view.today).contact
    if recipient is not None:
        plan_letter(minutes, group, recipient, kind, conditions)
