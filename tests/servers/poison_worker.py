"""A parser worker that dies on mails which hold the word of death, and hangs on another.

All other mails are read by the real worker's own functions.
"""

from __future__ import annotations

import os
import sys
import time

from parsers.worker import answer, read_frame, write_frame

DEATH = b"WORD-OF-DEATH"
SLEEP = b"WORD-OF-SLEEP"


def main() -> int:
    """Answer questions as the real worker does, but for two words."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        question = read_frame(source)
        raw = read_frame(source) if question is not None else None
        if question is None or raw is None:
            return 0
        if DEATH in raw and b'"read"' in question:
            os._exit(7)
        if SLEEP in raw:
            time.sleep(60)
        write_frame(sink, answer(question, raw))


if __name__ == "__main__":
    sys.exit(main())
