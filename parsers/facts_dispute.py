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
from parsers.reading import DisputeFact, OpenItem

_COMPILED = tuple(
    (code, tuple((weight, re.compile(words)) for weight, words in groups))
    for code, groups in GROUPS.items()
)
TEXT_MAX = 4_000
MATCHES_MAX = 3


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
        if total:
            found[code] = total
    return found


def find_reason(folded: str) -> str:
    """Return the reason code for the folded text of the disputing sentences."""
    weights = weigh_reasons(folded)
    if not weights:
        return FALLBACK
    return max(weights, key=lambda code: weights[code])


def find_dispute(
    folded: str,
    amounts: Sequence[FoundAmount],
    invoices: Sequence[str],
    items: Sequence[OpenItem],
) -> DisputeFact:
    """Read the dispute: its reason, its amount where one smaller than the invoice is named."""
    opens = [item.open for item in items]
    amount: Money | None = amounts[0].money if len(amounts) == 1 else None
    if amount is not None and amount in opens:
        amount = None
    return DisputeFact(reason=find_reason(folded), amount=amount, invoices=tuple(invoices))
