"""Vetoes in eight languages: words beside a promise that make it none to act upon alone.

A condition, a reservation, a negation or a withdrawal. They never name a label; they bring a
human. The phrase tables of English and German say the same at greater length.
"""

from __future__ import annotations

import re

_CONDITION = re.compile(
    r"\b(?:if (?:you(?!'d| (?:need|have|want|would|require|wish))|your|the|it|we|i|our|they)"
    r"|wenn (?:sie|ihr|du|ich|wir|der|die|das|es)|once (?:we|you|the|our|your|it|i|they|that"
    r"|this)|as soon as(?! (?:i|we)(?:'m|'re| am| are) back)"
    r"|provided (?:that|you)|subject to|unless|assuming|only (?:if|when|after)"
    r"|sobald|sofern|vorausgesetzt|falls|erst (?:wenn|nach|nachdem)|vorbehaltlich|unter vorbehalt"
    r"|des (?:que|reception|lors)|une fois|a condition|sous reserve|tant que|a reception de"
    r"|en cuanto|una vez|siempre (?:que|y cuando)|a condicion|hasta que|salvo que"
    r"|appena|a patto|sempre che|non appena|una volta|a condizione|purche|salvo|finche"
    r"|zodra|mits|tenzij|op voorwaarde|pas (?:als|wanneer|na)"
    r"|assim que|logo que|desde que|a condicao|caso"
    r"|jak tylko|pod warunkiem|o ile|jesli|jezeli|dopiero (?:gdy|jak|kiedy|po)|dopoki|po otrzymaniu"
    r"|sa snart|saa snart|forutsatt|under forutsattning|forst nar|forst (?:efter|etter)"
    r"|s[ao] snart|hvis|medmindre|forudsat)\b"
    r"|\b(?:cuando|quando|wenn|quand|nar|gdy|kiedy|als) (?:\w+ ){0,4}?(?:receb\w*|recib\w*|llegu\w*"
    r"|arriv\w*|cheg\w*|tenga\w*|cobr\w*|entre\b|incass\w*|ricev\w*|komm\w*|kommit|betaald|binnen"
    r"|wplyn\w*|dotr\w*|eintriff\w*|eingeh\w*|da (?:ist|sind)|er ist|ha[rt] fatt)"
    r"|\b(?:when (?!i\b|im\b|we\b|you\b|s?he\b|they\b|it goes|next)|quand (?:les?|la|l'|un|mon"
    r"|notre)\b"
    r"|cuando (?:el|la|los|las|un|mi|nuestr\w)\b|quando (?:il|gli|le|la|l'|un|o|as?|os|mi"
    r"|nostr\w)\b"
    r"|wenn (?:mein|unser|ein|oster\w|weihnacht)\w*|als (?:de|het|een|mijn|onze|pasen|er)\b"
    r"|(?:jak|gdy|kiedy) (?:mi|nam|mnie|bank|klient)\w{0,3}\b)"
)
_DOUBT = re.compile(
    r"\b(?:hope(?:fully)?|try|trying|might|maybe|perhaps|probably|should be able|hoff\w*"
    r"|versuch\w*|vielleicht|voraussichtlich|vermutlich|eventuell|esper\w*|spero|speriamo|essay\w*"
    r"|peut-etre|normalement|intent\w*|quiza\w*|a lo mejor|prov(?:o|iamo|eremo)|cerch\w*|forse"
    r"|hoop|hopelijk|prober\w*|misschien|waarschijnlijk|talvez|tent\w+|mam nadzieje|moze"
    r"|postara\w*|sprobuj\w*|hoppas|forhoppningsvis|kanske|haber at|maske|forsok\w*|forsog\w*)\b"
)
_NEGATION = re.compile(
    r"n't\b|\b(?:not|never|cannot|(?:do|does|did|ca|wo|is|are)nt|nicht|kein\w*|nie(?:mals)?"
    r"|ne (?:\w+ ){1,4}(?:pas|plus|rien)"
    r"|n'\w+ (?:pas|plus|rien)|tampoco|nunca|jamas|non|niet|geen|nooit|nao|nem|inte|ikke"
    r"|aldrig|olvid\w*|oublie\w*|dimentic\w*|vergeet|esquec\w*|zapomn\w*|glom|glem)\b"
)


_COURTESY = re.compile(
    r"\b(?:hop(?:e|ing)|hoff\w*|esper\w*|sper\w*|hoop|hopelijk|mam nadzieje|hoppas|haber)\b"
    r"[^.!?;]{0,40}?\b(?:ok|okay|oke|okej|alright|all right|fine|works|suits|understand|put you out"
    r"|you(?:'re| are) well|helps?|passt|in ordnung|verstandnis|recht|convien\w*|compren\w*"
    r"|portez|allez|problem\w*|moleste|importe|diferenca|incomod\w*|capi\w*|vada bene|erg"
    r"|begrip|przeszkadza|rozumie\w*|zrozumi\w*|funkar|forstaelse)\b"
    r"|\bif (?:it|the money|payment) (?:isn't|is not|hasn't|doesn't)\b"
)
"""A courtesy to the reader, "I hope that is all right": no doubt about the payment."""
_NO = re.compile(r"\bno\b")
"""Spanish and English only: in Portuguese it is "in the"."""


def veto_of(sentence: str, clauses: str, language: str) -> str:
    """Return why a promise is none to act upon; empty where nothing speaks against it.

    Args:
        sentence: The sentence of the promise, lower-cased and without accents.
        clauses: Those of its clauses in which the promise stands, alike. "Not before, we are
            shut" denies another day than the one promised.
        language: The language, an ISO 639-1 code.
    """
    sentence = _COURTESY.sub(" ", sentence)
    if _CONDITION.search(sentence):
        return "A condition stands beside the payment."
    if _DOUBT.search(sentence):
        return "A reservation stands beside the payment."
    if _NEGATION.search(clauses) or (language in ("es", "en") and _NO.search(clauses)):
        return "A negation stands beside the payment."
    return ""


_PAYS_ONESELF = re.compile(
    r"\b(?:(?:i|we)(?:'ll| will| shall)? (?:pay|transfer|settle|wire)|uberweise?"
    r"|zahle?n? (?:ich|wir)"
    r"|(?:ich|wir) (?:zahle?n?|begleiche?n?|uberweisen)|(?:je|nous) (?:vous )?(?:le |la |les )?"
    r"(?:pai\w+|vire\w*|regl\w+)|pago|pagare(?:mos)?|transfiero|lo ingreso|pagher\w+|bonifico"
    r"|(?:ik|wij|we) (?:betaal|betalen|stort|maak)|betaal ik|pagarei|transfiro"
    r"|zaplace|zaplacimy|przeleje|oplace|(?:jeg|vi|jag) (?:betal\w+|overfor\w+))\b"
)


def pays_oneself(folded: str) -> bool:
    """Whether somebody says of himself that he pays: more than an absence.

    Args:
        folded: The whole text, lower-cased and without accents.
    """
    return _PAYS_ONESELF.search(folded) is not None


_SOFTWARE = re.compile(
    r"\b(?:asistente|assistente|assistent\w*|assistant\w*|asystent\w*|sistema|systeme?|system\w*"
    r"|software|oprogramowani\w*|chatbot|bot|robot|automat\w*|ki|ia|ai|llm|modell?|modelo|modele)\b"
    r"[^.!?\n]{0,60}\b(?:clasifi\w*|classifi\w*|klassifi\w*|klasyfik\w*|marque|marca\w*|marker\w*"
    r"|markier\w*|mark|oznacz\w*|ignor\w*|cierr\w*|schliess\w*|clotur\w*|chiud\w*|sluit\w*"
    r"|feche|fechar|zamkn\w*|stel in|set|book|verbuch\w*|registr\w*)\b"
)


def is_instruction(folded: str) -> bool:
    """Whether the text speaks to software and tells it what to do.

    Args:
        folded: The whole text, lower-cased and without accents.
    """
    return _SOFTWARE.search(folded) is not None
