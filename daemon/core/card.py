"""The account card: what a rep must know of an account at a glance.

Amounts are already formatted as plain text; a template only places them.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.effects import AccountCard, CardRow
from daemon.core.house import House
from daemon.core.levels import due_date
from daemon.core.model import Item
from daemon.core.money import total_per_currency
from daemon.core.state import AccountState, LetterStage, PromiseOutcome
from daemon.core.view import View, level_due, resting_holds, view_of

ROWS_MAX = 40


def account_card(state: AccountState, house: House, now: datetime) -> AccountCard:
    """Describe an account to a rep: totals, open invoices, holds, promises, last letter.

    Args:
        now: Aware UTC; days overdue count to the debtor's date.
    """
    return card_of(view_of(state, house, now))


def card_of(view: View) -> AccountCard:
    """Describe an account that is already indexed; the most overdue invoices come first."""
    state = view.state
    invoices = sorted(view.open_invoices(), key=lambda item: (item.due_on, item.number))
    accepted = [letter for letter in state.letters if letter.stage is LetterStage.ACCEPTED]
    last = max(
        accepted, key=lambda letter: letter.accepted_on or letter.business_date, default=None
    )
    return AccountCard(
        account=state.facts.reference,
        name=state.facts.name,
        owner=state.facts.owner,
        country=state.facts.country,
        language=state.facts.language,
        contacts=tuple(
            f"{contact.address} ({contact.role}, {contact.status})" for contact in state.contacts
        ),
        open_totals=tuple(
            str(total)
            for total in total_per_currency(item.open for item in state.items if item.is_listed)
        ),
        rows=tuple(_card_row(view, item) for item in invoices[:ROWS_MAX]),
        promises=tuple(
            f"{', '.join(promise.invoices)}: {promise.amount or 'all'} "
            f"by {promise.promised_on.isoformat()} ({promise.outcome})"
            for promise in state.promises
            if promise.outcome is not PromiseOutcome.REPLACED
        ),
        last_letter=(
            f"{last.level} on {(last.accepted_on or last.business_date).isoformat()} "
            f"to {last.recipient}"
            if last is not None
            else ""
        ),
    )


def _card_row(view: View, item: Item) -> CardRow:
    entry = view.entries[item.number]
    following = level_due(view, item, None, None)
    holds = resting_holds(view, item)
    overdue = max((view.today - due_date(item, view.calendar)).days, 0)
    comes = f"{following.level.name} from {following.due_on.isoformat()}" if following else "none"
    return CardRow(
        number=item.number,
        due_on=item.due_on,
        days_overdue=overdue,
        open=str(item.open),
        stage=entry.stage.value,
        level=entry.advances[-1].level if entry.advances else "",
        holds=tuple(
            f"{hold.reason} until {hold.until_on.isoformat() if hold.until_on else 'lifted'}"
            for hold in holds
        ),
        next=comes,
    )
