"""`read`: what a mail means. No configuration, database or network."""

from __future__ import annotations

import argparse
from pathlib import Path

from daemon.cli.output import Output
from daemon.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Three forms: files, `--jsonl IN --out OUT`, `--mails DIR --out OUT`."""
    parser.add_argument("files", nargs="*", metavar="FILE.eml", help="mails to read and explain")
    parser.add_argument("--jsonl", metavar="IN", help="records, one JSON object a line")
    parser.add_argument("--mails", metavar="DIR", help="a folder of .eml files")
    parser.add_argument("--out", metavar="OUT", help="where the predictions go")


async def read(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Read mails in one of the three forms."""
    from parsers import predictions

    if arguments.jsonl or arguments.mails:
        if not arguments.out:
            raise UsageError("read --jsonl and --mails need --out FILE")
        if arguments.jsonl:
            count = predictions.read_jsonl(Path(arguments.jsonl), Path(arguments.out))
        else:
            count = predictions.read_mails(Path(arguments.mails), Path(arguments.out))
        out.line(f"{count} read, written to {arguments.out}")
        out.put({"read": count, "out": arguments.out})
        return 0
    if not arguments.files:
        raise UsageError("read needs FILE.eml, or --jsonl IN --out OUT, or --mails DIR --out OUT")
    values = [predictions.read_file(Path(name)) for name in arguments.files]
    out.put(values)
    for name, value in zip(arguments.files, values, strict=True):
        out.line(str(name))
        for key, entry in value.items():
            if entry not in (None, [], {}, ""):
                out.line(f"  {key}: {entry}")
    return 0
