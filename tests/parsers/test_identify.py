"""Keys and trust from headers alone."""

from __future__ import annotations

import pytest

from parsers import limits
from parsers.identify import identify
from parsers.reading import AuthVerdict, Context

OURS = Context(authserv_ids=("mx.creditor.example",), own_addresses=("ar@creditor.example",))
TOKEN = "k3jd82hfkq02mzx7"


def _raw(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\nbody\r\n").encode()


@pytest.mark.parametrize(
    "header",
    ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To"],
)
def test_token_in_any_recipient_header(header: str) -> None:
    """The token of our Reply-To is found wherever the delivering servers left it."""
    raw = _raw("From: a@example.com", f"{header}: <ar+{TOKEN}@creditor.example>")

    actual = identify(raw, OURS).tokens

    assert (TOKEN,) == actual


def test_token_in_references() -> None:
    """A Message-ID of ours in References is a candidate token."""
    raw = _raw("From: a@example.com", f"References: <x@y>,<{TOKEN}@creditor.example>")

    assert TOKEN in identify(raw, OURS).tokens


def test_references_are_newest_first() -> None:
    """In-Reply-To counts first, then References from the right, then Microsoft's original."""
    raw = _raw(
        "From: a@example.com",
        "References: <one@x> <two@x>",
        "In-Reply-To: <three@x>",
        "X-Microsoft-Original-Message-ID: <zero@x>",
    )

    actual = identify(raw, OURS).references

    assert ("three@x", "zero@x", "two@x", "one@x") == actual


def test_references_are_bounded() -> None:
    """Endless References give at most 50 ids."""
    raw = _raw("From: a@example.com", "References: " + " ".join(f"<{n}@x>" for n in range(3_000)))

    assert len(identify(raw, OURS).references) <= limits.REFERENCES_MAX


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        pytest.param(
            ("From: a@example.com, b@example.com",), "several_senders", id="two addresses"
        ),
        pytest.param(
            ("From: a@example.com", "From: b@example.com"), "several_senders", id="two From"
        ),
        pytest.param(("From: a@example.com", "From: a@example.com"), "several_senders", id="twice"),
        pytest.param(("Subject: x",), "no_sender", id="none"),
        pytest.param(
            ('From: "ceo@bank.example" <evil@example.net>',), "name_shows_address", id="name trick"
        ),
    ],
)
def test_odd_sender_is_a_doubt(lines: tuple[str, ...], code: str) -> None:
    """A mail that names several senders, none, or another in the name, is doubted."""
    raw = _raw("Authentication-Results: mx.creditor.example; dmarc=pass", *lines)

    actual = identify(raw, OURS)

    assert code in {defect.code for defect in actual.defects}


def test_several_senders_never_pass() -> None:
    """No verdict is given to a mail with two senders."""
    raw = _raw(
        "Authentication-Results: mx.creditor.example; dmarc=pass header.from=example.com",
        "From: a@example.com, b@example.com",
    )

    assert AuthVerdict.NONE == identify(raw, OURS).verdict


BORDER = "Received: from out.example.com by mx.creditor.example; Mon, 8 Jun 2026 09:30:00 +0200"
FOREIGN = "Received: from pc by out.example.com; Mon, 8 Jun 2026 09:29:00 +0200"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ("Authentication-Results: mx.creditor.example; dmarc=pass header.from=example.com",),
            AuthVerdict.PASS,
            id="dmarc passes",
        ),
        pytest.param(
            ("Authentication-Results: mx.creditor.example; dkim=pass header.d=example.com",),
            AuthVerdict.PASS,
            id="aligned dkim passes",
        ),
        pytest.param(
            ("Authentication-Results: mx.creditor.example; dkim=pass header.d=mail.example.com",),
            AuthVerdict.PASS,
            id="dkim of a subdomain is aligned",
        ),
        pytest.param(
            ("Authentication-Results: mx.creditor.example; dkim=pass header.d=esp.example.net",),
            AuthVerdict.NONE,
            id="dkim of another domain",
        ),
        pytest.param(
            ("Authentication-Results: mx.creditor.example; spf=pass smtp.mailfrom=example.com",),
            AuthVerdict.NONE,
            id="spf alone",
        ),
        pytest.param(
            ("Authentication-Results: mx.creditor.example; dmarc=fail header.from=example.com",),
            AuthVerdict.FAIL,
            id="dmarc fails",
        ),
        pytest.param(
            ("Authentication-Results: mx.evil.example; dmarc=pass header.from=example.com",),
            AuthVerdict.NONE,
            id="another server's word",
        ),
        pytest.param(
            (BORDER, FOREIGN, "Authentication-Results: mx.creditor.example; dmarc=pass"),
            AuthVerdict.NONE,
            id="forged below a foreign hop",
        ),
        pytest.param(
            (
                "Authentication-Results: mx.creditor.example; dmarc=fail",
                BORDER,
                "Authentication-Results: mx.creditor.example; dmarc=pass",
            ),
            AuthVerdict.FAIL,
            id="forged beside ours",
        ),
        pytest.param(
            (
                "Authentication-Results: mx.creditor.example; dmarc=none; dkim=none",
                BORDER,
                "Authentication-Results: mx.creditor.example; dmarc=pass",
            ),
            AuthVerdict.NONE,
            id="forged below ours that knows nothing",
        ),
        pytest.param(
            (BORDER, "Authentication-Results: mx.creditor.example; dmarc=pass"),
            AuthVerdict.PASS,
            id="a border that writes below its own Received",
        ),
        pytest.param(
            ("Authentication-Results: mx.creditor.example; dmarc=none (dmarc=pass)",),
            AuthVerdict.NONE,
            id="a comment is no result",
        ),
        pytest.param(
            ('Authentication-Results: mx.creditor.example; x=pass y="; dmarc=pass"',),
            AuthVerdict.NONE,
            id="a quoted string is no result",
        ),
        pytest.param((), AuthVerdict.NONE, id="nothing"),
    ],
)
def test_verdict(lines: tuple[str, ...], expected: AuthVerdict) -> None:
    """Only our own border's word counts, where only our border can have written it."""
    actual = identify(_raw(*lines, "From: a@example.com"), OURS).verdict

    assert expected == actual


def test_no_configured_server_means_no_verdict() -> None:
    """Without a configured border nothing is believed."""
    raw = _raw("Authentication-Results: mx.creditor.example; dmarc=pass", "From: a@example.com")

    assert AuthVerdict.NONE == identify(raw, Context()).verdict


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(("From: AR <ar@creditor.example>", "X-Duly-Loop: 1"), True, id="loop header"),
        pytest.param(
            ("From: ar@creditor.example", f"Reply-To: ar+{TOKEN}@creditor.example"),
            True,
            id="our tagged reply address",
        ),
        pytest.param(("From: ar@creditor.example",), False, id="a rep writes by hand"),
        pytest.param(("From: x@example.com", "X-Duly-Loop: 1"), False, id="a stranger's claim"),
    ],
)
def test_own_mail(lines: tuple[str, ...], expected: bool) -> None:
    """Our own mail is known by its address together with what only we write."""
    assert expected == identify(_raw(*lines), OURS).is_own


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: No", False),
        ("Auto-Submitted: no (a comment); x=y", False),
        ("X-Autoreply: yes", True),
        ("Precedence: bulk", True),
        ("Precedence: list", False),
        ("X-Auto-Response-Suppress: All", False),
    ],
)
def test_automatic_by_headers(line: str, expected: bool) -> None:
    """Headers that confess are believed; what only asks for silence confesses nothing."""
    actual = identify(_raw("From: a@example.com", line), OURS).is_automatic_by_headers

    assert expected == actual
