"""The facts that a mail yields, and the context that reading it may use.

`identify` gives an `Identity`, `read` a `Reading`; both take bytes and plain values only.
Labels after the labelling guide (16 intents); amounts are `Money` in whole minor units; dates
are calendar dates in the sender's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from daemon.core.money import Money


class Intent(StrEnum):
    """What a reply means; the 16 labels of the guide, in order of primacy."""

    REFUSAL_OR_LEGAL_THREAT = "refusal_or_legal_threat"
    HARDSHIP_OR_INSOLVENCY = "hardship_or_insolvency"
    STOP_REQUEST = "stop_request"
    DISPUTE = "dispute"
    PAYMENT_PLAN_REQUEST = "payment_plan_request"
    EXTENSION_REQUEST = "extension_request"
    REMITTANCE_ADVICE = "remittance_advice"
    ALREADY_PAID_CLAIM = "already_paid_claim"
    PROMISE_TO_PAY = "promise_to_pay"
    CONTACT_CHANGE = "contact_change"
    INFORMATION_REQUEST = "information_request"
    INVOICE_COPY_REQUEST = "invoice_copy_request"
    OUT_OF_OFFICE = "out_of_office"
    OTHER_AUTOMATIC = "other_automatic"
    ACKNOWLEDGEMENT = "acknowledgement"
    UNRELATED = "unrelated"


class Automatic(StrEnum):
    """Whether and how a mail is automatic."""

    NONE = "none"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    OTHER_AUTOMATIC = "other_automatic"


class AuthVerdict(StrEnum):
    """What our own server's Authentication-Results say of the From domain."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


class Severity(StrEnum):
    """How bad a defect is: NOTE changes nothing, DOUBT needs a human, FATAL stops reading."""

    NOTE = "note"
    DOUBT = "doubt"
    FATAL = "fatal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something wrong with the mail: a stable code and a sentence that says what and where."""

    code: str
    sentence: str
    severity: Severity = Severity.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Keys and trust of a mail, from its headers alone.

    Addresses are normalised (lower-cased domain, angle brackets and display name removed).
    `tokens` are candidates found in plus-addresses and in References/In-Reply-To; whether one
    is ours is for the daemon to verify. `references` are bare Message-IDs, newest first.
    `verdict` follows only Authentication-Results of the given authserv-ids.
    """

    message_id: str
    from_address: str
    from_name: str
    from_count: int
    reply_to: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    tokens: tuple[str, ...]
    verdict: AuthVerdict
    is_automatic_by_headers: bool
    is_own: bool
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An open invoice as reading may know it."""

    number: str
    open: Money
    due_on: date | None = None
    issued_on: date | None = None
    purchase_order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What reading may know beside the bytes. Every field may be empty.

    `received_at` is aware, in the sender's zone; dates in the mail resolve against it.
    `items` are the open invoices of the candidate accounts (at most 20 accounts),
    `letter_invoices` those demanded in the letter answered, `letter_text` its text.
    `country` (ISO 3166) and `language` (ISO 639-1) are the account's.
    """

    received_at: datetime | None = None
    country: str = ""
    language: str = ""
    items: tuple[OpenItem, ...] = ()
    letter_invoices: tuple[str, ...] = ()
    letter_text: str = ""
    authserv_ids: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
    model_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quoted span of the new text: `text == new_text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One intent with the invoices it is about (empty: none named, all meant)."""

    intent: Intent
    confidence: float
    evidence: Evidence
    invoices: tuple[str, ...] = ()
    rule: str = ""


class Precision(StrEnum):
    """How exactly a date was said."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date in the text, resolved; `alternatives` are other readings that may be right."""

    on: date
    span: Evidence
    precision: Precision = Precision.DAY
    alternatives: tuple[date, ...] = ()
    is_impossible: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFact:
    """A promised payment. `invoice` None: all open invoices without another intent."""

    on: date
    amount: Money | None
    invoice: str | None
    alternatives: tuple[date, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFact:
    """Why and how much is disputed. `reason` is a code of the guide."""

    reason: str
    amount: Money | None = None
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFact:
    """What a remittance advice says; None where it does not say."""

    amount: Money | None
    reference: str | None
    on: date | None
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceFact:
    """`returns_on` is the first day the person is back; `deputy` an address."""

    returns_on: date | None
    deputy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceFact:
    """A delivery failure: hard or soft by what it means for the address.

    `status` is the enhanced code (5.1.1) where known; `is_delayed` marks a delay notice,
    `is_policy` 5.7.x (our problem, not the address's). `original_message_ids` are those of
    the returned message.
    """

    recipients: tuple[str, ...]
    is_hard: bool
    status: str = ""
    is_delayed: bool = False
    is_policy: bool = False
    original_message_ids: tuple[str, ...] = ()
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attachment as it claims to be: sanitised name, declared and sniffed type, size."""

    name: str
    declared_type: str
    sniffed_type: str
    octets: int
    sha256: str


class Flag(StrEnum):
    """Finer facts of a reading that the core acts upon."""

    UNDATED_PROMISE = "undated_promise"
    CONDITIONAL = "conditional"
    IMPOSSIBLE_DATE = "impossible_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    BANK_CHANGE = "bank_change"
    INSTRUCTS_SOFTWARE = "instructs_software"
    PAYS_WHEN_PAID = "pays_when_paid"
    PAID_UNSEEABLY = "paid_unseeably"
    ANGRY = "angry"
    LAWYER = "lawyer"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    ANSWERABLE = "answerable"
    FILTER_CHALLENGE = "filter_challenge"
    DELAY_NOTICE = "delay_notice"
    ADVERTISING = "advertising"
    LEFT_FOR_GOOD = "left_for_good"
    HAS_REMITTANCE_ATTACHMENT = "has_remittance_attachment"
    FOREIGN_INVOICE_NUMBER = "foreign_invoice_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that a mail says.

    `new_text` is the sender's newest words (no quote, no signature), `quoted_text` the rest.
    `statements` is empty only where nothing could be told; `needs_human` follows the guide,
    and is True whenever certainty is missing. `confidence` is 0..1.
    """

    identity: Identity
    automatic: Automatic
    language: str
    new_text: str
    quoted_text: str
    statements: tuple[Statement, ...]
    promises: tuple[PromiseFact, ...]
    dispute: DisputeFact | None
    remittance: RemittanceFact | None
    absence: AbsenceFact | None
    bounce: BounceFact | None
    new_contact: str | None
    invoices: tuple[str, ...]
    flags: tuple[Flag, ...]
    attachments: tuple[Attachment, ...]
    needs_human: bool
    confidence: float
    because: tuple[str, ...]
    defects: tuple[Defect, ...]
    thread_ids: tuple[str, ...] = ()

    @property
    def intents(self) -> tuple[Intent, ...]:
        """The intents, each once, in order of primacy."""
        found = {statement.intent for statement in self.statements}
        return tuple(intent for intent in Intent if intent in found)
