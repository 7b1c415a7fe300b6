"""The watch: after every commit the laws over logs look at the accounts that it changed.

It folds the events a second time, from the first one on and never through a stored text, so
that what the store keeps is held against a memory of its own. The laws about letters look at
the whole log again whenever a letter begins to leave or has arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from daemon.core.events import LetterAccepted, LetterTransmitting, Recorded
from daemon.core.evolve import evolve
from daemon.core.house import House
from daemon.core.state import AccountState
from daemon.errors import IllegalTransition
from daemon.laws.findings import Reports
from daemon.laws.letter_laws import check_letters
from daemon.laws.verify import REPLAY
from daemon.ports import Store
from daemon.world.peep import Peep


@dataclass(slots=True, kw_only=True)
class Watch:
    """`logs` are the events of every account seen so far, `folded` what they come to.

    `lost` are accounts whose log cannot be folded: told once, then left alone.
    """

    house: House
    reports: Reports
    logs: dict[str, list[Recorded]] = field(default_factory=dict)
    folded: dict[str, AccountState] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    async def sweep(self, store: Store, peep: Peep) -> None:
        """Look at what was committed while nobody could look: under a cancellation, say."""
        sequences = await peep.sequences()
        behind = [
            account
            for account, last in sequences.items()
            if account not in self.lost and len(self.logs.get(account, ())) != last
        ]
        await self.look(store, behind)

    async def look(self, store: Store, accounts: Sequence[str]) -> None:
        """Check the laws over accounts that have changed."""
        if not accounts:
            return
        for account, state in (await store.load(accounts)).items():
            log = self.logs.setdefault(account, [])
            found = await store.events(account, len(log))
            # Another worker's look may have come first.
            fresh = [entry for entry in found if entry.sequence > len(log)]
            if fresh and account not in self.lost:
                self.check(account, state, log, fresh)
                await self.check_letters(store, account, log, fresh)

    def check(
        self, account: str, state: AccountState, log: list[Recorded], fresh: Sequence[Recorded]
    ) -> None:
        """Check that the log goes on without a gap, and that the state is its fold."""
        law = self.reports.law("replay", REPLAY)
        numbers = [entry.sequence for entry in fresh]
        follows = numbers == list(range(len(log) + 1, len(log) + len(fresh) + 1))
        law.check(follows, account, "the event log has a gap")
        log.extend(fresh)
        folded = self.folded.get(account)
        try:
            for entry in fresh:
                folded = evolve(folded, entry)
        except IllegalTransition as error:
            self.lost.add(account)
            law.check(False, account, f"the event log cannot be replayed: {error}")
            return
        assert folded is not None, "an account begins with an event"
        self.folded[account] = folded
        if state.sequence == folded.sequence:
            law.check(
                folded == state, account, "the stored state differs from the replay of its events"
            )

    async def check_letters(
        self, store: Store, account: str, log: list[Recorded], fresh: Sequence[Recorded]
    ) -> None:
        """Check the letters, where one begins to leave or has arrived."""
        if any(isinstance(entry.event, LetterTransmitting | LetterAccepted) for entry in fresh):
            rows = {row.key: row for row in await store.outgoing_of(account)}
            check_letters(account, log, rows, self.house, self.reports)
