"""History: each event as a sentence that a clerk understands.

`explain` and the demonstration print it; nothing is decided here.
"""

from __future__ import annotations

from typing import assert_never

from daemon.core import events as e
from daemon.core.state import Hold


def describe(event: e.Event) -> str:
    """Return the event as one sentence, without the instant."""
    match event:
        case (
            e.AccountListed()
            | e.ItemsChanged()
            | e.InvoiceClosed()
            | e.InvoiceReopened()
            | e.SequenceEntered()
            | e.LevelSet()
            | e.HandedOver()
            | e.TaskGiven()
        ):
            return describe_ledger(event)
        case e.HoldOpened(hold=hold):
            return f"hold {hold.reason.value} on {hold.subject} {until(hold)}: {hold.because}"
        case e.HoldLifted(hold=hold_id, because=because):
            return f"hold lifted ({hold_id.split('|')[0]}): {because}"
        case e.PromiseMade(promise=promise):
            amount = f"{promise.amount} of " if promise.amount else ""
            numbers = ", ".join(promise.invoices)
            return f"promise: {amount}{numbers} by {promise.promised_on}"
        case e.PromiseSettled(outcome=outcome, because=because):
            return f"promise {outcome.value.replace('_', ' ')}: {because}"
        case e.ContactChanged(contact=contact, because=because):
            return f"contact {contact.address} is {contact.status.value}: {because}"
        case e.ContactAbsent(address=address, returns_on=returns_on, deputy=deputy):
            stand_in = f"; deputy {deputy}" if deputy else ""
            return f"{address} is away, back on {returns_on}{stand_in}"
        case e.ReplyApplied(intents=intents, place=place, because=because):
            return f"reply read as {', '.join(intents) or 'nothing certain'}, {place}: {because}"
        case e.RepAsked(forward=forward):
            return f"{forward.rep} was asked: {forward.why}"
        case e.ForwardMoved(stage=stage, rep=rep):
            return f"the question to {rep} is {stage.value.replace('_', ' ')}"
        case e.CommandApplied(by=by, text=text, after=after):
            return f"{by} said {text!r}: {after}"
        case e.ReadingCorrected(intents=intents, by=by):
            return f"{by} said what the mail really means: {', '.join(intents)}"
        case e.MailCrossed(key=key):
            return f"a mail crossed with the letter {key}"
        case _:
            return describe_letter(event)


def until(hold: Hold) -> str:
    """Say how long a hold rests."""
    if hold.until_on is None:
        return "until lifted"
    return f"through {hold.until_on}" + (", then judged" if hold.awaits_ledger else "")


LedgerEvent = (
    e.AccountListed
    | e.ItemsChanged
    | e.InvoiceClosed
    | e.InvoiceReopened
    | e.SequenceEntered
    | e.LevelSet
    | e.HandedOver
    | e.TaskGiven
)


def describe_ledger(event: LedgerEvent) -> str:
    """Describe what a ledger or a rep changed on invoices."""
    match event:
        case e.AccountListed(facts=facts, contacts=contacts):
            addresses = ", ".join(contact.address for contact in contacts) or "no address"
            return f"listed as {facts.name} ({addresses})"
        case e.ItemsChanged(as_of=as_of, items=items):
            rows = ", ".join(f"{item.number} open {item.open}" for item in items)
            return f"ledger as of {as_of}: {rows}"
        case e.InvoiceClosed(number=number, because=because):
            return f"{number} closed: {because}"
        case e.InvoiceReopened(number=number, because=because):
            return f"{number} reopened: {because}"
        case e.SequenceEntered(number=number, because=because):
            return f"{number} enters: {because}"
        case e.LevelSet(number=number, level=level, because=because):
            return f"{number} set to {level}: {because}"
        case e.HandedOver(number=number, because=because):
            return f"{number} handed over: {because}"
        case e.TaskGiven(number=number, because=because):
            return f"task for the rep on {number}: {because}"
        case _:
            assert_never(event)


LetterEvent = (
    e.LetterPlanned
    | e.LetterApproved
    | e.ApprovalPassedOn
    | e.LetterTransmitting
    | e.LetterAccepted
    | e.LetterDeferred
    | e.LetterRefused
    | e.LetterUnknown
    | e.LetterPresumed
    | e.LetterWithdrawn
    | e.LetterUndelivered
)


def describe_letter(event: LetterEvent) -> str:
    """Describe a letter's way out."""
    match event:
        case e.LetterPlanned(letter=letter):
            numbers = ", ".join(line.number for line in letter.lines)
            stage = letter.stage.value.replace("_", " ")
            return f"letter {letter.level} to {letter.recipient} for {numbers} ({stage})"
        case e.LetterApproved(by=by):
            return f"letter approved by {by}"
        case e.ApprovalPassedOn(expires_on=expires_on):
            return f"nobody approved in time; the deputy is asked until {expires_on}"
        case e.LetterTransmitting(attempt=attempt):
            return f"letter being sent (attempt {attempt})"
        case e.LetterAccepted(on=on, reply=reply):
            return f"letter accepted on {on}: {reply}"
        case e.LetterDeferred(not_before_at=later, reply=reply):
            return f"letter put off until {later:%Y-%m-%d %H:%M} UTC: {reply}"
        case e.LetterRefused(reply=reply):
            return f"letter refused: {reply}"
        case e.LetterUnknown(because=because) | e.LetterPresumed(because=because):
            return f"nobody knows whether the letter left: {because}"
        case e.LetterWithdrawn(because=because):
            return f"letter withdrawn: {because}"
        case e.LetterUndelivered(address=address, because=because):
            return f"letter to {address} came back: {because}"
        case _:
            assert_never(event)
