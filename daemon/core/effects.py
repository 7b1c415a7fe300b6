"""What shall be done, in the imperative. Effects go to the outbox in the deciding transaction.

Nothing is sent from anywhere else. Every effect has a `key`, unique in the outbox, so that
deciding twice sends once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from daemon.core.digest import DigestContent
from daemon.core.events import Event
from daemon.core.letters import LetterContent
from daemon.core.state import LetterKind


class OutgoingKind(StrEnum):
    """What leaves."""

    LETTER = "letter"
    DELIVERY = "delivery"
    ANSWER = "answer"
    FORWARD = "forward"
    ECHO = "echo"
    DIGEST = "digest"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetter:
    """Put a customer letter into the outbox; its state is the account's `Letter` of `key`."""

    key: str
    kind: LetterKind
    content: LetterContent


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One invoice on the account card of a forward."""

    number: str
    due_on: date
    days_overdue: int
    open: str
    stage: str
    level: str
    holds: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """What a rep needs to know of the account at a glance; amounts already formatted."""

    account: str
    name: str
    owner: str
    country: str
    language: str
    contacts: tuple[str, ...]
    open_totals: tuple[str, ...]
    rows: tuple[CardRow, ...]
    promises: tuple[str, ...]
    last_letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardToRep:
    """Ask a rep: why, the quoted evidence, what was done, what follows if nobody answers.

    `mail` is the inbox id of the original to attach as message/rfc822 (empty: none),
    `letter` the key of a letter whose rendering is quoted (approvals). `commands` are the
    commands that make sense, ready to type. `draft_answer` is text for the customer.
    """

    key: str
    forward: str
    rep: str
    subject: str
    why: str
    evidence: tuple[str, ...]
    done: tuple[str, ...]
    next_if_silent: str
    card: AccountCard | None
    draft_answer: str
    commands: tuple[str, ...]
    mail: str
    letter: str = ""
    is_suspicious: bool = False
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoToRep:
    """Tell the rep what a command did: before, after, and how to undo it."""

    key: str
    rep: str
    subject: str
    lines: tuple[str, ...]
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOperator:
    """An alarm or notice to reps.operator: breaker, paused sending, quarantined mail."""

    key: str
    subject: str
    lines: tuple[str, ...]
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigest:
    """The morning digest of one rep."""

    key: str
    rep: str
    content: DigestContent


Effect = SendLetter | ForwardToRep | EchoToRep | TellOperator | SendDigest


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one decision over one account yields.

    `events` go to the log in this order, `effects` to the outbox in the same transaction.
    `next_action_at` (aware UTC) is when the account must be looked at again: may be early,
    never late; None only for an account with nothing open.
    """

    events: tuple[Event, ...]
    effects: tuple[Effect, ...]
    next_action_at: datetime | None
    because: tuple[str, ...] = ()
