"""Mails that belong to no account: filed, or given to a person; never answered, never lost.

An automatic mail or advertising is filed. A human mail that no key ties to an account goes to
the default rep, whole. Source: DESIGN §3, §6.4.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from daemon.core.effects import Effect, ForwardToRep, TellOperator
from daemon.core.house import House
from parsers.reading import AuthVerdict, Automatic, Flag, Intent, Reading

SUSPICIOUS = (Flag.BANK_CHANGE, Flag.INSTRUCTS_SOFTWARE)


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
    is_advertising = Flag.ADVERTISING in reading.flags
    says_nothing_else = set(reading.intents) <= {Intent.UNRELATED} and bool(reading.intents)
    is_suspicious = any(flag in reading.flags for flag in SUSPICIOUS)
    is_noise = says_nothing_else and (is_advertising or not reading.needs_human)
    if is_noise and not is_suspicious:
        return "filed", "nothing about an invoice, from nobody we know", ()
    if _is_of_the_asked(sender, reading, house):
        return "filed", "the rep who would be asked about it wrote it", ()
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
        is_suspicious=is_suspicious,
    )
    return "forwarded", why, (forward,)


def settle_rep_bounce(
    mail: str, rep: str, *, is_alarm: bool, house: House, on: date
) -> tuple[str, tuple[Effect, ...]]:
    """Decide what follows when a mail to one of us came back.

    Args:
        mail: The inbox id of the delivery failure.
        rep: Whom our mail did not reach.
        is_alarm: It was an alarm, so nobody is left to be told.
        house: Creditor, policy, reps.
        on: Today; the operator is told once a day and rep.

    Returns:
        The sentence why, and the alarm; the rep's questions go to the deputy in their time.
    """
    because = f"our mail to {rep} came back"
    if is_alarm or rep.casefold() == house.reps.operator.casefold():
        return because, ()
    alarm = TellOperator(
        key=f"rep_unreachable|{rep}|{on.isoformat()}",
        subject=f"Mail to {rep} comes back",
        lines=(
            f"{rep} does not get what Duly asks. What waits goes to "
            f"{house.reps.deputy_of(rep)} in its time.",
            "Please mend the address in [reps] of duly.toml, or in the ledger's owner column.",
        ),
        mail=mail,
    )
    return because, (alarm,)


def _is_of_the_asked(sender: str, reading: Reading, house: House) -> bool:
    """Whoever is asked about unknown mail may have an answering machine: a loop ends here."""
    is_forged = reading.identity.verdict is AuthVerdict.FAIL
    return sender.casefold() == house.reps.default and not is_forged
