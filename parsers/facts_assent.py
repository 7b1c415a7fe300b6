"""Assent: "yes, that works" takes its date from what it answers, and from nowhere else.

The quoted text is context: it resolves the words of the reply and is never evidence itself; the
span of the date is the assent in the new text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.date_rules import Anchor
from parsers.dates import find_dates
from parsers.evidence import fold, quote
from parsers.reading import FoundDate, Precision

ASSENT_CHARACTERS_MAX = 240
QUOTE_CHARACTERS_MAX = 3_000

_ASSENT = re.compile(
    r"\b(?:yes|yep|yeah|yup|ok|okay|sure|agreed|deal|perfect|confirmed|confirm|correct|exactly|fine"
    r"|that works|works for (?:me|us)|sounds good|will do|go with that|you can count on"
    r"|as (?:agreed|you"
    r" (?:say|suggest|propose))|that (?:date|day)|ja|jawohl|jep|passt|einverstanden|abgemacht"
    r"|geht klar"
    r"|genau|richtig|stimmt|bestatig\w+|gerne|in ordnung|wie (?:besprochen|vorgeschlagen)|oui"
    r"|d'accord"
    r"|c'est (?:bien ca|bon|note|cela|exact)|parfait|entendu|je confirme|nous confirmons"
    r"|cette date|si"
    r"|vale|de acuerdo|perfecto|correcto|conforme|confirmo|confirmado|esa fecha|asi es|va bene"
    r"|perfetto"
    r"|d'accordo|confermo|confermiamo|esatto|certo|akkoord|prima|klopt|zeker|goed|bevestig\w*"
    r"|doen we"
    r"|sim|combinado|certo|perfeito|pode ser|essa data|fica (?:assim|combinado)|tak|zgoda|dobrze"
    r"|potwierdzam|potwierdzamy|zgadza sie|pasuje|okej|japp|javisst|stammer|overens|det (?:kan du"
    r"|gar"
    r" bra|passer)|regne med|aftale|jag lovar)\b"
)
_REFUSES = re.compile(
    r"\b(?:no|not|can't|cannot|won't|n't|nein|nicht|kein|non|pas|ne|impossible|niet|geen|nao|nie"
    r"|inte"
    r"|ikke|but|aber|mais|pero|ma|maar|mas|ale|men|jednak|tyvarr)\b"
)
_WROTE = re.compile(
    r"(?m)^[> ]*(?:from|sent|to|date|subject|von|gesendet|an|betreff|datum|de|envoye|a|objet"
    r"|enviado"
    r"|para|asunto|da|inviato|oggetto|verzonden|aan|onderwerp|assunto|od|do|temat|wyslano|fran"
    r"|skickat"
    r"|til|fra|sendt|emne|cc) ?:.*$|^.*(?:wrote|schrieb|a ecrit|escribio|ha scritto|schreef"
    r"|escreveu"
    r"|napisal\(?a?\)?|skrev)\b.*$"
)
_PROPOSES = re.compile(
    r"\?|confirm|would|could|propose|suggest|agree|pay by|expect|okay|bestatig|konnen|waere|ware"
    r"|vorschlag|confirmer|pourriez|proposons|confirmar|podria|propon|conferm|potrebbe|bevestig"
    r"|kunt"
    r"|voorstel|pode|propom|potwierdz|czy|mozliw|bekrafta|kan du|kan vi|bekraeft|till|until|bis"
    r"|jusqu"
)


def agreed_date(
    text: str, contexts: Sequence[str], anchor: Anchor, language: str
) -> FoundDate | None:
    """Find the date that a short assent accepts.

    Args:
        text: The sender's new words, without a date of their own.
        contexts: What they answer, most likely first: the quoted text, the text of our letter.
        anchor: The sender's day of receipt.
        language: ISO 639-1 of the reply.

    Returns:
        The one date ahead that the context proposes, spanned by the words of assent; None where
        the text does not plainly agree, or the context names no date or several.
    """
    folded = fold(text[:ASSENT_CHARACTERS_MAX])
    match = _ASSENT.search(folded)
    if len(text) > ASSENT_CHARACTERS_MAX or match is None or _REFUSES.search(folded):
        return None
    for context in contexts:
        found = _proposed(context[:QUOTE_CHARACTERS_MAX], anchor, language)
        if found is not None:
            span = quote(text, match.start(), match.end())
            return replace(found, span=span, rule="agreed")
    return None


def _proposed(context: str, anchor: Anchor, language: str) -> FoundDate | None:
    plain = _WROTE.sub(lambda m: " " * len(m.group()), context)
    ahead = [
        day
        for day in find_dates(plain, anchor, language)
        if day.on > anchor.today and day.precision in (Precision.DAY, Precision.WEEK)
    ]
    folded = fold(plain)
    asked = [day for day in ahead if _is_proposed(folded, day)]
    days = asked or ahead
    return days[0] if len({day.on for day in days}) == 1 else None


def _is_proposed(folded: str, day: FoundDate) -> bool:
    low = max(folded.rfind(mark, 0, day.span.start) for mark in (". ", "\n\n", "! ", "? ")) + 1
    high = min(
        (place for mark in (". ", "\n\n", "!") if (place := folded.find(mark, day.span.end)) >= 0),
        default=len(folded),
    )
    return _PROPOSES.search(folded, low, high + 1) is not None
