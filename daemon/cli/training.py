"""`evaluate`: how well replies are read, measured and published. No database, no network."""

from __future__ import annotations

import argparse
from pathlib import Path

from daemon.cli.output import Output


async def evaluate(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Measure the reading on the replies held out and write `bench/reading.md`."""
    from bench import evaluate as published

    return published.main([])
