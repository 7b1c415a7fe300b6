"""Promises: which date, which amount, which invoice, from the sentences that promise.

A sentence with two dates gives two promises; amounts and invoices go to the date they stand by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from daemon.core.money import Money
from parsers.amounts import FoundAmount
from parsers.evidence import fold, quote
from parsers.facts_choosing import WEIGHED_MAX, choose, clause_of, corrected, is_denied, weigh
from parsers.facts_choosing_words import PART
from parsers.judging import Judged
from parsers.numbers import Mention
from parsers.reading import Evidence, FoundDate, Intent, OpenItem, PromiseFact

PROMISES_MAX = 40
AHEAD_DAYS_MAX = 200


def find_promises(
    text: str,
    judged: Sequence[Judged],
    mentions: Sequence[Mention],
    taken: frozenset[str],
    today: date,
    items: Sequence[OpenItem] = (),
) -> tuple[PromiseFact, ...]:
    """Return the promised payments.

    Args:
        text: The sender's new words.
        judged: Its judged sentences.
        mentions: The open invoices named in it.
        taken: Invoices that another statement speaks of: never promised by inheritance.
        today: The sender's day of receipt; earlier dates are no promise where later ones stand.
        items: The open items, for halves of the one that there is.

    Returns:
        At most 40 facts; `invoice` None means all open invoices without another intent.
    """
    folded = fold(text)
    spans = [
        (one.sentence.start, one.sentence.end)
        for one in judged
        if Intent.PROMISE_TO_PAY in one.intents
    ]
    days = _candidates(text, folded, judged, spans, today)
    days = [day for day in days if not _is_number(day, items)] or days
    amounts = [amount for one in judged for amount in one.amounts]
    shares = _Shares(folded, mentions, amounts, days)
    chosen = choose(folded, days, shares.has)
    found: list[PromiseFact] = []
    sentences = [(one.sentence.start, one.sentence.end) for one in judged]
    scope = _scope(chosen, spans or sentences)
    mentions = [m for m in mentions if m.rule != "excepted"]
    local = [m for m in mentions if _inside(m.span.start, scope)]
    local = [m for m in local if not _is_held(folded, m, chosen)] or local
    standing = [m for m in mentions if not _is_held(folded, m, chosen)]
    groups = _grouped(chosen, local)
    sums = _amounts_by_date(folded, chosen, [a for a in amounts if _inside(a.span.start, scope)])
    sums = _halves(folded, chosen, sums, items)
    for index, day in enumerate(chosen):
        own = tuple(number for number in groups[index] if number not in taken)
        numbers = own or groups[index] or _inherited(standing, local, taken)
        if any(m.rule == "all" and set(numbers) <= set(m.numbers) for m in local) and not taken:
            numbers = ()
        low, high = next(((a, b) for a, b in sentences if a <= day.span.start < b), (0, 0))
        evidence = quote(text, low, high) if high else day.span
        told = _told_amounts(local, amounts, numbers)
        for number in numbers or (None,):
            amount = sums[index] if len(numbers) <= 1 else told.get(number or "")
            found.append(_fact(day, amount, number, evidence))
    return _without_doubles(_without_open(found))[:PROMISES_MAX]


def _candidates(
    text: str,
    folded: str,
    judged: Sequence[Judged],
    spans: Sequence[tuple[int, int]],
    today: date,
) -> list[FoundDate]:
    """The days that may be the day of payment: those of the promising sentences, else any."""
    everything = [day for one in judged for day in one.dates][:WEIGHED_MAX]
    telling = [day for day in everything if _inside(day.span.start, spans)]
    loose = [day for one in judged if not one.intents for day in one.dates][:WEIGHED_MAX]
    days = _believable(folded, _ahead(telling, today), _ahead(loose, today))
    days = days or _ahead(everything, today)
    days = [day for day in days if (day.on - today).days <= AHEAD_DAYS_MAX] or days
    if not days:
        days = [day for day in telling or everything if day.rule in _WRITTEN]
    if not days and (now := _NOW.search(folded)):
        span = quote(text, now.start(), now.end())
        days = [FoundDate(on=today, span=span, rule="now")]
    return corrected(folded, days, everything)


def _is_number(day: FoundDate, items: Sequence[OpenItem]) -> bool:
    """Whether a bare day of the month is but the last digits of an open invoice's number."""
    digits = re.search(r"\d+", day.span.text) if day.rule == "day" else None
    tails = [re.search(r"(?<!\d)0*(\d{1,2})$", item.number) for item in items]
    return digits is not None and any(
        tail is not None and tail[1] == digits.group().lstrip("0") for tail in tails
    )


def _believable(folded: str, telling: list[FoundDate], loose: list[FoundDate]) -> list[FoundDate]:
    """The days of the promising sentences; where these hardly speak of paying and sentences that
    say nothing else do, the days of both."""
    best = max((weigh(folded, day) for day in telling), default=0)
    least = 0 if any(is_denied(folded, day) for day in telling) else 1
    others = [day for day in loose if weigh(folded, day) >= max(best + 2, least)]
    if telling and best < 0 and others:
        return sorted([*telling, *others], key=lambda day: day.span.start)
    return telling


def _told_amounts(
    mentions: Sequence[Mention], amounts: Sequence[FoundAmount], numbers: Sequence[str]
) -> dict[str, Money]:
    """The amounts by which invoices are called ("460 and 230 tonight"), by invoice number."""
    by_place = {amount.span.start: amount.money for amount in amounts}
    return {
        mention.numbers[0]: by_place[mention.span.start]
        for mention in mentions
        if mention.rule == "amount" and mention.span.start in by_place
        if mention.numbers[0] in numbers
    }


def _without_open(found: Sequence[PromiseFact]) -> list[PromiseFact]:
    """Drop a promise for everything where the same day is promised for named invoices."""
    named = {one.on for one in found if one.invoice is not None}
    return [one for one in found if one.invoice is not None or one.on not in named]


_WRITTEN = frozenset(
    {"iso", "numeric year", "dotted", "numeric", "slash", "day month", "month day"}
    | {"weekday numeric"}
)
_NOW = re.compile(
    r"\b(?:right away|straight ?away|immediately|right now|just now|now|at once|tout de suite"
    r"|immediatement|a l'instant|sofort|gleich|jetzt|umgehend|ahora(?: mismo)?|de inmediato|subito"
    r"|immediatamente|adesso|meteen|direct|nu|agora(?: mesmo)?|ja|de seguida|teraz|od razu|zaraz"
    r"|niezwlocznie|genast|med det samma|omgaende|straks)\b"
)


_HELD = re.compile(
    r"\b(?:not|never|n't|still|being checked|no idea|nothing|on hold|query|nicht|noch|kein\w*|pas"
    r"|ne"
    r"|aucune?|jamais|no|ni|todavia|non|niente|niet|nog|geen|nao|ainda|nada|nie|brak|jeszcze|inte"
    r"|ikke"
    r"|until|wait|brauch|warten|attend|esper|aspett|wacht|czek)\b|n't\b"
)


def _is_held(folded: str, mention: Mention, days: Sequence[FoundDate]) -> bool:
    """Whether the words after an invoice hold it back, and no day of payment stands in them."""
    end = min(mention.span.end + 48, len(folded))
    stop = re.search(r"[.!?;\n](?=\s|$)", folded[mention.span.end : end])
    high = mention.span.end + stop.start() if stop else end
    if any(mention.span.end <= day.span.start < high for day in days):
        return False
    low, _ = clause_of(folded, mention.span.start, mention.span.end)
    if any(low <= day.span.start < mention.span.start for day in days):
        return False
    return _HELD.search(folded, low, high) is not None


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= place < high for low, high in spans)


def _ahead(days: Sequence[FoundDate], today: date) -> list[FoundDate]:
    return [day for day in days if day.on >= today]


def _scope(days: Sequence[FoundDate], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The promising sentences, and those in which a chosen day stands."""
    return [span for span in spans if any(span[0] <= d.span.start < span[1] for d in days)] or [
        *spans
    ]


class _Shares:
    """Whether a date has its own part: an amount, an invoice or a word for a part beside it."""

    def __init__(
        self,
        folded: str,
        mentions: Sequence[Mention],
        amounts: Sequence[FoundAmount],
        days: Sequence[FoundDate],
    ) -> None:
        self._folded = folded
        self._places = [m.span.start for m in mentions] + [a.span.start for a in amounts]
        self._days = days

    def has(self, day: FoundDate) -> bool:
        index = self._days.index(day)
        low = self._days[index - 1].span.end if index else max(0, day.span.start - 90)
        following = self._days[index + 1].span.start if index + 1 < len(self._days) else None
        high = following if following is not None else day.span.end + 60
        low = max(low, self._folded.rfind("\n\n", 0, day.span.start))
        if len(self._places) >= len({one.on for one in self._days}) and any(
            low <= place < high for place in self._places
        ):
            return True
        return PART.search(self._folded, low, max(low, min(high, len(self._folded)))) is not None


def _fact(
    day: FoundDate, amount: Money | None, number: str | None, evidence: Evidence
) -> PromiseFact:
    return PromiseFact(
        on=day.on, amount=amount, invoice=number, alternatives=day.alternatives, evidence=evidence
    )


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
    if len(mentions) == 1 and mentions[0].span.start < days[0].span.start:
        return [mentions[0].numbers for _ in days]
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
    folded: str, days: Sequence[FoundDate], amounts: Sequence[FoundAmount]
) -> list[Money | None]:
    """The amount of each date: the only one, the one in its part of the sentence, or none."""
    if not days or not amounts:
        return [None for _ in days]
    if len(days) == 1:
        distinct = list(dict.fromkeys(amount.money for amount in amounts))
        if len(distinct) == 1:
            return [distinct[0]]
        near = min(amounts, key=lambda amount: _distance(amount.span, days[0].span))
        low, high = clause_of(folded, days[0].span.start, days[0].span.end)
        return [near.money if low <= near.span.start < high else None]
    if len(days) == len(amounts):
        return [amount.money for amount in amounts]
    if len(amounts) == 1:
        if _EACH.search(folded) is not None:
            return [amounts[0].money for _ in days]
        return _first_part(folded, days, amounts[0])
    is_date_first = days[0].span.start < amounts[0].span.start
    found: list[Money | None] = []
    for index, day in enumerate(days):
        if is_date_first:
            low = day.span.end
            high = days[index + 1].span.start if index + 1 < len(days) else len(folded)
            part = [a for a in amounts if low <= a.span.start < high][:1]
        else:
            low = days[index - 1].span.end if index else 0
            part = [a for a in amounts if low <= a.span.start < day.span.start][-1:]
        found.append(part[0].money if part else None)
    return found


def _first_part(folded: str, days: Sequence[FoundDate], amount: FoundAmount) -> list[Money | None]:
    """One amount and a rest: "1,500 on the 10th and the rest on the 24th"."""
    rest = _REST.search(folded, amount.span.end)
    if rest is None or amount.span.start > days[0].span.end + PART_GAP_MAX:
        return [None for _ in days]
    return [amount.money, *(None for _ in days[1:])]


def _halves(
    folded: str, days: Sequence[FoundDate], sums: list[Money | None], items: Sequence[OpenItem]
) -> list[Money | None]:
    """Two halves of the one open invoice, where no sum is named."""
    if len(days) != 2 or len(items) != 1 or any(sums):
        return sums
    low = max(0, days[0].span.start - PART_GAP_MAX)
    if len(_HALF.findall(folded, low, days[1].span.end + PART_GAP_MAX)) < 2:
        return sums
    whole = items[0].open
    half = Money(whole.minor // 2, whole.currency)
    return [Money(whole.minor - half.minor, whole.currency), half]


PART_GAP_MAX = 60
_REST = re.compile(
    r"\b(?:the rest|remainder|balance|der rest|den rest|restlich\w*|le (?:reste|solde)|el resto"
    r"|lo que falta"
    r"|il resto|il saldo|de rest|het restant|o resto|o restante|reszt\w*|pozostal\w*|resten"
    r"|zbytek|loput)\b"
)
_HALF = re.compile(
    r"\bhalf\b|\b1/2|50 ?%|halfte|moitie|\bmitad|\bmeta\b|helft|metade|polow\w*|halften|halvdel"
)
_EACH = re.compile(
    r"\b(?:meme montant|same again|mismo importe|stesso importo|hetzelfde|each|apiece|half|halves"
    r"|jeweils|je|halfte|chacun|moitie|cada|mitad|meta|ciascun\w*"
    r"|ognuna"
    r"|50 ?%|helft|elk|metade|kazd\w+|polow\w+|halva|halften)\b"
)


def _distance(one: Evidence, other: Evidence) -> int:
    return min(abs(one.start - other.end), abs(other.start - one.end))
