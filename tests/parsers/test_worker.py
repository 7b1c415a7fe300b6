"""The parser process as the daemon meets it: frames over pipes."""

from __future__ import annotations

import json
import struct
import subprocess
import sys

from parsers import limits


def _frame(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


def _talk(*frames: bytes) -> tuple[int, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-m", "parsers.worker"],
        input=b"".join(frames),
        capture_output=True,
        timeout=60,
        check=False,
    )
    answers: list[dict[str, object]] = []
    rest = done.stdout
    while rest:
        (size,) = struct.unpack(">I", rest[:4])
        answers.append(json.loads(rest[4 : 4 + size]))
        rest = rest[4 + size :]
    return done.returncode, answers


def test_answers_in_order_and_survives_a_wrong_question() -> None:
    """Each question has one answer, a wrong one too, and the end of the input ends it."""
    raw = b"From: Jo <jo@example.com>\r\nTo: ar+k3jd82hfkq02mzx7@creditor.example\r\n\r\nHello"
    question = json.dumps({"op": "identify", "context": {"own_addresses": ["ar@x.example"]}})

    status, answers = _talk(
        _frame(question.encode()),
        _frame(raw),
        _frame(b'{"op": "eat"}'),
        _frame(raw),
        _frame(question.encode()),
        _frame(b""),
    )

    assert status == 0
    assert ["ok", "error", "ok"] == [next(iter(answer)) for answer in answers]
    identity = answers[0]["ok"]
    assert isinstance(identity, dict)
    assert identity["from_address"] == "jo@example.com"
    assert ["k3jd82hfkq02mzx7"] == identity["tokens"]


def test_stream_that_is_not_ours_ends_it() -> None:
    """A length beyond any mail is a broken stream, and the worker stops."""
    status, answers = _talk(struct.pack(">I", limits.FRAME_OCTETS_MAX + 1))

    assert status != 0
    assert [] == answers
