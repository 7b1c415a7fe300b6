"""The labelled replies that the trained reader learns from: what the checker finds in them."""

from __future__ import annotations

import pytest

from bench.check_replies import Example, examples, faults_of, near_duplicates
from bench.examples import held_out

RECORD: dict[str, object] = {
    "id": "x1",
    "body": "We pay INV-7 on Friday.",
    "received": "2026-11-11T10:00:00+01:00",
    "open_invoices": [{"number": "INV-7", "amount": 10.5, "currency": "EUR", "due": "2026-10-01"}],
}
GOLD: dict[str, object] = {
    "intents": ["promise_to_pay"],
    "needs_human": False,
    "per_invoice": {},
    "promise": [{"date": "2026-11-13", "amount": None, "invoice": "INV-7"}],
    "dispute_reason": None,
    "evidence": [{"intent": "promise_to_pay", "quote": "We pay INV-7 on Friday"}],
}


def test_every_record_follows_the_guide() -> None:
    """Labels, quotes, reasons, fates and dates of all records are sane, and no name is twice."""
    found = examples()

    assert [] == [f"{one.identifier}: {fault}" for one in found for fault in faults_of(one)]
    assert len(found) == len({one.identifier for one in found})
    assert held_out() <= {one.identifier for one in found}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, 0),
        ({"intents": ["promise"]}, 1),
        ({"intents": ["promise_to_pay", "unrelated"]}, 1),
        ({"promise": []}, 1),
        ({"promise": [{"date": "2029-11-13", "invoice": "INV-7"}]}, 1),
        ({"evidence": [{"intent": "promise_to_pay", "quote": "We pay INV-8"}]}, 1),
        ({"dispute_reason": "price"}, 1),
        ({"per_invoice": {"INV-9": "promise_to_pay"}}, 1),
    ],
    ids=["sane", "label", "alone", "no date", "far", "quote", "reason", "fate"],
)
def test_a_fault_is_told(change: dict[str, object], told: int) -> None:
    """Each kind of fault is found, and a sane record has none."""
    example = Example(file="x", record={**RECORD, "gold": {**GOLD, **change}})

    assert told == len(list(faults_of(example)))


def test_replies_that_are_nearly_the_same_are_one_set() -> None:
    """Figures and white space do not tell two replies apart; other words do."""
    texts = {
        "a": "We will pay invoice 4711 on the 12th of March by bank transfer, thank you.",
        "b": "We will pay  invoice 4812 on the 15th of March by bank transfer, thank you!",
        "c": "The goods arrived damaged and we want a credit note for all of them.",
    }

    assert [("a", "b")] == near_duplicates(texts)
