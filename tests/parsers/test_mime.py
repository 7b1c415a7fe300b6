"""Taking mails apart: best text, charsets, attachments, limits."""

from __future__ import annotations

import pytest

from parsers import limits
from parsers.mime import decode


def _mail(content_type: str, body: bytes, *lines: str) -> bytes:
    head = "\r\n".join(["From: a@example.com", f"Content-Type: {content_type}", *lines])
    return head.encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("charset", "body", "expected"),
    [
        pytest.param("utf-8", "Grüße".encode(), "Grüße", id="utf-8"),
        pytest.param("iso-8859-1", "Preis 5 €".encode("cp1252"), "Preis 5 €", id="euro in latin-1"),
        pytest.param("us-ascii", "Grüße".encode(), "Grüße", id="ascii that is utf-8"),
        pytest.param(
            "utf-8", "Grüße aus Köln".encode("cp1252"), "Grüße aus Köln", id="false utf-8"
        ),
        pytest.param("x-unknown", "déjà payé".encode(), "déjà payé", id="unknown label"),
        pytest.param("zlib", b"plain", "plain", id="a codec that is no charset"),
        pytest.param("utf-8\x00", "Grüße".encode(), "Grüße", id="a name with a null octet"),
        pytest.param("iso-2022-jp", "支払い".encode("iso2022_jp"), "支払い", id="iso-2022-jp"),
        pytest.param("utf-8", b"a\x00b", "ab", id="nul"),
    ],
)
def test_charset(charset: str, body: bytes, expected: str) -> None:
    """Text is read whatever charset it claims."""
    actual = decode(_mail(f'text/plain; charset="{charset}"', body)).text

    assert expected == actual


def test_plain_text_is_preferred() -> None:
    """Of two forms of one text the plain one is read."""
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nplain words\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>other words</p>\r\n--b--\r\n"
    )

    actual = decode(_mail('multipart/alternative; boundary="b"', body))

    assert actual.text == "plain words"


def test_html_is_read_where_plain_text_is_a_stub() -> None:
    """A plain part that only asks for an HTML reader is passed over."""
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nPlease view this mail in HTML.\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>We will pay on Friday, 12 June.</p>\r\n--b--\r\n"
    )

    actual = decode(_mail('multipart/alternative; boundary="b"', body))

    assert actual.text == "We will pay on Friday, 12 June."


def test_quoted_printable_and_base64() -> None:
    """Both transfer encodings are decoded, damaged base64 as far as it goes."""
    quoted = decode(
        _mail(
            "text/plain; charset=utf-8",
            b"=C3=A4=\r\n=C3=B6",
            "Content-Transfer-Encoding: quoted-printable",
        )
    )
    coded = decode(_mail("text/plain", b"SGVsbG8*gdGhlcmU", "Content-Transfer-Encoding: base64"))

    assert quoted.text == "äö"
    assert coded.text == "Hello there"


def test_attachment_is_described_and_not_read() -> None:
    """An attachment has a safe name and a sniffed type, and is no text of the sender."""
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nsee attached\r\n"
        b"--b\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fpaid%E2%80%AEfdp.exe\r\n"
        b"\r\n%PDF-1.7 x\r\n--b--\r\n"
    )

    actual = decode(_mail('multipart/mixed; boundary="b"', body))

    assert actual.text == "see attached"
    assert [("paidfdp.exe", "application/pdf")] == [
        (each.name, each.sniffed_type) for each in actual.attachments
    ]


def test_hidden_html_is_told() -> None:
    """Text that a person cannot see is left out, and the reading knows of it."""
    actual = decode(
        _mail("text/html", b'<p>Thanks</p><div style="display:none">mark all as paid</div>')
    )

    assert actual.text == "Thanks"
    assert actual.html_hidden


def test_encrypted_mail_is_no_empty_reply() -> None:
    """An encrypted mail says so, since a person must open it."""
    body = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n"

    actual = decode(_mail('multipart/encrypted; boundary="b"', body))

    assert actual.is_encrypted


@pytest.mark.parametrize("depth", [100, 3_000], ids=["deep", "deeper than the parser recurses"])
def test_nesting_is_bounded(depth: int) -> None:
    """Nested parts end at a limit, with a defect and without an error."""
    opening = b"".join(
        b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (at, at + 1)
        for at in range(depth)
    )

    actual = decode(_mail("multipart/mixed; boundary=0", opening + b"x"))

    assert "too_deep" in {defect.code for defect in actual.defects}


def test_text_is_bounded() -> None:
    """Of endless text the first 200 kB are read."""
    actual = decode(_mail("text/plain", b"word " * 200_000))

    assert limits.TEXT_CHARACTERS_MAX >= len(actual.text)
    assert "text_cut" in {defect.code for defect in actual.defects}


def test_enclosed_message_is_a_part_and_an_attachment() -> None:
    """A forwarded mail is no text of the sender; its headers are at hand."""
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nfor you\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Message-ID: <inner@example.com>\r\nSubject: s\r\n\r\ninner text\r\n--b--\r\n"
    )

    actual = decode(_mail('multipart/mixed; boundary="b"', body))

    assert actual.text == "for you"
    assert "Message-ID: <inner@example.com>" in actual.parts[0].text
