"""Deciding: the rules' verdict and the trained reader's opinion made into one verdict.

The opinion names the labels, in every language. The rules keep their vetoes: a serious phrase,
a condition, a negation or a reservation is never outvoted, it brings a human. A label is acted
upon alone only above its threshold, and only where no serious label is likely at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.evidence import quote
from parsers.extract import Extracted
from parsers.intents import LIKELY, Verdict
from parsers.judging import SERIOUS, Judged
from parsers.opinion import Opinion
from parsers.promise_doubts import is_day_of_payment_named, is_told_apart, promise_doubts
from parsers.reading import Flag, Intent, Statement
from parsers.reserves import reserves
from parsers.rules import Strength, Topic
from parsers.settled import promising, settled
from parsers.vetoes import is_instruction, pays_oneself

LABEL_MIN = 0.5
CLAUSE_MIN = 0.5
SERIOUS_LABELS = tuple(intent for _, intent in SERIOUS)
GRAVE_LABELS = (
    *SERIOUS_LABELS,
    Intent.PAYMENT_PLAN_REQUEST,
    Intent.EXTENSION_REQUEST,
)
ALONE = (
    Intent.OUT_OF_OFFICE,
    Intent.OTHER_AUTOMATIC,
    Intent.ACKNOWLEDGEMENT,
    Intent.UNRELATED,
)
PAID = (Intent.REMITTANCE_ADVICE, Intent.ALREADY_PAID_CLAIM)
MILD = frozenset(
    {
        Intent.OUT_OF_OFFICE,
        Intent.OTHER_AUTOMATIC,
        Intent.CONTACT_CHANGE,
        Intent.INVOICE_COPY_REQUEST,
        Intent.INFORMATION_REQUEST,
    }
)
ASKING = frozenset({Intent.CONTACT_CHANGE, Intent.INFORMATION_REQUEST})
KNOWN = MILD - {Intent.OTHER_AUTOMATIC, Intent.INFORMATION_REQUEST}
"""Whether these need a human is known by rule: which address is named, and that the rest never
does. The trained reader sees no addresses."""
NOTHING_MAX = 0.05
OVERRULE_MIN, OVERRULE_MARGIN = 0.6, 0.4
NAMED_MIN = 0.2
WIDEN_MIN = 0.6
VETO_MIN = 0.2
"""A strong phrase of the rules adds its label from this probability on; below it only doubts."""


def chosen_labels(opinion: Opinion, verdict: Verdict) -> tuple[Intent, ...]:
    """Return the labels: the best one, every other of at least one half, and vetoes.

    Labels that stand only alone yield to others; of the two kinds of paid the likelier stays.
    """
    ranked = opinion.ranked()
    found = [intent for intent, score in ranked if score >= LABEL_MIN] or [ranked[0][0]]
    struck = {one.intent for one in verdict.statements if one.confidence >= LIKELY}
    found += [
        intent
        for intent in SERIOUS_LABELS
        if intent in struck and intent not in found and opinion.of(intent) >= VETO_MIN
    ]
    if found[0] in ALONE and len(found) > 1 and opinion.of(found[1]) < LABEL_MIN:
        found = found[:1]
    if any(intent not in ALONE for intent in found):
        found = [intent for intent in found if intent not in ALONE]
    else:
        found = found[:1]
    if all(intent in found for intent in PAID):
        found.remove(min(PAID, key=opinion.of))
    return tuple(found)


def widened(labels: tuple[Intent, ...], opinion: Opinion, found: Extracted) -> tuple[Intent, ...]:
    """Add the labels of sentences that speak of other invoices than the rest does."""
    fates: dict[Intent, set[str]] = {}
    for place, sentence in enumerate(found.sentences):
        numbers = {
            number
            for mention in found.numbers.mentions
            if sentence.start <= mention.span.start < sentence.end
            for number in mention.numbers
        }
        if not numbers:
            continue
        best = max(Intent, key=lambda intent: opinion.of_clause(place, intent))
        if best not in ALONE and opinion.of_clause(place, best) >= WIDEN_MIN:
            fates.setdefault(best, set()).update(numbers)
    added = [
        intent
        for intent, numbers in fates.items()
        if intent not in labels
        and any(numbers - others for other, others in fates.items() if other is not intent)
    ]
    if not added or (set(labels) | set(added)) >= set(PAID):
        return labels
    return (*(intent for intent in labels if intent not in ALONE), *added)


def decide(verdict: Verdict, opinion: Opinion, found: Extracted) -> Verdict:
    """Join both readers.

    Args:
        verdict: What the rules say.
        opinion: What the trained reader says, its clauses being the sentences of `found`.
        found: The new words and what stands in them.

    Returns:
        A verdict with the labels of both; `is_certain` only without any doubt of either.
    """
    read = widened(chosen_labels(opinion, verdict), opinion, found)
    labels = settled(read, opinion, verdict.judged, found)
    judged = told_again(verdict.judged, opinion, labels)
    if Intent.PROMISE_TO_PAY in labels:
        is_added = Intent.PROMISE_TO_PAY not in read
        judged = promising(judged, verdict.judged, opinion, found.language, is_added)
    statements = tuple(
        statement
        for intent in labels
        for statement in _statements(intent, found.text, judged, opinion)
    )
    doubts = [
        *label_doubts(labels, opinion),
        *rule_doubts(labels, verdict, opinion),
    ]
    if set(labels) != set(read):
        doubts.append("The words tell of a payment that the reader does not see.")
    if Intent.PROMISE_TO_PAY in labels:
        doubts += promise_doubts(judged, found)
        if set(PAID) & set(labels) and not is_told_apart(found):
            doubts.append("The same is said to be paid and yet to be paid.")
    folded = _folded(judged)
    doubts += reserves(folded, labels)
    if Intent.OUT_OF_OFFICE in labels and pays_oneself(folded):
        doubts.append("Somebody who is away says that he pays.")
    if set(labels) <= ASKING and is_day_of_payment_named(found):
        doubts.append("A day of payment is named, but no promise is read.")
    flags = verdict.flags
    if set(PAID) & set(labels) and any(one.has(Topic.UNSEEABLE) for one in judged):
        flags = (*flags, Flag.PAID_UNSEEABLY)
    if is_instruction(folded):
        flags = (*flags, Flag.INSTRUCTS_SOFTWARE)
    return replace(
        verdict,
        statements=statements,
        flags=tuple(dict.fromkeys(flags)),
        judged=judged,
        opinion=opinion,
        because=tuple(dict.fromkeys(doubts)),
        is_certain=not doubts,
    )


def _folded(judged: Sequence[Judged]) -> str:
    return " ".join(one.sentence.folded for one in judged)


def overrule(machine: Verdict, spoken: Verdict) -> Verdict:
    """Let the trained reader correct what the marks of automatic mail suggest.

    Args:
        machine: The verdict by headers and by the wording of automatic mail.
        spoken: What both readers say of the words alone.

    Returns:
        `spoken` where it is far surer of another label that a machine can send; else
        `machine`, with a doubt where the words may be a dispute or the like, or hold something
        back.
    """
    chosen = _overruled(machine, spoken)
    held = reserves(_folded(spoken.judged), [one.intent for one in chosen.statements])
    if not held or not chosen.is_certain:
        return chosen
    return replace(chosen, is_certain=False, because=(*chosen.because, *held))


def _overruled(machine: Verdict, spoken: Verdict) -> Verdict:
    opinion = spoken.opinion
    if opinion is None or not machine.statements:
        return machine
    best, score = opinion.ranked()[0]
    named = machine.statements[0].intent
    is_plain = named in (Intent.OUT_OF_OFFICE, Intent.OTHER_AUTOMATIC)
    is_sure = score >= OVERRULE_MIN and opinion.margin >= OVERRULE_MARGIN
    if best is named and is_sure and opinion.human < opinion.limits.human_max:
        return replace(machine, is_certain=True, because=())
    if best is named or not is_plain or best in (Intent.ACKNOWLEDGEMENT, Intent.UNRELATED):
        return machine
    is_odd = opinion.of(named) < NAMED_MIN
    if is_sure or (is_odd and score >= LABEL_MIN):
        return spoken
    if is_odd or any(opinion.of(intent) >= LABEL_MIN for intent in GRAVE_LABELS):
        doubt = "The words of the automatic mail may say something else."
        return replace(machine, is_certain=False, because=(*machine.because, doubt))
    return machine


def told_again(
    judged: Sequence[Judged], opinion: Opinion, labels: Sequence[Intent]
) -> tuple[Judged, ...]:
    """Give each sentence the labels that it carries after the trained reader."""
    told: list[Judged] = []
    for index, one in enumerate(judged):
        if one.sentence.is_greeting:
            told.append(replace(one, intents=()))
            continue
        carried = [i for i in labels if opinion.of_clause(index, i) >= CLAUSE_MIN]
        kept = [i for i in one.intents if i in labels and opinion.of_clause(index, i) >= VETO_MIN]
        told.append(replace(one, intents=tuple(dict.fromkeys((*carried, *kept)))))
    for intent in labels:
        if not any(intent in one.intents for one in told):
            place = _best_sentence(judged, opinion, intent)
            if place is not None:
                told[place] = replace(told[place], intents=(*told[place].intents, intent))
    return tuple(told)


def _best_sentence(judged: Sequence[Judged], opinion: Opinion, intent: Intent) -> int | None:
    places = [place for place, one in enumerate(judged) if not one.sentence.is_greeting]
    if intent is Intent.PROMISE_TO_PAY:
        places = [place for place in places if judged[place].dates] or places
    places = places or list(range(len(judged)))
    return max(places, key=lambda place: opinion.of_clause(place, intent), default=None)


def _statements(
    intent: Intent, text: str, judged: Sequence[Judged], opinion: Opinion
) -> list[Statement]:
    made: list[Statement] = []
    for one in judged:
        if intent not in one.intents:
            continue
        rule = next((hit.words for hit in one.hits if hit.strength is Strength.STRONG), "")
        made.append(
            Statement(
                intent=intent,
                confidence=opinion.of(intent),
                evidence=quote(text, one.sentence.start, one.sentence.end),
                rule=rule or "classifier",
            )
        )
    if not made:
        made.append(
            Statement(
                intent=intent,
                confidence=opinion.of(intent),
                evidence=quote(text, 0, min(len(text), 300)),
                rule="classifier",
            )
        )
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressures:
    """What an opinion leaves open beside the labels chosen, each as a probability.

    `best` leads by `margin`: the label before the second, or the labels together before all
    others, whichever is more. The second reader gives it `second`. `grave` is the likeliest
    serious label not chosen, `spoken` the likeliest other label of one sentence; each with its
    probability, None where there is none.
    """

    best: Intent
    margin: float
    second: float
    grave: tuple[Intent, float] | None
    spoken: tuple[Intent, float] | None
    human: float


def pressures(labels: Sequence[Intent], opinion: Opinion) -> Pressures:
    """Return what the probabilities say against the labels chosen."""
    best, _ = opinion.ranked()[0]
    of_paid = set(PAID) & set(labels)
    others = max((opinion.of(i) for i in Intent if i not in labels), default=0.0)
    margin = max(opinion.margin, min(map(opinion.of, labels)) - others)
    grave = [(i, opinion.of(i)) for i in GRAVE_LABELS if i not in labels]
    left_out = {*labels, *ALONE, *(PAID if of_paid else ())}
    highest = map(max, zip(*opinion.clauses, strict=True))
    spoken = [
        (intent, score)
        for intent, score in zip(Intent, highest, strict=False)
        if intent not in left_out
    ]
    return Pressures(
        best=best,
        margin=round(margin, 3),
        second=opinion.second_of(best),
        grave=max(grave, key=lambda pair: pair[1], default=None),
        spoken=max(spoken, key=lambda pair: pair[1], default=None),
        human=0.0 if set(labels) <= KNOWN else opinion.human,
    )


def label_doubts(labels: Sequence[Intent], opinion: Opinion) -> list[str]:
    """Return what the probabilities leave open, each as a sentence for the clerk."""
    doubts: list[str] = []
    limits, found = opinion.limits, pressures(labels, opinion)
    if found.margin < limits.margin_of(found.best):
        doubts.append("No label is far enough before the others.")
    if found.second < limits.second_min:
        doubts.append("The words alone suggest something else.")
    if found.grave is not None and found.grave[1] >= limits.grave_max:
        doubts.append(f"It may also be: {found.grave[0].value.replace('_', ' ')}.")
    if found.spoken is not None and found.spoken[1] >= limits.clause_max:
        doubts.append(f"One sentence may be: {found.spoken[0].value.replace('_', ' ')}.")
    if not opinion.is_whole:
        doubts.append("The reply is longer than what was read at once.")
    if found.human >= limits.human_max:
        doubts.append("It reads like a mail that a human should answer.")
    return doubts


def rule_doubts(labels: Sequence[Intent], verdict: Verdict, opinion: Opinion) -> list[str]:
    """Return the vetoes of the rules: serious phrases that no label answers for.

    Beside an absence or a request for a paper, "closed" or "never received" is what such a mail
    says; there a phrase counts unless the trained reader sees nothing of its label.
    """
    struck = {one.intent for one in verdict.statements if one.confidence >= LIKELY}
    is_mild = set(labels) <= MILD
    return [
        f"A phrase of {intent.value.replace('_', ' ')} stands in the text."
        for intent in GRAVE_LABELS
        if intent in struck
        and intent not in labels
        and not (is_mild and opinion.of(intent) < NOTHING_MAX)
    ]
