"""Authentication: what our own border says about the From domain, and nobody else.

Only an Authentication-Results header whose authserv-id we are told is ours, and which stands
above the first Received header of a foreign host, is believed; of several the topmost, since
a border writes above what the sender wrote. Linear, total, no look-ups.
Source: RFC 8601 sections 2.2 and 5, RFC 7489 section 3.1 (alignment).
"""

from __future__ import annotations

import re
from typing import Final

from parsers import limits
from parsers.headers import Headers
from parsers.reading import AuthVerdict

_BY: Final = re.compile(r"(?i)(?:^|\s)by\s+([^\s;()]{1,255})")
_RESULT: Final = re.compile(r"(?i)^\s*([a-z0-9-]{1,40})(?:/\d{1,3})?\s*=\s*([a-z]{1,20})")
_PROPERTY: Final = re.compile(r"(?i)(?:^|\s)([a-z]{1,20}\.[a-z0-9_-]{1,40})\s*=\s*([^\s;]{1,400})")


def verdict(headers: Headers, from_address: str, authserv_ids: tuple[str, ...]) -> AuthVerdict:
    """Judge the From domain by our own Authentication-Results.

    Args:
        headers: All headers in the order of the mail.
        from_address: The one From address, normalised; "" if there is not exactly one.
        authserv_ids: Names of our border servers; empty = nothing is believed.

    Returns:
        PASS for dmarc=pass or an aligned dkim=pass, FAIL for dmarc=fail in any of ours,
        else NONE.
    """
    domain = from_address.rpartition("@")[2].lower()
    ours = _ours(headers, frozenset(name.lower().rstrip(".") for name in authserv_ids if name))
    if not ours or not domain:
        return AuthVerdict.NONE
    if any(method == "dmarc" and result == "fail" for each in ours for method, result, _ in each):
        return AuthVerdict.FAIL
    for method, result, named in ours[0]:
        if result != "pass":
            continue
        if method == "dmarc" and _same(named.get("header.from", domain), domain):
            return AuthVerdict.PASS
        signer = named.get("header.d") or named.get("header.i", "").rpartition("@")[2]
        if method == "dkim" and is_aligned(signer, domain):
            return AuthVerdict.PASS
    return AuthVerdict.NONE


_Result = tuple[str, str, dict[str, str]]


def _ours(headers: Headers, ids: frozenset[str]) -> list[list[_Result]]:
    found: list[list[_Result]] = []
    for key, value in headers:
        name = key.lower()
        if name == "received" and _is_foreign(value, ids):
            break
        if name != "authentication-results":
            continue
        pieces = _without_comments(value).split(";")
        server = pieces[0].split()[0].lower().rstrip(".") if pieces[0].split() else ""
        if server in ids:
            found.append([_result(piece) for piece in pieces[1:100]])
    return found


def _result(piece: str) -> _Result:
    matched = _RESULT.match(piece)
    if matched is None:
        return "", "", {}
    named = {key.lower(): value.strip('"<>').lower() for key, value in _PROPERTY.findall(piece)}
    return matched.group(1).lower(), matched.group(2).lower(), named


def _without_comments(value: str) -> str:
    kept: list[str] = []
    depth = 0
    is_quoted = False
    for character in value[: limits.HEADER_OCTETS_MAX]:
        if character == '"' and not depth:
            is_quoted = not is_quoted
        if is_quoted:
            # A quoted ";" parts nothing; values with one are never what we look for.
            kept.append(" " if character == ";" else character)
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(character)
    return "".join(kept)


def _is_foreign(received: str, ids: frozenset[str]) -> bool:
    matched = _BY.search(_without_comments(received))
    host = matched.group(1).lower().strip("[].") if matched else ""
    if not host or "." not in host or ":" in host or host.replace(".", "").isdecimal():
        return False
    return not any(organisation(host) == organisation(name) for name in ids)


def organisation(domain: str) -> str:
    """Return the registrable part of a domain, near enough without a list of suffixes."""
    labels = domain.strip(".").lower().split(".")
    is_double = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if is_double else labels[-2:])


def is_aligned(signer: str, domain: str) -> bool:
    """Tell whether a signing domain is aligned (relaxed) with the From domain."""
    return bool(signer) and organisation(signer) == organisation(domain)


def _same(one: str, other: str) -> bool:
    return one.rpartition("@")[2] == other
