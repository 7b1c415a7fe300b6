"""From phrases to intents: which labels a reply earns, and whether that is certain.

A serious label (dispute, hardship, refusal, stop) is never outvoted. A promise needs a date, a
word of paying and a statement without condition. What the rules cannot explain in full is a
human's. A trained reader joins in `parsers.deciding`; without one, rules decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parsers.clauses import Sentence
from parsers.evidence import quote
from parsers.judging import (
    ABSENT,
    SERIOUS,
    Judged,
    Material,
    doubts,
    judge_sentence,
)
from parsers.opinion import Opinion
from parsers.reading import Flag, Intent, Statement
from parsers.rules import Strength, Topic

CERTAIN = 0.9


LIKELY = 0.7


GUESS = 0.35


KEPT = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.REMITTANCE_ADVICE,
        Intent.ALREADY_PAID_CLAIM,
        Intent.INVOICE_COPY_REQUEST,
        Intent.ACKNOWLEDGEMENT,
        Intent.CONTACT_CHANGE,
        Intent.INFORMATION_REQUEST,
    }
)


REFERENCE = re.compile(
    r"\b(?:ref|reference|utr|trace|e2e|end-to-end|confirmation|cheque|check|chq|ck|tt|eft|rtgs|neft"
    r"|chaps|bacs|wire|swift|referenz|verwendungszweck|belegn\w*|auftragsnummer|batch|txn"
    r"|transaction|transaktion)\b[^.;\n]{0,24}?\d{3}"
)


_BANK = (
    r"(?:bank(?! holiday)\w*|iban|konto(?!auszug)\w*|account|rib|compte|cuenta|conto|coordinate"
    r"|rekening\w*|conta|rachun\w*|kont[oa]|bankgiro)"
)
_CHANGED = (
    r"(?:new|neue\w?|chang\w*|gewechsel\w*|geander\w*|nouveau|nouvelle|change|nuev[oa]s?"
    r"|cambi\w*|nuov[oaie]|nieuwe?|gewijzigd|veranderd|nov[oa]s?|mud\w+|now[eya]\w*|zmien\w*"
    r"|zmian\w*|ny[atet]{0,2}|andrat)"
)
_BANK_CHANGE = re.compile(
    rf"\b(?:{_CHANGED}\b[^,.!?\n]{{0,30}}?\b{_BANK}|{_BANK}\b[^.!?\n]{{0,40}}?\b{_CHANGED})\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Labels with evidence, flags, and whether the rules explain the whole text."""

    statements: tuple[Statement, ...]
    flags: tuple[Flag, ...]
    is_certain: bool
    because: tuple[str, ...]
    judged: tuple[Judged, ...] = ()
    opinion: Opinion | None = None


def _has_payment_details(judged: Sequence[Judged]) -> bool:
    """Whether an amount or a payment reference stands in or beside a claim to have paid."""
    for index, one in enumerate(judged):
        near = judged[max(0, index - 1) : index + 3]
        if Intent.ALREADY_PAID_CLAIM not in one.intents:
            continue
        if any(a for other in near for a in other.amounts):
            return True
        if any(REFERENCE.search(other.sentence.folded) for other in near):
            return True
        if any(other.has(Topic.REMITTANCE) for other in near):
            return True
    return False


def _is_machine_advice(judged: Sequence[Judged]) -> bool:
    """Whether the text is an advice without a verb: amounts under remittance words."""
    marks = [one for one in judged if one.has(Topic.REMITTANCE)]
    amounts = sum(len(one.amounts) for one in judged)
    return (len(marks) >= 2 and amounts >= 1) or (len(marks) >= 1 and amounts >= 3)


def _flags(judged: Sequence[Judged], text: str) -> list[Flag]:
    signals = {
        Topic.INSTRUCTS: Flag.INSTRUCTS_SOFTWARE,
        Topic.ANGRY: Flag.ANGRY,
        Topic.PAID_WHEN_PAID: Flag.PAYS_WHEN_PAID,
    }
    found = [flag for topic, flag in signals.items() if any(one.has(topic) for one in judged)]
    labels = {intent for one in judged for intent in one.intents}
    paid = {Intent.ALREADY_PAID_CLAIM, Intent.REMITTANCE_ADVICE}
    if labels & paid and any(one.has(Topic.UNSEEABLE) for one in judged):
        found.append(Flag.PAID_UNSEEABLY)
    if _BANK_CHANGE.search(text):
        found.append(Flag.BANK_CHANGE)
    if re.search(r"solicitor|lawyer|attorney|anwalt|kanzlei|counsel|avocat|abogad|avvocat", text):
        found.append(Flag.LAWYER)
    if any(d.is_impossible for one in judged for d in one.dates):
        found.append(Flag.IMPOSSIBLE_DATE)
    if any(one.has(Topic.CONDITION) for one in judged):
        found.append(Flag.CONDITIONAL)
    return found


def classify(text: str, sentences: Sequence[Sentence], material: Material) -> Verdict:
    """Label a reply by rules alone.

    Args:
        text: The sender's new words; evidence quotes it.
        sentences: Its sentences.
        material: Dates and amounts found in it, the day, the language.

    Returns:
        A verdict; `is_certain` only where every sentence is explained and no doubt is left.
    """
    judged = tuple(judge_sentence(one, material) for one in sentences)
    labels = {intent for one in judged for intent in one.intents}
    is_advice = _is_machine_advice(judged) and not labels & {i for _, i in SERIOUS}
    becomes = {}
    if Intent.ALREADY_PAID_CLAIM in labels and (is_advice or _has_payment_details(judged)):
        becomes[Intent.ALREADY_PAID_CLAIM] = Intent.REMITTANCE_ADVICE
    statements: list[Statement] = []
    for one in judged:
        evidence = quote(text, one.sentence.start, one.sentence.end)
        for intent in one.intents:
            rule = next((h.words for h in one.hits if h.strength is Strength.STRONG), "")
            statements.append(
                Statement(
                    intent=becomes.get(intent, intent),
                    confidence=LIKELY,
                    evidence=evidence,
                    rule=rule,
                )
            )
    if is_advice and not labels & {Intent.ALREADY_PAID_CLAIM}:
        span = next(o for o in judged if o.has(Topic.REMITTANCE)).sentence
        statements = [s for s in statements if s.intent is not Intent.PROMISE_TO_PAY]
        statements.append(
            Statement(
                intent=Intent.REMITTANCE_ADVICE,
                confidence=LIKELY,
                evidence=quote(text, span.start, span.end),
                rule="remittance table",
            )
        )
    statements = _pruned(statements)
    found = frozenset(statement.intent for statement in statements)
    flags = _flags(judged, " ".join(one.sentence.folded for one in judged))
    because = doubts(judged, found, material.today)
    if not statements:
        statements, reason = _guess(text, judged, material.today)
        because.append(reason)
    is_certain = not because and bool(found) and found <= KEPT
    return Verdict(
        statements=tuple(statements),
        flags=tuple(dict.fromkeys(flags)),
        is_certain=is_certain,
        because=tuple(dict.fromkeys(because)),
        judged=judged,
    )


def _pruned(statements: list[Statement]) -> list[Statement]:
    """Drop what the guide lets stand only alone: acknowledgement and unrelated."""
    found = {statement.intent for statement in statements}
    if found - {Intent.ACKNOWLEDGEMENT, Intent.UNRELATED}:
        alone = {Intent.ACKNOWLEDGEMENT, Intent.UNRELATED}
    elif Intent.ACKNOWLEDGEMENT in found:
        alone = {Intent.UNRELATED}
    else:
        alone = set()
    return [statement for statement in statements if statement.intent not in alone]


_WEAK_GUESS = (
    (Topic.HARDSHIP, Intent.HARDSHIP_OR_INSOLVENCY),
    (Topic.PLAN, Intent.PAYMENT_PLAN_REQUEST),
    (Topic.EXTENSION, Intent.EXTENSION_REQUEST),
    (Topic.CONTACT, Intent.CONTACT_CHANGE),
    (Topic.COPY, Intent.INVOICE_COPY_REQUEST),
    (Topic.INFORMATION, Intent.INFORMATION_REQUEST),
    (Topic.DISPUTE, Intent.DISPUTE),
    (Topic.REFUSAL, Intent.REFUSAL_OR_LEGAL_THREAT),
    (Topic.UNRELATED, Intent.UNRELATED),
    (Topic.PROMISE, Intent.ACKNOWLEDGEMENT),
)


LONG_WORDS = 18


def _guess(text: str, judged: Sequence[Judged], today: date) -> tuple[list[Statement], str]:
    """Name the likeliest label where no phrase decided; a human reads it anyway."""
    reason = "No phrase decides; the label is a guess."
    sentences = [one for one in judged if not one.sentence.is_greeting]
    for one in sentences:
        if ABSENT.search(one.sentence.folded):
            return [_guessed(text, one, Intent.OUT_OF_OFFICE, GUESS, "absence word")], reason
    for one in sentences:
        if any(d.on >= today for d in one.dates) and not one.sentence.is_question:
            return [_guessed(text, one, Intent.PROMISE_TO_PAY, GUESS, "a date ahead")], reason
    for topic, intent in _WEAK_GUESS:
        for one in sentences:
            hit = next((h for h in one.hits if h.topic is topic), None)
            if hit is not None:
                return [_guessed(text, one, intent, GUESS, f"weak: {hit.words}")], reason
    chosen = next(iter(sentences or judged), None)
    total = sum(one.sentence.words for one in sentences)
    intent = Intent.DISPUTE if total > LONG_WORDS else Intent.ACKNOWLEDGEMENT
    if chosen is None:
        empty = Statement(
            intent=Intent.UNRELATED, confidence=0.1, evidence=quote(text, 0, 0), rule="nothing"
        )
        return [empty], "No rule knows these words."
    return [_guessed(text, chosen, intent, 0.1, "nothing known")], "No rule knows these words."


def _guessed(text: str, one: Judged, intent: Intent, confidence: float, rule: str) -> Statement:
    evidence = quote(text, one.sentence.start, one.sentence.end)
    return Statement(intent=intent, confidence=confidence, evidence=evidence, rule=rule)
