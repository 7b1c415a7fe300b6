"""The application as one value: the house, the ports, and the options of the rounds.

`compose.py` alone builds it over real adapters; `daemon/world` builds it over its own. Rounds
take it as their first argument and reach nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from daemon.core.house import House
from daemon.core.letters import LetterContent
from daemon.core.quota import USUAL_QUOTA, Quota
from daemon.ports import Clock, Frozen, Mailbox, Outgoing, Parser, Store, Submission

AHEAD_PER_READER = 4
LONG_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A watched mailbox and its folders. `authserv_ids` are our own border's names.

    `quota` is how much of its mail a day is kept whole.
    """

    mailbox: Mailbox
    folder: str = "INBOX"
    processed: str = "Processed"
    quarantine: str = "Quarantine"
    sent: str = ""
    authserv_ids: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
    first_scan_days: int = 30
    rescan_days: int = 35
    batch_max: int = 50
    quota: Quota = USUAL_QUOTA


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How mail leaves. `redirect_to` is the one address of redirect mode.

    `sent_copy` is `auto` (the provider files copies: the Sent folder is evidence), `append`
    (we file them) or `none`. `grace_seconds` is how long DATA in flight is waited for after a
    stop; then its outcome is unknown.
    """

    redirect_to: str = ""
    sent_copy: str = "none"
    batch_max: int = 50
    attempts_max: int = 8
    evidence_seconds: int = 300
    grace_seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How mail is read: `ahead_max` mails while one is settled, in batches of `batch_max`."""

    ahead_max: int = 0
    batch_max: int = 50


def reading_with(readers: int) -> Readers:
    """Return how so many readers are kept at work; one alone reads each mail in its turn."""
    if readers == 1:
        return Readers()
    return Readers(ahead_max=AHEAD_PER_READER * readers, batch_max=LONG_BATCH)


class Stationery(Protocol):
    """Turns an outbox row into frozen bytes: the same row, the same bytes."""

    def freeze(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Render and freeze. `original` is a mail to attach to a forward as message/rfc822.

        Raises:
            UnsayableLetter: A template failed or a file is missing; the message names it.
        """
        ...

    def letter_text(self, row: Outgoing) -> str:
        """Return the plain text of a customer letter, for approvals and previews."""
        ...

    def preview(self, content: LetterContent) -> tuple[str, str]:
        """Return subject and text of a letter that is not in the outbox."""
        ...


class Pace(Protocol):
    """How fast mail may leave: per mailbox and per recipient domain, in business time."""

    def delay_until(self, domain: str, now: datetime) -> datetime:
        """Return the earliest instant, not before `now`, for a mail to `domain`."""
        ...

    def take(self, domain: str, now: datetime) -> None:
        """Count a mail to `domain` that goes at `now`."""
        ...


class Log(Protocol):
    """Structured log: an event and its fields; never a secret, never a body."""

    def info(self, event: str, **fields: object) -> object: ...

    def warning(self, event: str, **fields: object) -> object: ...

    def error(self, event: str, **fields: object) -> object: ...


@dataclass(slots=True, kw_only=True, eq=False)
class InHand:
    """What a pass is at: its name for people, and what follows where a stop cuts it off."""

    what: str
    follows: str


@dataclass(slots=True, kw_only=True)
class Brakes:
    """What the running process knows of itself.

    `sending_paused_until` is monotonic seconds; `blocked_pass` is the last planning pass under
    global blockers: which, and when; `queue_rests_until` spares a long queue of which nothing
    may go. `uncounted` are mails whose last attempt ended with the database: it counts once.
    `lasting` are the faults that were told and are not over; `overtaken` counts the passes in a row
    at which another worker came first, by what it is about; `letter_looked_at` is the last letter
    of which it was looked whether what keeps it back is over; `in_hand` is what passes are at.
    `refused_copies` are the letters whose copy the mail server refused, and when it last did;
    `cut_copies` those over whose copy the line was lost.
    `has_faltered`: the outcome of a mail may not have been written, so nothing is sent before that
    is looked for. `has_read`: a batch of mail was read since the start.
    """

    is_stopping: bool = False
    sending_paused_until: float = 0.0
    queue_rests_until: datetime | None = None
    blocked_pass: tuple[str, datetime] | None = None
    uncounted: set[str] = field(default_factory=set)
    lasting: set[str] = field(default_factory=set)
    overtaken: dict[str, int] = field(default_factory=dict)
    letter_looked_at: str = ""
    in_hand: list[InHand] = field(default_factory=list)
    refused_copies: dict[str, datetime] = field(default_factory=dict)
    cut_copies: set[str] = field(default_factory=set)
    has_faltered: bool = False
    has_read: bool = False


def there_is_room() -> bool:
    """Look at no disk."""
    return True


def packaged_model_only() -> str:
    """Name no model of the site's own."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that a round may use.

    `model_folder` names the folder of the site's own trained heads at the moment, empty = none.
    `has_room` tells whether the disk has room for mail.
    """

    house: House
    store: Store
    clock: Clock
    parser: Parser
    submission: Submission
    inbounds: tuple[Inbound, ...]
    stationery: Stationery
    pace: Pace
    log: Log
    delivery: Delivery = Delivery()
    readers: Readers = Readers()
    model_folder: Callable[[], str] = packaged_model_only
    has_room: Callable[[], bool] = there_is_room
    brakes: Brakes = field(default_factory=Brakes)
