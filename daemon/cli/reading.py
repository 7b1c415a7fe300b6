"""`read`: what a mail means. No configuration, database or network."""

from __future__ import annotations

import argparse
from pathlib import Path

from daemon.cli.output import Output
from daemon.errors import UsageError


async def read(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Read mails in one of the three forms: files, `--jsonl`, `--mails`.

    Raises:
        UsageError: No form, or a file that cannot be opened.
    """
    if arguments.jsonl or arguments.mails:
        return read_in_bulk(arguments, out)
    if not arguments.files:
        raise UsageError("read needs FILE.eml, or --jsonl IN --out OUT, or --mails DIR --out OUT")
    from parsers import predictions

    values = [predictions.of_mail(Path(name)) for name in arguments.files]
    out.put(values)
    for name, value in zip(arguments.files, values, strict=True):
        out.line(str(name))
        for key, entry in value.items():
            if entry not in (None, [], {}, ""):
                out.line(f"  {key}: {entry}")
    return 1 if any(value["error"] for value in values) else 0


def read_in_bulk(arguments: argparse.Namespace, out: Output) -> int:
    """Write one prediction a line; a bad record is a line too and stops nothing."""
    from parsers import predictions

    if arguments.jsonl and arguments.mails:
        raise UsageError("read takes --jsonl or --mails, not both")
    if not arguments.out:
        raise UsageError("read --jsonl and --mails need --out FILE")
    target = Path(arguments.out)
    try:
        if arguments.jsonl:
            count = predictions.read_jsonl(Path(arguments.jsonl), target)
        else:
            count = predictions.read_mails(Path(arguments.mails), target)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error
    out.line(f"{count} read, written to {target}")
    out.put({"read": count, "out": str(target)})
    return 0
