"""Accounts: the event log, the compare-and-set, and the rows that follow from the fold.

Events are appended under the unique key (account, sequence); state, projections and outbox rows
are written in the same transaction, and only where they changed. A commit whose expected number
is no longer the last changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError

from daemon.core.events import Recorded
from daemon.core.evolve import evolve
from daemon.core.state import AccountState
from daemon.ports import Commit, StoreConflict
from daemon.store import mapping
from daemon.store.models import AccountRow, EventRow, from_micros, to_micros
from daemon.store.transactions import (
    Session,
    Value,
    batches,
    insert_text,
    marks,
    upsert_text,
)

ACCOUNTS_PER_QUERY = 200
EVENT_COLUMNS = ("account", "sequence", "kind", "at", "payload", "origin")
CONTACT_COLUMNS = ("account", "address", "domain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One account before and after its commit; `before` is None where it is new."""

    commit: Commit
    before: AccountState | None
    after: AccountState
    recorded: tuple[Recorded, ...]
    next_action_at: datetime | None


# --- reading --------------------------------------------------------------------------------


async def due(now: datetime, limit: int, after: str) -> list[str]:
    """Return ids of accounts whose next instant has come, by id, above `after`."""
    query = AccountRow.filter(next_action_at__lte=now, id__gt=after).order_by("id").limit(limit)
    return [str(name) for name in await query.values_list("id", flat=True)]


async def ids(after: str, limit: int) -> list[str]:
    """Return all account ids above `after`, by id."""
    query = AccountRow.filter(id__gt=after).order_by("id").limit(limit)
    return [str(name) for name in await query.values_list("id", flat=True)]


async def load(session: Session, wanted: Sequence[str]) -> dict[str, AccountState]:
    """Return the states of the accounts that exist, one query for each 200."""
    states: dict[str, AccountState] = {}
    for batch in batches(dict.fromkeys(wanted), ACCOUNTS_PER_QUERY):
        rows = await session.fetch(
            f"SELECT id, state FROM account WHERE id IN ({marks(len(batch))})", batch
        )
        states.update((row["id"], mapping.state_from_text(row["state"])) for row in rows)
    return states


async def events(account: str, after: int) -> list[Recorded]:
    """Return an account's events above a sequence number, in order."""
    rows = await EventRow.filter(account=account, sequence__gt=after).order_by("sequence")
    return [mapping.recorded_from_row(row) for row in rows]


# --- committing -----------------------------------------------------------------------------


async def fold(session: Session, commits: Sequence[Commit], now: datetime) -> list[Change]:
    """Lock the accounts, compare their sequence numbers, and fold the events in.

    Raises:
        StoreConflict: An expected number is not the last one.
        IllegalTransition: An event cannot be in its state.
    """
    wanted = {commit.account: commit for commit in commits}
    if len(wanted) != len(commits):
        raise ValueError("one account stands twice among the commits")
    known: dict[str, tuple[AccountState, datetime | None]] = {}
    for batch in batches(sorted(wanted), ACCOUNTS_PER_QUERY):
        rows = await session.fetch(
            "SELECT id, state, sequence, next_action_at FROM account "
            f"WHERE id IN ({marks(len(batch))}) ORDER BY id{session.for_update}",
            batch,
        )
        for row in rows:
            if row["sequence"] != wanted[row["id"]].expected:
                raise StoreConflict(
                    f"{row['id']} is at event {row['sequence']}, "
                    f"not at {wanted[row['id']].expected}"
                )
            micros = row["next_action_at"]
            planned_at = None if micros is None else from_micros(micros)
            known[row["id"]] = (mapping.state_from_text(row["state"]), planned_at)
    return [_changed(commit, known.get(commit.account), now) for commit in commits]


def _changed(
    commit: Commit, known: tuple[AccountState, datetime | None] | None, now: datetime
) -> Change:
    before, planned_at = known or (None, None)
    if before is None and commit.expected != 0:
        raise StoreConflict(f"{commit.account} is not known, expected at {commit.expected}")
    recorded = tuple(
        Recorded(account=commit.account, sequence=number, at=now, event=event)
        for number, event in enumerate(commit.events, commit.expected + 1)
    )
    after = before
    for entry in recorded:
        after = evolve(after, entry)
    if after is None:
        raise ValueError(f"{commit.account} is new, but its commit holds no event")
    return Change(
        commit=commit,
        before=before,
        after=after,
        recorded=recorded,
        next_action_at=planned_at if commit.keeps_next_action else commit.next_action_at,
    )


async def write(session: Session, changes: Sequence[Change]) -> None:
    """Write accounts, events and projections of folded commits.

    Raises:
        StoreConflict: Another transaction took an account's name or next number first.
    """
    try:
        await _write_accounts(session, changes)
        await session.write_many(
            insert_text("event", EVENT_COLUMNS),
            (_event_values(entry) for change in changes for entry in change.recorded),
        )
    except IntegrityError as error:
        raise StoreConflict(f"another commit came first: {error}") from error
    await _project_invoices(session, changes)
    await _project_contacts(session, changes)


def _event_values(entry: Recorded) -> tuple[Value, ...]:
    return (
        entry.account,
        entry.sequence,
        entry.event.kind,
        to_micros(entry.at),
        mapping.event_to_text(entry.event),
        mapping.origin_of(entry.event),
    )


def _account_values(change: Change) -> dict[str, Value]:
    columns = mapping.account_columns(change.commit.account, change.after)
    instant = change.next_action_at
    columns["next_action_at"] = None if instant is None else to_micros(instant)
    return columns


async def _write_accounts(session: Session, changes: Sequence[Change]) -> None:
    created = [_account_values(change) for change in changes if change.before is None]
    if created:
        await session.write_many(
            insert_text("account", tuple(created[0])),
            (tuple(columns.values()) for columns in created),
        )
    touched = [change for change in changes if change.before is not None]
    changed = [_account_values(change) for change in touched if change.recorded]
    if changed:
        names = tuple(name for name in changed[0] if name != "id")
        await session.write_many(
            f"UPDATE account SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
            ((*(columns[name] for name in names), columns["id"]) for columns in changed),
        )
    rearmed = [change for change in touched if not change.recorded]
    await session.write_many(
        "UPDATE account SET next_action_at = ? WHERE id = ?",
        (
            (
                None if change.next_action_at is None else to_micros(change.next_action_at),
                change.commit.account,
            )
            for change in rearmed
        ),
    )


async def _project_invoices(session: Session, changes: Sequence[Change]) -> None:
    written: list[tuple[Value, ...]] = []
    gone: list[tuple[Value, ...]] = []
    for change in changes:
        before, after = change.before, change.after
        if before is not None and (before.items, before.sequences) == (
            after.items,
            after.sequences,
        ):
            continue
        account = change.commit.account
        old = {} if before is None else mapping.invoice_columns(account, before)
        new = mapping.invoice_columns(account, after)
        written.extend(row for number, row in new.items() if old.get(number) != row)
        gone.extend((account, number) for number in old if number not in new)
    await session.write_many(
        upsert_text("invoice", mapping.INVOICE_COLUMNS, ("account", "number")), written
    )
    await session.write_many("DELETE FROM invoice WHERE account = ? AND number = ?", gone)


async def _project_contacts(session: Session, changes: Sequence[Change]) -> None:
    written: list[tuple[Value, ...]] = []
    gone: list[tuple[Value, ...]] = []
    for change in changes:
        before, after = change.before, change.after
        if before is not None and before.contacts == after.contacts:
            continue
        account = change.commit.account
        old = {} if before is None else mapping.contact_columns(account, before)
        new = mapping.contact_columns(account, after)
        written.extend(row for address, row in new.items() if address not in old)
        gone.extend((account, address) for address in old if address not in new)
    await session.write_many(insert_text("contact", CONTACT_COLUMNS), written)
    await session.write_many("DELETE FROM contact WHERE account = ? AND address = ?", gone)


async def wake(session: Session, now: datetime, wanted: Sequence[str] | None) -> None:
    """Make accounts due at `now`: the given ones, else every one with an open invoice."""
    if wanted is None:
        await session.run("UPDATE account SET next_action_at = ? WHERE has_open", (to_micros(now),))
        return
    await session.write_many(
        "UPDATE account SET next_action_at = ? WHERE id = ?",
        ((to_micros(now), account) for account in wanted),
    )


def slices(commits: Sequence[Commit], size: int) -> Iterator[Sequence[Commit]]:
    """Yield the commits in slices, so that memory and the loop are never held for long."""
    for start in range(0, len(commits), size):
        yield commits[start : start + size]
