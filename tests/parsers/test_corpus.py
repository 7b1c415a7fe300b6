"""The corpus: whole mails, each with what reading must find in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parsers.automatic import automatic
from parsers.bounces import read_bounce
from parsers.identify import identify
from parsers.mime import decode
from parsers.reading import Context
from parsers.trim import split_reply

CORPUS = Path(__file__).parent.parent / "corpus"
MAILS = sorted(CORPUS.glob("*.eml"))


def test_every_mail_has_its_expectation() -> None:
    """Mails and expectations come in pairs."""
    assert {path.stem for path in CORPUS.glob("*.json")} == {path.stem for path in MAILS}
    assert MAILS


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_mail_of_the_corpus(path: Path) -> None:
    """A whole mail reads as its expectation says."""
    raw = path.read_bytes()
    expected: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))

    identity = identify(raw, Context())
    decoded = decode(raw)
    kind, _ = automatic(decoded, identity)
    bounce = read_bounce(decoded, raw)
    new_text = split_reply(decoded.text).new_text

    assert expected["from_address"] == identity.from_address
    assert set(expected["tokens"]) <= set(identity.tokens)
    assert expected["automatic"] == kind
    assert expected["new_text"] in (None, new_text)
    assert expected["attachments"] == [each.name for each in decoded.attachments]
    assert expected["html_hidden"] == decoded.html_hidden
    assert (expected["bounce"] is None) == (bounce is None)
    for field, value in (expected["bounce"] or {}).items():
        found = getattr(bounce, field)
        assert value == (list(found) if isinstance(found, tuple) else found)
