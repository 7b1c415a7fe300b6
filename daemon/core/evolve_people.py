"""The people of an account: contacts, forwards to reps, replies read; folded from events.

A part of `evolve.py`, kept apart because it touches no level and no letter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from daemon.core.events import ContactAbsent, ContactChanged, ForwardMoved, RepAsked, ReplyApplied
from daemon.core.state import AccountState, ForwardStage
from daemon.errors import IllegalTransition


def evolve_contact(state: AccountState, event: ContactChanged | ContactAbsent) -> AccountState:
    """Fold a change of an address, or its reader's absence."""
    match event:
        case ContactChanged(contact=contact):
            is_known = any(known.address == contact.address for known in state.contacts)
            contacts = (
                tuple(
                    contact if known.address == contact.address else known
                    for known in state.contacts
                )
                if is_known
                else (*state.contacts, contact)
            )
            return replace(state, contacts=contacts)
        case ContactAbsent():
            deputies = state.deputies
            if event.deputy:
                others = tuple(pair for pair in deputies if pair[0] != event.address)
                deputies = (*others, (event.address, event.deputy))
            written = {letter.key for letter in state.letters if letter.recipient == event.address}
            sequences = tuple(
                replace(entry, gap_runs_from=event.returns_on)
                if entry.advances and entry.advances[-1].letter in written
                else entry
                for entry in state.sequences
            )
            return replace(state, deputies=deputies, sequences=sequences)
        case _:
            assert_never(event)


def evolve_forward(state: AccountState, event: RepAsked | ForwardMoved) -> AccountState:
    """Fold a forward made or moved.

    Raises:
        IllegalTransition: The forward is made twice, or moved before it was made.
    """
    match event:
        case RepAsked(forward=forward):
            if any(known.id == forward.id for known in state.forwards):
                raise IllegalTransition(f"forward {forward.id} was already made")
            return replace(state, forwards=(*state.forwards, forward))
        case ForwardMoved():
            if all(known.id != event.forward for known in state.forwards):
                raise IllegalTransition(f"forward {event.forward} is not known")
            is_asked_again = event.stage in (ForwardStage.REPEATED, ForwardStage.WITH_DEPUTY)
            forwards = tuple(
                replace(
                    known,
                    stage=event.stage,
                    rep=event.rep if is_asked_again else known.rep,
                )
                if known.id == event.forward
                else known
                for known in state.forwards
            )
            return replace(state, forwards=forwards)
        case _:
            assert_never(event)


def evolve_reply(state: AccountState, event: ReplyApplied) -> AccountState:
    """Fold what a reply leaves behind: the date was asked for, a stranger was reviewed."""
    asked = state.date_asked
    if "acknowledgement" in event.intents:
        asked = tuple(dict.fromkeys((*asked, *event.invoices)))
    reviewed = event.on if event.is_stranger else state.stranger_reviewed_on
    return replace(state, date_asked=asked, stranger_reviewed_on=reviewed)
