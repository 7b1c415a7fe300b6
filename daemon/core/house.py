"""The house: one creditor with its policy and its reps, as one value for every decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from daemon.core.model import Creditor
from daemon.core.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """A person on our side: address (lower-cased), name, and who stands in."""

    address: str
    name: str = ""
    deputy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reps:
    """Who looks after the accounts. `default` owns what nobody else owns."""

    default: str
    operator: str
    members: tuple[Rep, ...]

    def deputy_of(self, address: str) -> str:
        """Return the stand-in of a rep: the named deputy, else the default rep."""
        for rep in self.members:
            if rep.address == address and rep.deputy:
                return rep.deputy
        return self.default

    def is_rep(self, address: str) -> bool:
        """Tell whether the address belongs to one of us, deputies too; case does not count."""
        named = {entry for rep in self.members for entry in (rep.address, rep.deputy) if entry}
        known = named | {self.default, self.operator}
        return address.casefold() in {entry.casefold() for entry in known}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All that a decision may know of our own side. `days_off` are the house's extra holidays."""

    creditor: Creditor
    policy: Policy
    reps: Reps
    days_off: frozenset[date] = frozenset()
