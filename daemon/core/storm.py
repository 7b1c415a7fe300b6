"""Reply storms: when mail asks for no more forwards, answers or alarms today.

Every mail is kept and read, and what it makes rest, rests. But after so many questions of one
sender within a day (whoever is not proven counts as one sender together) the owner gets one
note, and what comes after is counted, not forwarded. Mail that belongs to no account, answers
to mail of ours to reps, and alarms about single mails are counted by day. Source: DESIGN §6.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from daemon.core.act_case import Case
from daemon.core.effects import Effect, TellOperator
from daemon.core.events import Event
from daemon.core.forwards import Matter, forward
from daemon.core.house import House
from daemon.core.state import AccountState

DAY = timedelta(days=1)
UNPROVEN = "*"


def sender_counted(case: Case) -> str:
    """Return under which name a mail's questions are counted at this account."""
    return case.mail.from_address.casefold() if case.trust.is_full else UNPROVEN


def is_storm(case: Case) -> bool:
    """Tell whether this sender's questions of the last 24 hours are enough.

    A mail that was asked about before is judged as it was then.
    """
    sender, since_at = sender_counted(case), case.now - DAY
    asked = [entry for entry in case.state.forwards if entry.caused_by == sender]
    if any(entry.origin == case.mail.id for entry in asked):
        return False
    recent = sum(entry.sent_at > since_at for entry in asked)
    return recent >= case.policy.storm_forwards_per_sender_max


def storm_note(case: Case, state: AccountState) -> tuple[tuple[Event, ...], tuple[Effect, ...]]:
    """Tell the owner of the storm, once a day and sender.

    Args:
        case: The mail that is one too many.
        state: The account after all that was done about it.
    """
    sender = sender_counted(case)
    who = sender if sender != UNPROVEN else "Senders whom nothing proves"
    count = case.policy.storm_forwards_per_sender_max
    matter = Matter(
        id=f"storm|{state.facts.account}|{case.today.isoformat()}|{sender}",
        origin=case.mail.id,
        topic="very many mails",
        why=(
            f"{who} asked {count} times within a day. What they write from now on today is "
            "kept, read, and makes letters rest as always, but it is not forwarded: please "
            "look into the mailbox. Perhaps a machine answers."
        ),
        commands=("pause 14d", "resume"),
        mail=case.mail.id,
    )
    return forward(state, matter, case.house, case.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A day's count as it is kept, and whether this one was too many."""

    text: str
    is_over: bool


def counted(kept: str | None, on: date, key: str, *, key_max: int, total_max: int) -> Tally:
    """Count one more under a key; yesterday's count is forgotten.

    Args:
        kept: The text of the last tally; None or empty: nothing was counted yet.
        on: Today.
        key: Who or what is counted; a line break in it is dropped.
        key_max: How many of one key a day are not too many.
        total_max: The same over all keys; the text never holds more keys than that.
    """
    first, *lines = (kept or "").split("\n")
    counts: dict[str, int] = {}
    if first == on.isoformat():
        parted = [line.split(" ", 1) for line in lines]
        counts = {name: int(number) for number, name in parted}
    name = " ".join(key.split())
    is_over = counts.get(name, 0) >= key_max or sum(counts.values()) >= total_max
    if not is_over:
        counts[name] = counts.get(name, 0) + 1
    lines = [f"{number} {name}" for name, number in counts.items()]
    text = "\n".join((on.isoformat(), *lines))
    return Tally(text=text, is_over=is_over)


def storm_alarm(kind: str, what: str, on: date, house: House) -> TellOperator:
    """Return the one alarm of a day about a storm of a kind.

    Args:
        kind: A word of the key: one alarm a day for each.
        what: A sentence on what came too often.
        on: Today.
        house: The limits that are named.
    """
    policy = house.policy
    return TellOperator(
        key=f"storm|{kind}|{on.isoformat()}",
        subject="Very many mails: Duly stops telling of each",
        lines=(
            what,
            f"The limits of a day are {policy.storm_forwards_per_sender_max} for a sender and "
            f"{policy.storm_mails_per_day_max} in all, see [policy] in duly.toml.",
            "Nothing is lost: every mail is kept and lies in its folder. No more notices of "
            "this kind come today.",
        ),
    )
