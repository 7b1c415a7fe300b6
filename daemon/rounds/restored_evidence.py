"""What the mailbox shows of the time between a backup and its restoring.

Copies in the Sent folder, mails that were filed meanwhile, and how many mails are nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.application import App, Inbound
from daemon.core.restored import Gap
from daemon.core.sent_copy import SentCopy, read_sent_copy
from daemon.errors import PeerError
from daemon.ports import Cursor, Fetched, Outgoing

CUSTOMER = "c"
READ_AGAIN = "restored_mails_read_again"
# Clocks of hosts and servers differ; content keys keep a mail from being read twice.
CLOCK_SLACK = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What the mailbox shows of the gap: copies of what we sent, and mails filed meanwhile."""

    by_token: dict[str, SentCopy] = field(default_factory=dict)
    by_message_id: dict[str, SentCopy] = field(default_factory=dict)
    filed: list[tuple[Cursor, Fetched]] = field(default_factory=list)

    def add(self, copy: SentCopy) -> None:
        """Take in one copy of the Sent folder."""
        self.by_message_id.update(dict.fromkeys(copy.message_ids, copy))
        if copy.token:
            self.by_token[copy.token] = copy

    def of(self, row: Outgoing) -> SentCopy | None:
        """Return the copy that proves that this row left."""
        found = self.by_token.get(row.reply_token) if row.reply_token else None
        if found is None and row.frozen is not None:
            found = self.by_message_id.get(row.frozen.message_id)
        return found

    def days_to(self, recipient: str, zone: ZoneInfo) -> list[date]:
        """Return the debtor's dates on which a letter to that address left."""
        return sorted(
            copy.sent_at.astimezone(zone).date()
            for copy in self.by_token.values()
            if copy.token.startswith(CUSTOMER) and recipient.lower() in copy.recipients
        )


async def gather_evidence(app: App, gap: Gap) -> Evidence:
    """Read the Sent folders and the folders of what was filed.

    Raises:
        PeerError: A server does not answer.
    """
    evidence = Evidence()
    now = app.clock.now()
    for inbound in app.inbounds:
        seen = await since_backup(inbound, inbound.sent, gap) if inbound.sent else None
        for mail in seen[1] if seen is not None else ():
            evidence.add(read_sent_copy(mail.raw, mail.internal_at or now))
        for folder in (inbound.processed, inbound.quarantine):
            seen = await since_backup(inbound, folder, gap)
            if seen is not None:
                evidence.filed += [(seen[0], mail) for mail in seen[1]]
    evidence.filed.sort(key=lambda entry: arrived_at(entry[1], gap))
    return evidence


def arrived_at(mail: Fetched, gap: Gap) -> datetime:
    """Return when the server got a mail, inside the gap."""
    return min(mail.internal_at or gap.since, gap.until)


async def since_backup(
    inbound: Inbound, folder: str, gap: Gap
) -> tuple[Cursor, list[Fetched]] | None:
    """Return the mails of a folder that came since the backup; None where there is none.

    Raises:
        PeerError: The server does not answer.
    """
    box = inbound.mailbox
    await box.open(inbound.folder)
    try:
        state = await box.open(folder)
    except PeerError:
        # The inbox opens and this folder does not: it was never made.
        await box.open(inbound.folder)
        return None
    uids = await box.uids_since((gap.since - CLOCK_SLACK).date() - timedelta(days=1))
    found: list[Fetched] = []
    for start in range(0, len(uids), inbound.batch_max):
        found += await box.fetch(uids[start : start + inbound.batch_max])
    since = gap.since - CLOCK_SLACK
    cursor = Cursor(
        mailbox=box.name, folder=folder, uidvalidity=state.uidvalidity, last_uid=state.uidnext - 1
    )
    return cursor, [mail for mail in found if mail.internal_at is None or mail.internal_at >= since]


async def mails_gone(app: App) -> int | None:
    """Count mails that came after the backup and are neither in the inbox nor filed.

    Every mail took a UID: those above the backup's cursor, less what lies in the inbox still,
    less what was read again. None where the inbox is another one.
    """
    gone = 0
    for inbound in app.inbounds:
        cursor = await app.store.cursor(inbound.mailbox.name, inbound.folder)
        if cursor is None:
            continue
        state = await inbound.mailbox.open(inbound.folder)
        if state.uidvalidity != cursor.uidvalidity:
            return None
        left = len(await inbound.mailbox.uids_after(cursor.last_uid))
        gone += max(state.uidnext - 1 - cursor.last_uid, 0) - left
    return max(gone - int(await app.store.fact(READ_AGAIN) or 0), 0)
