"""The same worlds over real sockets and on PostgreSQL, and what the comparison can see."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from daemon.adapters.smtp_outcome import Phase
from daemon.errors import ConfigError, PeerError
from daemon.ports import Frozen
from daemon.world.awaits import counted
from daemon.world.campaign import run_seed
from daemon.world.chronicle import differences
from daemon.world.loop_wires import LoopbackWires
from daemon.world.near_inbox import INBOX, NearServer
from daemon.world.near_post import Cuts, NearPost, Says, Trouble
from daemon.world.simulation import Plan
from tests.servers.postgres import Postgres
from tests.simulation.test_seeds import told
from tests.store.conftest import postgres_cluster as postgres_cluster
from tests.threats import counts

NOW = datetime(2026, 6, 11, 10, 0, tzinfo=UTC)
ON = date(2026, 6, 11)
MAIL = Frozen(
    raw=b"Message-ID: <m1@seller.example>\r\nSubject: x\r\n\r\n.dot\r\n",
    message_id="m1@seller.example",
    envelope_from="ar@seller.example",
    envelope_to="ap@buyer.example",
)
WORLDS = counts.count(1, 20)
DAYS = counts.count(12, 30)


@dataclass(slots=True)
class Scripted:
    """A plan of one trouble; `lost` are the IMAP commands at which the connection goes."""

    trouble: Trouble | None = None
    lost: list[str] = field(default_factory=list)

    def at_connection(self, now: datetime) -> PeerError | None:
        """Let every connection come about."""
        return None

    def at_mail(self, message_id: str, attempt: int, now: datetime) -> Trouble | None:
        """Return the one trouble."""
        return self.trouble

    def interrupt(self) -> None:
        """Nothing ends here."""

    def at_command(self, command: str, now: datetime) -> PeerError | None:
        """Fail at the next lost command."""
        if self.lost and self.lost[0] == command:
            self.lost.pop(0)
            return PeerError("lost")
        return None


async def wires(plan: Scripted) -> tuple[LoopbackWires, NearServer, NearPost]:
    """Start both servers under a plan."""
    server = NearServer(now=lambda: NOW, trouble=plan)
    post = NearPost(now=lambda: NOW, trouble=plan)
    return await LoopbackWires.started(server, post), server, post


@pytest.mark.parametrize("seed", range(3, 3 + WORLDS))
async def test_a_world_over_loopback_is_the_world_in_memory(seed: int, tmp_path: Path) -> None:
    """Letters, holds and verdicts per account and day are the same over real SMTP and IMAP."""
    result = await run_seed(Plan(days=DAYS, accounts=5, is_loopback=True), seed, tmp_path)
    (law,) = (law for law in result.laws if law.name == "loopback")

    assert [] == told(result)
    assert law.checked > 10
    assert result.letters > 0


@pytest.mark.parametrize("seed", range(3, 3 + WORLDS))
async def test_no_law_is_broken_on_postgresql(
    seed: int, postgres_cluster: Postgres, tmp_path: Path
) -> None:
    """All troubles, a second worker among them, on the database server."""
    plan = Plan(days=DAYS, accounts=5, database=postgres_cluster.new_database())
    result = await run_seed(plan, seed, tmp_path)

    assert [] == told(result)
    assert result.letters > 0


async def test_a_database_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    """One sentence instead of a chain of calls."""
    plan = Plan(days=1, accounts=1, database="postgres://postgres@127.0.0.1:1/postgres")

    with pytest.raises(ConfigError, match=r"127\.0\.0\.1"):
        await run_seed(plan, 1, tmp_path)


def test_the_comparison_names_day_account_and_side() -> None:
    """A letter that only one of the runs knows is told, and so is one that came twice."""
    letter, hold = (ON, "main/D1", "letter"), (ON, "main/D2", "hold")
    near, far = Counter({letter: 1, hold: 1}), Counter({letter: 2})

    assert [
        (ON, "main/D1", "only over loopback: letter"),
        (ON, "main/D2", "only in memory: hold"),
    ] == differences(near, far)
    assert [] == differences(near, Counter(near))


@pytest.mark.parametrize(
    ("trouble", "outcome", "taken"),
    [
        (None, "Accepted", 1),
        (Says(phase=Phase.MAIL, code=421, text="4.3.2 later"), "Deferred", 0),
        (Says(phase=Phase.RCPT, code=550, text="5.1.1 nobody"), "Refused", 0),
        (Says(phase=Phase.DATA, code=451, text="4.3.0 later"), "Deferred", 0),
        (Says(phase=Phase.BODY, code=552, text="5.3.4 too big"), "Refused", 0),
        (Cuts(phase=Phase.RCPT), "Deferred", 0),
        (Cuts(phase=Phase.BODY), "Unknown", 0),
        (Cuts(phase=Phase.BODY, is_taken=True), "Unknown", 1),
    ],
    ids=["taken", "mail 421", "rcpt 550", "data 451", "body 552", "rcpt cut", "body cut", "lost"],
)
async def test_the_relay_on_loopback_plays_the_trouble(
    trouble: Trouble | None, outcome: str, taken: int
) -> None:
    """What the plan says happens on the wire, and the outcome is what it is in memory."""
    found, _, post = await wires(Scripted(trouble))
    submission = found.submission()
    wire = await submission.connect()
    came = await wire.transmit(MAIL)
    await submission.close()
    await found.close()
    near = NearPost(now=lambda: NOW, trouble=Scripted(trouble))

    assert outcome == type(came).__name__
    assert type(near.receive(MAIL)) is type(came)
    assert [MAIL.raw] * taken == [mail.raw for mail in post.taken]
    assert [outcome] == [attempt.outcome for attempt in post.attempts]


async def test_the_inbox_on_loopback_shows_the_world() -> None:
    """Mail is found by UID and day, fetched, moved, found again by its Message-ID, and filed."""
    found, server, _ = await wires(Scripted())
    server.deliver(MAIL.raw)
    server.deliver(b"Subject: y\r\n\r\nz\r\n")
    box = found.mailbox()
    state = await box.open(INBOX)
    fetched = await box.fetch(await box.uids_after(0))
    await box.move([1], "Processed")
    await box.append("Sent", MAIL.raw)

    assert (2, 3) == (state.exists, state.uidnext)
    assert [MAIL.raw, b"Subject: y\r\n\r\nz\r\n"] == [mail.raw for mail in fetched]
    assert [2] == await box.uids_since(ON)
    assert await box.has_message("Processed", MAIL.message_id)
    assert not await box.has_message("Elsewhere", MAIL.message_id)
    assert [MAIL.raw] == [mail.raw for mail in server.folder("Sent").mails]

    await box.close()
    await found.close()


async def test_a_command_that_fails_cuts_the_connection_to_the_inbox() -> None:
    """The plan's refusal is a lost line; a new connection works."""
    found, _, _ = await wires(Scripted(lost=["SELECT"]))
    box = found.mailbox()
    with pytest.raises(PeerError):
        await box.open(INBOX)

    assert 0 == (await box.open(INBOX)).exists

    await box.close()
    await found.close()


@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_work_is_cancelled_at_the_await_that_is_meant(nth: int) -> None:
    """The work has come as far as that await, and no further."""
    steps: list[int] = []
    awaits: list[int] = []

    async def work() -> None:
        for step in range(4):
            steps.append(step)
            await asyncio.sleep(0)

    def at_await() -> None:
        awaits.append(1)
        if len(awaits) == nth:
            task.cancel()

    task = asyncio.ensure_future(counted(work(), at_await))
    with pytest.raises(asyncio.CancelledError):
        await task

    assert list(range(nth)) == steps


async def test_counted_work_returns_and_raises_as_it_would_alone() -> None:
    """Counting changes nothing."""

    async def gives() -> int:
        await asyncio.sleep(0)
        return 7

    async def fails() -> None:
        await asyncio.sleep(0)
        raise LookupError("gone")

    assert 7 == await counted(gives(), lambda: None)

    with pytest.raises(LookupError):
        await counted(fails(), lambda: None)
