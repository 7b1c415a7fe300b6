"""Limits of reading: how much of a foreign mail is looked at.

Every loop over foreign bytes is bounded by one of these. What lies beyond is cut, never an
error; the cut is told as a `Defect`. Octets are bytes, characters are code points.
"""

from __future__ import annotations

from typing import Final

HEADERS_MAX: Final = 1_000
HEADER_BLOCK_OCTETS_MAX: Final = 256 * 1024
HEADER_OCTETS_MAX: Final = 64 * 1024
DEPTH_MAX: Final = 20
PARTS_MAX: Final = 500
CONTAINERS_MAX: Final = 150
TEXT_CHARACTERS_MAX: Final = 200_000
TEXT_LINES_MAX: Final = 10_000
LINE_CHARACTERS_MAX: Final = 2_000
HTML_CHARACTERS_MAX: Final = 2_000_000
HTML_NODES_MAX: Final = 200_000
HTML_DEPTH_MAX: Final = 400
ADDRESSES_MAX: Final = 500
REFERENCES_MAX: Final = 50
REFERENCES_CHARACTERS_MAX: Final = 8 * 1024
TOKENS_MAX: Final = 50
ATTACHMENTS_MAX: Final = 100
TABLE_OCTETS_MAX: Final = 5_000_000
ATTACHMENT_NAME_OCTETS_MAX: Final = 120
RECIPIENTS_MAX: Final = 100
DIAGNOSTIC_CHARACTERS_MAX: Final = 500
DETECTION_OCTETS_MAX: Final = 32 * 1024
FRAME_OCTETS_MAX: Final = 64 * 1024 * 1024
