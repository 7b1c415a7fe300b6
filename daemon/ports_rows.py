"""What the store keeps of mail on its way out and of mail that came in, and what a claim saw.

Plain values. Instants are aware UTC; sizes are octets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from daemon.core.effects import Effect, OutgoingKind
from daemon.ports_wire import Frozen
from parsers.reading import Identity, Reading


class OutgoingStage(StrEnum):
    """Where it stands; for customer mail the same words as `LetterStage`."""

    DRAFT = "draft"
    AWAITS_APPROVAL = "awaits_approval"
    QUEUED = "queued"
    TRANSMITTING = "transmitting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An outbox row. `account` is the account id, empty for mail that concerns none.

    `reply_token` is the plus-address token bound to this mail and recipient. `broken` says why
    what was frozen does not open, where it does not: then its bytes and sender are missing.
    """

    key: str
    kind: OutgoingKind
    stage: OutgoingStage
    account: str
    recipient: str
    effect: Effect
    created_at: datetime
    attempt: int = 0
    not_before_at: datetime | None = None
    frozen: Frozen | None = None
    reply_token: str = ""
    smtp_reply: str = ""
    transmitting_at: datetime | None = None
    settled_at: datetime | None = None
    broken: str = ""


class MailStage(StrEnum):
    """Where an inbound mail stands: kept, then in exactly one end place (DESIGN §6.4)."""

    KEPT = "kept"
    APPLIED = "applied"
    FILED = "filed"
    FORWARDED = "forwarded"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMail:
    """A kept mail. `id` is stable and unguessable; `raw` is as fetched.

    `accounts` are those that it concerns; none while nobody knows whose it is, which may be
    anybody's. `identity` is what its headers say, once they were looked at. `broken` says why its
    row does not open, where it does not: then `raw` is missing, or what was read of a settled one.
    """

    id: str
    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    kept_at: datetime
    octets: int
    is_oversize: bool
    attempts: int
    stage: MailStage
    raw: bytes = b""
    message_id: str = ""
    from_address: str = ""
    subject: str = ""
    accounts: tuple[str, ...] = ()
    identity: Identity | None = None
    reading: Reading | None = None
    because: str = ""
    is_moved: bool = False
    broken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a mail ends, written in the transaction that applies it.

    `counted` are facts (name, value) set with it: tallies, on which no letter rests.
    """

    mail: str
    stage: MailStage
    because: str
    accounts: tuple[str, ...] = ()
    reading: Reading | None = None
    counted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a claim saw of the world beside the facts of the daemon.

    `snapshot` is the creditor's newest ledger, empty where there is none; `letters` left on
    `day`; `inbox_checked_at` is the oldest last search of a mailbox.
    """

    creditor: str
    snapshot: str
    day: date
    letters: int
    inbox_checked_at: datetime | None
