"""Headers: the header block of a mail as decoded pairs, and header values with parameters.

Own reader, since the standard one is quadratic on hostile lines and raises on malformed ones.
Works on bytes and strings only, in linear time, and never raises.
Source: RFC 5322 section 2.2, RFC 2047, RFC 2231.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from parsers import limits
from parsers.charsets import clean, decode_octets
from parsers.reading import Defect, Severity

_ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,8000})\?=")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

# A mail's headers are asked for several times, and most of its values stand in the next one too.
_KEPT_VALUES_MAX: Final = 1_000
_KEPT_OCTETS_MAX: Final = 200

Headers = tuple[tuple[str, str], ...]
Fields = tuple[tuple[str, bytes], ...]


def split_block(raw: bytes) -> tuple[bytes, bytes]:
    """Split raw bytes into header block and body at the first empty line.

    The block is cut to `HEADER_BLOCK_OCTETS_MAX` only for reading; the body is whole.
    """
    if raw[:1] in (b"\r", b"\n"):
        return b"", raw.lstrip(b"\r\n")
    end, size = len(raw), 0
    for gap in (b"\r\n\r\n", b"\n\n", b"\r\r"):
        at = raw.find(gap, 0, end + len(gap) - 1)
        if at >= 0:
            end, size = at, len(gap)
    return raw[:end], raw[end + size :]


def read_headers(raw: bytes) -> tuple[Headers, tuple[Defect, ...]]:
    """Read the header block of a mail.

    Args:
        raw: The whole mail, or a header block.

    Returns:
        Name (as written) and decoded, unfolded value, in order; and the defects.
    """
    fields, defects = read_fields(raw)
    return tuple((name, decode_value(value)) for name, value in fields), defects


def read_fields(raw: bytes) -> tuple[Fields, tuple[Defect, ...]]:
    """Read the header block as names and unfolded values that are not decoded yet."""
    return fields_of(split_block(raw)[0])


@lru_cache(maxsize=1)
def fields_of(block: bytes) -> tuple[Fields, tuple[Defect, ...]]:
    """Read a header block that is cut off already."""
    defects: list[Defect] = []
    if len(block) > limits.HEADER_BLOCK_OCTETS_MAX:
        block = block[: limits.HEADER_BLOCK_OCTETS_MAX]
        defects.append(_cut("the header block is longer than 256 kB"))
    fields: list[tuple[str, list[bytes]]] = []
    for line in block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        matched = _FIELD.match(line)
        if matched is None:
            continue
        if len(fields) >= limits.HEADERS_MAX:
            defects.append(_cut("there are more than 1,000 headers"))
            break
        fields.append((matched.group(1).decode("ascii"), [line[matched.end() :]]))
    found: list[tuple[str, bytes]] = []
    for name, lines in fields:
        value = b" ".join(part.strip() for part in lines)
        if len(value) > limits.HEADER_OCTETS_MAX:
            value = value[: limits.HEADER_OCTETS_MAX]
            defects.append(_cut(f"the header {name[:40]} is longer than 64 kB"))
        found.append((name, value))
    return tuple(found), tuple(defects)


def _cut(sentence: str) -> Defect:
    return Defect(code="headers_cut", sentence=f"Headers cut: {sentence}.", severity=Severity.DOUBT)


def decode_value(value: bytes) -> str:
    """Decode a header value: raw 8-bit text, then RFC 2047 encoded words."""
    return _decoded(value) if len(value) > _KEPT_OCTETS_MAX else _decoded_again(value)


def _decoded(value: bytes) -> str:
    text, _ = decode_octets(value, "")
    if "=?" not in text:
        return _tidy(text)
    pieces: list[str] = []
    waiting: tuple[str, bytes] | None = None
    at = 0
    for matched in _ENCODED_WORD.finditer(text):
        between = text[at : matched.start()]
        charset, octets = matched.group(1), _word_octets(matched.group(2), matched.group(3))
        at = matched.end()
        if waiting is not None and not between.strip():
            if waiting[0].lower() == charset.lower():
                waiting = (charset, waiting[1] + octets)
                continue
            pieces.append(decode_octets(waiting[1], waiting[0])[0])
        else:
            if waiting is not None:
                pieces.append(decode_octets(waiting[1], waiting[0])[0])
            pieces.append(between)
        waiting = (charset, octets)
    if waiting is not None:
        pieces.append(decode_octets(waiting[1], waiting[0])[0])
    pieces.append(text[at:])
    return _tidy("".join(pieces))


_decoded_again: Final = lru_cache(maxsize=_KEPT_VALUES_MAX)(_decoded)


def _word_octets(kind: str, text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(octets.replace(b"_", b" "), header=True)
    return base64_octets(octets)


def base64_octets(octets: bytes) -> bytes:
    """Decode base64 leniently: foreign characters skipped, missing padding added."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def _tidy(text: str) -> str:
    return _CONTROL.sub("", clean(_SPACE.sub(" ", text))).replace("\n", " ").strip()


def first(headers: Headers, name: str) -> str:
    """Return the first value of a header, or an empty string."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), "")


def every(headers: Headers, *names: str) -> tuple[str, ...]:
    """Return all values of the named headers, in order of the mail."""
    wanted = {name.lower() for name in names}
    return tuple(value for key, value in headers if key.lower() in wanted)


def sent_at(value: str) -> datetime | None:
    """Return the Date header as an aware UTC instant, or None where it is no date."""
    try:
        found = parsedate_to_datetime(value[:200])
        aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Read `token; name=value; …` with quotes and RFC 2231 continuations.

    Returns:
        The token in lower case, and the parameters by lower-case name.
    """
    pieces = _semicolons(value[: limits.HEADER_OCTETS_MAX])
    token = pieces[0].strip().lower() if pieces else ""
    plain: dict[str, str] = {}
    parts: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1:200]:
        key, equals, text = piece.partition("=")
        key = key.strip().lower()
        text = text.strip().strip('"')
        if not equals or not key:
            continue
        name, star, rest = key.partition("*")
        if not star:
            plain.setdefault(name, decode_value(text.encode("utf-8", "replace")))
            continue
        number = rest.rstrip("*")
        order = int(number) if number.isdecimal() and len(number) < 4 else 0
        parts.setdefault(name, []).append((order, rest == "" or rest.endswith("*"), text))
    for name, found in parts.items():
        plain[name] = _continued(sorted(found))
    return token, plain


def _semicolons(value: str) -> list[str]:
    pieces: list[str] = []
    current: list[str] = []
    is_quoted = is_escaped = False
    for character in value:
        if is_escaped:
            is_escaped = False
            current.append(character)
        elif character == "\\" and is_quoted:
            is_escaped = True
        elif character == '"':
            is_quoted = not is_quoted
            current.append(character)
        elif character == ";" and not is_quoted:
            pieces.append("".join(current))
            current = []
        else:
            current.append(character)
    pieces.append("".join(current))
    return pieces


def _continued(found: list[tuple[int, bool, str]]) -> str:
    charset = ""
    octets = b""
    for order, is_encoded, text in found:
        if is_encoded and order == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        octets += unquote_to_bytes(text) if is_encoded else text.encode("utf-8", "replace")
    return _tidy(decode_octets(octets, charset)[0])
