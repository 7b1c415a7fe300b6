"""A diary is a test: dated lines that act, and dated lines that expect.

    2026-05-11 invoice INV-7 1200.00 EUR due 2026-06-08
    2026-06-11 expect letter inquiry for INV-7
    2026-06-12 reply "We will pay by 24 June."
    2026-06-12 expect hold promise on INV-7 until 2026-06-29
    2026-06-30 paid INV-7 1200.00

Between two lines the days go by: each business morning the accounting system exports its book,
as of the day before, and Duly does its passes. A letter that no line expects fails the diary,
and so does a forward to a rep.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date, timedelta

from daemon.core.calendar import calendar_of
from daemon.core.conditions import Conditions
from daemon.core.effects import ForwardToRep, SendLetter
from daemon.core.state import AccountState
from daemon.ports import Outgoing, OutgoingStage
from daemon.rounds.gather import gather_conditions
from tests.servers.smtp_faults import Taken
from tests.simulation.office import Office
from tests.simulation.words import option

REP = "olga@seller.test"
DEFAULT_ACCOUNT = "ACME"
LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\S.*)")
Verb = Callable[["Diary", list[str]], Coroutine[None, None, None]]


@dataclass(slots=True)
class Diary:
    """Plays a diary over an office. `letters` and `forwards` are what lines expected so far."""

    office: Office
    today: date = date.min
    is_stale: bool = False
    letters: list[tuple[date, str, str]] = field(default_factory=list)
    forwards: set[str] = field(default_factory=set)
    exported_on: date = date.min

    async def play(self, text: str) -> None:
        """Play every line, then check that nothing else went out and that no law is broken."""
        from tests.simulation.diary_acts import ACTS
        from tests.simulation.diary_expects import expect

        verbs = {**ACTS, "expect": expect}
        for raw in text.strip().splitlines():
            line = LINE.fullmatch(raw.strip())
            if line is None:
                continue
            on = date.fromisoformat(line.group(1))
            await self.go_to(on)
            words = shlex.split(line.group(2))
            await verbs[words[0]](self, words[1:])

        assert self.expected_letters() == await self.accepted_letters()
        assert set() == await self.unexpected_forwards()
        assert await self.office.broken_laws() == []

    def expected_letters(self) -> list[tuple[date, str, str]]:
        """Return expected letters as (day, account, level), in order."""
        return sorted(self.letters)

    async def accepted_letters(self) -> list[tuple[date, str, str]]:
        """Return accepted letters as (day, account, level), in order."""
        found = []
        for account in await self.office.store.account_ids():
            state = (await self.office.store.load([account]))[account]
            found += [
                (letter.accepted_on, state.facts.reference, letter.level)
                for letter in state.letters
                if letter.accepted_on is not None
            ]
        return sorted(found)

    async def unexpected_forwards(self) -> set[str]:
        """Return subjects of forwards that no line expected."""
        return {
            effect.subject
            for row in await self.rep_rows()
            if isinstance(effect := row.effect, ForwardToRep) and row.key not in self.forwards
        }

    async def rep_rows(self) -> list[Outgoing]:
        """Return every mail to reps that was accepted, oldest first."""
        rows = await self.office.store.outgoing_in(OutgoingStage.ACCEPTED)
        return sorted(
            (row for row in rows if not isinstance(row.effect, SendLetter)),
            key=lambda row: row.created_at,
        )

    # --- time -------------------------------------------------------------------------------

    async def go_to(self, day: date) -> None:
        """Let the days go by until `day`, with the morning's export and passes."""
        if self.today == date.min:
            self.today = day
            self.office.clock.advance_to(self.office.at(day, 7))
            return
        while self.today < day:
            await self.run_day()
            self.today += timedelta(days=1)
            self.office.clock.advance_to(self.office.at(self.today, 7))
            await self.morning()

    async def morning(self) -> None:
        """Export the book as of yesterday, and let the first letters of the day go."""
        calendar = calendar_of("DE", "Europe/Berlin", frozenset())
        if self.office.book.rows and not self.is_stale and calendar.is_business_day(self.today):
            await self.export(self.today - timedelta(days=1))
        await self.office.run_once()
        self.office.clock.advance_to(self.office.at(self.today, 10, 30))
        await self.office.run_once()

    async def run_day(self) -> None:
        """Do the afternoon's pass."""
        now = self.office.clock.now()
        later = max(now, self.office.at(self.today, 15, 30))
        self.office.clock.advance_to(later)
        await self.office.run_once()

    async def export(self, as_of: date) -> None:
        """Import the book as of a day."""
        found = await self.office.import_book(as_of)

        assert found.refusal == "" or "imported before" in found.refusal

        self.exported_on = self.today

    async def act(self) -> None:
        """Let a few minutes pass, then let the product work."""
        self.office.clock.advance_to(self.office.clock.now() + timedelta(minutes=5))
        await self.office.run_once()

    # --- look-ups ---------------------------------------------------------------------------

    def last_letter(self, account: str) -> Taken:
        """Return the newest letter that left for an account's contacts."""
        debtor = self.office.book.debtors[account]
        addresses = {debtor.email} | {
            address for owner, address, _ in self.office.book.contacts if owner == account
        }
        for taken in reversed(self.office.sent()):
            if addresses.intersection(taken.envelope_to):
                return taken
        raise AssertionError(f"no letter has left for {account} yet")

    async def account_of(self, words: list[str]) -> str:
        """Return the account that a line names with `account X`, else the default one."""
        return option(words, "account") or next(iter(self.office.book.debtors))

    async def verdict(self, number: str) -> tuple[AccountState, Conditions]:
        """Return the account of an invoice and the present conditions."""
        row = self.office.book.rows[number]
        state = await self.office.state(row.account)
        return state, await gather_conditions(self.office.app, self.office.clock.now())
