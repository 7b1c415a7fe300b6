"""What the relay said of a letter becomes the letter's event, whatever else happened meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from daemon.application import App
from daemon.committing import until_committed
from daemon.core.effects import Decision, TellOperator
from daemon.core.events import Event, LetterAccepted, LetterDeferred, LetterUnknown
from daemon.core.refusal import act_refused
from daemon.core.state import AccountState
from daemon.ports import Accepted, Commit, Deferred, Outcome, Outgoing, Refused, Unknown
from daemon.rounds.gather import debtor_today
from daemon.rounds.sending import STOPPED_AT_WIRE, pause_sending
from daemon.rounds.telling import named, tell, tell_lasting, tell_letter_over, tell_over


async def record_outcome(app: App, row: Outgoing, outcome: Outcome, attempt: int) -> None:
    """Write what became of a letter; a conflict reads again, for the outcome must be kept.

    Raises:
        StoreConflict: The account was changed each time; the letter stays in transmission.
    """
    now = app.clock.now()

    async def decide_and_commit() -> Decision:
        state = (await app.store.load([row.account]))[row.account]
        decision = decide_outcome(app, row, state, outcome, attempt, now)
        commit = Commit(
            account=row.account,
            expected=state.sequence,
            events=decision.events,
            effects=decision.effects,
            next_action_at=now,
        )
        await app.store.commit([commit], now)
        return decision

    decision = await until_committed(
        decide_and_commit, f"the outcome of {row.key} was overtaken each time"
    )
    app.log.info("letter_outcome", letter=row.key, outcome=decision.events[0].kind)
    if isinstance(outcome, Deferred | Refused) and outcome.is_account_wide:
        reply = f"{named(row)} met: {outcome.reply}"
        await pause_sending(app, reply, now, is_auth=isinstance(outcome, Refused))
        return
    tell_outcome(app, row, outcome, decision)


def tell_outcome(app: App, row: Outgoing, outcome: Outcome, decision: Decision) -> None:
    """Tell what a letter met, and what follows; a delay once, until the letter has an end."""
    delay, letter = f"delay|{row.key}", named(row)
    match outcome:
        case Accepted():
            tell_over(app, "sending", "sending_goes_on", "The mail server takes our mail again.")
            says = f"The mail server took {letter}."
        case Refused(reply=reply):
            says = f"The mail server refused {letter} for good."
            because = "Its owner, or the operator, is told what to do."
            tell(app, "letter_refused", f"{says} It said: {reply}. {because}", letter=row.key)
        case Deferred(reply=reply):
            event = decision.events[0]
            assert isinstance(event, LetterDeferred)
            says = (
                f"The mail server put off {letter}. It said: {reply}. It is tried again at "
                f"{event.not_before_at:%Y-%m-%d %H:%M} UTC, and later if need be."
            )
            tell_lasting(app, delay, "letter_put_off", says, letter=row.key)
            return
        case Unknown(because=because):
            says = (
                f"Nobody knows whether {letter} left: {because}. Evidence is looked for; without "
                "it its owner is asked. It does not go again by itself."
            )
            if because != STOPPED_AT_WIRE:
                # The stop tells of what it cut, once for all that was in hand.
                tell(app, "letter_unknown", says, letter=row.key)
        case _:
            assert_never(outcome)
    tell_over(app, delay, "delay_over", says)
    tell_letter_over(app, row, "was given to the mail server")


def decide_outcome(
    app: App, row: Outgoing, state: AccountState, outcome: Outcome, attempt: int, now: datetime
) -> Decision:
    """Translate the relay's answer: the letter's event first, then what follows from it."""
    event: Event
    match outcome:
        case Accepted(reply=reply, refused_copies=refused):
            event = LetterAccepted(key=row.key, on=debtor_today(app, state, now), reply=reply)
            if refused:
                alarm = tell_of_copies(row, refused, is_known=True)
                return Decision(events=(event,), effects=(alarm,), next_action_at=now)
        case Refused(reply=reply, is_account_wide=False, at=at):
            return act_refused(row.account, state, row.key, reply, app.house, now, at)
        case Deferred(reply=reply) | Refused(reply=reply):
            minutes = app.house.policy.transient_retry_minutes
            wait = minutes[min(attempt, len(minutes)) - 1]
            event = LetterDeferred(
                key=row.key,
                not_before_at=now + timedelta(minutes=wait),
                reply=reply,
                cut_copy=outcome.cut_copy if isinstance(outcome, Deferred) else "",
            )
            if attempt == app.delivery.attempts_max:
                alarm = tell_of_delay(row, reply, attempt)
                return Decision(events=(event,), effects=(alarm,), next_action_at=now)
        case Unknown(because=because, refused_copies=refused):
            event = LetterUnknown(key=row.key, because=because)
            if refused:
                alarm = tell_of_copies(row, refused, is_known=False)
                return Decision(events=(event,), effects=(alarm,), next_action_at=now)
        case _:
            assert_never(outcome)
    return Decision(events=(event,), effects=(), next_action_at=now)


def tell_of_delay(row: Outgoing, reply: str, attempt: int) -> TellOperator:
    """Return the notice about a letter that the relay puts off again and again."""
    return TellOperator(
        key=f"deferred|{row.key}",
        subject=f"A letter to {row.recipient} is put off again and again",
        lines=(
            f"The mail server put it off {attempt} times, the last time with: {reply}",
            "It is tried on, every blocker checked again. Please look at the address.",
        ),
    )


def tell_of_copies(row: Outgoing, refused: tuple[str, ...], *, is_known: bool) -> TellOperator:
    """Return the notice about those in Cc who did not get a letter, nor will.

    Whether the letter itself left `is_known`, or a matter of evidence or of its owner's word.
    """
    if is_known:
        subject = f"A letter to {row.recipient} left without all its copies"
        line = (
            "The letter went out; to these addresses in its Cc it did not, and is not tried again:"
        )
    else:
        subject = f"A letter to {row.recipient} may have left, but without all its copies"
        line = "If it went out, it went to all but these addresses in its Cc:"
    return TellOperator(key=f"copies|{row.key}", subject=subject, lines=(line, *refused))
