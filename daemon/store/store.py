"""The store as the rounds see it: `ports.Store` over Tortoise, one shielded visit a method."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import partial

from daemon.core.effects import Effect
from daemon.core.events import Recorded
from daemon.core.matching import Known, Named
from daemon.core.quota import LargeMail
from daemon.core.state import AccountState
from daemon.errors import ConfigError, DatabaseDamaged
from daemon.ports import (
    Commit,
    ContactMatch,
    Cursor,
    Fetched,
    Frozen,
    InboxMail,
    LetterMatch,
    MailStage,
    Outgoing,
    OutgoingKind,
    OutgoingStage,
    Placed,
    Snapshot,
)
from daemon.store import (
    accounts,
    facts,
    gate,
    inbox,
    inbox_reading,
    ledger,
    lookups,
    octets,
    outbox,
    outbox_reading,
)
from daemon.store.database import SQLITE_ENGINE, Database, open_database
from daemon.store.refold import Refolded, check_folding, refold
from daemon.store.sealing import check_sealed, seal_all
from daemon.store.tokens import check_key, digest_of
from daemon.store.transactions import Session
from parsers.reading import Identity


async def open_store(
    url: str, *, secret: bytes, is_readonly: bool = False, sqlite_engine: str = SQLITE_ENGINE
) -> TortoiseStore:
    """Open a database, and bring schema and accounts up to date unless `is_readonly`.

    Args:
        url: `sqlite:////path/to/duly.db` (relative with three slashes), or
            `postgres://user:password@host:port/name`.
        secret: The key of tokens, mail ids and seals; the same for the life of the database.
        is_readonly: For status and explain: takes no lock and changes nothing.
        sqlite_engine: The module of the SQLite client; simulations name one of their own.

    Raises:
        ConfigError: It cannot be used, is damaged or was written under another secret (nothing was
            changed), or other code wrote it last: a writing command brings it up to date.
        PeerError: The database stopped answering meanwhile.
        WriterBusy: Another process writes the SQLite file.
    """
    database = await open_database(
        url,
        is_readonly=is_readonly,
        sqlite_engine=sqlite_engine,
        check=partial(check_key, secret=secret),
    )
    store = TortoiseStore(database, secret)
    try:
        if is_readonly:
            await database.transactions.read(check_sealed)
            await database.transactions.read(check_folding)
        else:
            await seal_all(database.transactions, secret)
            store.refolded = await refold(database.transactions)
    except DatabaseDamaged as error:
        await store.close()
        raise ConfigError(str(error)) from error
    except BaseException:
        await store.close()
        raise
    return store


class TortoiseStore:
    """Implements `ports.Store` on SQLite and PostgreSQL alike."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._write = database.transactions.write
        self._read = database.transactions.read
        self._note = database.transactions.note
        self._secret = secret
        self.refolded = Refolded()

    async def close(self) -> None:
        """Wait for running transactions, then close. Harmless when repeated."""
        await self._database.close()

    async def serve_alone(self) -> None:
        await self._database.alone.take()

    # --- accounts and events ----------------------------------------------------------------

    async def due_accounts(self, now: datetime, limit: int, after: str = "") -> list[str]:
        return await self._read(lambda session: accounts.due(session, now, limit, after))

    async def account_ids(self, after: str = "", limit: int = 1000) -> list[str]:
        return await self._read(lambda session: accounts.ids(session, after, limit))

    async def load(self, ids: Sequence[str]) -> dict[str, AccountState]:
        return await self._read(lambda session: accounts.load(session, ids)) if ids else {}

    async def commit(
        self, commits: Sequence[Commit], now: datetime, place: Placed | None = None
    ) -> None:
        async def work(session: Session) -> None:
            changes = await accounts.apply(session, commits, now)
            await outbox.follow(session, changes, now, self._secret)
            if gate.claimed(changes):
                await self._database.alone.prove(session)
            await gate.let_pass(session, changes)
            for commit in commits:
                if commit.use_token:
                    used = digest_of(self._secret, commit.use_token)
                    await facts.use_token(session, used, commit.account, now)
            if place is not None:
                await inbox.settle(session, place, now, self._secret)

        await self._write(work)

    async def events(self, account: str, after: int = 0) -> list[Recorded]:
        return await self._read(lambda session: accounts.events(session, account, after))

    async def events_of_kind(self, kind: str, limit: int = 10_000) -> list[Recorded]:
        return await self._read(lambda session: accounts.events_of_kind(session, kind, limit))

    async def wake(self, now: datetime, ids: Sequence[str] | None = None) -> None:
        await self._write(lambda session: accounts.wake(session, now, ids))

    # --- look-ups ---------------------------------------------------------------------------

    async def letters_by_token(self, tokens: Sequence[str]) -> list[LetterMatch]:
        if not tokens:
            return []
        return await self._read(
            lambda session: lookups.letters_by_token(session, tokens, self._secret)
        )

    async def letters_by_message_id(self, ids: Sequence[str]) -> list[LetterMatch]:
        if not ids:
            return []
        return await self._read(lambda session: lookups.letters_by_message_id(session, ids))

    async def accounts_by_address(self, address: str) -> list[ContactMatch]:
        return await self._read(lambda session: lookups.accounts_by_address(session, address))

    async def known_of(self, named: Named) -> Known:
        return await self._read(lambda session: lookups.known_of(session, named, self._secret))

    async def find_invoice(self, text: str) -> list[tuple[str, str]]:
        return await self._read(lambda session: lookups.find_invoice(session, text))

    async def find_account(self, text: str) -> list[str]:
        return await self._read(lambda session: lookups.find_account(session, text))

    # --- ledger -----------------------------------------------------------------------------

    async def latest_snapshot(self, creditor: str) -> Snapshot | None:
        return await self._read(lambda session: ledger.latest(session, creditor))

    async def snapshot_of(self, sha256: str) -> Snapshot | None:
        return await self._read(lambda session: ledger.of_sha256(session, sha256))

    async def open_totals(self, creditor: str) -> tuple[int, dict[str, int]]:
        return await self._read(lambda session: ledger.open_totals(session, creditor))

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        await self._write(
            lambda session: ledger.apply(session, snapshot, commits, now, self._secret)
        )

    # --- outbox -----------------------------------------------------------------------------

    async def due_outgoing(
        self, now: datetime, kinds: Sequence[OutgoingKind], limit: int
    ) -> list[Outgoing]:
        rows = await self._read(lambda session: outbox_reading.due(session, now, kinds, limit))
        return outbox_reading.opened(rows, self._secret)

    async def outgoing(self, key: str) -> Outgoing | None:
        row = await self._read(lambda session: outbox_reading.by_key(session, key))
        return None if row is None else outbox_reading.opened([row], self._secret)[0]

    async def outgoing_in(self, stage: OutgoingStage, limit: int = 1000) -> list[Outgoing]:
        rows = await self._read(lambda session: outbox_reading.in_stage(session, stage, limit))
        return outbox_reading.opened(rows, self._secret)

    async def outgoing_of(self, account: str) -> list[Outgoing]:
        rows = await self._read(lambda session: outbox_reading.of_account(session, account))
        return outbox_reading.opened(rows, self._secret)

    async def put_outgoing(self, effects: Sequence[Effect], now: datetime) -> None:
        rows = [("", effect, None) for effect in effects]
        await self._write(lambda session: outbox.insert(session, rows, now, self._secret))

    async def move_outgoing(
        self,
        key: str,
        stage: OutgoingStage,
        now: datetime,
        *,
        frozen: Frozen | None = None,
        not_before_at: datetime | None = None,
        reply: str = "",
        attempt: int | None = None,
        expected: OutgoingStage = OutgoingStage.TRANSMITTING,
    ) -> None:
        async def work(session: Session) -> None:
            if stage is OutgoingStage.TRANSMITTING:
                await self._database.alone.prove(session)
            await outbox.move(
                session,
                key,
                stage,
                now,
                frozen=frozen,
                not_before_at=not_before_at,
                reply=reply,
                attempt=attempt,
                expected=expected,
                secret=self._secret,
            )

        await self._write(work)

    async def outgoing_to_file(
        self, kinds: Collection[OutgoingKind], limit: int, but: Collection[str] = ()
    ) -> list[Outgoing]:
        rows = await self._read(lambda one: outbox_reading.to_file(one, kinds, limit, but))
        return outbox_reading.opened(rows, self._secret)

    async def copy_filed(self, key: str) -> None:
        await self._write(lambda session: outbox.note_filed(session, key))

    async def letters_on(self, day: date) -> int:
        return await self._read(
            lambda session: outbox_reading.count_on(session, day, outbox_reading.SENT_STAGES)
        )

    async def bounces_on(self, day: date) -> int:
        """How many of that date's letters were found undelivered."""
        undelivered = (OutgoingStage.UNDELIVERED,)
        return await self._read(lambda session: outbox_reading.count_on(session, day, undelivered))

    # --- inbox ------------------------------------------------------------------------------

    async def cursor(self, mailbox: str, folder: str) -> Cursor | None:
        return await self._read(lambda session: inbox.cursor_of(session, mailbox, folder))

    async def keep(self, mails: Sequence[Fetched], cursor: Cursor, now: datetime) -> list[str]:
        async def work(session: Session) -> list[str]:
            await gate.shut(session)
            return await inbox.keep(session, mails, cursor, now, self._secret)

        return await self._write(work)

    async def large_mails(self, beginnings: Sequence[Fetched], since: datetime) -> list[LargeMail]:
        return await self._read(
            lambda session: octets.large_mails(session, beginnings, since, self._secret)
        )

    async def octets_kept_whole(self, since: datetime) -> int:
        return await self._read(lambda session: octets.kept_whole(session, since))

    async def checked(self, mailbox: str, now: datetime) -> None:
        await self._write(lambda session: inbox.note_check(session, mailbox, now))

    async def inbox_checked_at(self) -> datetime | None:
        return await self._read(inbox.oldest_check)

    async def mails_in(self, stage: MailStage, limit: int) -> list[InboxMail]:
        if stage is MailStage.KEPT:
            return await self._read(
                lambda one: inbox_reading.kept_in_turn(one, limit, self._secret)
            )
        return await self._read(lambda one: inbox_reading.in_stage(one, stage, limit, self._secret))

    async def mail(self, mail: str) -> InboxMail | None:
        return await self._read(lambda session: inbox_reading.by_id(session, mail, self._secret))

    async def begin_attempt(self, mail: str, now: datetime, known: Identity | None = None) -> int:
        secret = self._secret
        return await self._note(lambda one: inbox.begin_attempt(one, mail, now, known, secret))

    async def uncount_attempt(self, mail: str) -> None:
        await self._note(lambda session: inbox.uncount_attempt(session, mail))

    async def identified(self, mail: str, identity: Identity, accounts: Sequence[str]) -> None:
        secret = self._secret
        await self._note(lambda one: inbox.note_identity(one, mail, identity, accounts, secret))

    async def place(self, placed: Placed, effects: Sequence[Effect], now: datetime) -> None:
        async def work(session: Session) -> None:
            await inbox.settle(session, placed, now, self._secret)
            rows = [("", effect, None) for effect in effects]
            await outbox.insert(session, rows, now, self._secret)

        await self._write(work)

    async def mails_to_move(self, mailbox: str, limit: int) -> list[InboxMail]:
        return await self._read(lambda one: inbox_reading.to_move(one, mailbox, limit))

    async def moved(self, ids: Sequence[str], mailbox: str = "") -> None:
        await self._write(lambda session: inbox.note_moved(session, ids, mailbox))

    async def unapplied_mails(self) -> list[InboxMail]:
        return await self._read(lambda session: inbox_reading.unapplied(session, self._secret))

    # --- the daemon's own facts -------------------------------------------------------------

    async def fact(self, name: str) -> str | None:
        return await self._read(lambda session: facts.get(session, name))

    async def facts_named(self, names: Sequence[str]) -> dict[str, str]:
        return await self._read(lambda session: facts.named(session, names))

    async def set_fact(self, name: str, value: str) -> None:
        async def work(session: Session) -> None:
            await gate.shut(session)
            await facts.put(session, name, value)

        await self._write(work)

    async def is_token_used(self, token: str) -> bool:
        digest = digest_of(self._secret, token)
        return await self._read(lambda session: facts.is_token_used(session, digest))
