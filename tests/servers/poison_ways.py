"""A parser worker that a mail can bring down in twenty ways; other mails it reads truly.

A mail that holds `POISON way operation` meets that way when it is asked about with that
operation. Each way is the end of a real process: signals, exits, loops, spoilt frames.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable

from tests.servers.poison_worker import serve

MARK = re.compile(rb"POISON (\w+) (identify|read)")


def by_signal(number: int) -> Callable[[], None]:
    """Return a way to die by a signal."""
    return lambda: os.kill(os.getpid(), number)


def by_exit(code: int) -> Callable[[], None]:
    """Return a way to leave with a code."""
    return lambda: os._exit(code)


def says(frame: bytes) -> Callable[[], None]:
    """Return a way to answer with these octets, whatever was asked."""

    def say() -> None:
        sys.stdout.buffer.write(frame)
        sys.stdout.buffer.flush()

    return say


def then(*ways: Callable[[], None]) -> Callable[[], None]:
    """Return one way after another."""

    def all_of_them() -> None:
        for way in ways:
            way()

    return all_of_them


def framed(payload: bytes) -> bytes:
    """Return a whole frame."""
    return len(payload).to_bytes(4, "big") + payload


def sleep() -> None:
    """Hang quietly."""
    time.sleep(600)


def spin() -> None:
    """Hang busily."""
    while True:
        pass


def stumble() -> None:
    """Meet an error that nobody expected."""
    raise ValueError("words of a mail")


def climb() -> None:
    """Call without end, as a deeply nested mail makes a naive reader do."""
    climb()


def fill() -> None:
    """Take memory until none is given."""
    held = []
    for _ in range(64):
        held.append(bytearray(2**40))


def shout() -> None:
    """Fill standard error, then leave."""
    for _ in range(200):
        sys.stderr.write("x" * 65_536)
    os._exit(9)


WAYS: dict[str, Callable[[], None]] = {
    "segfault": by_signal(signal.SIGSEGV),
    "abort": by_signal(signal.SIGABRT),
    "bus": by_signal(signal.SIGBUS),
    "arithmetic": by_signal(signal.SIGFPE),
    "killed": by_signal(signal.SIGKILL),
    "terminated": by_signal(signal.SIGTERM),
    "stopped": then(by_signal(signal.SIGSTOP), sleep),
    "gone": by_exit(0),
    "failed": by_exit(7),
    "raises": stumble,
    "climbs": climb,
    "fills": fill,
    "sleeps": sleep,
    "spins": spin,
    "shouts": shout,
    "half": then(says(framed(b'{"ok": {}}')[:8]), by_exit(0)),
    "waits": then(says(framed(b'{"ok": {}}')[:8]), sleep),
    "garbage": says(framed(b"{nonsense")),
    "endless": then(says(b"\xff\xff\xff\xff"), sleep),
    "wrong": says(framed(b'{"ok": {"message_id": 5}}')),
}
HANGING = frozenset({"stopped", "sleeps", "spins", "waits"})


def by_marks(question: bytes, raw: bytes) -> bool:
    """Go the way that the mark in the mail names, where it is meant for this question."""
    found = MARK.search(raw)
    if found is None or json.loads(question)["op"] != found[2].decode():
        return False
    WAYS[found[1].decode()]()
    return True


if __name__ == "__main__":
    sys.exit(serve(by_marks))
