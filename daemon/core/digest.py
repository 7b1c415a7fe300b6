"""The morning digest of one rep as plain values: what goes out, what waits, what ages.

Composed once per rep and business day; a template only says it. Knows no store or clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daemon.core.conditions import Mode
from daemon.core.money import Money
from daemon.core.state import PromiseOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLetter:
    """A letter that will go on `on`. `veto` is the command line that stops it, if any."""

    on: date
    account: str
    account_name: str
    level: str
    amounts: tuple[Money, ...]
    recipient: str
    invoices: int = 1
    awaits_approval: bool = False
    veto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWaiting:
    """A matter that waits for the rep since `since_on`; `commands` as they can be typed."""

    account: str
    account_name: str
    why: str
    since_on: date
    invoices: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPromise:
    """A promise that is due or was settled; `amount` None = all that is open."""

    account: str
    account_name: str
    invoices: tuple[str, ...]
    promised_on: date
    amount: Money | None
    outcome: PromiseOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDispute:
    """A live dispute and its age in calendar days; `amount` None = the whole invoice."""

    account: str
    account_name: str
    invoice: str
    reason_code: str
    since_on: date
    age_days: int
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestBounce:
    """A contact that mail no longer reaches."""

    account: str
    account_name: str
    address: str
    since_on: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """All that a digest may say to one rep on one business day.

    `letters_today` may still be vetoed; `letters_next` are forecast for the next days. `brakes`
    are sentences on why nothing goes at all (stale ledger, stop, breaker); `notes` are told
    for knowledge (adopted contacts, slip alerts).
    """

    rep: str
    rep_name: str
    on: date
    mode: Mode
    letters_today: tuple[DigestLetter, ...] = ()
    letters_next: tuple[DigestLetter, ...] = ()
    waiting: tuple[DigestWaiting, ...] = ()
    promises_due: tuple[DigestPromise, ...] = ()
    promises_broken: tuple[DigestPromise, ...] = ()
    disputes: tuple[DigestDispute, ...] = ()
    bounced: tuple[DigestBounce, ...] = ()
    brakes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
