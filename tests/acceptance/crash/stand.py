"""The warm stand of the processes that are killed: all is loaded once, each task gets a fork."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Self

from tests.acceptance.crash.worker import Task


class Stand:
    """The warm stand: runs one task at a time in a process of its own.

    `left_behind` counts the tasks of which a process lived on after the end; `parser` is the
    socket of a warm parser, for tasks that are not to load their own.
    """

    def __init__(self) -> None:
        self.left_behind = 0
        self._folder = tempfile.TemporaryDirectory(prefix="duly-stand-")
        self.parser = str(Path(self._folder.name) / "parser")
        self._parser = _started("tests.acceptance.crash.warm_parser", self.parser)
        self._host = _started("tests.acceptance.crash.worker")

    def __enter__(self) -> Self:
        assert self._parser.stdout is not None
        assert self._parser.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        for program in (self._host, self._parser):
            assert program.stdin is not None
            assert program.stdout is not None
            if program is self._parser:
                program.kill()
            program.stdin.close()
            program.wait()
            program.stdout.close()
        self._folder.cleanup()

    async def begin(self, task: Task) -> int:
        """Start a task and return its process id; `end` must follow."""
        assert self._host.stdin is not None
        self._host.stdin.write(json.dumps(asdict(task)) + "\n")
        self._host.stdin.flush()
        (number,) = await self._said()
        return number

    async def end(self) -> int:
        """Wait for the process that was begun and return its exit code."""
        code, left = await self._said()
        self.left_behind += left
        return code

    async def run(self, task: Task) -> int:
        """Run a task to its end and return its exit code, negative for a signal."""
        await self.begin(task)
        return await self.end()

    async def _said(self) -> list[int]:
        assert self._host.stdout is not None
        line = await asyncio.to_thread(self._host.stdout.readline)
        return [int(word) for word in line.split()]


def _started(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
        text=True,
    )
