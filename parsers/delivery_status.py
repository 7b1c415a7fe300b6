"""Delivery status: the machine-readable fields of a bounce.

Reads `message/delivery-status` as it is sent, not only as it should be: fields in the wrong
block, missing Action, several recipients. Never raises.
Source: RFC 3464 sections 2.2 and 2.3; RFC 3463 for the codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from parsers import limits
from parsers.addresses import normalise

STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_FIELD: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]?(.*)")
_ADDRESS: Final = re.compile(r"[^\s<>;,\"'()\[\]]{1,200}@[A-Za-z0-9.-]{1,200}[A-Za-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientStatus:
    """What became of one recipient: action (lower case, "" if absent), code, server's words."""

    recipient: str
    final_recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def is_failed(self) -> bool:
        """Tell whether delivery failed for good, by action or, without one, by code."""
        if self.action:
            return self.action.startswith("fail")
        return self.status.startswith(("4", "5"))

    @property
    def is_delayed(self) -> bool:
        """Tell whether the server is still trying."""
        return self.action.startswith("delay")


def read_status(text: str) -> tuple[RecipientStatus, ...]:
    """Read the fields of a delivery-status part.

    Args:
        text: The part as text, one block a recipient, blocks parted by empty lines.

    Returns:
        One entry for each recipient with an address, at most `RECIPIENTS_MAX`.
    """
    found: list[RecipientStatus] = []
    for block in _blocks(text[: limits.TEXT_CHARACTERS_MAX]):
        final = _address(block.get("final-recipient", ""))
        original = _address(block.get("original-recipient", ""))
        # The original recipient is the address that we wrote to; the final one may be rewritten.
        recipient = original or final or _address(block.get("x-actual-recipient", ""))
        if not recipient:
            continue
        diagnostic = block.get("diagnostic-code", "")[: limits.DIAGNOSTIC_CHARACTERS_MAX]
        found.append(
            RecipientStatus(
                recipient=recipient,
                final_recipient=final,
                action=block.get("action", "").strip().lower()[:40],
                status=_status(block.get("status", ""), diagnostic),
                diagnostic=diagnostic,
            )
        )
        if len(found) >= limits.RECIPIENTS_MAX:
            break
    return tuple(found)


def _blocks(text: str) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = [{}]
    last = ""
    for line in text.split("\n"):
        if not line.strip():
            blocks.append({})
            last = ""
            continue
        if line[:1] in " \t" and last:
            blocks[-1][last] = f"{blocks[-1][last]} {line.strip()}"[:2_000]
            continue
        matched = _FIELD.match(line[:4_000])
        if matched is None:
            continue
        last = matched.group(1).lower()
        if last == "final-recipient" and last in blocks[-1]:
            blocks.append({})
        blocks[-1].setdefault(last, matched.group(2).strip())
    return blocks


def _address(value: str) -> str:
    text = value.partition(";")[2] or value
    matched = _ADDRESS.search(text[:1_000])
    return normalise(matched.group(0)) if matched else ""


def _status(value: str, diagnostic: str) -> str:
    """Return the code; the server's own words are more exact than a general x.0.0."""
    own = STATUS.search(value)
    said = STATUS.search(diagnostic)
    if own is None:
        return said.group(0) if said else ""
    is_general = own.group(2) == "0" and own.group(3) == "0"
    if is_general and said is not None and said.group(1) == own.group(1):
        return said.group(0)
    return own.group(0)
