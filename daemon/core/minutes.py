"""The minutes of one decision: what was decided so far, and the account as it then stands.

Each event is folded at once, so that a later rule of the same decision sees what an earlier
one decided. Knows no rule itself.
"""

from __future__ import annotations

from datetime import datetime

from daemon.core.effects import Effect
from daemon.core.events import Event, Recorded
from daemon.core.evolve import evolve
from daemon.core.house import House
from daemon.core.state import AccountState
from daemon.core.view import View, view_of


class Minutes:
    """Collects events, effects and reasons of one decision over one account at `now`."""

    __slots__ = ("_view", "because", "effects", "events", "house", "now", "state")

    def __init__(self, state: AccountState, house: House, now: datetime) -> None:
        self.state = state
        self.house = house
        self.now = now
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.because: list[str] = []
        self._view: View | None = None

    @property
    def account(self) -> str:
        """The account's id."""
        return self.state.facts.account

    @property
    def view(self) -> View:
        """The account as it stands after everything decided so far."""
        if self._view is None:
            self._view = view_of(self.state, self.house, self.now)
        return self._view

    def note(self, event: Event) -> None:
        """Decide an event.

        Raises:
            IllegalTransition: The event cannot be as the account stands.
        """
        number = self.state.sequence + 1
        recorded = Recorded(account=self.account, sequence=number, at=self.now, event=event)
        self.state = evolve(self.state, recorded)
        self._view = None
        self.events.append(event)
