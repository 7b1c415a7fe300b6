"""What stops sending as a whole: the circuit breaker, the daily cap, the pace of mailboxes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from daemon.adapters.rate import RateLimits
from daemon.application import App
from daemon.core.house import House
from daemon.core.state import LetterStage
from daemon.ports import Commit, OutgoingKind, Store
from daemon.rounds.deliver import deliver_round
from daemon.rounds.gather import BREAKER, FORECAST
from daemon.rounds.plan import plan_round
from tests.core.builders import default_house, default_policy, invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import MAX, open_books

ROUNDS_MAX = 20


async def send_all(app: App) -> int:
    """Pass after pass until none sends anything; return how many letters were tried."""
    tried = 0
    for _ in range(ROUNDS_MAX):
        sent = await deliver_round(app)
        if not sent:
            return tried
        tried += sent
    raise AssertionError(f"the queue is not empty after {ROUNDS_MAX} passes")


async def queue_up(desk: Desk, debtors: int, house: House | None = None) -> App:
    """Plan one letter for each debtor; the higher its number, the more it owes."""
    await open_books(
        desk,
        "2026-06-11",
        *(
            (f"d{place}", "DE", "Europe/Berlin", invoice(f"N{place}", "2026-06-01", place * 100))
            for place in range(1, debtors + 1)
        ),
    )
    app = replace(desk.app, house=house or desk.app.house)
    await plan_round(app)
    return app


async def test_more_letters_than_forecast_stop_sending_and_ask_once(desk: Desk) -> None:
    """The forecast said one: ten more may go on that, then nothing until a person says so."""
    app = await queue_up(desk, 14)
    await desk.store.set_fact(f"{FORECAST}:2026-06-11", "1")
    tried = await send_all(app)
    again = await send_all(app)
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)

    assert (11, 0, 11) == (tried, again, len(desk.relay.taken))
    assert "12 letters today, but the forecast said 1" in (await desk.store.fact(BREAKER) or "")
    assert ["Duly stopped sending: the circuit breaker tripped"] == [
        getattr(row.effect, "subject", "") for row in alarms
    ]


async def test_the_daily_cap_lets_the_largest_go_and_keeps_the_rest(desk: Desk) -> None:
    """Two letters a day: the largest amounts leave today, the others stay in the queue."""
    app = await queue_up(desk, 4, default_house(default_policy(daily_letters_max=2)))
    await send_all(app)
    states = await desk.store.load([f"main/d{place}" for place in range(1, 5)])
    stages = [letter.stage for state in states.values() for letter in state.letters]

    assert ["ap@d4.example.org", "ap@d3.example.org"] == desk.relay.taken
    assert (2, 2) == (stages.count(LetterStage.ACCEPTED), stages.count(LetterStage.QUEUED))


class Meanwhile:
    """A store in which something happens right before the first claim is committed."""

    def __init__(self, store: Store, happens: Callable[[], Awaitable[None]]) -> None:
        self.store = store
        self.happens = [happens]

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def commit(self, commits: Sequence[Commit], now: datetime) -> None:
        """Commit, but not before it has happened."""
        while self.happens:
            await self.happens.pop()()
        await self.store.commit(commits, now)


async def test_a_letter_is_looked_at_again_where_the_world_changes_before_its_claim(
    desk: Desk,
) -> None:
    """An inbox that nobody searched for an hour turns up after the last look: the letter waits."""
    app = await queue_up(desk, 1)

    async def turn_up() -> None:
        await desk.store.checked("second", desk.clock.now() - timedelta(hours=1))

    behind = replace(app, store=cast(Store, Meanwhile(desk.store, turn_up)))
    tried = [await deliver_round(behind), await deliver_round(behind)]

    assert [0, 0] == tried
    assert [] == desk.relay.taken


async def test_the_pace_of_the_mailbox_is_kept_over_passes(desk: Desk) -> None:
    """Three mails a minute leave this mailbox; the fourth leaves a minute later."""
    app = replace(await queue_up(desk, 4), pace=RateLimits(mailbox_per_minute=3))
    first = await send_all(app)
    desk.go_to("2026-06-11 10:02")
    second = await send_all(app)

    assert (3, 1) == (first, second)
