"""Settling a restored backup where it is hard: mails that are gone, and a settling that is cut.

Business time is virtual; Dovecot, the SMTP server and the files are real.
"""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from daemon.core.effects import TellOperator
from daemon.core.events import ReplyApplied
from daemon.core.restored import Gap
from daemon.core.state import LetterStage
from daemon.rounds.gather import STOPPED
from daemon.rounds.restored import REP_MAIL_HELD, RESTORED, hold_rep_mail, restored_round
from daemon.rounds.restored_evidence import Evidence
from tests.acceptance.test_backup import UNTIL_REMINDER, letters_left, lived_on
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultSmtp
from tests.simulation.conftest import opened
from tests.simulation.office import Office

PROCESSED = "Processed"
ONE_EACH = Counter({"ap@acme.test": 1, "ap@beta.test": 1, "ap@carl.test": 1})
WRITING = frozenset(
    {"commit", "copy_filed", "keep", "move_outgoing", "moved", "place"}
    | {"put_outgoing", "set_fact", "wake"}
)
CUTS_MAX = 200


class PowerCut(BaseException):
    """The machine is off."""


class CutStore:
    """A store that loses its power after so many writes; what was written stays."""

    def __init__(self, inner: object, writes: int) -> None:
        self.inner = cast(Any, inner)
        self.left = writes

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name not in WRITING:
            return found

        async def write(*given: Any, **named: Any) -> Any:
            if not self.left:
                raise PowerCut
            self.left -= 1
            return await found(*given, **named)

        return write


@pytest.fixture
async def office(served_dovecot: Dovecot, tmp_path: Path) -> AsyncIterator[Office]:
    """An office without any copies of what it sent."""
    async with FaultSmtp() as smtp:
        url = f"sqlite:///{tmp_path}/duly.db"
        async for built in opened(url, served_dovecot, smtp, tmp_path):
            yield built


def settlements(office: Office) -> list[tuple[tuple[str, ...], str]]:
    """Return the mails that told what was found out, with whom they went to."""
    mails = [
        (taken.envelope_to, email.message_from_bytes(taken.raw, policy=email.policy.default))
        for taken in office.sent()
    ]
    return [
        (to, str(mail.get_body(("plain",))))
        for to, mail in mails
        if str(mail["Subject"]).startswith("A backup was restored")
    ]


async def replies_applied(office: Office) -> list[list[tuple[str, ...]]]:
    """Return the intents of every reply applied, by account."""
    return [
        [
            entry.event.intents
            for entry in await office.store.events(f"kaltenberg/{name}")
            if isinstance(entry.event, ReplyApplied)
        ]
        for name in ("BETA", "CARL")
    ]


async def test_mails_that_are_gone_stop_all_letters(office: Office, tmp_path: Path) -> None:
    """Somebody cleared the folder of what was read: what a customer said there nobody knows."""
    diary = await lived_on(office, tmp_path / "copy.db")
    mailbox = office.dovecot.login(office.user)
    mailbox.select(PROCESSED)
    mailbox.store("1", "+FLAGS", r"(\Deleted)")
    mailbox.expunge()
    mailbox.logout()
    await diary.act()
    stopped = await office.store.fact(STOPPED)
    told = settlements(office)
    await diary.go_to(UNTIL_REMINDER)

    assert "1 mails that came after it are no longer in the mailbox" in (stopped or "")
    assert [("ops@seller.test",)] == [to for to, _ in told]
    assert "run.py start" in told[0][1]
    assert ONE_EACH == letters_left(office)
    assert [] == await office.broken_laws()


async def test_a_settling_that_is_cut_at_every_write_is_settled_all_the_same(
    office: Office, tmp_path: Path
) -> None:
    """One write more each time, then the power is gone: at last it is whole, and done once."""
    diary = await lived_on(office, tmp_path / "copy.db")
    cuts = 0
    while await office.store.fact(RESTORED) and cuts < CUTS_MAX:
        cut = replace(office.app, store=cast(Any, CutStore(office.store, cuts)))
        try:
            await restored_round(cut)
        except PowerCut:
            cuts += 1
    await diary.act()
    acme = await office.state("ACME")
    asked = [entry.why for entry in acme.forwards]
    told = settlements(office)
    await diary.go_to(UNTIL_REMINDER)

    assert 3 < cuts < CUTS_MAX
    assert [[("dispute",)], [("promise_to_pay",)]] == await replies_applied(office)
    assert [LetterStage.UNKNOWN] == [letter.stage for letter in acme.letters]
    assert (1, 1) == (len(asked), len(told))
    assert ONE_EACH == letters_left(office)
    assert [] == await office.broken_laws()


async def test_a_second_restore_names_only_what_it_keeps_back_itself(office: Office) -> None:
    """What an earlier restore kept back was told then."""
    told = []
    for number, until in (("1", "2026-06-05"), ("2", "2026-06-09")):
        now = office.clock.now()
        mail = TellOperator(key=f"alarm {number}", subject=f"Alarm {number}", lines=("Look.",))
        await office.store.put_outgoing([mail], now)
        gap = Gap(since=now, until=datetime.fromisoformat(f"{until}T08:00:00+00:00"))
        told.append(await hold_rep_mail(office.app, gap, Evidence()))
        await office.store.set_fact(REP_MAIL_HELD, "")

    assert [["Alarm 1"], ["Alarm 2"]] == told
