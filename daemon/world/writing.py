"""How mails of the story look on the wire: replies with a quote, automatic mail, bounces.

Bytes only: what is said comes from `words.py`, when and by whom from `people.py`.
"""

from __future__ import annotations

import email.policy
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime

from daemon.world.post import HEADERS, HOSTNAME, Carried
from daemon.world.words import Said

WIRE = email.policy.SMTP.clone(max_line_length=998, header_factory=HEADERS)
AUTOMATIC_HEADERS = {
    Said.ABSENCE: {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    Said.TICKET: {"Auto-Submitted": "auto-generated", "Precedence": "auto_reply"},
}
AUTOMATIC_SUBJECTS = {
    Said.ABSENCE: {"en": "Automatic reply: {}", "de": "Automatische Antwort: {}"},
    Said.TICKET: {"en": "Ticket received: {}", "de": "Ticket eingegangen: {}"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who writes: address, display name, language (`en` or `de`)."""

    address: str
    name: str
    language: str


def new_mail(sender: Speaker, to: str, subject: str, at: datetime) -> EmailMessage:
    """Start a mail; its Message-ID follows from what it says."""
    message = EmailMessage(policy=WIRE)
    domain = sender.address.rpartition("@")[2]
    spoken = f"{sender.address}|{to}|{subject}|{at.isoformat()}"
    identity = hashlib.blake2b(spoken.encode(), digest_size=12).hexdigest()
    message["From"] = f'"{sender.name}" <{sender.address}>'
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{identity}@{domain}>"
    return message


def reply(letter: Carried, sender: Speaker, said: Said, text: str, at: datetime) -> bytes:
    """Answer a mail of ours as a mail program does: to its Reply-To, quoting it.

    Automatic mail quotes nothing and says in its headers what it is.
    """
    original = letter.message()
    subject = str(original["Subject"])
    wording = AUTOMATIC_SUBJECTS.get(said)
    titled = wording[sender.language].format(subject) if wording else f"Re: {subject}"
    message = new_mail(sender, str(original["Reply-To"] or original["From"]), titled, at)
    message["In-Reply-To"] = f"<{letter.message_id}>"
    message["References"] = f"<{letter.message_id}>"
    for name, content in AUTOMATIC_HEADERS.get(said, {}).items():
        message[name] = content
    if said in AUTOMATIC_HEADERS:
        message.set_content(f"{text}\n")
        return message.as_bytes(policy=WIRE)
    body = original.get_body(("plain",))
    lines = body.get_content().splitlines() if body is not None else []
    quoted = "".join(f"> {line}\n" for line in lines)
    sent_at = parsedate_to_datetime(str(original["Date"]))
    if sender.language == "de":
        opening = f"Am {sent_at:%d.%m.%Y} um {sent_at:%H:%M} schrieb {original['From']}:"
    else:
        opening = f"On {sent_at:%Y-%m-%d} at {sent_at:%H:%M}, {original['From']} wrote:"
    message.set_content(f"{text}\n\n{opening}\n{quoted}")
    return message.as_bytes(policy=WIRE)


def stray(sender: Speaker, to: str, subject: str, text: str, at: datetime) -> bytes:
    """Write a mail that answers nothing."""
    message = new_mail(sender, to, subject, at)
    message.set_content(f"{text}\n")
    return message.as_bytes(policy=WIRE)


def bounce(letter: Carried, at: datetime, refusal: str = "550 5.1.1 no such user here") -> bytes:
    """Write what the relay says when the recipient's server refuses a mail (RFC 3464).

    Args:
        letter: The mail that comes back.
        at: When.
        refusal: Code, enhanced status and words of the recipient's server.
    """
    recipient = letter.envelope_to[0]
    status = refusal.split()[1]
    identity = hashlib.blake2b(letter.message_id.encode(), digest_size=12).hexdigest()
    lines = (
        f"From: Mail Delivery System <MAILER-DAEMON@{HOSTNAME}>",
        f"To: {letter.envelope_from}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        "Auto-Submitted: auto-replied",
        f"Message-ID: <{identity}@{HOSTNAME}>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=returned",
        "",
        "--returned",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is the mail system. Your message could not be delivered.",
        "",
        f"<{recipient}>: host mail.{recipient.rpartition('@')[2]} said: {refusal}",
        "",
        "--returned",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {HOSTNAME}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {refusal}",
        "",
        "--returned",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{letter.message_id}>",
        f"To: {recipient}",
        "",
        "--returned--",
        "",
    )
    return "\r\n".join(lines).encode("ascii")
