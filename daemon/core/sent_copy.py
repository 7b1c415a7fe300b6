"""What a copy in the Sent folder proves: which mail of ours left, by its identifiers.

The Reply-To of a letter carries its token, and the token is bound to the letter's key. Only the
header is looked at, in linear time, and whatever cannot be read proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

HEADER_OCTETS_MAX = 262_144
TOKEN = re.compile(rb"\+([cr][a-z2-7]{26})@")
ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,200}@[^\s<>,;:\"()]{1,200}")
ANGLED = re.compile(rb"<([^<>\s]{1,512})>")
OURS = b"reply-to"
IDS = (b"message-id", b"x-microsoft-original-message-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopy:
    """A mail in the Sent folder: its Message-IDs (bare), its reply token, and when it left.

    `sent_at` (aware UTC) is its own Date where that can be read, else when the server filed it.
    `recipients` are the addresses of its To header, in small letters.
    """

    message_ids: tuple[str, ...]
    token: str
    recipients: frozenset[str]
    sent_at: datetime
    raw: bytes = b""


def read_sent_copy(raw: bytes, filed_at: datetime) -> SentCopy:
    """Read a mail of the Sent folder.

    Args:
        raw: The mail; its first 256 KiB are looked at.
        filed_at: Aware UTC instant at which the server filed it.

    Returns:
        Its identifiers, empty where it has none.
    """
    head = raw[:HEADER_OCTETS_MAX].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    unfolded = head.replace(b"\n ", b" ").replace(b"\n\t", b" ")
    ids: list[str] = []
    token, sent_at = "", filed_at
    recipients: set[str] = set()
    for line in unfolded.split(b"\n"):
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if name in IDS:
            ids += [found.decode("latin-1") for found in ANGLED.findall(value)]
        elif name == OURS and not token:
            found = TOKEN.search(value)
            token = found.group(1).decode("ascii") if found else ""
        elif name == b"date":
            sent_at = date_of(value) or filed_at
        elif name == b"to":
            recipients.update(ADDRESS.findall(value.decode("latin-1").lower()))
    return SentCopy(
        message_ids=tuple(ids),
        token=token,
        recipients=frozenset(recipients),
        sent_at=sent_at,
        raw=raw,
    )


def date_of(value: bytes) -> datetime | None:
    """Return what a Date header says, aware UTC; None where it says nothing that can be read."""
    try:
        found = parsedate_to_datetime(value.decode("latin-1").strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
