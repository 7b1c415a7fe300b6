"""Damage for the fuzzer: bytes, lines and stretches of one input, or two spliced, by a seed.

Same seed, number and seeds: same input. A container (XLSX) is damaged inside, one file of it,
since a wrong checksum around it would end every reading at the door.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OCTETS_MAX = 400_000
REPEATS = (2, 20, 300, 4_000)
MEMBERS_MAX = 50
INSIDE_SHARE = 0.8
ZIP_MAGIC = b"PK\x03\x04"
MAIL_PIECES = (
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What damage is made of: sound inputs to begin with, and odd pieces to put in."""

    seeds: Sequence[bytes]
    pieces: Sequence[bytes] = MAIL_PIECES


Mutation = Callable[[bytes, random.Random, Kit], bytes]


def flip(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Change a few bytes."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Take a stretch out."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + raw[at + chance.randint(1, 400) :]


def put(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Put an odd piece in, once or very often."""
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(kit.pieces) * chance.choice((1, 1, 1, *REPEATS)) + raw[at:]


def repeat(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Repeat a stretch until it is large: what is not linear shows."""
    at = chance.randrange(len(raw) + 1)
    size = chance.choice((1, 3, 17, 80, 500))
    return raw[:at] + raw[at : at + size] * chance.choice(REPEATS) + raw[at:]


def splice(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Go on with another seed."""
    other = chance.choice(kit.seeds)
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def shuffle(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Change the order of some lines."""
    lines = raw.split(b"\n")
    for _ in range(chance.randint(1, 5)):
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (flip, cut, put, put, repeat, splice, shuffle)


def changed(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Damage an input a few times; a container mostly inside."""
    if raw.startswith(ZIP_MAGIC) and chance.random() < INSIDE_SHARE:
        return inside(raw, chance, kit)
    for _ in range(chance.randint(1, 4)):
        raw = chance.choice(MUTATIONS)(raw, chance, kit)[:OCTETS_MAX]
    return raw


def inside(raw: bytes, chance: random.Random, kit: Kit) -> bytes:
    """Damage one file of a container; a container that is broken stays as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [
                (entry.filename, archive.read(entry)) for entry in archive.infolist()[:MEMBERS_MAX]
            ]
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError):
        return raw
    if not members:
        return raw
    place = chance.randrange(len(members))
    name, content = members[place]
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(MUTATIONS)(content, chance, kit)[:OCTETS_MAX]
    members[place] = (name, content)
    return container(members)


def container(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Pack files into a ZIP archive: the same files, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def damaged(number: int, seed: int, kit: Kit) -> bytes:
    """Return the input of a number; the same for the same seed and kit."""
    chance = random.Random(f"{seed}:{number}")
    return changed(chance.choice(kit.seeds), chance, kit)
