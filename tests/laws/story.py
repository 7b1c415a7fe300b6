"""A sound story of one account as a log and its outbox rows, and ways to break it on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.core.conditions import Conditions
from daemon.core.effects import OutgoingKind, SendLetter
from daemon.core.events import (
    Event,
    LetterAccepted,
    LetterApproved,
    LetterPlanned,
    LetterTransmitting,
    Recorded,
)
from daemon.core.evolve import replay
from daemon.core.house import House
from daemon.core.letters import LetterContent
from daemon.core.model import ContactRole
from daemon.core.plan import plan
from daemon.core.state import Letter, LetterStage
from daemon.laws.findings import Reports
from daemon.laws.letter_laws import check_letters
from daemon.ports import Outgoing, OutgoingStage
from tests.core.builders import OWNER, SECOND, at, conditions, contact, day, default_house, invoice
from tests.core.builders import opening as events_of_opening

ACCOUNT = "main/4711"
HOUSE = default_house()


@dataclass
class Story:
    """A log being written: its events, its outbox rows, and the house that wrote it."""

    house: House = HOUSE
    events: list[Recorded] = field(default_factory=list)
    rows: dict[str, Outgoing] = field(default_factory=dict)

    def add(self, when: str | datetime, *events: Event) -> None:
        """Append events; nothing checks whether they may be."""
        instant = at(when) if isinstance(when, str) else when
        for event in events:
            number = len(self.events) + 1
            recorded = Recorded(account=ACCOUNT, sequence=number, at=instant, event=event)
            self.events.append(recorded)

    def plan(self, when: str) -> list[Letter]:
        """Take the account's turn, and return the letters planned."""
        now = at(when)
        world: Conditions = conditions(now)
        decision = plan(replay(self.events), world, self.house, now)
        self.add(now, *decision.events)
        for effect in decision.effects:
            if isinstance(effect, SendLetter):
                self.rows[effect.key] = Outgoing(
                    key=effect.key,
                    kind=OutgoingKind.LETTER,
                    stage=OutgoingStage.ACCEPTED,
                    account=ACCOUNT,
                    recipient=effect.content.recipient,
                    effect=effect,
                    created_at=now,
                )
        return [event.letter for event in decision.events if isinstance(event, LetterPlanned)]

    def send(self, when: str) -> None:
        """Plan a letter, approve it where needed, and let the relay accept it."""
        for letter in self.plan(when):
            if letter.stage is LetterStage.AWAITS_APPROVAL:
                self.add(when, LetterApproved(key=letter.key, by=OWNER))
            self.add(when, LetterTransmitting(key=letter.key, attempt=1))
            on = day(when[:10])
            self.add(when, LetterAccepted(key=letter.key, on=on, reply="250 ok"))

    def check(self) -> Reports:
        """Hold the log to every law about letters."""
        reports = Reports()
        check_letters(ACCOUNT, self.events, self.rows, self.house, reports)
        return reports

    # --- breaking it ------------------------------------------------------------------------

    def place_of(self, kind: type[Event], nth: int = 1) -> int:
        """Return where the nth event of a kind stands."""
        places = [place for place, entry in enumerate(self.events) if isinstance(entry.event, kind)]
        return places[nth - 1]

    def insert(self, place: int, *events: Event) -> None:
        """Slip events in, at the instant of the one that stands there."""
        instant = self.events[place].at
        fresh = [Recorded(account=ACCOUNT, sequence=0, at=instant, event=event) for event in events]
        self.events[place:place] = fresh
        self._number()

    def move(self, place: int, when: str) -> None:
        """Let an event have happened at another instant."""
        self.events[place] = replace(self.events[place], at=at(when))

    def change_letter(self, nth: int, change: Callable[[Letter], Letter]) -> None:
        """Change the nth letter as it was planned."""
        place = self.place_of(LetterPlanned, nth)
        event = self.events[place].event
        assert isinstance(event, LetterPlanned)
        changed = LetterPlanned(letter=change(event.letter))
        self.events[place] = replace(self.events[place], event=changed)

    def change_content(self, nth: int, change: Callable[[LetterContent], LetterContent]) -> None:
        """Change what the nth letter's outbox row says."""
        key = list(self.rows)[nth - 1]
        effect = self.rows[key].effect
        assert isinstance(effect, SendLetter)
        changed = replace(effect, content=change(effect.content))
        self.rows[key] = replace(self.rows[key], effect=changed)

    def _number(self) -> None:
        self.events = [
            replace(entry, sequence=number) for number, entry in enumerate(self.events, 1)
        ]


def two_letters() -> Story:
    """One invoice, its inquiry and its reminder, each accepted on its day."""
    story = Story()
    contacts = (contact(), contact(SECOND, ContactRole.ESCALATION))
    story.add("2026-06-01", *events_of_opening(invoice("A", "2026-06-08", 100), contacts=contacts))
    story.send("2026-06-11 10:00")
    story.send("2026-06-18 10:00")
    return story


def broken(reports: Reports) -> dict[str, list[str]]:
    """Return the sentences of every law that is broken, by its name."""
    return {
        law.name: [finding.sentence for finding in law.findings]
        for law in reports.laws
        if law.findings
    }
