"""Which invoices each statement is about: those within its words, before it, or after it.

"INV-7: paid last week" names its invoice before the statement, "paid it last week (INV-7)"
after it. Where two statements share a sentence, the clause of each invoice decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.evidence import fold
from parsers.facts_choosing import clause_of
from parsers.facts_choosing_words import PAY
from parsers.facts_dispute import weigh_reasons
from parsers.facts_remittance_words import PAID
from parsers.numbers import Mention
from parsers.reading import Evidence, Intent, Statement

REACH = 160
STATEMENTS_MAX = 60
MENTIONS_MAX = 80
_PAYING = frozenset({Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID_CLAIM, Intent.REMITTANCE_ADVICE})
_ASKING = re.compile(
    r"\b(?:copy|resend|re-send|send (?:it|me|us|over)|can't find|cannot find|never (?:saw|seen"
    r"|got|had)"
    r"|pdf|duplicate of|not on our|missing|kopie|zusenden|zuschicken|schicken|liegt uns nicht|fehlt"
    r"|nicht erhalten|kenne ich nicht|zweitschrift|copie|renvoy|envoy|trouve pas|jamais (?:vue"
    r"|recue)"
    r"|duplicado|copia|reenvi|envi[ae]|no (?:la )?(?:tengo|encuentro|consta)|mandat|rimand"
    r"|duplicato"
    r"|non (?:la )?(?:trov|risult)|kopie|stuur|doorsturen|niet ontvangen|geen factuur|copia|2a via"
    r"|segunda via|envia|mandar|kopi[eai]|przesl|duplikat|skan|nie mamy|skicka|kopia|send)\b"
)
_LATER = re.compile(
    r"\b(?:could we|can we|may we|until|push|postpone|extend|extra time|hang fire|more time"
    r"|moved to"
    r"|schieben|verlangern|aufschub|stunden|spater|bis zum|warten|report|delai|jusqu|repousser"
    r"|plazo"
    r"|aplaz|prorrog|esper|proroga|rinvi|rimand|uitstel|wachten|mag .{0,20}(?:na|later)|adiar|prazo"
    r"|poczekac|przesun|odroczy|vanta|skjuta|vente|udsaett)\w*"
)


def tie_invoices(
    text: str, statements: Sequence[Statement], mentions: Sequence[Mention]
) -> tuple[Statement, ...]:
    """Give each statement the invoices that it speaks of.

    Args:
        text: The sender's new words.
        statements: What they say, each with the span that carries it.
        mentions: The open invoices named, in order of the text.

    Returns:
        The statements in the same order, `invoices` filled; empty where none is tied to it.
    """
    folded = fold(text)
    few = [m for m in mentions if m.rule != "excepted"][:MENTIONS_MAX]
    loose = [m for m in mentions if m.rule == "excepted"]
    if len({one.intent for one in statements}) == 1:
        return _alone(statements, few)
    spans = [(one.evidence.start, one.evidence.end) for one in statements[:STATEMENTS_MAX]]
    found: list[list[str]] = [[] for _ in statements]
    for group in _joined(folded, few):
        for index in _owners(folded, group, statements, spans):
            found[index].extend(group.numbers)
    for mention in loose:
        for index, one in enumerate(statements[:STATEMENTS_MAX]):
            if one.intent not in _PAYING and _is_within(mention, spans[index]):
                found[index].extend(mention.numbers)
    return tuple(
        replace(one, invoices=tuple(dict.fromkeys(found[index])))
        for index, one in enumerate(statements)
    )


def _joined(folded: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Make one of mentions that a comma or "and" joins: they share their fate."""
    groups: list[Mention] = []
    for mention in mentions:
        last = groups[-1] if groups else None
        gap = folded[last.span.end : mention.span.start] if last else ""
        if last and _AND.fullmatch(gap) and "all" not in (last.rule, mention.rule):
            numbers = tuple(dict.fromkeys((*last.numbers, *mention.numbers)))
            span = Evidence(
                text=last.span.text + gap + mention.span.text,
                start=last.span.start,
                end=mention.span.end,
            )
            groups[-1] = Mention(numbers=numbers, span=span, rule=mention.rule)
        else:
            groups.append(mention)
    return groups


_AND = re.compile(
    r"(?:,|,? ?(?:and|und|et|y|e|en|i|och|og|sowie|plus|&|\+)) ?(?:no\.? |the |die |la )?"
)


def _alone(statements: Sequence[Statement], mentions: Sequence[Mention]) -> tuple[Statement, ...]:
    """One intent alone: the invoices in its words, else all that the mail names."""
    tied: list[Statement] = []
    for one in statements:
        span = (one.evidence.start, one.evidence.end)
        numbers = [n for m in mentions if _is_within(m, span) for n in m.numbers]
        tied.append(replace(one, invoices=tuple(dict.fromkeys(numbers))))
    if not any(one.invoices for one in tied):
        numbers = [n for m in mentions for n in m.numbers]
        tied = [replace(one, invoices=tuple(dict.fromkeys(numbers))) for one in tied]
    return tuple(tied)


def _is_within(mention: Mention, span: tuple[int, int]) -> bool:
    return span[0] <= mention.span.start < max(span[1], span[0] + 1)


def _owners(
    folded: str,
    mention: Mention,
    statements: Sequence[Statement],
    spans: Sequence[tuple[int, int]],
) -> list[int]:
    """The places of the statements that a mention belongs to."""
    within = [index for index, span in enumerate(spans) if _is_within(mention, span)]
    if len(within) == 1:
        return within
    if within:
        return _by_clause(folded, mention, within, statements)
    start, end = mention.span.start, mention.span.end
    line_end = folded.find("\n", end)
    line_end = line_end if line_end >= 0 else len(folded)
    line_start = folded.rfind("\n", 0, start) + 1
    after = [
        (span[0] - end, index)
        for index, span in enumerate(spans)
        if 0 <= span[0] - end <= REACH and "\n\n" not in folded[end : span[0]]
    ]
    before = [
        (start - span[1], index)
        for index, span in enumerate(spans)
        if 0 <= start - span[1] <= REACH and span[1] > line_start
    ]
    in_line = [pair for pair in after if spans[pair[1]][0] <= line_end]
    is_same_sentence = [
        pair for pair in before if not re.search(r"[.!?;] ", folded[spans[pair[1]][1] - 1 : start])
    ]
    for pool in (
        is_same_sentence if _ends_part(folded, start, end) else [],
        in_line,
        before,
        after,
    ):
        if pool:
            nearest = min(pool)[0]
            return [index for distance, index in pool if distance == nearest]
    return []


def _ends_part(folded: str, start: int, end: int) -> bool:
    """Whether the mention stands at the end of its part: no colon or dash leads on from it."""
    return re.match(r" ?(?:[:–-]|\)? ?:| is | ist )", folded[end : end + 4]) is None


def _by_clause(
    folded: str, mention: Mention, within: Sequence[int], statements: Sequence[Statement]
) -> list[int]:
    """Of statements in the same words, those whose matter the mention's clause speaks of."""
    low, high = clause_of(folded, mention.span.start, mention.span.end)
    clause = folded[low:high]
    weights = {index: _affinity(clause, statements[index].intent) for index in within}
    best = max(weights.values())
    if best == 0:
        return list(within)
    return [index for index in within if weights[index] == best]


def _affinity(clause: str, intent: Intent) -> int:
    """How much a clause speaks of the matter of an intent."""
    match intent:
        case Intent.PROMISE_TO_PAY:
            return 2 * (PAY.search(clause) is not None) - 1 * (PAID.search(clause) is not None)
        case Intent.ALREADY_PAID_CLAIM | Intent.REMITTANCE_ADVICE:
            return 3 * (PAID.search(clause) is not None)
        case Intent.DISPUTE:
            return min(4, max(weigh_reasons(clause).values(), default=0) // 4)
        case Intent.INVOICE_COPY_REQUEST | Intent.INFORMATION_REQUEST:
            return 3 * (_ASKING.search(clause) is not None)
        case Intent.EXTENSION_REQUEST | Intent.PAYMENT_PLAN_REQUEST:
            return 3 * (_LATER.search(clause) is not None)
        case _:
            return 0
