"""The measuring of fields: an oracle that knows the labels, and what counts as right."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bench.check_replies import Example
from bench.fields import Mode, checks_of, oracle_of, read_all
from parsers.reading import Intent

GOLD: dict[str, object] = {
    "intents": ["promise_to_pay", "dispute"],
    "needs_human": True,
    "per_invoice": {"A-1": "promise_to_pay", "A-2": "dispute"},
    "promise": [{"date": "2026-03-20", "amount": None, "invoice": "A-1"}],
    "dispute_reason": "quality",
    "remittance": None,
    "evidence": [
        {"intent": "promise_to_pay", "quote": "A-1 goes out on 20 March."},
        {"intent": "dispute", "quote": "A-2 arrived broken"},
    ],
}
RECORD: dict[str, object] = {
    "id": "one",
    "subject": "Re: reminder",
    "body": "A-1 goes out on 20 March. A-2 arrived broken, so we keep it back.",
    "lang": "en",
    "received": "2026-03-10T09:00:00+00:00",
    "open_invoices": [
        {"number": "A-1", "amount": 10.0, "currency": "EUR", "due": "2026-02-01"},
        {"number": "A-2", "amount": 20.0, "currency": "EUR", "due": "2026-02-01"},
    ],
}


def example(gold: Mapping[str, object]) -> Example:
    return Example(file="own", record={**RECORD, "gold": gold})


def test_the_oracle_scores_each_clause_by_the_quotes() -> None:
    """The labels of a record are sure, and stand in the clauses that its evidence quotes."""
    oracle = oracle_of(example(GOLD), is_blind=False, is_scored=False, trained=None)
    opinion = oracle.judge("", ["A-1 goes out on 20 March.", "A-2 arrived broken, so we"])

    told = [
        [opinion.of_clause(place, intent) > 0.5 for place in (0, 1)]
        for intent in (Intent.PROMISE_TO_PAY, Intent.DISPUTE)
    ]
    assert [[True, False], [False, True]] == told


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param({}, set(), id="all right"),
        pytest.param(
            {"promise": [{"date": "2026-03-21", "amount": None, "invoice": "A-1"}]},
            {"promise_date"},
            id="another day",
        ),
        pytest.param({"dispute_reason": "price"}, {"dispute_reason"}, id="another reason"),
    ],
)
def test_a_field_is_right_only_as_the_record_says(
    change: Mapping[str, object], wrong: set[str]
) -> None:
    """Each field counts by itself: what differs from the record is wrong, and only that."""
    cases = list(read_all([example({**GOLD, **change})], Mode.ORACLE, None))
    found = {check.field for check in checks_of(cases[0]) if not check.is_right}

    assert wrong == found
