"""What happened to a letter, in the past tense; a part of the event log.

A letter is planned, perhaps approved, transmitted, and then accepted, deferred, refused or
unknown; what was accepted may come back undelivered. Source: DESIGN §6.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from daemon.core.state import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlanned:
    """A letter was decided; `letter.stage` is DRAFT, AWAITS_APPROVAL or QUEUED."""

    kind: Literal["letter_planned"] = "letter_planned"
    letter: Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterApproved:
    """A rep approved a letter that awaited approval."""

    kind: Literal["letter_approved"] = "letter_approved"
    key: str
    by: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPassedOn:
    """Nobody approved in time; the deputy is asked until `expires_on`."""

    kind: Literal["approval_passed_on"] = "approval_passed_on"
    key: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTransmitting:
    """All blockers were checked; the first byte may leave after this is committed."""

    kind: Literal["letter_transmitting"] = "letter_transmitting"
    key: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAccepted:
    """The relay accepted it (`reply`), or evidence showed that it had."""

    kind: Literal["letter_accepted"] = "letter_accepted"
    key: str
    on: date
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDeferred:
    """The relay refused for now, or the claim was undone; it is queued again.

    `cut_copy` is the one in Cc at whom the relay ended the connection, empty where at none.
    """

    kind: Literal["letter_deferred"] = "letter_deferred"
    key: str
    not_before_at: datetime
    reply: str
    cut_copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRefused:
    """The relay refused for good; the lines are free again, with the next delivery number."""

    kind: Literal["letter_refused"] = "letter_refused"
    key: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUnknown:
    """The connection broke after the first byte: nobody knows; the key stays occupied."""

    kind: Literal["letter_unknown"] = "letter_unknown"
    key: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPresumed:
    """It had not left when a backup was made, and may have left since: the key stays occupied."""

    kind: Literal["letter_presumed"] = "letter_presumed"
    key: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWithdrawn:
    """It will not go: facts changed, a veto, an expired approval. Its lines are free again."""

    kind: Literal["letter_withdrawn"] = "letter_withdrawn"
    key: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUndelivered:
    """It bounced: its lines are voided and may be delivered again to another address."""

    kind: Literal["letter_undelivered"] = "letter_undelivered"
    key: str
    address: str
    because: str


LetterEvent = (
    LetterPlanned
    | LetterApproved
    | ApprovalPassedOn
    | LetterTransmitting
    | LetterAccepted
    | LetterDeferred
    | LetterRefused
    | LetterUnknown
    | LetterPresumed
    | LetterWithdrawn
    | LetterUndelivered
)
