"""Opening holds from replies and commands, and what a new hold touches.

Hold ids are made of their origin, reason and subject, so the same mail opens the same hold
once. A letter that waits while a new hold touches it is withdrawn: nothing stale may go. One
already on its way has crossed the mail, and that is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from daemon.core.act_case import open_of
from daemon.core.events import (
    Event,
    ForwardMoved,
    HoldLifted,
    HoldOpened,
    LetterWithdrawn,
    MailCrossed,
)
from daemon.core.model import ItemKind
from daemon.core.money import Money, total_per_currency
from daemon.core.state import (
    AccountState,
    Balance,
    ForwardStage,
    ForwardState,
    Hold,
    HoldReason,
    HoldScope,
    HoldSource,
    Letter,
    LetterStage,
)

WAITING = frozenset({LetterStage.QUEUED, LetterStage.AWAITS_APPROVAL})
ON_ITS_WAY = frozenset({LetterStage.TRANSMITTING, LetterStage.UNKNOWN})
OPEN_FORWARDS = frozenset({ForwardStage.WAITING, ForwardStage.REPEATED, ForwardStage.WITH_DEPUTY})


def new_hold(
    reason: HoldReason,
    scope: HoldScope,
    subject: str,
    *,
    origin: str,
    since_at: datetime,
    until_on: date | None,
    because: str,
    source: HoldSource = HoldSource.MAIL,
    evidence: str = "",
) -> Hold:
    """Make a hold whose id says where it came from: `origin|reason|subject`."""
    return Hold(
        id=f"{origin}|{reason}|{subject}",
        reason=reason,
        scope=scope,
        subject=subject,
        since_at=since_at,
        until_on=until_on,
        source=source,
        origin=origin,
        because=because,
        evidence=evidence,
    )


def open_holds(state: AccountState, holds: Iterable[Hold]) -> tuple[Event, ...]:
    """Return the events that open the holds which are not open already."""
    known = {hold.id for hold in state.holds}
    events: list[Event] = []
    for hold in holds:
        if hold.id not in known:
            known.add(hold.id)
            events.append(HoldOpened(hold=hold))
    return tuple(events)


def lift_holds(holds: Iterable[Hold], on: date, because: str) -> tuple[Event, ...]:
    """Return the events that lift these holds."""
    return tuple(HoldLifted(hold=hold.id, on=on, because=because) for hold in holds)


def awaiting_money(hold: Hold, state: AccountState, kind: ItemKind = ItemKind.PAYMENT) -> Hold:
    """Make an invoice hold wait for a ledger that shows the money, with today's balances."""
    amount = open_of(state, hold.subject)
    baseline = () if amount is None else (Balance(number=hold.subject, open=amount),)
    return replace(
        hold, awaits_ledger=True, baseline=baseline, unapplied=lying_on_account(state, kind)
    )


def lying_on_account(state: AccountState, kind: ItemKind = ItemKind.PAYMENT) -> tuple[Money, ...]:
    """Return the money (positive, per currency) of unapplied payments or credit notes."""
    return total_per_currency(
        -item.open
        for item in state.items
        if item.kind is kind and item.is_listed and item.open.minor < 0
    )


def withdraw_touched(state: AccountState, holds: tuple[Hold, ...]) -> tuple[Event, ...]:
    """Withdraw every waiting letter that these new holds touch, and close its approval."""
    events: list[Event] = []
    for letter in state.letters:
        touching = next((hold for hold in holds if touches(hold, letter)), None)
        if letter.stage in WAITING and touching is not None:
            because = f"It had not left yet when this came up: {touching.because}"
            events.extend(withdraw(state, letter, because, touching.since_at.date()))
    return tuple(events)


def withdraw(state: AccountState, letter: Letter, because: str, on: date) -> tuple[Event, ...]:
    """Withdraw one letter and close the forward that asked for its approval."""
    closed = tuple(
        ForwardMoved(forward=forward.id, stage=ForwardStage.CLOSED, rep=forward.rep, on=on)
        for forward in open_forwards(state)
        if forward.letter == letter.key
    )
    return (LetterWithdrawn(key=letter.key, because=because), *closed)


def open_forwards(state: AccountState) -> tuple[ForwardState, ...]:
    """Return the forwards that still wait for a rep."""
    return tuple(forward for forward in state.forwards if forward.stage in OPEN_FORWARDS)


def touches(hold: Hold, letter: Letter) -> bool:
    """Tell whether a hold rests on anything that the letter demands, or on its reader."""
    if hold.scope is HoldScope.ACCOUNT:
        return True
    if hold.scope is HoldScope.CONTACT:
        return hold.subject == letter.recipient
    return hold.subject in letter.demanded or any(
        hold.subject == line.number for line in letter.lines
    )


def crossed(
    state: AccountState, mail: str, kept_at: datetime, holds: tuple[Hold, ...], answered: str
) -> tuple[Event, ...]:
    """Record the letters that were on their way while the mail lay in the inbox.

    Args:
        state: The account.
        mail: Inbox id of the mail.
        kept_at: When the mail was kept; a letter accepted later crossed it.
        holds: What the mail opened; only letters that it touches have crossed.
        answered: Key of the letter that the mail answers, which cannot have crossed it.
    """
    events: list[Event] = []
    for letter in state.letters:
        is_late = (
            letter.stage is LetterStage.ACCEPTED
            and letter.ended_at is not None
            and letter.ended_at > kept_at
        )
        is_touched = any(touches(hold, letter) for hold in holds)
        if letter.key != answered and is_touched and (is_late or letter.stage in ON_ITS_WAY):
            events.append(MailCrossed(key=letter.key, mail=mail))
    return tuple(events)
