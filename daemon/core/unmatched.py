"""Mails that belong to no account: filed, or given to a person; never answered, never lost.

An automatic mail or advertising is filed. A human mail that no key ties to an account goes to
the default rep, whole. Source: DESIGN §3, §6.4.
"""

from __future__ import annotations

from typing import Literal

from daemon.core.effects import Effect, ForwardToRep
from daemon.core.house import House
from parsers.reading import Automatic, Flag, Intent, Reading

SERIOUS = frozenset(
    {
        Intent.DISPUTE,
        Intent.HARDSHIP_OR_INSOLVENCY,
        Intent.REFUSAL_OR_LEGAL_THREAT,
        Intent.STOP_REQUEST,
    }
)


def settle_unmatched(
    mail: str, subject: str, sender: str, reading: Reading, house: House
) -> tuple[Literal["filed", "forwarded"], str, tuple[Effect, ...]]:
    """Decide where a mail of no account ends.

    Args:
        mail: The inbox id.
        subject: The mail's subject, decoded.
        sender: The From address.
        reading: What it says.
        house: Creditor, policy, reps.

    Returns:
        The place, the sentence why, and the forward if there is one.
    """
    if reading.identity.is_own:
        return "filed", "our own mail came back to the inbox", ()
    is_quiet = (
        reading.automatic is not Automatic.NONE and Flag.FILTER_CHALLENGE not in reading.flags
    )
    if is_quiet and reading.bounce is None:
        return "filed", "automatic mail that no letter of ours is known to have caused", ()
    is_noise = reading.intents == (Intent.UNRELATED,) and not reading.needs_human
    if is_noise or Flag.ADVERTISING in reading.flags:
        return "filed", "nothing about an invoice, from nobody we know", ()
    who = sender or "A sender without an address"
    why = f"{who} wrote, and no token, Message-ID, number or address ties the mail to an account."
    forward = ForwardToRep(
        key=f"unmatched|{mail}",
        forward=f"unmatched|{mail}",
        rep=house.reps.default,
        subject=f"Mail that belongs to no account: {subject or '(no subject)'}",
        why=why,
        evidence=tuple(statement.evidence.text for statement in reading.statements),
        done=("Nothing was changed: Duly does not know whom this is about.",),
        next_if_silent="Nothing follows by itself; no letter is held by this mail.",
        card=None,
        draft_answer="",
        commands=(),
        mail=mail,
        is_suspicious=any(
            flag in reading.flags for flag in (Flag.BANK_CHANGE, Flag.INSTRUCTS_SOFTWARE)
        ),
    )
    return "forwarded", why, (forward,)
