"""The parser process: a poison mail costs one child, never the daemon."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from daemon.adapters.parser_process import ParserProcess
from daemon.core.money import Money
from daemon.errors import ParserFailed, ParserNotStarted
from parsers.reading import Context, OpenItem

# A worker that speaks the frames and does what the mail says.
WORKER = """
import json, os, sys, time, traceback

def take():
    header = sys.stdin.buffer.read(4)
    if not header:
        sys.exit(0)
    return sys.stdin.buffer.read(int.from_bytes(header, "big"))

def give(payload):
    sys.stdout.buffer.write(len(payload).to_bytes(4, "big") + payload)
    sys.stdout.buffer.flush()

count = 0
while True:
    question, raw = json.loads(take()), take()
    count += 1
    word = raw[:20].decode("latin-1").strip()
    if word == "hang":
        time.sleep(60)
    if word == "die":
        os._exit(3)
    if word == "kill":
        os.kill(os.getpid(), 9)
    if word == "log":
        traceback.print_exception(ValueError("a detector tripped over the mail"))
        os.kill(os.getpid(), 9)
    if word == "half":
        sys.stdout.buffer.write(b"\\0\\0\\0\\x20half")
        sys.stdout.buffer.flush()
        os._exit(0)
    if word == "raise":
        raise ValueError("secret words of a mail")
    if word == "garbage":
        give(b"{nonsense")
    elif word == "huge":
        sys.stdout.buffer.write(b"\\xff\\xff\\xff\\xff")
        sys.stdout.buffer.flush()
        time.sleep(60)
    elif word == "wrong":
        give(json.dumps({"ok": {"message_id": 5}}).encode())
    elif word == "error":
        give(json.dumps({"error": "too many parts"}).encode())
    else:
        give(json.dumps({"ok": {
            "message_id": f"{os.getpid()}.{count}",
            "from_address": question["op"],
            "from_name": os.environ.get("DULY_SECRET", "none"),
            "from_count": len(raw),
            "reply_to": json.dumps(question["context"]),
            "recipients": ["a@x.test"], "subject": "", "sent_at": "2026-05-11T09:00:00+02:00",
            "in_reply_to": [], "references": [], "tokens": [], "verdict": "pass",
            "is_automatic_by_headers": False, "is_own": False,
        }}).encode())
"""

EMPTY = Context()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "worker.py"
    path.write_text(WORKER, encoding="utf-8")
    return path


@asynccontextmanager
async def parser(script: Path, deadline_seconds: float = 5.0) -> AsyncIterator[ParserProcess]:
    started = ParserProcess((sys.executable, str(script)), deadline_seconds, start_seconds=0)
    try:
        yield started
    finally:
        await started.close()


async def test_one_child_reads_many_mails(script: Path) -> None:
    """The same child answers mail after mail; types come back as they are in our house."""
    async with parser(script) as worker:
        answers = [await worker.identify(b"mail", EMPTY) for _ in range(3)]

    assert len({answer.message_id.partition(".")[0] for answer in answers}) == 1
    assert [answer.message_id.partition(".")[2] for answer in answers] == ["1", "2", "3"]
    assert datetime(2026, 5, 11, 7, 0, tzinfo=UTC) == answers[0].sent_at
    assert answers[0].recipients == ("a@x.test",)


async def test_many_callers_take_turns(script: Path) -> None:
    """Mails asked for at once are read one after the other, each with its own answer."""
    async with parser(script) as worker:
        answers = await asyncio.gather(*(worker.identify(b"x" * n, EMPTY) for n in range(1, 9)))

    assert list(range(1, 9)) == [answer.from_count for answer in answers]


async def test_the_context_goes_along(script: Path) -> None:
    """What reading may know goes over the pipe as plain JSON."""
    context = Context(
        received_at=datetime(2026, 5, 11, 9, 0, tzinfo=UTC),
        country="DE",
        items=(OpenItem(number="INV-7", open=Money(120_000, "EUR"), due_on=date(2026, 6, 8)),),
        own_addresses=("ar@seller.test",),
    )
    async with parser(script) as worker:
        answer = await worker.identify(b"mail", context)

    assert '"2026-05-11T09:00:00Z"' in answer.reply_to
    assert '"INV-7"' in answer.reply_to
    assert '"2026-06-08"' in answer.reply_to


async def test_a_large_mail_passes(script: Path) -> None:
    """A mail far above the pipe's buffer goes through without locking up."""
    async with parser(script) as worker:
        answer = await worker.identify(b"z" * 20_000_000, EMPTY)

    assert answer.from_count == 20_000_000


@pytest.mark.parametrize(
    ("word", "because"),
    [
        pytest.param(b"hang", "longer than", id="hangs"),
        pytest.param(b"die", "exit code 3", id="dies"),
        pytest.param(b"kill", "signal 9", id="is-killed"),
        pytest.param(b"log", "signal 9$", id="is-killed-after-a-library-logged"),
        pytest.param(b"raise", "exit code 1, ValueError in worker.py:", id="raises"),
        pytest.param(b"half", "died", id="half-an-answer"),
        pytest.param(b"garbage", "errors", id="garbage"),
        pytest.param(b"wrong", "errors", id="wrong-shape"),
        pytest.param(b"huge", "octets", id="endless-answer"),
    ],
)
async def test_a_poison_mail_costs_one_child(script: Path, word: bytes, because: str) -> None:
    """A mail that hangs, kills or confuses the reader fails alone; the next one is read anew."""
    async with parser(script, deadline_seconds=0.6) as worker:
        before = await worker.identify(b"mail", EMPTY)
        with pytest.raises(ParserFailed, match=because) as caught:
            await worker.identify(word, EMPTY)
        after = await worker.identify(b"mail", EMPTY)

    assert before.message_id.partition(".")[0] != after.message_id.partition(".")[0]
    assert after.message_id.endswith(".1")
    assert "secret words" not in str(caught.value)


async def test_an_honest_error_keeps_the_child(script: Path) -> None:
    """A worker that says why it cannot read is believed and kept."""
    async with parser(script) as worker:
        with pytest.raises(ParserFailed, match="too many parts"):
            await worker.identify(b"error", EMPTY)
        answer = await worker.identify(b"mail", EMPTY)

    assert answer.message_id.endswith(".2")


async def test_a_cancelled_question_leaves_no_late_answer(script: Path) -> None:
    """After a stop in mid-mail the next question is not answered with the old mail."""
    async with parser(script) as worker:
        asking = asyncio.ensure_future(worker.identify(b"hang", EMPTY))
        await asyncio.sleep(0.1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        answer = await worker.identify(b"mail", EMPTY)

    assert answer.from_count == 4


async def test_the_child_gets_no_secret(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment variables of the daemon do not reach the process that reads foreign mail."""
    monkeypatch.setenv("DULY_SECRET", "hush")
    async with parser(script) as worker:
        answer = await worker.identify(b"mail", EMPTY)

    assert answer.from_name == "none"


async def test_a_missing_program_is_a_failure(tmp_path: Path) -> None:
    """A parser that cannot be started is reported as such."""
    worker = ParserProcess((str(tmp_path / "no-such-program"),))
    with pytest.raises(ParserNotStarted, match="could not be started"):
        await worker.identify(b"mail", EMPTY)


@pytest.mark.parametrize(
    ("program", "because"),
    [
        pytest.param("raise SystemExit(3)", "exit code 3", id="ends at once"),
        pytest.param("import time; time.sleep(60)", "to start", id="never answers"),
        pytest.param(
            "import sys; sys.stdout.buffer.write(bytes([0, 0, 0, 2]) + b'{}'); "
            "sys.stdout.flush(); sys.stdin.read()",
            "reports at its start",
            id="cannot read an empty mail",
        ),
    ],
)
async def test_what_fails_before_any_mail_is_no_mails_fault(program: str, because: str) -> None:
    """Library, memory or model are missing: the empty mail fails too, and that is said."""
    worker = ParserProcess((sys.executable, "-c", program), start_seconds=0.5)
    with pytest.raises(ParserNotStarted, match=because):
        await worker.identify(b"mail", EMPTY)
    await worker.close()


async def test_a_mail_that_kills_a_started_parser_is_at_fault(script: Path) -> None:
    """It started; what happens then is the mail's doing."""
    async with parser(script) as worker:
        with pytest.raises(ParserFailed) as caught:
            await worker.identify(b"die", EMPTY)

    assert not isinstance(caught.value, ParserNotStarted)


async def test_the_real_parser_answers() -> None:
    """The house's own worker is asked in its own language."""
    raw = b"From: Ann <ap@debtor.test>\r\nMessage-ID: <r1@debtor.test>\r\n\r\nWe paid.\r\n"
    worker = ParserProcess()
    try:
        identity = await worker.identify(raw, EMPTY)
        reading = await worker.read(raw, EMPTY)
    finally:
        await worker.close()

    assert ("ap@debtor.test", "r1@debtor.test") == (identity.from_address, identity.message_id)
    assert reading.identity == identity
    assert reading.new_text.strip() == "We paid."
