"""Remittance advices: what was paid, when, under which reference, for which invoices.

The sentences that tell of a payment decide; a table without such a sentence counts whole. The
sum and the open items explain each other: invoices that add up to it are those it settles.
What the mail does not say stays None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.clauses import split_sentences
from parsers.evidence import fold
from parsers.facts_choosing import clause_of
from parsers.facts_remittance_words import (
    CHEQUE,
    CLEARED,
    JUST,
    LESS_AFTER,
    NOT_PAID,
    OTHER_DATE,
    PAID,
    TAKEN_OFF,
    TOTAL,
    VALUE,
    VALUED,
)
from parsers.numbers import Mention, NumbersFound
from parsers.reading import FoundDate, OpenItem, Precision, RemittanceFact
from parsers.remittance_reference import find_reference

AHEAD_DAYS_MAX = 7
ADDENDS_MAX = 10
SUMS_MAX = 6
LINE_MAX = 160
SURE_WEIGHT = 4
TABLE_MIN = 3


def find_remittance(
    text: str,
    amounts: Sequence[FoundAmount],
    past_dates: Sequence[FoundDate],
    numbers: NumbersFound,
    items: Sequence[OpenItem],
    today: date,
    taken: frozenset[str] = frozenset(),
) -> RemittanceFact:
    """Read the facts of a payment that was made.

    Args:
        text: The sender's new words.
        amounts: All amounts found in it.
        past_dates: Its dates, resolved backwards.
        numbers: The open invoices named.
        items: The open items, to tell which invoices an amount settles.
        today: The sender's day of receipt.
        taken: Invoices of which the mail says something else than that they are paid.

    Returns:
        A fact whose fields are None or empty where the mail says nothing.
    """
    folded = fold(text)
    spans = _paid_spans(folded, text)
    here = [a for a in amounts if _inside(a.span.start, spans)]
    here = [a for a in here if not _is_asked(folded, a)] or here
    here = _without_deductions(folded, here)
    amount = _amount(folded, here, items) or _amount(folded, amounts, items)
    on, is_sure = _day(folded, past_dates, spans, today)
    is_told = any(JUST.search(folded, low, high) for low, high in spans)
    if on is None or (on > today and not is_sure):
        on = today if is_told or (on is None and JUST.search(folded)) else on
    elif is_told and not is_sure:
        on = today
    return RemittanceFact(
        amount=amount,
        reference=find_reference(text, [item.number for item in items]),
        on=on,
        invoices=_invoices(folded, spans, amount, amounts, numbers, items, taken),
    )


def _paid_spans(folded: str, text: str) -> list[tuple[int, int]]:
    """The sentences that tell of a payment made; those that only speak of others left out."""
    found: list[tuple[int, int]] = []
    for one in split_sentences(text):
        if PAID.search(one.folded) is None:
            continue
        found.append((one.start, one.end))
    return found


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= place < high for low, high in spans)


def _amount(folded: str, amounts: Sequence[FoundAmount], items: Sequence[OpenItem]) -> Money | None:
    """The sum paid: the one named a total, the one that others add up to, or the only one."""
    if not amounts:
        return None
    for one in reversed(amounts):
        line = folded[folded.rfind("\n", 0, one.span.start) + 1 : one.span.start]
        if len(amounts) > 1 and TOTAL.search(line) and not line.strip().startswith("-"):
            return one.money
    values = [one.money for one in amounts if one.money.minor]
    if not values:
        return None
    minors = [money.minor for money in values]
    for value, minor in zip(values, minors, strict=True):
        if len(minors) > 2 and sum(minors) - minor == minor:
            return value
    if len(set(values)) == 1:
        return values[0] if amounts[0].times == 1 else _times(amounts[0])
    opens = {item.open.minor for item in items}
    distinct = list(dict.fromkeys(minors))
    is_list = all(money.currency == values[0].currency for money in values)
    if is_list and set(distinct) <= opens:
        return Money(sum(distinct), values[0].currency)
    sums = [v for v in values[:SUMS_MAX] if len(_addends(v.minor, items)) > 1]
    return sums[0] if sums else values[0]


def _without_deductions(folded: str, amounts: Sequence[FoundAmount]) -> list[FoundAmount]:
    """Leave out what was taken off, and the gross sum it was taken from, where a net one stays."""
    net = [a for a in amounts if not LESS_AFTER.match(folded, a.span.end)]
    kept: list[FoundAmount] = []
    for one in net:
        low, high = clause_of(folded, one.span.start, one.span.end)
        is_off = TAKEN_OFF.search(folded, low, high) is not None
        if not is_off or PAID.search(folded, low, high) is not None:
            kept.append(one)
    return kept or net or list(amounts)


def _is_asked(folded: str, amount: FoundAmount) -> bool:
    """Whether the amount stands in a clause that asks, or that speaks of what is not paid."""
    low, high = clause_of(folded, amount.span.start, amount.span.end)
    is_other = NOT_PAID.search(folded, low, high) is not None
    return (is_other and PAID.search(folded, low, high) is None) or "?" in folded[high : high + 2]


def _times(amount: FoundAmount) -> Money:
    return Money(amount.money.minor * amount.times, amount.money.currency)


def _day(
    folded: str, dates: Sequence[FoundDate], spans: Sequence[tuple[int, int]], today: date
) -> tuple[date | None, bool]:
    """The day of the payment, and whether words of paying or of value stand beside it."""
    best: tuple[int, int] | None = None
    chosen: date | None = None
    for index, one in enumerate(dates):
        if (one.on - today).days > AHEAD_DAYS_MAX:
            continue
        low, high = clause_of(folded, one.span.start, one.span.end)
        before = folded[max(0, one.span.start - 40) : one.span.start]
        weight = 3 * (PAID.search(folded, low, high) is not None)
        weight += 2 * _inside(one.span.start, spans) + 2 * (VALUE.search(before) is not None)
        weight += 3 * (VALUED.search(before) is not None)
        weight -= 4 * (OTHER_DATE.search(before) is not None and not CHEQUE.search(before))
        weight -= 3 * (CLEARED.search(before) is not None)
        weight -= 3 * (one.precision in (Precision.MONTH, Precision.VAGUE) or one.rule == "range")
        weight -= 3 * (NOT_PAID.search(folded, low, high) is not None) + (one.on > today)
        if best is None or (weight, -index) > best:
            best, chosen = (weight, -index), one.on
    return chosen, best is not None and best[0] >= SURE_WEIGHT


def _addends(minor: int, items: Sequence[OpenItem]) -> tuple[str, ...]:
    """The one set of open items that add up to the sum; empty where none or several do."""
    few = items[:ADDENDS_MAX]
    for size in range(1, len(few) + 1):
        hits = [
            chosen
            for chosen in combinations(few, size)
            if sum(item.open.minor for item in chosen) == minor
        ]
        if hits:
            return tuple(item.number for item in hits[0]) if len(hits) == 1 else ()
    return ()


def _invoices(
    folded: str,
    spans: Sequence[tuple[int, int]],
    amount: Money | None,
    amounts: Sequence[FoundAmount],
    numbers: NumbersFound,
    items: Sequence[OpenItem],
    taken: frozenset[str],
) -> tuple[str, ...]:
    """The invoices paid: those that the sum explains, else those named beside the payment."""
    if len(items) == 1:
        return (items[0].number,)
    by_number = {item.number: item for item in items}
    here = _named(m for m in numbers.mentions if _is_paid_here(folded, m, spans))
    named = numbers.invoices
    if amount is not None:
        for pool in (here, named):
            hit = _addends(amount.minor, [by_number[n] for n in pool if n in by_number])
            is_whole = len(hit) > 1 or set(hit) <= set(here)
            if hit and (is_whole or len(hit) == len(here) or not here or pool is here):
                return tuple(number for number in pool if number in hit)
        hit = _addends(amount.minor, items)
        if hit and not here:
            return hit
        if net := _less_something(amount, amounts, items):
            return net
    beside = _named(m for m in numbers.mentions if not _is_other(folded, m))
    pools = (here, beside, named)
    free = next((kept for pool in pools if (kept := _without(pool, taken))), ())
    if not free and not here and taken:
        others = tuple(item.number for item in items if item.number not in taken)
        return others if len(others) == 1 else ()
    return free or here or beside or named


def _less_something(
    amount: Money, amounts: Sequence[FoundAmount], items: Sequence[OpenItem]
) -> tuple[str, ...]:
    """The several invoices that the sum settles less one other amount of the mail."""
    for one in amounts[:SUMS_MAX]:
        if one.money.currency == amount.currency and 0 < one.money.minor < amount.minor:
            hit = _addends(amount.minor + one.money.minor, items)
            if len(hit) > 1 and all(one.money != item.open for item in items):
                return hit
    return ()


def _without(numbers: Sequence[str], taken: frozenset[str]) -> tuple[str, ...]:
    return tuple(number for number in numbers if number not in taken)


def _named(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for m in mentions for number in m.numbers))


def _is_paid_here(folded: str, mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    if not _inside(mention.span.start, spans):
        return False
    low, high = clause_of(folded, mention.span.start, mention.span.end)
    return NOT_PAID.search(folded, low, high) is None or PAID.search(folded, low, high) is not None


def _is_other(folded: str, mention: Mention) -> bool:
    """Whether the mention stands in a line that speaks of something not paid."""
    nearest, farthest = max(0, mention.span.start - LINE_MAX), mention.span.end + LINE_MAX
    low = max(nearest, folded.rfind("\n", nearest, mention.span.start) + 1)
    high = folded.find("\n", mention.span.end, farthest)
    return NOT_PAID.search(folded, low, high if high >= 0 else farthest) is not None
