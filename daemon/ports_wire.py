"""The ports to the wire: mail out, mail in, and the parser process.

Adapters implement them over real servers. Instants are aware UTC; sizes are octets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from daemon.errors import PeerError
from parsers.reading import Context, Identity, Reading

# --- the wire out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A mail as it will leave, every time the same: bytes, envelope, Message-ID (bare).

    `copies` are those in its Cc, who get it in the same transaction; no outbox row keeps them,
    for the mode may forbid them.
    """

    raw: bytes
    message_id: str
    envelope_from: str
    envelope_to: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The relay took responsibility; `reply` is its last line.

    `refused_copies` are sentences on those in Cc who did not get it.
    """

    reply: str
    refused_copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Certainly not sent; try again. `is_account_wide`: the mailbox is throttled or refused.

    `cut_copy` is the one in Cc at whom the server ended the connection, empty where at none.
    """

    reply: str
    is_account_wide: bool = False
    cut_copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Certainly not sent, for good. `is_account_wide`: our credentials or policy, not theirs.

    `at` is what the server was answering: our sender's address, the recipient's, or the text.
    """

    reply: str
    is_account_wide: bool = False
    at: Literal["", "sender", "recipient", "text"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The connection broke after the first byte of DATA: nobody knows.

    `refused_copies` are sentences on those in Cc who certainly did not get it.
    """

    because: str
    refused_copies: tuple[str, ...] = ()


Outcome = Accepted | Deferred | Refused | Unknown


class Wire(Protocol):
    """An open, authenticated submission connection."""

    async def transmit(self, mail: Frozen) -> Outcome:
        """Send one mail. Never raises for what the peer does.

        A cancellation is raised, or what is known of the mail is returned: then whoever was told
        to end does so by itself.
        """
        ...


class Submission(Protocol):
    """An SMTP submission host for one mailbox."""

    async def connect(self) -> Wire:
        """Return an open connection, reused where it is fresh.

        Raises:
            PeerError: No connection, no TLS, or the login was refused.
        """
        ...

    async def close(self) -> None:
        """Close the connection, if one is open."""
        ...


# --- the wire in ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a folder has been read: all UIDs up to `last_uid` of this `uidvalidity`."""

    mailbox: str
    folder: str
    uidvalidity: int
    last_uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A mail as fetched: `raw` is cut to headers and first text where `is_oversize`."""

    uid: int
    octets: int
    raw: bytes
    is_oversize: bool = False
    internal_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """What SELECT says."""

    uidvalidity: int
    uidnext: int
    exists: int


class StayMarked(PeerError):
    """Mails were copied to a folder and marked as deleted, but may not be cleared away."""


class Mailbox(Protocol):
    """One IMAP mailbox over one connection; commands run one at a time, each with a deadline.

    Every method raises PeerError when the connection is lost or a deadline passes; the caller
    then drops the connection by `close` and opens it anew.
    """

    @property
    def name(self) -> str: ...

    async def open(self, folder: str) -> FolderState: ...

    async def uids_after(self, last_uid: int) -> list[int]:
        """Return all UIDs above `last_uid`, ascending; 0 = all."""
        ...

    async def uids_since(self, since: date) -> list[int]:
        """Return UIDs with an internal date on or after `since`, ascending."""
        ...

    async def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch with BODY.PEEK[]; missing UIDs (expunged) are simply absent."""
        ...

    async def beginnings(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch headers and first text of the mails that are longer than these, and that `fetch`
        would not cut anyway; marked as oversize, with the octets of the whole mail."""
        ...

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Move; without MOVE copies, marks and UID EXPUNGEs; without UIDPLUS leaves them.

        Raises:
            StayMarked: All were copied and marked as deleted, which the server does not clear.
        """
        ...

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Tell whether a folder holds a mail of that Message-ID (the Sent folder's evidence)."""
        ...

    async def append(self, folder: str, raw: bytes) -> None:
        """File a copy, marked as seen."""
        ...

    async def wait(self, seconds: float) -> bool:
        """IDLE up to `seconds`; True on a push. A hint only, never the truth."""
        ...

    async def close(self) -> None: ...


class Parser(Protocol):
    """The parser process.

    Raises ParserFailed (deadline, crash) for a poison mail, ParserNotStarted where there is no
    process that could read any.
    """

    async def identify(self, raw: bytes, context: Context) -> Identity: ...

    async def read(self, raw: bytes, context: Context) -> Reading: ...

    async def close(self) -> None: ...
