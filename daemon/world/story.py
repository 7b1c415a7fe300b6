"""The story: days go by, mail comes and goes, accounting exports, and Duly does its passes.

The order within a day is fixed: first what people did until the hour, then the product's pass,
then everybody reads what the post brought. Nothing here decides for the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from daemon.adapters.clock import VirtualClock
from daemon.application import App
from daemon.cli.working import read_feed
from daemon.core.calendar import BusinessCalendar, calendar_of
from daemon.core.effects import ForwardToRep, SendLetter
from daemon.core.money import Money, total_per_currency
from daemon.ports import Outgoing
from daemon.rounds.import_ledger import import_round
from daemon.service import ServiceOptions, one_pass
from daemon.settings import Settings
from daemon.world.desk import Desk
from daemon.world.folder import Folder
from daemon.world.inbox import Inbox, stamped
from daemon.world.ledger import Book
from daemon.world.post import Carried, Post
from daemon.world.scene import Clear, Customer, Deed, Reverse, Send, Settle, read_scene
from daemon.world.words import Said
from daemon.world.writing import bounce

PASSES_BUSINESS = (time(7, 35), time(10, 15), time(15, 40))
PASSES_OTHER = (time(12, 0),)
DIGEST_AT = time(7, 30)
BOUNCE_AFTER = timedelta(minutes=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """What a day brought: letters to customers, mails to reps, mails in, what rests, what is
    open in the ledger."""

    on: date
    letters: int
    to_reps: int
    mails: int
    holds: int
    open: tuple[Money, ...]


@dataclass(slots=True, kw_only=True)
class Story:
    """One run. `problems` are sentences on what went wrong; `agenda` is what people still do.

    `read` counts the mails of the post that were read, `confirmed` the imports that the guard
    had refused and the operator confirmed.
    """

    app: App
    settings: Settings
    clock: VirtualClock
    book: Book
    customers: tuple[Customer, ...]
    post: Post
    inbox: Inbox
    folder: Folder
    seed: int
    agenda: list[Deed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    read: int = 0
    letters: int = 0
    to_reps: int = 0
    mails: int = 0
    confirmed: int = 0
    overdue_read: dict[str, int] = field(default_factory=dict)

    @property
    def calendar(self) -> BusinessCalendar:
        """The creditor's calendar."""
        creditor = self.app.house.creditor
        return calendar_of(creditor.country, creditor.zone, frozenset())

    async def play_day(self, day: date) -> DayLine:
        """Play one day and return its line."""
        before = (self.letters, self.to_reps, self.mails)
        is_business = self.calendar.is_business_day(day)
        self.book_until(day - timedelta(days=1))
        for place, hour in enumerate(PASSES_BUSINESS if is_business else PASSES_OTHER):
            zone = ZoneInfo(self.app.house.creditor.zone)
            at = datetime.combine(day, hour, zone).astimezone(UTC)
            await self.deliver_until(at)
            self.clock.advance_to(at)
            if is_business and place == 0:
                await self.import_book(day - timedelta(days=1))
            self.problems += await one_pass(self.app, ServiceOptions(digest_at=DIGEST_AT))
            await self.read_post(at)
        letters, to_reps, mails = before
        return DayLine(
            on=day,
            letters=self.letters - letters,
            to_reps=self.to_reps - to_reps,
            mails=self.mails - mails,
            holds=await self.live_holds(day),
            open=total_per_currency(
                self.book.money(row.number, row.open) for row in self.book.listed(day)
            ),
        )

    async def import_book(self, as_of: date) -> None:
        """Export the open items and import the file, as `run.py import` does."""
        home = self.settings.home
        path = self.book.export(home / "ledger", as_of)
        feed = await read_feed(self.settings, home, path, None)
        found = await import_round(self.app, feed)
        faults = [*feed.errors, *(found.result.problems if found.result else ())]
        self.problems += [f"{path.name}: {fault.sentence}" for fault in faults]
        if found.result is not None and found.result.refusal:
            # So small a ledger loses much of a currency in one payment: the operator, who knows
            # that the export is sound, confirms it as `--yes-they-are-gone` does.
            self.confirmed += 1
            found = await import_round(self.app, feed, is_guard_waived=True)
        if found.refusal:
            self.problems.append(f"{path.name}: {found.refusal}")
        path.rename(home / "ledger" / "done" / path.name)

    async def live_holds(self, day: date) -> int:
        """Count what rests, over all accounts."""
        states = await self.app.store.load(await self.app.store.account_ids())
        return sum(len(state.live_holds(day)) for state in states.values())

    # --- what people do -------------------------------------------------------------------------

    def book_until(self, on: date) -> None:
        """Book the payments of the days up to `on`."""
        due = [deed for deed in self.agenda if not isinstance(deed, Send) and deed.on <= on]
        for deed in sorted(due, key=lambda deed: deed.on):
            match deed:
                case Settle(number=number, minor=minor):
                    self.book.settle(number, minor)
                case Reverse(number=number):
                    self.book.reverse(number)
                case Clear(reference=reference):
                    for row in self.book.items_of(reference):
                        row.open = 0
                case _:
                    assert_never(deed)
        self.agenda = [deed for deed in self.agenda if deed not in due]

    async def deliver_until(self, at: datetime) -> None:
        """Bring the mails that were written up to `at` through the border into the inbox."""
        due = [deed for deed in self.agenda if isinstance(deed, Send) and deed.at <= at]
        for mail in sorted(due, key=lambda deed: (deed.at, deed.reference)):
            raw = stamped(mail.raw, mail.sender, mail.verdict)
            await self.inbox.deliver(raw)
            self.folder.file(
                mail.reference, self.calendar.today(mail.at), f"in-{mail.said.value}", raw
            )
            self.mails += 1
        self.agenda = [deed for deed in self.agenda if deed not in due]

    # --- what the post brings -------------------------------------------------------------------

    async def read_post(self, at: datetime) -> None:
        """File every mail that left since the last pass and let its reader react."""
        taken = self.post.taken[self.read :]
        self.read = len(self.post.taken)
        for mail in taken:
            row = await self.row_of(mail)
            reference = row.account.partition("/")[2]
            effect = row.effect
            kind = effect.content.level if isinstance(effect, SendLetter) else row.kind.value
            self.folder.file(reference, self.calendar.today(at), f"out-{kind}", mail.raw)
            customer = self.customer_of(reference)
            if isinstance(effect, SendLetter):
                self.letters += 1
                assert customer is not None, "a letter goes to a customer of the story"
                self.agenda += self.react(mail, effect, customer, at)
                continue
            self.to_reps += 1
            if isinstance(effect, ForwardToRep) and customer is not None:
                desk = Desk(calendar=self.calendar, book=self.book, seed=self.seed)
                self.agenda += desk.answer(mail, effect, customer, at)

    async def row_of(self, mail: Carried) -> Outgoing:
        """Return the outbox row behind a mail that left."""
        matches = await self.app.store.letters_by_message_id([mail.message_id])
        assert matches, f"every mail that leaves stands in the outbox: {mail.message_id}"
        row = await self.app.store.outgoing(matches[0].key)
        assert row is not None, "a match names a row"
        return row

    def customer_of(self, reference: str) -> Customer | None:
        """Return the customer of a reference."""
        for customer in self.customers:
            if customer.debtor.reference == reference:
                return customer
        return None

    def react(
        self, mail: Carried, effect: SendLetter, customer: Customer, at: datetime
    ) -> tuple[Deed, ...]:
        """Let the customer read a letter, or the relay return it."""
        reference = customer.debtor.reference
        if mail.envelope_to[0] in customer.dead:
            when = at + BOUNCE_AFTER
            returned = bounce(mail, when)
            return (Send(at=when, reference=reference, said=Said.BOUNCE, raw=returned, sender=""),)
        scene = read_scene(
            customer,
            mail,
            effect.content,
            self.overdue_read,
            at=at,
            book=self.book,
            seed=self.seed,
            office=self.app.house.creditor.sender.address,
        )
        return customer.persona(scene)
