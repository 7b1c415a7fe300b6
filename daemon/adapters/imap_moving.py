"""Moving mails into a folder: by MOVE, else copied, marked and expunged by UID."""

from __future__ import annotations

from daemon.adapters.imap_connection import ImapConnection, Refusal
from daemon.adapters.imap_protocol import mailbox_name
from daemon.failpoints import failpoint
from daemon.ports import StayMarked


async def move_into(wire: ImapConnection, wanted: str, folder: str) -> None:
    """Move the mails of a sequence set, making the folder where it is missing.

    Without UIDPLUS they stay where they are: a plain EXPUNGE would destroy what others have marked.

    Raises:
        StayMarked: Copied and marked, but the server refuses to expunge them.
        Refusal: The folder does not take them; nothing was copied.
    """
    if "MOVE" in wire.capabilities:
        await _into(wire, "MOVE", wanted, folder)
    elif "UIDPLUS" in wire.capabilities:
        # Who may not mark would copy at each try; and no copy must lie there marked.
        await wire.run("STORE", wanted, "-FLAGS.SILENT", "(\\Deleted)", prefix="UID")
        await _into(wire, "COPY", wanted, folder)
        failpoint("receive.copied")
        await wire.run("STORE", wanted, "+FLAGS.SILENT", "(\\Deleted)", prefix="UID")
        failpoint("receive.marked")
        try:
            await wire.run("EXPUNGE", wanted, prefix="UID")
        except Refusal as refusal:
            raise StayMarked(str(refusal), is_refusal=True) from refusal


async def make_folder(wire: ImapConnection, name: str, refusal: Refusal) -> None:
    """Make a folder; where that is refused too, the first refusal was about something else."""
    try:
        await wire.run("CREATE", name)
    except Refusal:
        raise refusal from None
    failpoint("receive.folder_made")


async def _into(wire: ImapConnection, command: str, wanted: str, folder: str) -> None:
    """Run MOVE or COPY; a refusal may mean that the folder must be made first."""
    name = mailbox_name(folder)
    try:
        await wire.run(command, wanted, name, prefix="UID")
    except Refusal as refusal:
        await make_folder(wire, name, refusal)
        await wire.run(command, wanted, name, prefix="UID")
