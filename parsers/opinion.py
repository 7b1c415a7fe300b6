"""Opinion: what a trained reader thinks of a reply, as probabilities and nothing decided.

Snapped to three decimals, so that the last bits of a processor's arithmetic decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from parsers.reading import Intent

REASON_CODES = (
    "price",
    "quantity",
    "quality",
    "not_delivered",
    "duplicate",
    "wrong_po",
    "tax",
    "already_credited",
    "not_ordered",
    "terms",
    "other",
)
_PLACES = {intent: place for place, intent in enumerate(Intent)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where certainty begins; set from out-of-fold readings by the price of each error.

    `margins` by label in the order of `Intent`: how far it must be before the second.
    `second_min` what the second reader alone must give it. From `grave_max` (whole text),
    `clause_max` (one sentence) and `human_max` on, a serious label or a human is likely.
    """

    margins: tuple[float, ...]
    second_min: float
    grave_max: float
    clause_max: float
    human_max: float

    def margin_of(self, intent: Intent) -> float:
        """Return the margin that a label needs."""
        return self.margins[_PLACES[intent]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Probabilities 0..1 for one reply.

    `scores` by label in the order of `Intent`; `second` the same of the second reader alone
    (words and letters); `human` that a human is needed; `reasons` by code, of a dispute;
    `clauses` a row of scores a sentence, in the order given. `is_whole` False where the text
    was longer than what was read.
    """

    scores: tuple[float, ...]
    second: tuple[float, ...]
    human: float
    reasons: tuple[float, ...]
    limits: Limits
    clauses: tuple[tuple[float, ...], ...] = ()
    is_whole: bool = True

    def of(self, intent: Intent) -> float:
        """Return the probability of one label."""
        return self.scores[_PLACES[intent]]

    def second_of(self, intent: Intent) -> float:
        """Return what the second reader alone gives one label."""
        return self.second[_PLACES[intent]]

    def ranked(self) -> list[tuple[Intent, float]]:
        """Return the labels by probability, best first; ties in order of primacy."""
        return sorted(zip(Intent, self.scores, strict=True), key=lambda pair: -pair[1])

    @property
    def margin(self) -> float:
        """How far the best label is before the second."""
        best, following = sorted(self.scores)[-1:-3:-1]
        return best - following

    def of_clause(self, index: int, intent: Intent) -> float:
        """Return the probability of a label in one clause; 0 where it was not scored."""
        if index >= len(self.clauses):
            return 0.0
        return self.clauses[index][_PLACES[intent]]


class Judge(Protocol):
    """A trained reader of whole replies."""

    def judge(self, text: str, clauses: Sequence[str]) -> Opinion:
        """Return what it thinks of the text and of each of its clauses."""
