"""The watch: the product's laws over the database, every simulated day.

Daily over every account whose log has grown, and at the end over everything, as `run.py verify`
does. A finding is told once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from daemon.core.house import House
from daemon.laws.findings import Reports
from daemon.laws.verify import verify_account
from daemon.ports import Store
from daemon.world.peep import Peep


@dataclass(slots=True, kw_only=True)
class Watch:
    """`known` is how far every account's log had come at the last look."""

    known: dict[str, int] = field(default_factory=dict)

    async def look(self, store: Store, house: House, peep: Peep, reports: Reports) -> None:
        """Check the laws over the accounts that have changed since the last look."""
        sequences = peep.sequences()
        changed = [
            account for account, last in sequences.items() if self.known.get(account) != last
        ]
        for account, state in (await store.load(changed)).items():
            await verify_account(store, account, state, house, reports)
        self.known = sequences
