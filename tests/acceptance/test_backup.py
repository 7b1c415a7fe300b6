"""Backup and restore: a copy of a living database, and a restored home that sends nothing twice.

Business time is virtual; Dovecot, the SMTP server and the files are real.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from daemon.application import Delivery
from daemon.cli.keeping import alone_with, put_back
from daemon.core.events import ReplyApplied
from daemon.core.state import LetterStage
from daemon.ports import OutgoingStage
from daemon.rounds.gather import STOPPED
from daemon.store.backup import copy_database
from daemon.store.store import open_store
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultSmtp
from tests.simulation.conftest import opened
from tests.simulation.diary import Diary
from tests.simulation.office import SECRET, Office

BEFORE = """
    2026-06-02 account ACME
    2026-06-02 account BETA
    2026-06-02 account CARL
    2026-06-02 invoice INV-1 1200.00 EUR due 2026-06-01 issued 2026-05-11 account ACME
    2026-06-02 invoice INV-2 300.00 EUR due 2026-06-01 issued 2026-05-11 account BETA
    2026-06-02 invoice INV-3 450.00 EUR due 2026-06-01 issued 2026-05-11 account CARL
    2026-06-03 expect no letter
"""
FIRST, UNTIL_REMINDER = date(2026, 6, 5), date(2026, 6, 12)


@pytest.fixture
async def files_copies(served_dovecot: Dovecot, tmp_path: Path) -> AsyncIterator[Office]:
    """An office that files copies of its letters in the Sent folder."""
    async with FaultSmtp() as smtp:
        url = f"sqlite:///{tmp_path}/duly.db"
        async for office in opened(url, served_dovecot, smtp, tmp_path):
            office.app = replace(office.app, delivery=Delivery(sent_copy="append"))
            yield office


def letters_left(office: Office) -> Counter[str]:
    """Return how many letters have left, by the customer's address."""
    return Counter(
        address
        for taken in office.sent()
        for address in taken.envelope_to
        if address.startswith("ap@")
    )


async def bring_back(office: Office, copy: Path, taken_at: datetime) -> None:
    """Put the copy in the place of the living database, which is set aside."""
    await office.store.close()
    database = office.folder / "duly.db"
    with alone_with(office.folder, database, copy, is_replacing=True):
        put_back(copy, database, taken_at, office.clock.now())
    office.store = await open_store(f"sqlite:///{office.folder}/duly.db", secret=SECRET)
    office.app = replace(office.app, store=office.store)


async def lived_on(office: Office, copy: Path) -> Diary:
    """Back up on 3 June; on the 4th three inquiries leave, then one disputes, one promises."""
    diary = Diary(office)
    await diary.play(BEFORE)
    taken_at = office.clock.now()
    copy_database(office.folder / "duly.db", copy)
    await diary.go_to(FIRST)
    office.deliver(
        office.reply_to(diary.last_letter("BETA"), "ap@beta.test", "We dispute INV-2: wrong price.")
    )
    office.deliver(
        office.reply_to(diary.last_letter("CARL"), "ap@carl.test", "We will pay by 19 June.")
    )
    await diary.act()

    assert Counter({"ap@acme.test": 1, "ap@beta.test": 1, "ap@carl.test": 1}) == letters_left(
        office
    )

    await bring_back(office, copy, taken_at)
    return diary


async def test_letters_in_the_sent_folder_are_taken_for_sent(
    files_copies: Office, tmp_path: Path
) -> None:
    """
    2026-06-03 backup
    2026-06-04 three inquiries leave; BETA disputes, CARL promises
    2026-06-05 restore: the letters are found, both replies are read again
    2026-06-12 only ACME has got another letter: its reminder
    """
    office = files_copies
    diary = await lived_on(office, tmp_path / "copy.db")
    await diary.act()
    beta, carl = await office.state("BETA"), await office.state("CARL")
    applied = [
        [entry.event.intents for entry in events if isinstance(entry.event, ReplyApplied)]
        for events in [await office.store.events(f"kaltenberg/{name}") for name in ("BETA", "CARL")]
    ]
    unknown = await office.store.outgoing_in(OutgoingStage.UNKNOWN)
    await diary.go_to(UNTIL_REMINDER)

    assert ["dispute"] == [hold.reason.value for hold in beta.live_holds(FIRST)][:1]
    assert [[("dispute",)], [("promise_to_pay",)]] == applied
    assert carl.live_holds(FIRST)
    assert [] == [row.key for row in unknown if "|letter|" in row.key]
    assert None is (await office.store.fact(STOPPED))
    assert Counter({"ap@acme.test": 2, "ap@beta.test": 1, "ap@carl.test": 1}) == letters_left(
        office
    )
    assert [] == await office.broken_laws()


@pytest.fixture
async def office(served_dovecot: Dovecot, tmp_path: Path) -> AsyncIterator[Office]:
    """An office without any copies of what it sent."""
    async with FaultSmtp() as smtp:
        url = f"sqlite:///{tmp_path}/duly.db"
        async for built in opened(url, served_dovecot, smtp, tmp_path):
            yield built


async def test_without_evidence_the_reps_are_asked_and_nothing_goes_twice(
    office: Office, tmp_path: Path
) -> None:
    """The replies prove two letters; about the third its owner is asked, once, and it rests."""
    diary = await lived_on(office, tmp_path / "copy.db")
    await diary.act()
    acme = await office.state("ACME")
    subjects = [entry.why for entry in acme.forwards]
    await diary.go_to(UNTIL_REMINDER)

    assert [LetterStage.UNKNOWN] == [one.stage for one in acme.letters]
    assert 1 == len(subjects)
    assert "backup" in subjects[0]
    assert Counter({"ap@acme.test": 1, "ap@beta.test": 1, "ap@carl.test": 1}) == letters_left(
        office
    )
    assert [] == await office.broken_laws()
