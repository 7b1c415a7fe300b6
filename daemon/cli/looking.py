"""Commands that look and change nothing: forecast, preview, status, explain, verify."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from daemon.application import App
from daemon.cli.output import Output
from daemon.core.blockers import world_blockers
from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.explain import ForecastLetter
from daemon.core.explain import explain as explain_invoice
from daemon.core.explain import forecast as look_ahead
from daemon.core.history import describe, until
from daemon.core.preview import next_content
from daemon.core.state import AccountState, ForwardStage, Stage
from daemon.errors import UsageError
from daemon.ports import MailStage, OutgoingStage
from daemon.rounds.gather import for_account, gather_conditions
from daemon.rounds.settle import CUSTOMER_MAIL
from daemon.service import HEARTBEAT
from daemon.settings import Settings

SLICE = 200
ROWS_SHOWN = 200


async def find_subject(app: App, text: str) -> tuple[str, str]:
    """Return (account id, invoice number or empty) for what a person typed.

    Raises:
        UsageError: Nothing, or several things, have that name.
    """
    invoices = await app.store.find_invoice(text)
    if len(invoices) == 1:
        return invoices[0]
    if len(invoices) > 1:
        homes = ", ".join(sorted(account for account, _ in invoices))
        raise UsageError(f"{text} stands at several accounts ({homes}); name the account instead")
    accounts = await app.store.find_account(text)
    if len(accounts) == 1:
        return accounts[0], ""
    if accounts:
        raise UsageError(f"{text} fits several accounts: {', '.join(accounts[:10])}")
    raise UsageError(f"no invoice and no account is called {text!r}; see: run.py status")


async def every_account(app: App, out: Output) -> list[tuple[str, AccountState]]:
    """Load all accounts, in slices, and tell how far it is."""
    found: list[tuple[str, AccountState]] = []
    after = ""
    while ids := await app.store.account_ids(after, SLICE):
        after = ids[-1]
        found += (await app.store.load(ids)).items()
        out.progress(f"{len(found)} accounts")
    return found


async def forecast(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Show which letters would go when, and what keeps the others back."""
    now = app.clock.now()
    conditions = await gather_conditions(app, now)
    days = arguments.days
    today = calendar_of(
        app.house.creditor.country, app.house.creditor.zone, app.house.days_off
    ).today(now)
    if arguments.on is not None:
        # The forecast counts today as its first day.
        days = (arguments.on - today).days + 1
        if days < 1:
            raise UsageError(f"--on {arguments.on} lies in the past")
    letters: list[tuple[str, str, ForecastLetter]] = []
    kept_back: list[tuple[str, str, str, str]] = []
    for account, state in await every_account(app, out):
        for letter in look_ahead(state, conditions, app.house, now, days):
            if arguments.on is None or letter.on == arguments.on:
                letters.append((account, state.facts.name, letter))
        kept_back += why_not(account, state, conditions, app, now)
    letters.sort(key=lambda entry: (entry[2].on, entry[0]))
    for blocker in world_blockers(conditions, app.house, now):
        out.line(f"nothing goes now: {blocker.because}")
    rows = [
        (
            letter.on.isoformat(),
            name,
            letter.level,
            ", ".join(letter.numbers),
            ", ".join(str(amount) for amount in letter.amounts),
            letter.recipient,
            "needs approval" if letter.awaits_approval else "",
        )
        for _, name, letter in letters
    ]
    columns = ("on", "account", "level", "invoices", "amount", "to", "")
    out.table(f"{len(rows)} letters", columns, rows[:ROWS_SHOWN])
    out.line()
    out.table(
        f"{len(kept_back)} overdue invoices without a letter",
        ("account", "invoice", "why not", "until"),
        kept_back[:ROWS_SHOWN],
    )
    out.put(
        {
            "letters": [dict(zip((*columns[:-1], "approval"), row, strict=True)) for row in rows],
            "kept_back": [
                dict(zip(("account", "invoice", "because", "until"), row, strict=True))
                for row in kept_back
            ],
        }
    )
    return 0


def why_not(
    account: str, state: AccountState, conditions: Conditions, app: App, now: datetime
) -> list[tuple[str, str, str, str]]:
    """Return the first blocker of every invoice in dunning that has one."""
    found = []
    for sequence in state.sequences:
        if sequence.stage is not Stage.DUNNING:
            continue
        verdict = explain_invoice(state, conditions, app.house, now, sequence.number)
        if verdict.blockers:
            first = verdict.blockers[0]
            end = first.until.isoformat() if first.until else ""
            found.append((state.facts.name, sequence.number, first.because, end))
    return found


async def preview(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Show the letter that waits, or the next one that would go, as its recipient sees it."""
    account, number = await find_subject(app, arguments.subject)
    state = (await app.store.load([account]))[account]
    now = app.clock.now()
    conditions = await gather_conditions(app, now)
    content = next_content(state, conditions, app.house, now, number)
    if content is None:
        out.line(f"No letter is ahead for {arguments.subject}: run.py explain says why.")
        out.put(None)
        return 1
    subject, text = app.stationery.preview(content)
    out.line(f"To: {content.recipient}")
    out.line(f"Subject: {subject}")
    out.line()
    out.line(text)
    out.put({"to": content.recipient, "subject": subject, "text": text, "level": content.level})
    return 0


async def status(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Show where everything stands, or one account with its invoices."""
    if arguments.subject:
        return await status_of(app, arguments.subject, out)
    now = app.clock.now()
    conditions = await gather_conditions(app, now)
    stages: Counter[str] = Counter()
    holds: Counter[str] = Counter()
    waiting = 0
    for _, state in await every_account(app, out):
        today = calendar_of(state.facts.country, state.facts.zone, app.house.days_off).today(now)
        stages.update(entry.stage.value for entry in state.sequences)
        holds.update(hold.reason.value for hold in state.live_holds(today))
        waiting += sum(
            entry.stage not in (ForwardStage.ANSWERED, ForwardStage.CLOSED)
            for entry in state.forwards
        )
    lost = await app.store.outgoing_in(OutgoingStage.UNKNOWN)
    # Mail to reps of unknown fate is repeated by itself; only a customer's letter needs a person.
    unknown = sum(row.kind in CUSTOMER_MAIL for row in lost)
    quarantined = len(await app.store.mails_in(MailStage.QUARANTINED, ROWS_SHOWN))
    facts = {
        "mode": conditions.mode.value,
        "ledger_as_of": conditions.ledger_as_of,
        "inbox_checked_at": conditions.inbox_checked_at,
        "heartbeat": await app.store.fact(HEARTBEAT),
        "stopped": conditions.stopped_because or None,
        "breaker": conditions.breaker_because or None,
        "letters_today": conditions.letters_today,
        "letters_queued": len(await app.store.outgoing_in(OutgoingStage.QUEUED)),
        "letters_awaiting_approval": len(
            await app.store.outgoing_in(OutgoingStage.AWAITS_APPROVAL)
        ),
        "letters_unknown": unknown,
        "rep_mails_unknown": len(lost) - unknown,
        "mails_unread": len(await app.store.unapplied_mails()),
        "mails_quarantined": quarantined,
        "questions_waiting_for_reps": waiting,
        "invoices": dict(stages),
        "holds": dict(holds),
    }
    out.put(facts)
    for name, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{count} {key}" for key, count in sorted(value.items())) or "none"
        out.line(f"{name.replace('_', ' '):28} {value if value is not None else '-'}")
    brakes = world_blockers(conditions, app.house, now)
    for blocker in brakes:
        out.line(f"nothing goes now: {blocker.because}")
    return 1 if unknown or conditions.is_breaker_open else 0


async def status_of(app: App, subject: str, out: Output) -> int:
    """Show one account: its card, its holds, its promises."""
    from daemon.core.card import account_card

    account, number = await find_subject(app, subject)
    state = (await app.store.load([account]))[account]
    now = app.clock.now()
    card = account_card(state, app.house, now)
    today = calendar_of(state.facts.country, state.facts.zone, app.house.days_off).today(now)
    out.line(f"{card.name} ({account}), {card.country}, {card.language}, owner {card.owner}")
    out.line(f"contacts: {', '.join(card.contacts) or 'none'}")
    out.line(f"open: {', '.join(card.open_totals) or 'nothing'}")
    out.line(f"last letter: {card.last_letter or 'none'}")
    rows = [
        (
            row.number,
            row.due_on.isoformat(),
            row.days_overdue,
            row.open,
            row.stage,
            row.level,
            "; ".join(row.holds),
            row.next,
        )
        for row in card.rows
        if not number or row.number == number
    ]
    if number and not rows:
        rows = [settled_row(state, number)]
    columns = ("invoice", "due", "days", "open", "stage", "level", "holds", "next")
    out.table("", columns, rows)
    for hold in state.live_holds(today):
        out.line(f"hold {hold.reason.value} on {hold.subject} {until(hold)}: {hold.because}")
    for promise in card.promises:
        out.line(f"promise {promise}")
    out.put(
        {
            "account": account,
            "name": card.name,
            "contacts": card.contacts,
            "open": card.open_totals,
            "invoices": [dict(zip(columns, row, strict=True)) for row in rows],
            "promises": card.promises,
        }
    )
    return 0


def settled_row(state: AccountState, number: str) -> tuple[str, str, int, str, str, str, str, str]:
    """Return the row of an item that the card leaves out: closed, or a credit."""
    item = next(entry for entry in state.items if entry.number == number)
    sequence = state.sequence_of(number)
    stage = sequence.stage.value if sequence else item.kind.value
    return (number, item.due_on.isoformat(), 0, str(item.open), stage, "", "", "none")


async def explain(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Say why an invoice is where it is: next level, every blocker, and what happened."""
    account, number = await find_subject(app, arguments.subject)
    state = (await app.store.load([account]))[account]
    now = app.clock.now()
    conditions = for_account(
        await gather_conditions(app, now), account, await app.store.unapplied_mails()
    )
    numbers = [number] if number else [entry.number for entry in state.sequences]
    zone = ZoneInfo(app.house.creditor.zone)
    values = []
    for each in numbers:
        verdict = explain_invoice(state, conditions, app.house, now, each)
        sequence = state.sequence_of(each)
        stage = sequence.stage.value if sequence else "credit"
        out.line(f"{each} ({state.facts.name}): {stage.replace('_', ' ')}")
        level = f"{verdict.level}, due {verdict.due_on}" if verdict.level else "none"
        out.line(f"  next level: {level}. {verdict.because}")
        for blocker in verdict.blockers:
            end = f" (until {blocker.until})" if blocker.until else ""
            evidence = f" [{blocker.evidence}]" if blocker.evidence else ""
            out.line(f"  not now: {blocker.because}{end}{evidence}")
        if verdict.level and not verdict.blockers:
            out.line("  allowed: the letter goes in the next pass")
        values.append(verdict)
    out.line("history:")
    history = [
        (entry.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), describe(entry.event))
        for entry in await app.store.events(account)
    ]
    for at, sentence in history:
        out.line(f"  {at}  {sentence}")
    out.put(
        {"account": account, "verdicts": [as_value(entry) for entry in values], "history": history}
    )
    return 0


def as_value(verdict: object) -> object:
    """Turn a frozen value into plain JSON material."""
    from dataclasses import asdict

    return asdict(verdict)  # type: ignore[call-overload]  # every caller passes a dataclass


async def verify(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Check the promises of the machine over the database, read-only."""
    from daemon.laws.verify import verify_store

    report = await verify_store(app.store, app.house, app.clock.now())
    out.table(
        "laws checked",
        ("law", "checked", "broken"),
        [(law.name, law.checked, len(law.findings)) for law in report.laws],
    )
    for law in report.laws:
        for finding in law.findings[:ROWS_SHOWN]:
            out.line(f"{law.name}: {finding.account}: {finding.sentence}")
    out.put(
        [
            {
                "law": law.name,
                "checked": law.checked,
                "findings": [as_value(f) for f in law.findings],
            }
            for law in report.laws
        ]
    )
    return 1 if any(law.findings for law in report.laws) else 0
