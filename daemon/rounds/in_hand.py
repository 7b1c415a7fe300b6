"""In hand: what a pass is at, so that a stop which cuts it can say what becomes of it.

What is cut off stays noted in `Brakes.in_hand` until `tell_cut` has told of all of it at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import assert_never

from daemon.application import App, InHand
from daemon.ports import Accepted, Deferred, Outcome, Refused, Unknown
from daemon.rounds.telling import tell

NOT_LEFT = "it had not left; it goes once Duly works again, or its owner is asked about it first"
ON_THE_WIRE = (
    "it was on the wire, and nobody knows whether it left; evidence is looked for at the next "
    "start, then its owner is asked, and it does not go again by itself"
)

REP_WAITS = "it had not left, and goes once Duly works again"
ON_THE_WIRE_TO_REP = (
    "it was on the wire, and nobody knows whether it left; the next digest says what it said"
)
UNREAD = "it is kept, and is read at the next start"


@contextmanager
def in_hand(app: App, what: str, follows: str) -> Iterator[InHand]:
    """Note what is in hand, and what follows if it is cut; whoever holds it may say that anew.

    Args:
        app: The application.
        what: Names the mail or the work, for people.
        follows: What becomes of it where it is cut off here.
    """
    hand = InHand(what=what, follows=follows)
    app.brakes.in_hand.append(hand)
    is_cut = False
    try:
        yield hand
    except asyncio.CancelledError:
        is_cut = True
        raise
    finally:
        if not is_cut and hand in app.brakes.in_hand:
            app.brakes.in_hand.remove(hand)


def tell_cut(app: App, works: Sequence[str]) -> None:
    """Tell once that a stop cut these works off, what was in hand, and what follows.

    Args:
        app: The application.
        works: What was wanted: "read", "plan", "send".
    """
    hands = [f"In hand was {hand.what}: {hand.follows}." for hand in app.brakes.in_hand]
    app.brakes.in_hand.clear()
    held = " ".join(hands) or "No mail was on the wire."
    says = (
        f"Duly was told to end and broke off while it wanted to {' and '.join(works)}. {held} "
        "What is not written is done again at the next start; nothing is lost."
    )
    tell(app, "work_cut", says, works=list(works))


def fate_of(outcome: Outcome, otherwise: str) -> str:
    """Say what follows for a mail whose outcome is written as the work is cut.

    Args:
        outcome: What the mail server said.
        otherwise: What follows where it said nothing.
    """
    match outcome:
        case Accepted():
            return "the mail server had taken it"
        case Deferred():
            return "the mail server had put it off, and it is tried again"
        case Refused():
            return "the mail server had refused it, and its owner or the operator is told"
        case Unknown():
            return otherwise
        case _:
            assert_never(outcome)
