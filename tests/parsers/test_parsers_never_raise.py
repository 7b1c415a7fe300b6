"""Whatever arrives, reading gives an answer and no error."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.absence import absence_said
from parsers.automatic import automatic
from parsers.bounces import read_bounce
from parsers.html_text import text_of
from parsers.identify import identify
from parsers.instructions import instructs_software
from parsers.mime import decode
from parsers.reading import Context
from parsers.trim import split_reply
from parsers.wrapped import signed_content, tnef_body

CORPUS = sorted((Path(__file__).parent.parent / "corpus").glob("*.eml"))
OURS = Context(authserv_ids=("mx.creditor.example",), own_addresses=("ar@creditor.example",))
PIECES = [
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"Content-Type: message/delivery-status\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Type: text/plain; charset*0*=x''y; charset=\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*1*=%FF; filename*=a'b'c%\r\n",
    b"From: MAILER-DAEMON <\r\n",
    b"From: =?utf-8?B?////?= <a@b\r\n",
    b"Message-ID: <\r\n",
    b"References: <<>,<a@>\r\n",
    b"Authentication-Results: mx.creditor.example; ((dmarc=pass\r\n",
    b"Received: by ; \r\n",
    b"Subject: =?x?Q?=E4?= =?utf-8?B?a?=\r\n",
    b"Final-Recipient: rfc822;\r\nAction: failed\r\nStatus: 5\r\n",
    b"\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"> On 1.1.2026 at 10:00 a@b.c wrote:\r\n",
    b"-- \r\n",
    b"\xff\xfe\x00",
    b"=?utf-8?",
]


def _read_all(raw: bytes) -> None:
    identity = identify(raw, OURS)
    decoded = decode(raw)
    split = split_reply(decoded.text)
    automatic(decoded, identity)
    read_bounce(decoded, raw)
    assert set(split.new_text.split()) <= set(decoded.text.split())


@settings(max_examples=120, deadline=timedelta(seconds=2))
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=25))
def test_mails_of_pieces(pieces: list[bytes]) -> None:
    """Mails put together of broken pieces are read."""
    _read_all(b"".join(pieces))


@settings(max_examples=120, deadline=timedelta(seconds=2))
@given(st.binary(max_size=500))
def test_any_bytes(raw: bytes) -> None:
    """Bytes that are no mail at all are read."""
    _read_all(raw)


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(st.sampled_from(CORPUS), st.integers(0, 4_000), st.integers(0, 60), st.binary(max_size=20))
def test_damaged_mails(path: Path, at: int, cut: int, put: bytes) -> None:
    """A mail of the corpus with a hole or a stray piece in it is read."""
    raw = path.read_bytes()
    at %= len(raw)
    _read_all(raw[:at] + put + raw[at + cut :])


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(st.text(max_size=400))
def test_any_text_is_split(text: str) -> None:
    """Any text is split, and its new words are words of it."""
    split = split_reply(text)

    assert set(split.new_text.split()) <= set(text.split())


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<blockquote>",
                "</div>",
                '<div style="color:',
                "<td>",
                "<!--",
                "x",
                "&#0;",
                "<br",
                ">",
                '"',
                "\udcff",
            ]
        ),
        max_size=40,
    )
)
def test_any_html_is_read(pieces: list[str]) -> None:
    """Broken HTML is read."""
    text, _ = text_of("".join(pieces))

    assert "\x00" not in text


@pytest.mark.parametrize(
    "text",
    [
        "On " * 20_000,
        "On a wrote " * 20_000,
        "On a wrote\n" * 20_000,
        "\n" * 20_000,
        "> \n" * 60_000,
        "From: a\n" * 25_000,
        "-- \n" * 50_000,
        "Thanks\n" * 25_000,
    ],
    ids=["on", "on wrote", "on wrote lines", "newlines", "quotes", "from", "dashes", "thanks"],
)
def test_hostile_text_is_split(text: str) -> None:
    """Text that is made to keep a trimmer busy is split like any other."""
    split = split_reply(text)

    assert len(split.new_text) <= len(text)


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(st.binary(max_size=120), st.binary(max_size=20))
def test_any_wrapping_is_opened(octets: bytes, beginning: bytes) -> None:
    """Whatever stands in a signature envelope or a winmail.dat, something of it comes out.

    An envelope may hold the content in pieces, which are joined: every octet comes in its order.
    """
    data = bytes.fromhex("3080060b2a864886f70d010702a08006092a864886f70d010701a08024800403")
    tnef = bytes.fromhex("789f3e220000")

    rest = iter(data + octets)
    assert all(octet in rest for octet in signed_content(data + octets))
    assert tnef_body(tnef + octets) in octets
    assert b"" == tnef_body(beginning[:3])


@settings(max_examples=100, deadline=timedelta(seconds=2))
@given(st.text(max_size=400))
def test_any_text_is_scored(text: str) -> None:
    """Any text has a score of absence, and instructs or does not."""
    assert 0.0 <= absence_said(text) <= 1.0
    assert instructs_software(text) in (True, False)
