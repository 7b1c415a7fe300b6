"""Which open questions a command answers: the one it replies to, and those of its invoices.

Who decides about invoices, on the command line or from a digest, has answered what was asked
about them, and is not reminded. What asks about more than the command covers stays open, and so
does what stops the whole account while only an invoice was named. Source: DESIGN §5.
"""

from __future__ import annotations

from typing import assert_never

from daemon.core.act_case import open_numbers
from daemon.core.act_holds import OPEN_FORWARDS, open_forwards
from daemon.core.command_desk import Desk, is_answered
from daemon.core.command_words import (
    Accept,
    Action,
    AddContact,
    Approve,
    Decline,
    DisputeFor,
    HandOver,
    Help,
    Later,
    Note,
    Paid,
    Pause,
    PromiseOn,
    Resend,
    Resolved,
    Resume,
    SetLevel,
    Start,
    Stop,
    TreatAsSent,
    Veto,
    Wrong,
)
from daemon.core.forwards import stops_account
from daemon.core.state import AccountState, ForwardState


def answered_by(desk: Desk, action: Action, after: AccountState) -> tuple[ForwardState, ...]:
    """Return the open forwards that a carried-out command has answered.

    Args:
        desk: The account before the command, the forward replied to, the invoices meant.
        action: What was carried out, and counts as an answer.
        after: The account after it.

    Returns:
        The forward replied to, where nothing of it waits any more. Where the command replies to
        none, or names its invoices itself, also the questions that it decides and covers whole.
    """
    replied = desk.forward.id if desk.forward is not None else ""
    is_general = desk.forward is None or desk.is_named
    return tuple(
        asked
        for asked in open_forwards(after)
        if is_answered(after, asked)
        and (
            asked.id == replied
            or (is_general and _decides(action, asked) and _covers(desk, action, asked, after))
        )
    )


def is_settled(desk: Desk) -> bool:
    """The repeat and the deputy's mail carry tokens of their own; the matter is answered once."""
    asked = desk.forward
    known = next((entry for entry in desk.state.forwards if asked and entry.id == asked.id), None)
    return known is not None and known.stage not in OPEN_FORWARDS


def _covers(desk: Desk, action: Action, asked: ForwardState, after: AccountState) -> bool:
    """Tell whether the command speaks of all that is still open of the question."""
    if stops_account(after, asked):
        return not desk.numbers and isinstance(action, Stop | Pause)
    if not desk.numbers:
        return True
    is_open = set(open_numbers(desk.state)) & set(asked.invoices)
    return bool(is_open) and is_open <= set(desk.numbers)


def _decides(action: Action, asked: ForwardState) -> bool:
    """Tell whether a command of this kind, given anywhere, decides what was asked.

    A letter that waits for a word is settled by its own commands alone.
    """
    if asked.letter:
        return False
    match action:
        case (
            Resume()
            | Pause()
            | PromiseOn()
            | DisputeFor()
            | Resolved()
            | Paid()
            | Stop()
            | HandOver()
            | SetLevel()
            | Wrong()
        ):
            return True
        case Start():
            return _offers(asked, "start")
        case AddContact():
            return _offers(asked, "contact")
        case (
            Accept()
            | Decline()
            | Approve()
            | Veto()
            | Resend()
            | TreatAsSent()
            | Note()
            | Help()
            | Later()
        ):
            return False
        case _:
            assert_never(action)


def _offers(asked: ForwardState, verb: str) -> bool:
    return any(line.split(maxsplit=1)[:1] == [verb] for line in asked.commands)
