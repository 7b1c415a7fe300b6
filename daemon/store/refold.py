"""Rebuilding what follows from the event log, where other code than this wrote it.

State and projections are the fold of an account's events (DESIGN §6.8), kept so that no decision
replays a log. The fact `folding` names the code that folded them by a digest of its text, so that
no change of it can be forgotten. Another digest there: every account is replayed, and what differs
is written, in one transaction for each slice of accounts, which notes how far it came. Whoever is
killed goes on there at the next start. The log itself is only read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the library ships no types
from pydantic import ValidationError
from tortoise.exceptions import BaseORMException

from daemon.core.evolve import replay
from daemon.core.state import AccountState
from daemon.errors import ConfigError, IllegalTransition, PeerError
from daemon.store import facts, mapping
from daemon.store.accounts import CONTACT_COLUMNS
from daemon.store.alone import DaemonLock
from daemon.store.transactions import Session, Transactions, Value, marks, upsert_text

FOLDING = "folding"
ACCOUNTS_PER_TRANSACTION = 200
# All whose text says what a fold or a projection gives; a test compares with what they import.
SOURCES = (
    *(
        ("daemon.core", f"{name}.py")
        for name in (
            "events",
            "evolve",
            "evolve_letters",
            "evolve_people",
            "letter_events",
            "matching",
            "model",
            "money",
            "state",
        )
    ),
    ("daemon.store", "mapping.py"),
)
Columns = tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refolded:
    """What a rebuild did: accounts looked at and written, and those whose log cannot be replayed.

    `left` are (account, sentence): they keep the state that they had.
    """

    accounts: int = 0
    rebuilt: int = 0
    left: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Slice:
    """Some accounts while they are rebuilt: what stands in the tables and what should."""

    rows: list[dict[str, Any]]
    accounts: list[dict[str, Value]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    invoices: dict[tuple[str, str], Columns] = field(default_factory=dict)
    contacts: dict[tuple[str, str], Columns] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """All ids, in order."""
        return [row["id"] for row in self.rows]

    @property
    def replayed(self) -> list[str]:
        """The ids of all whose log could be replayed."""
        unreadable = {account for account, _ in self.left}
        return [account for account in self.ids if account not in unreadable]


@cache
def code_mark() -> str:
    """Return the digest of the code that folds."""
    digest = sha256()
    for package, name in SOURCES:
        digest.update((files(package) / name).read_bytes())
    return digest.hexdigest()[:16]


async def check_folding(session: Session) -> None:
    """Refuse states that other code folded: what they say may not be what their events say.

    Raises:
        ConfigError: They are to be rebuilt first; the sentence says by what.
    """
    if await facts.get(session, FOLDING) == code_mark():
        return
    if await _has_accounts(session):
        raise ConfigError(
            "another release of Duly wrote the accounts in this database, and they are not brought "
            "up to date yet: start the daemon again, or run: python3 run.py upgrade"
        )


async def refold(transactions: Transactions) -> Refolded:
    """Replay every account that other code folded, and write what differs.

    An account that becomes another one is due at once: its next instant was found for the state
    that it had. Costs one look where the code is the same.

    Args:
        transactions: On a database of this release's schema.

    Raises:
        ConfigError: The database refused it or stopped working; what was replayed stands.
        WriterBusy: A daemon of other code serves this PostgreSQL database: it would go on folding
            as before.
    """
    mark = code_mark()
    found = await transactions.read(lambda session: facts.get(session, FOLDING)) or ""
    if found == mark:
        return Refolded()
    begun, _, after = found.partition("|")
    after = after if begun == mark else ""
    accounts = rebuilt = 0
    left: list[tuple[str, str]] = []
    alone = DaemonLock(transactions)
    if await transactions.read(_has_accounts):
        await alone.take()
    try:
        while (done := await transactions.write(partial(_refold_slice, after=after))).rows:
            after = done.ids[-1]
            accounts += len(done.rows)
            rebuilt += len(done.accounts)
            left += done.left
    except (PeerError, BaseORMException, asyncpg.PostgresError) as error:
        raise ConfigError(
            f"the upgrade stopped while accounts were replayed, after {accounts} of them: {error}. "
            "No event was changed and no letter went; mend what it names, then start Duly again, "
            "or run: python3 run.py upgrade, and it goes on there"
        ) from error
    finally:
        await alone.release()
    return Refolded(accounts=accounts, rebuilt=rebuilt, left=tuple(left))


async def _has_accounts(session: Session) -> bool:
    return bool(await session.fetch("SELECT id FROM account LIMIT 1"))


async def _refold_slice(session: Session, after: str) -> Slice:
    """Rebuild the next accounts by id, and note how far that is; none are left: it is done."""
    rows = await session.fetch(
        f"SELECT * FROM account WHERE id > ? ORDER BY id LIMIT ?{session.for_update}",
        (after, ACCOUNTS_PER_TRANSACTION),
    )
    part = Slice(rows=rows)
    if not rows:
        await facts.put(session, FOLDING, code_mark())
        return part
    await _replay_all(session, part)
    await _write_accounts(session, part)
    await _write_projection(
        session, part, "invoice", mapping.INVOICE_COLUMNS, "number", part.invoices
    )
    await _write_projection(session, part, "contact", CONTACT_COLUMNS, "address", part.contacts)
    await facts.put(session, FOLDING, f"{code_mark()}|{part.ids[-1]}")
    return part


async def _replay_all(session: Session, part: Slice) -> None:
    logs: dict[str, list[dict[str, Any]]] = {account: [] for account in part.ids}
    for event in await session.fetch(
        f"SELECT account, sequence, at, payload FROM event WHERE account IN ({marks(len(logs))}) "
        "ORDER BY account, sequence",
        part.ids,
    ):
        logs[event["account"]].append(event)
    for row in part.rows:
        account = row["id"]
        try:
            state = _replayed(logs[account], row["sequence"])
        except IllegalTransition as error:
            part.left.append((account, f"its event log cannot be replayed: {error}"))
            continue
        except ValidationError as error:
            why = error.errors(include_url=False, include_context=False, include_input=False)
            part.left.append((account, f"its event log cannot be read: {why[0]['msg']}"))
            continue
        columns = mapping.account_columns(account, state)
        if any(row[name] != value for name, value in columns.items()):
            part.accounts.append(columns)
        for number, values in mapping.invoice_columns(account, state).items():
            part.invoices[account, number] = values
        for address, values in mapping.contact_columns(account, state).items():
            part.contacts[account, address] = values


def _replayed(log: Sequence[dict[str, Any]], last: int) -> AccountState:
    """Replay a log that ends where its account does.

    Raises:
        IllegalTransition: It ends elsewhere, or holds an event that cannot be.
        ValidationError: It holds an event that this release cannot read.
    """
    state = replay(mapping.recorded_from_columns(event) for event in log)
    if state.sequence != last:
        raise IllegalTransition(f"the log ends at event {state.sequence}, the account at {last}")
    return state


async def _write_accounts(session: Session, part: Slice) -> None:
    if not part.accounts:
        return
    names = tuple(name for name in part.accounts[0] if name != "id")
    await session.write_many(
        f"UPDATE account SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
        ((*(columns[name] for name in names), columns["id"]) for columns in part.accounts),
    )
    # Due at once: what is decided then arms it anew.
    await session.write_many(
        "UPDATE account SET next_action_at = 0 WHERE id = ? AND has_open",
        ((columns["id"],) for columns in part.accounts),
    )


async def _write_projection(
    session: Session,
    part: Slice,
    table: str,
    names: tuple[str, ...],
    key: str,
    wanted: dict[tuple[str, str], Columns],
) -> None:
    """Make the rows of the replayed accounts those that are wanted, by account and `key`."""
    rows = await session.fetch(
        f"SELECT {', '.join(names)} FROM {table} WHERE account IN ({marks(len(part.replayed))})",
        part.replayed,
    )
    there = {(row["account"], row[key]): tuple(row[name] for name in names) for row in rows}
    await session.write_many(
        upsert_text(table, names, ("account", key)),
        (values for place, values in wanted.items() if there.get(place) != values),
    )
    await session.write_many(
        f"DELETE FROM {table} WHERE account = ? AND {key} = ?",
        (place for place in there if place not in wanted),
    )
