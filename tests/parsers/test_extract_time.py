"""Extraction takes time linear in the text: nothing that a sender writes holds it up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import process_time

import pytest

from daemon.core.money import Money
from parsers.clauses import split_sentences
from parsers.evidence import fold, quote
from parsers.extract import extract
from parsers.facts_absence import find_absence
from parsers.facts_dispute import find_reason
from parsers.facts_invoices import tie_invoices
from parsers.facts_promises import find_promises
from parsers.facts_remittance import find_remittance
from parsers.identify import identify
from parsers.judging import Judged
from parsers.mime import decode
from parsers.reading import Context, Intent, OpenItem, Statement

CHARACTERS = 20_000
# Ten times what a quiet machine needs, so that a busy one does not fail the build.
SECONDS_MAX = 3.0
ITEMS = tuple(
    OpenItem(number=f"INV-10{n:02}", open=Money(10050 + 100 * n, "EUR"), due_on=date(2026, 2, 1))
    for n in range(30)
)
CONTEXT = Context(received_at=datetime(2026, 3, 12, 9, tzinfo=UTC), items=ITEMS)
HEAD = "From: a@customer.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"


def filled(pattern: str) -> str:
    return (pattern * (CHARACTERS // len(pattern) + 1))[:CHARACTERS]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("in 5 the 12 may next week on 3. am 4 ", id="dates"),
        pytest.param("12 may 20", id="days and years"),
        pytest.param("1", id="one long number"),
        pytest.param("1 ", id="single digits"),
        pytest.param("1.000 ", id="amounts"),
        pytest.param("1,00 €", id="amounts that touch"),
        pytest.param("INV-10421 INV 20", id="numbers like ours"),
        pytest.param("(", id="brackets"),
        pytest.param('ref "', id="references that never end"),
        pytest.param("ref A A A A A A ", id="references of letters"),
        pytest.param("both the rest all but ", id="descriptions"),
        pytest.param("paid 12,00 on monday, no, I mean tuesday. ", id="payments"),
        pytest.param("back until the ", id="absences"),
    ],
)
def test_a_crafted_text_is_read_in_linear_time(pattern: str) -> None:
    """20,000 characters made to hurt cost a fraction of a second in all fact readers together."""
    raw = (HEAD + filled(pattern)).encode()
    decoded, identity = decode(raw), identify(raw, CONTEXT)
    began = process_time()
    found = extract(decoded, identity, CONTEXT)
    assert found.today is not None
    judged = [
        Judged(
            sentence=one,
            hits=(),
            intents=(Intent.PROMISE_TO_PAY,),
            dates=tuple(d for d in found.dates if one.start <= d.span.start < one.end),
            amounts=tuple(a for a in found.amounts if one.start <= a.span.start < one.end),
        )
        for one in split_sentences(found.text)
    ]
    mentions = found.numbers.mentions
    find_promises(found.text, judged, mentions, frozenset(), found.today)
    find_remittance(found.text, found.amounts, found.past_dates, found.numbers, ITEMS, found.today)
    find_absence(found.text, found.dates, found.today)
    find_reason(fold(found.text))
    statements = [
        Statement(intent=intent, confidence=0.5, evidence=quote(found.text, o.start, o.end))
        for o in found.sentences
        for intent in (Intent.PROMISE_TO_PAY, Intent.DISPUTE)
    ]
    tie_invoices(found.text, statements, mentions)
    spent = process_time() - began

    assert spent < SECONDS_MAX
