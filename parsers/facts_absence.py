"""Absence notes: the first day the person is back, and whom the note names instead.

Words for "back" and "until" in eight languages and the Nordic ones, folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from parsers.evidence import fold
from parsers.reading import AbsenceFact, FoundDate, Precision

ADDRESS = re.compile(r"[A-Za-z0-9][\w.+'-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{1,200}[A-Za-z0-9]")
ABSENCE_DAYS_MAX = 400

_UNTIL = re.compile(
    r"(?:until|till|til|through|thru|to|up to|bis|bis zum|bis einschl\w*|bis inkl\w*|jusqu'?\w*"
    r"|au|hasta|fino|sino|al|tot|t/m|tot en met|ate|ao|do|till och med|t\.?o\.?m\.?|til og med"
    r"|indtil|asti|saakka|-)(?: (?:and including|including|incl\.?|einschliesslich|zum|und mit"
    r"|the|le|el|il|al|den|dem|dnia|dia|end of|und inklusive|inclusief|inclus|compris|och med"
    r"|og med|au|o|mit)){0,2}[ ,(]{0,2}$"
)
_BACK_BEFORE = re.compile(
    r"(?:\bback\b|return\w*|re-?open\w*|resum\w*|again|available|reachable|in the office|wieder\w*"
    r"|zuruck\w*|erreichbar|ab (?:dem |montag|dienstag)?|retour|reprise|reprend\w*|rouvr\w*"
    r"|de nouveau"
    r"|reviendr\w*|vuelv\w*|vuelta|regres\w*|reincorpor\w*|incorpor\w*|rientr\w*|ritorn\w*|torn\w*"
    r"|riapr\w*|riaprir\w*|di nuovo|terug|weer|heropen\w*|volt\w*|de volta|reabr\w*|retom\w*"
    r"|wrac\w*"
    r"|powrot\w*|wroc\w*|ponownie|otwier\w*|z powrotem|tillbaka|ater\w*|tilbage|tilbake|igen|abnar"
    r"|as of|from|starting|oppn\w*|otevir\w*|takaisin)[^.!?\n]{0,40}$"
)
_BACK_AFTER = re.compile(
    r"^[^.!?\n]{0,30}?\b(?:wieder|zuruck|back|erreichbar|im buro|im haus|de retour|terug|weer"
    r"|tillbaka"
    r"|tilbage|tilbake|igen|de volta|ponownie|in the office|fur sie da|am platz|da\b|i'?ll be back"
    r"|a nouveau|de nuevo|di nuovo|we reopen|reopen|return)"
)
_NOT_BACK = re.compile(
    r"(?:since|seit|from|vom|ab|von|depuis|desde|dal|vanaf|sinds|od)(?: \S{1,4})? ?$"
)


def find_absence(
    text: str, dates: Sequence[FoundDate], today: date, own: frozenset[str] = frozenset()
) -> AbsenceFact:
    """Read an absence note.

    Args:
        text: The note.
        dates: Its dates, resolved ahead.
        today: The sender's day of receipt.
        own: Addresses that are not a deputy's (the sender's, ours), lower-case.

    Returns:
        `returns_on`: the day named as first day back, else the day after the last day away,
        else None; `deputy`: the first other address in the note, or None.
    """
    folded = fold(text).replace("\n", " ")
    back: list[date] = []
    until: list[date] = []
    for one in dates:
        if not 0 <= (one.on - today).days <= ABSENCE_DAYS_MAX:
            continue
        before = folded[max(0, one.span.start - 60) : one.span.start]
        after = folded[one.span.end : one.span.end + 45]
        if _UNTIL.search(before) or one.rule == "range":
            until.append(one.on)
        elif _BACK_AFTER.search(after) or (
            _BACK_BEFORE.search(before) and not _NOT_BACK.search(before)
        ):
            back.append(one.on)
    returns_on = None
    if back:
        returns_on = back[0]
    elif until and not _is_vague(dates, max(until)):
        returns_on = max(until) + timedelta(days=1)
    return AbsenceFact(returns_on=returns_on, deputy=first_address(text, own))


def _is_vague(dates: Sequence[FoundDate], day: date) -> bool:
    return any(d.on == day and d.precision is Precision.VAGUE for d in dates)


def first_address(text: str, own: frozenset[str]) -> str | None:
    """Return the first address of the text that is not in `own`."""
    for match in ADDRESS.finditer(text):
        address = match.group().strip(".'-")
        if address.lower() not in own:
            return address
    return None
