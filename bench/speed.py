"""How fast a reply is read: `python -m bench.speed`.

Reads the replies held out, one after another, by rules alone, with the trained reader, and as
the encoder by itself, which is the limit of what the trained reader can do: the ratio tells what
all the rest costs. Then mails of 4 to 40 kB made of them: a reply above a quoted thread, a reply
above a forwarded one without quote marks, and one that is new from end to end. Times are CPU of
this process on one core, after all was read once (the first reply in a language costs 0.1 to
0.4 s more); sizes and texts are drawn by a fixed seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bench.check_replies import Example, examples
from bench.examples import held_out, text_of
from parsers.classifier import TrainedClassifier, load_classifier
from parsers.record import read_record

SMALL, LARGE = 4_000, 40_000
SEED = 4
MADE = 150
ATTRIBUTION = "On Mon, 1 Feb 2027 at 10:12, Jo Ek <jo@example.com> wrote:\n"
HEADER_BLOCK = (
    "-----Original Message-----\nFrom: Jo Ek <jo@example.com>\n"
    "Sent: Monday, 1 February 2027 10:12\nTo: books@example.net\nSubject: Reminder\n\n"
)


def seconds_of(reads: Sequence[Callable[[], object]]) -> list[float]:
    """Return the CPU seconds of each reading."""
    found: list[float] = []
    for read in reads:
        began = time.process_time()
        read()
        found.append(time.process_time() - began)
    return found


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the value that the given share, 0 to 1, does not exceed, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def quoted(text: str) -> str:
    """Return a text as mail programs quote it."""
    return ATTRIBUTION + "\n".join("> " + line for line in text.split("\n"))


def long_mails(found: Sequence[Example]) -> dict[str, list[Example]]:
    """Return replies grown to 4 to 40 kB, by how they grew."""
    chance = random.Random(SEED)
    bodies = [str(one.record["body"]) for one in found]

    def thread(size: int, parts: Callable[[str], str]) -> str:
        grown = ""
        while len(grown) < size:
            grown += parts(chance.choice(bodies)) + "\n\n"
        return grown[:size]

    made: dict[str, list[Example]] = {"quoted thread": [], "forwarded": [], "all new": []}
    for one in found[:MADE]:
        for kind, row in made.items():
            size = int(SMALL * (LARGE / SMALL) ** chance.random())
            match kind:
                case "quoted thread":
                    body = f"{one.record['body']}\n\n{thread(size, quoted)}"
                case "forwarded":
                    body = f"{one.record['body']}\n\n{HEADER_BLOCK}{thread(size, str)}"
                case _:
                    body = thread(size, str)
            row.append(replace(one, record={**one.record, "body": body}))
    return made


def report(found: Sequence[Example], reader: TrainedClassifier) -> list[str]:
    """Return the lines of the report; the reader has an encoder."""
    encoder = reader.encoder
    if encoder is None:
        raise ValueError("the model has no encoder")
    for one in found:
        read_record(one.record, reader)
    by_rules = seconds_of([partial(read_record, one.record, None) for one in found])
    trained = seconds_of([partial(read_record, one.record, reader) for one in found])
    texts = [text_of(one) for one in found]
    alone = seconds_of([partial(encoder.embed, text) for text in texts])
    lines = [
        f"{name:20} {len(row) / sum(row):6.1f} a second of CPU,"
        f" half within {percentile(row, 0.5):.0f} ms, 99 of 100 within {percentile(row, 0.99):.0f}"
        for name, row in (("rules alone", by_rules), ("trained", trained), ("encoder", alone))
    ]
    lines.append(f"trained reading costs {sum(trained) / sum(alone):.2f} times the encoder alone")
    all_of_them: list[float] = []
    for kind, mails in long_mails(found).items():
        row = seconds_of([partial(read_record, one.record, reader) for one in mails])
        all_of_them += row
        lines.append(
            f"4 to 40 kB, {kind}: half within {percentile(row, 0.5):.0f} ms,"
            f" 99 of 100 within {percentile(row, 0.99):.0f}"
        )
    lines.append(f"4 to 40 kB, all: 99 of 100 within {percentile(all_of_them, 0.99):.0f} ms")
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 0 done, 1 without a model."""
    argparse.ArgumentParser(prog="bench.speed", description=__doc__).parse_args(argv)
    reader = load_classifier()
    if reader is None or reader.encoder is None:
        sys.stderr.write("There is no model to measure.\n")
        return 1
    aside = held_out()
    found = [one for one in examples() if one.identifier in aside]
    sys.stdout.write("\n".join(report(found, reader)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
