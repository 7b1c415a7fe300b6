"""Score the reading with the scorers of an evaluation folder, in one command.

    python -m bench.score EVAL_FOLDER [--keep OUT_FOLDER]

EVAL_FOLDER holds `replies-sample.jsonl` (or the file that `--replies` names) with
`score_replies.py`, and `mails/` with `score_mails.py`. Predictions are made by the same functions
as `run.py read`, without the gold labels; the scorers' own output is printed, with the time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from parsers.predictions import read_jsonl, read_mails


def without_gold(source: Path, target: Path) -> None:
    """Copy the records without their labels, so that no reading can see them."""
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for line in lines:
            record = json.loads(line)
            record.pop("gold", None)
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def timed(name: str, count: int, began: float) -> None:
    """Print how fast the reading was."""
    took = time.perf_counter() - began
    print(f"{name}: {count} read in {took:.1f} s, {count / took:.0f} a second", flush=True)


def score(folder: Path, replies: Path, out: Path) -> None:
    """Read everything and hand the predictions to the scorers."""
    blind = out / "replies.jsonl"
    without_gold(replies, blind)
    predicted = out / "replies-predicted.jsonl"
    began = time.perf_counter()
    timed("replies", read_jsonl(blind, predicted), began)
    scorer = [sys.executable, str(folder / "score_replies.py"), str(predicted)]
    subprocess.run([*scorer, "--gold", str(replies)], check=True)
    mails = folder / "mails"
    predicted = out / "mails-predicted.jsonl"
    began = time.perf_counter()
    timed("mails", read_mails(mails, predicted), began)
    command = [sys.executable, str(folder / "score_mails.py"), str(mails), str(predicted)]
    subprocess.run(command, check=True)


def main() -> int:
    """Parse the command line and score."""
    parser = argparse.ArgumentParser(description="score the reading of replies and mails")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--replies", type=Path, help="another file of labelled replies")
    parser.add_argument("--keep", type=Path, help="where the predictions are kept")
    arguments = parser.parse_args()
    replies = arguments.replies or arguments.folder / "replies-sample.jsonl"
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        score(arguments.folder, replies, arguments.keep)
        return 0
    with tempfile.TemporaryDirectory() as out:
        score(arguments.folder, replies, Path(out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
