"""Headers, addresses, Message-IDs and parameters as the world writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parsers import limits
from parsers.addresses import Mailbox, mailboxes, message_ids
from parsers.headers import decode_value, parameters, read_headers, sent_at


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"=?utf-8?Q?M=C3=BCller_GmbH?=", "Müller GmbH", id="quoted"),
        pytest.param(b"=?UTF-8?B?TcO8bGxlcg==?=", "Müller", id="base64"),
        pytest.param(b"=?utf-8?Q?Zahl?= =?utf-8?Q?ung?=", "Zahlung", id="adjacent words join"),
        pytest.param(
            b"=?utf-8?B?w6Q=?= =?iso-8859-1?Q?=F6?=", "äö", id="adjacent words of two charsets"
        ),
        pytest.param(b"=?x-unknown?Q?caf=E9?=", "café", id="unknown charset"),
        pytest.param("Zahlungsbestätigung".encode(), "Zahlungsbestätigung", id="raw utf-8"),
        pytest.param("Größe".encode("cp1252"), "Größe", id="raw windows-1252"),
        pytest.param(b"J\xe4ne Gr\xfcn", "Jäne Grün", id="a few raw accents"),
        pytest.param(
            b"=?utf-8?B?w7bDpMO8w7bDpMO8w7bDpMO8w7bDpA==?=", "öäüöäüöäüöä", id="a long word"
        ),
        pytest.param(
            b"=?utf-8?Q?=C3=B6=C3=A4=C3=BC=C3=B6=C3=A4=C3?=", "öäüöä\ufffd", id="a word cut short"
        ),
        pytest.param(b"=?utf-8?Q?half", "=?utf-8?Q?half", id="unfinished word stays"),
        pytest.param(b"a\x00b\x07c", "abc", id="control characters go"),
        pytest.param(b"=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x", id="no line break gets in"),
    ],
)
def test_decoded_value(value: bytes, expected: str) -> None:
    """A header value reads as a person would read it, whatever its charset claims."""
    actual = decode_value(value)

    assert expected == actual


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"a@Example.COM", [("", "a@example.com")], id="bare"),
        pytest.param(b'"Doe, Jane" <j@example.com>', [("Doe, Jane", "j@example.com")], id="quoted"),
        pytest.param(
            b"a@example.com, B <b@example.com>",
            [("", "a@example.com"), ("B", "b@example.com")],
            id="two",
        ),
        pytest.param(b"Team: a@example.com;", [("", "a@example.com")], id="group"),
        pytest.param(b"a@example.com (Jane, AP)", [("", "a@example.com")], id="comment"),
        pytest.param(
            b"=?utf-8?Q?victim=40example=2Ecom=2C?= <evil@example.net>",
            [("victim@example.com,", "evil@example.net")],
            id="an encoded name brings in no address",
        ),
        pytest.param(b"undisclosed-recipients:;", [], id="nobody"),
        pytest.param(b"<<a@example.com>>", [("", "a@example.com")], id="doubled brackets"),
    ],
)
def test_mailboxes(value: bytes, expected: list[tuple[str, str]]) -> None:
    """An address list gives names and addresses, and nothing that is only a name."""
    actual = mailboxes(value)

    assert tuple(Mailbox(name=name, address=address) for name, address in expected) == actual


def test_message_ids_take_spaces_and_commas() -> None:
    """Exchange and telephones part the ids of References by commas."""
    actual = message_ids("<a@x>,<b@x> <c@x>\t<a@x>")

    assert ("a@x", "b@x", "c@x") == actual


def test_message_ids_are_limited_to_the_newest() -> None:
    """Of endless References the newest 50 ids count."""
    actual = message_ids(" ".join(f"<{number}@x>" for number in range(500)))

    assert limits.REFERENCES_MAX == len(actual)
    assert actual[-1] == "499@x"


def test_parameters_join_continuations() -> None:
    """A file name in RFC 2231 pieces is one file name."""
    value = "attachment; filename*0*=utf-8''Rechn%C3%BC; filename*1=ng.pdf"

    actual = parameters(value)

    assert ("attachment", {"filename": "Rechnüng.pdf"}) == actual


def test_parameters_keep_a_quoted_semicolon() -> None:
    """A semicolon in quotes parts nothing."""
    actual = parameters('text/plain; name="a;b.txt"; charset=utf-8')

    assert ("text/plain", {"name": "a;b.txt", "charset": "utf-8"}) == actual


def test_date_becomes_utc() -> None:
    """The Date header is an instant in UTC, and nonsense is no date."""
    assert datetime(2026, 6, 8, 7, 30, tzinfo=UTC) == sent_at("Mon, 8 Jun 2026 09:30:00 +0200")
    assert sent_at("yesterday") is None


def test_too_many_headers_are_cut_and_told() -> None:
    """More than 1,000 headers are not read, and the defect says so."""
    headers, defects = read_headers(b"X-A: b\n" * 5_000 + b"\nbody")

    assert limits.HEADERS_MAX == len(headers)
    assert ["headers_cut"] == [defect.code for defect in defects]


def test_folded_header_is_one_value() -> None:
    """A folded header reads as one line."""
    headers, _ = read_headers(b"Subject: one\r\n\ttwo\r\n three\r\nX: y\r\n\r\nbody: no header\r\n")

    assert (("Subject", "one two three"), ("X", "y")) == headers
