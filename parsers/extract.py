"""Extraction: what stands in the sender's new words besides the words themselves."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from parsers.amounts import FoundAmount, find_amounts
from parsers.clauses import Sentence, split_sentences
from parsers.dates import anchor_of, find_dates_both_ways
from parsers.evidence import merged, overlaps
from parsers.facts_assent import agreed_date
from parsers.language import guess_language
from parsers.mime import Decoded
from parsers.numbers import NumbersFound, find_numbers
from parsers.reading import Context, FoundDate, Identity
from parsers.trim import split_reply

NEW_TEXT_MAX = 20_000
READ_MAX = 10_000
ITEMS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The new words with everything found in them, and how many invoices are open.

    `whole` are all new words, `text` those that were read: the first 10,000 characters.
    """

    whole: str
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
    whole = unicodedata.normalize("NFC", split.new_text)[:NEW_TEXT_MAX]
    text = whole[:READ_MAX]
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
            if agreed is not None:
                dates = tuple(sorted((*dates, agreed), key=lambda day: day.span.start))
    amounts = find_amounts(text, currency, [item.open for item in context.items[:ITEMS_MAX]])
    spans = merged((d.span.start, d.span.end) for d in dates)
    amounts = tuple(a for a in amounts if not overlaps(a.span.start, a.span.end, spans))
    blocked = sorted(spans + [(a.span.start, a.span.end) for a in amounts])
    numbers = find_numbers(
        text,
        context.items,
        language,
        blocked,
        [(a.span.start, a.span.end, a.money.minor) for a in amounts],
    )
    named = merged((m.span.start, m.span.end) for m in numbers.mentions if m.rule == "exact")
    return Extracted(
        whole=whole,
        text=text,
        quoted=split.quoted_text,
        language=language,
        today=today,
        sentences=split_sentences(text),
        dates=tuple(d for d in dates if not overlaps(d.span.start, d.span.end, named)),
        past_dates=tuple(d for d in past if not overlaps(d.span.start, d.span.end, named)),
        amounts=tuple(a for a in amounts if not overlaps(a.span.start, a.span.end, named)),
        numbers=numbers,
        open_count=len(context.items),
    )
