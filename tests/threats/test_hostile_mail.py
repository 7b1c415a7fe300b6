"""Hostile mail: what hangs, crashes, fills or misleads other readers is read here, or set aside."""

from __future__ import annotations

import asyncio
import base64
import quopri
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from time import process_time

import pytest

from daemon.adapters.mime_parts import safe_file_name
from daemon.adapters.parser_process import ParserProcess
from daemon.core.state import HoldReason
from daemon.ports import MailStage, OutgoingKind
from parsers import limits
from parsers.attachments import safe_name
from parsers.identify import identify
from parsers.mime import decode
from parsers.read import read
from parsers.reading import Context
from parsers.trim import split_reply
from tests.core.builders import AP, OWNER
from tests.parsers.test_instructions import INSTRUCTIONS
from tests.rounds.rep_post import FIRST, Post
from tests.threats.counts import count
from tests.threats.hostile import BOMBS, HEAD, REDOS

CONTEXT = Context(
    received_at=datetime(2026, 6, 11, tzinfo=UTC), authserv_ids=("mx.creditor.example.com",)
)
# The bar is 200 ms for new text, and 10 s for a mail; a busy machine gets five times the first.
TRIM_SECONDS_MAX = 1.0
READ_SECONDS_MAX = 3.0
LAG_SECONDS_MAX = 0.1
GROWTH_KILOBYTES_MAX = 64 * 1024
NAME_OCTETS_MAX = limits.ATTACHMENT_NAME_OCTETS_MAX


def octets(text: str) -> bytes:
    """Return a mail as octets."""
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", REDOS)
def test_text_that_backtracks_is_split_in_linear_time(name: str) -> None:
    """Each is split from its quotes in a fraction of a second."""
    text = decode(octets(REDOS[name])).text
    began = process_time()
    split_reply(text)

    assert process_time() - began < TRIM_SECONDS_MAX


@pytest.mark.parametrize("name", [*REDOS, *BOMBS])
def test_a_hostile_mail_is_read_whole_and_soon(name: str) -> None:
    """Keys, structure, text and intents of each, within limits and without an error."""
    raw = octets({**REDOS, **BOMBS}[name])
    began = process_time()
    identity = identify(raw, CONTEXT)
    reading = read(raw, CONTEXT)

    assert process_time() - began < READ_SECONDS_MAX
    assert identity.from_address == reading.identity.from_address
    assert len(reading.new_text) <= limits.TEXT_CHARACTERS_MAX


async def test_hostile_mail_holds_up_nobody_else() -> None:
    """While the parser process reads the heaviest of them, the event loop never rests 100 ms."""
    parser = ParserProcess()
    await parser.identify(b"From: a@b.example\r\n\r\nx", CONTEXT)
    lags: list[float] = []

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(0.005)
            lags.append(loop.time() - began - 0.005)

    watching = asyncio.create_task(watch())
    try:
        for name in ("one header", "many parts", "encoded words", "many addresses"):
            await parser.identify(octets(BOMBS[name]), CONTEXT)
    finally:
        watching.cancel()
        await asyncio.wait({watching})
        await parser.close()

    assert max(lags) < LAG_SECONDS_MAX


def test_archives_and_documents_that_inflate_are_refused(tmp_path: Path) -> None:
    """
    Workbooks, archives, XML and PDF built to fill the memory: none gives a cell, and the process
    that opens them all, as attachments and as ledgers, grows by less than 64 MB over any of them.
    """
    for verb in ("make", "open"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.threats.bombs", verb, str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    lines = [line.split("|") for line in done.stdout.splitlines()]
    sound, *bombs = lines

    assert "0 sound" == sound[0]
    assert int(sound[2]) > 0
    assert 14 == len(bombs)
    assert [] == [line for line in bombs if int(line[2]) > 0]
    assert [] == [line for line in bombs if int(line[-1]) > GROWTH_KILOBYTES_MAX]


# --- names of attachments -------------------------------------------------------------------

STEMS = (
    "../../etc/passwd", "..\\..\\windows\\system32\\evil.dll", "/etc/cron.d/evil", "C:\\evil.bat",
    "\\\\server\\share\\x", "....//....//x", "..%2F..%2Fx", "%2e%2e%2fx", "..\u2215..\u2215x", "..",
    ".", "", " ", "x\0.pdf", "x\r\nBcc: a@b", "x\u2028y", "invoice\u202efdp.exe", "\u200b.pdf",
    "CON", "con.pdf", "NUL", "aux.txt", "COM1.pdf", "LPT9", "prn.", "x.", "x ", ".htaccess",
    "~/.ssh/authorized_keys", "$(id).pdf", "`id`.pdf", "|id", "a;b", "<img src=x>", '"quoted"',
    "x" * 5_000, "é" * 3_000, "e\u0301" * 300, "\ud83d", "\udcff", "file:///etc/passwd",
    "http://evil.test/x", "x:stream:$DATA", "desktop.ini", "autorun.inf", "-rf", "--help", "*", "?",
    "name\ttab",
)  # fmt: skip
WRAPPINGS = ("{}", "{}.pdf", "a/{}", "a\\{}", " {} ", "{}/")
NAMES = tuple(wrapping.format(stem) for stem in STEMS for wrapping in WRAPPINGS)
RESERVED = {"con", "prn", "aux", "nul", *(f"{k}{n}" for k in ("com", "lpt") for n in range(10))}


def test_no_name_of_an_attachment_leaves_its_folder(tmp_path: Path) -> None:
    """Three hundred names: each becomes one harmless name of a file in the folder."""
    folder = tmp_path / "store"
    folder.mkdir()
    for name in NAMES:
        for made in (safe_name(name), safe_file_name(name)):
            kept = made.encode("utf-8", "replace").decode()
            path = (folder / kept).resolve()

            assert folder == path.parent
            assert not {"/", "\\", "\0", "\r", "\n", "\u202e", "\u2028"} & set(made)
            assert made.strip(" .")
        label = safe_name(name)

        assert len(label.encode("utf-8", "replace")) <= NAME_OCTETS_MAX
        assert label.partition(".")[0].casefold() not in RESERVED

    assert len(NAMES) >= 300


def test_a_hostile_name_in_a_mail_comes_out_harmless() -> None:
    """Encoded every way that mail knows, the path is gone from the attachment's name."""
    evil = "../../etc/passwd"
    word = base64.b64encode(evil.encode()).decode()
    spelled = (
        f'filename="{evil}"',
        f"filename*=utf-8''{evil.replace('/', '%2F')}",
        f'filename="=?utf-8?b?{word}?="',
        "filename*0=../; filename*1=../etc/; filename*2=passwd",
    )
    for one in spelled:
        raw = HEAD + (
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
            f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {one}\r\n\r\n"
            "%PDF-\r\n--b--\r\n"
        )
        (attached,) = decode(octets(raw)).attachments

        assert "passwd" == attached.name


# --- instructions to the software -----------------------------------------------------------

PROMISE = "We will pay INV-1007 on 30 June 2026."
WAYS, HIDDEN_WAY = 9, 5


def hidden(instruction: str) -> str:
    """Return HTML with an instruction that nobody sees."""
    return f'<p>{PROMISE}</p><p style="display:none">{instruction}</p>'


def wrapped(instruction: str, way: int) -> tuple[str, bytes]:
    """Return an instruction in one of nine forms, as content headers and body."""
    plain = "Content-Type: text/plain; charset=utf-8\r\n"
    html = "Content-Type: text/html; charset=utf-8\r\n"
    match way:
        case 0:
            return plain, instruction.encode()
        case 1:
            return plain, f"{PROMISE}\r\n\r\n{instruction}".encode()
        case 2:
            return plain, f"{instruction}\r\n{PROMISE}".encode()
        case 3:
            return html, f"<p>{escape(instruction)}</p>".encode()
        case 4:
            return html, f"<p>{PROMISE}</p><p>{escape(instruction)}</p>".encode()
        case 5:
            return html, hidden(instruction).encode()
        case 6:
            encoding = "Content-Transfer-Encoding: base64\r\n"
            return plain + encoding, base64.encodebytes(instruction.encode())
        case 7:
            encoding = "Content-Transfer-Encoding: quoted-printable\r\n"
            return plain + encoding, quopri.encodestring(instruction.encode())
        case _:
            return plain, f"Hello,\r\n\r\n{instruction}\r\n\r\n-- \r\nAda".encode()


async def test_no_instruction_to_the_software_is_followed(post: Post) -> None:
    """
    Three hundred mails of a proven contact that order the robot about: nothing is
    booked, ended or changed, nothing goes to a customer, and no mail to a rep quotes another
    customer.
    """
    store = post.desk.store
    before = (await store.load([FIRST]))[FIRST]
    cases = [(text, way) for way in range(WAYS) if way != HIDDEN_WAY for text in INSTRUCTIONS]
    every = max(len(cases) // count(24, 300), 1)
    for number, (instruction, way) in enumerate(cases[::every]):
        kind, body = wrapped(instruction, way)
        post.desk.clock.advance_to(post.desk.clock.now() + timedelta(hours=3))
        head = (
            "Authentication-Results: mx.creditor.example.com; dmarc=pass "
            f"header.from={AP.rpartition('@')[2]}\r\nFrom: {AP}\r\n"
            f"Subject: INV-1007\r\nMessage-ID: <i{number}@debtor.example.org>\r\n"
        )
        mail = await post.keep((head + kind + "\r\n").encode() + body)

        assert MailStage.FORWARDED is mail.stage, (instruction, way)

    state = (await store.load([FIRST]))[FIRST]
    rows = await store.due_outgoing(post.desk.clock.now(), tuple(OutgoingKind), 1_000)

    assert (before.promises, before.contacts, before.items) == (
        state.promises,
        state.contacts,
        state.items,
    )
    assert before.sequences == state.sequences
    assert {OWNER} == {row.recipient for row in rows}
    assert [] == [row.key for row in rows if "INV-1008" in str(row.effect)]
    assert {hold.reason for hold in state.holds} <= {
        HoldReason.REVIEW,
        HoldReason.CONVERSATION,
        HoldReason.PROMISE,
        HoldReason.PAYMENT_CLAIMED,
        HoldReason.DISPUTE,
        HoldReason.STOP_REQUESTED,
    }


@pytest.mark.parametrize("instruction", INSTRUCTIONS[:10])
def test_what_nobody_sees_is_not_read(instruction: str) -> None:
    """A hidden instruction changes no label: the mail reads as it does without it."""
    shown = HEAD + f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>{PROMISE}</p>"
    raw = HEAD + "Content-Type: text/html; charset=utf-8\r\n\r\n" + hidden(instruction)

    assert read(octets(shown), CONTEXT).intents == read(octets(raw), CONTEXT).intents
