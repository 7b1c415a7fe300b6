"""The mailbox over loopback: an IMAP server that shows the world's folders on a real socket.

It speaks the few commands that Duly needs (RFC 3501, MOVE of RFC 6851) and nothing else. Which
trouble comes is asked of the same plan as in memory: a command that fails cuts the connection.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from daemon.world.near_inbox import INBOX, Lying, NearFolder, NearServer

WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
LITERAL = re.compile(rb"\{(\d+)\}\r\n$")
CAPABILITIES = "IMAP4rev1 MOVE UIDPLUS"
TROUBLED = frozenset({"SELECT", "SEARCH", "FETCH", "MOVE", "APPEND"})
LINE_OCTETS_MAX = 65_536


class Gone(Exception):
    """The connection is to be cut without an answer."""


@dataclass(slots=True, kw_only=True)
class Talk:
    """One connection: `folder` is the name of the selected one."""

    server: NearServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    folder: str = ""

    async def run(self) -> None:
        """Answer commands until the client goes or the plan cuts the line."""
        self.say("* OK the world's inbox")
        try:
            while line := await self.reader.readline():
                words = words_of(line)
                tag, name, rest = words[0], words[1].upper(), words[2:]
                if name == "UID":
                    name, rest = rest[0].upper(), rest[1:]
                self.say(f"{tag} {await self.answer(name, rest, line)}")
                await self.writer.drain()
        except (Gone, ConnectionError):
            self.writer.transport.abort()
        finally:
            self.writer.close()

    def say(self, line: str, literal: bytes | None = None) -> None:
        """Send a line; with a literal the line is left open and closed after it."""
        if literal is None:
            self.writer.write(f"{line}\r\n".encode())
        else:
            self.writer.write(f"{line} {{{len(literal)}}}\r\n".encode() + literal + b")\r\n")

    async def answer(self, name: str, words: Sequence[str], line: bytes) -> str:
        """Do one command and return its tagged answer.

        Raises:
            Gone: The plan says that the connection is lost here.
        """
        if name in TROUBLED and self.server.trouble.at_command(name, self.server.now()):
            raise Gone
        match name:
            case "CAPABILITY":
                self.say(f"* CAPABILITY {CAPABILITIES}")
            case "SELECT":
                return self.select(words[0])
            case "SEARCH":
                found = self.search(words)
                self.say(" ".join(["* SEARCH", *(str(mail.uid) for mail in found)]))
            case "FETCH":
                self.fetch(words[0], is_whole="BODY" in words[1])
            case "MOVE":
                if words[1] not in self.server.folders:
                    return "NO [TRYCREATE] there is no such folder"
                for mail in self.opened.remove([one.uid for one in self.named(words[0])]):
                    self.server.folder(words[1]).add(mail.raw, mail.internal_at)
            case "APPEND":
                return await self.append(words[0], line)
            case "CREATE":
                self.server.folder(words[0])
            case "LIST":
                if words[1] in self.server.folders:
                    self.say(f'* LIST () "/" "{words[1]}"')
            case "LOGIN" | "NOOP":
                return "OK done"
            case _:
                return f"BAD {name} is not spoken here"
        return "OK done"

    @property
    def opened(self) -> NearFolder:
        """The selected folder."""
        return self.server.folder(self.folder)

    def select(self, name: str) -> str:
        """Select a folder that is there."""
        if name != INBOX and name not in self.server.folders:
            return "NO [NONEXISTENT] there is no such folder"
        self.folder = name
        folder = self.opened
        self.say(f"* {len(folder.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {folder.uidvalidity}] this one")
        self.say(f"* OK [UIDNEXT {folder.uidnext}] then")
        return "OK [READ-WRITE] selected"

    def search(self, words: Sequence[str]) -> list[Lying]:
        """Find mails by UID, by the date of arrival, or by their Message-ID."""
        match words[0].upper():
            case "UID":
                return self.named(words[1])
            case "SINCE":
                since = datetime.strptime(words[1], "%d-%b-%Y").replace(tzinfo=UTC).date()
                return [mail for mail in self.opened.mails if mail.internal_at.date() >= since]
            case _:
                wanted = words[2].strip("<>")
                is_own = words[1].upper() == "MESSAGE-ID"
                return [mail for mail in self.opened.mails if is_own and mail.message_id == wanted]

    def named(self, numbers: str) -> list[Lying]:
        """Return the mails of a set of UIDs, as in `4,7:9,12:*`."""
        mails = self.opened.mails
        last = mails[-1].uid if mails else 0
        wanted: set[int] = set()
        for part in numbers.split(","):
            first, _, end = part.partition(":")
            begin = int(first)
            stop = last if end == "*" else int(end or first)
            wanted.update(range(min(begin, stop), max(begin, stop) + 1))
        return [mail for mail in mails if mail.uid in wanted]

    def fetch(self, numbers: str, *, is_whole: bool) -> None:
        """Show sizes and days of arrival, or whole mails."""
        known = {mail.uid: place for place, mail in enumerate(self.opened.mails, 1)}
        for mail in self.named(numbers):
            head = f"* {known[mail.uid]} FETCH (UID {mail.uid}"
            if is_whole:
                self.say(f"{head} BODY[]", mail.raw)
            else:
                came = mail.internal_at.strftime("%d-%b-%Y %H:%M:%S +0000")
                self.say(f'{head} RFC822.SIZE {len(mail.raw)} INTERNALDATE "{came}")')

    async def append(self, name: str, line: bytes) -> str:
        """Take a mail into a folder that is there."""
        found = LITERAL.search(line)
        if found is None:
            return "BAD a literal is wanted"
        if name not in self.server.folders:
            return "NO [TRYCREATE] there is no such folder"
        self.writer.write(b"+ go on\r\n")
        raw = await self.reader.readexactly(int(found.group(1)))
        await self.reader.readline()
        self.server.folder(name).add(raw, self.server.now())
        return "OK taken"


def words_of(line: bytes) -> list[str]:
    """Cut a command into its words; quoted words lose their quotes."""
    found = WORD.finditer(line.decode("ascii", "replace").strip())
    return [match.group(1) if match.group(1) is not None else match.group(0) for match in found]


@dataclass(slots=True, kw_only=True)
class LoopbackImap:
    """The server on loopback. `port` is where it listens."""

    server: NearServer
    port: int = 0
    listening: asyncio.Server | None = None

    async def start(self) -> Self:
        """Listen on a free port."""
        self.listening = await asyncio.start_server(
            self.talk, "127.0.0.1", 0, limit=LINE_OCTETS_MAX
        )
        self.port = self.listening.sockets[0].getsockname()[1]
        return self

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        await Talk(server=self.server, reader=reader, writer=writer).run()

    async def stop(self) -> None:
        """Listen no more; the clients have gone before."""
        if self.listening is not None:
            self.listening.close()
            await self.listening.wait_closed()
