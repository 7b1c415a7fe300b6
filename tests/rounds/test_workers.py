"""Two workers over one store: what one of them has done, the other leaves alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from daemon.application import App, Brakes
from daemon.core.effects import TellOperator
from daemon.ports import (
    Accepted,
    Cursor,
    Frozen,
    InboxMail,
    MailStage,
    Outcome,
    OutgoingStage,
    Placed,
    Store,
)
from daemon.rounds.attempts import ATTEMPTS_MAX
from daemon.rounds.notify import notify_round, put_off_unsayable
from daemon.rounds.quarantine import quarantine
from daemon.rounds.read_mail import read_round
from daemon.rounds.settle import recover_round
from tests.rounds.conftest import Desk
from tests.store.builders import ACCOUNT, fetched, opened

CURSOR = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=1)


async def poison(desk: Desk) -> InboxMail:
    """Keep a mail about a customer over which the parser has died three times."""
    now = desk.clock.now()
    await desk.store.commit([opened("D-1")], now)
    (name,) = await desk.store.keep([fetched(1, "We will pay.")], CURSOR, now)
    for _ in range(ATTEMPTS_MAX):
        await desk.store.begin_attempt(name, now)
    found = await desk.store.mail(name)
    assert found is not None
    return replace(found, accounts=(ACCOUNT,))


class Behind:
    """A store whose first look at a mail is older than what another worker did meanwhile."""

    def __init__(self, store: Store, mail: InboxMail) -> None:
        self.store = store
        self.looks = [mail]

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def mail(self, mail: str) -> InboxMail | None:
        """Show the mail as it was, once; then as it is."""
        return self.looks.pop() if self.looks else await self.store.mail(mail)


async def test_a_poison_mail_is_set_aside_once_by_two_workers(desk: Desk) -> None:
    """Both find it at its third failure; one sets it aside, the other goes on with its work."""
    await poison(desk)
    second = replace(desk.app, brakes=Brakes())
    await asyncio.gather(read_round(desk.app), read_round(second))
    aside = await desk.store.mails_in(MailStage.QUARANTINED, 9)
    told = await desk.store.outgoing_in(OutgoingStage.QUEUED)

    assert 1 == len(aside)
    assert [f"quarantine|{aside[0].id}"] == [row.key for row in told]


async def test_a_worker_that_comes_late_to_a_poison_mail_opens_no_second_hold(desk: Desk) -> None:
    """The mail was set aside, its account held: the late one changes nothing and stands."""
    mail = await poison(desk)
    now = desk.clock.now()
    first = replace(desk.app, store=cast(Store, Behind(desk.store, mail)))

    assert 1 == await quarantine(first, mail, "it died", now)
    before = await desk.store.events(ACCOUNT)
    late = replace(desk.app, store=cast(Store, Behind(desk.store, mail)))

    assert 0 == await quarantine(late, mail, "it died", now)
    assert before == await desk.store.events(ACCOUNT)


@pytest.mark.parametrize("stage", [MailStage.FILED, MailStage.QUARANTINED], ids=str)
async def test_a_mail_that_is_settled_meanwhile_is_left_alone(desk: Desk, stage: MailStage) -> None:
    """It has its place already: no alarm, no fault."""
    mail = await poison(desk)
    now = desk.clock.now()
    await desk.store.place(Placed(mail=mail.id, stage=stage, because="by another"), (), now)

    assert 0 == await quarantine(desk.app, mail, "it died", now)
    assert [] == await desk.store.outgoing_in(OutgoingStage.QUEUED)


async def test_a_mail_to_a_rep_leaves_once_from_two_workers(desk: Desk) -> None:
    """Both see it queued; the one who claims it sends it."""
    now = desk.clock.now()
    await desk.store.put_outgoing([TellOperator(key="a", subject="Stop", lines=("x",))], now)
    second: App = replace(desk.app, brakes=Brakes())
    tried = await asyncio.gather(notify_round(desk.app), notify_round(second))

    assert 1 == sum(tried)
    assert 1 == len(desk.relay.taken)


class Presumed:
    """A relay during whose answer a second daemon takes the first one for dead."""

    def __init__(self, second: App) -> None:
        self.second = second

    async def connect(self) -> Presumed:
        """Return itself."""
        return self

    async def transmit(self, mail: Frozen) -> Outcome:
        """Take the mail, late."""
        await recover_round(self.second)
        return Accepted(reply="250 ok")

    async def close(self) -> None:
        """Close nothing."""


async def test_an_outcome_that_comes_late_is_not_written_over_what_was_told(desk: Desk) -> None:
    """The mail counts as unsure, and the digest will say so; the round goes on."""
    now = desk.clock.now()
    await desk.store.put_outgoing([TellOperator(key="a", subject="Stop", lines=("x",))], now)
    second = replace(desk.app, brakes=Brakes())
    tried = await notify_round(replace(desk.app, submission=Presumed(second)))
    row = await desk.store.outgoing("a")
    assert row is not None

    assert (1, OutgoingStage.UNKNOWN) == (tried, row.stage)


async def test_a_mail_that_is_being_sent_is_not_put_off_by_another(desk: Desk) -> None:
    """One cannot put it into words while the other sends it: it stays where it is."""
    now = desk.clock.now()
    await desk.store.put_outgoing([TellOperator(key="a", subject="Stop", lines=("x",))], now)
    (row,) = await desk.store.outgoing_in(OutgoingStage.QUEUED)
    await desk.store.move_outgoing("a", OutgoingStage.TRANSMITTING, now)
    await put_off_unsayable(desk.app, row, "the template is wrong")

    assert ["a"] == [row.key for row in await desk.store.outgoing_in(OutgoingStage.TRANSMITTING)]
