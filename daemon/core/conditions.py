"""What a decision must know of the world beside the account: freshness, mode, brakes.

Gathered by a round in one read, passed as a value. Knows no store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Mode(StrEnum):
    """How letters leave: not at all, to one internal address, or to customers."""

    DRAFT = "draft"
    REDIRECT = "redirect"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The world at one decision.

    `ledger_as_of` is the as-of date of the newest snapshot, `snapshot` its id; None before the
    first import. `inbox_checked_at` is the last successful search of the inbox (UTC).
    `unapplied_mails` are ids of mail fetched for this account, or matched to none yet, that
    are not yet applied. `letters_today` counts today's customer letters over all accounts,
    `went_live_on` is the business date of `start --live`.
    """

    mode: Mode
    ledger_as_of: date | None
    snapshot: str
    inbox_checked_at: datetime | None
    unapplied_mails: tuple[str, ...] = ()
    is_stopped: bool = False
    stopped_because: str = ""
    is_breaker_open: bool = False
    breaker_because: str = ""
    letters_today: int = 0
    went_live_on: date | None = None
    first_import_on: date | None = None
