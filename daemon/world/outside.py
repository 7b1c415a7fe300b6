"""The outside laws about letters: what left, held against what the world knows.

The relay's ledger, the exports of accounting and the deeds of the people are the witnesses; the
product's own memory is the accused. Times are true times: a clock that is an hour off is no
excuse beyond that hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.core.calendar import calendar_of
from daemon.core.effects import SendLetter
from daemon.core.house import House
from daemon.laws.findings import Reports
from daemon.ports import Outgoing, OutgoingStage, Store
from daemon.world.bookkeeping import Bookkeeping
from daemon.world.near_post import NearPost
from daemon.world.post import Carried
from daemon.world.scene import Customer
from daemon.world.street import Street

ONCE_ON_WIRE = "no mail is on the wire twice"
NO_BLIND = "what may have left is never handed over again"
TRUE_OUTCOME = "what left is accepted, unknown or undelivered in the outbox, byte for byte"
AS_EXPORTED = "a letter demands what accounting's last taken export lists, to the minor unit"
STOPPED = "no letter leaves while everything is stopped"
PEACE = "who has written is left in peace for two days"
OWN_READERS = "letters go to the account's own domain, mail about them to reps only"
SPACED = "letters to an account are days apart, in its business hours"
MAY_HAVE_LEFT = frozenset(
    {OutgoingStage.TRANSMITTING, OutgoingStage.ACCEPTED, OutgoingStage.UNKNOWN,
     OutgoingStage.UNDELIVERED}
)  # fmt: skip
PEACE_FOR = timedelta(days=2)
CLOCK_ERROR = timedelta(hours=1, minutes=1)
DAYS_APART = 4


@dataclass(slots=True, kw_only=True)
class Outside:
    """The witnesses of one world. `stopped_on` are days on which everything was stopped.

    `quiet` are the instants at which the product had read what an account's people wrote,
    `spoken` those at which a rep spoke about it since.
    """

    house: House
    post: NearPost
    street: Street
    books: Bookkeeping
    tempers: dict[str, str]
    seen: dict[str, datetime] = field(default_factory=dict)
    letters_at: dict[str, list[datetime]] = field(default_factory=dict)
    stopped_on: set[date] = field(default_factory=set)
    quiet: dict[str, datetime] = field(default_factory=dict)
    spoken: dict[str, datetime] = field(default_factory=dict)
    attempts_seen: int = 0
    doubtful: dict[tuple[str, str], datetime] = field(default_factory=dict)
    letters: int = 0

    def look_at_attempts(self, reports: Reports) -> None:
        """Check that nothing is handed over again that may have left before."""
        law = reports.law("no_blind", NO_BLIND)
        for attempt in self.post.attempts[self.attempts_seen :]:
            key = (attempt.message_id, attempt.recipient)
            before = self.doubtful.get(key)
            law.check(
                before is None,
                "",
                f"mail {attempt.message_id} to {attempt.recipient} was handed over at {before}, "
                f"may have left, and was handed over again at {attempt.at}",
            )
            if attempt.is_taken or attempt.outcome == "Unknown":
                self.doubtful[key] = attempt.at
        self.attempts_seen = len(self.post.attempts)

    async def row_behind(
        self, store: Store, mail: Carried, at: datetime, reports: Reports
    ) -> Outgoing | None:
        """Find the outbox row behind a mail that left, and hold the two together."""
        once = reports.law("wire_once", ONCE_ON_WIRE)
        name = mail.message_id
        before = self.seen.get(name)
        once.check(before is None, "", f"mail {name} left at {before} and again at {at}")
        self.seen[name] = at
        law = reports.law("wire_true", TRUE_OUTCOME)
        found = await store.letters_by_message_id([mail.message_id])
        law.check(bool(found), "", f"mail {mail.message_id} left, and no outbox row knows it")
        if not found:
            return None
        row = await store.outgoing(found[0].key)
        assert row is not None, "a match names a row"
        law.check(
            row.stage in MAY_HAVE_LEFT and row.frozen is not None and row.frozen.raw == mail.raw,
            row.account,
            f"mail {row.key} left at {at}, and the outbox says {row.stage.value}",
        )
        self.check_reader(mail, row, reports)
        if isinstance(row.effect, SendLetter):
            self.letters += 1
            self.check_letter(row, row.effect, at, reports)
        return row

    def check_reader(self, mail: Carried, row: Outgoing, reports: Reports) -> None:
        """Letters go to the customer's domain, everything else to one of us."""
        law = reports.law("readers", OWN_READERS)
        recipient = mail.envelope_to[0]
        customer = self.street.customers.get(row.account.partition("/")[2])
        if isinstance(row.effect, SendLetter):
            domain = customer.debtor.email.partition("@")[2] if customer else ""
            is_right = recipient.partition("@")[2] == domain
        else:
            is_right = self.house.reps.is_rep(recipient)
        law.check(is_right, row.account, f"{row.kind.value} {row.key} went to {recipient}")

    def check_letter(
        self, row: Outgoing, effect: SendLetter, at: datetime, reports: Reports
    ) -> None:
        """Check a customer letter against everything that the world knows of it."""
        account = row.account
        reference = account.partition("/")[2]
        known = self.books.known
        listed = reports.law("as_exported", AS_EXPORTED)
        for line in effect.content.demanded:
            listed.check(
                known.get(line.number) == line.open.minor and line.open.minor > 0,
                account,
                f"letter {row.key} at {at} shows {line.open} open on {line.number}; accounting's "
                f"last taken export says {known.get(line.number)} minor units",
            )
        day = self.street.calendar.today(at)
        reports.law("stopped", STOPPED).check(
            day not in self.stopped_on, account, f"letter {row.key} left at {at}, all was stopped"
        )
        quiet = self.quiet.get(reference)
        is_peace = quiet is not None and quiet < at < quiet + PEACE_FOR
        if is_peace and quiet is not None:
            spoken = self.spoken.get(reference)
            is_peace = spoken is None or spoken < quiet
        reports.law("peace", PEACE).check(
            not is_peace, account, f"letter {row.key} left at {at}; somebody wrote, read {quiet}"
        )
        customer = self.street.customers[reference]
        self.check_spacing(row, effect, customer, at, reports)

    def check_spacing(
        self, row: Outgoing, effect: SendLetter, customer: Customer, at: datetime, reports: Reports
    ) -> None:
        """Days between letters, and the debtor's business hours, by true time."""
        law = reports.law("spaced", SPACED)
        debtor, policy = customer.debtor, self.house.policy
        zone = ZoneInfo(debtor.zone)
        calendar = calendar_of(debtor.country, debtor.zone, self.house.days_off)
        here = at.astimezone(zone)
        opens = datetime.combine(here.date(), policy.window_opens, zone).astimezone(UTC)
        closes = datetime.combine(here.date(), policy.window_closes, zone).astimezone(UTC)
        law.check(
            calendar.is_business_day(here.date())
            and opens - CLOCK_ERROR <= at <= closes + CLOCK_ERROR,
            row.account,
            f"letter {row.key} left at {here:%Y-%m-%d %H:%M} at the reader's",
        )
        before = self.letters_at.setdefault(row.account, [])
        for earlier in before[-1:]:
            apart = (here.date() - earlier.astimezone(zone).date()).days
            law.check(
                apart >= DAYS_APART,
                row.account,
                f"letter {row.key} left at {at}, only {apart} days after the one of {earlier}",
            )
        # A letter that came back was not read: the next may go at once.
        if not self.street.returns(effect.content.recipient, customer, at):
            before.append(at)
