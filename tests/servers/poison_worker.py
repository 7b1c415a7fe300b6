"""A parser worker that dies on mails which hold the word of death, and hangs on another.

All other mails are read by the real worker's own functions.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from parsers.worker import answer, read_frame, write_frame

DEATH = b"WORD-OF-DEATH"
SLEEP = b"WORD-OF-SLEEP"


def serve(is_poisoned: Callable[[bytes, bytes], bool]) -> int:
    """Answer questions as the real worker does, until they end.

    Args:
        is_poisoned: Given question and mail, does its harm; True where no answer follows.
    """
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        question = read_frame(source)
        raw = read_frame(source) if question is not None else None
        if question is None or raw is None:
            return 0
        if not is_poisoned(question, raw):
            write_frame(sink, answer(question, raw))


def by_words(question: bytes, raw: bytes) -> bool:
    """Die or sleep where the word for it stands in the mail."""
    if DEATH in raw and b'"read"' in question:
        os._exit(7)
    if SLEEP in raw:
        time.sleep(60)
    return False


if __name__ == "__main__":
    sys.exit(serve(by_words))
