"""Promises: which date, which amount, which invoice, from the sentences that promise.

A sentence with two dates gives two promises; amounts and invoices go to the date they stand by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.evidence import quote
from parsers.judging import Judged
from parsers.numbers import Mention
from parsers.reading import Evidence, FoundDate, Intent, PromiseFact

PROMISES_MAX = 40


def find_promises(
    text: str,
    judged: Sequence[Judged],
    mentions: Sequence[Mention],
    taken: frozenset[str],
    today: date,
) -> tuple[PromiseFact, ...]:
    """Return the promised payments.

    Args:
        text: The sender's new words.
        judged: Its judged sentences.
        mentions: The open invoices named in it.
        taken: Invoices that another statement speaks of: never promised by inheritance.
        today: The sender's day of receipt; earlier dates are no promise where later ones stand.

    Returns:
        At most 40 facts; `invoice` None means all open invoices without another intent.
    """
    found: list[PromiseFact] = []
    telling = [one for one in judged if Intent.PROMISE_TO_PAY in one.intents]
    if not telling:
        telling = [one for one in judged if any(d.on >= today for d in one.dates)][:1]
    for one in telling:
        ahead = [d for d in one.dates if d.on >= today]
        local = [m for m in mentions if one.sentence.start <= m.span.start < one.sentence.end]
        groups = _grouped(ahead, [m for m in local if m.rule != "amount"] or local)
        amounts = _amounts_by_date(ahead, one.amounts)
        evidence = quote(text, one.sentence.start, one.sentence.end)
        for index, day in enumerate(ahead):
            numbers = groups[index] or _inherited(mentions, local, taken)
            amount = amounts[index] if len(numbers) <= 1 else None
            found.extend(_facts(day, amount, numbers, evidence))
    return _without_doubles(found)[:PROMISES_MAX]


def _facts(
    day: FoundDate, amount: Money | None, numbers: Sequence[str], evidence: Evidence
) -> list[PromiseFact]:
    return [
        PromiseFact(
            on=day.on,
            amount=amount,
            invoice=number,
            alternatives=day.alternatives,
            evidence=evidence,
        )
        for number in (numbers or (None,))
    ]


def _without_doubles(found: Sequence[PromiseFact]) -> tuple[PromiseFact, ...]:
    """Keep the last word on each (invoice, amount, day)."""
    kept: dict[tuple[str | None, date, Money | None], PromiseFact] = {}
    for one in found:
        kept[(one.invoice, one.on, one.amount)] = one
    return tuple(kept.values())


def _inherited(
    mentions: Sequence[Mention], local: Sequence[Mention], taken: frozenset[str]
) -> tuple[str, ...]:
    """Invoices named elsewhere in the mail and spoken of in no other way."""
    if local:
        return ()
    numbers = dict.fromkeys(n for m in mentions if m.rule != "amount" for n in m.numbers)
    return tuple(number for number in numbers if number not in taken)


def _grouped(days: Sequence[FoundDate], mentions: Sequence[Mention]) -> list[tuple[str, ...]]:
    """Give each mention to a date: the following one, or the one before where dates lead."""
    groups: list[list[str]] = [[] for _ in days]
    if not days:
        return []
    if len(days) == 1:
        return [tuple(dict.fromkeys(n for m in mentions for n in m.numbers))]
    is_date_first = bool(mentions) and days[0].span.start < mentions[0].span.start
    for mention in mentions:
        places = [i for i, d in enumerate(days) if d.span.start > mention.span.start]
        if is_date_first:
            place = (places[0] if places else len(days)) - 1
        else:
            place = places[0] if places else len(days) - 1
        groups[max(0, place)].extend(mention.numbers)
    return [tuple(dict.fromkeys(group)) for group in groups]


def _amounts_by_date(
    days: Sequence[FoundDate], amounts: Sequence[FoundAmount]
) -> list[Money | None]:
    if len(days) == 1:
        return [amounts[0].money if len(amounts) == 1 else None]
    if len(days) == len(amounts):
        return [amount.money for amount in amounts]
    return [None for _ in days]
