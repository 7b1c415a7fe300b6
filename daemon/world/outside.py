"""The outside laws: what left and what came, held against what the product says of it.

The ledger of the relay and of the inbox, the exports of accounting and the deeds of the people
are the witnesses; the product's own memory is the accused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from daemon.core.effects import SendLetter
from daemon.laws.findings import Reports
from daemon.ports import Outgoing, OutgoingStage, Store
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
    seen: dict[tuple[str, str], datetime] = field(default_factory=dict)
    letters: int = 0

    async def row_behind(
        self, store: Store, mail: Carried, at: datetime, reports: Reports
    ) -> Outgoing | None:
        """Find the outbox row behind a mail that left, and hold the two together."""
        once = reports.law("wire_once", ONCE_ON_WIRE)
        # The copies of a final notice go to their readers under the same Message-ID.
        envelope = (mail.message_id, mail.envelope_to[0])
        before = self.seen.get(envelope)
        once.check(before is None, "", f"mail {envelope} left at {before} and again at {at}")
        self.seen[envelope] = at
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
