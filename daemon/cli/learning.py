"""Commands that learn from corrected replies: nothing leaves this machine.

Corrections come from reps (`wrong: dispute` in an answer) and from files (`correct`). `train`
fits the light heads again, shows before and after on replies held out, and activates the new
heads only where they read no worse; the last five are kept in `models/`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from daemon.application import App
from daemon.cli.output import Output
from daemon.core.command_corrections import label_of
from daemon.core.events import ReadingCorrected
from daemon.errors import SealBroken, UsageError
from daemon.settings import Settings

EXAMPLES = "examples.jsonl"
MODELS = "models"
KIND = "reading_corrected"
ROOT = Path(__file__).resolve().parent.parent.parent


async def correct(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Remember a mail in a file as an example of what it really means."""
    from parsers.reader import read_mail
    from parsers.reading import Context

    labels = []
    for word in arguments.labels:
        label = label_of(word)
        if label is None:
            raise UsageError(f"{word!r} is no meaning that is known; see: run.py help")
        labels.append(label.value)
    raw = Path(arguments.file).read_bytes()
    body = read_mail(raw, Context()).new_text
    if not body.strip():
        raise UsageError(f"{arguments.file} has no words of its own to learn from")
    line = json.dumps({"body": body, "intents": labels}, ensure_ascii=False)
    with (home / EXAMPLES).open("a", encoding="utf-8") as examples:
        examples.write(line + "\n")
    out.line(f"remembered as {', '.join(labels)} in {home / EXAMPLES}")
    out.put({"body": body, "intents": labels})
    return 0


async def train(app: App, settings: Settings, arguments: argparse.Namespace, out: Output) -> int:
    """Fit the light heads with this site's corrections; activate them where they are no worse."""
    home = settings.home
    rows = [*file_rows(home / EXAMPLES), *await rep_rows(app)]
    if not rows:
        out.line("nothing to learn from yet: answer a forward with `wrong: LABEL`, or use correct")
        out.put({"examples": 0, "activated": False})
        return 1
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(row + "\n" for row in rows)
        file.flush()
        # A process of its own: it takes seconds of both processor and memory.
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.refit", "--examples", file.name,
            "--models", str((home / MODELS).resolve()),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, complained = await child.communicate()
    for line in said.decode().splitlines():
        out.line(line)
    for line in complained.decode().splitlines()[-1:]:
        out.error(f"duly: {line}")
    out.put({"examples": len(rows), "activated": child.returncode == 0})
    return 0 if child.returncode == 0 else 1


def file_rows(path: Path) -> list[str]:
    """Return the examples of a file, one JSON object a line."""
    if not path.is_file():
        return []
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


async def rep_rows(app: App) -> list[str]:
    """Return the examples that reps gave, the last word on each mail."""
    latest: dict[str, ReadingCorrected] = {}
    for entry in await app.store.events_of_kind(KIND):
        if isinstance(entry.event, ReadingCorrected):
            latest[entry.event.mail] = entry.event
    rows = []
    for mail, event in latest.items():
        kept = await app.store.mail(mail)
        if kept is not None and kept.reading is None and kept.broken:
            raise SealBroken(kept.broken)
        if kept is not None and kept.reading is not None and kept.reading.new_text.strip():
            row = {"body": kept.reading.new_text, "intents": list(event.intents)}
            rows.append(json.dumps(row, ensure_ascii=False))
    return rows
