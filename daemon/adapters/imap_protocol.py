"""The IMAP line protocol, hardened: aioimaplib's commands over a reader of our own.

The library's reader recurses once a line, copies literals quadratically, drops characters and
does not tell its callers that the connection is gone. Here one loop reads, every untagged line
goes to the one pending command as it came, and a loss ends that command at once. Only one
command may be pending: the caller holds a lock.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Iterator

from aioimaplib import aioimaplib as library

LITERAL_OCTETS_MAX = 256 * 1024 * 1024
LINE_OCTETS_MAX = 64 * 1024 * 1024

_LITERAL = re.compile(rb"\{(\d{1,12})\}\Z")
_TAGGED = re.compile(rb"[A-Z]+\d+ (?:OK|NO|BAD)\b", re.IGNORECASE)
_COUNT = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE)\s*", re.IGNORECASE)
_PLAIN_RUN = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")


class ConnectionBroken(library.Abort):  # type: ignore[misc]  # aioimaplib is untyped
    """The connection is gone, or the server speaks no IMAP."""


class ImapProtocol(library.IMAP4ClientProtocol):  # type: ignore[misc]  # aioimaplib is untyped
    """One connection. `greeting` is set by the first line, `lost` when the connection ends.

    `exists` is the number of mails in the selected folder; `has_news` tells that it has grown.
    """

    incomplete_line: bytes
    literal_data: bytes | None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.greeting: asyncio.Future[bytes] = loop.create_future()
        self.lost = asyncio.Event()
        self.why_lost = ""
        self.exists = 0
        self.has_news = False
        self._literal: library.Command | None = None
        self._is_continued = False

    def data_received(self, d: bytes) -> None:
        """Read all complete lines and literals of a chunk, in one loop."""
        chunk: bytes = self.incomplete_line + d
        position = 0
        try:
            while position < len(chunk) and not self.lost.is_set():
                taken = self._take(chunk, position)
                if taken == 0:
                    break
                position += taken
        except (library.AioImapException, ValueError) as error:
            self.break_off(f"the server does not speak IMAP: {error}")
            return
        self.incomplete_line = chunk[position:]
        if len(self.incomplete_line) > LINE_OCTETS_MAX:
            self.break_off("the server sends a line without end")
        elif self.pending_sync_command is not None:
            self.pending_sync_command.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """End whatever waits; every later command fails at once."""
        self.break_off(f"the server closed the connection{f': {exc}' if exc else ''}")
        super().connection_lost(exc)

    def break_off(self, because: str) -> None:
        """Cut the connection and fail the pending command. Calling it twice is harmless."""
        if self.lost.is_set():
            return
        self.lost.set()
        self.why_lost = because
        self.state = library.LOGOUT
        for command in self._pending():
            if not command._event.is_set():
                command._exception = ConnectionBroken(because)
                command.close(b"connection lost", "KO")
        self.pending_sync_command = None
        self.pending_async_commands.clear()
        if not self.greeting.done():
            self.greeting.set_exception(ConnectionBroken(because))
            self.greeting.exception()
        if self.transport is not None:
            self.transport.abort()

    async def execute(self, command: library.Command, scrub: str | None = None) -> library.Response:
        """Send a command and return its response; the library's own logging stays silent.

        Raises:
            ConnectionBroken: The connection is lost, before or meanwhile.
        """
        if self.lost.is_set():
            raise ConnectionBroken(self.why_lost)
        return await super().execute(command, scrub=scrub)

    def send(self, line: str, scrub: str | None = None) -> None:
        """Write a command line. The library would log it, password and all."""
        self.transport.write(line.encode() + b"\r\n")

    def _take(self, chunk: bytes, position: int) -> int:
        """Read one line or piece of a literal; returns its octets, 0 for an incomplete line."""
        literal = self._literal
        if literal is not None:
            wanted = literal._expected_size - len(literal._resp_literal_data)
            piece = chunk[position : position + wanted]
            literal.append_literal_data(piece)
            if not literal.wait_literal_data():
                self._literal, self._is_continued = None, True
                self.current_command = literal
            return len(piece)
        end = chunk.find(b"\r\n", position)
        if end < 0:
            return 0
        self._take_line(chunk[position:end])
        return end + 2 - position

    def _take_line(self, line: bytes) -> None:
        owner = self.current_command if self._is_continued else None
        self._is_continued, self.current_command = False, None
        if owner is not None:
            owner.append_to_resp(line)
        else:
            owner = self._handle_line(line, None)
        announced = _LITERAL.search(line)
        if announced is None:
            return
        if owner is None:
            owner = library.Command("NIL", "unused", loop=self.loop)
        size = int(announced.group(1))
        if size > LITERAL_OCTETS_MAX:
            raise ValueError(f"a literal of {size} octets")
        if size == 0:
            owner.append_to_resp(bytearray())
            self.current_command, self._is_continued = owner, True
            return
        owner.begin_literal_data(size)
        self._literal = owner

    def _handle_line(
        self, line: bytes, current_cmd: library.Command | None
    ) -> library.Command | None:
        if not line:
            return None
        if self.state == library.CONNECTED:
            self._greet(line)
            return None
        if line.startswith(b"* "):
            return self._untagged_response(line)
        if line.startswith(b"+"):
            self._continuation(line)
            return None
        if not _TAGGED.match(line):
            raise ValueError("a line that is neither tagged nor untagged")
        self._response_done(line)
        return None

    def _greet(self, line: bytes) -> None:
        if line.upper().startswith(b"* PREAUTH"):
            self.state = library.AUTH
        elif line.upper().startswith(b"* OK"):
            self.state = library.NONAUTH
        else:
            self.break_off(f"the server greets with {line[:200].decode('ascii', 'replace')}")
            return
        if not self.greeting.done():
            self.greeting.set_result(line)

    def _untagged_response(self, line: bytes) -> library.Command | None:
        """Give the whole line, without its star, to the pending command."""
        if changed := _COUNT.fullmatch(line):
            is_expunged = changed.group(2).upper() == b"EXPUNGE"
            exists = max(0, self.exists - 1) if is_expunged else int(changed.group(1))
            self.has_news = self.has_news or exists > self.exists
            self.exists = exists
        for command in self._pending():
            command.append_to_resp(line[2:])
            return command
        return None

    def _response_done(self, line: bytes) -> None:
        tag, _, rest = line.partition(b" ")
        for command in self._pending():
            if command.tag.encode() == tag:
                self.pending_sync_command = None
                self.pending_async_commands.clear()
                result, _, text = rest.partition(b" ")
                command.close(text, result=result.decode("ascii", "replace").upper())
                return
        raise ValueError("an answer to no command of ours")

    def _continuation(self, line: bytes) -> None:
        command = self.pending_sync_command
        if command is None:
            raise ValueError("a continuation that nothing asked for")
        if command.name == "APPEND" and self.literal_data is not None:
            self.transport.write(self.literal_data + b"\r\n")
            self.literal_data = None
        elif command.name == "AUTHENTICATE":
            # XOAUTH2 explains a refusal in a challenge; the empty answer earns the NO.
            self.transport.write(b"\r\n")
        elif command.name == "IDLE":
            self._idle_event.set()

    def _pending(self) -> Iterator[library.Command]:
        if self.pending_sync_command is not None:
            yield self.pending_sync_command
        yield from list(self.pending_async_commands.values())


def quoted(text: str) -> str:
    """Return an IMAP quoted string.

    Raises:
        ValueError: Control characters cannot be quoted.
    """
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in text):
        raise ValueError("control characters have no place in an IMAP string")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def mailbox_name(name: str) -> str:
    """Return a folder's name as IMAP wants it: modified UTF-7 (RFC 3501, 5.1.3), quoted.

    Raises:
        ValueError: The name is empty or holds control characters.
    """
    if not name:
        raise ValueError("a folder needs a name")
    quoted(name)
    encoded = ""
    for run in _PLAIN_RUN.findall(name):
        if run.isascii():
            encoded += run.replace("&", "&-")
        else:
            shifted = base64.b64encode(run.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
            encoded += f"&{shifted.decode('ascii')}-"
    return quoted(encoded)


def sequence_set(uids: list[int]) -> str:
    """Return UIDs as a set with ranges: [1, 2, 3, 7] is 1:3,7."""
    ranges: list[list[int]] = []
    for uid in sorted(set(uids)):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(f"{low}" if low == high else f"{low}:{high}" for low, high in ranges)
