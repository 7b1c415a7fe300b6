"""Bounces: which address failed, and for good or for now.

Fields first (RFC 3464), then flufl.bounce for what old servers write, then phrases. Hard or
soft is what it means for the address: by the class of the enhanced code, then the SMTP code,
then words. A delay is no failure; 5.7.x is a refusal of us, not of the address.
"""

from __future__ import annotations

import re
from email.errors import MessageError
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from typing import Final

from flufl.bounce import all_failures

from parsers import bounce_phrases as phrases
from parsers import limits
from parsers.addresses import mailboxes, message_ids, normalise
from parsers.delivery_status import STATUS, RecipientStatus, read_status
from parsers.headers import every, first, read_fields, split_block
from parsers.mime import Decoded
from parsers.reading import BounceFact
from parsers.trim import split_reply

_FLUFL_OCTETS_MAX: Final = 60_000
_FLUFL_LINES_MAX: Final = 1_000
# Some of its expressions are quadratic in a line.
_FLUFL_LINE_OCTETS_MAX: Final = 500
_RETURNED_OCTETS_MAX: Final = 200_000
_SENDER_OCTETS_MAX: Final = 1_000
_LOOK_CHARACTERS: Final = 12_000
_STATUS_TYPES: Final = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES: Final = ("message/rfc822", "text/rfc822-headers", "message/global-headers")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9_.+=&'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
# A report shows the address on a line of its own, or behind the name of a field; people write
# it into a sentence.
_OWN_LINE: Final = re.compile(
    r"(?im)^(?:[^\w\n]{0,12}|.{0,40}\bsmtp:|.{0,40}[a-zà-ž] ?: ?<?)"
    r"([A-Za-z0-9_.+=&'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)"
    r"(?=[>\]:,.)]{0,3}[ \t]*(?:\(.*|\[.*|:.*)?$)"
)
_RETURNED_ID: Final = re.compile(
    r"(?im)^[ \t>|]{0,8}message-id:[ \t]{0,4}(?:\n[ \t]{1,4})?<?([^<>\s]{3,500})>?"
)
_SAID_CODE: Final = re.compile(
    r"(?:said|returned|response|reason|error|reply|status|smtp|code|<<<|[:;(\[#])[:; ]{0,3}"
    r"([45])[0-5]\d(?:[ -](?=[^\d\s]|[45]\.\d)|$)"
)
_SMTP_CODE: Final = re.compile(
    r"(?<![\d.+/-])(?<!\) )([45])[0-5]\d"
    r"(?![ -](?:minute[sn]?|hours?|days?|sec(?:onds)?|weeks?|stunden|tage|kb|mb|bytes|mails"
    r"|messages|attempts|times|eur)\b)"
    r"(?:[ -](?=[^\d\s]|[45]\.\d)|$)"
)
_IN_TEXT: Final = re.compile(r"(?im)^final-recipient: ?\S")
_SEVEN_BIT: Final = bytes(range(128)) + b"?" * 128
_SPACE: Final = re.compile(r"\s+")


def looks_like_bounce(decoded: Decoded) -> bool:
    """Tell whether sender, subject and shape are those of a delivery report.

    A mail from a daemon needs the subject or the words of a report. Any other sender needs
    the words and a technical sign in them, in what it says itself: a person who forwards a
    bounce, or tells that a delivery failed, sends none.
    """
    if decoded.report_type == "delivery-status" or _has_status_part(decoded):
        return True
    headers = decoded.headers
    if first(headers, "X-Failed-Recipients"):
        return True
    sender = " ".join(every(headers, "From", "Sender")[:3]).lower()
    subject = first(headers, "Subject").lower()
    is_null = _is_null(every(headers, "Return-Path"))
    is_subject = any(map(subject.__contains__, phrases.SUBJECTS))
    is_daemon = any(map(sender.__contains__, phrases.DAEMONS))
    is_answer = subject.startswith(phrases.ANSWERED)
    if is_answer and first(headers, "In-Reply-To"):
        return False
    if is_daemon:
        is_sure = any(word in sender for word in phrases.SURE_DAEMONS)
        return is_sure or is_subject or _is_failure(_collapse(decoded.text[:_LOOK_CHARACTERS]))
    if not is_null and not is_subject:
        return False
    split = split_reply(decoded.text[:_LOOK_CHARACTERS])
    words = f"{split.new_text}\n{split.signature}"
    folded = _collapse(words)
    is_named = any(each.lower() not in sender for each in _OWN_LINE.findall(words)[:20])
    is_coded = STATUS.search(words) is not None or _SAID_CODE.search(folded) is not None
    is_enclosed = any(part.content_type in _RETURNED_TYPES for part in decoded.parts)
    is_servers = any(word in folded for word in phrases.SERVERS)
    is_proven = is_named or (not is_answer and (is_coded or is_null or is_enclosed or is_servers))
    return is_proven and _is_failure(folded)


def _is_null(paths: tuple[str, ...]) -> bool:
    return any(path.strip() in ("<>", "<MAILER-DAEMON>", "<#@[]>") for path in paths)


def _is_failure(words: str) -> bool:
    return bool([word for word in (*phrases.FAILURES, *phrases.DELAYS) if word in words])


def read_bounce(decoded: Decoded, raw: bytes) -> BounceFact | None:
    """Read a delivery report.

    Args:
        decoded: The mail taken apart.
        raw: Its bytes, for the detectors of flufl.bounce.

    Returns:
        The failure or delay, or None if the mail is no report of either. `recipients` may be
        empty where the report names nobody.
    """
    states = [
        state
        for part in decoded.parts
        if part.content_type in _STATUS_TYPES
        for state in read_status(part.text)
    ]
    if not states and _IN_TEXT.search(decoded.text[:_LOOK_CHARACTERS]):
        # A report whose parts were flattened into text still shows its fields.
        states = list(read_status(decoded.text)) if looks_like_bounce(decoded) else []
    failed = [state for state in states if state.is_failed]
    delayed = [state for state in states if state.is_delayed]
    if failed or delayed:
        ids = _returned_ids(decoded, raw)
        return _of_fields(failed or delayed, ids, is_delayed=not failed)
    if states and all(state.action for state in states):
        return None
    if not looks_like_bounce(decoded):
        return None
    return _of_words(decoded, raw, _returned_ids(decoded, raw))


def _of_fields(
    states: list[RecipientStatus], ids: tuple[str, ...], *, is_delayed: bool
) -> BounceFact:
    chosen = next((state for state in states if state.status), states[0])
    words = _collapse(chosen.diagnostic)
    return BounceFact(
        recipients=tuple(dict.fromkeys(state.recipient for state in states)),
        is_hard=not is_delayed and _is_hard(chosen.status, words, is_soft_hint=False),
        status=chosen.status,
        is_delayed=is_delayed,
        is_policy=_is_policy(chosen.status, words),
        original_message_ids=ids,
        diagnostic=chosen.diagnostic,
    )


def _of_words(decoded: Decoded, raw: bytes, ids: tuple[str, ...]) -> BounceFact | None:
    text = _report_text(decoded)
    words = _collapse(f"{first(decoded.headers, 'Subject')} {text}")
    soft, hard = _flufl(raw)
    named = mailboxes(first(decoded.headers, "X-Failed-Recipients").encode("utf-8", "replace"))
    recipients = tuple(box.address for box in named) or (*hard, *soft)
    if not recipients:
        recipients = _addresses_in(text, decoded)
    is_failure = _is_failure(words)
    sender = first(decoded.headers, "From").lower()
    is_sure = any(word in sender for word in phrases.SURE_DAEMONS)
    is_sure = is_sure or decoded.report_type == "delivery-status"
    if not recipients and not is_failure and not is_sure:
        return None
    status = _status_in(text)
    is_soft_hint = bool(soft) and not hard
    is_delayed = any(word in words for word in phrases.DELAYS) and not status.startswith("5")
    return BounceFact(
        recipients=tuple(dict.fromkeys(recipients))[: limits.RECIPIENTS_MAX],
        is_hard=not is_delayed and _is_hard(status, words, is_soft_hint=is_soft_hint),
        status=status,
        is_delayed=is_delayed,
        is_policy=_is_policy(status, words),
        original_message_ids=ids,
        diagnostic=_diagnostic(text),
    )


def _status_in(text: str) -> str:
    """Return the first code of a failure or delay in words; a program's version is none."""
    for matched in STATUS.finditer(text):
        before = text[max(0, matched.start() - 12) : matched.start()].lower().rstrip(" (/-v")
        is_version = before.endswith(("version", "release", "server", "build", "postfix", "exim"))
        if matched.group(1) != "2" and not is_version:
            return matched.group(0)
    return ""


def _is_hard(status: str, words: str, *, is_soft_hint: bool) -> bool:
    if status:
        return status.startswith("5")
    matched = _SAID_CODE.search(words) or _SMTP_CODE.search(words)
    if matched is not None:
        return matched.group(1) == "5"
    if is_soft_hint:
        return False
    if any(word in words for word in phrases.FULL):
        return False
    if any(word in words for word in phrases.HARD):
        return True
    return not any(word in words for word in phrases.TEMPORARY)


def _is_policy(status: str, words: str) -> bool:
    if status and status not in ("5.0.0", "4.0.0", "5.5.0"):
        return status.split(".")[1] == "7"
    is_named = any(word in words for word in ("user unknown", "no such user", "does not exist"))
    return not is_named and any(word in words for word in phrases.POLICY)


def _flufl(raw: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ask flufl.bounce for temporarily and permanently failed addresses.

    Its detectors index, unpack and decode odd mails without care, so the errors that such
    code raises on foreign bytes are contained here: the mail then has no answer from it. A
    mistake of another kind stays loud.
    """
    try:
        message = BytesParser(policy=compat32).parsebytes(_made_safe(raw[:_FLUFL_OCTETS_MAX]))
        soft, hard = all_failures(message)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        RecursionError,
        StopIteration,
        MessageError,
    ):
        return (), ()
    return _addresses(soft), _addresses(hard)


def _made_safe(raw: bytes) -> bytes:
    """Take away what most of its detectors trip over: odd header lines and an unreadable From."""
    block, body = split_block(raw)
    fields, _ = read_fields(block)
    sender = next((value for name, value in fields if name.lower() == "from"), b"")
    # Asked as its detectors ask, which is slow for long values and finds nothing in odd ones.
    is_readable = len(sender) < _SENDER_OCTETS_MAX and getaddresses([sender.decode("latin-1")])
    missing = b"" if is_readable else b"From: <nobody@invalid.invalid>\n"
    lines = [name.encode("ascii") + b": " + value for name, value in fields]
    kept = body.split(b"\n", _FLUFL_LINES_MAX)[:_FLUFL_LINES_MAX]
    body = b"\n".join(line[:_FLUFL_LINE_OCTETS_MAX] for line in kept)
    return missing + b"\n".join(lines).translate(_SEVEN_BIT) + b"\n\n" + body


def _addresses(found: object) -> tuple[str, ...]:
    if not isinstance(found, (set, frozenset)):
        return ()
    texts = [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in found
    ]
    return tuple(sorted(address for address in map(normalise, texts) if address))


def _has_status_part(decoded: Decoded) -> bool:
    return any(part.content_type in _STATUS_TYPES for part in decoded.parts)


def _report_text(decoded: Decoded) -> str:
    """Return what the server says, without the mail that it returns."""
    text = decoded.text[:_LOOK_CHARACTERS]
    low = text.lower()
    ends = [low.find(word, 200) for word in phrases.ORIGINALS]
    found = [end for end in ends if end > 0]
    return text[: min(found)] if found else text


def _addresses_in(text: str, decoded: Decoded) -> tuple[str, ...]:
    strangers = {
        box.address.lower()
        for name in ("From", "To", "Cc", "Reply-To")
        for value in every(decoded.headers, name)[:5]
        for box in mailboxes(value.encode("utf-8", "replace"))
    }
    # On a line of its own first: that is how servers show whom they mean.
    shown = (*_OWN_LINE.findall(text), *_ADDRESS.findall(text))[: limits.RECIPIENTS_MAX]
    found = [normalise(each) for each in shown]
    good = [
        each for each in found if each and each.lower() not in strangers and not _is_daemon(each)
    ]
    return tuple(dict.fromkeys(good))[:1]


def _is_daemon(address: str) -> bool:
    return address.lower().startswith(("mailer-daemon@", "postmaster@", "abuse@", "support@"))


def _returned_ids(decoded: Decoded, raw: bytes) -> tuple[str, ...]:
    own = {each for value in every(decoded.headers, "Message-ID") for each in message_ids(value)}
    texts = [part.text for part in decoded.parts if part.content_type in _RETURNED_TYPES]
    for text in (
        *texts,
        decoded.text,
        split_block(raw[:_RETURNED_OCTETS_MAX])[1].decode("latin-1"),
    ):
        found = [each for each in _RETURNED_ID.findall(text[:100_000])[:10] if each not in own]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _diagnostic(text: str) -> str:
    for line in text.split("\n")[:400]:
        if STATUS.search(line) or _SMTP_CODE.search(line.strip()):
            return line.strip()[: limits.DIAGNOSTIC_CHARACTERS_MAX]
    return ""


def _collapse(text: str) -> str:
    return _SPACE.sub(" ", text.lower().replace("’", "'"))
