"""Small builders for replies: an identity, a reading, a match, the facts of the mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from daemon.core.act_case import MailFacts, folded
from daemon.core.acting import act
from daemon.core.effects import Decision, ForwardToRep, OutgoingKind
from daemon.core.events import LetterAccepted, LetterPlanned, LetterTransmitting
from daemon.core.house import House
from daemon.core.matching import Key, LetterMatch, Match
from daemon.core.state import (
    AccountState,
    Hold,
    Letter,
    LetterKind,
    LetterLine,
    LetterStage,
)
from daemon.core.trust import trust
from parsers.reading import (
    AuthVerdict,
    Automatic,
    Evidence,
    Identity,
    Intent,
    PromiseFact,
    Reading,
    Statement,
)
from tests.core.builders import AP, at, conditions, day, default_house, eur, record

ACCOUNT = "main/4711"


def identity(sender: str = AP, verdict: AuthVerdict = AuthVerdict.PASS) -> Identity:
    """Return what the headers of a mail from `sender` say."""
    return Identity(
        message_id="m1@debtor.example.org",
        from_address=sender,
        from_name="",
        from_count=1,
        reply_to="",
        recipients=("ar@creditor.example.com",),
        subject="Re: your letter",
        sent_at=None,
        in_reply_to=(),
        references=(),
        tokens=(),
        verdict=verdict,
        is_automatic_by_headers=False,
        is_own=False,
    )


def statement(
    intent: Intent, *invoices: str, confidence: float = 0.95, text: str = "as quoted"
) -> Statement:
    """Return one intent with a quoted span."""
    evidence = Evidence(text=text, start=0, end=len(text))
    return Statement(intent=intent, confidence=confidence, evidence=evidence, invoices=invoices)


def reading(*statements: Statement, **changes: object) -> Reading:
    """Return the reading of a human mail that says these statements."""
    plain = Reading(
        identity=identity(),
        automatic=Automatic.NONE,
        language="en",
        new_text="as quoted",
        quoted_text="",
        statements=statements,
        promises=(),
        dispute=None,
        remittance=None,
        absence=None,
        bounce=None,
        new_contact=None,
        invoices=tuple(number for entry in statements for number in entry.invoices),
        flags=(),
        attachments=(),
        needs_human=False,
        confidence=0.95,
        because=(),
        defects=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def promise_reading(
    on: str, *invoices: str, amount: float | None = None, **changes: object
) -> Reading:
    """Return the reading of `we will pay on …`."""
    fact = PromiseFact(
        on=day(on),
        amount=eur(amount) if amount is not None else None,
        invoice=invoices[0] if len(invoices) == 1 else None,
    )
    return reading(
        statement(Intent.PROMISE_TO_PAY, *invoices),
        **({"promises": (fact,)} | changes),
    )


def answered_letter(
    state: AccountState,
    when: str,
    *numbers: str,
    level: str = "inquiry",
    recipient: str = AP,
    stage: LetterStage = LetterStage.ACCEPTED,
) -> AccountState:
    """Return the state after a letter about these invoices went as far as `stage`."""
    instant = at(when)
    on = instant.date()
    letter = Letter(
        key=f"{ACCOUNT}|letter|{on}",
        kind=LetterKind.LETTER,
        business_date=on,
        recipient=recipient,
        level=level,
        lines=tuple(
            LetterLine(number=number, episode=1, level=level, delivery=_delivery(state, number))
            for number in numbers
        ),
        demanded=numbers,
        stage=LetterStage.QUEUED,
        planned_at=instant,
    )
    if stage in (LetterStage.QUEUED, LetterStage.AWAITS_APPROVAL, LetterStage.DRAFT):
        return record(state, instant, LetterPlanned(letter=replace(letter, stage=stage)))
    state = record(state, instant, LetterPlanned(letter=letter))
    state = record(state, instant, LetterTransmitting(key=letter.key, attempt=1))
    if stage is LetterStage.TRANSMITTING:
        return state
    assert stage is LetterStage.ACCEPTED
    return record(state, instant, LetterAccepted(key=letter.key, on=on, reply="250 ok"))


def _delivery(state: AccountState, number: str) -> int:
    entry = state.sequence_of(number)
    return entry.delivery("inquiry") if entry is not None else 1


def matched(state: AccountState, *keys: Key, **changes: object) -> Match:
    """Return a match with this account and its newest letter."""
    letter = state.letters[-1] if state.letters else None
    plain = Match(
        accounts=(state.facts.account,),
        letter=LetterMatch(
            account=state.facts.account,
            key=letter.key,
            kind=OutgoingKind.LETTER,
            recipient=letter.recipient,
            accepted_at=letter.ended_at,
            created_at=letter.planned_at,
        )
        if letter
        else None,
        keys=keys or (Key.TOKEN, Key.ADDRESS),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand


def acted(
    state: AccountState,
    read: Reading,
    when: str,
    *,
    match: Match | None = None,
    mail: str = "mail-1",
    house: House | None = None,
    is_rep_thread: bool = False,
) -> tuple[Decision, AccountState]:
    """Act upon a reply at `when`; return the decision and the state after it."""
    now: datetime = at(when)
    found = match or matched(state)
    decision = act(
        state.facts.account,
        state,
        read,
        found,
        trust(read.identity, found, state),
        MailFacts(id=mail, received_at=now, subject="Re:", from_address=read.identity.from_address),
        conditions(now),
        house or default_house(),
        now,
        is_rep_thread=is_rep_thread,
    )
    return decision, folded(state, decision.events, now)


def holds_of(state: AccountState) -> dict[str, str]:
    """Return the holds as `reason subject` with their end, for tables of tests."""
    return {f"{hold.reason} {hold.subject}": str(hold.until_on) for hold in state.holds}


def the_hold(state: AccountState, reason: str) -> Hold:
    """Return the one hold of a reason."""
    (found,) = (hold for hold in state.holds if hold.reason == reason)
    return found


def the_forward(decision: Decision) -> ForwardToRep:
    """Return the one forward of a decision."""
    (found,) = (effect for effect in decision.effects if isinstance(effect, ForwardToRep))
    return found
