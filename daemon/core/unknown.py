"""What a rep is asked when nobody knows whether a letter left.

One question per letter, two answers: `resend` makes the lines free for the next delivery,
`treat as sent` counts the level. Until then the key stays occupied. Source: DESIGN §6.2.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.card import account_card
from daemon.core.effects import Decision, ForwardToRep
from daemon.core.events import RepAsked
from daemon.core.house import House
from daemon.core.state import AccountState, ForwardState, LetterStage


def ask_about_unknown(
    account: str, state: AccountState, key: str, house: House, now: datetime
) -> Decision:
    """Ask the owner about an unknown letter, once.

    Args:
        account: The account's id.
        state: The account's state.
        key: The letter's key.
        house: Creditor, policy, reps.
        now: Aware UTC instant.

    Returns:
        RepAsked and a ForwardToRep; nothing where it was asked or is settled already.
    """
    letter = state.letter(key)
    forward = f"unknown|{key}|{letter.attempt if letter else 0}"
    is_asked = any(entry.id == forward for entry in state.forwards)
    if letter is None or letter.stage is not LetterStage.UNKNOWN or is_asked:
        return Decision(events=(), effects=(), next_action_at=None)
    rep = state.facts.owner
    invoices = tuple(line.number for line in letter.lines)
    asked = ForwardState(
        id=forward,
        origin=key,
        rep=rep,
        why="The connection broke while this letter was being sent",
        sent_at=now,
        invoices=invoices,
        letter=key,
    )
    effect = ForwardToRep(
        key=forward,
        forward=forward,
        rep=rep,
        subject=f"Was this letter to {state.facts.name} sent? ({letter.level})",
        why=(
            f"The connection broke while the letter {letter.level} to {letter.recipient} was being "
            "sent, and nothing shows whether it left. Duly does not send it again by itself."
        ),
        evidence=(),
        done=("The letter keeps its place; no further letter goes for these invoices.",),
        next_if_silent="If nobody answers, the invoices rest and you are asked again.",
        card=account_card(state, house, now),
        draft_answer="",
        commands=("resend", "treat as sent"),
        mail="",
        letter=key,
    )
    return Decision(events=(RepAsked(forward=asked),), effects=(effect,), next_action_at=None)
