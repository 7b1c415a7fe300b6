"""The text of a mail as it goes over the wire after DATA. Source: RFC 5321, section 4.5.2."""

from __future__ import annotations

import re

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


def dotted(raw: bytes) -> bytes:
    """Return the body as it goes over the wire: CRLF ends, dots stuffed, the final dot."""
    body = raw if _is_canonical(raw) else _LINE_END.sub(b"\r\n", raw)
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    return _LEADING_DOT.sub(b"..", body) + b".\r\n"


def _is_canonical(raw: bytes) -> bool:
    ends = raw.count(b"\r\n")
    return raw.count(b"\r") == ends and raw.count(b"\n") == ends
