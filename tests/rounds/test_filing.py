"""The inbox and its folders: mail that others took, and folders that refuse what was read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any, cast

from daemon.adapters.log import open_log
from daemon.application import App, Inbound
from daemon.errors import PeerError
from daemon.ports import Cursor, Fetched, FolderState, MailStage, Placed
from daemon.rounds.take_in import file_round, take_in_round
from tests.rounds.conftest import Desk
from tests.threats.scene import Box

REFUSED = PeerError("IMAP MOVE was answered NO [CANNOT] Invalid name.", is_refusal=True)
CURSOR = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=0)


@dataclass
class Shelves:
    """A mailbox port: it moves mails to all folders but those in `refusing`."""

    refusing: set[str] = field(default_factory=set)
    moved: list[tuple[int, str]] = field(default_factory=list)
    name: str = "ar"

    async def open(self, folder: str) -> FolderState:
        """Open the only generation of the folder."""
        return FolderState(uidvalidity=1, uidnext=99, exists=0)

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Move them, or refuse."""
        if folder in self.refusing:
            raise REFUSED
        self.moved.extend((uid, folder) for uid in uids)


async def read(desk: Desk, uid: int, stage: MailStage, mailbox: str = "ar") -> None:
    """Keep a mail and give it its place."""
    mail = Fetched(uid=uid, octets=9, raw=f"Subject: {uid}\r\n\r\nHello".encode())
    now = desk.clock.now()
    cursor = replace(CURSOR, mailbox=mailbox, last_uid=uid)
    for kept in await desk.store.keep([mail], cursor, now):
        await desk.store.place(Placed(mail=kept, stage=stage, because="it was read"), (), now)


def watched(desk: Desk, shelves: Shelves) -> tuple[App, Inbound, StringIO]:
    """Return the application with that inbox, and its log."""
    lines = StringIO()
    inbound = Inbound(mailbox=cast(Any, shelves))
    log = open_log(level="info", stream=lines)
    return replace(desk.app, inbounds=(inbound,), log=log), inbound, lines


def told(lines: StringIO) -> list[tuple[str, str]]:
    """Return each event of a folder with its sentence."""
    entries = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [(entry["event"], entry["says"]) for entry in entries if "moved" in entry["event"]]


async def test_each_folder_that_takes_no_mail_is_told_and_ends_for_itself(desk: Desk) -> None:
    """Both refuse, and both are named, once; then one takes mails again, then the other."""
    await read(desk, 1, MailStage.FILED)
    await read(desk, 2, MailStage.QUARANTINED)
    shelves = Shelves(refusing={"Processed", "Quarantine"})
    app, inbound, lines = watched(desk, shelves)
    for mended in ("", "", "Quarantine", "", "Processed", ""):
        shelves.refusing.discard(mended)
        await file_round(app, inbound)
    events = [event for event, _ in told(lines)]
    named = [name for _, says in told(lines) for name in shelves_named(says)]

    assert ["mails_not_moved"] * 2 + ["mails_moved"] * 2 == events
    assert ["Processed", "Quarantine", "Quarantine", "Processed"] == named
    assert [(2, "Quarantine"), (1, "Processed")] == shelves.moved


def shelves_named(says: str) -> list[str]:
    """Return the folders that a sentence names."""
    return [name for name in ("Processed", "Quarantine") if f"folder {name}" in says]


async def test_a_folder_numbered_anew_ends_the_trouble_with_it(desk: Desk) -> None:
    """What lay in the old numbering is not to be moved any more: the refusal is over."""
    await read(desk, 1, MailStage.FILED)
    shelves = Shelves(refusing={"Processed"})
    app, inbound, lines = watched(desk, shelves)
    await file_round(app, inbound)
    await desk.store.keep([], replace(CURSOR, uidvalidity=2), desk.clock.now())
    for _ in range(2):
        await file_round(app, inbound)

    assert ["mails_not_moved", "mails_moved"] == [event for event, _ in told(lines)]
    assert set() == app.brakes.lasting


async def test_a_mail_in_two_inboxes_leaves_both(desk: Desk) -> None:
    """One mail came to two watched addresses: it is read once, and moved out of each inbox."""
    await read(desk, 1, MailStage.FILED)
    await read(desk, 1, MailStage.FILED, mailbox="second")
    first, second = Shelves(), Shelves(name="second")
    for shelves in (first, second):
        app, inbound, _ = watched(desk, shelves)
        await file_round(app, inbound)

    assert [[(1, "Processed")], [(1, "Processed")]] == [first.moved, second.moved]


async def test_mails_that_others_took_are_told_once_however_many(desk: Desk) -> None:
    """120 mails are gone before they are fetched, in three batches: one sentence names them all."""
    await desk.store.keep([], CURSOR, desk.clock.now())
    lines = StringIO()
    app = replace(desk.app, log=open_log(level="info", stream=lines))
    await take_in_round(app, Inbound(mailbox=cast(Any, Box(uids=tuple(range(1, 121))))))
    said = [json.loads(line) for line in lines.getvalue().splitlines()]

    assert ["mail_gone"] == [entry["event"] for entry in said]
    assert said[0]["says"].startswith("120 mails left the folder INBOX")
