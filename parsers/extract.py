"""Extraction: what stands in the sender's new words besides the words themselves."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from parsers.amounts import FoundAmount, find_amounts
from parsers.clauses import Sentence, split_sentences
from parsers.dates import anchor_of, find_dates_both_ways
from parsers.facts_assent import agreed_date
from parsers.language import guess_language
from parsers.mime import Decoded
from parsers.numbers import NumbersFound, find_numbers
from parsers.reading import Context, FoundDate, Identity
from parsers.trim import split_reply

NEW_TEXT_MAX = 20_000
ITEMS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The new words with everything found in them, and how many invoices are open."""

    text: str
    quoted: str
    language: str
    today: date | None
    sentences: tuple[Sentence, ...]
    dates: tuple[FoundDate, ...]
    past_dates: tuple[FoundDate, ...]
    amounts: tuple[FoundAmount, ...]
    numbers: NumbersFound
    open_count: int


def extract(decoded: Decoded, identity: Identity, context: Context) -> Extracted:
    """Strip quote and signature, then find dates, amounts and invoice numbers in the rest.

    Dates resolve against the day of receipt, else the mail's own date; without either there
    are none. A span is one thing only: an exact invoice number is neither date nor amount.
    """
    split = split_reply(decoded.text)
    text = unicodedata.normalize("NFC", split.new_text)[:NEW_TEXT_MAX]
    language = guess_language(text, context.language)
    moment = context.received_at or identity.sent_at
    today = moment.date() if moment is not None else None
    currencies = [item.open.currency for item in context.items]
    currency = currencies[0] if currencies else ""
    dates: tuple[FoundDate, ...] = ()
    past: tuple[FoundDate, ...] = ()
    if today is not None:
        anchor = anchor_of(today, context.country, currency)
        dates, past = find_dates_both_ways(text, anchor, language)
        if not any(day.on >= today for day in dates):
            contexts = (split.quoted_text, context.letter_text)
            agreed = agreed_date(text, contexts, anchor, language)
            dates = (*dates, agreed) if agreed is not None else dates
    amounts = find_amounts(text, currency, [item.open for item in context.items[:ITEMS_MAX]])
    spans = sorted((d.span.start, d.span.end) for d in dates)
    amounts = tuple(a for a in amounts if not _overlaps(a.span.start, a.span.end, spans))
    blocked = sorted(spans + [(a.span.start, a.span.end) for a in amounts])
    numbers = find_numbers(
        text,
        context.items,
        language,
        blocked,
        [(a.span.start, a.span.end, a.money.minor) for a in amounts],
    )
    named = [(m.span.start, m.span.end) for m in numbers.mentions if m.rule == "exact"]
    return Extracted(
        text=text,
        quoted=split.quoted_text,
        language=language,
        today=today,
        sentences=split_sentences(text),
        dates=tuple(d for d in dates if not _overlaps(d.span.start, d.span.end, named)),
        past_dates=tuple(d for d in past if not _overlaps(d.span.start, d.span.end, named)),
        amounts=tuple(a for a in amounts if not _overlaps(a.span.start, a.span.end, named)),
        numbers=numbers,
        open_count=len(context.items),
    )


def _overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether [start, end) meets one of the spans, which are sorted and apart."""
    place = bisect_left(spans, (end, 0))
    return place > 0 and spans[place - 1][1] > start
