"""Tokens at rest: tables hold digests of them, and a database is opened under its own key only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daemon.errors import ConfigError
from daemon.ports import OutgoingStage
from daemon.store import open_store
from daemon.store.backup import copy_database
from daemon.store.database import open_database
from tests.core import builders as core
from tests.store.builders import NOW, change, forward, opened, planned
from tests.store.first_release import TOKENS, column, make_first
from tests.store.writing import SECRET

OTHER_SECRET = b"a key that somebody typed anew"


async def test_no_token_is_in_the_database_its_log_or_a_backup(tmp_path: Path) -> None:
    """
    Twenty-one mails wait, and a command has used a token: none of these tokens is in any file of
    the database or in a copy of it. A mail that left is kept as it left, with its token.
    """
    url, copy = f"sqlite:///{tmp_path}/duly.db", tmp_path / "copy.db"
    store = await open_store(url, secret=SECRET)
    opening = opened("4711", core.invoice("A-1", "2026-06-08", 1200))
    await store.commit([opening], NOW)
    await store.commit([planned(len(opening.events))], NOW)
    await store.put_outgoing([forward(f"f-{n}") for n in range(20)], NOW)
    tokens = [row.reply_token for row in await store.outgoing_in(OutgoingStage.QUEUED)]
    used = replace(change(len(opening.events) + 1), use_token=tokens[-1])
    await store.commit([used], NOW)
    copy_database(tmp_path / "duly.db", copy)
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.db*")}
    is_used = await store.is_token_used(tokens[-1].upper())
    await store.close()

    assert {"copy.db", "duly.db", "duly.db-wal"} <= set(written)
    assert b"f-19" in written["copy.db"]
    assert 21 == len(set(tokens))
    assert [] == [
        (name, token)
        for token in tokens
        for name, octets in written.items()
        if token.encode() in octets.lower()
    ]
    assert is_used


@pytest.mark.parametrize("is_readonly", [False, True], ids=["to write", "to look"])
@pytest.mark.parametrize("release", ["first", "now"])
async def test_another_signing_key_is_refused_before_anything_is_written(
    database_url: str, release: str, is_readonly: bool
) -> None:
    """
    A lost or retyped key would make every reply a stranger's. So nothing opens: the sentence
    names the file, and schema and tokens stay as they were, of this release or an earlier one.
    """
    await make_first(database_url)
    if release == "now":
        await (await open_store(database_url, secret=SECRET)).close()
    before = await column(database_url, release, TOKENS)
    with pytest.raises(ConfigError, match=r"another signing key.*secrets\.toml"):
        await open_store(database_url, secret=OTHER_SECRET, is_readonly=is_readonly)

    assert before == await column(database_url, release, TOKENS)


async def test_a_database_without_mail_knows_its_key_too(database_url: str) -> None:
    """The mark is made with the database; the ids of kept mails hang on the key as well."""
    await (await open_store(database_url, secret=SECRET)).close()
    with pytest.raises(ConfigError, match="another signing key"):
        await open_store(database_url, secret=OTHER_SECRET)
    again = await open_store(database_url, secret=SECRET)
    await again.close()

    assert not again.refolded.left


async def test_tokens_in_clear_are_not_looked_at_before_they_are_digested(
    database_url: str,
) -> None:
    """Between the schema and the digests an upgrade may be killed: who only looks is told."""
    await make_first(database_url)
    await (await open_database(database_url, is_readonly=False)).close()
    with pytest.raises(ConfigError, match=r"run\.py upgrade"):
        await open_store(database_url, secret=SECRET, is_readonly=True)
    await (await open_store(database_url, secret=SECRET)).close()
    reader = await open_store(database_url, secret=SECRET, is_readonly=True)
    found = await reader.outgoing("f-1")
    await reader.close()

    assert found is not None
