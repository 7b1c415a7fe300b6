"""Take in: keep every mail that reached the inbox, before the server is told anything.

The cursor (folder, UIDVALIDITY, UID) moves in the transaction that keeps the raw bytes. Flags
are never state: a mail is filed by MOVE only after it was applied. A new UIDVALIDITY rescans
by date; the content key suppresses what is known. Source: DESIGN §7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.application import App, Inbound
from daemon.core.effects import TellOperator
from daemon.errors import PeerError
from daemon.failpoints import failpoint
from daemon.ports import Cursor, FolderState, InboxMail, MailStage, StayMarked
from daemon.rounds.gather import creditor_today
from daemon.rounds.quotas import kept_short
from daemon.rounds.telling import tell, tell_lasting, tell_over, tell_over_all, words_of

MOVE_MAX = 200
SCAN = "scan_by_date_ends"


async def take_in_round(app: App, inbound: Inbound) -> int:
    """Fetch and keep what is new in one mailbox; returns how many mails were new.

    Raises:
        PeerError: The connection failed; what was kept stays kept, the cursor says how far.
    """
    box = inbound.mailbox
    now = app.clock.now()
    if not app.has_room():
        await tell_no_room(app, now)
        return 0
    tell_over(app, "disk", "disk_has_room", "The disk has room again: mail is fetched.")
    folder = await box.open(inbound.folder)
    cursor, uids, counted_from = await search(app, inbound, folder, now)
    failpoint("receive.found")
    kept = missing = 0
    try:
        for batch in batches_of(uids, counted_from, inbound.batch_max):
            beginnings = await box.beginnings(batch)
            is_counted = batch[0] >= counted_from
            short = await kept_short(
                app, inbound, beginnings, app.clock.now(), is_counted=is_counted
            )
            left = {mail.uid for mail in short}
            mails = [*short, *await box.fetch([uid for uid in batch if uid not in left])]
            mails.sort(key=lambda mail: mail.uid)
            failpoint("receive.fetched")
            missing += len(batch) - len(mails)
            new = await app.store.keep(mails, replace(cursor, last_uid=batch[-1]), app.clock.now())
            failpoint("receive.kept")
            kept += len(new)
            if app.brakes.is_stopping:
                break
    finally:
        # However far it came: what is gone is not found again.
        tell_of_missing(app, inbound, missing)
    if app.brakes.is_stopping:
        return kept
    await app.store.checked(box.name, app.clock.now())
    failpoint("receive.checked")
    if kept:
        app.log.info("mail_kept", mailbox=box.name, mails=kept)
    return kept


async def search(
    app: App, inbound: Inbound, folder: FolderState, now: datetime
) -> tuple[Cursor, list[int], int]:
    """Search what is new; in a folder that is numbered anew, or was never read, by date.

    Where such a search by date ends is written down before its first mail is kept: cut in the
    middle, its rest is still counted on no quota.

    Returns:
        The cursor of this numbering, the UIDs, and the first UID that counts on the quotas.
    """
    box = inbound.mailbox
    known = await app.store.cursor(box.name, inbound.folder)
    scan = f"{SCAN}|{box.name}|{inbound.folder}"
    if known is not None and known.uidvalidity == folder.uidvalidity:
        validity, _, last = (await app.store.fact(scan) or "").partition("|")
        counted_from = int(last) + 1 if validity == str(folder.uidvalidity) else 0
        return known, await box.uids_after(known.last_uid), counted_from
    days = inbound.first_scan_days if known is None else inbound.rescan_days
    if known is not None:
        says = (
            f"The mail server numbers the folder {inbound.folder} of {box.name} anew. The mail "
            f"of the last {days} days is looked through again; what is known has no effect."
        )
        tell(app, "folder_renumbered", says, mailbox=box.name)
    uids = await box.uids_since(creditor_today(app, now) - timedelta(days=days))
    cursor = Cursor(
        mailbox=box.name, folder=inbound.folder, uidvalidity=folder.uidvalidity, last_uid=0
    )
    if not uids:
        last_uid = max(folder.uidnext - 1, 0)
        await app.store.keep([], replace(cursor, last_uid=last_uid), now)
        return cursor, [], 0
    await app.store.set_fact(scan, f"{folder.uidvalidity}|{uids[-1]}")
    return cursor, uids, uids[-1] + 1


def batches_of(uids: Sequence[int], counted_from: int, most: int) -> Iterator[list[int]]:
    """Yield the UIDs, ascending, in batches; none holds both what counts on the quotas and not."""
    for part in (
        [uid for uid in uids if uid < counted_from],
        [uid for uid in uids if uid >= counted_from],
    ):
        for start in range(0, len(part), most):
            yield part[start : start + most]


def tell_of_missing(app: App, inbound: Inbound, missing: int) -> None:
    """Other hands took mails away between the search and the fetch: whoever did so has them."""
    if missing <= 0:
        return
    says = (
        f"{missing} mails left the folder {inbound.folder} of {inbound.mailbox.name} before they "
        "were fetched: somebody moved or deleted them. Duly goes on without them; put them back "
        "into the folder if it shall read them."
    )
    tell(app, "mail_gone", says, mailbox=inbound.mailbox.name)


async def tell_no_room(app: App, now: datetime) -> None:
    """Nothing more is fetched onto a full disk: mail waits on the server, letters wait too."""
    says = (
        "The disk is nearly full, so no mail is fetched. Mail waits on the server and no letter "
        "goes; fetching goes on by itself once there is room."
    )
    tell_lasting(app, "disk", "disk_full", says)
    alarm = TellOperator(
        key=f"disk_full|{now.date().isoformat()}",
        subject="No mail is fetched: the disk is nearly full",
        lines=(
            "Less room is left than [imap] disk_free_octets_min in duly.toml.",
            "Mail waits on the server, and no letter goes while it is not read.",
            "Make room; fetching goes on by itself.",
        ),
    )
    await app.store.put_outgoing([alarm], now)


async def file_round(app: App, inbound: Inbound) -> int:
    """Move settled mails out of the inbox; returns how many.

    A failure is harmless: the identity of a mail suppresses its replay. What a folder refuses
    to take is told and tried again at each turn; it keeps nothing else waiting.

    Raises:
        PeerError: The connection failed.
    """
    box = inbound.mailbox
    settled = await app.store.mails_to_move(box.name, MOVE_MAX)
    if not settled:
        over = f"No mail of {box.name} waits to be moved any more."
        tell_over_all(app, unmoved(inbound, ""), "mails_moved", over)
        return 0
    moved = 0
    folder = await box.open(inbound.folder)
    targets: dict[str, list[InboxMail]] = defaultdict(list)
    for mail in settled:
        is_poison = mail.stage is MailStage.QUARANTINED
        targets[inbound.quarantine if is_poison else inbound.processed].append(mail)
    for target, mails in targets.items():
        here = (inbound.folder, folder.uidvalidity)
        uids = [mail.uid for mail in mails if (mail.folder, mail.uidvalidity) == here]
        failpoint("receive.before_moved")
        try:
            if uids:
                await box.move(uids, target)
                says = f"Mail of {box.name} that was read leaves {inbound.folder} again."
                tell_over(app, uncleared(inbound), "mails_cleared", says)
        except StayMarked as error:
            # Tried again, they would be copied again: they count as moved.
            tell_uncleared(app, inbound, target, error)
        except PeerError as error:
            if not error.is_refusal:
                raise
            tell_unmoved(app, inbound, target, error)
            continue
        failpoint("receive.moved")
        await app.store.moved([mail.id for mail in mails], box.name)
        failpoint("receive.move_noted")
        moved += len(mails)
        says = f"Mail of {box.name} that was read is moved to the folder {target} again."
        tell_over(app, unmoved(inbound, target), "mails_moved", says)
    return moved


def unmoved(inbound: Inbound, target: str) -> str:
    """Name the trouble of a folder that takes no mail; empty: the beginning of all their names."""
    return f"move|{inbound.mailbox.name}|{target}"


def uncleared(inbound: Inbound) -> str:
    """Name the trouble of an inbox from which nothing may be cleared away."""
    return f"clear|{inbound.mailbox.name}"


def tell_uncleared(app: App, inbound: Inbound, target: str, error: PeerError) -> None:
    """Tell once that mails which were copied stay in the inbox, marked as deleted."""
    says = (
        f"Mail of {inbound.mailbox.name} that was read lies in the folder {target} now, but the "
        f"server does not clear it from {inbound.folder}: {words_of(error).rstrip('.')}. It stays "
        "there, marked as deleted; it has had its effect and is not copied again. Please give "
        "Duly's login the right to expunge there, and clear what is marked by hand."
    )
    tell_lasting(app, uncleared(inbound), "mails_not_cleared", says, folder=target)


def tell_unmoved(app: App, inbound: Inbound, target: str, error: PeerError) -> None:
    """Tell once that a folder does not take the mails that were read."""
    says = (
        f"Mail of {inbound.mailbox.name} that was read cannot be moved to the folder {target}: "
        f"{words_of(error).rstrip('.')}. It has had its effect and is not read again; it stays in "
        f"{inbound.folder}. Please look at the name of that folder, at its quota and at the right "
        "to write into it; it is tried again by itself."
    )
    tell_lasting(app, unmoved(inbound, target), "mails_not_moved", says, folder=target)
