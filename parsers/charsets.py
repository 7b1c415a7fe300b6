"""Charsets: bytes become text whatever the sender claims about them.

Order: the declared charset, UTF-8, detection, Windows-1252. Never raises. Codecs that are no
charsets (zlib, rot13, idna) are never used: some are slow, some expand without limit.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from parsers import limits

_ALIASES: Final = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_2",
    "cp-850": "cp850",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
_SHORT_OCTETS: Final = 48
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_WIDE: Final = re.compile("[^\x00-\x7f]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_CHARSETS: Final = frozenset(
    {
        "idna",
        "punycode",
        "undefined",
        "unicode-escape",
        "unicode_escape",
        "raw-unicode-escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
        "charmap",
    }
)
_DETECTABLE: Final = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1254",
    "iso8859_2",
    "koi8_r",
    "cp932",
    "gb18030",
    "big5",
    "cp949",
    "utf_16",
]


def codec_of(charset: str) -> str | None:
    """Return the Python codec for a charset label, or None if it names no charset."""
    label = charset.strip().strip("\"'").lower().split("*")[0]
    if not label or len(label) > 40 or not label.isascii():
        return None
    label = _ALIASES.get(label, label)
    try:
        name = codecs.lookup(label).name
        # A codec that is no charset refuses to decode; nothing at all would not ask it.
        if name in _NO_CHARSETS or not isinstance(b"a".decode(name, "ignore"), str):
            return None
    except (LookupError, ValueError, TypeError):
        return None
    return name


def decode_octets(octets: bytes, charset: str) -> tuple[str, bool]:
    """Decode text.

    Args:
        octets: Any bytes.
        charset: The label that the sender declares; may be empty or nonsense.

    Returns:
        The text, and whether it was decoded without a guess. NUL is removed, line ends are
        LF, a byte order mark is dropped.
    """
    declared = codec_of(charset)
    for codec in dict.fromkeys([declared, "utf-8"]):
        if codec is None:
            continue
        try:
            return clean(octets.decode(codec)), codec == declared or not charset
        except (UnicodeError, ValueError):
            continue
    damaged = _damaged_utf8(octets)
    return clean(_guess(octets) if damaged is None else damaged), False


def _damaged_utf8(octets: bytes) -> str | None:
    """Decode UTF-8 that was cut or damaged in a few places; None where it is something else."""
    text = octets.decode("utf-8", "replace")
    holes = text.count("\ufffd")
    wide = sum(map(len, _WIDE.findall(text[: limits.DETECTION_OCTETS_MAX]))) - holes
    is_cut = holes == 1 and text.endswith("\ufffd") and len(octets) > limits.DETECTION_OCTETS_MAX
    return text if holes * 4 <= wide or is_cut else None


def _guess(octets: bytes) -> str:
    high = len(_HIGH.findall(octets[:_SHORT_OCTETS]))
    if len(octets) <= _SHORT_OCTETS and high * 3 < len(octets):
        # Too little to detect anything: a few accents in Latin text.
        return octets.decode("cp1252", "replace")
    if octets.count(0) * 4 < len(octets):
        sample = octets[: limits.DETECTION_OCTETS_MAX]
        best = from_bytes(sample, cp_isolation=_DETECTABLE).best()
        if best is not None and best.chaos < 0.1:
            return octets.decode(best.encoding, "replace")
    return octets.decode("cp1252", "replace")


def clean(text: str) -> str:
    """Remove NUL, byte order marks and lone surrogates; make every line end LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if text.isascii():
        return text
    text = text.replace("\ufeff", "").replace("\u2028", "\n").replace("\u2029", "\n")
    if _SURROGATE.search(text):
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
