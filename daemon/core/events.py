"""What happened to an account, in the past tense. The event log is the truth.

An event is valid by construction and says everything that `evolve` needs; it names the ledger
snapshot, mail, letter or command that it came from. `kind` is the discriminator under which
it is stored. Source: DESIGN §6.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from daemon.core.letter_events import ApprovalPassedOn as ApprovalPassedOn
from daemon.core.letter_events import LetterAccepted as LetterAccepted
from daemon.core.letter_events import LetterApproved as LetterApproved
from daemon.core.letter_events import LetterDeferred as LetterDeferred
from daemon.core.letter_events import LetterEvent as LetterEvent
from daemon.core.letter_events import LetterPlanned as LetterPlanned
from daemon.core.letter_events import LetterPresumed as LetterPresumed
from daemon.core.letter_events import LetterRefused as LetterRefused
from daemon.core.letter_events import LetterTransmitting as LetterTransmitting
from daemon.core.letter_events import LetterUndelivered as LetterUndelivered
from daemon.core.letter_events import LetterUnknown as LetterUnknown
from daemon.core.letter_events import LetterWithdrawn as LetterWithdrawn
from daemon.core.model import AccountFacts, Contact, ContactStatus, Item
from daemon.core.state import (
    Advance,
    ForwardStage,
    ForwardState,
    Hold,
    Promise,
    PromiseOutcome,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountListed:
    """The feed or the configuration describes the account, first or anew."""

    kind: Literal["account_listed"] = "account_listed"
    snapshot: str
    facts: AccountFacts
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsChanged:
    """A ledger names these items, new or changed; others stay as they were."""

    kind: Literal["items_changed"] = "items_changed"
    snapshot: str
    as_of: date
    items: tuple[Item, ...]
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceClosed:
    """Nothing is open on the invoice any more (paid, credited, cleared)."""

    kind: Literal["invoice_closed"] = "invoice_closed"
    number: str
    snapshot: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceReopened:
    """A closed invoice is open again; a new episode begins with its history kept."""

    kind: Literal["invoice_reopened"] = "invoice_reopened"
    number: str
    snapshot: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceEntered:
    """An invoice begins its way: `advances` count as done, `entry_level` comes first.

    `awaits_owner` marks a take-on so old that no letter goes before the owner's word.
    """

    kind: Literal["sequence_entered"] = "sequence_entered"
    number: str
    entry_level: str | None
    advances: tuple[Advance, ...]
    awaits_owner: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSet:
    """A rep chose the next level: a new episode from `level` on, due on `due_on`.

    `template` says the letter in other words than the level's own, empty = the level's.
    """

    kind: Literal["level_set"] = "level_set"
    number: str
    level: str
    due_on: date
    because: str
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The owner has been given the invoice as a task, with the evidence."""

    kind: Literal["handed_over"] = "handed_over"
    number: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven:
    """A level that is a task (a call) was given to the owner; it counts as done."""

    kind: Literal["task_given"] = "task_given"
    number: str
    level: str
    on: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOpened:
    """Something rests."""

    kind: Literal["hold_opened"] = "hold_opened"
    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted:
    """A hold ended before its time, or was judged."""

    kind: Literal["hold_lifted"] = "hold_lifted"
    hold: str
    on: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade:
    """A customer promised a payment."""

    kind: Literal["promise_made"] = "promise_made"
    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSettled:
    """A promise was judged by a ledger, replaced by a later one, or suspended by a dispute."""

    kind: Literal["promise_settled"] = "promise_settled"
    promise: str
    outcome: PromiseOutcome
    on: date
    snapshot: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCrossed:
    """A mail arrived after the letter's `transmitting` commit: the two crossed."""

    kind: Literal["mail_crossed"] = "mail_crossed"
    key: str
    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged:
    """An address became unusable, usable again, or new (`contact` holds it as it is now)."""

    kind: Literal["contact_changed"] = "contact_changed"
    contact: Contact
    was: ContactStatus | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAbsent:
    """An absence note: the level counts, and the next gap runs from the return."""

    kind: Literal["contact_absent"] = "contact_absent"
    address: str
    returns_on: date
    deputy: str | None
    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyApplied:
    """A reply was read and acted upon. `place` is where it ended: applied, filed, forwarded."""

    kind: Literal["reply_applied"] = "reply_applied"
    mail: str
    intents: tuple[str, ...]
    invoices: tuple[str, ...]
    place: Literal["applied", "filed", "forwarded"]
    is_stranger: bool
    on: date
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepAsked:
    """A matter was forwarded to a rep."""

    kind: Literal["rep_asked"] = "rep_asked"
    forward: ForwardState


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardMoved:
    """A forward was repeated, passed to the deputy, answered or closed."""

    kind: Literal["forward_moved"] = "forward_moved"
    forward: str
    stage: ForwardStage
    rep: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandApplied:
    """A rep's command, by mail or command line, with what stood before and after."""

    kind: Literal["command_applied"] = "command_applied"
    command: str
    by: str
    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCorrected:
    """A rep said what a mail really means: an example to learn from. Changes no state."""

    kind: Literal["reading_corrected"] = "reading_corrected"
    mail: str
    intents: tuple[str, ...]
    by: str


Event = Annotated[
    AccountListed
    | ItemsChanged
    | InvoiceClosed
    | InvoiceReopened
    | SequenceEntered
    | LevelSet
    | HandedOver
    | TaskGiven
    | HoldOpened
    | HoldLifted
    | PromiseMade
    | PromiseSettled
    | LetterEvent
    | MailCrossed
    | ContactChanged
    | ContactAbsent
    | ReplyApplied
    | RepAsked
    | ForwardMoved
    | CommandApplied
    | ReadingCorrected,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event with its place in the account's log. `at` is the aware UTC instant."""

    account: str
    sequence: int
    at: datetime
    event: Event
