"""Labels that grammar settles where the trained reader wavers: payments announced or told.

A sentence with a word of paying and a day ahead is a promise, one with a payment made and its
sum, reference or proof is a remittance advice; a sum without any word of a payment made is none.
Only where the reader thinks the label possible; what is added always brings a human.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.evidence import fold
from parsers.extract import Extracted
from parsers.facts_choosing import clause_of, weigh
from parsers.facts_choosing_words import AHEAD, PAST
from parsers.facts_remittance_words import NOT_PAID, PAID, PROOF_SENT
from parsers.intents import REFERENCE
from parsers.judging import Judged
from parsers.opinion import Opinion
from parsers.reading import Intent
from parsers.rules import Topic
from parsers.vetoes import veto_of

PROMISED_MIN, TOLD_MIN, PROOF_MIN, CLAIMED_MIN = 0.12, 0.08, 0.04, 0.15
SPOKEN_MIN = 0.3
LIKELY_MIN = 0.2
BEHIND_MAX = 0.2
PAYING_MIN = 2
SURE_MIN = 0.7
DEFERRING = frozenset({Intent.PAYMENT_PLAN_REQUEST, Intent.EXTENSION_REQUEST})
ALONE = frozenset(
    {Intent.OUT_OF_OFFICE, Intent.OTHER_AUTOMATIC, Intent.ACKNOWLEDGEMENT, Intent.UNRELATED}
)
PAYMENTS = frozenset({Intent.REMITTANCE_ADVICE, Intent.ALREADY_PAID_CLAIM})


def settled(
    labels: Sequence[Intent], opinion: Opinion, judged: Sequence[Judged], found: Extracted
) -> tuple[Intent, ...]:
    """Return the labels with those that the words settle added, and those they rule out taken off.

    Args:
        labels: The labels of the trained reader.
        opinion: Its probabilities, the clauses being `judged`.
        judged: The sentences as the rules judge them.
        found: What stands in the text.
    """
    kept = list(labels)
    if Intent.PROMISE_TO_PAY not in kept and is_promised(kept, opinion, judged, found):
        kept.append(Intent.PROMISE_TO_PAY)
    if Intent.REMITTANCE_ADVICE not in kept and is_advised(opinion, judged):
        kept = [one for one in kept if one is not Intent.ALREADY_PAID_CLAIM]
        kept.append(Intent.REMITTANCE_ADVICE)
    elif Intent.PROMISE_TO_PAY in kept and is_only_announced(opinion, judged):
        kept = [one for one in kept if one is not Intent.REMITTANCE_ADVICE]
    if not PAYMENTS & set(kept) and is_claimed(opinion, judged):
        kept.append(Intent.ALREADY_PAID_CLAIM)
    if len(kept) > len(labels):
        kept = [one for one in kept if one not in ALONE]
    return tuple(kept)


def promising(
    told: Sequence[Judged],
    ruled: Sequence[Judged],
    opinion: Opinion,
    language: str,
    is_added: bool,
) -> tuple[Judged, ...]:
    """Narrow the promise to the sentences that announce it, where several name days.

    Args:
        told: The sentences with the labels that the trained reader gives each.
        ruled: The same sentences as the rules judge them.
        opinion: The probabilities, the clauses being these sentences.
        language: The language of the text, an ISO 639-1 code.
        is_added: Whether grammar added the label, so that its sentences carry it.

    Returns:
        The sentences; where several name days, those that ask, that tell of a payment made or
        are far behind the likeliest do not carry the label.
    """
    promise = Intent.PROMISE_TO_PAY
    chances = [opinion.of_clause(place, promise) for place in range(len(told))]
    dated = [place for place, one in enumerate(told) if one.dates]
    best = max((chances[place] for place in dated), default=0.0)
    kept: list[Judged] = []
    for place, (one, other) in enumerate(zip(told, ruled, strict=True)):
        is_told = promise in one.intents
        if is_added and _announces(other, language):
            is_told = True
        elif one.dates and len(dated) > 1:
            words = one.sentence.folded
            is_past = PAST.search(words) and not AHEAD.search(words)
            is_told = is_told and chances[place] >= best - BEHIND_MAX and not is_past
        if one.sentence.is_question and len(dated) > 1:
            is_told = False
        others = tuple(intent for intent in one.intents if intent is not promise)
        kept.append(replace(one, intents=(*others, promise) if is_told else others))
    return tuple(kept) if any(promise in one.intents for one in kept) else tuple(told)


def is_promised(
    labels: Sequence[Intent], opinion: Opinion, judged: Sequence[Judged], found: Extracted
) -> bool:
    """Whether a sentence announces a payment, without condition and without asking for time."""
    if opinion.of(Intent.PROMISE_TO_PAY) < PROMISED_MIN or DEFERRING & set(labels):
        return False
    folded = fold(found.text)
    is_likely = opinion.of(Intent.PROMISE_TO_PAY) >= LIKELY_MIN
    return any(
        _announces(one, found.language)
        or (is_likely and _names_day(one, folded, found))
        or (
            Intent.PROMISE_TO_PAY in one.intents
            and not _is_open(one, found.language)
            and opinion.of_clause(place, Intent.PROMISE_TO_PAY) >= SPOKEN_MIN
        )
        for place, one in enumerate(judged)
    )


def _announces(one: Judged, language: str) -> bool:
    """Whether the rules find a word of paying and a day ahead, and no condition."""
    is_promise = Intent.PROMISE_TO_PAY in one.intents and one.has(Topic.PROMISE)
    return is_promise and not _is_open(one, language)


def _is_open(one: Judged, language: str) -> bool:
    """Whether the sentence asks, or carries a condition or a reservation."""
    words = one.sentence.folded
    return (
        one.sentence.is_question or one.has(Topic.CONDITION) or bool(veto_of(words, "", language))
    )


def _names_day(one: Judged, folded: str, found: Extracted) -> bool:
    """Whether a day ahead stands beside a word of paying, in a sentence that says it is so."""
    if found.today is None or _is_open(one, found.language):
        return False
    return PAID.search(one.sentence.folded) is None and any(
        day.on >= found.today and weigh(folded, day) >= PAYING_MIN for day in one.dates
    )


def is_claimed(opinion: Opinion, judged: Sequence[Judged]) -> bool:
    """Whether a sentence says that something is paid, without sum or reference."""
    return opinion.of(Intent.ALREADY_PAID_CLAIM) >= CLAIMED_MIN and any(
        Intent.ALREADY_PAID_CLAIM in one.intents and not one.has(Topic.CONDITION) for one in judged
    )


def is_only_announced(opinion: Opinion, judged: Sequence[Judged]) -> bool:
    """Whether no word of a payment made stands beside the one announced."""
    return opinion.of(Intent.REMITTANCE_ADVICE) < SURE_MIN and not any(
        PAID.search(one.sentence.folded)
        or PROOF_SENT.search(one.sentence.folded)
        or one.has(Topic.REMITTANCE)
        for one in judged
    )


def is_advised(opinion: Opinion, judged: Sequence[Judged]) -> bool:
    """Whether a sentence tells of a payment made, with its sum, its reference or its proof."""
    chance = opinion.of(Intent.REMITTANCE_ADVICE)
    if chance < PROOF_MIN:
        return False
    for one in judged:
        words = one.sentence.folded
        if one.sentence.is_question or one.sentence.is_greeting:
            continue
        if PROOF_SENT.search(words) or (chance >= TOLD_MIN and _is_told(one)):
            return True
    return False


def _is_told(one: Judged) -> bool:
    """Whether the sentence tells of a payment made, with a sum or a reference of it."""
    words = one.sentence.folded
    if not one.amounts and REFERENCE.search(words) is None:
        return False
    for told in PAID.finditer(words):
        low, high = clause_of(words, told.start(), told.end())
        if NOT_PAID.search(words, low, high) is None:
            return True
    return False
