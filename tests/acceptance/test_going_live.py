"""Going live, sending in one pass, and verbs without a daemon: `run.py` as a process."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys

import pytest

from tests.acceptance.house import (
    COMMAND_SECONDS,
    ROOT,
    House,
    break_servers,
    surroundings,
    until,
)
from tests.acceptance.ledger import days_ago


def test_start_live_shows_the_letters_and_wants_a_word(stocked: House) -> None:
    """Without a terminal and without `--yes` the letters are shown and nothing changes."""
    ran = stocked.run("start", "--live")
    mode = stocked.run("status", "--json").value()["mode"]

    assert (1, "") == (ran.code, ran.err)
    assert "the first 5 days: 2 letters" in ran.out
    assert "INV-1001" in ran.out
    assert ran.out.endswith("Nothing was changed; to say yes, add --yes.\n")
    assert "draft" == mode


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [(b"yes\n", 0, b"started: mode live"), (b"no\n", 1, b"nothing was changed")],
    ids=["yes", "no"],
)
def test_start_live_asks_at_a_terminal(
    stocked: House, answer: bytes, code: int, told: bytes
) -> None:
    """A person who types yes goes live; any other word changes nothing."""
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "start", "--live", "--home", str(stocked.path)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=surroundings(),
    )
    os.close(theirs)
    shown = bytearray()
    until(lambda: b"Type yes: " in seen(ours, shown), "the question stands", COMMAND_SECONDS)
    os.write(ours, answer)
    until(lambda: told in seen(ours, shown), "the answer is taken", COMMAND_SECONDS)
    ended = asking.wait(COMMAND_SECONDS)
    os.close(ours)

    assert code == ended
    assert shown.index(b"INV-1001") < shown.index(b"Type yes: ")


def seen(terminal: int, shown: bytearray) -> bytearray:
    """Read what the terminal shows by now."""
    ready, _, _ = select.select([terminal], [], [], 0)
    if ready:
        # Linux answers with an error when the last program at the terminal has ended.
        with contextlib.suppress(OSError):
            shown += os.read(terminal, 65_536)
    return shown


def test_once_sends_what_is_due_and_the_final_notice_when_approved(stocked: House) -> None:
    """Live, one pass sends the inquiry; the final notice goes after the rep's word only."""
    live = stocked.run("start", "--live", "--yes", "--json")
    first = stocked.run("once")
    unapproved = len(stocked.sent_to("pay@late.test"))
    approved = stocked.run("approve", "INV-9001")
    second = stocked.run("once", "--json")

    assert (0, "live") == (live.code, live.value()["mode"])
    assert (0, 0, 0) == (first.code, approved.code, second.code)
    assert 1 == len(stocked.sent_to("ap@ott.test"))
    assert 0 == unapproved
    assert "Done: approve" in approved.out
    assert 1 == len(stocked.sent_to("pay@late.test"))


def test_a_server_that_is_down_makes_a_pass_need_attention(stocked: House) -> None:
    """`once` tells in one line which server failed, and ends with 1."""
    break_servers(stocked)
    ran = stocked.run("once")

    assert 1 == ran.code
    assert any(line.startswith("duly: inbox inbox: ") for line in ran.err.splitlines())


def test_a_verb_takes_the_lock_itself_while_nothing_serves(stocked: House) -> None:
    """A verb is echoed with what stood before and after, and with the way back."""
    ran = stocked.run("pause", "INV-1001", "5d")

    assert (0, "") == (ran.code, ran.err)
    assert "Before: INV-1001: nothing rests." in ran.out
    assert f"After: INV-1001: manual through {days_ago(-5)}." in ran.out
    assert "To take it back: resume" in ran.out
