"""Compose the morning digest: what each rep should know before the window opens.

One pass over accounts, each contributing its part; parts are merged per rep. Source: DESIGN §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.digest import (
    DigestBounce,
    DigestContent,
    DigestDispute,
    DigestLetter,
    DigestPromise,
    DigestWaiting,
)
from daemon.core.explain import forecast
from daemon.core.house import House
from daemon.core.model import ContactStatus
from daemon.core.state import (
    AccountState,
    ForwardStage,
    ForwardState,
    HoldReason,
    LetterStage,
    PromiseOutcome,
    Stage,
)

DAYS_SHOWN = 2
PROMISES_AHEAD_DAYS = 2
NUMBERS_NAMED_MAX = 5
VETO_CHARACTERS_MAX = 300
TYPED_AS_THEY_STAND = frozenset(
    {
        "accept",
        "decline",
        "approve",
        "veto",
        "resume",
        "pause 14d",
        "paid",
        "resolved",
        "start",
        "hand over",
        "resend",
        "treat as sent",
    }
)
ANSWERED = frozenset({ForwardStage.ANSWERED, ForwardStage.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPart:
    """What one account puts into the digests; `waiting` names the rep who is asked."""

    owner: str
    letters_today: tuple[DigestLetter, ...]
    letters_next: tuple[DigestLetter, ...]
    waiting: tuple[tuple[str, DigestWaiting], ...]
    promises_due: tuple[DigestPromise, ...]
    promises_broken: tuple[DigestPromise, ...]
    disputes: tuple[DigestDispute, ...]
    bounced: tuple[DigestBounce, ...]


def digest_part(
    account: str,
    state: AccountState,
    conditions: Conditions,
    house: House,
    now: datetime,
    *,
    is_due_soon: bool = True,
) -> DigestPart | None:
    """Return what one account contributes; None where it has nothing to say.

    Args:
        account: The account's id.
        state: The account's state.
        conditions: The world at the moment.
        house: Creditor, policy, reps.
        now: Aware UTC instant.
        is_due_soon: The account's next instant comes within the days shown; else no letter
            can, and none is forecast.
    """
    facts = state.facts
    today = calendar_of(facts.country, facts.zone, house.days_off).today(now)
    letters = digest_letters(account, state, conditions, house, now) if is_due_soon else []
    part = DigestPart(
        owner=facts.owner,
        letters_today=tuple(letter for letter in letters if letter.on <= today),
        letters_next=tuple(letter for letter in letters if letter.on > today),
        waiting=digest_waiting(account, state),
        promises_due=digest_promises(account, state, today, is_broken=False),
        promises_broken=digest_promises(account, state, today, is_broken=True),
        disputes=digest_disputes(account, state, today),
        bounced=tuple(
            DigestBounce(
                account=account,
                account_name=facts.name,
                address=contact.address,
                since_on=_bounced_on(state, contact.address) or today,
                because="mail to this address comes back",
            )
            for contact in state.contacts
            if contact.status is ContactStatus.BOUNCED
        ),
    )
    return part if _says_something(part) else None


def _says_something(part: DigestPart) -> bool:
    letters = (*part.letters_today, *part.letters_next)
    matters = (*part.promises_due, *part.promises_broken, *part.disputes, *part.bounced)
    return bool(letters or part.waiting or matters)


def _bounced_on(state: AccountState, address: str) -> date | None:
    """Return the day on which the last letter to an address was found undelivered."""
    ends = (
        letter.ended_at.date()
        for letter in state.letters
        if letter.recipient == address
        and letter.stage is LetterStage.UNDELIVERED
        and letter.ended_at is not None
    )
    return max(ends, default=None)


def digest_letters(
    account: str, state: AccountState, conditions: Conditions, house: House, now: datetime
) -> list[DigestLetter]:
    """Return the letters of today and the days ahead, those already queued among them."""
    return [
        DigestLetter(
            on=entry.on,
            account=account,
            account_name=state.facts.name,
            level=entry.level,
            amounts=entry.amounts,
            recipient=entry.recipient,
            invoices=len(entry.numbers),
            awaits_approval=entry.awaits_approval,
            veto=_veto(entry.numbers),
        )
        for entry in forecast(state, conditions, house, now, DAYS_SHOWN)
    ]


def _veto(numbers: tuple[str, ...]) -> str:
    """Return the line that stops a letter; none where it would be too long to be typed."""
    line = f"veto {', '.join(numbers)}"
    return line if len(line) <= VETO_CHARACTERS_MAX else ""


def digest_waiting(account: str, state: AccountState) -> tuple[tuple[str, DigestWaiting], ...]:
    """Return the forwards that nobody has answered yet, with the rep who is asked."""
    return tuple(
        (
            forward.rep,
            DigestWaiting(
                account=account,
                account_name=state.facts.name,
                why=forward.why,
                since_on=forward.sent_at.date(),
                invoices=forward.invoices,
                commands=digest_commands(forward),
            ),
        )
        for forward in state.forwards
        if forward.stage not in ANSWERED
    )


def digest_commands(forward: ForwardState) -> tuple[str, ...]:
    """Return the forward's plain commands with its invoices: so the digest can be answered."""
    numbers = forward.invoices
    if not numbers or len(numbers) > NUMBERS_NAMED_MAX:
        return ()
    plain = (line for line in forward.commands if line in TYPED_AS_THEY_STAND)
    return tuple(f"{line} for {', '.join(numbers)}" for line in plain)


def digest_promises(
    account: str, state: AccountState, today: date, *, is_broken: bool
) -> tuple[DigestPromise, ...]:
    """Return promises due within two days, or broken ones on invoices that are still open."""
    soon = today + timedelta(days=PROMISES_AHEAD_DAYS)
    still_open = {entry.number for entry in state.sequences if entry.stage is not Stage.CLOSED}
    return tuple(
        DigestPromise(
            account=account,
            account_name=state.facts.name,
            invoices=promise.invoices,
            promised_on=promise.promised_on,
            amount=promise.amount,
            outcome=promise.outcome,
        )
        for promise in state.promises
        if (
            promise.outcome is PromiseOutcome.BROKEN and still_open.intersection(promise.invoices)
            if is_broken
            else promise.outcome is PromiseOutcome.OPEN and promise.promised_on <= soon
        )
    )


def digest_disputes(account: str, state: AccountState, today: date) -> tuple[DigestDispute, ...]:
    """Return live disputes with their age in calendar days."""
    return tuple(
        DigestDispute(
            account=account,
            account_name=state.facts.name,
            invoice=hold.subject,
            reason_code=hold.reason_code or "other",
            since_on=hold.since_at.date(),
            age_days=(today - hold.since_at.date()).days,
            amount=hold.amount,
        )
        for hold in state.live_holds(today)
        if hold.reason is HoldReason.DISPUTE
    )


def merge_digests(
    parts: Iterable[DigestPart],
    house: House,
    conditions: Conditions,
    on: date,
    brakes: tuple[str, ...],
    owners: frozenset[str] = frozenset(),
    notes: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[DigestContent, ...]:
    """Merge the accounts' parts into one digest per rep; a rep with nothing gets none.

    Args:
        parts: The accounts' parts.
        house: Creditor, policy, reps.
        conditions: The world at the moment.
        on: The business date of the digest.
        brakes: Sentences on why nothing goes at all; every owner is told these.
        owners: Who owns an account at all.
        notes: What some are told for knowledge, by address; they need own no account.
    """
    owned: dict[str, list[DigestPart]] = {}
    asked: dict[str, list[DigestWaiting]] = {}
    for part in parts:
        owned.setdefault(part.owner, []).append(part)
        for rep, entry in part.waiting:
            asked.setdefault(rep, []).append(entry)
    names = {rep.address: rep.name for rep in house.reps.members}
    found = []
    for rep in sorted({*owned, *asked, *notes, *(owners if brakes else ())}):
        own = owned.get(rep, [])
        content = DigestContent(
            rep=rep,
            rep_name=names.get(rep, ""),
            on=on,
            mode=conditions.mode,
            letters_today=tuple(entry for part in own for entry in part.letters_today),
            letters_next=tuple(entry for part in own for entry in part.letters_next),
            waiting=tuple(asked.get(rep, ())),
            promises_due=tuple(entry for part in own for entry in part.promises_due),
            promises_broken=tuple(entry for part in own for entry in part.promises_broken),
            disputes=tuple(entry for part in own for entry in part.disputes),
            bounced=tuple(entry for part in own for entry in part.bounced),
            brakes=brakes,
            notes=notes.get(rep, ()),
        )
        if has_something(content):
            found.append(content)
    return tuple(found)


def has_something(content: DigestContent) -> bool:
    """Tell whether a digest says anything at all."""
    return any(
        (
            content.letters_today,
            content.letters_next,
            content.waiting,
            content.promises_due,
            content.promises_broken,
            content.disputes,
            content.bounced,
            content.brakes,
            content.notes,
        )
    )
