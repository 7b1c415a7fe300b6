"""Accounts: the event log, the compare-and-set, and the rows that follow from the fold.

Events are appended under the unique key (account, sequence); state, projections and outbox rows
are written in the same transaction, and only where they changed. A commit whose expected number
is no longer the last changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from daemon.core.events import Recorded
from daemon.core.evolve import evolve
from daemon.core.state import AccountState
from daemon.ports import Commit, StoreConflict
from daemon.store import mapping
from daemon.store.models import EventRow, to_micros
from daemon.store.remembering import remembering
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
state_from_text = remembering(mapping.state_from_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One account before and after its commit; `before` is None where it is new.

    `next_action` is in whole microseconds, as it is stored.
    """

    commit: Commit
    before: AccountState | None
    after: AccountState
    recorded: tuple[Recorded, ...]
    next_action: int | None


# --- reading --------------------------------------------------------------------------------


async def due(session: Session, now: datetime, limit: int, after: str) -> list[str]:
    """Return ids of accounts whose next instant has come, by id, above `after`."""
    rows = await session.fetch(
        "SELECT id FROM account WHERE next_action_at <= ? AND id > ? ORDER BY id LIMIT ?",
        (to_micros(now), after, limit),
    )
    return [str(row["id"]) for row in rows]


async def ids(session: Session, after: str, limit: int) -> list[str]:
    """Return all account ids above `after`, by id."""
    rows = await session.fetch(
        "SELECT id FROM account WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
    )
    return [str(row["id"]) for row in rows]


async def load(session: Session, wanted: Sequence[str]) -> dict[str, AccountState]:
    """Return the states of the accounts that exist, one query for each 200."""
    states: dict[str, AccountState] = {}
    for batch in batches(dict.fromkeys(wanted), ACCOUNTS_PER_QUERY):
        rows = await session.fetch(
            f"SELECT id, state FROM account WHERE id IN ({marks(len(batch))})", batch
        )
        states.update((row["id"], state_from_text(row["state"])) for row in rows)
    return states


async def events(session: Session, account: str, after: int) -> list[Recorded]:
    """Return an account's events above a sequence number, in order."""
    rows = await session.rows(
        EventRow, "WHERE account = ? AND sequence > ? ORDER BY sequence", (account, after)
    )
    return [mapping.recorded_from_row(row) for row in rows]


async def events_of_kind(session: Session, kind: str, limit: int) -> list[Recorded]:
    """Return the newest events of one kind, oldest first."""
    rows = await session.rows(EventRow, "WHERE kind = ? ORDER BY id DESC LIMIT ?", (kind, limit))
    return [mapping.recorded_from_row(row) for row in reversed(rows)]


# --- committing -----------------------------------------------------------------------------


async def apply(session: Session, commits: Sequence[Commit], now: datetime) -> list[Change]:
    """Append, project and re-arm; return the changes that the outbox must follow.

    A commit with neither events nor effects only re-arms its account, and costs no fold. An
    account that was woken after the decision's `now` keeps its instant: early, never late.

    Raises:
        StoreConflict: An expected number is not the last one.
        IllegalTransition: An event cannot be in its state.
    """
    if len({commit.account for commit in commits}) != len(commits):
        raise ValueError("one account stands twice among the commits")
    speaking = [commit for commit in commits if commit.events or commit.effects or commit.freeze]
    spoken = {commit.account for commit in speaking}
    silent = [commit for commit in commits if commit.account not in spoken]
    rows = await _lock(session, silent, "id, sequence")
    if len(rows) != len(silent):
        raise StoreConflict("an account that is to be armed anew is not known")
    await session.write_many(
        "UPDATE account SET next_action_at = ? "
        "WHERE id = ? AND (woken_at IS NULL OR woken_at <= ?)",
        (
            (_micros(commit.next_action_at), commit.account, to_micros(now))
            for commit in silent
            if not commit.keeps_next_action
        ),
    )
    known = await _lock(session, speaking, "id, state, sequence, next_action_at, woken_at")
    changes = [_changed(commit, known.get(commit.account), now) for commit in speaking]
    await _write(session, changes)
    return changes


async def _lock(
    session: Session, commits: Sequence[Commit], columns: str
) -> dict[str, dict[str, Any]]:
    """Lock the accounts that exist, in the order of their ids, and compare their numbers."""
    wanted = {commit.account: commit.expected for commit in commits}
    known: dict[str, dict[str, Any]] = {}
    for batch in batches(sorted(wanted), ACCOUNTS_PER_QUERY):
        rows = await session.fetch(
            f"SELECT {columns} FROM account WHERE id IN ({marks(len(batch))}) "
            f"ORDER BY id{session.for_update}",
            batch,
        )
        for row in rows:
            if row["sequence"] != wanted[row["id"]]:
                raise StoreConflict(
                    f"{row['id']} is at event {row['sequence']}, not at {wanted[row['id']]}"
                )
            known[row["id"]] = row
    return known


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _changed(commit: Commit, row: dict[str, Any] | None, now: datetime) -> Change:
    before = None if row is None else state_from_text(row["state"])
    planned_at = None if row is None else row["next_action_at"]
    is_woken = row is not None and (row["woken_at"] or 0) > to_micros(now)
    keeps = commit.keeps_next_action or is_woken
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
        next_action=planned_at if keeps else _micros(commit.next_action_at),
    )


async def _write(session: Session, changes: Sequence[Change]) -> None:
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
    columns["next_action_at"] = change.next_action
    return columns


async def _write_accounts(session: Session, changes: Sequence[Change]) -> None:
    created = [_account_values(change) for change in changes if change.before is None]
    if created:
        await session.write_many(
            insert_text("account", tuple(created[0])),
            (tuple(columns.values()) for columns in created),
        )
    changed = [_account_values(change) for change in changes if change.before is not None]
    if changed:
        names = tuple(name for name in changed[0] if name != "id")
        await session.write_many(
            f"UPDATE account SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
            ((*(columns[name] for name in names), columns["id"]) for columns in changed),
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
    at = to_micros(now)
    change = "UPDATE account SET next_action_at = ?, woken_at = ? WHERE"
    if wanted is None:
        await session.run(f"{change} has_open", (at, at))
        return
    await session.write_many(f"{change} id = ?", ((at, at, account) for account in sorted(wanted)))


def slices(commits: Sequence[Commit], size: int) -> Iterator[Sequence[Commit]]:
    """Yield the commits in slices, so that memory and the loop are never held for long."""
    for start in range(0, len(commits), size):
        yield commits[start : start + size]
