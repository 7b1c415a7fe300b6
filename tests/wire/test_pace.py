"""The pace of sending: never above the limits in any minute, and nobody waits without need."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.application import Delivery
from daemon.ports import Accepted, Commit, Frozen, Outcome
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from tests.core.builders import at, contact, default_facts, default_policy, invoice, opening
from tests.rounds.conftest import Desk
from tests.store.builders import snapshot
from tests.threats.counts import count

MAILBOX, DOMAIN = 20, 5
TICK = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)


@dataclass
class Watched:
    """A submission that notes when each mail left, in business time, and takes it."""

    desk: Desk
    left: list[tuple[datetime, str]] = field(default_factory=list)

    async def connect(self) -> Watched:
        """Return itself."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take one mail."""
        self.left.append((self.desk.clock.now(), mail.envelope_to.rpartition("@")[2]))
        return Accepted(reply="250 ok")

    async def close(self) -> None:
        """Close nothing."""


async def queue(desk: Desk, addresses: list[str]) -> Watched:
    """Let a letter to each address be due at nine in the morning, all at once."""
    desk.clock.advance_to(at("2026-06-12 07:00"))
    await desk.read_inbox()
    commits = []
    for number, address in enumerate(addresses):
        facts = default_facts(reference=f"a{number:05}", name=f"Debtor {number}")
        item = invoice(f"N-{number:05}", "2026-06-01", 10_000 - number)
        events = opening(item, facts=facts, contacts=(contact(address),))
        now = desk.clock.now()
        commits.append(Commit(account=facts.account, expected=0, events=events, next_action_at=now))
    await desk.store.apply_import(snapshot("pace", "2026-06-11"), commits, desk.clock.now())
    house = replace(desk.app.house, policy=default_policy(daily_letters_max=10_000))
    watched = Watched(desk)
    desk.app = replace(desk.app, house=house, submission=watched, delivery=Delivery())
    while await plan_round(desk.app):
        continue
    return watched


async def tick(desk: Desk) -> None:
    """Send what may go, then let ten seconds pass."""
    await deliver_round(desk.app)
    desk.clock.advance_to(desk.clock.now() + TICK)
    await desk.read_inbox()


async def test_no_minute_has_more_letters_than_the_limits_allow(desk: Desk) -> None:
    """
    Very many letters due at nine: all of them leave, evenly, twenty in any minute at most and
    five to one domain, however the minutes are cut.
    """
    letters = count(45, 5_000)
    domains = [f"d{number % 9}.example.org" for number in range(letters)]
    watched = await queue(desk, [f"ap{n}@{domain}" for n, domain in enumerate(domains)])
    ticks = 0
    while len(watched.left) < letters and ticks < letters:
        await tick(desk)
        ticks += 1
    for place, (start, _) in enumerate(watched.left):
        minute = [name for when, name in watched.left[place:] if when < start + MINUTE]

        assert len(minute) <= MAILBOX
        assert max(Counter(minute).values()) <= DOMAIN

    assert letters == len(watched.left)
    assert ticks * TICK <= MINUTE * (letters / MAILBOX + 2)


async def test_a_crowded_domain_hides_nobody_behind_it(desk: Desk) -> None:
    """Sixty large debtors at one provider stand before ten small ones elsewhere: these go first."""
    crowd = [f"ap{number}@crowded.example.org" for number in range(60)]
    others = [f"ap@d{number}.example.org" for number in range(10)]
    watched = await queue(desk, [*crowd, *others])
    for _ in range(3):
        await tick(desk)
    gone = Counter(name == "crowded.example.org" for _, name in watched.left)

    assert {True: DOMAIN, False: 10} == dict(gone)
