"""The mailbox in memory: an IMAP server's folders, behind the port `Mailbox`.

UIDs rise and are never given twice; a new UIDVALIDITY renumbers a folder. Other hands may read,
move and delete here as they please: the product is told of it only by what it finds.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from daemon.errors import PeerError
from daemon.ports import Fetched, FolderState

INBOX = "INBOX"
MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^<>\s]+)", re.IGNORECASE | re.MULTILINE)


class InboxTrouble(Protocol):
    """What goes wrong between us and the mailbox."""

    def at_command(self, command: str, now: datetime) -> PeerError | None:
        """Return why a command fails, None where it does not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A mail in a folder. `internal_at` is when it arrived."""

    uid: int
    message_id: str
    raw: bytes
    internal_at: datetime


@dataclass(slots=True, kw_only=True)
class NearFolder:
    """A folder: its mails by rising UID."""

    uidvalidity: int
    uidnext: int = 1
    mails: list[Lying] = field(default_factory=list)

    def add(self, raw: bytes, at: datetime) -> int:
        """Put a mail in; returns its UID."""
        uid = self.uidnext
        self.mails.append(Lying(uid=uid, message_id=message_id_of(raw), raw=raw, internal_at=at))
        self.uidnext += 1
        return uid

    def remove(self, uids: Sequence[int]) -> list[Lying]:
        """Take mails out and return those that were there."""
        wanted = set(uids)
        gone = [mail for mail in self.mails if mail.uid in wanted]
        self.mails = [mail for mail in self.mails if mail.uid not in wanted]
        return gone

    def renumber(self) -> None:
        """Begin a new UIDVALIDITY, as after a restore of the server."""
        mails, self.mails, self.uidnext = self.mails, [], 1
        self.uidvalidity += 1
        for mail in mails:
            self.add(mail.raw, mail.internal_at)


@dataclass(slots=True, kw_only=True)
class NearServer:
    """The server: folders by name."""

    now: Callable[[], datetime]
    trouble: InboxTrouble
    folders: dict[str, NearFolder] = field(default_factory=dict)

    def folder(self, name: str) -> NearFolder:
        """Return a folder, made where it is missing."""
        if name not in self.folders:
            self.folders[name] = NearFolder(uidvalidity=1_000 + len(self.folders))
        return self.folders[name]

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the inbox."""
        self.folder(INBOX).add(raw, self.now())


class NearMailbox:
    """Implements `ports.Mailbox` over the server in memory."""

    def __init__(self, server: NearServer, name: str = "inbox") -> None:
        self.server = server
        self._name = name
        self._open = ""

    @property
    def name(self) -> str:
        """The mailbox's name."""
        return self._name

    async def _command(self, command: str) -> None:
        await asyncio.sleep(0)
        error = self.server.trouble.at_command(command, self.server.now())
        if error is not None:
            self._open = ""
            raise error

    def _selected(self) -> NearFolder:
        if not self._open:
            raise PeerError("no folder is open")
        return self.server.folder(self._open)

    async def open(self, folder: str) -> FolderState:
        """Select a folder."""
        await self._command("SELECT")
        self._open = folder
        found = self._selected()
        return FolderState(
            uidvalidity=found.uidvalidity, uidnext=found.uidnext, exists=len(found.mails)
        )

    async def uids_after(self, last_uid: int) -> list[int]:
        """Return the UIDs above `last_uid`."""
        await self._command("SEARCH")
        return [mail.uid for mail in self._selected().mails if mail.uid > last_uid]

    async def uids_since(self, since: date) -> list[int]:
        """Return the UIDs of mails that arrived on `since` or later."""
        await self._command("SEARCH")
        return [mail.uid for mail in self._selected().mails if mail.internal_at.date() >= since]

    async def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch; what is gone meanwhile is simply absent."""
        await self._command("FETCH")
        wanted = set(uids)
        return [
            Fetched(uid=mail.uid, octets=len(mail.raw), raw=mail.raw, internal_at=mail.internal_at)
            for mail in self._selected().mails
            if mail.uid in wanted
        ]

    async def beginnings(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch nothing: no mail of this world is long."""
        return []

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails into a folder."""
        await self._command("MOVE")
        for mail in self._selected().remove(uids):
            self.server.folder(folder).add(mail.raw, mail.internal_at)

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Tell whether a folder holds a mail of that Message-ID."""
        await self._command("SEARCH")
        return any(mail.message_id == message_id for mail in self.server.folder(folder).mails)

    async def append(self, folder: str, raw: bytes) -> None:
        """File a copy."""
        await self._command("APPEND")
        self.server.folder(folder).add(raw, self.server.now())

    async def wait(self, seconds: float) -> bool:
        """Nothing is pushed here."""
        return False

    async def close(self) -> None:
        """Drop the connection."""
        self._open = ""


def message_id_of(raw: bytes) -> str:
    """Return the bare Message-ID of a mail, empty where it has none."""
    found = MESSAGE_ID.search(raw, 0, raw.find(b"\r\n\r\n"))
    return found.group(1).decode("ascii", "replace") if found else ""
