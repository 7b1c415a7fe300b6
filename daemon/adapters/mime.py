"""Mail frozen once: bytes, Message-ID and envelope from arguments alone.

Equal input gives equal bytes: Message-ID and boundaries are keyed hashes of the outbox key, the
recipient and the instant, `Date` is that instant. Letters carry no Auto-Submitted, for the
absence notice is wanted; mail to reps is marked as automatic in every way.
Source: reference on headers by kind of mail; RFC 3834; MS-OXCMAIL (X-Auto-Response-Suppress).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b

from daemon.adapters import mime_parts
from daemon.adapters.letter_view import clean
from daemon.adapters.mime_parts import Attachment, Part, is_message_id
from daemon.adapters.render import RenderedLetter
from daemon.core.letters import LetterContent
from daemon.core.model import Sender
from daemon.ports import Frozen

LOOP_HEADER = "X-Duly-Loop"
REFERENCES_MAX = 10
DIGEST_OCTETS = 16


def freeze_letter(
    rendered: RenderedLetter,
    content: LetterContent,
    *,
    key: str,
    message_domain: str,
    reply_to: str,
    envelope_from: str,
    references: Sequence[str],
    now: datetime,
    attachments: Sequence[Attachment] = (),
    secret: bytes = b"",
    is_answer: bool = False,
) -> Frozen:
    """Freeze a letter to a customer.

    Args:
        rendered: The letter in words; its own files (list, statement) are attached.
        content: Where it comes from: sender, recipient, copies (Cc).
        key: The outbox key; with `secret` it decides Message-ID and boundaries.
        message_domain: The right side of the Message-ID.
        reply_to: The plus-address with the letter's token.
        envelope_from: The bounce address (VERP) or the login's address.
        references: Message-IDs of the thread, oldest first; root and the last nine are kept.
        now: Aware UTC instant, the `Date`.
        attachments: Further files, such as PDF copies of invoices.
        secret: Key of the hash, at most 64 octets, so that ids cannot be guessed.
        is_answer: An automatic answer to a customer's mail: `Auto-Submitted: auto-replied`.

    Raises:
        ValueError: `now` is naive, or a name, address or id cannot stand in a header.
    """
    mark = _mark(key, content.recipient, now, secret)
    message_id = f"{mark}@{message_domain}"
    headers = [
        mime_parts.address_header("From", (content.sender.name, content.sender.address)),
        mime_parts.address_header("To", (content.recipient_name, content.recipient)),
    ]
    if content.copies:
        headers.append(mime_parts.address_header("Cc", *(("", copy) for copy in content.copies)))
    headers += [
        mime_parts.address_header("Reply-To", ("", reply_to)),
        mime_parts.text_header("Subject", rendered.subject),
        *_trace(message_id, references, now),
        *(["Auto-Submitted: auto-replied"] if is_answer else []),
        "X-Auto-Response-Suppress: DR, RN, NRN, AutoReply",
        f"{LOOP_HEADER}: {mark}",
        f"Content-Language: {rendered.language}",
    ]
    body = _letter_body(rendered, (*rendered.files, *attachments), mark)
    return Frozen(
        raw=_mail(headers, body),
        message_id=message_id,
        envelope_from=envelope_from,
        envelope_to=content.recipient,
    )


def freeze_rep_mail(
    subject: str,
    text: str,
    *,
    key: str,
    to: str,
    sender: Sender,
    reply_to: str,
    message_domain: str,
    now: datetime,
    original: bytes | None = None,
    references: Sequence[str] = (),
    secret: bytes = b"",
    envelope_from: str = "",
) -> Frozen:
    """Freeze a forward, echo, digest or alarm to one of us.

    Args:
        subject: One line; control characters are dropped, for it may quote a customer.
        text: Plain text.
        to: The rep's address.
        reply_to: The plus-address with the rep's one-use token; empty = none.
        original: A received mail to attach as message/rfc822.
        envelope_from: The sender's address where empty.
        references: As for `freeze_letter`, but they may be foreign (an echo answers a rep's
            mail): an identifier that no header can carry is left out.
        key, message_domain, now, secret, sender: As for `freeze_letter`.

    Raises:
        ValueError: As for `freeze_letter`.
    """
    mark = _mark(key, to, now, secret)
    message_id = f"{mark}@{message_domain}"
    headers = [
        mime_parts.address_header("From", (sender.name, sender.address)),
        mime_parts.address_header("To", ("", to)),
        *([mime_parts.address_header("Reply-To", ("", reply_to))] if reply_to else []),
        mime_parts.text_header("Subject", clean(subject)),
        *_trace(message_id, [one for one in references if is_message_id(one)], now),
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        f"{LOOP_HEADER}: {mark}",
    ]
    body = mime_parts.text_part(text, "plain")
    if original is not None:
        parts = (body, mime_parts.original_part(original))
        body = mime_parts.multipart("mixed", parts, _boundary(mark, "mixed"))
    return Frozen(
        raw=_mail(headers, body),
        message_id=message_id,
        envelope_from=envelope_from or sender.address,
        envelope_to=to,
    )


def _mark(key: str, recipient: str, now: datetime, secret: bytes) -> str:
    if now.tzinfo is None:
        raise ValueError("now must be an aware instant")
    spoken = "\0".join((key, recipient, str(int(now.timestamp() * 1000))))
    return blake2b(spoken.encode(), digest_size=DIGEST_OCTETS, key=secret).hexdigest()


def _boundary(mark: str, purpose: str) -> str:
    return f"=_{purpose}_{mark}"


def _trace(message_id: str, references: Sequence[str], now: datetime) -> list[str]:
    """Return Date, Message-ID and the thread: its root and its last members."""
    kept = list(references)
    if len(kept) > REFERENCES_MAX:
        kept = [kept[0], *kept[-(REFERENCES_MAX - 1) :]]
    thread = []
    if kept:
        thread = [
            mime_parts.ids_header("In-Reply-To", kept[-1:]),
            mime_parts.ids_header("References", kept),
        ]
    return [
        f"Date: {format_datetime(now)}",
        mime_parts.ids_header("Message-ID", [message_id]),
        *thread,
    ]


def _letter_body(rendered: RenderedLetter, attachments: Sequence[Attachment], mark: str) -> Part:
    html = mime_parts.text_part(rendered.html, "html")
    if rendered.images:
        images = (mime_parts.inline_image(image.name, image.png) for image in rendered.images)
        html = mime_parts.multipart("related", (html, *images), _boundary(mark, "related"))
    text = mime_parts.text_part(rendered.text, "plain")
    body = mime_parts.multipart("alternative", (text, html), _boundary(mark, "alternative"))
    if not attachments:
        return body
    files = (mime_parts.attachment_part(attachment) for attachment in attachments)
    return mime_parts.multipart("mixed", (body, *files), _boundary(mark, "mixed"))


def _mail(headers: Sequence[str], body: Part) -> bytes:
    lines = "\r\n".join((*headers, "MIME-Version: 1.0")).encode("ascii")
    return lines + b"\r\n" + body.octets
