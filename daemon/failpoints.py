"""Named failpoints: places where a test may end the process, to prove that nothing is lost.

A failpoint does nothing unless `DULY_FAILPOINT` names it (with `:N`, on its N-th passing); then
the process is ended by SIGKILL, as a power cut would. Each name stands for a state that no other
has: of the database, of the mail server, or of a conversation with it. They are listed here, so
that the crash tests cover every one.
"""

from __future__ import annotations

import os
import signal

SENDING = (
    "send.planned",
    "send.plan_committed",
    "send.connected",
    "send.before_transmitting",
    "send.transmitting_committed",
    "send.sender_accepted",
    "send.recipient_accepted",
    "send.copy_invited",
    "send.body_invited",
    "send.body_written",
    "send.before_outcome",
    "send.outcome_committed",
    "send.copy_sought",
    "send.copy_filed",
    "send.copy_noted",
    "send.recovering",
    "send.recovered",
    "send.evidence_found",
    "send.before_asked",
    "send.asked",
    "notify.before_transmitting",
    "notify.transmitting_committed",
    "notify.before_outcome",
    "notify.outcome_committed",
)
RECEIVING = (
    "receive.found",
    "receive.sized",
    "receive.fetched",
    "receive.kept",
    "receive.checked",
    "receive.attempt_counted",
    "receive.recognised",
    "receive.identified",
    "receive.read",
    "receive.matched_again",
    "receive.before_applied",
    "receive.applied",
    "receive.before_placed",
    "receive.placed",
    "receive.before_commanded",
    "receive.commanded",
    "receive.before_quarantined",
    "receive.quarantined",
    "receive.before_moved",
    "receive.folder_made",
    "receive.copied",
    "receive.marked",
    "receive.moved",
    "receive.move_noted",
)
KEEPING = ("import.before_applied", "import.applied", "restore.kept")
NAMES = (*SENDING, *RECEIVING, *KEEPING)
passings: dict[str, int] = {}


def failpoint(name: str) -> None:
    """End the process here if a test asked for it."""
    wanted = os.environ.get("DULY_FAILPOINT", "")
    if not wanted:
        return
    chosen, _, count = wanted.partition(":")
    if chosen != name:
        return
    passings[name] = passings.get(name, 0) + 1
    if passings[name] >= int(count or "1"):
        os.kill(os.getpid(), signal.SIGKILL)
