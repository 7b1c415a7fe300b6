"""Automatic: whether a machine wrote the mail, and of which kind. (First working version.)"""

from __future__ import annotations

from parsers.mime import Decoded
from parsers.reading import Automatic, Identity


def automatic(decoded: Decoded, identity: Identity) -> tuple[Automatic, str]:
    """Judge a mail; returns the kind and a sentence why."""
    if decoded.report_type == "delivery-status":
        return Automatic.BOUNCE, "it is a delivery report"
    if identity.is_automatic_by_headers:
        return Automatic.AUTO_REPLY, "its headers say that a machine wrote it"
    return Automatic.NONE, "nothing says that a machine wrote it"
