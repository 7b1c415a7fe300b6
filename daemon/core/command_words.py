"""The words of the reps: every command as a value, and its accepted form as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daemon.core.money import Money, exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount in major units; `currency` empty where the rep did not write one."""

    value: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Lift what rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Rest for `days` calendar days, or through `until_on`."""

    days: int | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOn:
    """Book a promise of the customer."""

    on: date
    amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFor:
    """Hold as disputed, for a reason code and an amount."""

    code: str
    amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """End a dispute: in our favour, or by a credit note that is still to come."""

    credit: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """The customer has paid; wait for the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Do what the forward proposes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Do not do what the forward proposes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Let a letter go that awaits approval (`key` empty: the one the forward is about)."""

    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Withdraw a letter that has not left, and hold its invoices."""

    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Hold the whole account until `start`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Lift what holds the whole account; take old invoices on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Take the invoices out of dunning, into a person's hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContact:
    """Write to this address from now on."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLevel:
    """Make this level the next one, due today."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Write something into the account's history."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """A letter of unknown fate did not leave: its lines are free again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatAsSent:
    """A letter of unknown fate left: its level counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """List the commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """The reply was misread; `labels` are what it means, as the rep wrote them."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A verb that is planned but not there yet."""

    verb: str


Action = (
    Resume
    | Pause
    | PromiseOn
    | DisputeFor
    | Resolved
    | Paid
    | Accept
    | Decline
    | Approve
    | Veto
    | Stop
    | Start
    | HandOver
    | AddContact
    | SetLevel
    | Note
    | Resend
    | TreatAsSent
    | Help
    | Wrong
    | Later
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: the line as written, what it means, and the invoices it names itself."""

    text: str
    action: Action
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandError:
    """A line that is no command: the line, and the sentence that says what to write."""

    line: str
    sentence: str


def promise_line(on: date, amount: Money | None) -> str:
    """Return the command that books a promise; three decimals alone could be thousands."""
    if amount is None:
        return f"promise {on.isoformat()}"
    more = "0" if exponent(amount.currency) == 3 else ""
    return f"promise {on.isoformat()} {amount.decimal}{more}"


# Verb, accepted form, what it does: shown by `help`, and named in every mistake.
FORMS: tuple[tuple[str, str, str], ...] = (
    ("resume", "resume", "lift what rests; letters go on"),
    ("pause", "pause 14d, or pause until 2026-12-12", "rest for a while"),
    ("promise", "promise 2026-12-12 [400.00]", "book a promise to pay"),
    ("dispute", "dispute price [400.00]", "hold as disputed until resolved"),
    ("resolved", "resolved, or resolved credit 200.00", "end a dispute"),
    ("paid", "paid", "wait for the payment in the ledger"),
    ("accept", "accept", "do what is proposed"),
    ("decline", "decline", "do not do what is proposed"),
    ("approve", "approve", "let the letter go"),
    ("veto", "veto", "withdraw the letter and hold its invoices"),
    ("stop", "stop", "hold the whole account"),
    ("start", "start", "let the account go on; take old invoices on"),
    ("hand over", "hand over", "take the invoices out of dunning"),
    ("contact", "contact name@example.com", "write to this address from now on"),
    ("level", "level reminder", "make this level the next one, due today"),
    ("resend", "resend", "a letter of unknown fate did not leave"),
    ("treat as sent", "treat as sent", "a letter of unknown fate left"),
    ("note", "note any text", "write it into the history"),
    ("help", "help", "this list"),
    ("wrong", "wrong: dispute", "say what a misread mail means; it is learnt from"),
)
