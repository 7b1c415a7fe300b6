"""The ports: what the rounds ask of the world, as small interfaces and plain values.

Adapters implement them over real servers; `daemon/world` implements them in memory. Nothing
here knows a library. Instants are aware UTC; sizes are octets.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from daemon.core.effects import Effect
from daemon.core.effects import OutgoingKind as OutgoingKind
from daemon.core.events import Event, Recorded
from daemon.core.matching import ContactMatch as ContactMatch
from daemon.core.matching import Known, Named
from daemon.core.matching import LetterMatch as LetterMatch
from daemon.core.quota import LargeMail
from daemon.core.state import AccountState
from daemon.ports_rows import InboxMail as InboxMail
from daemon.ports_rows import MailStage as MailStage
from daemon.ports_rows import Outgoing as Outgoing
from daemon.ports_rows import OutgoingStage as OutgoingStage
from daemon.ports_rows import Placed as Placed
from daemon.ports_rows import Seen as Seen
from daemon.ports_wire import Accepted as Accepted
from daemon.ports_wire import Cursor as Cursor
from daemon.ports_wire import Deferred as Deferred
from daemon.ports_wire import Fetched as Fetched
from daemon.ports_wire import FolderState as FolderState
from daemon.ports_wire import Frozen as Frozen
from daemon.ports_wire import Mailbox as Mailbox
from daemon.ports_wire import Outcome as Outcome
from daemon.ports_wire import Parser as Parser
from daemon.ports_wire import Refused as Refused
from daemon.ports_wire import StayMarked as StayMarked
from daemon.ports_wire import Submission as Submission
from daemon.ports_wire import Unknown as Unknown
from daemon.ports_wire import Wire as Wire
from parsers.reading import Identity


class Clock(Protocol):
    """Business time. Never goes back."""

    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One account's change: the events decided on `expected` (the state's sequence number).

    `place` settles the mail that caused it, `use_token` consumes a rep's one-use token.
    `freeze` gives outbox rows their frozen bytes in the same transaction. `rests_on` are facts
    of the daemon as (name, value), empty where unset, that the decision rests on: where one has
    changed, the commit is refused like one that another came before. So it is where `seen` no
    longer holds: another ledger, more letters, an older search of the inbox.
    """

    account: str
    expected: int
    events: tuple[Event, ...]
    effects: tuple[Effect, ...] = ()
    next_action_at: datetime | None = None
    keeps_next_action: bool = False
    use_token: str = ""
    freeze: tuple[tuple[str, Frozen], ...] = ()
    rests_on: tuple[tuple[str, str], ...] = ()
    seen: Seen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An imported ledger: `as_of` is the date that its figures are true for."""

    id: str
    creditor: str
    feed: str
    source: str
    sha256: str
    as_of: date
    imported_at: datetime
    rows: int


class StoreConflict(Exception):
    """Another commit took the account's next event number first: read again, decide again."""


class Store(Protocol):
    """What remembers. Each method is one transaction, shielded from cancellation."""

    # accounts and events
    async def due_accounts(self, now: datetime, limit: int, after: str = "") -> list[str]:
        """Account ids with next_action_at <= now, ordered by id, ids above `after` only."""
        ...

    async def account_ids(self, after: str = "", limit: int = 1000) -> list[str]: ...

    async def load(self, ids: Sequence[str]) -> dict[str, AccountState]: ...

    async def commit(
        self, commits: Sequence[Commit], now: datetime, place: Placed | None = None
    ) -> None:
        """Append events, project state, insert effects into the outbox: one transaction.

        `place` settles the one mail that all these commits answer.

        Raises:
            StoreConflict: An expected sequence number is no longer the last; nothing is done.
        """
        ...

    async def events(self, account: str, after: int = 0) -> list[Recorded]: ...

    async def events_of_kind(self, kind: str, limit: int = 10_000) -> list[Recorded]:
        """Return the newest events of one kind over all accounts, oldest first."""
        ...

    async def wake(self, now: datetime, ids: Sequence[str] | None = None) -> None:
        """Set next_action_at = now (None: every account with open items)."""
        ...

    # look-ups
    async def letters_by_token(self, tokens: Sequence[str]) -> list[LetterMatch]: ...

    async def letters_by_message_id(self, ids: Sequence[str]) -> list[LetterMatch]: ...

    async def accounts_by_address(self, address: str) -> list[ContactMatch]: ...

    async def known_of(self, named: Named) -> Known:
        """What is known of all that a mail names, in one visit."""
        ...

    async def find_invoice(self, text: str) -> list[tuple[str, str]]:
        """(account id, number) for an invoice as a clerk types it: exact, then canonical."""
        ...

    async def find_account(self, text: str) -> list[str]: ...

    # ledger
    async def latest_snapshot(self, creditor: str) -> Snapshot | None: ...

    async def snapshot_of(self, sha256: str) -> Snapshot | None: ...

    async def open_totals(self, creditor: str) -> tuple[int, dict[str, int]]:
        """Number of open invoices, and open minor units per currency (for the 30% guard)."""
        ...

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Store the snapshot and every account's change in one transaction.

        A commit with expected == 0 creates its account.
        """
        ...

    # outbox
    async def due_outgoing(
        self, now: datetime, kinds: Sequence[OutgoingKind], limit: int
    ) -> list[Outgoing]:
        """QUEUED rows whose not_before_at has passed, oldest first."""
        ...

    async def outgoing(self, key: str) -> Outgoing | None: ...

    async def outgoing_in(self, stage: OutgoingStage, limit: int = 1000) -> list[Outgoing]: ...

    async def outgoing_of(self, account: str) -> list[Outgoing]: ...

    async def put_outgoing(self, effects: Sequence[Effect], now: datetime) -> None:
        """Insert mail that belongs to no account's transaction (digest, alarm); keyed."""
        ...

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
        """Change a row that no account's event governs (forward, echo, digest, alarm).

        `expected` is where the caller saw it; what is to be transmitted must be queued.

        Raises:
            StoreConflict: It stands elsewhere: another worker came first, nothing is changed.
        """
        ...

    async def outgoing_to_file(
        self, kinds: Collection[OutgoingKind], limit: int, but: Collection[str] = ()
    ) -> list[Outgoing]:
        """ACCEPTED and UNDELIVERED rows of these kinds without their copy in the Sent folder.

        Those with a key in `but` are passed over.
        """
        ...

    async def copy_filed(self, key: str) -> None:
        """Note that a row's copy lies in the Sent folder."""
        ...

    async def letters_on(self, day: date) -> int:
        """How many customer letters were transmitted or accepted on that business date."""
        ...

    async def bounces_on(self, day: date) -> int: ...

    # inbox
    async def cursor(self, mailbox: str, folder: str) -> Cursor | None: ...

    async def keep(self, mails: Sequence[Fetched], cursor: Cursor, now: datetime) -> list[str]:
        """Keep raw mails and advance the cursor; known content is not kept twice.

        Returns the ids of mails that are new.
        """
        ...

    async def large_mails(self, beginnings: Sequence[Fetched], since: datetime) -> list[LargeMail]:
        """What is known of mails by their beginnings; counted is what was kept since."""
        ...

    async def octets_kept_whole(self, since: datetime) -> int: ...

    async def checked(self, mailbox: str, now: datetime) -> None:
        """Note a successful search of the inbox."""
        ...

    async def inbox_checked_at(self) -> datetime | None:
        """The oldest last check over all mailboxes."""
        ...

    async def mails_in(self, stage: MailStage, limit: int) -> list[InboxMail]:
        """Mails in a stage with their bytes: kept ones by turns of their senders, else by age.

        One that does not open is among them, and says so: it keeps no other from being read.
        """
        ...

    async def mail(self, mail: str) -> InboxMail | None:
        """One mail with its bytes; `broken` says where it does not open."""
        ...

    async def begin_attempt(self, mail: str, now: datetime, known: Identity | None = None) -> int:
        """Count an attempt before parsing; returns the number of this attempt.

        What the headers say is noted with it where it is known already, as by `identified`.

        Raises:
            StoreConflict: The mail is settled, or there is none.
        """
        ...

    async def uncount_attempt(self, mail: str) -> None:
        """Take back the last attempt, where what went wrong was not the mail's doing."""
        ...

    async def identified(self, mail: str, identity: Identity, accounts: Sequence[str]) -> None:
        """Note what the headers say, and the accounts once no other can come: only their
        letters wait for the mail then; with none noted, every letter does.

        Raises:
            StoreConflict: The mail is settled, or there is none: nothing is changed.
        """
        ...

    async def place(self, placed: Placed, effects: Sequence[Effect], now: datetime) -> None:
        """Settle a mail that changes no account (filed, quarantined, forwarded to default)."""
        ...

    async def mails_to_move(self, mailbox: str, limit: int) -> list[InboxMail]:
        """Settled mails whose copies lie in the inbox: so many set aside, and so many others."""
        ...

    async def moved(self, ids: Sequence[str], mailbox: str = "") -> None:
        """Note that no copy of these mails lies in a mailbox's inbox any more; empty: in any."""
        ...

    async def unapplied_mails(self) -> list[InboxMail]:
        """Every KEPT mail without raw bytes: a gate for letters.

        Of those that name no account yet, which gate every letter alike, the oldest thousand.
        """
        ...

    # the daemon's own facts
    async def fact(self, name: str) -> str | None: ...

    async def facts_named(self, names: Sequence[str]) -> dict[str, str]:
        """Those of the facts that were ever set, by name."""
        ...

    async def set_fact(self, name: str, value: str) -> None: ...

    async def is_token_used(self, token: str) -> bool: ...

    async def serve_alone(self) -> None:
        """Be the only daemon on this database while the store is open; repeated, it makes sure.

        Whoever asked for it once claims no mail after it was lost, until it is there again.

        Raises:
            WriterBusy: Another daemon serves it; the sentence says which.
            PeerError: The database does not answer.
        """
        ...

    async def close(self) -> None: ...
