"""What an SMTP reply means for a mail and for its mailbox, by phase and code.

Pure. Before the body nothing was sent, whatever happened. A 4xx or 5xx to the final dot is a
certain no. Only silence after the first byte of the body is unknown (RFC 5321, section 6.1).
Source: RFC 5321 and 3463; the account-wide codes are those of RFC 4954, Exchange and Gmail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, assert_never

from daemon.errors import PeerError
from daemon.ports import Accepted, Deferred, Outcome, Refused, Unknown

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# The server ends the connection, whatever was asked.
CLOSING = 421
# Our login, our right to send, or our quota: the next mail would fare no better.
_AUTH_CODES = frozenset({530, 534, 535, 538})
_ACCOUNT_STATUSES = frozenset(
    {
        *("5.7.0", "5.7.3", "5.7.8", "5.7.9", "5.7.14", "5.7.57", "5.7.60", "5.7.64", "5.7.139"),
        *("5.1.8", "5.1.90", "5.2.252", "5.4.5", "5.5.1001"),
        *("4.3.2", "4.7.0", "4.7.12", "4.7.28"),
    }
)
_ACCOUNT_PHRASES = (
    "relay access denied",
    "relaying denied",
    "unable to relay",
    "not permitted to relay",
    "authentication required",
    "client was not authenticated",
    "submissionquotaexceeded",
    "sending limit exceeded",
    "too many connections",
    "concurrent connections limit",
)


class Phase(StrEnum):
    """How far a mail has come on the wire."""

    IDLE = "idle"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"


_ANSWERS: Final[Mapping[Phase, Literal["", "sender", "recipient", "text"]]] = MappingProxyType(
    {
        Phase.IDLE: "",
        Phase.MAIL: "sender",
        Phase.RCPT: "recipient",
        Phase.DATA: "text",
        Phase.BODY: "text",
    }
)


def judge(phase: Phase, code: int, text: str) -> Outcome:
    """Say what a reply other than the hoped-for intermediate one means.

    Args:
        phase: The command that the reply answers; BODY for the reply to the final dot.
        code: Three digits; -1 where the reply could not be read.
        text: The reply's text, several lines joined by a line feed.
    """
    reply = reply_line(code, text)
    match code // 100:
        case 2 if phase is Phase.BODY:
            return Accepted(reply=reply)
        case 4:
            return Deferred(reply=reply, is_account_wide=_is_account_wide(phase, code, text))
        case 5:
            is_ours = _is_account_wide(phase, code, text)
            return Refused(reply=reply, is_account_wide=is_ours, at=_ANSWERS[phase])
        case _:
            return broken(phase, f"the server answered {reply!r}")


def broken(phase: Phase, because: str) -> Outcome:
    """Say what a lost, late or unreadable reply means in this phase."""
    match phase:
        case Phase.BODY:
            return Unknown(because=f"no answer after the letter's text: {because}")
        case Phase.IDLE | Phase.MAIL | Phase.RCPT | Phase.DATA:
            return Deferred(reply=f"not sent, at {phase}: {because}")
        case _:
            assert_never(phase)


def login_refused(code: int, text: str) -> PeerError:
    """Translate a refused AUTH. 4xx is the server's trouble and passes."""
    is_ours = code // 100 == 5
    message = f"the SMTP login was refused: {reply_line(code, text)}"
    return PeerError(message, is_permanent=is_ours, is_auth=is_ours)


def told_of(outcome: Outcome, refused: tuple[str, ...], invited: str) -> Outcome:
    """Return what became of a mail, with what is known of those in Cc.

    Args:
        outcome: Of the mail itself.
        refused: A sentence on each who certainly does not get it.
        invited: The one who was being named when the connection ended, empty where none was.
    """
    match outcome:
        case Accepted() | Unknown():
            return replace(outcome, refused_copies=refused)
        case Deferred():
            return replace(outcome, cut_copy=invited)
        case Refused():
            return outcome
        case _:
            assert_never(outcome)


def reply_line(code: int, text: str) -> str:
    """Join code and text in one printable line of at most 500 characters."""
    words = " ".join(text.split())
    printable = "".join(sign if sign.isprintable() else "?" for sign in words)
    return f"{code} {printable}"[:500] if code >= 0 else printable[:500]


def _is_account_wide(phase: Phase, code: int, text: str) -> bool:
    if code == CLOSING or code in _AUTH_CODES:
        return True
    found = _STATUS.search(text)
    status = found.group(0) if found else ""
    if status in _ACCOUNT_STATUSES:
        return True
    # What is refused to the sender as such is refused whoever the recipient is; 5.7.5xx and
    # 5.7.7xx are a provider's verdict on the whole tenant.
    if status.startswith("5.7.") and (
        phase is Phase.MAIL or re.fullmatch(r"5\.7\.[57]\d\d", status)
    ):
        return True
    lowered = text.lower()
    return any(phrase in lowered for phrase in _ACCOUNT_PHRASES)
