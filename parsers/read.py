"""Reading: one mail in, all that it says out. Pure, linear, never raises on foreign bytes.

decode -> identify -> automatic or bounce -> strip quote and signature -> extract -> classify.
Only the sender's newest words count; what they leave open, a human decides.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from parsers.absence import LIKELY as LIKELY_AWAY
from parsers.absence import absence_said, is_only_absence
from parsers.attached import with_attached
from parsers.automatic import automatic
from parsers.bounces import read_bounce
from parsers.deciding import decide, overrule
from parsers.evidence import fold, quote
from parsers.extract import Extracted, extract
from parsers.facts_absence import ADDRESS, find_absence
from parsers.facts_automatic import CHALLENGE, FAILED, LEFT, PAY_WORD, REJECTED
from parsers.facts_dispute import find_dispute
from parsers.facts_invoices import tie_invoices
from parsers.facts_promises import find_promises
from parsers.facts_remittance import find_remittance
from parsers.flags import finer_flags
from parsers.identify import identify
from parsers.intents import CERTAIN, GUESS, LIKELY, Verdict, classify
from parsers.judging import ABSENT, GRAVE_TOPICS, SERIOUS, Material
from parsers.mime import Decoded, decode
from parsers.needs import human_reasons
from parsers.opinion import Judge
from parsers.reading import (
    AbsenceFact,
    Automatic,
    BounceFact,
    Context,
    DisputeFact,
    Flag,
    Identity,
    Intent,
    PromiseFact,
    Reading,
    Severity,
    Statement,
)

_OLD = re.compile(r"(?:not|nicht|instead of|statt|no longer)\b[^@]{0,12}$", re.IGNORECASE)
GRAVE = frozenset(
    {one for _, one in SERIOUS} | {Intent.PAYMENT_PLAN_REQUEST, Intent.EXTENSION_REQUEST}
)
PAYING = frozenset({Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID_CLAIM, Intent.REMITTANCE_ADVICE})
KINDS = frozenset(kind.value for kind in Automatic)
RULED_LANGUAGES = frozenset({"en", "de"})


def read(
    raw: bytes,
    context: Context,
    classifier: Judge | None = None,
    expected_defects: frozenset[str] = frozenset(),
) -> Reading:
    """Read one mail.

    Args:
        raw: The message as it came; any bytes at all.
        context: What is known beside it; every field may be empty.
        classifier: A trained reader beside the rules; None: rules alone.
        expected_defects: Codes of defects that the source always has and that mean nothing
            (a record of the evaluation has no sender).

    Returns:
        A reading with at least one statement wherever there is text; `needs_human` is True
        whenever the rules do not explain all of it. Defects of the mail stand in `defects`.
    """
    decoded = decode(raw)
    identity = identify(raw, context)
    kind, reason = automatic(decoded, identity)
    bounce = read_bounce(decoded, raw)
    if bounce is not None:
        kind = Automatic.BOUNCE
    identity = replace(
        identity, defects=tuple(d for d in identity.defects if d.code not in expected_defects)
    )
    found = extract(decoded, identity, context)
    if kind is Automatic.NONE or not found.text:
        verdict = _human(found, classifier)
    else:
        verdict = _machine(found, kind, identity)
        if classifier is not None and kind is not Automatic.BOUNCE:
            verdict = _corrected(verdict, _human(found, classifier), found.text)
    return _assembled(decoded, identity, context, kind, reason, bounce, found, verdict)


def _human(found: Extracted, classifier: Judge | None) -> Verdict:
    if not found.text:
        empty = Statement(
            intent=Intent.UNRELATED, confidence=LIKELY, evidence=quote("", 0, 0), rule="empty"
        )
        return Verdict(
            statements=(empty,),
            flags=(Flag.EMPTY,),
            is_certain=False,
            because=("The reply has no words of its own.",),
        )
    material = Material(
        today=found.today or date.min,
        language=found.language,
        dates=found.dates,
        amounts=found.amounts,
    )
    verdict = classify(found.text, found.sentences, material)
    if classifier is not None:
        clauses = [
            "" if one.is_greeting else found.text[one.start : one.end] for one in found.sentences
        ]
        return decide(verdict, classifier.judge(found.text, clauses), found)
    because = verdict.because
    if found.language not in RULED_LANGUAGES:
        because = (*because, "Replies in this language are not decided by rules.")
    if found.today is None:
        because = (*because, "The day of receipt is unknown, so no date can be resolved.")
    return replace(verdict, is_certain=verdict.is_certain and not because, because=because)


def _machine(found: Extracted, kind: Automatic, identity: Identity) -> Verdict:
    """Label an automatic mail: its kind, or what it says in spite of being automatic."""
    spoken = _human(found, None)
    labels = {statement.intent for statement in spoken.statements}
    folded = fold(found.text)
    end = min(len(found.text), 300)
    whole = quote(found.text, 0, end)
    intent = Intent.OTHER_AUTOMATIC
    flags: list[Flag] = []
    because: tuple[str, ...] = ()
    is_certain = True
    if kind is Automatic.OUT_OF_OFFICE:
        intent = Intent.OUT_OF_OFFICE
    if kind is not Automatic.BOUNCE and LEFT.search(folded):
        intent = Intent.CONTACT_CHANGE
        flags.append(Flag.LEFT_FOR_GOOD)
    elif kind in (Automatic.AUTO_REPLY, Automatic.OTHER_AUTOMATIC):
        if Intent.REMITTANCE_ADVICE in labels:
            intent = Intent.REMITTANCE_ADVICE
        elif labels & {one for _, one in SERIOUS} and _strongest(spoken) > GUESS:
            is_certain = False
            because = ("An automatic mail carries a phrase of dispute or refusal.",)
        elif Intent.CONTACT_CHANGE in labels and ADDRESS.search(found.text):
            intent = Intent.CONTACT_CHANGE
    if intent is Intent.OUT_OF_OFFICE and not _is_absence(found, folded):
        intent = Intent.OTHER_AUTOMATIC
    if intent is Intent.OTHER_AUTOMATIC and CHALLENGE.search(folded):
        flags.append(Flag.FILTER_CHALLENGE)
    is_refused = FAILED.search(folded) is not None or REJECTED.search(folded) is not None
    if intent is Intent.OTHER_AUTOMATIC and kind is not Automatic.BOUNCE and is_refused:
        is_certain = False
        because = ("An automatic mail tells of a failure or a rejection.",)
    has_substance = bool(found.amounts or found.numbers.mentions or found.dates)
    if intent is Intent.OTHER_AUTOMATIC and kind is not Automatic.BOUNCE and has_substance:
        is_certain = False
        because = ("An automatic mail speaks of an amount, an invoice or a date.",)
    if intent is Intent.OUT_OF_OFFICE and not identity.is_automatic_by_headers:
        spoken_grave = labels & GRAVE or (labels & PAYING and PAY_WORD.search(folded))
        if spoken_grave and _strongest(spoken) > GUESS:
            return replace(spoken, is_certain=False)
        is_certain = ABSENT.search(folded) is not None and not _is_doubtful(spoken)
        because = () if is_certain else ("Whether the note is only an absence is not certain.",)
    statement = Statement(intent=intent, confidence=CERTAIN, evidence=whole, rule=kind.value)
    return Verdict(
        statements=(statement,),
        flags=tuple(flags),
        is_certain=is_certain,
        because=because,
        judged=spoken.judged,
    )


def _corrected(machine: Verdict, spoken: Verdict, text: str) -> Verdict:
    """Let the trained reader overrule, but take no day of return for a promised one.

    Where the rules took the words for those of a person, it reads them in their place.
    """
    if any(one.rule not in KINDS for one in machine.statements):
        return spoken
    corrected = overrule(machine, spoken)
    was_away = any(one.intent is Intent.OUT_OF_OFFICE for one in machine.statements)
    is_promise = any(one.intent is Intent.PROMISE_TO_PAY for one in corrected.statements)
    return machine if was_away and is_promise and is_only_absence(text) else corrected


def _is_absence(found: Extracted, folded: str) -> bool:
    """Whether the note speaks of an absence: by a word for it, or by a day of return."""
    if ABSENT.search(folded) is not None or found.language not in RULED_LANGUAGES:
        return True
    if absence_said(found.text) >= LIKELY_AWAY:
        return True
    return (
        found.today is not None
        and find_absence(found.text, found.dates, found.today).returns_on is not None
    )


def _is_doubtful(verdict: Verdict) -> bool:
    """Whether a phrase of dispute, hardship, refusal or the like stands in the text at all."""
    return any(hit.topic in GRAVE_TOPICS for one in verdict.judged for hit in one.hits)


def _strongest(verdict: Verdict) -> float:
    return max((statement.confidence for statement in verdict.statements), default=0.0)


def _new_contact(text: str, verdict: Verdict, own: frozenset[str]) -> str | None:
    """The address to use from now on: one in the sentence that tells of the change, else any."""
    telling = [j.sentence for j in verdict.judged if Intent.CONTACT_CHANGE in j.intents]
    spans = [(sentence.start, sentence.end) for sentence in telling]
    matches = [m for m in ADDRESS.finditer(text) if m.group().lower().strip(".") not in own]
    near = [m for m in matches if any(low <= m.start() < high for low, high in spans)]
    preferred = [m for m in near if not _OLD.search(text[max(0, m.start() - 24) : m.start()])]
    chosen = (preferred or near or matches)[:1]
    return chosen[0].group().strip(".'-") if chosen else None


def _taken(statements: tuple[Statement, ...], intent: Intent) -> frozenset[str]:
    """The invoices that statements of another intent speak of, and none of this one."""
    own = {number for one in statements if one.intent is intent for number in one.invoices}
    others = {number for one in statements if one.intent is not intent for number in one.invoices}
    is_promise = intent is Intent.PROMISE_TO_PAY
    return frozenset(others if is_promise else others - own)


def _promises(
    found: Extracted, verdict: Verdict, statements: tuple[Statement, ...], context: Context
) -> tuple[PromiseFact, ...]:
    if all(one.intent is not Intent.PROMISE_TO_PAY for one in statements):
        return ()
    return find_promises(
        found.text,
        verdict.judged,
        found.numbers.mentions,
        _taken(statements, Intent.PROMISE_TO_PAY),
        found.today or date.min,
        context.items,
    )


def _assembled(
    decoded: Decoded,
    identity: Identity,
    context: Context,
    kind: Automatic,
    reason: str,
    bounce: BounceFact | None,
    found: Extracted,
    verdict: Verdict,
) -> Reading:
    statements = tie_invoices(found.text, verdict.statements, found.numbers.mentions)
    labels = {statement.intent for statement in statements}
    today = found.today or date.min
    own = frozenset({identity.from_address.lower(), *(a.lower() for a in context.own_addresses)})
    promises = _promises(found, verdict, statements, context)
    absence: AbsenceFact | None = None
    if Intent.OUT_OF_OFFICE in labels:
        absence = find_absence(found.text, found.dates, today, own)
    flags = [*verdict.flags, *finer_flags(decoded, found, verdict, promises)]
    if bounce is not None and bounce.is_delayed:
        flags.append(Flag.DELAY_NOTICE)
    has_contact = Intent.CONTACT_CHANGE in labels
    contact = _new_contact(found.text, verdict, own) if has_contact else None
    draft = Reading(
        identity=identity,
        automatic=kind,
        language=found.language,
        new_text=found.whole,
        quoted_text=found.quoted,
        statements=statements,
        promises=promises,
        dispute=_dispute(verdict, found, statements, context) if Intent.DISPUTE in labels else None,
        remittance=find_remittance(
            found.text,
            found.amounts,
            found.past_dates,
            found.numbers,
            context.items,
            today,
            _taken(statements, Intent.REMITTANCE_ADVICE),
        )
        if Intent.REMITTANCE_ADVICE in labels
        else None,
        absence=absence,
        bounce=bounce,
        new_contact=contact,
        invoices=found.numbers.invoices,
        flags=tuple(dict.fromkeys(flags)),
        attachments=decoded.attachments,
        needs_human=True,
        confidence=0.0,
        because=(reason, *verdict.because) if kind is not Automatic.NONE else verdict.because,
        defects=(*decoded.defects, *identity.defects),
        thread_ids=_threads(identity, bounce),
    )
    return _decided(with_attached(draft, decoded.tables, context), verdict, context)


def _dispute(
    verdict: Verdict, found: Extracted, statements: tuple[Statement, ...], context: Context
) -> DisputeFact:
    disputing = [j for j in verdict.judged if Intent.DISPUTE in j.intents]
    return find_dispute(
        " ".join(j.sentence.folded for j in disputing) or fold(found.text[:600]),
        [a for j in disputing for a in j.amounts],
        [n for s in statements if s.intent is Intent.DISPUTE for n in s.invoices],
        context.items,
        verdict.opinion.reasons if verdict.opinion is not None else (),
    )


def _threads(identity: Identity, bounce: BounceFact | None) -> tuple[str, ...]:
    originals = bounce.original_message_ids if bounce is not None else ()
    return tuple(dict.fromkeys((*originals, *identity.in_reply_to, *identity.references)))


def _decided(draft: Reading, verdict: Verdict, context: Context) -> Reading:
    """Set whether a human is needed, and how sure the reading is."""
    reasons = human_reasons(draft, verdict, context)
    doubts = [d.sentence for d in draft.defects if d.severity is not Severity.NOTE]
    is_human = bool(reasons or doubts) or not verdict.is_certain
    strongest = _strongest(verdict)
    if verdict.opinion is not None:
        confidence = round(verdict.opinion.margin, 3)
    elif verdict.is_certain and not doubts:
        confidence = CERTAIN
    else:
        confidence = min(strongest, LIKELY) if verdict.statements else 0.0
    return replace(
        draft,
        needs_human=is_human,
        confidence=confidence,
        because=tuple(dict.fromkeys((*draft.because, *reasons, *doubts))),
    )
