"""How many octets of mail were kept whole, of a sender and of all, and what is kept short.

The sender is the From address: at a glance until the mail is read, then as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from daemon.core.quota import LargeMail
from daemon.ports import Fetched
from daemon.store.inbox import MAILS_PER_QUERY, mail_id
from daemon.store.inbox_keys import content_key, sender_of
from daemon.store.models import to_micros
from daemon.store.transactions import Session, batches, marks

WHOLE_SINCE = "FROM mail WHERE kept_at > ? AND is_oversize = FALSE"


async def large_mails(
    session: Session, beginnings: Sequence[Fetched], since: datetime, secret: bytes
) -> list[LargeMail]:
    """Return what is known of mails by their beginnings; see `ports.Store`."""
    ids = {mail.uid: mail_id(secret, content_key(mail.raw)) for mail in beginnings}
    senders = {mail.uid: sender_of(mail.raw) for mail in beginnings}
    known: set[str] = set()
    for batch in batches(ids.values(), MAILS_PER_QUERY):
        rows = await session.fetch(f"SELECT id FROM mail WHERE id IN ({marks(len(batch))})", batch)
        known.update(str(row["id"]) for row in rows)
    octets: dict[str, int] = {}
    for some in batches(sorted(set(senders.values())), MAILS_PER_QUERY):
        rows = await session.fetch(
            f"SELECT LOWER(from_address) AS sender, SUM(octets) AS octets {WHOLE_SINCE} "
            f"AND LOWER(from_address) IN ({marks(len(some))}) GROUP BY LOWER(from_address)",
            (to_micros(since), *some),
        )
        octets.update((str(row["sender"]), int(row["octets"])) for row in rows)
    return [
        LargeMail(
            uid=mail.uid,
            octets=mail.octets,
            sender=senders[mail.uid],
            sender_octets=octets.get(senders[mail.uid], 0),
            is_known=ids[mail.uid] in known,
        )
        for mail in beginnings
    ]


async def kept_whole(session: Session, since: datetime) -> int:
    """Return the octets of all mails that were kept whole since an instant."""
    rows = await session.fetch(
        f"SELECT COALESCE(SUM(octets), 0) AS octets {WHOLE_SINCE}", (to_micros(since),)
    )
    return sum(int(row["octets"]) for row in rows)
