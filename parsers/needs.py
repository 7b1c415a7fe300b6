"""Whether a reading needs a human, after the labelling guide: every reason as a sentence."""

from __future__ import annotations

from parsers.absence import is_only_absence
from parsers.extract import READ_MAX
from parsers.intents import Verdict
from parsers.judging import Judged
from parsers.promise_doubts import day_doubts
from parsers.reading import Automatic, Context, Flag, Intent, Reading
from parsers.rules import Strength, Topic

ALWAYS: dict[Intent, str] = {
    Intent.DISPUTE: "The customer disputes an invoice.",
    Intent.HARDSHIP_OR_INSOLVENCY: "The customer cannot pay.",
    Intent.REFUSAL_OR_LEGAL_THREAT: "The customer refuses to pay or threatens with the law.",
    Intent.STOP_REQUEST: "The customer wants the contact to stop.",
    Intent.PAYMENT_PLAN_REQUEST: "The customer asks for instalments.",
    Intent.EXTENSION_REQUEST: "The customer asks for more time.",
    Intent.UNRELATED: "Whether the mail matters is not for the rules to say.",
}
FLAGGED: dict[Flag, str] = {
    Flag.INSTRUCTS_SOFTWARE: "The text tries to instruct the software.",
    Flag.PAYS_WHEN_PAID: "The customer pays when somebody else has paid.",
    Flag.PAID_UNSEEABLY: "The payment went a way that the bank statement cannot show.",
    Flag.IMPOSSIBLE_DATE: "A date does not exist.",
    Flag.ENCRYPTED: "The mail is encrypted.",
    Flag.FOREIGN_INVOICE_NUMBER: "A number looks like one of our invoices, but none is open.",
    Flag.BANK_CHANGE: "Bank details are said to have changed.",
    Flag.HAS_REMITTANCE_ATTACHMENT: "A remittance advice is attached.",
    Flag.UNREADABLE: "The mail cannot be read.",
    Flag.EMPTY: "The reply has no words of its own.",
}


PAID = frozenset({Intent.ALREADY_PAID_CLAIM, Intent.REMITTANCE_ADVICE})
AWAY_MIN = 0.1
MUCH_MORE = 2
PLAIN = frozenset(Intent) - {Intent.PROMISE_TO_PAY}


def human_reasons(reading: Reading, verdict: Verdict, context: Context) -> tuple[str, ...]:
    """Return why a human must see the mail; empty where nothing asks for one."""
    labels = set(reading.intents)
    trained = verdict.opinion is not None
    reasons = [
        sentence
        for intent, sentence in ALWAYS.items()
        if intent in labels and not (trained and intent is Intent.UNRELATED)
    ]
    if reading.automatic is Automatic.NONE and len(reading.new_text) > READ_MAX:
        reasons.append("The reply is longer than what was read at once.")
    reasons += [sentence for flag, sentence in FLAGGED.items() if flag in reading.flags]
    is_claim = labels & PAID
    if is_claim and Flag.ANGRY in reading.flags:
        reasons.append("The customer says in anger that it is paid.")
    is_asking = Intent.INFORMATION_REQUEST in labels
    if is_asking and not trained and not is_answerable(verdict.judged):
        reasons.append("The question cannot be answered from the ledger.")
    if Intent.CONTACT_CHANGE in labels:
        reasons += _contact_reasons(reading)
    if is_claim:
        reasons += _payment_reasons(reading, context)
    if Intent.PROMISE_TO_PAY in labels:
        reasons += _promise_reasons(reading, verdict, context)
    bounce = reading.bounce
    if bounce is not None and bounce.is_hard and not bounce.is_delayed:
        reasons.append("The reminder did not reach its address.")
    if reading.automatic is Automatic.BOUNCE and bounce is None:
        reasons.append("A delivery report could not be read.")
    if Flag.FILTER_CHALLENGE in reading.flags:
        reasons.append("A spam filter wants an answer before it delivers.")
    return tuple(reasons)


def is_answerable(judged: tuple[Judged, ...]) -> bool:
    """Whether every question asks for a fact of the ledger or the master records."""
    asking = [one for one in judged if Intent.INFORMATION_REQUEST in one.intents]
    return bool(asking) and all(
        one.has(Topic.INFORMATION, Strength.ANSWERABLE)
        and not one.has(Topic.INFORMATION, Strength.HUMAN)
        for one in asking
    )


def _contact_reasons(reading: Reading) -> list[str]:
    contact = reading.new_contact
    if contact is None:
        return ["The contact changes, but no address is named."]
    sender = reading.identity.from_address.rpartition("@")[2].lower()
    if not sender or contact.rpartition("@")[2].lower() != sender:
        return ["The new contact is not in the sender's domain."]
    return []


def _payment_reasons(reading: Reading, context: Context) -> list[str]:
    """Payments that can hardly be for what is open. Where the items are unknown, or one that is
    settled already is named, the sum says nothing."""
    told = reading.remittance
    if told is None or told.amount is None or not context.items:
        return []
    known = [item for item in context.items if item.open.currency == told.amount.currency]
    if not known:
        return ["The payment is in a currency in which nothing is open."]
    if any(item.number in told.invoices and not item.open.minor for item in known):
        return []
    open_ones = [item.open.minor for item in known]
    if told.amount.minor > MUCH_MORE * sum(open_ones):
        return ["The payment is far more than all that is open."]
    return []


def _promise_reasons(reading: Reading, verdict: Verdict, context: Context) -> list[str]:
    reasons: list[str] = []
    if not reading.promises:
        reasons.append("A payment is announced, but no date could be tied to it.")
    opinion = verdict.opinion
    is_away = opinion is None or opinion.of(Intent.OUT_OF_OFFICE) >= AWAY_MIN
    if is_away and is_only_absence(reading.new_text):
        reasons.append("The day may be that of a return and not of a payment.")
    moment = context.received_at or reading.identity.sent_at
    if moment is not None:
        if any(p.on < moment.date() for p in reading.promises):
            reasons.append("The promised date has passed already.")
        if opinion is not None:
            reasons += day_doubts(reading.new_text, verdict.judged, reading.promises, moment.date())
    numbers = {item.number for item in context.items}
    named = {p.invoice for p in reading.promises if p.invoice is not None}
    is_open_ended = any(p.invoice is None for p in reading.promises)
    told = {n for one in reading.statements for n in one.invoices if one.intent in PLAIN} | named
    named_all = set(reading.invoices)
    is_partly_named = bool(named_all - told) and not named_all >= numbers
    is_partly_named = is_partly_named or (is_open_ended and 0 < len(named_all) < len(numbers))
    is_all = named >= numbers or (is_open_ended and numbers.isdisjoint(told))
    if len(numbers) > 1 and is_all and set(reading.intents) & PAID:
        reasons.append("All invoices are promised, and one is said to be paid.")
    if len(numbers) > 1 and ((is_open_ended and named) or is_partly_named):
        reasons.append("It is not clear which invoices the promise is for.")
    return reasons
