"""Small builders for the tests of the core: a house, its rules, an account and its log.

Everything is a plain value with a default; a test names only what it is about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from daemon.core.conditions import Conditions, Mode
from daemon.core.effects import Decision
from daemon.core.events import (
    AccountListed,
    Event,
    ItemsChanged,
    LetterAccepted,
    LetterApproved,
    LetterPlanned,
    LetterTransmitting,
    Recorded,
    SequenceEntered,
)
from daemon.core.evolve import evolve
from daemon.core.house import House, Rep, Reps
from daemon.core.model import AccountFacts, Contact, ContactRole, Creditor, Item, ItemKind, Sender
from daemon.core.money import Money
from daemon.core.plan import plan
from daemon.core.policy import Policy
from daemon.core.procedure import Level, LevelAction, Procedure, Tone, parse_anchor
from daemon.core.state import (
    AccountState,
    Hold,
    HoldReason,
    HoldScope,
    HoldSource,
    Letter,
    LetterStage,
    Promise,
)

OWNER = "olga@creditor.example.com"
DEPUTY = "dan@creditor.example.com"
AP = "ap@debtor.example.org"
SECOND = "boss@debtor.example.org"


def at(text: str) -> datetime:
    """Return an aware UTC instant from `2026-06-11 10:00`; 10:00 where only a day is given."""
    return datetime.fromisoformat(text if " " in text else f"{text} 10:00").replace(tzinfo=UTC)


def day(text: str) -> date:
    """Return a date from ISO form."""
    return date.fromisoformat(text)


def eur(major: float) -> Money:
    """Return an amount in euros."""
    return Money(round(major * 100), "EUR")


def level(name: str, anchor: str, **changes: object) -> Level:
    """Return a level of a procedure, friendly and plain unless changed."""
    plain = Level(name=name, anchor=parse_anchor(anchor), template=name)
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def default_procedure(**changes: object) -> Procedure:
    """Return the ladder of DESIGN §1."""
    ladder = (
        level("delivery", "issue+0d", is_enabled=False, is_delivery=True, attaches_pdf=True),
        level("receipt_check", "issue+3bd", is_enabled=False),
        level("pre_due", "due-7d"),
        level("inquiry", "due+3bd"),
        level("reminder", "due+10d"),
        level("firm_reminder", "due+20d", tone=Tone.FIRM, is_escalated_sender=True),
        level(
            "final_notice",
            "due+30d",
            tone=Tone.FIRM,
            is_final_notice=True,
            needs_approval=True,
            pay_by_business_days=7,
            copies_escalation=True,
        ),
        level("hand_over", "final_notice.pay_by+3bd", action=LevelAction.TASK, tone=Tone.FIRM),
    )
    plain = Procedure(name="default", levels=ladder)
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def default_policy(**changes: object) -> Policy:
    """Return the policy with the default numbers and ladder."""
    plain = Policy(procedures=(default_procedure(),))
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def default_house(policy: Policy | None = None, *, country: str = "DE") -> House:
    """Return a German creditor with an owner and a deputy."""
    return House(
        creditor=Creditor(
            key="main",
            name="Creditor GmbH",
            postal_address=("Hauptstrasse 1", "10115 Berlin"),
            country=country,
            zone="Europe/Berlin",
            language="de",
            currency="EUR",
            sender=Sender(address="ar@creditor.example.com", name="Creditor AR"),
            escalated_sender=Sender(address="head@creditor.example.com", name="Head of Credit"),
        ),
        policy=policy or default_policy(),
        reps=Reps(
            default=OWNER,
            operator="ops@creditor.example.com",
            members=(Rep(address=OWNER, name="Olga", deputy=DEPUTY), Rep(address=DEPUTY)),
        ),
    )


def default_facts(**changes: object) -> AccountFacts:
    """Return a German debtor whose owner is Olga."""
    plain = AccountFacts(
        creditor="main",
        reference="4711",
        name="Debtor AG",
        country="DE",
        zone="Europe/Berlin",
        language="de",
        owner=OWNER,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def contact(address: str = AP, role: ContactRole = ContactRole.AP, **changes: object) -> Contact:
    """Return a usable contact."""
    plain = Contact(address=address, role=role)
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def invoice(number: str, due: str, open_major: float, **changes: object) -> Item:
    """Return an open invoice of that amount, issued a month before it is due, fully open."""
    due_on = day(due)
    plain = Item(
        number=number,
        kind=ItemKind.INVOICE,
        issued_on=date.fromordinal(due_on.toordinal() - 30),
        due_on=due_on,
        total=eur(open_major),
        open=eur(open_major),
        first_seen_on=date.fromordinal(due_on.toordinal() - 30),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def credit(number: str, on: str, open_major: float, kind: ItemKind = ItemKind.CREDIT_NOTE) -> Item:
    """Return a credit note (or an unapplied payment) worth that amount, a positive number."""
    return invoice(number, on, -open_major, kind=kind)


def record(state: AccountState | None, when: datetime, *events: Event) -> AccountState:
    """Fold events into a state as if they were committed at `when`.

    Raises:
        IllegalTransition: As `evolve`.
    """
    for event in events:
        number = 1 if state is None else state.sequence + 1
        state = evolve(state, Recorded(account="main/4711", sequence=number, at=when, event=event))
    assert state is not None
    return state


def opening(
    *items: Item,
    facts: AccountFacts | None = None,
    contacts: tuple[Contact, ...] | None = None,
    as_of: str = "2026-01-01",
) -> tuple[Event, ...]:
    """Return the events that bring an account with its items into the books."""
    entered: tuple[Event, ...] = tuple(
        SequenceEntered(
            number=item.number, entry_level=None, advances=(), awaits_owner=False, because="new"
        )
        for item in items
        if item.kind is ItemKind.INVOICE
    )
    return (
        AccountListed(
            snapshot="s1",
            facts=facts or default_facts(),
            contacts=(contact(),) if contacts is None else contacts,
        ),
        ItemsChanged(snapshot="s1", as_of=day(as_of), items=items),
        *entered,
    )


def account(
    *items: Item,
    facts: AccountFacts | None = None,
    contacts: tuple[Contact, ...] | None = None,
    as_of: str = "2026-01-01",
) -> AccountState:
    """Return an account with these items, every invoice at the start of its ladder."""
    events = opening(*items, facts=facts, contacts=contacts, as_of=as_of)
    return record(None, at(as_of), *events)


def conditions(now: datetime, **changes: object) -> Conditions:
    """Return fresh conditions at `now`: live, ledger as of yesterday, inbox just searched."""
    plain = Conditions(
        mode=Mode.LIVE,
        ledger_as_of=date.fromordinal(now.date().toordinal() - 1),
        snapshot="s1",
        inbox_checked_at=now,
        first_import_on=day("2026-01-01"),
        went_live_on=day("2026-01-01"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def hold(
    reason: HoldReason,
    subject: str,
    *,
    until: str | None = None,
    scope: HoldScope = HoldScope.INVOICE,
    since: str = "2026-01-01",
    **changes: object,
) -> Hold:
    """Return a hold by mail on an invoice, until lifted where no end is given."""
    plain = Hold(
        id=f"{reason}-{subject}-{since}",
        reason=reason,
        scope=scope,
        subject=subject,
        since_at=at(since),
        until_on=day(until) if until else None,
        source=HoldSource.MAIL,
        origin="mail-1",
        because=f"{reason} by mail",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def promise(number: str, promised: str, made: str, **changes: object) -> Promise:
    """Return a promise to pay all of one invoice."""
    plain = Promise(
        id=f"promise-{number}-{made}",
        invoices=(number,),
        promised_on=day(promised),
        amount=None,
        made_at=at(made),
        origin="mail-1",
        hold=f"promise-{number}-{made}",
        baseline=(),
        unapplied=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def turn(
    state: AccountState, now: datetime, house: House | None = None, **changes: object
) -> tuple[AccountState, Decision]:
    """Plan at `now` in fresh conditions and fold what was decided."""
    decision = plan(state, conditions(now, **changes), house or default_house(), now)
    return record(state, now, *decision.events), decision


def deliver(state: AccountState, now: datetime) -> AccountState:
    """Let the relay accept every queued letter at `now`."""
    for letter in state.letters:
        if letter.stage is LetterStage.QUEUED:
            state = record(
                state,
                now,
                LetterTransmitting(key=letter.key, attempt=1),
                LetterAccepted(key=letter.key, on=now.date(), reply="250 ok"),
            )
    return state


def planned(decision: Decision) -> list[Letter]:
    """Return the letters that a decision planned."""
    return [event.letter for event in decision.events if isinstance(event, LetterPlanned)]


def diary(
    state: AccountState, first: str, last: str, house: House | None = None, **changes: object
) -> list[tuple[str, str, str]]:
    """Live from day to day at noon; return (date, level, invoices) of each letter planned.

    Queued letters are accepted at once; letters that await approval are approved at once.
    """
    found: list[tuple[str, str, str]] = []
    today, last_on = day(first), day(last)
    while today <= last_on:
        now = at(f"{today.isoformat()} 10:00")
        state, decision = turn(state, now, house, **changes)
        for letter in planned(decision):
            numbers = " ".join(line.number for line in letter.lines)
            found.append((today.isoformat(), letter.level, numbers))
            if letter.stage is LetterStage.AWAITS_APPROVAL:
                state = record(state, now, LetterApproved(key=letter.key, by=OWNER))
        state = deliver(state, now)
        today = date.fromordinal(today.toordinal() + 1)
    return found
