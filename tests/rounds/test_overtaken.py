"""What another worker is quicker over, pass after pass: told at the tenth time, and its end."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

from daemon.adapters.log import open_log
from daemon.rounds.overtaken import TOLD_AT, no_longer_overtaken, tell_overtaken
from daemon.rounds.telling import LASTING_MAX
from tests.rounds.conftest import Desk


async def test_the_end_is_told_though_the_counts_began_anew(desk: Desk) -> None:
    """So many others are overtaken meanwhile that the counts are thrown away: the end is told."""
    lines = StringIO()
    app = replace(desk.app, log=open_log(level="info", stream=lines))
    for _ in range(TOLD_AT):
        await tell_overtaken(app, "account a", "It waits.")
    for number in range(LASTING_MAX):
        await tell_overtaken(app, f"account {number}", "It waits.")
    no_longer_overtaken(app, "account a")
    told = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]

    assert (["overtaken", "overtaken_over"], set()) == (told, app.brakes.lasting)
