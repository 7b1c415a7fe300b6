"""Phrases as rules: the tables beside this file, compiled, and where they strike a sentence.

A phrase is a small expression over folded text: "~" is a gap inside the sentence, "*" the rest
of a word. The tables decide nothing; `intents` weighs what they find.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from parsers.clauses import Sentence
from parsers.denials import without_denials


class Topic(StrEnum):
    """What a table of phrases is about: labels of the guide, and signals beside them."""

    DISPUTE = "dispute"
    REFUSAL = "refusal_or_legal_threat"
    HARDSHIP = "hardship_or_insolvency"
    STOP = "stop_request"
    PLAN = "payment_plan_request"
    EXTENSION = "extension_request"
    PAID = "already_paid_claim"
    REMITTANCE = "remittance"
    PROMISE = "promise_to_pay"
    ACKNOWLEDGEMENT = "acknowledgement"
    COPY = "invoice_copy_request"
    INFORMATION = "information_request"
    CONTACT = "contact_change"
    UNRELATED = "unrelated"
    CONDITION = "condition"
    NEGATION = "negation"
    DOUBT = "doubt"
    INSTRUCTS = "instructs_software"
    ANGRY = "angry"
    UNSEEABLE = "unseeable"
    PAID_WHEN_PAID = "paid_when_paid"


class Strength(StrEnum):
    """How far a phrase decides: by itself, only as a doubt, or as a mark of a question."""

    STRONG = "strong"
    WEAK = "weak"
    ANSWERABLE = "answerable"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Rule:
    """All phrases of one topic and strength as one expression."""

    topic: Topic
    strength: Strength
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A phrase found: its topic, strength, words, and span in the original text."""

    topic: Topic
    strength: Strength
    words: str
    start: int
    end: int


DENIABLE = frozenset(
    {Topic.DISPUTE, Topic.REFUSAL, Topic.HARDSHIP, Topic.STOP, Topic.PLAN, Topic.EXTENSION}
)
_GAP = "[^.!?;]{0,40}?"


def expression(phrases: list[str]) -> str:
    """Turn phrases of the tables into one regular expression.

    Phrases with the same edges share them, so that an edge is tried once at each place and
    not once a phrase: the search is about ten times as fast.
    """
    edged: dict[tuple[str, str], list[str]] = {}
    for phrase in phrases:
        text = phrase.removesuffix(" ~")
        text = text.replace("*", r"\w{0,24}")
        text = text.replace(" ~ ", f"(?: {_GAP})? ").replace("~", _GAP)
        left = "" if text.startswith("^") else r"(?:(?<!\w)|(?<=\w)(?=n't))"
        right = "" if text.endswith((" ", "b")) and text.endswith((r"\b", " ")) else r"(?!\w)"
        edged.setdefault((left, right), []).append(text)
    return "|".join(f"{left}(?:{'|'.join(texts)}){right}" for (left, right), texts in edged.items())


@lru_cache(maxsize=16)
def load_rules(language: str) -> tuple[Rule, ...]:
    """Read the tables of a language: English, German, or the few phrases of the others."""
    name = {"en": "rules_en.toml", "de": "rules_de.toml"}.get(language, "rules_other.toml")
    tables = tomllib.loads(files("parsers").joinpath(name).read_text(encoding="utf-8"))
    found: list[Rule] = []
    for topic, table in tables.items():
        for strength, phrases in table.items():
            compiled = re.compile(expression(phrases))
            found.append(Rule(Topic(topic), Strength(strength), compiled))
    return tuple(found)


def strike(sentence: Sentence, language: str) -> tuple[Hit, ...]:
    """Return the first hit of every rule in the sentence, strong ones first; a serious phrase
    that is denied is none."""
    found: list[Hit] = []
    plain = without_denials(sentence.folded)
    for rule in load_rules(language):
        match = rule.pattern.search(plain if rule.topic in DENIABLE else sentence.folded)
        if match is not None:
            found.append(
                Hit(
                    topic=rule.topic,
                    strength=rule.strength,
                    words=match.group(),
                    start=sentence.start + match.start(),
                    end=sentence.start + match.end(),
                )
            )
    return tuple(found)
