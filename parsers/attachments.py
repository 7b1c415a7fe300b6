"""Attachments: what hangs on a mail, as it claims to be and as it looks.

Names are made harmless (no path, no control or direction characters, no reserved name); the
declared type is a claim, the sniffed one is told by the first bytes. Nothing is unpacked.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from parsers import limits
from parsers.reading import Attachment

_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:\"|?*]"
)
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"<?xml", "application/xml"),
)
_OFFICE: Final = (
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)


def describe(name: str, declared_type: str, octets: bytes) -> Attachment:
    """Describe an attachment.

    Args:
        name: The file name as the mail gives it; may be hostile or empty.
        declared_type: The content type of the part, lower case.
        octets: The decoded content.
    """
    return Attachment(
        name=safe_name(name),
        declared_type=declared_type[:100],
        sniffed_type=sniff(octets),
        octets=len(octets),
        sha256=hashlib.sha256(octets).hexdigest(),
    )


def safe_name(name: str) -> str:
    """Return a label that is safe to show and to use as a file name; "attachment" if none."""
    name = name[:4_000].replace("\\", "/").rsplit("/", 1)[-1]
    name = _UNSAFE.sub("", name).strip(" .")
    if not name:
        return "attachment"
    if _RESERVED.match(name):
        name = f"_{name}"
    octets = name.encode("utf-8", "replace")
    if len(octets) > limits.ATTACHMENT_NAME_OCTETS_MAX:
        stem, dot, ending = name.rpartition(".")
        tail = f".{ending}" if dot and stem and len(ending.encode()) <= 10 else ""
        room = limits.ATTACHMENT_NAME_OCTETS_MAX - len(tail.encode())
        name = octets[:room].decode("utf-8", "ignore").rstrip(" .") + tail
    return name


def sniff(octets: bytes) -> str:
    """Tell a content type by the first bytes; "" for nothing, text/plain where it is text."""
    if not octets:
        return ""
    for magic, kind in _MAGIC:
        if octets.startswith(magic):
            return kind
    if octets.startswith(b"PK\x03\x04"):
        head = octets[:4_096]
        return next((kind for inner, kind in _OFFICE if inner in head), "application/zip")
    head = octets[:4_096]
    lowered = head.lstrip().lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if b"\x00" not in head and sum(octet < 9 for octet in head) == 0:
        return "text/plain"
    return "application/octet-stream"


def holds_rows(attachment: Attachment, held: int) -> bool:
    """Tell whether an attachment may hold the rows of an advice, and fits beside the octets
    that are held already."""
    if held + attachment.octets > limits.TABLE_OCTETS_MAX:
        return False
    if attachment.sniffed_type == "text/plain":
        is_named = attachment.name.lower().endswith((".csv", ".tsv"))
        return is_named or attachment.declared_type in ("text/csv", "application/csv")
    return attachment.sniffed_type in ("application/pdf", _OFFICE[0][1])
