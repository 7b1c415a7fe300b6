"""What is known of a mail before it is read: its content key, and its sender at a glance.

The content key is the SHA-256 of the bytes without the headers that a delivery adds or changes
(VOLATILE). A mail without a Message-ID is compared as it is: two short replies must never
become one.
"""

from __future__ import annotations

import hashlib

from daemon.store import mapping

SENDER_OCTETS_MAX = 1_000
HEAD_OCTETS_MAX = 262_144
VOLATILE = frozenset(
    b"received x-received return-path delivered-to x-delivered-to x-original-to envelope-to "
    b"x-envelope-to x-envelope-from delivery-date authentication-results received-spf status "
    b"x-status x-keywords x-uid x-tuid x-mozilla-status x-mozilla-status2 lines "
    b"x-forwarded-encrypted".split()
)
VOLATILE_PREFIXES = (
    b"arc-",
    b"x-spam-",
    b"x-google-",
    b"x-gm-",
    b"x-ms-exchange-",
    b"x-microsoft-antispam",
    b"x-forefront-",
    b"x-dovecot-",
)


def content_key(raw: bytes) -> str:
    """Return the SHA-256 (hexadecimal) of a mail without its volatile trace headers."""
    end = min((at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0), default=-1)
    head, body = (raw, b"") if end < 0 else (raw[:end], raw[end:])
    digest = hashlib.sha256()
    has_message_id = is_kept = False
    for line in head.splitlines(keepends=True):
        if line[:1] not in b" \t":
            name = line.partition(b":")[0].strip().lower()
            has_message_id = has_message_id or name == b"message-id"
            is_kept = name not in VOLATILE and not name.startswith(VOLATILE_PREFIXES)
        if is_kept:
            digest.update(line.rstrip(b"\r\n") + b"\n")
    if not has_message_id:
        return hashlib.sha256(raw).hexdigest()
    digest.update(body)
    return digest.hexdigest()


def sender_of(raw: bytes) -> str:
    """Return the address of the From header at a glance, for turns only; reading finds the true
    one. Empty where there is none in sight."""
    end = min((at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0), default=-1)
    head = b"\n" + (raw if end < 0 else raw[:end])[:HEAD_OCTETS_MAX].lower()
    at = head.find(b"\nfrom:")
    if at < 0:
        return ""
    value = head[at + 6 : at + 6 + SENDER_OCTETS_MAX].replace(b"\n ", b" ").replace(b"\n\t", b" ")
    line = value.split(b"\n", 1)[0].decode("ascii", "replace")
    shown = line.rpartition("<")[2].partition(">")[0] if "<" in line else line
    return mapping.clean(" ".join(shown.split()))[:SENDER_OCTETS_MAX]
