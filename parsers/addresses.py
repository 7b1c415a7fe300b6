"""Addresses and Message-IDs: what identifies people and mails in header values.

Lenient readers for what the world writes, linear and total. Knows nothing of trust.
Source: RFC 5322 sections 3.4 and 3.6.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, validate_email

from parsers import limits
from parsers.charsets import decode_octets
from parsers.headers import decode_value

_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,998})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One address of a header: display name and normalised address (domain lower-cased)."""

    name: str
    address: str


def mailboxes(value: bytes) -> tuple[Mailbox, ...]:
    """Read an address list leniently: quotes, comments, groups, bare addresses.

    Args:
        value: The header value as it came, before RFC 2047: an encoded display name must
            not be able to bring in an address.

    Returns:
        At most `ADDRESSES_MAX`; what has no "@" is left out.
    """
    found: list[Mailbox] = []
    text, _ = decode_octets(value[: limits.HEADER_OCTETS_MAX], "")
    for name, address in _address_pieces(text):
        normal = normalise(address)
        if normal:
            shown = decode_value(name.encode("utf-8", "replace")).strip("\"' ")
            found.append(Mailbox(name=shown, address=normal))
        if len(found) >= limits.ADDRESSES_MAX:
            break
    return tuple(found)


def _address_pieces(value: str) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    name: list[str] = []
    angle: list[str] = []
    is_quoted = is_angle = is_escaped = False
    depth = 0
    for character in [*value, ","]:
        if is_escaped:
            (angle if is_angle else name).append(character)
            is_escaped = False
        elif character == "\\" and (is_quoted or depth):
            is_escaped = True
        elif character == '"' and not depth:
            is_quoted = not is_quoted
            if is_angle:
                angle.append(character)
        elif is_quoted:
            (angle if is_angle else name).append(character)
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif character == "<":
            is_angle, angle = True, []
        elif character == ">":
            is_angle = False
        elif character in ",;":
            is_angle = False
            whole = "".join(name).strip()
            if angle:
                pieces.append((whole, "".join(angle)))
            elif "@" in whole:
                pieces.append(("", whole.split()[-1] if " " in whole else whole))
            name, angle = [], []
        elif character == ":" and not is_angle and "@" not in name:
            name = []
        else:
            (angle if is_angle else name).append(character)
    return pieces


def normalise(address: str) -> str:
    """Normalise an address: no brackets, no "mailto:", domain lower-cased, in A-labels where it
    is not ASCII; "" if none."""
    address = address.strip().strip("<>'\" \t").removeprefix("mailto:")
    if "[" not in address or address.startswith("["):
        address = address.strip("[]").removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    domain = domain.strip().rstrip(".").lower()
    local = local.strip().strip("\"'")
    if not at or not local or not domain or len(address) > 320 or " " in domain:
        return ""
    return f"{local}@{domain if domain.isascii() else _ascii(domain)}"


def _ascii(domain: str) -> str:
    """Return a domain in A-labels; as it stands where it has none."""
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return domain
    return found.ascii_domain


def message_ids(value: str) -> tuple[str, ...]:
    """Return bare Message-IDs in order, from lists parted by spaces or commas.

    At most `REFERENCES_MAX` of the last `REFERENCES_CHARACTERS_MAX` characters: the newest.
    """
    value = value[-limits.REFERENCES_CHARACTERS_MAX :]
    found = _MESSAGE_ID.findall(value)
    if not found:
        bare = [word.strip("<>,;\"'") for word in re.split(r"[\s,;]+", value)]
        found = [word for word in bare if "@" in word and len(word) > 3]
    return tuple(dict.fromkeys(found))[-limits.REFERENCES_MAX :]
