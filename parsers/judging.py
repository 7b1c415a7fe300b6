"""One sentence judged: the labels that its phrases and dates earn, and the doubts they leave.

A serious phrase rules out a promise in the same sentence. Every doubt is a sentence for a clerk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from parsers.amounts import FoundAmount
from parsers.clauses import Sentence
from parsers.evidence import within
from parsers.reading import FoundDate, Intent, Precision
from parsers.rules import Hit, Strength, Topic, strike

UNEXPLAINED_WORDS_MAX = 3


PROMISE_WORDS_MAX = 22


ACKNOWLEDGEMENT_WORDS_MAX = 28


SERIOUS = (
    (Topic.REFUSAL, Intent.REFUSAL_OR_LEGAL_THREAT),
    (Topic.HARDSHIP, Intent.HARDSHIP_OR_INSOLVENCY),
    (Topic.STOP, Intent.STOP_REQUEST),
    (Topic.DISPUTE, Intent.DISPUTE),
)


ASKING = (
    (Topic.PLAN, Intent.PAYMENT_PLAN_REQUEST),
    (Topic.EXTENSION, Intent.EXTENSION_REQUEST),
    (Topic.CONTACT, Intent.CONTACT_CHANGE),
    (Topic.INFORMATION, Intent.INFORMATION_REQUEST),
    (Topic.COPY, Intent.INVOICE_COPY_REQUEST),
)


GRAVE_TOPICS = frozenset(
    {Topic.REFUSAL, Topic.HARDSHIP, Topic.STOP, Topic.DISPUTE, Topic.PLAN, Topic.EXTENSION}
)


_FUTURE = re.compile(
    r"\b(?:will|shall|otherwise|goes|going|leaves|lands|gets|pays|paying|going to|gonna|to be"
    r"|being|scheduled|am paying|are paying|is going"
    r"|i'll|we'll"
    r"|you'll|it'll|they'll|he'll|she'll|'ll|i pay|we pay|planned|set for|queued|due to go|wird"
    r"|werde"
    r"|werden|zahle|zahl|uberweise|uberweis|zahlen wir|uberweisen wir"
    r"|wir zahlen|wir uberweisen"
    r"|eingeplant|vorgemerkt|terminiert|folgt|folgen|spatestens)\b|\bw(?:e|ill) pay"
)


ABSENT = re.compile(
    r"out of (?:the )?office|\bon (?:\w+ )?leave|on holiday|on vacation|annual leave|\bpto\b"
    r"|\booo\b"
    r"|away (?:from|until|till)|out until|not in (?:the office|today)|i(?:'m| am) (?:away|out)"
    r"|closed (?:for|from|until|on|between|over)|abwesen|urlaub|nicht im (?:buro|haus)|ferien"
    r"|nicht erreichbar|geschlossen|elternzeit|mutterschutz|conges?\b|absent|vacances|vacaciones"
    r"|fuera de la oficina|\bferie\b|assente|assenza|afwezig|vakantie|verlof|\bferias\b|urlop"
    r"|nieobecn|semester|\bferie|sick|krank|maternity|parental|\bback\b|wieder (?:da"
    r"|erreichbar"
    r"|im buro)|poissa|lomalla|dovolen|szabads|concediu"
)


LOOSE_DAYS = frozenset({"weekday", "weekday day", "today", "this week", "late this week"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What stands in the text beside its words, and the day from which it is seen."""

    today: date
    language: str
    dates: tuple[FoundDate, ...] = ()
    amounts: tuple[FoundAmount, ...] = ()
    number_spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One sentence with its hits and the labels that it earned by itself."""

    sentence: Sentence
    hits: tuple[Hit, ...]
    intents: tuple[Intent, ...]
    dates: tuple[FoundDate, ...]
    amounts: tuple[FoundAmount, ...]

    def has(self, topic: Topic, strength: Strength = Strength.STRONG) -> bool:
        """Whether a phrase of this topic and strength stands in the sentence."""
        return any(hit.topic is topic and hit.strength is strength for hit in self.hits)


def judge_sentence(sentence: Sentence, material: Material) -> Judged:
    """Label one sentence by its phrases, dates and amounts."""
    hits = () if sentence.is_greeting else strike(sentence, material.language)
    found_dates = within(material.dates, sentence.start, sentence.end)
    amounts = within(material.amounts, sentence.start, sentence.end)
    bare = Judged(sentence=sentence, hits=hits, intents=(), dates=found_dates, amounts=amounts)
    return Judged(
        sentence=sentence,
        hits=hits,
        intents=tuple(_labels(bare, material)),
        dates=found_dates,
        amounts=amounts,
    )


def _labels(one: Judged, material: Material) -> Iterable[Intent]:
    """The labels of one sentence, serious ones first; a promise only where none is serious."""
    if one.sentence.is_greeting:
        return
    serious = [intent for topic, intent in SERIOUS if one.has(topic)]
    yield from serious
    asking = [intent for topic, intent in ASKING if one.has(topic)]
    is_deferring = Intent.PAYMENT_PLAN_REQUEST in asking or Intent.EXTENSION_REQUEST in asking
    if is_deferring:
        asking = asking[:1]
    yield from asking
    ahead = [d for d in one.dates if d.on >= material.today]
    is_future = _FUTURE.search(one.sentence.folded) is not None
    firm = [d for d in one.dates if d.on > material.today and d.rule not in LOOSE_DAYS]
    is_past = one.has(Topic.PAID) and not is_future and not firm
    if is_past and not one.sentence.is_question and not serious and not is_deferring:
        yield Intent.ALREADY_PAID_CLAIM
        return
    if serious or is_deferring or one.sentence.is_question:
        return
    if ahead and (one.has(Topic.PROMISE) or one.sentence.words <= 6):
        if not asking:
            yield Intent.PROMISE_TO_PAY
        return
    if one.has(Topic.UNRELATED) and not asking:
        yield Intent.UNRELATED
    elif one.has(Topic.ACKNOWLEDGEMENT) and not asking:
        yield Intent.ACKNOWLEDGEMENT


def doubts(judged: Sequence[Judged], labels: frozenset[Intent], today: date) -> list[str]:
    """Everything that the rules cannot explain, each as a sentence for the clerk."""
    doubts: list[str] = []
    unexplained = 0
    for one in judged:
        if one.sentence.is_greeting:
            continue
        if any(hit.topic in GRAVE_TOPICS and hit.strength is Strength.WEAK for hit in one.hits):
            doubts.append("A phrase may mean a dispute, hardship or a request.")
        if not one.intents:
            unexplained += one.sentence.words
        if Intent.PROMISE_TO_PAY in one.intents:
            doubts.extend(_promise_doubts(one, today))
        if Intent.ALREADY_PAID_CLAIM in one.intents and any(
            one.has(topic) for topic in (Topic.NEGATION, Topic.CONDITION, Topic.DOUBT)
        ):
            doubts.append("The claim to have paid carries a negation, condition or doubt.")
        if Intent.INVOICE_COPY_REQUEST in one.intents and one.has(
            Topic.INFORMATION, Strength.HUMAN
        ):
            doubts.append("More than the invoice is asked for.")
        dated = {Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID_CLAIM}
        if not dated & set(one.intents) and any(d.on >= today for d in one.dates):
            doubts.append("A date ahead was not understood.")
        if one.sentence.is_question and not one.intents:
            doubts.append("A question was not understood.")
    if unexplained > UNEXPLAINED_WORDS_MAX:
        doubts.append(f"{unexplained} words are explained by no rule.")
    if Intent.ACKNOWLEDGEMENT in labels:
        total = sum(one.sentence.words for one in judged if not one.sentence.is_greeting)
        if total > ACKNOWLEDGEMENT_WORDS_MAX:
            doubts.append("The acknowledgement is too long to be only that.")
        if any(one.has(Topic.NEGATION) or one.dates for one in judged):
            doubts.append("The acknowledgement carries a negation or a date.")
    return doubts


def _is_name(index: int, judged: Sequence[Judged]) -> bool:
    """Whether the sentence is but a name below the last words: short, and says nothing."""
    one = judged[index]
    said = any(before.intents for before in judged[:index])
    telling = {hit.topic for hit in one.hits} - {Topic.DOUBT, Topic.PROMISE, Topic.DISPUTE}
    follows = judged[index + 1 :]
    return (
        said
        and not one.intents
        and not telling
        and one.sentence.words <= 5
        and not re.search(r"[\d?!]", one.sentence.folded)
        and all(other.sentence.words <= 5 and not other.intents for other in follows)
    )


def _promise_doubts(one: Judged, today: date) -> Iterable[str]:
    ahead = [d for d in one.dates if d.on >= today]
    if len(ahead) < len(one.dates):
        yield "A date beside the promise lies in the past."
    if any(d.is_impossible for d in ahead):
        yield "The promised date does not exist."
    if any(d.precision in (Precision.MONTH,) for d in ahead):
        yield "The promised date is vague."
    if len({d.on for d in ahead}) > 2:
        yield "More than two dates stand in one sentence."
    if one.sentence.words > PROMISE_WORDS_MAX:
        yield "The promise stands in a long sentence that may say more."
    if one.has(Topic.PAID) and not _FUTURE.search(one.sentence.folded):
        yield "The promise may be a payment made already."
    if one.has(Topic.NEGATION):
        yield "The promise carries a negation."
    if one.has(Topic.CONDITION):
        yield "The promise carries a condition."
    if one.has(Topic.DOUBT):
        yield "The promise carries a reservation."
    if not one.has(Topic.PROMISE):
        said = sum(len(d.span.text.split()) for d in ahead)
        if one.sentence.words > said + 1 or ABSENT.search(one.sentence.folded):
            yield "The date stands without a word of paying."
