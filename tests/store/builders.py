"""Small builders for the store's tests: commits, letters, effects, mails."""

from __future__ import annotations

from datetime import date, datetime

from daemon.core.effects import ForwardToRep, SendLetter
from daemon.core.events import Event, LetterPlanned
from daemon.core.letters import LetterContent
from daemon.core.model import Item
from daemon.core.procedure import Tone
from daemon.core.state import Letter, LetterKind, LetterLine, LetterStage
from daemon.ports import Commit, Fetched, Frozen, Snapshot
from tests.core import builders as core

ACCOUNT = "main/4711"
OTHER = "main/4712"
NOW = core.at("2026-06-11 10:00")
KEY = f"{ACCOUNT}|letter|2026-06-11"


def opened(reference: str, *items: Item, address: str = core.AP) -> Commit:
    """Return the commit that brings an account into the books."""
    facts = core.default_facts(reference=reference, name=f"Debtor {reference}")
    events = core.opening(*items, facts=facts, contacts=(core.contact(address),))
    return Commit(account=facts.account, expected=0, events=events, next_action_at=NOW)


def change(expected: int, *events: Event, account: str = ACCOUNT) -> Commit:
    """Return a commit of events on the given sequence number."""
    return Commit(account=account, expected=expected, events=events, next_action_at=NOW)


def letter(
    key: str = KEY, stage: LetterStage = LetterStage.QUEUED, delivery: int = 1, number: str = "A-1"
) -> Letter:
    """Return a letter about one invoice at the first level."""
    line = LetterLine(number=number, episode=1, level="inquiry", delivery=delivery)
    return Letter(
        key=key,
        kind=LetterKind.LETTER,
        business_date=date(2026, 6, 11),
        recipient=core.AP,
        level="inquiry",
        lines=(line,),
        demanded=(number,),
        stage=stage,
        planned_at=NOW,
    )


def send(key: str = KEY, recipient: str = core.AP) -> SendLetter:
    """Return the effect that puts a letter into the outbox."""
    creditor = core.default_house().creditor
    content = LetterContent(
        creditor=creditor,
        sender=creditor.sender,
        account=ACCOUNT,
        account_name="Debtor AG",
        recipient=recipient,
        recipient_name="",
        copies=(),
        language="de",
        country="DE",
        level="inquiry",
        template="inquiry",
        tone=Tone.FRIENDLY,
        business_date=date(2026, 6, 11),
        demanded=(),
        also_open=(),
        disputed=(),
        credits=(),
        unapplied=(),
        totals=(),
        pay_by=None,
        is_final_notice=False,
        has_broken_promise=False,
        broken_promise_on=None,
        attaches_pdf=False,
        pdfs=(),
        attaches_statement=False,
        is_list_attached=False,
    )
    return SendLetter(key=key, kind=LetterKind.LETTER, content=content)


def planned(expected: int, key: str = KEY, **changes: int) -> Commit:
    """Return the commit that plans a letter and puts it into the outbox."""
    return Commit(
        account=ACCOUNT,
        expected=expected,
        events=(LetterPlanned(letter=letter(key, **changes)),),  # type: ignore[arg-type]
        effects=(send(key),),
        next_action_at=NOW,
    )


def forward(key: str = "forward-1") -> ForwardToRep:
    """Return a question to the owner."""
    return ForwardToRep(
        key=key,
        forward="f1",
        rep=core.OWNER,
        subject="A reply",
        why="It needs you.",
        evidence=("We dispute this.",),
        done=("The invoice rests.",),
        next_if_silent="You are asked again.",
        card=None,
        draft_answer="",
        commands=("resume",),
        mail="",
    )


def frozen(name: str = "letter-1@creditor.example.com") -> Frozen:
    """Return bytes as they will leave."""
    return Frozen(
        raw=b"Subject: x\r\n\r\n\x00\xff",
        message_id=name,
        envelope_from="ar@creditor.example.com",
        envelope_to=core.AP,
    )


def snapshot(name: str = "s1", as_of: str = "2026-06-10", at: datetime = NOW) -> Snapshot:
    """Return an imported ledger."""
    return Snapshot(
        id=name,
        creditor="main",
        feed="open_items",
        source="ledger.csv",
        sha256=f"sha-{name}",
        as_of=core.day(as_of),
        imported_at=at,
        rows=2,
    )


def fetched(uid: int, text: str, message_id: str | None = "m1@debtor.example.org") -> Fetched:
    """Return a mail as fetched, with the trace headers of one delivery."""
    identity = "" if message_id is None else f"Message-ID: <{message_id}>\r\n"
    raw = (
        f"Return-Path: <x{uid}@debtor.example.org>\r\n"
        f"Received: from a\r\n by b id {uid}\r\n"
        f"{identity}From: {core.AP}\r\nSubject: Re\r\n\r\n{text}\r\n"
    ).encode()
    return Fetched(uid=uid, octets=len(raw), raw=raw)
