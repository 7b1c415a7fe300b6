"""Mail to our own people of which nobody knows whether it arrived: the next digest says it again.

Such a mail is never repeated by itself, for it may have arrived. What it said must not be lost,
though: a forward waits for its answer, an echo tells what was changed, an alarm what to mend.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from daemon.core.effects import (
    EchoToRep,
    Effect,
    ForwardToRep,
    SendDigest,
    SendLetter,
    TellOperator,
)

CHARACTERS_MAX = 400
NOTES_MAX = 20


def unsure_notes(effect: Effect, on: date) -> tuple[str, ...]:
    """Return the note on one mail, and those that stood in it if it was a digest.

    What a digest told for knowledge stands in no later one by itself.

    Raises:
        ValueError: It is a customer's letter.
    """
    told = effect.content.notes if isinstance(effect, SendDigest) else ()
    return (unsure_note(effect, on), *told)


def unsure_note(effect: Effect, on: date) -> str:
    """Return the sentence on one mail to a rep that left on a date and may not have arrived.

    Raises:
        ValueError: It is a customer's letter.
    """
    may_not = f"of {on:%Y-%m-%d} may not have reached you"
    match effect:
        case ForwardToRep(subject=subject, why=why):
            return shortened(f"The question {may_not}: {subject}. {why}")
        case EchoToRep(subject=subject, lines=lines):
            return shortened(f"The echo {may_not}: {subject}. {'; '.join(lines)}")
        case TellOperator(subject=subject, lines=lines):
            return shortened(f"The alarm {may_not}: {subject}. {' '.join(lines)}")
        case SendDigest():
            return f"The digest {may_not}; what of it still stands is in this one."
        case SendLetter():
            raise ValueError("a letter to a customer is settled by evidence or by its owner")
        case _:
            assert_never(effect)


def shortened(text: str) -> str:
    """Return one line of at most 400 characters."""
    line = " ".join(text.split())
    return line if len(line) <= CHARACTERS_MAX else f"{line[: CHARACTERS_MAX - 1]}…"


def at_most(notes: list[str]) -> tuple[str, ...]:
    """Return the first twenty notes, and how many more there are."""
    more = len(notes) - NOTES_MAX
    last = (f"and {more} more mails that may not have arrived",) if more > 0 else ()
    return (*notes[:NOTES_MAX], *last)
