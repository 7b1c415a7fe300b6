"""Wrapped text: the words of a mail that stand inside a signature envelope or a winmail.dat.

Reads only what is readable without a key: the content of signed-only S/MIME, and the plain
body of TNEF. Bounded, linear, never raises; what cannot be followed gives nothing.
Source: RFC 5652 sections 4 and 5, X.690 section 8; MS-OXTNEF section 2.1.
"""

from __future__ import annotations

from typing import Final

_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_PIECES_MAX: Final = 10_000
_TNEF_SIGNATURE: Final = bytes.fromhex("789f3e22")
_BODY: Final = 0x0002800C
_ATTRIBUTES_MAX: Final = 2_000


def is_wrapped(content_type: str, named: dict[str, str]) -> bool:
    """Tell whether a part of this type may hold the words of the mail inside itself."""
    if content_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return named.get("smime-type", "signed-data") == "signed-data"
    name = named.get("name", "").lower()
    return content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or (
        name == "winmail.dat"
    )


def signed_content(octets: bytes) -> bytes:
    """Return the content of a signed-only CMS structure, or nothing.

    Args:
        octets: DER or BER, as the attachment smime.p7m holds it.
    """
    at = octets.find(_DATA, 0, 200)
    if at < 0:
        return b""
    at += len(_DATA)
    outer = _head(octets, at)
    if outer is None or octets[at] != 0xA0:
        return b""
    at = outer[0]
    inner = _head(octets, at)
    if inner is None:
        return b""
    if octets[at] == 0x04:
        return octets[inner[0] : inner[0] + inner[1]] if inner[1] >= 0 else b""
    return _joined(octets, inner[0]) if octets[at] == 0x24 else b""


def _joined(octets: bytes, at: int) -> bytes:
    """Join the pieces of a constructed octet string."""
    pieces: list[bytes] = []
    while len(pieces) < _PIECES_MAX and octets[at : at + 1] == b"\x04":
        head = _head(octets, at)
        if head is None or head[1] < 0:
            break
        pieces.append(octets[head[0] : head[0] + head[1]])
        at = head[0] + head[1]
    return b"".join(pieces)


def _head(octets: bytes, at: int) -> tuple[int, int] | None:
    """Return where a value begins and how long it is (-1: until its end mark)."""
    if at + 2 > len(octets):
        return None
    size = octets[at + 1]
    if size < 0x80:
        return at + 2, size
    count = size - 0x80
    if count == 0:
        return at + 2, -1
    if count > 4:
        return None
    return at + 2 + count, int.from_bytes(octets[at + 2 : at + 2 + count], "big")


def tnef_body(octets: bytes) -> bytes:
    """Return the plain body of a TNEF stream, or nothing."""
    if octets[:4] != _TNEF_SIGNATURE:
        return b""
    at = 6
    for _ in range(_ATTRIBUTES_MAX):
        if at + 9 > len(octets):
            break
        name = int.from_bytes(octets[at + 1 : at + 5], "little")
        size = int.from_bytes(octets[at + 5 : at + 9], "little")
        if name == _BODY:
            return octets[at + 9 : at + 9 + size].rstrip(b"\x00")
        at += 9 + size + 2
    return b""
