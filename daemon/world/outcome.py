"""The end of the story: what happened to each invoice and why, from the product's own log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daemon.core.conditions import Conditions
from daemon.core.events import (
    Event,
    HandedOver,
    HoldOpened,
    InvoiceClosed,
    LetterUndelivered,
    PromiseMade,
    PromiseSettled,
    Recorded,
)
from daemon.core.explain import explain
from daemon.core.house import House
from daemon.core.model import ItemKind
from daemon.core.state import (
    AccountState,
    Hold,
    HoldReason,
    HoldScope,
    PromiseOutcome,
    Sequence,
    Stage,
)
from daemon.core.view import creditor_calendar, view_of

WHY_CHARACTERS_MAX = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What happened to one invoice. `met` tells why it rested, how promises were kept, and
    whether a letter of the account came back."""

    account: str
    name: str
    number: str
    total: str
    open: str
    level: str
    letters: int
    met: str
    end: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """All that the table of one account is made of."""

    state: AccountState
    events: tuple[Recorded, ...]
    conditions: Conditions
    house: House
    now: datetime

    def fates(self) -> tuple[Fate, ...]:
        """Return a row for each invoice, ordered by number."""
        return tuple(
            self.fate(entry)
            for entry in self.state.sequences
            if (item := self.state.item(entry.number)) and item.kind is ItemKind.INVOICE
        )

    def fate(self, entry: Sequence) -> Fate:
        """Return the row of one invoice."""
        item = self.state.item(entry.number)
        assert item is not None, "a sequence has its item"
        return Fate(
            account=self.state.facts.reference,
            name=self.state.facts.name,
            number=entry.number,
            total=str(item.total),
            open=str(item.open) if item.open.minor else "",
            level=entry.advances[-1].level if entry.advances else "",
            letters=sum(1 for step in entry.advances if step.letter),
            met=", ".join(self.met(entry.number)),
            end=self.end(entry),
            why=shortened(self.why(entry)),
        )

    def log(self) -> tuple[Event, ...]:
        """Return the events in order."""
        return tuple(recorded.event for recorded in self.events)

    def concerns(self, hold: Hold, number: str) -> bool:
        """Tell whether a hold rests on this invoice, by itself or with the whole account."""
        return hold.scope is not HoldScope.INVOICE or hold.subject == number

    def met(self, number: str) -> tuple[str, ...]:
        """Return what the invoice met on its way: holds in order, promises, a bounce."""
        found = []
        for event in self.log():
            if isinstance(event, HoldOpened) and self.concerns(event.hold, number):
                found.append(event.hold.reason)
        # Every mail of a person opens a conversation hold: it tells nothing beside another.
        weighty = [reason for reason in found if reason is not HoldReason.CONVERSATION]
        promises = ", ".join(self.promises(number))
        told = dict.fromkeys(reason.value.replace("_", " ") for reason in weighty or found)
        bounced = any(isinstance(event, LetterUndelivered) for event in self.log())
        return ("bounce",) * bounced + tuple(
            f"{reason} ({promises})" if reason == "promise" and promises else reason
            for reason in told
        )

    def promises(self, number: str) -> tuple[str, ...]:
        """Return what became of each promise, in order."""
        made: list[str] = []
        outcomes: dict[str, PromiseOutcome] = {}
        for event in self.log():
            if isinstance(event, PromiseMade) and number in event.promise.invoices:
                made.append(event.promise.id)
            if isinstance(event, PromiseSettled):
                outcomes[event.promise] = event.outcome
        return tuple(
            outcomes.get(promise, PromiseOutcome.OPEN).value.replace("_", " ") for promise in made
        )

    def end(self, entry: Sequence) -> str:
        """Say in a word or two where the invoice stands."""
        match entry.stage:
            case Stage.CLOSED:
                return "paid"
            case Stage.HANDED_OVER:
                return "handed over"
            case Stage.NOT_YET_DUE | Stage.DUNNING:
                view = view_of(self.state, self.house, self.now)
                live = self.state.live_holds(view.today)
                item = self.state.item(entry.number)
                assert item is not None, "a sequence has its item"
                is_resting = any(self.concerns(hold, entry.number) for hold in live)
                part = "" if item.open == item.total else f" {item.open}"
                return f"rests{part}" if is_resting else f"open{part}"

    def why(self, entry: Sequence) -> str:
        """Say why it stands there: the last word of the log, or what explain says."""
        number = entry.number
        for recorded in reversed(self.events):
            match recorded.event:
                case InvoiceClosed(number=closed) if closed == number:
                    return self.settled_because(entry, recorded.at)
                case HandedOver(number=handed, because=because) if handed == number:
                    return because
                case HoldOpened(hold=hold) if self.is_live(hold) and self.concerns(hold, number):
                    return hold.because
                case _:
                    continue
        verdict = explain(self.state, self.conditions, self.house, self.now, number)
        return verdict.because

    def settled_because(self, entry: Sequence, at: datetime) -> str:
        """Say of a settled invoice when the ledger knew, and after which word of ours."""
        on = creditor_calendar(self.house).today(at)
        if not entry.advances:
            return f"settled {on}, before any letter"
        last = entry.advances[-1]
        return f"settled {on}, after {last.level} of {last.on}"

    def is_live(self, hold: Hold) -> bool:
        """Tell whether a hold of the log still rests."""
        today = view_of(self.state, self.house, self.now).today
        return any(known.id == hold.id for known in self.state.live_holds(today))


def shortened(text: str) -> str:
    """Cut a sentence to the width of a table."""
    flat = " ".join(text.split())
    if len(flat) <= WHY_CHARACTERS_MAX:
        return flat
    return flat[:WHY_CHARACTERS_MAX].rpartition(" ")[0] + " …"
