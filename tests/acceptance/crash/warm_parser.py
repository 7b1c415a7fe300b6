"""A parser that is loaded already: `python -m tests.acceptance.crash.warm_parser SOCKET` waits.

To load the parser takes longer than all else that a killed daemon does again. So the daemon here
starts, instead of `parsers.worker`, the few lines of `RELAY`: a child of its own all the same,
which hands its standard streams to a fork of this process, and ends when that fork ends. The
fork runs `parsers.worker` and nothing else.
"""

from __future__ import annotations

import array
import os
import signal
import socket
import sys
from pathlib import Path

from parsers.worker import answer
from parsers.worker import main as serve_questions
from tests.servers import die_with_parent

RELAY = """
import array, socket, sys
with socket.socket(socket.AF_UNIX) as wire:
    wire.connect(sys.argv[1])
    streams = array.array("i", [0, 1, 2])
    wire.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    import os
    for number in streams:
        os.close(number)
    wire.recv(1)
"""
PRIMING = b"From: a@debtor.test\r\nSubject: Re: invoice\r\n\r\nWe will pay on 19 June 2026.\r\n"


def relay_command(path: Path) -> tuple[str, ...]:
    """Return what the daemon starts instead of the parser's own worker."""
    return (sys.executable, "-S", "-E", "-c", RELAY, str(path))


def take_streams(wire: socket.socket) -> None:
    """Make the streams that the relay sends our own."""
    streams = array.array("i")
    size = 3 * streams.itemsize
    _, sent, _, _ = wire.recvmsg(1, socket.CMSG_SPACE(size))
    for _, _, words in sent:
        streams.frombytes(words[: len(words) - len(words) % streams.itemsize])
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)


def main() -> None:
    """Fork for each relay, until the process that started us is gone."""
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for operation in ("identify", "read"):
        answer(b'{"op": "%s", "context": {}}' % operation.encode(), PRIMING)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(64)
        print("ready", flush=True)
        while True:
            wire, _ = listener.accept()
            if os.fork():
                wire.close()
                continue
            code = 70
            try:
                die_with_parent()
                listener.close()
                take_streams(wire)
                code = serve_questions()
            finally:
                os._exit(code)


if __name__ == "__main__":
    main()
