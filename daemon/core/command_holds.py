"""Commands that open and end holds: resume, pause, promise, dispute, resolved, paid, stop, start.

Verbs do not overrule the ledger: `paid` waits for the payment, `resolved credit` for the credit
note. A hold of the ledger itself (a source flag) ends only in the ledger.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from daemon.core.act_case import folded, names, open_of
from daemon.core.act_holds import awaiting_money, lift_holds, new_hold, open_holds
from daemon.core.act_serious import DISPUTE_REASONS
from daemon.core.command_desk import (
    Answer,
    Desk,
    Done,
    Refused,
    described,
    money_of,
    open_ones,
    resting,
    reviews_of,
)
from daemon.core.command_words import DisputeFor, Pause, PromiseOn, Resolved
from daemon.core.events import Event, LevelSet, SequenceEntered
from daemon.core.model import ItemKind
from daemon.core.money import Money
from daemon.core.promises import PromiseAsked, make_promise, suspend_promises
from daemon.core.state import Hold, HoldReason, HoldScope, HoldSource, Stage

LIFTED_BY_START = frozenset(
    {
        HoldReason.MANUAL,
        HoldReason.STOP_REQUESTED,
        HoldReason.HARDSHIP,
        HoldReason.LEGAL,
        HoldReason.CONVERSATION,
        HoldReason.REVIEW,
    }
)

QUERY_ANSWERED = "query_answered"


def resume(desk: Desk) -> Answer:
    """Lift the forward's holds; of named invoices, or without one, their own and the talk's."""
    asked = desk.forward.holds if desk.forward is not None and not desk.is_named else ()
    live = resting(desk.state, desk.numbers, desk.today)
    subjects = {hold.subject for hold in live if hold.scope is HoldScope.INVOICE}
    if desk.forward is None and not desk.numbers and len(subjects) > 1:
        about = names(tuple(sorted(subjects)))
        return Refused(sentence=f"Several invoices rest ({about}): add `for NUMBER`.")
    chosen = tuple(hold for hold in desk.state.holds if hold.id in asked)
    if not chosen:
        chosen = tuple(
            hold
            for hold in live
            if hold.scope is HoldScope.INVOICE
            or hold.reason is HoldReason.CONVERSATION
            or (hold.scope is HoldScope.ACCOUNT and not desk.numbers)
        )
    flagged = tuple(hold for hold in chosen if hold.reason is HoldReason.SOURCE_FLAG)
    chosen = tuple(hold for hold in chosen if hold not in flagged)
    if not chosen and desk.forward is not None and not flagged and not desk.is_named:
        return Done(events=(), sentence="Nothing rests because of this any more.")
    if not chosen:
        why = "the ledger itself marks it, so it ends there" if flagged else "nothing rests"
        return Refused(sentence=f"There is nothing to resume: {why}.")
    promised = tuple(hold.subject for hold in chosen if hold.reason is HoldReason.PROMISE)
    ended = suspend_promises(desk.state, promised, "", desk.today, f"{desk.by} resumed.")
    state = folded(desk.state, ended, desk.now)
    left = {hold.id for hold in state.holds}
    remaining = tuple(hold for hold in chosen if hold.id in left)
    events = (*ended, *lift_holds(remaining, desk.today, f"{desk.by} resumed."))
    after = folded(desk.state, events, desk.now)
    words = (f"{hold.reason.value.replace('_', ' ')} ({hold.subject})" for hold in chosen)
    sentence = f"Lifted: {names(tuple(dict.fromkeys(words)))}."
    still = resting(after, desk.numbers, desk.today)
    if still:
        sentence += f" Still resting: {described(after, desk.numbers, desk.today)}."
    return Done(events=events, sentence=sentence, undo="pause 14d")


def pause(desk: Desk, action: Pause) -> Answer:
    """Rest the invoices, or the account where none is meant."""
    until_on = action.until_on or desk.today + timedelta(days=action.days or 0)
    if until_on <= desk.today:
        return Refused(sentence=f"{until_on} is not ahead. Write: pause 14d.")
    because = f"{desk.by} paused it through {until_on}."
    holds = _manual(desk, desk.numbers, until_on, because)
    subject = names(desk.numbers) or "The account"
    events = (*reviews_of(desk, desk.numbers), *open_holds(desk.state, holds))
    return Done(events=events, sentence=f"{subject} rests through {until_on}.", undo="resume")


def promise(desk: Desk, action: PromiseOn) -> Answer:
    """Book a promise on the rep's word."""
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    amount: Money | None = None
    if action.amount is not None:
        found = money_of(desk, action.amount, numbers)
        if isinstance(found, Refused):
            return found
        amount = found
    asked = PromiseAsked(
        id=f"{desk.id}|promise",
        numbers=numbers,
        on=action.on,
        amount=amount,
        origin=desk.id,
        source=HoldSource.REP,
    )
    answer = make_promise(desk.state, asked, desk.house, desk.now)
    if answer.refusal:
        return Refused(sentence=answer.refusal)
    return Done(
        events=(*reviews_of(desk, numbers), *answer.events),
        sentence=f"Booked the promise for {names(numbers)}: it rests through {answer.until_on}.",
        undo="resume",
    )


def dispute(desk: Desk, action: DisputeFor) -> Answer:
    """Hold as disputed; a part leaves the rest in dunning."""
    if action.code not in DISPUTE_REASONS:
        codes = ", ".join(sorted(DISPUTE_REASONS))
        return Refused(sentence=f"{action.code!r} is no reason. Write one of {codes}.")
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    part: Money | None = None
    if action.amount is not None:
        found = money_of(desk, action.amount, numbers)
        if isinstance(found, Refused):
            return found
        if len(numbers) != 1:
            return Refused(sentence="A part can be disputed of one invoice: add `for NUMBER`.")
        still_open = open_of(desk.state, numbers[0])
        part = found if still_open is not None and found < still_open else None
    replaced = _disputes(desk, numbers)
    holds = tuple(
        replace(
            _hold(desk, HoldReason.DISPUTE, number, None, f"{number} is disputed ({action.code})."),
            reason_code=action.code,
            amount=part,
        )
        for number in numbers
    )
    events = (
        *reviews_of(desk, numbers),
        *lift_holds(replaced, desk.today, f"{desk.by} stated the dispute anew."),
        *suspend_promises(desk.state, numbers, "", desk.today, "The invoice was disputed later."),
        *open_holds(desk.state, holds),
    )
    about = f" for {part}" if part else ""
    sentence = f"{names(numbers)} is held as disputed{about} ({action.code}) until resolved."
    return Done(events=events, sentence=sentence, undo="resolved")


def resolved(desk: Desk, action: Resolved) -> Answer:
    """End a dispute: by a credit note to come, or in our favour with a fresh letter."""
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    disputes = _disputes(desk, numbers)
    if not disputes:
        return Refused(sentence=f"{names(numbers)} is not held as disputed.")
    numbers = tuple(hold.subject for hold in disputes)
    lifted = lift_holds(disputes, desk.today, f"{desk.by} resolved the dispute.")
    events: tuple[Event, ...] = (*reviews_of(desk, numbers), *lifted)
    if action.credit is not None:
        return _credited(desk, action, numbers, events)
    again: list[Event] = []
    for number in numbers:
        entry = desk.state.sequence_of(number)
        if entry is not None and entry.advances and entry.stage is not Stage.CLOSED:
            level = entry.advances[-1].level
            because = f"The dispute was resolved in our favour by {desk.by}."
            again.append(
                LevelSet(
                    number=number,
                    level=level,
                    due_on=desk.today,
                    because=because,
                    template=QUERY_ANSWERED,
                )
            )
    sentence = f"The dispute of {names(numbers)} is resolved in our favour."
    if again:
        sentence += " The level last reached goes out again, with a new date to pay by."
    return Done(events=(*events, *again), sentence=sentence, undo="dispute CODE")


def _credited(
    desk: Desk, action: Resolved, numbers: tuple[str, ...], events: tuple[Event, ...]
) -> Answer:
    if len(numbers) != 1 or action.credit is None:
        return Refused(sentence="A credit is for one invoice: add `for NUMBER`.")
    amount = money_of(desk, action.credit, numbers)
    if isinstance(amount, Refused):
        return amount
    until_on = desk.calendar.add_business_days(desk.today, desk.house.policy.rep_paid_business_days)
    because = f"A credit note over {amount} for {numbers[0]} is to come."
    hold = _hold(desk, HoldReason.MANUAL, numbers[0], until_on, because)
    hold = replace(awaiting_money(hold, desk.state, ItemKind.CREDIT_NOTE), amount=amount)
    sentence = f"{numbers[0]} rests until a credit note over {amount} is in the ledger."
    return Done(
        events=(*events, *open_holds(desk.state, (hold,))), sentence=sentence, undo="resume"
    )


def paid(desk: Desk) -> Answer:
    """Wait for the payment: verbs do not overrule the ledger."""
    numbers = open_ones(desk)
    if isinstance(numbers, Refused):
        return numbers
    until_on = desk.calendar.add_business_days(desk.today, desk.house.policy.rep_paid_business_days)
    because = f"{desk.by} says that it is paid; judged by a ledger as of {until_on}."
    holds = tuple(
        awaiting_money(
            _hold(desk, HoldReason.PAYMENT_CLAIMED, number, until_on, because), desk.state
        )
        for number in numbers
    )
    return Done(
        events=(*reviews_of(desk, numbers), *open_holds(desk.state, holds)),
        sentence=f"{names(numbers)} rests until a ledger as of {until_on} shows the payment.",
        undo="resume",
    )


def stop(desk: Desk) -> Answer:
    """Hold the whole account until `start`."""
    holds = _manual(desk, (), None, f"{desk.by} stopped the account.")
    return Done(
        events=(*reviews_of(desk, ()), *open_holds(desk.state, holds)),
        sentence="Nothing goes out to this account until you write `start`.",
        undo="start",
    )


def start(desk: Desk) -> Answer:
    """Lift what holds the whole account, and take on old invoices that waited for this word."""
    holds = tuple(
        hold
        for hold in desk.state.holds
        if hold.scope is HoldScope.ACCOUNT and hold.reason in LIFTED_BY_START
    )
    entered = tuple(
        SequenceEntered(
            number=entry.number,
            entry_level=entry.entry_level,
            advances=entry.advances,
            awaits_owner=False,
            because=f"{desk.by} took it on.",
        )
        for entry in desk.state.sequences
        if not entry.is_taken_on
        and entry.stage is not Stage.CLOSED
        and (not desk.numbers or entry.number in desk.numbers)
    )
    if not holds and not entered:
        return Refused(sentence="Nothing holds this account as a whole. To lift a hold: resume.")
    taken = names(tuple(event.number for event in entered))
    sentence = "The account goes on." + (f" Taken on: {taken}." if taken else "")
    lifted = lift_holds(holds, desk.today, f"{desk.by} started the account.")
    left = replace(desk, state=folded(desk.state, lifted, desk.now))
    lifted = (*lifted, *reviews_of(left, ()))
    return Done(events=(*lifted, *entered), sentence=sentence, undo="stop")


def _manual(
    desk: Desk, numbers: tuple[str, ...], until_on: date | None, because: str
) -> tuple[Hold, ...]:
    if numbers:
        return tuple(
            _hold(desk, HoldReason.MANUAL, number, until_on, because) for number in numbers
        )
    account = _hold(desk, HoldReason.MANUAL, desk.state.facts.reference, until_on, because)
    return (replace(account, scope=HoldScope.ACCOUNT),)


def _hold(
    desk: Desk, reason: HoldReason, subject: str, until_on: date | None, because: str
) -> Hold:
    return new_hold(
        reason,
        HoldScope.INVOICE,
        subject,
        origin=desk.id,
        since_at=desk.now,
        until_on=until_on,
        because=because,
        source=HoldSource.REP,
    )


def _disputes(desk: Desk, numbers: tuple[str, ...]) -> tuple[Hold, ...]:
    return tuple(
        hold
        for hold in desk.state.holds
        if hold.reason is HoldReason.DISPUTE and hold.subject in numbers
    )
