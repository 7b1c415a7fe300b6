"""Taking in a ledger: what it changes, what is wrong with it, and when it is refused whole.

The feed is compared with every account of the creditor. A feed from which too much has
disappeared is taken for a broken export, not for a happy day. Source: DESIGN §1 and §8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.core.events import AccountListed, Event
from daemon.core.feed import ContactRow, Feed, FeedKind, LedgerRow, RowError
from daemon.core.house import House
from daemon.core.ledger_facts import resolve_contacts, resolve_facts
from daemon.core.ledger_items import AccountImport, Difference, DifferenceKind, account_changes
from daemon.core.levels import procedure_of
from daemon.core.model import AccountFacts, Contact
from daemon.core.money import Money
from daemon.core.state import AccountState, Stage
from daemon.core.view import creditor_calendar, is_demandable

YEARS_AWAY_MAX = 30
PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """What a feed leads to. `events` pairs account ids with their events, changed ones only.

    `refusal` says why nothing may be applied; then `events` is empty and `differences` shows
    what would have changed.
    """

    events: tuple[tuple[str, tuple[Event, ...]], ...]
    differences: tuple[Difference, ...]
    problems: tuple[RowError, ...]
    refusal: str | None


def take_feed(
    states: Mapping[str, AccountState],
    feed: Feed,
    house: House,
    snapshot: str,
    now: datetime,
    *,
    is_first_import: bool,
    is_guard_waived: bool = False,
) -> FeedResult:
    """Compare a feed with what is known and decide what it changes.

    Args:
        states: Every account of the creditor by its id, closed ones too.
        feed: The rows that could be read, and what was wrong with the others.
        snapshot: The id under which this ledger is remembered.
        now: Aware UTC instant of the import.
        is_first_import: Whether to take on an old ledger without a blast.
        is_guard_waived: The operator has confirmed that so much did disappear.
    """
    problems: list[RowError] = []
    rows = _rows_by_account(feed, problems)
    set_aside, is_complete = _rows_set_aside(feed, problems)
    contacts = _contacts_by_account(feed)
    problems.extend(_unknown_owners(feed, house))
    twice = _listed_twice(feed, rows, states, house, problems)
    refusal = _refusal(states, feed, house, now, set_aside, is_guard_waived=is_guard_waived)
    found: list[tuple[str, tuple[Event, ...]]] = []
    differences: list[Difference] = []
    known = {state.facts.reference for state in states.values()}
    for reference in (*rows, *sorted(known - rows.keys())):
        mine = rows.get(reference, {})
        state = states.get(f"{house.creditor.key}/{reference}")
        listed, facts, person_changes = _listing(
            reference, mine, contacts.get(reference, []), state, feed, house, snapshot, problems
        )
        change = AccountImport(
            facts=facts,
            state=state,
            rows=mine,
            twice=twice,
            feed=feed,
            house=house,
            snapshot=snapshot,
            now=now,
            is_first_import=is_first_import,
            is_complete=is_complete,
            set_aside=frozenset(number for owner, number in set_aside if owner == reference),
        )
        problems.extend(_unknown_levels(feed, mine, facts, house))
        events, changes = account_changes(change)
        differences.extend((*person_changes, *changes))
        if listed or events:
            found.append((facts.account, (*listed, *events)))
    return FeedResult(
        events=() if refusal is not None else tuple(found),
        differences=tuple(differences),
        problems=tuple(problems),
        refusal=refusal,
    )


def _rows_by_account(feed: Feed, problems: list[RowError]) -> dict[str, dict[str, LedgerRow]]:
    """Sort the rows by account and number; a row with an impossible date is set aside."""
    found: dict[str, dict[str, LedgerRow]] = {}
    for row in feed.rows:
        years = abs(row.due_on.year - feed.as_of.year)
        if years > YEARS_AWAY_MAX:
            sentence = f"due date {row.due_on.isoformat()} lies {years} years away; check the year"
            problem = _problem(feed, row.line, "due", sentence)
            problems.append(replace(problem, account=row.account, number=row.number))
            continue
        mine = found.setdefault(row.account, {})
        mine.setdefault(row.number, row)
    return found


def _rows_set_aside(
    feed: Feed, problems: list[RowError]
) -> tuple[frozenset[tuple[str, str]], bool]:
    """Return the invoices (account, number) whose rows were set aside, and whether those are all.

    A bad cell of a row that was taken, or of the contacts, sets nothing aside.
    """
    taken = {row.line for row in feed.rows}
    named: set[tuple[str, str]] = set()
    is_complete = True
    for error in (*feed.errors, *problems):
        if error.source != feed.source:
            continue
        if error.account and error.number:
            named.add((error.account, error.number))
        elif error.line not in taken:
            is_complete = False
    return frozenset(named), is_complete


def _contacts_by_account(feed: Feed) -> dict[str, list[ContactRow]]:
    found: dict[str, list[ContactRow]] = {}
    for row in feed.contacts:
        found.setdefault(row.account, []).append(row)
    return found


def _listed_twice(
    feed: Feed,
    rows: Mapping[str, Mapping[str, LedgerRow]],
    states: Mapping[str, AccountState],
    house: House,
    problems: list[RowError],
) -> frozenset[str]:
    """Report the numbers that stand twice, in the feed or at another account."""
    owners: dict[str, set[str]] = {}
    lines: dict[str, list[int]] = {}
    for row in feed.rows:
        owners.setdefault(row.number, set()).add(row.account)
        lines.setdefault(row.number, []).append(row.line)
    if feed.kind is FeedKind.ALL_INVOICES:
        for state in states.values():
            for item in state.items:
                if is_demandable(item) and item.number in owners:
                    owners[item.number].add(state.facts.reference)
    twice = sorted(
        number for number, found in lines.items() if len(found) > 1 or len(owners[number]) > 1
    )
    for number in twice:
        accounts = ", ".join(sorted(owners[number]))
        sentence = f"invoice {number} stands more than once (accounts {accounts}); it is held"
        problems.append(_problem(feed, lines[number][-1], "number", sentence))
    return frozenset(twice)


def _listing(
    reference: str,
    mine: Mapping[str, LedgerRow],
    contact_rows: list[ContactRow],
    state: AccountState | None,
    feed: Feed,
    house: House,
    snapshot: str,
    problems: list[RowError],
) -> tuple[tuple[Event, ...], AccountFacts, tuple[Difference, ...]]:
    """Return the account's listing if it changed, its facts, and its changes of contacts."""
    rows = tuple(mine.values())
    before: tuple[Contact, ...] = () if state is None else state.contacts
    if rows:
        facts, found = resolve_facts(reference, rows, house, feed.source)
        problems.extend(found)
    else:
        assert state is not None
        facts = state.facts
    contacts = resolve_contacts(rows, contact_rows, before)
    if rows and not contacts:
        sentence = f"account {reference} has no e-mail address, so it gets no letter"
        problems.append(_problem(feed, rows[0].line, "email", sentence))
    if state is not None and facts == state.facts and contacts == before:
        return (), facts, ()
    event = AccountListed(snapshot=snapshot, facts=facts, contacts=contacts)
    if state is None or contacts == before:
        return (event,), facts, ()
    difference = Difference(
        kind=DifferenceKind.CONTACT,
        account=facts.account,
        number="",
        before=", ".join(contact.address for contact in before),
        after=", ".join(contact.address for contact in contacts),
    )
    return (event,), facts, (difference,)


def _unknown_levels(
    feed: Feed, mine: Mapping[str, LedgerRow], facts: AccountFacts, house: House
) -> list[RowError]:
    names = [level.name for level in procedure_of(facts, house.policy).levels]
    return [
        _problem(
            feed,
            row.line,
            "last_level",
            f"there is no level {row.last_level!r}; write one of {', '.join(names)}",
        )
        for row in mine.values()
        if row.last_level and row.last_level not in names
    ]


def _unknown_owners(feed: Feed, house: House) -> list[RowError]:
    """Report once each owner who is asked by mail, but whose commands are not taken."""
    lines: dict[str, int] = {}
    for row in feed.rows:
        if row.owner and not house.reps.is_rep(row.owner):
            lines.setdefault(row.owner.lower(), row.line)
    return [
        _problem(feed, line, "owner", unknown_owner_sentence(owner))
        for owner, line in lines.items()
    ]


def unknown_owner_sentence(owner: str) -> str:
    """Say what is wrong with an owner who is no rep, and the mend."""
    return (
        f"{owner} owns accounts and is asked about them, but commands from there are refused: "
        "add the address to [reps]"
    )


# --- the guard ------------------------------------------------------------------------------


def _refusal(
    states: Mapping[str, AccountState],
    feed: Feed,
    house: House,
    now: datetime,
    set_aside: frozenset[tuple[str, str]],
    *,
    is_guard_waived: bool,
) -> str | None:
    today = creditor_calendar(house).today(now)
    if feed.as_of > today + timedelta(days=1):
        return (
            f"the ledger is dated {feed.as_of.isoformat()}, which lies ahead of today "
            f"({today.isoformat()}); give the right date with --as-of"
        )
    if feed.kind is not FeedKind.OPEN_ITEMS or is_guard_waived:
        return None
    return _too_much_gone(states, feed, house, set_aside)


def _too_much_gone(
    states: Mapping[str, AccountState],
    feed: Feed,
    house: House,
    set_aside: frozenset[tuple[str, str]],
) -> str | None:
    policy = house.policy
    listed = {(row.account, row.number) for row in feed.rows} | set_aside
    counts, gone_counts = 0, 0
    amounts: dict[str, int] = {}
    gone: dict[str, int] = {}
    for state in states.values():
        closed = {entry.number for entry in state.sequences if entry.stage is Stage.CLOSED}
        for item in state.items:
            if not is_demandable(item) or item.number in closed:
                continue
            currency = item.open.currency
            counts += 1
            amounts[currency] = amounts.get(currency, 0) + item.open.minor
            if (state.facts.reference, item.number) not in listed:
                gone_counts += 1
                gone[currency] = gone.get(currency, 0) + item.open.minor
    if counts < policy.guard_invoices_min:
        return None
    if gone_counts * PERCENT > counts * policy.guard_percent:
        return _refused(policy.guard_percent, f"{gone_counts} of {counts} open invoices")
    for currency, minor in sorted(gone.items()):
        if minor * PERCENT > amounts[currency] * policy.guard_percent:
            amount = f"{Money(minor, currency)} of {Money(amounts[currency], currency)}"
            return _refused(policy.guard_percent, amount)
    return None


def _refused(percent: int, what: str) -> str:
    return (
        f"{what} are no longer listed, more than {percent}%: this looks like a broken export. "
        "Nothing was imported. If they really are cleared: import FILE --yes-they-are-gone."
    )


def _problem(feed: Feed, line: int, column: str, sentence: str) -> RowError:
    return RowError(source=feed.source, line=line, column=column, sentence=sentence)
