"""Denials: serious words that are said only to be denied, "nobody is disputing anything".

Blanked before the tables of serious phrases are tried, so that a denial is not taken for what
it denies. Never where the sentence goes on to except something: "not the price, but the date".
"""

from __future__ import annotations

import re

EXCEPTED_MAX = 32
_NO = (
    r"(?:not|no|nobody(?:'s)?|nothing|never|without|neither|nor|kein\w{0,2}|nicht|nichts|ohne"
    r"|niemand|aucune?|pas|sans|ni|rien|sin|ningun\w?|nessun\w?|non|senza|geen|niet|niets"
    r"|zonder|nenhum\w?|nao|sem|nie|bez|zadn\w{1,3}|brak|inga?|inte|ikke|ingen|uden|uten|utan)"
)
_SERIOUS = (
    r"(?:disput\w*|complain\w*|objections?|insolven\w*|bankrupt\w*|going under|wrong"
    r"|inst?al?lments?|reklam\w*|beanstand\w*|einwand\w*|pleite|raten(?:zahlung)?|streitig"
    r"|litige|contest(?:e|ons|er|ation\w*|azion\w*|acao|acoes|iamo|o)|reclam\w*|cessation"
    r"|en faillite|quejas?|disputa\w*|fallit\w|klacht\w*|betwist\w*|failliet|klag\w*"
    r"|zastrzezen\w*|kwestion\w*|upadlos\w*|bestrid\w*|insigelse\w*|invandning\w*"
    r"|afdrag\w*|avbetaln\w*|parcelar|odroczen\w*)"
)
_DENIED = re.compile(
    rf"(?:\b{_NO}|n't) (?:\w+ ){{0,3}}?{_SERIOUS}\b(?: (?:anything|it|this|that))?"
    r"|\b(?:reklamier\w*|beanstand\w*|bestreit\w*|raten(?:zahlung)?|insolvent|pleite"
    r"|avbetaln\w*|afdrag\w*) (?:\w+ ){0,3}(?:nichts?|keine?n?|inte|ikke)\b"
)
_EXCEPTED = re.compile(
    r"\b(?:but|only|except|just|merely|sondern|nur|ausser|mais|sauf|seulement|pero|sino|salvo|solo"
    r"|ma|bensi|tranne|maar|alleen|behalve|mas|senao|apenas|ale|lecz|tylko|oprocz|men|bara)\b"
)


def without_denials(folded: str) -> str:
    """Return the sentence with denied serious words blanked, every place kept.

    Args:
        folded: One sentence, lower-cased and without accents.
    """
    return _DENIED.sub(lambda match: _blanked(folded, match), folded)


def _blanked(folded: str, match: re.Match[str]) -> str:
    """Spaces for a denial; the words themselves where it leaves something standing."""
    is_whole = _EXCEPTED.search(folded, match.start(), match.end() + EXCEPTED_MAX) is None
    return " " * len(match.group()) if is_whole else match.group()
