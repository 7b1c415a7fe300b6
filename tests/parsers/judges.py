"""A trained reader of fixed opinions, for tests of what the rules do with an opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.opinion import REASON_CODES, Limits, Opinion
from parsers.reading import Intent, Reading
from parsers.record import read_record

LIMITS = Limits(
    margins=(0.4,) * len(Intent), second_min=0.2, grave_max=0.2, clause_max=0.6, human_max=0.4
)
INVOICES = ("INV-7", "INV-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A trained reader of fixed opinions: these labels for the text and for every clause."""

    scores: dict[Intent, float]
    human: float = 0.05

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return the fixed opinion."""
        row = tuple(self.scores.get(intent, 0.01) for intent in Intent)
        return Opinion(
            scores=row,
            second=row,
            human=self.human,
            reasons=(0.9, *(0.01,) * (len(REASON_CODES) - 1)),
            limits=LIMITS,
            clauses=tuple(row for _ in clauses),
        )


PROMISE = Fixed(scores={Intent.PROMISE_TO_PAY: 0.97})


def reading(body: str, reader: Fixed, language: str = "", invoices: int = 1) -> Reading:
    """Read a reply of Wednesday 11 November 2026 by somebody who owes one or two invoices."""
    return read_record(
        {
            "body": body,
            "lang": language,
            "headers": {"From": "Ada Kern <ada@kern.example>"},
            "received": "2026-11-11T10:00:00+01:00",
            "open_invoices": [
                {"number": number, "amount": 10.5, "currency": "EUR", "due": "2026-10-01"}
                for number in INVOICES[:invoices]
            ],
        },
        reader,
    )
