"""Fuzzing: damaged mails against the whole reading, with a seed and a limit of time.

    python -m bench.fuzz_mail [--seconds 60] [--seed 1] [--mails tests/corpus] [--slow 10]

Takes mails of the corpus, damages them (bytes, lines, parts, whole mails spliced, stretches
repeated until they are large) and reads each. Prints every crash with the number that brings
it back (`--only NUMBER`), and the slowest mails by milliseconds. Same seed, same mails.
The exit status is 1 if anything crashed or took longer than the deadline of the worker.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from parsers.read import read
from parsers.reading import Context

OCTETS_MAX = 400_000
DEADLINE_SECONDS = 10.0
REPEATS = (2, 20, 300, 4_000)
PIECES = (
    *(
        b"\r\n",
        b"\n\n",
        b"--",
        b"\x00",
        b"\xff\xfe",
        b"\xe2\x80\xae",
        b"=?utf-8?b?",
        b"?=",
        b"=\r\n",
    ),
    *(b"<", b">", b"<<", b"> > > ", b"<div>", b"<blockquote>", b"<!--", b"&#x0;", b'style="', b"("),
    *(
        b"On ",
        b"On a wrote:\n",
        b"> On On On ",
        b"From: a@b.c\n",
        b"Von: \n",
        b"Sent: \n",
        b"-- \n",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: message/rfc822\r\n",
    ),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: text/html; charset=utf-7\r\n\r\n"),
    *(
        b"boundary=",
        b"charset=x-unknown",
        b"Auto-Submitted: auto-replied\r\n",
        b"References: <a@b> ",
    ),
    *(b"INV-1 INV-2 ", b"1.234,56 EUR ", b"12.12.2026 ", b"10/11/26 ", b"next Friday ", b"9" * 40),
    *(
        b"a@b.example, ",
        b"we pay ",
        b"not ",
        b"wir zahlen nicht, weil ",
        b"\xc5\x81\xc3\xb3",
        b"\t|\t",
    ),
)

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one mail: its number, size in octets, seconds, and the crash if any."""

    number: int
    octets: int
    seconds: float
    crash: str = ""


def flip(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """Change a few bytes."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """Take a stretch out."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + raw[at + chance.randint(1, 400) :]


def put(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """Put an odd piece in, once or very often."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(PIECES) * chance.choice((1, 1, 1, *REPEATS)) + raw[at:]


def repeat(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """Repeat a stretch until it is large: what is not linear shows."""
    at = chance.randrange(len(raw) + 1)
    size = chance.choice((1, 3, 17, 80, 500))
    return raw[:at] + raw[at : at + size] * chance.choice(REPEATS) + raw[at:]


def splice(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """Go on with another mail."""
    other = chance.choice(mails)
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def shuffle(raw: bytes, chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """Change the order of some lines."""
    lines = raw.split(b"\n")
    for _ in range(chance.randint(1, 5)):
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (flip, cut, put, put, repeat, splice, shuffle)


def damaged(number: int, seed: int, mails: Sequence[bytes]) -> bytes:
    """Return the mail of a number; the same for the same seed and corpus."""
    chance = random.Random(f"{seed}:{number}")
    raw = chance.choice(mails)
    for _ in range(chance.randint(1, 4)):
        raw = chance.choice(MUTATIONS)(raw, chance, mails)[:OCTETS_MAX]
    return raw


def attempt(number: int, raw: bytes) -> Outcome:
    """Read one mail and take its time; a crash is kept, not raised."""
    context = Context(received_at=datetime(2026, 6, 1, 9, 30, tzinfo=UTC))
    begun = time.process_time()
    crash = ""
    try:
        read(raw, context)
    except Exception:  # noqa: BLE001 - what a fuzzer looks for is any error at all
        crash = traceback.format_exc(limit=-4)
    seconds = time.process_time() - begun
    return Outcome(number=number, octets=len(raw), seconds=seconds, crash=crash)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; returns the exit status."""
    asked = _asked(arguments)
    mails = [path.read_bytes() for path in sorted(asked.mails.glob("*.eml"))]
    if not mails:
        print(f"no mails in {asked.mails}")
        return 2
    numbers = [asked.only] if asked.only is not None else range(asked.count)
    end = time.monotonic() + asked.seconds
    outcomes: list[Outcome] = []
    attempt(-1, mails[0])
    for number in numbers:
        if time.monotonic() > end:
            break
        outcome = attempt(number, damaged(number, asked.seed, mails))
        outcomes.append(outcome)
        if outcome.crash:
            print(f"CRASH number {number} ({outcome.octets} octets)\n{outcome.crash}")
    return _told(outcomes, asked.slow)


def _told(outcomes: Sequence[Outcome], slow: int) -> int:
    slowest = sorted(outcomes, key=lambda each: each.seconds, reverse=True)
    for each in slowest[:slow]:
        print(f"{each.seconds * 1000:8.1f} ms  {each.octets:7d} octets  number {each.number}")
    crashes = sum(bool(each.crash) for each in outcomes)
    hangs = sum(each.seconds > DEADLINE_SECONDS for each in outcomes)
    print(f"{len(outcomes)} mails, {crashes} crashes, {hangs} over {DEADLINE_SECONDS:.0f} seconds")
    return 1 if crashes or hangs else 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--count", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mails", type=Path, default=Path("tests/corpus"))
    parser.add_argument("--slow", type=int, default=10)
    parser.add_argument("--only", type=int, default=None)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
