"""Finer facts of a reading: flags that follow from what was decoded, found and decided.

Each is a plain test; none names a label. A day with two readings is ambiguous, a week or a range
is only wide. Advertising is filed unread, so it takes a surely unrelated text with a list's marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.evidence import fold
from parsers.extract import Extracted
from parsers.headers import first
from parsers.instructions import instructs_software
from parsers.intents import Verdict
from parsers.mime import Decoded
from parsers.needs import is_answerable
from parsers.reading import Flag, Intent, Precision, PromiseFact, Severity

SURELY_UNRELATED_MIN = 0.8
BROKEN_SHARE_MAX = 0.2
_LIST = re.compile(
    r"\bunsubscribe\b|view (?:this (?:e-?mail|message) )?in (?:your )?browser|abbestellen"
    r"|newsletter abmelden|vom newsletter|im browser (?:ansehen|anzeigen|offnen)|se desabonner"
    r"|desinscri\w+|darse de baja|cancelar (?:la )?(?:suscripcion|subscricao|inscricao)"
    r"|annulla(?:re)? (?:l')?iscrizione|disiscri\w+|uitschrijven|afmelden|wypisz|zrezygnuj z"
    r"|avregistrera|afmeld"
)


def finer_flags(
    decoded: Decoded, found: Extracted, verdict: Verdict, promises: Sequence[PromiseFact]
) -> Iterator[Flag]:
    """Yield the flags of a mail beside those of its verdict.

    Args:
        decoded: The mail taken apart.
        found: The new words and what stands in them.
        verdict: The labels decided.
        promises: The promises found.
    """
    labels = {statement.intent for statement in verdict.statements}
    if instructs_software(found.whole):
        yield Flag.INSTRUCTS_SOFTWARE
    if found.numbers.foreign:
        yield Flag.FOREIGN_INVOICE_NUMBER
    if decoded.is_encrypted:
        yield Flag.ENCRYPTED
    if is_unreadable(decoded, found.text):
        yield Flag.UNREADABLE
    if is_ambiguous(found, promises):
        yield Flag.AMBIGUOUS_DATE
    if Intent.PROMISE_TO_PAY in labels and not promises and not _has_day_ahead(found):
        yield Flag.UNDATED_PROMISE
    if Intent.INFORMATION_REQUEST in labels and is_answerable(verdict.judged):
        yield Flag.ANSWERABLE
    if labels == {Intent.UNRELATED} and is_advertising(decoded, found, verdict):
        yield Flag.ADVERTISING


def is_ambiguous(found: Extracted, promises: Sequence[PromiseFact]) -> bool:
    """Whether a promised day has two readings: 05/06, or "next Friday"."""
    days = {
        day.on
        for day in found.dates
        if day.alternatives and day.precision is Precision.DAY and day.rule != "range"
    }
    return any(promise.on in days and promise.alternatives for promise in promises)


def is_unreadable(decoded: Decoded, text: str) -> bool:
    """Whether the mail could not be decoded, or a fifth of its new letters were lost on the way."""
    if any(defect.severity is Severity.FATAL for defect in decoded.defects):
        return True
    broken = text.count("\ufffd")
    return broken > 0 and broken > BROKEN_SHARE_MAX * len("".join(text.split()))


def is_advertising(decoded: Decoded, found: Extracted, verdict: Verdict) -> bool:
    """Whether a text that is surely about nothing of ours carries the marks of a mailing list."""
    opinion = verdict.opinion
    if opinion is None or opinion.of(Intent.UNRELATED) < SURELY_UNRELATED_MIN:
        return False
    if found.numbers.mentions or found.numbers.foreign:
        return False
    is_list = first(decoded.headers, "list-unsubscribe") != ""
    return is_list or _LIST.search(fold(decoded.text)) is not None


def _has_day_ahead(found: Extracted) -> bool:
    return found.today is not None and any(day.on >= found.today for day in found.dates)
