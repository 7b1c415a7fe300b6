"""A warm process that runs commands: it has loaded the program once and forks for each command.

Each command is a process of its own, with its own streams, directory and exit code; only the
loading, a second each time, is saved. One JSON line in, one JSON line out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class Warm:
    """Runs commands in children of one warm process."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.warm"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def run(self, words: tuple[str, ...], at: Path, streams: Path) -> tuple[int, str, str]:
        """Run one command to its end, from the directory `at`.

        Args:
            streams: A folder for what it writes.

        Returns:
            Its exit code, its standard output and its standard error.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        out, err = streams / "out.txt", streams / "err.txt"
        asked = {"argv": words, "at": str(at), "out": str(out), "err": str(err)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def carry_out(asked: dict[str, Any]) -> int:
    """Run one command in a child and return its exit code."""
    child = os.fork()
    if child == 0:
        os._exit(in_the_child(asked))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def in_the_child(asked: dict[str, Any]) -> int:
    """Take the streams and the directory of the command, and be it."""
    import run

    for descriptor, path, mode in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, asked["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(asked["at"])
    sys.argv = ["run.py", *asked["argv"]]
    try:
        code = run.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter does: told, and code 1
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return int(code)


def main() -> None:
    """Load the program, then run what is asked until nobody asks any more."""
    import daemon.cli.alone
    import daemon.cli.looking
    import daemon.cli.steering
    import daemon.cli.working
    import daemon.compose
    import daemon.laws.verify  # noqa: F401

    for line in sys.stdin:
        sys.stdout.write(f"{carry_out(json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
