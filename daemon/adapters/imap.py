"""An IMAP mailbox: mail found by UID, fetched without a mark, moved when the caller says so.

Commands run one at a time. After any timeout, loss or cancellation the connection is thrown
away, and `open` makes a new one. Flags are never state. TLS is implicit and verified, or off on
loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date

from daemon.adapters.imap_answers import (
    MONTHS,
    FetchRecord,
    fetch_records,
    search_uids,
    select_answer,
)
from daemon.adapters.imap_connection import ImapConnection, ImapSettings, Refusal
from daemon.adapters.imap_moving import make_folder, move_into
from daemon.adapters.imap_protocol import mailbox_name, quoted, sequence_set
from daemon.adapters.tls import client_context, require_safe
from daemon.errors import ConfigError, PeerError
from daemon.failpoints import failpoint
from daemon.ports import Fetched, FolderState, StayMarked

__all__ = ["ImapMailbox", "ImapSettings"]

UIDS_PER_COMMAND_MAX = 200


class ImapMailbox:
    """The port `Mailbox` over aioimaplib's commands.

    Raises:
        ConfigError: Clear text to another machine, STARTTLS, or an unusable `ca_file`.
    """

    def __init__(self, settings: ImapSettings) -> None:
        require_safe(settings.host, settings.tls, settings.ca_file)
        if settings.tls == "starttls":
            raise ConfigError("IMAP speaks implicit TLS only: use tls = implicit and port 993")
        self._settings = settings
        self._context = None if settings.tls == "none" else client_context(settings.ca_file)
        self._lock = asyncio.Lock()
        self._connection: ImapConnection | None = None
        self._folder = ""
        self._selected = ""
        self._uidvalidity = 0
        self._uidnext = 0
        self._has_news = False

    @property
    def name(self) -> str:
        """The name under which the store keeps this mailbox's cursors."""
        return self._settings.name or self._settings.username

    def has_capability(self, capability: str) -> bool:
        """Tell whether the server offers an extension, as said after the login."""
        connection = self._connection
        return connection is not None and capability.upper() in connection.capabilities

    async def open(self, folder: str) -> FolderState:
        """Connect and log in where needed, then select `folder`.

        Raises:
            PeerError: `is_auth` for a refused login. A refused folder leaves the connection open.
        """
        async with self._lock:
            if self._connection is None or self._connection.is_lost:
                self._connection = await ImapConnection.connect(self._settings, self._context)
            self._folder, self._selected, self._uidvalidity = "", "", 0
            state = await self._select(self._connection, folder)
            self._folder, self._uidvalidity = folder, state.uidvalidity
            self._uidnext, self._has_news = state.uidnext, False
            return state

    async def uids_after(self, last_uid: int) -> list[int]:
        """Return all UIDs above `last_uid`, ascending; 0 = all."""
        found = await self._search(f"UID {last_uid + 1}:*")
        # "n:*" always names the last mail, however small its UID.
        return [uid for uid in found if uid > last_uid]

    async def uids_since(self, since: date) -> list[int]:
        """Return UIDs with an internal date on or after `since`, ascending."""
        return await self._search(f"SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}")

    async def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch mails, sizes first; a mail above `octets_max` comes cut and marked.

        All are held in memory: the caller pages. Expunged UIDs are absent.
        """
        fetched: list[Fetched] = []
        async with self._in_folder() as wire:
            for some in _slices(uids):
                sizes = await self._records(wire, some, "UID RFC822.SIZE INTERNALDATE", 0)
                failpoint("receive.sized")
                for batch in self._batches(sizes):
                    fetched += await self._bodies(wire, batch)
        return sorted(fetched, key=lambda mail: mail.uid)

    async def beginnings(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch headers and first text of the mails that are longer; see `ports.Mailbox`."""
        settings, fetched = self._settings, list[Fetched]()
        header, text = settings.beginning_header_octets_max, settings.beginning_text_octets_max
        async with self._in_folder() as wire:
            for some in _slices(uids):
                sizes = await self._records(wire, some, "UID RFC822.SIZE INTERNALDATE", 0)
                longer = [
                    size
                    for size in sizes
                    if header + text < (size.octets or 0) <= settings.octets_max
                ]
                if longer:
                    fetched += await self._cut(wire, longer, header, text)
        return sorted(fetched, key=lambda mail: mail.uid)

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails; see `imap_moving`.

        Raises:
            StayMarked: All were copied and marked, but some are not expunged.
        """
        if not uids:
            return
        refused: StayMarked | None = None
        async with self._in_folder() as wire:
            for some in _slices(uids):
                try:
                    await move_into(wire, sequence_set(some), folder)
                except StayMarked as error:
                    refused = error
        if refused is not None:
            raise refused

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Tell whether `folder` holds a mail of that Message-ID, as sent or as rewritten.

        Args:
            folder: Selected for the question; the open folder is selected again afterwards.
            message_id: Bare, ASCII.

        Returns:
            False as well where the server has no such folder yet.

        Raises:
            ValueError: `message_id` cannot stand in a header.
        """
        if not message_id.isascii() or not message_id:
            raise ValueError(f"not a Message-ID: {message_id!r}")
        wanted = quoted(f"<{message_id}>")
        try:
            async with self._in_folder(folder) as wire:
                for header in ("Message-ID", "X-Microsoft-Original-Message-ID"):
                    words = ("HEADER", header, wanted)
                    if search_uids(await wire.run("SEARCH", *words, prefix="UID")):
                        return True
        except Refusal:
            if await self._is_there(folder):
                raise
        return False

    async def append(self, folder: str, raw: bytes) -> None:
        """File a copy, marked as seen, making the folder where it is missing."""
        name = mailbox_name(folder)
        words = (name, "(\\Seen)", f"{{{len(raw)}}}")
        seconds = self._transfer_seconds(len(raw))
        async with self._lock:
            wire = self._live()
            try:
                await wire.run("APPEND", *words, seconds=seconds, literal=raw)
            except Refusal as refusal:
                await make_folder(wire, name, refusal)
                await wire.run("APPEND", *words, seconds=seconds, literal=raw)

    async def wait(self, seconds: float) -> bool:
        """IDLE up to `seconds` and `idle_seconds_max`; True when mail is announced.

        Mail announced since the last search counts: then there is no wait.

        Without IDLE rests for `seconds` or `poll_seconds`, and returns False.

        Raises:
            PeerError: The connection went meanwhile, or the server does not end the IDLE.
        """
        settings = self._settings
        async with self._in_folder() as wire:
            # Some servers tell what came before the IDLE only in answer to a command.
            await wire.run("NOOP")
            if wire.take_news() or self._has_news:
                self._has_news = False
                return True
            if "IDLE" in wire.capabilities:
                return await wire.idle(min(seconds, settings.idle_seconds_max))
            await wire.rest(min(seconds, settings.poll_seconds))
            return False

    async def close(self) -> None:
        """Cut the connection; whatever waits on it ends with PeerError."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.drop("closed by us")

    async def _is_there(self, folder: str) -> bool:
        """Tell whether the server lists a folder: what is refused may only be busy."""
        async with self._lock:
            lines = await self._live().run("LIST", '""', mailbox_name(folder))
        return any(bytes(line).upper().startswith(b"LIST ") for line in lines)

    def _live(self) -> ImapConnection:
        if self._connection is None or self._connection.is_lost:
            raise PeerError("IMAP: not connected")
        return self._connection

    @asynccontextmanager
    async def _in_folder(self, folder: str = "") -> AsyncIterator[ImapConnection]:
        """Hold the connection with a folder selected; empty: the one that was opened."""
        async with self._lock:
            wire = self._live()
            wanted = folder or self._folder
            if not wanted:
                raise PeerError("IMAP: no folder is open")
            if self._selected != wanted:
                self._selected = ""
                state = await self._select(wire, wanted)
                if not folder and state.uidvalidity != self._uidvalidity:
                    wire.drop("the folder was replaced")
                    raise PeerError(f"IMAP: the folder {wanted} was replaced; open it anew")
                if not folder:
                    self._has_news = self._has_news or state.uidnext > self._uidnext
                    self._uidnext = state.uidnext
            yield wire

    async def _select(self, wire: ImapConnection, folder: str) -> FolderState:
        said = select_answer(await wire.select(mailbox_name(folder)))
        if said.uidvalidity is None:
            raise PeerError(f"IMAP: the server gives {folder} no UIDVALIDITY", is_permanent=True)
        self._selected = folder
        uidnext = said.uidnext
        if uidnext is None:
            # RFC 3501 lets a server keep it to itself; the last UID tells as well.
            uids = search_uids(await wire.run("SEARCH", "UID 1:*", prefix="UID"))
            uidnext = uids[-1] + 1 if uids else 1
        return FolderState(uidvalidity=said.uidvalidity, uidnext=uidnext, exists=said.exists)

    async def _search(self, criteria: str) -> list[int]:
        async with self._in_folder() as wire:
            wire.take_news()
            self._has_news = False
            found = search_uids(await wire.run("SEARCH", criteria, prefix="UID"))
            self._uidnext = max([self._uidnext, *(uid + 1 for uid in found[-1:])])
            return found

    async def _records(
        self, wire: ImapConnection, uids: list[int], items: str, octets: int
    ) -> list[FetchRecord]:
        seconds = self._transfer_seconds(octets)
        words = (sequence_set(uids), f"({items})")
        return fetch_records(await wire.run("FETCH", *words, prefix="UID", seconds=seconds))

    def _batches(self, sizes: list[FetchRecord]) -> list[list[FetchRecord]]:
        """Cut into batches of bounded octets; an oversize mail goes alone."""
        batches: list[list[FetchRecord]] = []
        room = 0
        for record in sizes:
            octets = record.octets or 0
            is_oversize = octets > self._settings.octets_max
            if not batches or is_oversize or octets > room:
                batches.append([])
                room = self._settings.batch_octets_max
            batches[-1].append(record)
            room = -1 if is_oversize else room - octets
        return batches

    async def _bodies(self, wire: ImapConnection, batch: list[FetchRecord]) -> list[Fetched]:
        settings = self._settings
        if max(record.octets or 0 for record in batch) > settings.octets_max:
            return await self._cut(
                wire, batch, settings.header_octets_max, settings.text_octets_max
            )
        known = {record.uid: record for record in batch}
        octets = sum(record.octets or 0 for record in batch)
        return [
            Fetched(
                uid=answer.uid,
                # Some servers only estimate the size; what has come is certain.
                octets=len(whole),
                raw=whole,
                internal_at=known[answer.uid].internal_at,
            )
            for answer in await self._records(wire, list(known), "UID BODY.PEEK[]", octets)
            if answer.uid in known and (whole := answer.section("")) is not None
        ]

    async def _cut(
        self, wire: ImapConnection, batch: list[FetchRecord], header_octets: int, text_octets: int
    ) -> list[Fetched]:
        """Fetch headers and text up to so many octets each."""
        known = {record.uid: record for record in batch}
        items = f"UID BODY.PEEK[HEADER]<0.{header_octets}> BODY.PEEK[TEXT]<0.{text_octets}>"
        octets = len(batch) * (header_octets + text_octets)
        fetched = []
        for answer in await self._records(wire, list(known), items, octets):
            record, header = known.get(answer.uid), answer.section("HEADER")
            if record is None or header is None:
                continue
            end = b"" if header.endswith(b"\r\n\r\n") else b"\r\n\r\n"
            fetched.append(
                Fetched(
                    uid=answer.uid,
                    octets=record.octets or 0,
                    raw=header + end + (answer.section("TEXT") or b""),
                    is_oversize=True,
                    internal_at=record.internal_at,
                )
            )
        return fetched

    def _transfer_seconds(self, octets: int) -> float:
        return self._settings.command_seconds + octets / self._settings.octets_per_second_min


def _slices(uids: Sequence[int]) -> list[list[int]]:
    size = UIDS_PER_COMMAND_MAX
    return [list(uids[start : start + size]) for start in range(0, len(uids), size)]
