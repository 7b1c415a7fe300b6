"""Sentences of a reply: where they start and end, and which of them only greet.

Line breaks of a mail are half layout: a long line goes on in the next one, a short line stands
for itself. Offsets are those of the text that came in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.evidence import fold
from parsers.quote_words import CLOSINGS, SENTENCE

TEXT_MAX = 20_000
SENTENCES_MAX = 400
SENTENCE_MAX = 700
SHORT_LINE = 62
NAME_WORDS_MAX = 4
CLOSING_WORDS_MAX = 7
_CLOSINGS = frozenset(" ".join(re.findall(r"\w+", fold(closing))) for closing in CLOSINGS)
_SENTENCE = frozenset(fold(word) for word in SENTENCE)

_END = re.compile(r"[.!?]+[)\"'*_]{0,3}(?= |\n|$)|;(?= |\n)|\n|$")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:no|nr|nos|inv|ref|mr|mrs|ms|dr|st|co|ltd|inc|approx|dept|attn|acct|fr|hr|bzgl"
    r"|ca"
    r"|rg|re|lt|ggf|evtl|inkl|exkl|zzgl|z\.? ?b|d\.? ?h|u\.? ?a|i\.? ?a|i\.? ?h\.? ?v|tel|pos|abs"
    r"|art|str|sr|sra|sig|dott|e\.g|i\.e|rs|vs|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|okt|nov|dec"
    r"|dez|a/c|p\.o|chq|amt|qty|mio|tsd|kto|va|fa|vgl|bzw)\.$"
)
_GREETING = re.compile(
    r"(?:(?:hi|hiya|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|evening"
    r"|greetings|hallo|moin|servus|guten (?:tag|morgen|abend)|gruss gott|gruezi|liebe[rs]?"
    r"|sehr geehrte[rs]?|werte[rs]?|sg\.?|tach|salut|bonjour|bonsoir|cher|chere|madame|monsieur"
    r"|hola|buenos dias|buenas tardes|buenas|estimad[oa]s?|buongiorno|buonasera|salve|gentile|ciao"
    r"|beste|geachte|goedemorgen|goedemiddag|goedendag|dag|ola|bom dia|boa tarde|boas|caro|cara"
    r"|exmo|exma|prezad[oa]s?|dzien dobry|witam|szanown[aei]|czesc|hej|god dag|kaere|basta|to)\b"
    r"[^,.!?:;\d]{0,45}[,.!:]*)"
)
_THANKS = re.compile(
    r"(?:(?:many |kind |best |warm )?(?:thanks|thank you|thx|ta|cheers|regards|apologies|sorry"
    r"|rgds|br"
    r"|danke|vielen dank|besten dank|gruss|grusse|mfg|lg|vg|viele grusse|liebe grusse|merci|gracias"
    r"|grazie|obrigad[oa]|dziekuje|bedankt|pozdrawiam|tack|hvala|sincerely|yours|entschuldigung"
    r"|sorry"
    r"|pardon|mit freundlichen grussen|beste grusse|freundliche grusse|schonen tag|have a (?:good"
    r"|nice|"
    r"great|lovely) \w+|hope (?:you are|you're|this finds you) well"
    r"|i hope this helps)\b[^.!?\n]{0,45})[.!]*"
)
_SAYS = re.compile(
    r"\b(?:pay|paid|will|'ll|send|sent|not|no|never|n't|can|could|invoice|tomorrow|today|monday"
    r"|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|zahl\w*|bezahl\w*|uberw\w*"
    r"|nicht"
    r"|kein\w*|morgen fruh|heute|montag|dienstag|mittwoch|donnerstag|freitag|woche|monat|rechnung"
    r"|got|have|wird|werde\w*|ist|sind|habe\w*|is|are|stop|wrong)\b"
)


def _is_sign_off(flat: str) -> bool:
    """Tell whether folded text is a closing formula, with or without a name behind it."""
    words = re.findall(r"\w+", flat)
    for size in range(min(CLOSING_WORDS_MAX, len(words)), 0, -1):
        if " ".join(words[:size]) in _CLOSINGS:
            rest = words[size:]
            return len(rest) <= NAME_WORDS_MAX and not _SENTENCE.intersection(rest)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: folded text, span in the original, and what kind of thing it is."""

    start: int
    end: int
    folded: str
    is_question: bool
    is_greeting: bool

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(re.findall(r"\w+", self.folded))


def _is_break(folded: str, match: re.Match[str], start: int) -> bool:
    mark = match.group()
    if mark == "\n":
        line_start = max(folded.rfind("\n", 0, match.start()) + 1, 0)
        line = folded[line_start : match.start()].rstrip()
        following = folded[match.end() : match.end() + 3].lstrip(" ")
        is_item = bool(re.match(r"[-*•>]|\d+[.)]|\n", following))
        return len(line) < SHORT_LINE or is_item or following[:1] == ""
    if mark == ".":
        before = folded[max(start, match.start() - 12) : match.end()]
        after = folded[match.end() : match.end() + 2].strip()
        if re.search(r"(?<![\d/])\d{1,2}\.$", before) and after:
            return False
        return _ABBREVIATION.search(before) is None
    return True


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Split the sender's words into sentences.

    Args:
        text: New text; the first 20,000 characters are read.

    Returns:
        At most 400 sentences without empty ones, in order; a very long one is cut.
    """
    folded = fold(text[:TEXT_MAX])
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(folded):
        if match.end() < start or not (
            _is_break(folded, match, start) or match.end() == len(folded)
        ):
            continue
        for low in range(start, match.end(), SENTENCE_MAX):
            high = min(match.end(), low + SENTENCE_MAX)
            piece = folded[low:high]
            lead = len(piece) - len(piece.lstrip())
            body = piece.strip()
            if not body:
                continue
            flat = re.sub(r"\s", " ", body)
            is_greeting = (
                len(body) < 90
                and bool(_GREETING.fullmatch(flat) or _THANKS.fullmatch(flat))
                and not _SAYS.search(flat)
            ) or _is_sign_off(flat)
            found.append(
                Sentence(
                    start=low + lead,
                    end=low + lead + len(body),
                    folded=flat,
                    is_question="?" in body[-4:],
                    is_greeting=is_greeting,
                )
            )
        start = match.end()
        if len(found) >= SENTENCES_MAX:
            break
    return tuple(found)
