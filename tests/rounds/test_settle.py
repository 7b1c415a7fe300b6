"""The Sent folder: it settles letters of unknown fate, and takes the copies that Duly files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from daemon.application import Delivery, Inbound
from daemon.core.state import LetterStage
from daemon.errors import PeerError
from daemon.ports import OutgoingStage, Unknown
from daemon.rounds.deliver import deliver_round
from daemon.rounds.loop_faults import tell_inbox
from daemon.rounds.plan import plan_round
from daemon.rounds.settle import file_copies_round, settle_round
from tests.core.builders import day, invoice
from tests.rounds.conftest import Desk
from tests.rounds.test_deliver import open_books


@dataclass
class SentFolder:
    """A mailbox port in whose Sent folder every letter lies."""

    name: str = "ar"

    async def open(self, folder: str) -> None:
        """Open nothing."""

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Find each."""
        return True


async def test_a_letter_found_in_the_sent_folder_left_on_the_day_of_its_attempt(
    desk: Desk,
) -> None:
    """The folder was out of reach until Monday; the days to the next letter count from Thursday."""
    debtor = ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    await open_books(desk, "2026-06-11", debtor)
    desk.relay.answers.append(Unknown(because="the line was cut"))
    await plan_round(desk.app)
    await deliver_round(desk.app)
    desk.go_to("2026-06-15 10:00")
    found = replace(
        desk.app,
        delivery=Delivery(sent_copy="auto"),
        inbounds=(Inbound(mailbox=cast(Any, SentFolder()), sent="Sent"),),
    )
    settled = await settle_round(found)
    (letter,) = (await desk.store.load(["main/one"]))["main/one"].letters

    assert (1, LetterStage.ACCEPTED) == (settled, letter.stage)
    assert day("2026-06-11") == letter.accepted_on


async def test_an_inbox_that_rests_is_searched_by_its_own_watcher_alone(desk: Desk) -> None:
    """Its login was refused: the other inbox's watcher leaves it alone, its own does not.

    Whoever is alone, with no watchers, tries it too.
    """
    debtor = ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    await open_books(desk, "2026-06-11", debtor)
    desk.relay.answers.append(Unknown(because="the line was cut"))
    await plan_round(desk.app)
    await deliver_round(desk.app)
    good, resting = Empty(name="good"), Empty(name="resting")
    inbounds = tuple(Inbound(mailbox=cast(Any, box), sent="Sent") for box in (good, resting))
    app = replace(desk.app, delivery=Delivery(sent_copy="auto"), inbounds=inbounds)
    tell_inbox(app, inbounds[1], PeerError("the login was refused", is_auth=True))
    opened = []
    for watched in (inbounds[0], inbounds[1], None):
        await settle_round(app, watched)
        opened.append((good.opened, resting.opened))
    tell_inbox(app, inbounds[1], None)
    await settle_round(app, inbounds[0])

    assert [(1, 0), (2, 1), (3, 2)] == opened
    assert (4, 3) == (good.opened, resting.opened)


@dataclass
class Empty:
    """A mailbox port whose Sent folder is empty; `opened` counts the searches."""

    name: str
    opened: int = 0

    async def open(self, folder: str) -> None:
        """Open nothing."""
        self.opened += 1

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Find none."""
        return False


TOO_LARGE = PeerError("IMAP APPEND was answered NO [LIMIT] Too large.", is_refusal=True)
LINE_CUT = PeerError("IMAP: the line was cut")


@dataclass
class Shelf:
    """A mailbox port whose Sent folder takes no copy of the accounts in `faults`.

    `tried` are the accounts of all copies that were sought or filed, `filed` those that lie there.
    """

    faults: dict[str, PeerError] = field(default_factory=dict)
    is_searched: bool = True
    is_open: bool = False
    opened: int = 0
    tried: list[str] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)
    name: str = "ar"

    async def open(self, folder: str) -> None:
        """Open the folder, over a new line where the old one is lost."""
        self.opened, self.is_open = self.opened + 1, True

    async def close(self) -> None:
        """Close the line."""
        self.is_open = False

    async def has_message(self, folder: str, message_id: str) -> bool:
        """Find none, or fail where the folder may not be searched; others may come between."""
        await asyncio.sleep(0)
        if not self.is_searched:
            self.put(message_id)
        return False

    async def append(self, folder: str, raw: bytes) -> None:
        """Take a copy, or fail over it."""
        self.filed.append(self.put(raw.decode()))

    def put(self, key: str) -> str:
        """Return the account that a letter's key names; fail over those in `faults`."""
        account = key.split("|")[0].removeprefix("main/")
        self.tried.append(account)
        if account in self.faults:
            raise self.faults[account]
        return account


async def sent_to(desk: Desk, *references: str) -> Shelf:
    """Send a letter to each of these customers; their copies go onto the shelf that is returned."""
    debtors = [
        (name, "DE", "Europe/Berlin", invoice(f"INV-{name}", "2026-06-01", 100))
        for name in references
    ]
    await open_books(desk, "2026-06-11", *debtors)
    while await plan_round(desk.app) + await deliver_round(desk.app):
        continue
    shelf = Shelf()
    desk.app = replace(
        desk.app,
        delivery=replace(desk.app.delivery, sent_copy="append"),
        inbounds=(Inbound(mailbox=cast(Any, shelf), sent="Sent"),),
    )
    return shelf


async def turns(desk: Desk, number: int) -> int:
    """File copies so many times in a row; returns how many were filed."""
    return sum([await file_copies_round(desk.app) for _ in range(number)])


@pytest.mark.parametrize("is_searched", [True, False], ids=["when filed", "when sought"])
async def test_a_refused_copy_holds_up_no_other(desk: Desk, is_searched: bool) -> None:
    """The server takes every copy but the first: it is tried once, the others are filed."""
    shelf = await sent_to(desk, "a", "b", "c")
    shelf.faults["a"], shelf.is_searched = TOO_LARGE, is_searched
    filed = await turns(desk, 3)

    assert (2, ["b", "c"]) == (filed, sorted(shelf.filed))
    assert 1 == shelf.tried.count("a")


async def test_refused_copies_starve_nobody(desk: Desk) -> None:
    """A batch is two; five are refused. Each waits its turn, and the last one is filed."""
    shelf = await sent_to(desk, "a", "b", "c", "d", "e", "z")
    shelf.faults.update(dict.fromkeys("abcde", TOO_LARGE))
    per_turn = [len(shelf.tried)]
    for _ in range(4):
        await file_copies_round(desk.app)
        per_turn.append(len(shelf.tried) - sum(per_turn))

    assert ["z"] == shelf.filed
    assert [0, 2, 2, 2, 0] == per_turn


async def test_what_was_refused_comes_after_what_was_not_tried(desk: Desk) -> None:
    """An hour later all that was refused is due again: a new letter's copy goes before it."""
    shelf = await sent_to(desk, "a", "b")
    shelf.faults.update(dict.fromkeys("ab", TOO_LARGE))
    await turns(desk, 2)
    desk.go_to("2026-06-11 11:01")
    await desk.read_inbox()
    debtor = ("c", "DE", "Europe/Berlin", invoice("INV-c", "2026-06-01", 100))
    await open_books(desk, "2026-06-12", debtor)
    while await plan_round(desk.app) + await deliver_round(desk.app):
        continue
    shelf.tried.clear()
    await file_copies_round(desk.app)

    assert ["c", "a"] == shelf.tried


async def test_a_refused_copy_is_tried_again_each_hour_until_it_is_filed(desk: Desk) -> None:
    """From 10:00 on at every quarter of an hour; at noon the folder has room."""
    shelf = await sent_to(desk, "a")
    shelf.faults["a"] = TOO_LARGE
    tried = []
    for minutes in range(0, 180, 15):
        time = f"{10 + minutes // 60}:{minutes % 60:02}"
        if time == "12:00":
            shelf.faults.clear()
        desk.go_to(f"2026-06-11 {time}")
        await turns(desk, 1)
        tried.extend([time] * len(shelf.tried))
        shelf.tried.clear()

    assert ["10:00", "11:00", "12:00"] == tried
    assert ["a"] == shelf.filed
    assert {} == desk.app.brakes.refused_copies


async def test_a_line_lost_over_one_copy_carries_the_others(desk: Desk) -> None:
    """The server hangs up over the first of three: the others lie there, and the loss is told."""
    shelf = await sent_to(desk, "a", "b", "c")
    shelf.faults["a"] = LINE_CUT
    desk.app = replace(desk.app, delivery=replace(desk.app.delivery, batch_max=3))
    with pytest.raises(PeerError, match="the line was cut"):
        await file_copies_round(desk.app)

    assert (["a", "b", "c"], ["b", "c"]) == (shelf.tried, shelf.filed)


async def test_a_line_lost_over_two_copies_ends_the_round(desk: Desk) -> None:
    """Then it is the line, and the watcher's matter: the third copy is not tried."""
    shelf = await sent_to(desk, "a", "b", "c")
    shelf.faults.update(dict.fromkeys("ab", LINE_CUT))
    desk.app = replace(desk.app, delivery=replace(desk.app.delivery, batch_max=3))
    with pytest.raises(PeerError, match="the line was cut"):
        await file_copies_round(desk.app)

    assert ["a", "b"] == shelf.tried


async def test_a_copy_over_which_the_line_is_lost_again_rests_like_a_refused_one(
    desk: Desk,
) -> None:
    """
    10:00 the line is lost over the copy, twice; the inbox is open again, and the round ends well
    10:15 it rests
    11:00 the line is lost again: it rests on, and no server has failed
    12:00 it is filed, and nothing is remembered of it
    """
    shelf = await sent_to(desk, "a")
    shelf.faults["a"] = LINE_CUT
    with pytest.raises(PeerError, match="the line was cut"):
        await file_copies_round(desk.app)
    shelf.is_open = False
    tried = []
    for time in ("10:00", "10:15", "11:00", "12:00"):
        desk.go_to(f"2026-06-11 {time}")
        if time == "12:00":
            shelf.faults.clear()
        shelf.tried.clear()
        await turns(desk, 1)
        tried.append((time, len(shelf.tried), shelf.is_open))
    brakes = desk.app.brakes

    assert [("10:00", 1, True), ("10:15", 0, True), ("11:00", 1, True), ("12:00", 1, True)] == tried
    assert ({}, set(), set()) == (brakes.refused_copies, brakes.cut_copies, brakes.lasting)


async def test_two_watchers_file_no_copy_twice(desk: Desk) -> None:
    """Two inboxes are watched at once: one of the watchers alone files the copies."""
    shelf = await sent_to(desk, "a", "b")
    (first,) = desk.app.inbounds
    second = Inbound(mailbox=cast(Any, Shelf(name="second")), sent="Sent")
    desk.app = replace(desk.app, inbounds=(first, second))
    watching = (file_copies_round(desk.app, entry) for entry in desk.app.inbounds)
    filed = await asyncio.gather(*watching)

    assert [2, 0] == filed
    assert ["a", "b"] == sorted(shelf.filed)


@pytest.mark.parametrize(
    ("fault", "opened"), [(LINE_CUT, 2), (TOO_LARGE, 1)], ids=["lost line", "refusal"]
)
async def test_a_sent_folder_that_cannot_be_searched_leaves_the_inbox_open(
    desk: Desk, fault: PeerError, opened: int
) -> None:
    """
    Two letters of unknown fate: their folder is searched once a round, for a search may take a
    minute; the watcher finds its inbox open, over a new line where the old one was lost.
    """
    debtors = [
        (name, "DE", "Europe/Berlin", invoice(f"INV-{name}", "2026-06-01", 100))
        for name in ("a", "b")
    ]
    await open_books(desk, "2026-06-11", *debtors)
    desk.relay.answers.extend([Unknown(because="the line was cut")] * 2)
    await plan_round(desk.app)
    await deliver_round(desk.app)
    shelf = Shelf(faults=dict.fromkeys("ab", fault), is_searched=False)
    app = replace(
        desk.app,
        delivery=Delivery(sent_copy="auto"),
        inbounds=(Inbound(mailbox=cast(Any, shelf), sent="Sent"),),
    )
    unknown = await app.store.outgoing_in(OutgoingStage.UNKNOWN)
    settled = await settle_round(app)

    assert (2, 0) == (len(unknown), settled)
    assert (1, True, opened) == (len(shelf.tried), shelf.is_open, shelf.opened)
