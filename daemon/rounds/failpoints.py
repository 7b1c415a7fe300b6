"""Named failpoints: places where a test may end the process, to prove that nothing is lost.

A failpoint does nothing unless `DULY_FAILPOINT` names it (with `:N`, on its N-th passing); then
the process is ended by SIGKILL, as a power cut would. The names are listed in `NAMES`, so that
the crash tests cover every one.
"""

from __future__ import annotations

import os
import signal

NAMES = (
    "import.applied",
    "send.planned",
    "send.connected",
    "send.before_transmitting",
    "send.transmitting_committed",
    "send.before_outcome",
    "send.outcome_committed",
    "send.copy_filed",
    "notify.transmitting_committed",
    "receive.fetched",
    "receive.kept",
    "receive.attempt_counted",
    "receive.identified",
    "receive.read",
    "receive.before_applied",
    "receive.applied",
    "receive.before_moved",
    "receive.moved",
    "restore.kept",
)
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
