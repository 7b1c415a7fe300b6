"""The laws over a whole database catch what is broken on purpose: log, instant, inbox, outbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import pytest

from daemon.core.effects import OutgoingKind
from daemon.core.events import Recorded
from daemon.core.evolve import replay
from daemon.core.state import AccountState
from daemon.laws.verify import verify_store
from daemon.ports import InboxMail, MailStage, Outgoing, OutgoingStage
from tests.core.builders import at
from tests.laws.story import ACCOUNT, HOUSE, broken, two_letters

NOW = at("2026-06-18 12:00")


@dataclass
class Memory:
    """A store of one account as plain values: as much of it as the laws look at."""

    state: AccountState
    log: list[Recorded]
    rows: list[Outgoing]
    due: list[str] = field(default_factory=lambda: [ACCOUNT])
    mails: list[InboxMail] = field(default_factory=list)

    async def account_ids(self, after: str = "", limit: int = 1000) -> list[str]:
        """Return the account, once."""
        return [ACCOUNT] if after < ACCOUNT else []

    async def load(self, ids: Sequence[str]) -> dict[str, AccountState]:
        """Return the stored state."""
        return dict.fromkeys(ids, self.state)

    async def events(self, account: str, after: int = 0) -> list[Recorded]:
        """Return the log."""
        return self.log

    async def outgoing_of(self, account: str) -> list[Outgoing]:
        """Return the outbox rows."""
        return self.rows

    async def outgoing_in(self, stage: OutgoingStage, limit: int = 1000) -> list[Outgoing]:
        """Return the rows in a stage."""
        return [row for row in self.rows if row.stage is stage]

    async def due_accounts(self, now: datetime, limit: int, after: str = "") -> list[str]:
        """Return what has a next instant."""
        return [account for account in self.due if account > after]

    async def unapplied_mails(self) -> list[InboxMail]:
        """Return the kept mails."""
        return [mail for mail in self.mails if mail.stage is MailStage.KEPT]

    async def mails_in(self, stage: MailStage, limit: int) -> list[InboxMail]:
        """Return the mails in a stage."""
        return [mail for mail in self.mails if mail.stage is stage]


def sound() -> Memory:
    """Return a store in which every law is kept."""
    story = two_letters()
    settled = InboxMail(
        id="m1",
        mailbox="ar",
        folder="INBOX",
        uidvalidity=1,
        uid=1,
        kept_at=at("2026-06-12"),
        octets=1,
        is_oversize=False,
        attempts=1,
        stage=MailStage.APPLIED,
    )
    return Memory(
        state=replay(story.events),
        log=story.events,
        rows=list(story.rows.values()),
        mails=[settled],
    )


def lose_an_event(memory: Memory) -> None:
    """Let an event be missing from the log."""
    del memory.log[3]


def forge_an_order(memory: Memory) -> None:
    """Let two events stand in an order that cannot be."""
    memory.log[0], memory.log[1] = memory.log[1], memory.log[0]
    memory.log[:] = [replace(entry, sequence=n) for n, entry in enumerate(memory.log, 1)]


def touch_the_state(memory: Memory) -> None:
    """Change the stored state behind the log's back."""
    memory.state = replace(memory.state, holds=(), contacts=())


def fall_asleep(memory: Memory) -> None:
    """Let an open account have no next instant."""
    memory.due.clear()


def leave_a_mail(memory: Memory) -> None:
    """Let a mail wait for days."""
    memory.mails[0] = replace(memory.mails[0], stage=MailStage.KEPT)


def break_a_mail(memory: Memory) -> None:
    """Let the row of a mail not open."""
    memory.mails[0] = replace(memory.mails[0], broken="its row does not open")


def break_a_row(memory: Memory) -> None:
    """Let what was frozen in a row of the outbox not open."""
    memory.rows[0] = replace(memory.rows[0], broken="its row does not open")


def answer_by_itself(memory: Memory) -> None:
    """Let an automatic answer lie in the outbox."""
    memory.rows.append(replace(memory.rows[0], key="answer", kind=OutgoingKind.ANSWER))


@pytest.mark.parametrize(
    ("law", "sentence", "change"),
    [
        pytest.param("replay", "has a gap", lose_an_event, id="a lost event"),
        pytest.param("replay", "cannot be replayed", forge_an_order, id="an impossible order"),
        pytest.param("replay", "differs", touch_the_state, id="a touched state"),
        pytest.param("next_instant", "asleep", fall_asleep, id="an account asleep"),
        pytest.param("one_place", "waits since", leave_a_mail, id="a mail left lying"),
        pytest.param("opens", "does not open", break_a_mail, id="a broken mail"),
        pytest.param("opens", "does not open", break_a_row, id="a broken row"),
        pytest.param("no_answers", "automatic answer", answer_by_itself, id="an answer"),
    ],
)
async def test_a_broken_database_is_caught(
    law: str, sentence: str, change: Callable[[Memory], None]
) -> None:
    """`verify` names the law and says in a clerk's sentence what is broken."""
    memory = sound()
    change(memory)
    found = broken(await verify_store(cast(Any, memory), HOUSE, NOW))

    assert any(sentence in said for said in found.get(law, [])), found


async def test_a_sound_database_passes_every_law() -> None:
    """And each law has looked at something."""
    reports = await verify_store(cast(Any, sound()), HOUSE, NOW)

    assert ({}, []) == (broken(reports), [law.name for law in reports.laws if not law.checked])
