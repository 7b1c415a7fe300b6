"""Doubts about a promise: why its day, its words or its invoices are not certain.

A day is certain where no other day of the text could as well be the day of payment. A negation
counts where it stands in the clause of the promise; with several open invoices anywhere in its
sentence, for it may hold one of them back. Every doubt is a sentence for the clerk.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from parsers.evidence import fold, merged, overlaps
from parsers.extract import Extracted
from parsers.facts_choosing import clause_of, rivals, weigh
from parsers.facts_choosing_words import AHEAD, ARRIVES, PAY
from parsers.judging import Judged
from parsers.reading import FoundDate, Intent, Precision, PromiseFact
from parsers.vetoes import veto_of

PARTS_MAX = 2
DAYS_MAX = 40
PAYS_MIN = 2
TOO_MANY = "More days are named than one promise has."
CORRECTED_MAX = 36
SHARED = re.compile(
    r"\bhalf\b(?![- ](?:the|a|an|of the|my|our|year|term|hour|day))|\b50 ?%|\bhalfte|moitie"
    r"|\bmitad\b|\bmeta\b|\bhelft|\bmetade|\bpolow|\bhalvdel"
)
_RECEIVED = re.compile(
    ARRIVES.pattern
    + r"|receiv|erhalt|erhielt|recib|ricev|ontvang|recevr|receb|otrzyma|modtag|mottag"
)
_SENT = re.compile(
    r"\b(?:went (?:out|off|through)|was (?:sent|paid|wired)|were (?:sent|paid)|left (?:us|our)"
    r"|ging(?:en)? (?:\w+ ){0,3}(?:raus|weg|hinaus)|gegangen|rausgegangen|est partie?|sont parti\w*"
    r"|a ete (?:envoye|vire|faite?)\w*|salio|salieron|se envio|enviamos ya|e partito|sono partit\w"
    r"|is (?:vertrokken|overgemaakt)|werd overgemaakt|foi (?:enviad|feit)\w|seguiu|wyszedl|wyszly"
    r"|poszlo|poszedl|gick (?:ut|ivag)|gikk ut|blev sendt)\b"
)
_INSTEAD = re.compile(
    r"\b(?:i meant?|read|should (?:be|read)|instead|not|lies|gemeint|statt|sondern|lire|lisez|mais"
    r"|digo|lease|sino|leggasi|bensi|anzi|lees|niet|maar|leia-se|czytaj|tylko|las|skal vaere)\b"
)
_FIGURE = re.compile(r"(?<![\d.,])\d{3,16}(?!\d)")


def promise_doubts(judged: Sequence[Judged], found: Extracted) -> list[str]:
    """Return why the words of a promise leave it open.

    Args:
        judged: The sentences with the labels that they carry.
        found: The new words and what stands in them.
    """
    if found.today is None:
        return ["The day of receipt is unknown, so no date can be resolved."]
    today = found.today
    telling = [one for one in judged if Intent.PROMISE_TO_PAY in one.intents]
    ahead = [day for one in telling for day in one.dates if day.on >= today]
    if len(ahead) > DAYS_MAX:
        return [TOO_MANY]
    doubts: list[str] = []
    if not ahead:
        doubts.append("A payment is announced without a day.")
    if any(day.precision is Precision.MONTH for day in ahead):
        doubts.append("The promised day is vague.")
    if any(day.is_impossible for day in ahead):
        doubts.append("The promised date does not exist.")
    if found.open_count > 1:
        doubts += _invoice_doubts(found)
    folded = fold(found.text)
    if _is_paid_already(folded, found, today):
        doubts.append("The payment may have been made already.")
    for one in telling:
        days = [day for day in one.dates if day.on >= today]
        days = [day for day in days if weigh(folded, day) >= 0] or days
        if found.open_count > 1 or not ahead:
            clauses = one.sentence.folded
        else:
            spans = [clause_of(folded, day.span.start, day.span.end) for day in days]
            clauses = " ; ".join(folded[low:high] for low, high in spans)
        veto = veto_of(one.sentence.folded, clauses, found.language)
        if veto:
            doubts.append(veto)
    return doubts


def _is_paid_already(folded: str, found: Extracted, today: date) -> bool:
    """Whether a day ahead is that of an arrival, the payment being told of a day gone by, or a
    day gone by itself: "went out on Wednesday", "was made yesterday, you have it tomorrow"."""
    ahead = [clause_of(folded, d.span.start, d.span.end) for d in found.dates if d.on > today]
    gone = [clause_of(folded, d.span.start, d.span.end) for d in found.past_dates]
    is_gone = any(PAY.search(folded, low, high) for low, high in gone)
    return any(
        (is_gone and _RECEIVED.search(folded, low, high))
        or (_SENT.search(folded, low, high) and not AHEAD.search(folded, low, high))
        for low, high in ahead
    )


def is_day_of_payment_named(found: Extracted) -> bool:
    """Whether a day ahead stands in a clause that speaks of paying, and of none gone by."""
    if found.today is None:
        return False
    folded = fold(found.text)
    return any(
        day.on > found.today and weigh(folded, day) >= PAYS_MIN for day in found.dates[:DAYS_MAX]
    )


def is_told_apart(found: Extracted) -> bool:
    """Whether a reply can tell what is paid from what is yet to be paid: parts of the only open
    invoice have amounts, several invoices have names."""
    return bool(found.numbers.mentions if found.open_count > 1 else found.amounts)


def _invoice_doubts(found: Extracted) -> Iterable[str]:
    """Why it is not certain which of several open invoices are spoken of."""
    spans = [(d.span.start, d.span.end) for d in (*found.dates, *found.past_dates)]
    spans += [(a.span.start, a.span.end) for a in found.amounts]
    spans += [(m.span.start, m.span.end) for m in found.numbers.mentions]
    known = merged(spans)
    if any(not overlaps(one.start(), one.end(), known) for one in _FIGURE.finditer(found.text)):
        yield "A number was not understood."
    mentions = [one for one in found.numbers.mentions if one.rule != "amount"]
    if len({any(c.isdigit() for c in one.span.text) for one in mentions}) > 1:
        yield "Invoices are named by number and by other words."
    folded = fold(found.text)
    gaps = [(a.span.end, b.span.end) for a, b in pairwise(mentions)]
    if any(high - low < CORRECTED_MAX and _INSTEAD.search(folded, low, high) for low, high in gaps):
        yield "One invoice is named in the place of another."


def day_doubts(
    text: str, judged: Sequence[Judged], promises: Sequence[PromiseFact], today: date
) -> list[str]:
    """Return why the days chosen are not certainly those that were promised.

    Args:
        text: The new words.
        judged: All sentences with their dates.
        promises: The promises as they would be booked.
        today: The day of receipt, in the sender's zone.
    """
    days: list[FoundDate] = [day for one in judged for day in one.dates if day.on >= today]
    chosen = {one.on for one in promises}
    doubts: list[str] = []
    if len(days) > DAYS_MAX:
        return [TOO_MANY]
    folded = fold(text)
    if rivals(folded, days, chosen):
        doubts.append("Another day may be the day of payment.")
    is_weak = any(weigh(folded, day) < 0 for day in days if day.on in chosen)
    if is_weak and len({day.on for day in days}) > 1:
        doubts.append("The day is hardly one of payment.")
    if len(chosen) == 1 and SHARED.search(folded) is not None:
        doubts.append("A part is spoken of, and only one day.")
    parts: dict[str | None, set[date]] = defaultdict(set)
    for one in promises:
        parts[one.invoice].add(one.on)
    divided = {number for number, on in parts.items() if len(on) > 1}
    if any(one.invoice in divided and one.amount is None for one in promises):
        doubts.append("An invoice is promised for two days without amounts.")
    if any(len(on) > PARTS_MAX for on in parts.values()):
        doubts.append("An invoice is promised in more than two parts.")
    return doubts
