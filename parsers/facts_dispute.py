"""Disputes: the reason code of the guide, and the amount in dispute where the text names one.

Phrases by code, folded and weighed; the heaviest code wins, the earlier one of equals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.facts_dispute_words import FALLBACK, GROUPS
from parsers.facts_dispute_words_more import BILLED, CAME, COUNT, MORE
from parsers.opinion import REASON_CODES
from parsers.reading import DisputeFact, OpenItem

_COMPILED = tuple(
    (
        code,
        tuple((weight, re.compile(words)) for weight, words in (*groups, *MORE.get(code, ()))),
    )
    for code, groups in GROUPS.items()
)
TEXT_MAX = 2_500
MATCHES_MAX = 3
COUNTS_WEIGHT, COUNTS_MAX = 4, 20
_END = re.compile(r"[.!?](?=\s)|\n")
PHRASES_SHARE, PHRASES_FULL = 0.75, 20


def weigh_reasons(folded: str) -> dict[str, int]:
    """Return the weight of each reason code whose words stand in the folded text.

    The first expression of a group counts in full, a second and third one by a quarter each,
    so that a dispute told at length outweighs a word said by the way.
    """
    found: dict[str, int] = {}
    text = folded[:TEXT_MAX]
    for code, groups in _COMPILED:
        total = 0
        for weight, pattern in groups:
            words = {match.group() for match in islice(pattern.finditer(text), MATCHES_MAX)}
            if words:
                total += 4 * weight + weight * (len(words) - 1)
        if code == "quantity" and _has_two_counts(text):
            total += 4 * COUNTS_WEIGHT
        if total:
            found[code] = total
    return found


def _has_two_counts(text: str) -> bool:
    """Whether a sentence sets what was billed beside another number that came."""
    for sentence in _END.split(text):
        if BILLED.search(sentence) and CAME.search(sentence):
            counts = {match.group() for match in islice(COUNT.finditer(sentence), COUNTS_MAX)}
            if len(counts) > 1:
                return True
    return False


def find_reason(folded: str) -> str:
    """Return the reason code for the folded text of the disputing sentences."""
    weights = weigh_reasons(folded)
    if not weights:
        return FALLBACK
    return max(weights, key=lambda code: weights[code])


def likeliest_reason(folded: str, chances: Sequence[float]) -> str:
    """Return the reason code that the words and a trained reader make likeliest together.

    Args:
        folded: The disputing sentences.
        chances: Probabilities by code in the order of `REASON_CODES`; none where none are known.

    Phrases count for at most three quarters of a certainty, shared among the codes by their
    weight; few phrases count for less.
    """
    if not any(chances):
        return find_reason(folded)
    weights = weigh_reasons(folded)
    whole = max(PHRASES_FULL, sum(weights.values()))
    return max(
        REASON_CODES,
        key=lambda code: (
            chances[REASON_CODES.index(code)] + PHRASES_SHARE * weights.get(code, 0) / whole
        ),
    )


def find_dispute(
    folded: str,
    amounts: Sequence[FoundAmount],
    invoices: Sequence[str],
    items: Sequence[OpenItem],
    chances: Sequence[float] = (),
) -> DisputeFact:
    """Read the dispute: its reason, its amount where one smaller than the invoice is named.

    `chances` are a trained reader's, see `likeliest_reason`.
    """
    opens = [item.open for item in items]
    amount: Money | None = amounts[0].money if len(amounts) == 1 else None
    if amount is not None and amount in opens:
        amount = None
    reason = likeliest_reason(folded, chances)
    return DisputeFact(reason=reason, amount=amount, invoices=tuple(invoices))
