"""Where the daemon is killed, what it is told meanwhile, and what must be true afterwards.

What left is read from the SMTP server's own ledger, what arrived from Dovecot's folders, what
Duly knows from its database; never from a log.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from daemon.ports import MailStage
from tests.acceptance.crash.office import DEBTORS, START, CrashOffice, debtor_of, make_office
from tests.acceptance.crash.stand import Stand
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultSmtp

PROCESSED = "Duly/Processed"
KILLED = -signal.SIGKILL
MONDAY = 3 * 24 * 60
NOW = START + timedelta(minutes=MONDAY)
MakeOffice = Callable[[str], CrashOffice]
# A failpoint of each letter or mail kills over the second: one is done, one is in hand, one is
# not begun.
NOT_SENT_YET = ("send.planned", "send.connected:2", "send.before_transmitting:2")
IN_BETWEEN = {"send.transmitting_committed:2": False, "send.before_outcome:2": True}
HOLDS = {("ACME", "promise"), ("BOLT", "dispute"), ("CIRO", "out_of_office")}
# One kill after the other, over the same inbox: each process goes on where the last one fell.
RECEIVING = (
    ("receive.fetched", "receive.kept", "receive.attempt_counted:2", "receive.before_moved"),
    ("receive.identified:2", "receive.applied", "receive.moved"),
    ("receive.read:2", "receive.before_applied:2"),
)
SENT = "send.outcome_committed:2"
COPIED = "send.copy_filed:2"
COMMANDED = ("receive.identified", "receive.before_moved")
IMPORTED = "import.applied"
RESTORED = "restore.kept"
NOTIFIED = "notify.transmitting_committed"


async def warm_up(folder: Path, dovecot: Dovecot, stand: Stand) -> None:
    """Let the stand send letters, read answers and file both, so that its forks know how."""
    async with FaultSmtp() as smtp:
        office = make_office(folder, dovecot, smtp, stand, sent_copy="append")
        await office.prepare(is_written_to=False)
        for minute in (10, 60):
            task = replace(office.task(minute), is_warming=True)

            assert 0 == await stand.run(task)

            if minute == 10:
                deliver_three(office)


async def expect_all_sent_once(office: CrashOffice) -> None:
    """Every debtor got exactly one letter, it is known to be accepted, and no law is broken."""
    assert sorted(DEBTORS) == sorted(map(debtor_of, office.letters()))
    assert [] == office.doubled()
    assert dict.fromkeys(DEBTORS, "accepted") == await office.letter_stages(NOW)
    assert [] == await office.broken_laws(NOW)


def deliver_three(office: CrashOffice) -> None:
    """Let one debtor promise, one dispute, and one be away."""
    office.deliver("ACME", "We will pay the invoice in full on 19 June 2026.")
    office.deliver("BOLT", "We dispute this invoice: the price is wrong, we agreed on 900.00 EUR.")
    office.deliver(
        "CIRO",
        "I am out of the office until 15 June 2026 and will answer when I am back.",
        subject="Automatic reply: your invoice",
        Auto_Submitted="auto-replied",
    )


async def expect_all_applied_once(office: CrashOffice) -> None:
    """Three mails, three places, each effect once, all filed; no law is broken."""
    events = await office.events(NOW)

    assert dict.fromkeys(DEBTORS, 1) == {name: events[name]["reply_applied"] for name in DEBTORS}
    assert 1 == events["ACME"]["promise_made"]
    assert 1 == events["BOLT"]["rep_asked"]
    assert 1 == events["CIRO"]["contact_absent"]

    holds = await office.holds(NOW)

    assert set(holds) >= HOLDS
    assert {1} == set(holds.values())

    async with office.opened(NOW) as app:
        assert [] == await app.store.unapplied_mails()
        assert [] == await app.store.mails_in(MailStage.QUARANTINED, 10)
    assert [] == office.dovecot.folder(office.user)
    assert 3 == len(office.dovecot.folder(office.user, PROCESSED))
    assert 3 == len(office.letters())
    assert [] == office.doubled()
    assert [] == await office.broken_laws(NOW)
