"""What Duly remembers of one account: the fold of its events, and nothing else.

Every value here is rebuilt by `evolve.replay`; no code changes it in any other way. Knows no
mail, store or clock. Holds, promises and letters are kept with their origin, so that
`explain` can name the mail, the command or the ledger that they came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from daemon.core.model import AccountFacts, Contact, Item
from daemon.core.money import Money


class Stage(StrEnum):
    """Where an invoice's sequence stands. Paused is not a stage: it is any live hold."""

    NOT_YET_DUE = "not_yet_due"
    DUNNING = "dunning"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


class HoldReason(StrEnum):
    """Why something rests."""

    PROMISE = "promise"
    PLAN = "plan"
    DISPUTE = "dispute"
    PAYMENT_CLAIMED = "payment_claimed"
    OUT_OF_OFFICE = "out_of_office"
    UNDELIVERABLE = "undeliverable"
    REVIEW = "review"
    HARDSHIP = "hardship"
    LEGAL = "legal"
    STOP_REQUESTED = "stop_requested"
    MANUAL = "manual"
    CONVERSATION = "conversation"
    SOURCE_FLAG = "source_flag"


class HoldScope(StrEnum):
    """What a hold rests on."""

    INVOICE = "invoice"
    CONTACT = "contact"
    ACCOUNT = "account"


class HoldSource(StrEnum):
    """Who opened a hold."""

    MAIL = "mail"
    REP = "rep"
    RULE = "rule"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One reason to rest.

    `subject` is the invoice number, the contact's address or the account's reference, after
    `scope`. It rests through `until_on` (the debtor's local date, inclusive), or until lifted
    where that is None. `awaits_ledger` holds (promise, payment claimed) stay live past
    `until_on` until a ledger with a later as-of has judged them. `origin` is the id of the
    mail, command or snapshot that caused it. `reason_code` and `amount` describe a dispute.
    A hold that waits for money keeps in `baseline` the open balances and in `unapplied` the
    money (positive) that lay unapplied when it was opened; a later ledger is compared with both.
    """

    id: str
    reason: HoldReason
    scope: HoldScope
    subject: str
    since_at: datetime
    until_on: date | None
    source: HoldSource
    origin: str
    because: str
    awaits_ledger: bool = False
    reason_code: str | None = None
    amount: Money | None = None
    evidence: str = ""
    baseline: tuple[Balance, ...] = ()
    unapplied: tuple[Money, ...] = ()

    def is_live(self, today: date) -> bool:
        """Tell whether it still rests on `today` (the debtor's local date)."""
        return self.until_on is None or self.awaits_ledger or today <= self.until_on


class PromiseOutcome(StrEnum):
    """How a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    REPLACED = "replaced"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The open balance of one invoice at a moment."""

    number: str
    open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise to pay: `amount` None = all that is open on `invoices`.

    `baseline` holds the open balances when it was made and `unapplied` the unapplied money
    (positive) on the account then, per currency; judging compares a later ledger with both.
    """

    id: str
    invoices: tuple[str, ...]
    promised_on: date
    amount: Money | None
    made_at: datetime
    origin: str
    hold: str
    baseline: tuple[Balance, ...]
    unapplied: tuple[Money, ...]
    evidence: str = ""
    outcome: PromiseOutcome = PromiseOutcome.OPEN


class LetterKind(StrEnum):
    """The kinds of outgoing mail (DESIGN §2)."""

    LETTER = "letter"
    DELIVERY = "delivery"
    ANSWER = "answer"


class LetterStage(StrEnum):
    """Where a letter stands on its way out."""

    DRAFT = "draft"
    AWAITS_APPROVAL = "awaits_approval"
    QUEUED = "queued"
    TRANSMITTING = "transmitting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    UNDELIVERED = "undelivered"


# In these stages the letter occupies its key and its lines: no second one may be made.
OCCUPYING = frozenset(
    {
        LetterStage.AWAITS_APPROVAL,
        LetterStage.QUEUED,
        LetterStage.TRANSMITTING,
        LetterStage.ACCEPTED,
        LetterStage.UNKNOWN,
    }
)
PENDING = OCCUPYING - {LetterStage.ACCEPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One invoice in a letter, at one level; unique by (invoice, episode, level, delivery)."""

    number: str
    episode: int
    level: str
    delivery: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to the account: `key` is unique by (account, kind, business date).

    `lines` are the demanded invoices whose level this letter advances. `demanded` names every
    invoice that stands in it as demanded. `pay_by` is the date it sets, if any. `ended_at` is
    when it was accepted, refused, withdrawn or found undelivered; `accepted_on` is the local
    date of acceptance, `transmitting_at` the attempt with which it may have left, if any.
    `approved_by` is the rep who approved it. `fingerprint` stands for the rows, amounts and
    addresses it was composed of: another one means the facts have changed. `cut_copies` are
    those in Cc at whom the relay ended the connection, once for each time.
    """

    key: str
    kind: LetterKind
    business_date: date
    recipient: str
    level: str
    lines: tuple[LetterLine, ...]
    demanded: tuple[str, ...]
    stage: LetterStage
    planned_at: datetime
    attempt: int = 0
    transmitting_at: datetime | None = None
    not_before_at: datetime | None = None
    pay_by: date | None = None
    accepted_on: date | None = None
    ended_at: datetime | None = None
    expires_on: date | None = None
    approved_by: str | None = None
    is_with_deputy: bool = False
    is_final_notice: bool = False
    needs_approval: bool = False
    fingerprint: str = ""
    because: str = ""
    cut_copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """A level of one invoice that counts as done: by a letter, at take-on, or by a rep.

    `letter` is the letter's key, empty where no letter of ours stands behind it.
    """

    level: str
    on: date
    letter: str = ""
    pay_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """One invoice's way up its procedure in the present episode.

    `advances` are the accepted levels of this episode, in order. `next_due_on` overrides the
    anchor of the next level: a broken promise makes it due at once, a rep's `level` too.
    `gap_runs_from` is the return of an absent reader, `rested_on` the day on which the last
    lifted hold ended: after either the gap between two levels counts (DESIGN §2).
    `next_template` says the next letter in other words than its level's own.
    `void_deliveries` counts, per level, deliveries that did not arrive.
    """

    number: str
    stage: Stage
    episode: int = 1
    advances: tuple[Advance, ...] = ()
    entry_level: str | None = None
    next_due_on: date | None = None
    gap_runs_from: date | None = None
    promises_made: int = 0
    has_broken_promise: bool = False
    void_deliveries: tuple[tuple[str, int], ...] = ()
    is_taken_on: bool = True
    rested_on: date | None = None
    next_template: str = ""

    def delivery(self, level: str) -> int:
        """Return which delivery of `level` comes next (1 = the first)."""
        return dict(self.void_deliveries).get(level, 0) + 1


class ForwardStage(StrEnum):
    """Where a forward to a rep stands."""

    WAITING = "waiting"
    REPEATED = "repeated"
    WITH_DEPUTY = "with_deputy"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardState:
    """A matter that a rep was asked about: a reply, an approval, a task, an alarm.

    `origin` is the mail id or letter key it is about, `accept` what `accept` would do (the
    proposal's command text), `letter` the approval's letter key, `mail` the inbox id of the
    original where it came from a mail, `commands` those that make sense as answers,
    `caused_by` the sender whose mails are counted (see `core.storm`).
    """

    id: str
    origin: str
    rep: str
    why: str
    sent_at: datetime
    stage: ForwardStage = ForwardStage.WAITING
    invoices: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    accept: str = ""
    letter: str = ""
    mail: str = ""
    commands: tuple[str, ...] = ()
    caused_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """One account: ledger facts, sequences, holds, promises, letters, forwards.

    `items` is ordered by number; `sequences` has one entry per INVOICE item. `sequence` is the
    number of the last event folded in: the compare-and-set of DESIGN §6.8.
    """

    facts: AccountFacts
    contacts: tuple[Contact, ...] = ()
    items: tuple[Item, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    holds: tuple[Hold, ...] = ()
    promises: tuple[Promise, ...] = ()
    letters: tuple[Letter, ...] = ()
    forwards: tuple[ForwardState, ...] = ()
    deputies: tuple[tuple[str, str], ...] = ()
    stranger_reviewed_on: date | None = None
    date_asked: tuple[str, ...] = ()
    sequence: int = 0

    def item(self, number: str) -> Item | None:
        """Return the item of that number, or None."""
        return next((item for item in self.items if item.number == number), None)

    def sequence_of(self, number: str) -> Sequence | None:
        """Return the sequence of that invoice, or None."""
        return next((entry for entry in self.sequences if entry.number == number), None)

    def letter(self, key: str) -> Letter | None:
        """Return the letter of that key, or None."""
        return next((letter for letter in self.letters if letter.key == key), None)

    def live_holds(self, today: date) -> tuple[Hold, ...]:
        """Return every hold that still rests on `today` (the debtor's local date)."""
        return tuple(hold for hold in self.holds if hold.is_live(today))
