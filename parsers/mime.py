"""MIME: the bytes of a mail as headers, one best text, attachments and report parts.

Structure comes from the standard parser under its oldest policy, which does not look into
headers; headers, transfer encodings and charsets are read here, with limits. Never raises on
foreign bytes: what is wrong becomes a `Defect`. Linear in the size of the mail.
Source: RFC 2045 to 2047, RFC 3462, RFC 8551 (which parts are encrypted).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final, TypeAlias

from parsers import limits
from parsers.attachments import describe, holds_rows
from parsers.charsets import decode_octets
from parsers.headers import Headers, decode_value, first, parameters, read_headers, split_block
from parsers.html_text import text_of
from parsers.reading import Attachment, Defect, Severity
from parsers.wrapped import is_wrapped, signed_content, tnef_body

_CONTAINER: Final = re.compile(rb"(?i)boundary\s?\*?(?:0\*?)?=|message/(?:rfc822|global)")
_STUB_WORDS: Final = ("html", "richtext", "rich text")
_REPORT_TYPES: Final = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/rfc822",
        "message/global-delivery-status",
        "message/global-headers",
    }
)
_ENCRYPTED_TYPES: Final = frozenset({"application/pgp-encrypted", "multipart/encrypted"})

_Message: TypeAlias = "Message[str, str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that speaks of another mail: its type, and its fields or text as text."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A mail taken apart.

    `text` is the best plain text of the body (LF line ends, HTML only where there is no
    plain text), `html_hidden` whether hidden HTML text was dropped. `parts` are the report
    parts and enclosed messages, in order; an enclosed message is its header lines, an empty
    line and the beginning of its text. `report_type` and `calendar_method` are lower case.
    `tables` are the octets of the attachments that may hold rows (CSV, XLSX, PDF), 5 MB at most.
    """

    headers: Headers
    text: str
    html_hidden: bool = False
    attachments: tuple[Attachment, ...] = ()
    tables: tuple[bytes, ...] = ()
    parts: tuple[Part, ...] = ()
    content_type: str = "text/plain"
    report_type: str = ""
    calendar_method: str = ""
    is_encrypted: bool = False
    defects: tuple[Defect, ...] = ()


@dataclass(slots=True)
class _Findings:
    """What the walk has met so far."""

    texts: list[str] = field(default_factory=list)
    has_hidden: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    tables: list[bytes] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    calendar_method: str = ""
    is_encrypted: bool = False
    defects: dict[str, Defect] = field(default_factory=dict)
    visited: int = 0

    def note(self, code: str, sentence: str, severity: Severity = Severity.NOTE) -> None:
        self.defects.setdefault(code, Defect(code=code, sentence=sentence, severity=severity))


def decode(raw: bytes) -> Decoded:
    """Take a mail apart.

    Args:
        raw: The bytes of the mail, whole or cut; may be anything.

    Returns:
        Headers, text, attachments and report parts; all defects are values.
    """
    headers, header_defects = read_headers(raw)
    found = _Findings()
    content_type, named = parameters(first(headers, "Content-Type") or "text/plain")
    tree = _parse(raw, found)
    if tree is None:
        _, body = split_block(raw)
        text, _ = decode_octets(body[: limits.TEXT_CHARACTERS_MAX * 4], "")
        found.texts.append(text)
    else:
        _walk(tree, found, 0)
    text = "\n\n".join(text.strip("\n") for text in found.texts if text.strip())
    if len(text) > limits.TEXT_CHARACTERS_MAX:
        text = text[: limits.TEXT_CHARACTERS_MAX]
        found.note("text_cut", "The text is longer than 200 kB; the rest was not read.")
    if found.is_encrypted:
        found.note("encrypted", "The mail is encrypted and cannot be read.", Severity.DOUBT)
    return Decoded(
        headers=headers,
        text=text,
        html_hidden=found.has_hidden,
        attachments=tuple(found.attachments),
        tables=tuple(found.tables),
        parts=tuple(found.parts),
        content_type=content_type or "text/plain",
        report_type=named.get("report-type", "").strip().lower(),
        calendar_method=found.calendar_method,
        is_encrypted=found.is_encrypted,
        defects=(*header_defects, *found.defects.values()),
    )


def _parse(raw: bytes, found: _Findings) -> _Message | None:
    # The standard parser recurses once per container and looks at every line once per open
    # one, so they are counted before it may begin; first their words, which is far cheaper.
    low = raw.lower()
    is_suspect = low.count(b"boundary") + low.count(b"message/") > limits.CONTAINERS_MAX
    counted = enumerate(_CONTAINER.finditer(raw), 1)
    if is_suspect and any(count > limits.CONTAINERS_MAX for count, _ in counted):
        found.note("too_deep", "The mail has too many nested parts.", Severity.DOUBT)
        return None
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as mistake:
        found.note(
            "unparsable",
            f"The structure of the mail cannot be read ({type(mistake).__name__}).",
            Severity.DOUBT,
        )
        return None


def _walk(part: _Message, found: _Findings, depth: int) -> None:
    found.visited += 1
    if depth > limits.DEPTH_MAX or found.visited > limits.PARTS_MAX:
        found.note("too_deep", "The mail has too many nested parts.", Severity.DOUBT)
        return
    content_type, named = _type_of(part)
    if content_type in _ENCRYPTED_TYPES or "enveloped" in named.get("smime-type", ""):
        found.is_encrypted = True
    children = _children(part)
    if content_type in _REPORT_TYPES or content_type.startswith("message/"):
        _enclosed(part, content_type, children, found)
    elif content_type == "multipart/alternative" and children:
        _alternative(children, found, depth)
    elif content_type in ("multipart/related", "multipart/signed") and children:
        _walk(children[0], found, depth + 1)
        for child in children[1:]:
            _attach(child, found)
    elif children:
        for child in children:
            _walk(child, found, depth + 1)
    else:
        if not (is_wrapped(content_type, named) and _unwrap(part, content_type, found, depth)):
            _leaf(part, content_type, named, found)


def _unwrap(part: _Message, content_type: str, found: _Findings, depth: int) -> bool:
    """Read what a signature envelope or a TNEF attachment holds; False where it holds nothing."""
    octets = _content(part, found)
    if "pkcs7" not in content_type:
        body = tnef_body(octets)
        if body and not found.texts:
            found.texts.append(decode_octets(body, "")[0])
        return False
    inner = signed_content(octets)
    tree = _parse(inner, found) if inner else None
    if tree is None:
        return False
    _walk(tree, found, depth + 1)
    return True


def _children(part: _Message) -> list[_Message]:
    # A leaf is not asked: it would be decoded by a charset that may be no name at all.
    payload = part.get_payload() if part.is_multipart() else ()
    return [child for child in payload if isinstance(child, Message)]


def _type_of(part: _Message) -> tuple[str, dict[str, str]]:
    value = _header(part, "content-type")
    content_type, named = parameters(value)
    if "/" not in content_type:
        content_type = "multipart/mixed" if part.is_multipart() else "text/plain"
    return content_type.split()[0], named


def _header(part: _Message, name: str) -> str:
    for key, value in part.raw_items():
        if key.lower() == name:
            return _unfold(value)
    return ""


def _unfold(value: object) -> str:
    text = str(value)[: limits.HEADER_OCTETS_MAX]
    return " ".join(_octets_of(text).decode("utf-8", "replace").split())


def _octets_of(text: str) -> bytes:
    try:
        return text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _content(part: _Message, found: _Findings) -> bytes:
    encoding = _header(part, "content-transfer-encoding").lower().split(";")[0].strip()
    if encoding not in ("", "7bit", "8bit", "binary", "quoted-printable", "base64"):
        found.note("odd_encoding", f"Unknown transfer encoding {encoding[:40]!r}.")
    octets = part.get_payload(decode=True)
    return octets if isinstance(octets, bytes) else b""


def _file_name(part: _Message, named: dict[str, str]) -> tuple[str, str]:
    disposition, given = parameters(_header(part, "content-disposition"))
    return disposition, given.get("filename") or named.get("name", "")


def _leaf(part: _Message, content_type: str, named: dict[str, str], found: _Findings) -> None:
    disposition, name = _file_name(part, named)
    if content_type == "text/calendar" and not found.calendar_method:
        found.calendar_method = named.get("method", "").lower() or "publish"
    is_text = content_type in ("text/plain", "text/html", "text/enriched", "text/richtext")
    if content_type == "text/rfc822-headers":
        is_text = False
    if disposition == "attachment" or (name and not is_text) or not is_text:
        _attach(part, found)
        return
    if name and found.texts:
        _attach(part, found)
        return
    text = _text(part, content_type, named, found)
    if text.strip():
        found.texts.append(text)


def _text(part: _Message, content_type: str, named: dict[str, str], found: _Findings) -> str:
    octets = _content(part, found)[: limits.HTML_CHARACTERS_MAX]
    text, is_sure = decode_octets(octets, named.get("charset", ""))
    if not is_sure:
        found.note("charset", "The declared charset does not fit; the text was decoded by guess.")
    if content_type == "text/plain":
        return text[: limits.TEXT_CHARACTERS_MAX + 1]
    visible, has_hidden = text_of(text)
    found.has_hidden = found.has_hidden or has_hidden
    if has_hidden:
        found.note("hidden_text", "The HTML holds text that is not shown; it was not read.")
    return visible


def _alternative(children: list[_Message], found: _Findings, depth: int) -> None:
    plain: str | None = None
    others: list[_Message] = []
    for child in children[: limits.PARTS_MAX]:
        content_type, named = _type_of(child)
        disposition, _ = _file_name(child, named)
        if plain is None and content_type == "text/plain" and disposition != "attachment":
            plain = _text(child, content_type, named, found)
        else:
            others.append(child)
    aside = _Findings(visited=found.visited)
    for child in others:
        _walk(child, aside, depth + 1)
    found.visited = aside.visited
    found.attachments.extend(aside.attachments)
    found.tables.extend(aside.tables)
    found.parts.extend(aside.parts)
    found.calendar_method = found.calendar_method or aside.calendar_method
    found.is_encrypted = found.is_encrypted or aside.is_encrypted
    found.has_hidden = found.has_hidden or aside.has_hidden
    found.defects = {**aside.defects, **found.defects}
    if plain is not None and not _is_stub(plain, aside.texts):
        found.texts.append(plain)
        return
    found.texts.extend(aside.texts[-1:])


def _is_stub(plain: str, others: list[str]) -> bool:
    if not any(others):
        return False
    if not any(character.isalnum() for character in plain):
        return True
    low = plain.lower()
    return len(plain) < 400 and any(word in low for word in _STUB_WORDS) and len(others[-1]) > 20


def _enclosed(
    part: _Message, content_type: str, children: list[_Message], found: _Findings
) -> None:
    if children:
        blocks = [_written(child, found) for child in children[: limits.RECIPIENTS_MAX]]
        text = "\n\n".join(blocks)
    else:
        text, _ = decode_octets(_content(part, found)[: limits.TEXT_CHARACTERS_MAX], "")
    found.parts.append(Part(content_type=content_type, text=text[: limits.TEXT_CHARACTERS_MAX]))
    if content_type in ("message/rfc822", "message/global") and children:
        _attach(part, found, text)


def _written(message: _Message, found: _Findings) -> str:
    body = b"" if message.is_multipart() else _content(message, found)[:20_000]
    text = f"\n\n{decode_octets(body, '')[0]}" if body else ""
    return "\n".join(_lines(message)) + text


def _lines(message: _Message) -> list[str]:
    lines: list[str] = []
    for key, value in message.raw_items():
        if len(lines) >= limits.HEADERS_MAX:
            break
        lines.append(f"{key}: {decode_value(_octets_of(_unfold(value)))}")
    return lines


def _attach(part: _Message, found: _Findings, text: str | None = None) -> None:
    if len(found.attachments) >= limits.ATTACHMENTS_MAX:
        found.note("attachments_cut", "The mail has more than 100 attachments.")
        return
    content_type, named = _type_of(part)
    _, name = _file_name(part, named)
    if content_type.endswith(("pgp-signature", "pkcs7-signature")):
        return
    octets = _content(part, found) if text is None else text.encode("utf-8", "replace")
    described = describe(name, content_type, octets)
    found.attachments.append(described)
    if holds_rows(described, sum(len(one) for one in found.tables)):
        found.tables.append(octets)
