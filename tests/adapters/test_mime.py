"""Frozen mail: the same bytes every time, read back whole, and no header that is not ours."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from daemon.adapters.mime import freeze_letter, freeze_rep_mail
from daemon.adapters.mime_parts import Attachment, safe_file_name
from daemon.adapters.render import RenderedLetter, Renderer
from daemon.core.letters import LetterContent
from daemon.core.model import Sender
from daemon.ports import Frozen
from tests.adapters.letters import NORDWIND, letter, parsed, sample, text_of

RENDERER = Renderer()
NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
LONG_ID = "AM0PR01MB" + "x1Y2z3" * 25 + "@eurprd01.prod.exchangelabs.example"


def frozen(
    content: LetterContent,
    rendered: RenderedLetter | None = None,
    references: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    key: str = "10023|letter|2026-06-11",
    now: datetime = NOW,
    reply_to: str = "ar+t0ken@nordwind.example",
    secret: bytes = b"a key",
) -> Frozen:
    """Freeze a letter with everything else as usual."""
    return freeze_letter(
        rendered or RENDERER.letter(content),
        content,
        key=key,
        message_domain="nordwind.example",
        reply_to=reply_to,
        envelope_from="bounce+t0ken@nordwind.example",
        references=references,
        now=now,
        attachments=attachments,
        secret=secret,
    )


def rep_mail(subject: str = "Please decide", original: bytes | None = None) -> Frozen:
    """Freeze a forward."""
    return freeze_rep_mail(
        subject,
        "Please decide: Zoë disputes INV-7.\n",
        key="forward-1",
        to="rep@nordwind.example",
        sender=NORDWIND.sender,
        reply_to="ar+c0mmand@nordwind.example",
        message_domain="nordwind.example",
        now=NOW,
        original=original,
    )


def head(mail: Frozen) -> str:
    """Return the header block as it stands."""
    return mail.raw.split(b"\r\n\r\n", 1)[0].decode("ascii")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_mail_says_what_was_rendered(language: str) -> None:
    """Text, HTML, subject and image come back from the wire as they were."""
    content = letter(language, "firm_reminder", "DE")
    rendered = RENDERER.letter(content)
    message = parsed(frozen(content, rendered))
    images = [part for part in message.walk() if part.get_content_type() == "image/png"]

    assert text_of(message, "plain") == rendered.text
    assert text_of(message, "html") == rendered.html
    assert message["Subject"] == rendered.subject
    assert [image.get_content() for image in images] == [rendered.images[0].png]
    assert [f"<{rendered.images[0].name}>"] == [image["Content-ID"] for image in images]
    assert f'src="cid:{rendered.images[0].name}"' in rendered.html
    assert all(part.defects == [] for part in message.walk())


def test_headers_of_a_letter() -> None:
    """From with its name, the thread, no Auto-Submitted, but no automatic answers wanted."""
    mail = frozen(letter(), references=("root@nordwind.example", "last@nordwind.example"))
    message = parsed(mail)

    assert message["From"] == "Eva Weber <ar@nordwind.example>"
    assert message["To"] == "Jo Example <payables@customer.example>"
    assert message["Reply-To"] == "ar+t0ken@nordwind.example"
    assert message["Date"] == "Thu, 11 Jun 2026 09:30:00 +0000"
    assert message["Message-ID"] == f"<{mail.message_id}>"
    assert re.fullmatch(r"[0-9a-f]{32}@nordwind\.example", mail.message_id)
    assert message["In-Reply-To"] == "<last@nordwind.example>"
    assert message["References"] == "<root@nordwind.example> <last@nordwind.example>"
    assert message["X-Auto-Response-Suppress"] == "DR, RN, NRN, AutoReply"
    assert message["X-Duly-Loop"] == mail.message_id.split("@")[0]
    assert message["MIME-Version"] == "1.0"
    for absent in ("Auto-Submitted", "Precedence", "Cc", "Bcc", "List-Unsubscribe"):
        assert message[absent] is None
    assert mail.envelope_from == "bounce+t0ken@nordwind.example"
    assert mail.envelope_to == "payables@customer.example"


def test_headers_of_mail_to_reps() -> None:
    """Marked as automatic in every way, so that no machine answers it."""
    message = parsed(rep_mail())

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "bulk"
    assert message["Reply-To"] == "ar+c0mmand@nordwind.example"
    assert text_of(message, "plain") == "Please decide: Zoë disputes INV-7.\n"


def test_equal_input_gives_equal_bytes() -> None:
    """Nothing is random: a new renderer and a second freeze give the same mail."""
    content = sample("60 rows in a list", "de")

    assert frozen(content) == frozen(content, Renderer().letter(content))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(frozen(letter(), key="10024|letter|2026-06-11"), id="key"),
        pytest.param(frozen(replace(letter(), recipient="b@customer.example")), id="recipient"),
        pytest.param(frozen(letter(), now=NOW.replace(minute=31)), id="instant"),
    ],
)
def test_other_input_gives_another_message_id(other: Frozen) -> None:
    """Each key, recipient and instant has its own identifier."""
    assert frozen(letter()).message_id != other.message_id


def test_a_secret_makes_identifiers_unguessable() -> None:
    """The same key under another secret gives another identifier."""
    content = letter()
    other = frozen(content, secret=b"another key")

    assert frozen(content).message_id != other.message_id


def test_the_wire_is_safe() -> None:
    """CRLF only, seven bits only, no line over 78, whatever the letter says."""
    content = replace(
        sample("60 rows in the letter", "de"), recipient_name="Žofie Ünal-Łukasz " * 9
    )
    raw = frozen(
        content,
        attachments=(
            Attachment(
                name="Rechnung.pdf", media_type="application/pdf", octets=bytes(range(256)) * 40
            ),
        ),
    ).raw

    assert raw.isascii()
    assert re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw) is None
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


def test_long_identifiers_stay_whole() -> None:
    """An Outlook id of 190 characters is neither folded inside nor encoded."""
    mail = frozen(letter(), references=("root@nordwind.example", LONG_ID))

    assert f"In-Reply-To: <{LONG_ID}>\r\n" in head(mail)
    assert f"References: <root@nordwind.example>\r\n <{LONG_ID}>\r\n" in head(mail)


def test_a_long_reply_address_stays_whole() -> None:
    """A token of 64 characters with its domain passes the usual fold."""
    reply_to = f"receivables+{'k' * 50}@mail.accounting.nordwind-handelsgesellschaft.example"
    message = parsed(frozen(letter(), reply_to=reply_to))

    assert message["Reply-To"] == reply_to


def test_a_long_thread_keeps_root_and_tail() -> None:
    """Of many references the first and the last nine are kept."""
    ids = tuple(f"m{place}@nordwind.example" for place in range(30))
    message = parsed(frozen(letter(), references=ids))
    kept = [ids[0], *ids[-9:]]

    assert message["References"] == " ".join(f"<{one}>" for one in kept)


@pytest.mark.parametrize(
    "name",
    [
        "Müller & Söhne GmbH",
        "Łódź Handel Sp. z o.o. " * 6 + "Ende",
        'O\'Neil, "Pat" (AP) <x>',
        "back\\slash; semi: colon",
        "会計部",
        "=?utf-8?q?not_decoded?=",
        "plain name",
    ],
)
def test_names_survive_the_header(name: str) -> None:
    """Any name, in any script, with any punctuation, is shown as it was given."""
    content = replace(letter(), recipient_name=name)
    shown, mailbox = parseaddr(email.message_from_bytes(frozen(content).raw)["To"])
    read = str(make_header(decode_header(shown)))

    assert (read, mailbox) == (name.strip(), "payables@customer.example")
    for word in re.findall(r"=\?[^ \r\n]+\?=", head(frozen(content))):
        assert len(word) <= 75


@pytest.mark.parametrize("subject", ["Rechnung für Größe: " + "ä" * 120, "=?x?= " * 20, "a " * 79])
def test_subjects_survive_the_header(subject: str) -> None:
    """Long, non-ASCII and misleading subjects come back as they were."""
    rendered = replace(RENDERER.letter(letter()), subject=subject.strip())

    assert parsed(frozen(letter(), rendered))["Subject"] == subject.strip()


@pytest.mark.parametrize("evil", ["\r\nBcc: x@evil.example", "\n", "\r", "\0", "\u2028", "\x85"])
@pytest.mark.parametrize("where", ["recipient_name", "recipient", "sender", "subject", "copies"])
def test_header_injection_is_refused(where: str, evil: str) -> None:
    """A line break or control character in a header value freezes nothing."""
    content = letter()
    rendered = RENDERER.letter(content)
    match where:
        case "sender":
            content = replace(content, sender=Sender(address="ar@x.example", name=f"Eva{evil}"))
        case "subject":
            rendered = replace(rendered, subject=f"Invoice{evil}")
        case "recipient":
            content = replace(content, recipient=f"a{evil}@customer.example")
        case "copies":
            content = replace(content, copies=(f"a@customer.example{evil}",))
        case _:
            content = replace(content, recipient_name=f"Jo{evil}")

    with pytest.raises(ValueError, match=r"U\+|not an address"):
        frozen(content, rendered)


@pytest.mark.parametrize("bad", ["two ids@x", "a@x> <b@x", "no-domain", "", "ü@x"])
def test_a_wrong_reference_is_refused(bad: str) -> None:
    """Only identifiers go into References."""
    with pytest.raises(ValueError, match="not a Message-ID"):
        frozen(letter(), references=(bad,))


def test_a_naive_instant_is_refused() -> None:
    """`now` knows its zone."""
    with pytest.raises(ValueError, match="aware"):
        frozen(letter(), now=datetime(2026, 6, 11))  # noqa: DTZ001 - the naive instant is the point


def test_files_are_attached_whole() -> None:
    """The list and a PDF come beside the letter, with their names and octets."""
    pdf = Attachment(
        name="../Rechnung Größe\r\n.pdf", media_type="application/pdf", octets=b"%PDF-1.7\r\n\0\xff"
    )
    content = sample("60 rows in a list", "de")
    message = parsed(frozen(content, attachments=(pdf,)))
    files = [
        (part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()
    ]

    assert message.get_content_type() == "multipart/mixed"
    assert [name for name, _ in files] == [
        "offene-rechnungen-2026-06-11.csv",
        "Rechnung Größe__.pdf",
    ]
    assert files[1][1] == pdf.octets
    assert files[0][1] == RENDERER.letter(content).files[0].octets


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("INV-7.pdf", "INV-7.pdf"),
        ("/etc/passwd", "passwd"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("...", "attachment"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a".pdf', "a_.pdf"),
    ],
)
def test_file_names_are_only_names(name: str, expected: str) -> None:
    """No folders, quotes, direction marks or bare dots."""
    assert safe_file_name(name) == expected


@pytest.mark.parametrize(
    "original",
    [
        pytest.param(b"From: a@customer.example\r\nSubject: x\r\n\r\nWe paid.\r\n", id="plain"),
        pytest.param(b"Subject: x\n\nWe paid.\n.\nRCPT TO:<x@y>\n", id="bare line feeds"),
        pytest.param("Subject: x\r\n\r\nfür\r\n".encode("latin-1"), id="eight bits"),
    ],
)
def test_the_original_is_attached_as_a_mail(original: bytes) -> None:
    """message/rfc822, unencoded, its line ends made CRLF so that no dot can end the letter."""
    mail = rep_mail(original=original)
    lines = re.sub(rb"\r?\n", b"\r\n", original)
    (part,) = parsed(mail).iter_attachments()

    assert part.get_content_type() == "message/rfc822"
    assert lines in mail.raw
    assert re.search(rb"(?<!\r)\n", mail.raw) is None
    assert part.get_content()["Subject"] == "x"


@pytest.mark.parametrize(
    "original", [b"Subject: x\r\n\r\na\0b", b"Subject: x\r\n\r\n" + b"y" * 5000, b""],
    ids=["NUL", "long line", "empty"],
)  # fmt: skip
def test_an_original_that_no_server_takes_still_arrives(original: bytes) -> None:
    """Octets that cannot stand in a mail come as a file, unchanged."""
    mail = rep_mail(original=original)
    (part,) = parsed(mail).iter_attachments()
    payload = part.get_payload(decode=True)

    assert part.get_filename() == "original.eml"
    assert max(len(line) for line in mail.raw.split(b"\r\n")) <= 998
    assert b"\0" not in mail.raw
    assert (payload or b"") == original


def test_a_customers_subject_is_cleaned_for_reps() -> None:
    """A forward quotes a subject; what would break the header is dropped, not fatal."""
    message = parsed(rep_mail(subject="Re: INV-7\r\nBcc: x@evil.example\u2028 ü"))

    assert message["Subject"] == "Re: INV-7 Bcc: x@evil.example ü"
    assert message["Bcc"] is None
