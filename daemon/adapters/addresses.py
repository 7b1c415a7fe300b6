"""E-mail addresses from foreign files: one normal form, or a sentence that says what is wrong.

Syntax only, by email-validator; whether the domain takes mail is learned from the first letter.
The normal form is NFC with a lower-cased domain in its ASCII form (A-labels), so equal mailboxes
compare equal, look-alikes do not, and every header and relay can carry it.
"""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

ADDRESS_LENGTH_MAX = 254
# A list in one cell, as accounting programs write it. A comma or semicolon inside a quoted
# local part is legal mail syntax and unheard of in a ledger.
LIST_SEPARATORS = re.compile(r"[;,|\s]+")
DISPLAY_FORM = re.compile(r"[^<>]*<([^<>]+)>")
# Plain addresses, which are nearly all: ASCII, dot-atom, no punycode, an everyday top domain.
# email-validator accepts every one of them as it stands (a test holds the two together) and
# takes 80 microseconds to say so, which a ledger of many debtors feels.
PLAIN = re.compile(
    r"(?=.{6,100}\Z)([A-Za-z0-9_]{1,30}(?:[.+-][A-Za-z0-9_]{1,15}){0,2})"
    r"@((?:[A-Za-z0-9]{1,30}(?:-[A-Za-z0-9]{1,30})?\.){1,3}"
    r"(?:com|org|net|de|at|ch|fr|es|it|nl|be|pl|pt|eu|uk|us|example))"
)
# Reserved for examples and tests (RFC 2606); real ledgers never hold them, demonstrations do.
TEST_DOMAINS = (".test",)


def normalise_address(text: str) -> str:
    """Return the normal form of one address: NFC, lower-cased ASCII domain.

    Accepts `Name <address>` and `mailto:address`, as spreadsheets hold them.

    Raises:
        ValueError: Not an address; the message is a sentence for a clerk.
    """
    bare = text.strip()
    if plain := PLAIN.fullmatch(bare):
        return f"{plain[1]}@{plain[2].lower()}"
    display = DISPLAY_FORM.fullmatch(bare)
    if display is not None:
        bare = display.group(1).strip()
    if bare[:7].casefold() == "mailto:":
        bare = bare[7:]
    if not bare:
        raise ValueError("the e-mail address is empty")
    if len(bare) > ADDRESS_LENGTH_MAX:
        raise ValueError(f"the e-mail address is longer than {ADDRESS_LENGTH_MAX} characters")
    is_test = bare.casefold().endswith(TEST_DOMAINS)
    try:
        found = validate_email(bare, check_deliverability=False, test_environment=is_test)
    except EmailNotValidError as error:
        raise ValueError(f"{bare!r} is not an e-mail address: {error}") from error
    if found.ascii_email is None:
        raise ValueError(
            f"{bare!r} is an e-mail address that few servers take: letters beyond a-z stand "
            "before the @. Ask for another one"
        )
    return found.ascii_email


def split_addresses(text: str) -> tuple[str, ...]:
    """Split a cell that lists several addresses; `Name <address>` forms stay whole."""
    if "<" in text:
        return tuple(part.strip() for part in re.split(r"(?<=>)[;,\s]+", text) if part.strip())
    return tuple(part for part in LIST_SEPARATORS.split(text) if part)
