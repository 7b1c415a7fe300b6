"""The table of replies: what each says, the holds it opens, the place where it ends."""

from __future__ import annotations

from dataclasses import replace

from daemon.core.state import AccountState
from parsers.reading import (
    AbsenceFact,
    Automatic,
    Defect,
    DisputeFact,
    Flag,
    Intent,
    RemittanceFact,
    Severity,
)
from tests.core.builders import (
    AP,
    account,
    day,
    eur,
    invoice,
)
from tests.core.replies import (
    answered_letter,
    promise_reading,
    reading,
    statement,
)

# Thursday; the letter went the day before, about INV-1 and INV-2. INV-3 is not due yet.
TODAY = "2026-06-11"


CONVERSATION = {"conversation 4711": "2026-06-16"}


LONG_CONVERSATION = {"conversation 4711": "2026-06-18"}


STRANGER = "someone@elsewhere.example.net"


COLLEAGUE = "new@debtor.example.org"


TABLE = {
    "promise": (
        promise_reading("2026-06-24", "INV-1"),
        {"promise INV-1": "2026-06-29"} | CONVERSATION,
        "applied",
    ),
    "acknowledgement": (
        reading(statement(Intent.ACKNOWLEDGEMENT)),
        LONG_CONVERSATION,
        "forwarded",
    ),
    "plan": (
        reading(statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"), needs_human=True),
        {"review INV-1": "None"} | CONVERSATION,
        "forwarded",
    ),
    "extension": (
        reading(statement(Intent.EXTENSION_REQUEST), needs_human=True),
        {"review INV-1": "None", "review INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
    "dispute": (
        reading(
            statement(Intent.DISPUTE, "INV-2"),
            dispute=DisputeFact(reason="price", amount=eur(40)),
            needs_human=True,
        ),
        {"dispute INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
    "remittance": (
        reading(
            statement(Intent.REMITTANCE_ADVICE),
            remittance=RemittanceFact(
                amount=eur(300), reference="R1", on=day("2026-06-10"), invoices=("INV-2",)
            ),
        ),
        {"payment_claimed INV-2": "2026-06-18"} | CONVERSATION,
        "applied",
    ),
    "already paid": (
        reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1")),
        {"payment_claimed INV-1": "2026-06-18"} | CONVERSATION,
        "applied",
    ),
    "paid in cash": (
        reading(statement(Intent.ALREADY_PAID_CLAIM, "INV-1"), flags=(Flag.PAID_UNSEEABLY,)),
        {"payment_claimed INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "copy": (
        reading(statement(Intent.INVOICE_COPY_REQUEST, "INV-1")),
        CONVERSATION,
        "forwarded",
    ),
    "question": (
        reading(statement(Intent.INFORMATION_REQUEST), needs_human=True),
        LONG_CONVERSATION,
        "forwarded",
    ),
    "hardship": (
        reading(statement(Intent.HARDSHIP_OR_INSOLVENCY), needs_human=True),
        {"hardship 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "stop": (
        reading(statement(Intent.STOP_REQUEST), needs_human=True),
        {"stop_requested 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "refusal of one invoice": (
        reading(statement(Intent.REFUSAL_OR_LEGAL_THREAT, "INV-2"), needs_human=True),
        {"legal INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
    "refusal naming none": (
        reading(statement(Intent.REFUSAL_OR_LEGAL_THREAT), needs_human=True),
        {"legal 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "lawyer": (
        reading(statement(Intent.REFUSAL_OR_LEGAL_THREAT, "INV-2"), flags=(Flag.LAWYER,)),
        {"legal 4711": "None"} | CONVERSATION,
        "forwarded",
    ),
    "out of office": (
        reading(
            statement(Intent.OUT_OF_OFFICE),
            automatic=Automatic.OUT_OF_OFFICE,
            absence=AbsenceFact(returns_on=day("2026-06-22"), deputy=None),
        ),
        {f"out_of_office {AP}": "2026-06-23"},
        "applied",
    ),
    "ticket receipt": (
        reading(statement(Intent.OTHER_AUTOMATIC), automatic=Automatic.AUTO_REPLY),
        {},
        "filed",
    ),
    "filter challenge": (
        reading(
            statement(Intent.OTHER_AUTOMATIC),
            automatic=Automatic.OTHER_AUTOMATIC,
            flags=(Flag.FILTER_CHALLENGE,),
        ),
        {},
        "forwarded",
    ),
    "advertising": (
        reading(statement(Intent.UNRELATED), flags=(Flag.ADVERTISING,)),
        {},
        "filed",
    ),
    "another matter": (
        reading(statement(Intent.UNRELATED)),
        LONG_CONVERSATION,
        "forwarded",
    ),
    "part paid, part disputed": (
        replace(
            promise_reading("2026-06-24", "INV-1", amount=1100),
            statements=(
                statement(Intent.PROMISE_TO_PAY, "INV-1"),
                statement(Intent.DISPUTE, "INV-1"),
            ),
            dispute=DisputeFact(reason="quality", amount=eur(100)),
            needs_human=True,
        ),
        {"dispute INV-1": "None", "promise INV-1": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "two invoices, two fates": (
        replace(
            promise_reading("2026-06-24"),
            statements=(
                statement(Intent.PROMISE_TO_PAY),
                statement(Intent.DISPUTE, "INV-1"),
            ),
            invoices=("INV-1",),
            needs_human=True,
        ),
        {"dispute INV-1": "None", "promise INV-2": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "conditional promise": (
        promise_reading("2026-06-24", "INV-1", flags=(Flag.CONDITIONAL,)),
        {"review INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "promise that a person should see": (
        promise_reading("2026-06-24", "INV-1", needs_human=True),
        {"promise INV-1": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "unsure promise": (
        promise_reading(
            "2026-06-24",
            "INV-1",
            statements=(statement(Intent.PROMISE_TO_PAY, "INV-1", confidence=0.4),),
        ),
        {"review INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "unsure dispute": (
        reading(statement(Intent.DISPUTE, "INV-1", confidence=0.4), needs_human=True),
        {"dispute INV-1": "None"} | CONVERSATION,
        "forwarded",
    ),
    "a mere guess at a dispute": (
        reading(statement(Intent.DISPUTE, "INV-1", confidence=0.1), needs_human=True),
        {"review INV-1": "None"} | CONVERSATION,
        "forwarded",
    ),
    "a date beside a plan that is asked for": (
        promise_reading(
            "2026-06-24",
            "INV-1",
            statements=(
                statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1"),
                statement(Intent.PROMISE_TO_PAY, "INV-1"),
            ),
            needs_human=True,
        ),
        {"review INV-1": "None", "promise INV-1": "2026-06-29"} | CONVERSATION,
        "forwarded",
    ),
    "remittance as attachment": (
        reading(
            statement(Intent.REMITTANCE_ADVICE, "INV-1"), flags=(Flag.HAS_REMITTANCE_ATTACHMENT,)
        ),
        {"payment_claimed INV-1": "2026-06-18"} | CONVERSATION,
        "forwarded",
    ),
    "nothing readable": (
        reading(
            flags=(Flag.UNREADABLE,),
            defects=(Defect(code="x", sentence="It is garbled.", severity=Severity.FATAL),),
        ),
        {"review INV-1": "None", "review INV-2": "None"} | CONVERSATION,
        "forwarded",
    ),
}


def two_overdue() -> AccountState:
    """Two overdue invoices, one not yet due; the inquiry about the two went yesterday."""
    opened = account(
        invoice("INV-1", "2026-06-01", 1200),
        invoice("INV-2", "2026-06-02", 300),
        invoice("INV-3", "2026-07-15", 50),
    )
    return answered_letter(opened, "2026-06-10", "INV-1", "INV-2")
