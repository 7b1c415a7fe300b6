"""The outside laws: what left and what came, held against what the product says of it.

The ledger of the relay and of the inbox, the exports of accounting and the deeds of the people
are the witnesses; the product's own memory is the accused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from daemon.core.effects import SendLetter
from daemon.core.house import House
from daemon.laws.findings import Reports
from daemon.laws.verify import verify_store
from daemon.ports import MailStage, Outgoing, OutgoingStage, Store
from daemon.world.near_post import NearPost
from daemon.world.post import Carried
from daemon.world.street import Street
from daemon.world.troubles import Troubles

ONCE_ON_WIRE = "no mail is on the wire twice"
TRUE_OUTCOME = "what left is accepted, unknown or undelivered in the outbox, byte for byte"
MAY_HAVE_LEFT = frozenset(
    {OutgoingStage.TRANSMITTING, OutgoingStage.ACCEPTED, OutgoingStage.UNKNOWN,
     OutgoingStage.UNDELIVERED}
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Outside:
    """The witnesses of one world. `rows` are the outbox rows behind what left."""

    post: NearPost
    street: Street
    troubles: Troubles
    tempers: dict[str, str]
    seen: dict[str, datetime] = field(default_factory=dict)
    is_unsettled: bool = False
    letters: int = 0

    async def row_behind(
        self, store: Store, mail: Carried, at: datetime, reports: Reports
    ) -> Outgoing | None:
        """Find the outbox row behind a mail that left, and hold the two together."""
        once = reports.law("wire_once", ONCE_ON_WIRE)
        copies = len(mail.envelope_to)
        once.check(
            mail.message_id not in self.seen and copies == 1,
            "",
            f"mail {mail.message_id} left at {self.seen.get(mail.message_id)} and again at {at}",
        )
        self.seen[mail.message_id] = at
        law = reports.law("wire_true", TRUE_OUTCOME)
        found = await store.letters_by_message_id([mail.message_id])
        law.check(bool(found), "", f"mail {mail.message_id} left, and no outbox row knows it")
        if not found:
            return None
        row = await store.outgoing(found[0].key)
        assert row is not None, "a match names a row"
        law.check(
            row.stage in MAY_HAVE_LEFT and row.frozen is not None and row.frozen.raw == mail.raw,
            row.account,
            f"mail {row.key} left at {at}, and the outbox says {row.stage.value}",
        )
        self.letters += isinstance(row.effect, SendLetter)
        return row

    async def look(self, store: Store, house: House, now: datetime, reports: Reports) -> None:
        """Let the laws look over the database."""
        unknown = await store.outgoing_in(OutgoingStage.UNKNOWN, 1)
        sending = await store.outgoing_in(OutgoingStage.TRANSMITTING, 1)
        kept = await store.mails_in(MailStage.KEPT, 1)
        self.is_unsettled = bool(unknown or sending or kept)
        await verify_store(store, house, now)
