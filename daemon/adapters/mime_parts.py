"""MIME written octet by octet: the same input gives the same bytes.

Headers are folded so that no identifier is ever broken or encoded (Python's own generator
corrupts long ones), names and subjects are encoded words of at most 75 characters, bodies are
quoted-printable or base64 and so 7-bit. A line break or control character in a header value is
refused. Source: RFC 5322, RFC 2045-2047, RFC 2231, RFC 2046 section 5.2.1 (message/rfc822).
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.quoprimime import body_encode
from urllib.parse import quote

LINE_OCTETS_MAX = 998
FOLD_AT = 76
FILE_NAME_CHARACTERS_MAX = 120
REFUSED_CATEGORIES = frozenset({"Cc", "Zl", "Zp", "Cs"})
ATOM_TEXT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
ADDRESS = re.compile(r"[^\s<>\"(),:;\\\[\]@]+@[A-Za-z0-9.-]+")
MESSAGE_ID = re.compile(r"[^\s<>]+@[^\s<>]+")
UNSAFE_IN_FILE_NAME = re.compile(r"[/\\:*?\"<>|\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file to attach: its name as shown, its media type, its octets."""

    name: str
    media_type: str
    octets: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A finished part: header lines (folded, no line end) and an encoded body."""

    headers: tuple[str, ...]
    body: bytes

    @property
    def octets(self) -> bytes:
        """The part as it stands in the mail."""
        return "\r\n".join(self.headers).encode("ascii") + b"\r\n\r\n" + self.body


def header_value(value: str) -> str:
    """Return the value unchanged.

    Raises:
        ValueError: It holds a control character or a line break (CR, LF, NUL, U+2028 ...).
    """
    for character in value:
        if unicodedata.category(character) in REFUSED_CATEGORIES:
            raise ValueError(f"a header value may not hold U+{ord(character):04X}: {value!r}")
    return value


def text_header(name: str, value: str) -> str:
    """Return an unstructured header such as Subject, encoded where it must be."""
    header_value(value)
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    header = Header(value, charset, maxlinelen=FOLD_AT - 1, header_name=name)
    return f"{name}: {header.encode(linesep=chr(13) + chr(10))}"


def address(value: str) -> str:
    """Return an address of ASCII characters in angle brackets.

    Raises:
        ValueError: It is not an address that a header can carry.
    """
    if not value.isascii() or ADDRESS.fullmatch(header_value(value)) is None:
        raise ValueError(f"not an address that a header can carry: {value!r}")
    return f"<{value}>"


def address_header(name: str, *mailboxes: tuple[str, str]) -> str:
    """Return an address header from (display name, address) pairs."""
    shown = []
    for display, mailbox in mailboxes:
        words = header_value(display).strip()
        if not words:
            shown.append(address(mailbox))
        elif words.isascii() and "=?" not in words and ATOM_TEXT.fullmatch(words):
            shown.append(f"{words} {address(mailbox)}")
        elif words.isascii() and "=?" not in words:
            escaped = words.replace("\\", "\\\\").replace('"', '\\"')
            shown.append(f'"{escaped}" {address(mailbox)}')
        else:
            encoded = Header(words, "utf-8", maxlinelen=FOLD_AT - 1, header_name=name)
            shown.append(f"{encoded.encode(linesep=chr(13) + chr(10))}\r\n {address(mailbox)}")
    return f"{name}: " + ",\r\n ".join(shown)


def bare_id(text: str) -> str:
    """Return a Message-ID without blanks around it and brackets."""
    return text.strip().removeprefix("<").removesuffix(">")


def is_message_id(text: str) -> bool:
    """Tell whether a header can carry it as an identifier (bare or in brackets)."""
    one = bare_id(text)
    is_plain = one.isascii() and one.isprintable() and len(one) <= LINE_OCTETS_MAX - 20
    return is_plain and MESSAGE_ID.fullmatch(one) is not None


def ids_header(name: str, ids: Sequence[str]) -> str:
    """Return a header of Message-IDs (bare or in brackets), one a line, never encoded.

    Raises:
        ValueError: One of them is not a Message-ID that a header can carry.
    """
    for one in ids:
        if not is_message_id(one):
            raise ValueError(f"not a Message-ID: {one!r}")
    return f"{name}: " + "\r\n ".join(f"<{bare_id(one)}>" for one in ids)


def text_part(text: str, subtype: str) -> Part:
    """Return text as quoted-printable UTF-8 with CRLF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    latin = lines.encode("utf-8").decode("latin-1")
    body = body_encode(latin, maxlinelen=FOLD_AT, eol="\r\n").encode("ascii")
    return Part(
        headers=(
            f'Content-Type: text/{subtype}; charset="utf-8"',
            "Content-Transfer-Encoding: quoted-printable",
        ),
        body=body,
    )


def inline_image(name: str, png: bytes) -> Part:
    """Return a PNG that HTML shows as `cid:NAME`."""
    file_name = name.split("@", maxsplit=1)[0] + ".png"
    return Part(
        headers=(
            "Content-Type: image/png",
            "Content-Transfer-Encoding: base64",
            f"Content-ID: <{header_value(name)}>",
            f'Content-Disposition: inline; filename="{file_name}"',
        ),
        body=_base64(png),
    )


def attachment_part(attachment: Attachment) -> Part:
    """Return a file as base64; its name is stripped of paths and control characters."""
    name = safe_file_name(attachment.name)
    fallback = name.encode("ascii", "replace").decode().replace("?", "_")
    shown = f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name, safe='')}"
    return Part(
        headers=(
            f'Content-Type: {header_value(attachment.media_type)};\r\n name="{fallback}"',
            "Content-Transfer-Encoding: base64",
            f"Content-Disposition: attachment;\r\n {shown}",
        ),
        body=_base64(attachment.octets),
    )


def safe_file_name(name: str) -> str:
    """Return a file name without folders, control characters or trailing dots."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        character
        for character in UNSAFE_IN_FILE_NAME.sub("_", last)
        if unicodedata.category(character) not in {"Cf", *REFUSED_CATEGORIES}
    )
    return kept.strip(" .")[-FILE_NAME_CHARACTERS_MAX:] or "attachment"


def original_part(original: bytes) -> Part:
    """Return a received mail as message/rfc822, its octets unencoded as the standard demands.

    Line ends become CRLF. Where it holds NUL or lines that no server takes, it is attached as
    a base64 file `original.eml`, unchanged to the octet.
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", original)
    longest = max((len(line) for line in lines.split(b"\r\n")), default=0)
    if b"\0" in lines or longest > LINE_OCTETS_MAX:
        return attachment_part(
            Attachment(name="original.eml", media_type="application/octet-stream", octets=original)
        )
    encoding = "7bit" if lines.isascii() else "8bit"
    return Part(
        headers=(
            "Content-Type: message/rfc822",
            f"Content-Transfer-Encoding: {encoding}",
            'Content-Disposition: attachment; filename="original.eml"',
        ),
        body=lines,
    )


def multipart(subtype: str, parts: Sequence[Part], boundary: str) -> Part:
    """Return parts in one.

    Args:
        subtype: mixed, alternative or related.
        parts: At least one.
        boundary: Begins with `=_`, which no quoted-printable or base64 body can hold.

    Raises:
        ValueError: The boundary stands in an unencoded part (an attached original).
    """
    mark = b"--" + boundary.encode("ascii")
    if any(mark in part.body for part in parts if is_unencoded(part)):
        raise ValueError("the boundary stands in an attached mail")
    body = b"".join(mark + b"\r\n" + part.octets + b"\r\n" for part in parts)
    return Part(
        headers=(f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"',),
        body=body + mark + b"--\r\n",
    )


def is_unencoded(part: Part) -> bool:
    """Tell whether the part's body is foreign text as it came."""
    return part.headers[0] == "Content-Type: message/rfc822"


def _base64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")
