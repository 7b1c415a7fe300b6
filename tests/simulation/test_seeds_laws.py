"""Each outside law, and a product that is broken on purpose: the law must see it.

A change wraps one port of the application; everything else is the product's own. Where a law
needs an occasion, the plan brings the troubles that make one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any, cast

import pytest

from daemon.application import App, Delivery, Stationery
from daemon.core.events import HoldOpened
from daemon.core.procedure import LevelAction, parse_anchor
from daemon.core.state import AccountState
from daemon.ports import (
    Accepted,
    Commit,
    Deferred,
    Fetched,
    Frozen,
    Mailbox,
    Outcome,
    Outgoing,
    OutgoingKind,
    Placed,
    Refused,
    Snapshot,
    Store,
    Unknown,
    Wire,
)
from daemon.rounds.gather import STOPPED
from daemon.world.campaign import run_seed
from daemon.world.machine import Change
from daemon.world.simulation import Plan
from daemon.world.troubles import Fault

SMALL = Plan(days=24, accounts=8, faults=frozenset())
BRIEF = Plan(days=8, accounts=6, faults=frozenset())
STOPS = replace(SMALL, faults=frozenset({Fault.REPS}))
SEED = 5
# A seed whose provider files copies of what is sent by itself.
EVIDENT = 2


class Around:
    """Everything of a port, but for what a subclass says itself."""

    def __init__(self, inner: object) -> None:
        self.inner = cast(Any, inner)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class LyingWire(Around):
    """Tells another outcome than the relay gave, where the relay took the mail."""

    outcome: Outcome = Deferred(reply="451 4.3.0 try again")

    async def transmit(self, mail: Frozen) -> Outcome:
        """Send, and tell the other outcome."""
        found = await self.inner.transmit(mail)
        return self.outcome if isinstance(found, Accepted) else cast(Outcome, found)


class RefusingWire(LyingWire):
    """Tells that a mail was refused that was taken."""

    outcome: Outcome = Refused(reply="550 5.7.1 refused as spam")


def lying(wire: type[LyingWire]) -> Change:
    """Let every connection tell something else."""

    class Submission(Around):
        async def connect(self) -> Wire:
            return cast(Wire, wire(await self.inner.connect()))

    return lambda app: replace(app, submission=cast(Any, Submission(app.submission)))


class SilentWire(LyingWire):
    """Loses every answer of the relay."""

    outcome: Outcome = Unknown(because="no answer after the letter's text")


class ForgetfulStore(Around):
    """Remembers a ledger, and nothing of what it changed once the accounts are known."""

    async def apply_import(
        self, snapshot: Snapshot, commits: Sequence[Commit], now: datetime
    ) -> None:
        """Drop the changes of known accounts."""
        new = [commit for commit in commits if commit.expected == 0]
        await self.inner.apply_import(snapshot, new, now)


class UnstoppableStore(Around):
    """Does not know that everything is stopped."""

    async def facts_named(self, names: Sequence[str]) -> dict[str, str]:
        """Forget the stop."""
        found = cast(dict[str, str], await self.inner.facts_named(names))
        return {name: value for name, value in found.items() if name != STOPPED}

    async def commit(
        self, commits: Sequence[Commit], now: datetime, place: Placed | None = None
    ) -> None:
        """Let a claim rest on nothing."""
        loose = [replace(one, rests_on=()) for one in commits]
        await self.inner.commit(loose, now, place)


class SleepyStore(Around):
    """Finds no account due, ever."""

    async def due_accounts(self, now: datetime, limit: int, after: str = "") -> list[str]:
        """Find none."""
        return []


class FaultyStore(Around):
    """Stumbles over one account in every turn."""

    async def load(self, ids: Sequence[str]) -> dict[str, AccountState]:
        """Give an account whose zone does not exist."""
        found = cast(dict[str, AccountState], await self.inner.load(ids))
        return {
            account: replace(state, facts=replace(state.facts, zone="No/Where"))
            if account.endswith("1")
            else state
            for account, state in found.items()
        }


class RestlessStore(Around):
    """Opens no hold, whatever is decided."""

    async def commit(
        self, commits: Sequence[Commit], now: datetime, place: Placed | None = None
    ) -> None:
        """Commit without the holds."""
        bold = [
            replace(
                commit,
                events=tuple(event for event in commit.events if not isinstance(event, HoldOpened)),
            )
            for commit in commits
        ]
        await self.inner.commit(bold, now, place)


class MisaddressedStationery(Around):
    """Sends what is meant for a customer to somebody else."""

    def freeze(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Change the envelope of letters."""
        frozen = cast(Frozen, self.inner.freeze(row, now, original, letter_text))
        is_letter = row.kind is OutgoingKind.LETTER
        return replace(frozen, envelope_to="ap@other.example") if is_letter else frozen


class LossyMailbox(Around):
    """Leaves out every second mail that it fetches."""

    async def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Fetch, and lose some."""
        found = cast(list[Fetched], await self.inner.fetch(uids))
        return [mail for mail in found if mail.uid % 2]


def with_store(store: type[Around]) -> Change:
    """Put a store around the product's own."""
    return lambda app: replace(app, store=cast(Store, store(app.store)))


def with_stationery(app: App) -> App:
    """Put the wrong address on every letter."""
    return replace(app, stationery=cast(Stationery, MisaddressedStationery(app.stationery)))


def with_mailbox(app: App) -> App:
    """Lose mails at the inbox."""
    inbound = app.inbounds[0]
    mailbox = cast(Mailbox, LossyMailbox(inbound.mailbox))
    return replace(app, inbounds=(replace(inbound, mailbox=mailbox),))


def hasty(app: App) -> App:
    """Write every day, at any hour: a ladder of days, and no delay."""
    policy = app.house.policy
    procedure = policy.procedures[0]
    levels = tuple(
        replace(level, anchor=parse_anchor(f"due+{place}d"), needs_approval=False)
        for place, level in enumerate(procedure.levels, 1)
        if level.action is LevelAction.LETTER
    )
    policy = replace(
        policy,
        procedures=(replace(procedure, levels=levels), *policy.procedures[1:]),
        contact_delay_days=0,
        window_opens=time(0, 0),
        window_closes=time(23, 59),
    )
    return replace(app, house=replace(app.house, policy=policy))


def hasty_and_restless(app: App) -> App:
    """Write every day, and never rest."""
    return with_store(RestlessStore)(hasty(app))


def without_evidence(app: App) -> App:
    """Hear no answer of the relay, and never look into the Sent folder."""
    return replace(lying(SilentWire)(app), delivery=Delivery(sent_copy="none"))


CASES: tuple[tuple[str, Change, Plan], ...] = (
    ("wire_once", lying(LyingWire), BRIEF),
    ("no_blind", lying(LyingWire), BRIEF),
    ("wire_true", lying(RefusingWire), SMALL),
    ("as_exported", with_store(ForgetfulStore), SMALL),
    ("stopped", with_store(UnstoppableStore), replace(STOPS, days=40)),
    ("readers", with_stationery, SMALL),
    ("spaced", hasty, SMALL),
    ("peace", hasty_and_restless, SMALL),
    ("arrives", with_mailbox, SMALL),
    ("not_forgotten", with_store(SleepyStore), replace(SMALL, days=40)),
    ("no_fault", with_store(FaultyStore), SMALL),
    ("evidence", without_evidence, SMALL),
)


@pytest.mark.parametrize(("law", "change", "plan"), CASES, ids=[case[0] for case in CASES])
async def test_a_law_sees_the_product_broken(
    law: str, change: Callable[[App], App], plan: Plan, tmp_path: Path
) -> None:
    """The very law that is meant finds the breach, and says where."""
    result = await run_seed(plan, EVIDENT if law == "evidence" else SEED, tmp_path, change=change)
    found = [broken for broken in result.broken if broken.law == law]

    assert [] != found
    assert all(broken.sentence for broken in found)


async def test_a_faulty_account_stops_no_other(tmp_path: Path) -> None:
    """Letters, digests and whole passes go on around an account that cannot be decided."""
    result = await run_seed(SMALL, SEED, tmp_path, change=with_store(FaultyStore))
    ended = [broken for broken in result.broken if "a pass" in broken.sentence]

    assert [] == ended
    assert result.letters > 0
