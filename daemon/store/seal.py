"""Seals: mails that hold reply tokens lie encrypted in their rows (AES-256-GCM).

Both keys come from the home's signing key. A seal belongs to one column of one row, its `of`: put
anywhere else it does not open. The nonce is a keyed hash of `of` and content, so that the same
content of the same row gives the same octets and no two contents share a nonce. Only databases
that were sealed whole are opened (`sealing.py`), so a value without a seal is refused as well.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from daemon.errors import SealBroken

# The number in it is the format's; no mail and no JSON begins so.
MARK = b"\x00seal1\x00"
TEXT_MARK = "seal1:"
NONCE_OCTETS = 12
KEYS_KEPT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a signing key gives for seals."""

    cipher: AESGCM
    nonces: bytes


@lru_cache(maxsize=KEYS_KEPT)
def _keys(secret: bytes) -> Keys:
    return Keys(
        cipher=AESGCM(hmac.digest(secret, b"duly|seals of mails at rest", "sha256")),
        nonces=hmac.digest(secret, b"duly|nonces of seals", "sha256"),
    )


def seal(secret: bytes, octets: bytes, of: str) -> bytes:
    """Return octets sealed for one place.

    Args:
        secret: The home's signing key.
        octets: What is to be sealed.
        of: The place, as `table.column|key of the row`.
    """
    keys, place = _keys(secret), of.encode()
    hashed = hmac.new(keys.nonces, b"%d|" % len(place) + place, "sha256")
    hashed.update(octets)
    nonce = hashed.digest()[:NONCE_OCTETS]
    return MARK + nonce + keys.cipher.encrypt(nonce, octets, place)


def unseal(secret: bytes, sealed: bytes, of: str) -> bytes:
    """Return what was sealed for this place.

    Raises:
        SealBroken: It is not sealed, was changed, or belongs to another place or key.
    """
    if not sealed:
        raise SealBroken(_refused(of, "is missing"))
    if not sealed.startswith(MARK):
        raise SealBroken(_refused(of, "is not sealed"))
    rest = sealed[len(MARK) :]
    nonce, hidden = rest[:NONCE_OCTETS], rest[NONCE_OCTETS:]
    try:
        return _keys(secret).cipher.decrypt(nonce, hidden, of.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(_refused(of, "does not open")) from error


def seal_text(secret: bytes, text: str, of: str) -> str:
    """Return a text sealed for one place, as text."""
    return TEXT_MARK + base64.b64encode(seal(secret, text.encode(), of)).decode()


def unseal_text(secret: bytes, sealed: str, of: str) -> str:
    """Return the text that was sealed for this place.

    Raises:
        SealBroken: As `unseal`.
    """
    if not sealed.startswith(TEXT_MARK):
        raise SealBroken(_refused(of, "is not sealed"))
    try:
        octets = base64.b64decode(sealed.removeprefix(TEXT_MARK), validate=True)
    except ValueError as error:
        raise SealBroken(_refused(of, "does not open")) from error
    return unseal(secret, octets, of).decode()


def _refused(of: str, what: str) -> str:
    column, _, key = of.partition("|")
    return (
        f"{column} of the row {key} {what}: the database was changed by other hands or a failing "
        "disk, or its key ([keys] signing in secrets.toml) is another one. Put back a backup of "
        "before, with the secrets.toml that belongs to it"
    )
