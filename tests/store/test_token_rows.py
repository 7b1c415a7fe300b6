"""Tokens at rest: tables hold digests and sealed mails, and a database opens under its key only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daemon.core.events import LetterTransmitting
from daemon.errors import ConfigError
from daemon.ports import Commit, InboxMail, MailStage, Outgoing, OutgoingStage, Placed
from daemon.store import TortoiseStore, open_store
from daemon.store.backup import copy_database
from daemon.store.database import open_database
from daemon.store.seal import seal, unseal
from daemon.store.tokens import digest_all
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.servers.postgres import Postgres
from tests.store.builders import KEY, NOW, change, forward, opened, planned
from tests.store.first_release import TOKENS, carrying, column, make_first, take_in
from tests.store.test_inbox import READING
from tests.store.writing import SECRET

OTHER_SECRET = b"a key that somebody typed anew"


def leaving(expected: int, token: str) -> Commit:
    """Return the commit with which the planned letter leaves, with its token."""
    event = LetterTransmitting(key=KEY, attempt=1)
    return replace(change(expected), events=(event,), freeze=((KEY, carrying(token, KEY)),))


def tokens_of(mail: InboxMail) -> list[str]:
    """Return the token of a kept mail that is both in its bytes and in what was read."""
    read = mail.identity.tokens if mail.identity else ()
    return [token for token in read if token.encode() in mail.raw]


def is_carrying(row: Outgoing) -> bool:
    """Tell whether a mail that left still holds its token, in text and bounce address."""
    frozen, token = row.frozen, row.reply_token
    return frozen is not None and token.encode() in frozen.raw and token in frozen.envelope_from


async def test_no_token_is_in_the_database_its_log_or_a_backup(tmp_path: Path) -> None:
    """
    Of twenty-one mails one waits, nineteen forwards and a letter left, ten are answered, half of
    the answers are settled, and a command has used a token: none of these tokens is in any file
    of the database or in a copy of it, and every mail is read as it was.
    """
    url, copy = f"sqlite:///{tmp_path}/duly.db", tmp_path / "copy.db"
    store = await open_store(url, secret=SECRET)
    opening = opened("4711", core.invoice("A-1", "2026-06-08", 1200))
    await store.commit([opening], NOW)
    await store.commit([planned(len(opening.events))], NOW)
    await store.put_outgoing([forward(f"f-{n}") for n in range(20)], NOW)
    tokens = [row.reply_token for row in await store.outgoing_in(OutgoingStage.QUEUED)]
    for number, token in enumerate(tokens[1:-1]):
        left = carrying(token, f"f-{number}")
        await store.move_outgoing(f"f-{number}", OutgoingStage.TRANSMITTING, NOW, frozen=left)
    await store.commit([leaving(len(opening.events) + 1, tokens[0])], NOW)
    answers = [await take_in(store, uid, token) for uid, token in enumerate(tokens[:10], 1)]
    for mail, token in list(zip(answers, tokens, strict=False))[:5]:
        reading = replace(READING, identity=replace(READING.identity, tokens=(token,)))
        await store.place(
            Placed(mail=mail, stage=MailStage.FILED, because="", reading=reading), [], NOW
        )
    used = replace(change(len(opening.events) + 2), use_token=tokens[-1])
    await store.commit([used], NOW)
    copy_database(tmp_path / "duly.db", copy)
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.db*")}
    read = [await store.mail(mail) for mail in answers]
    sent = await store.outgoing_in(OutgoingStage.TRANSMITTING)
    is_used = await store.is_token_used(tokens[-1].upper())
    await store.close()

    assert tokens[:10] == [token for mail in read if mail for token in tokens_of(mail)]
    assert tokens[:-1] == [row.reply_token for row in sent if is_carrying(row)]
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


async def test_an_upgrade_leaves_no_token_in_the_file(tmp_path: Path) -> None:
    """What the first release wrote in clear is overwritten where it stood, in log and copy too."""
    url, copy = f"sqlite:///{tmp_path}/duly.db", tmp_path / "copy.db"
    await make_first(url)
    tokens = [token.encode() for token in await column(url, "first", TOKENS)]
    before = (tmp_path / "duly.db").read_bytes()
    store = await open_store(url, secret=SECRET)
    copy_database(tmp_path / "duly.db", copy)
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.db*")}
    await store.close()

    assert 4 == sum(token in before for token in tokens)
    assert {"copy.db", "duly.db"} <= set(written)
    assert [] == [
        (name, token)
        for token in tokens
        for name, octets in written.items()
        if token in octets.lower()
    ]


@pytest.mark.parametrize(
    ("column_name", "changed"),
    [
        pytest.param("content", lambda held: held[:-1] + bytes([held[-1] ^ 1]), id="an octet"),
        pytest.param("content", lambda held: held[:20], id="cut off"),
        pytest.param("content", lambda _: b"Subject: x", id="in clear"),
        pytest.param("content", lambda _: seal(SECRET, b"x", "outgoing.content|f-2"), id="moved"),
        pytest.param("envelope_from", lambda _: "ar@x.test", id="an address in clear"),
        pytest.param("envelope_from", lambda held: held[:-4] + "?===", id="no base64"),
        pytest.param("envelope_from", lambda held: held[:-4] + "\u00e4===", id="no ascii"),
    ],
)
async def test_a_mail_that_was_changed_says_so_and_has_no_bytes(
    store: TortoiseStore, column_name: str, changed: Callable[[Any], bytes | str]
) -> None:
    """It does not open: the sentence names the row and secrets.toml; its neighbour opens."""
    await store.put_outgoing([forward("f-1"), forward("f-2")], NOW)
    left = carrying("rabc", "f-1")
    await store.move_outgoing("f-1", OutgoingStage.TRANSMITTING, NOW, frozen=left)

    async def change_it(session: Session) -> None:
        (row,) = await session.fetch(
            f"SELECT {column_name} AS held FROM outgoing WHERE key = 'f-1'"
        )
        await session.run(
            f"UPDATE outgoing SET {column_name} = ? WHERE key = 'f-1'", (changed(row["held"]),)
        )

    other = carrying("rxyz", "f-2")
    await store.move_outgoing("f-2", OutgoingStage.TRANSMITTING, NOW, frozen=other)
    await store._database.transactions.write(change_it)
    broken, whole = await store.outgoing_in(OutgoingStage.TRANSMITTING)
    sentence = rf"outgoing\.{column_name} of the row f-1 .*secrets\.toml"

    assert re.match(sentence, broken.broken)
    assert broken.frozen == replace(left, raw=b"", envelope_from="")
    assert ("", other) == (whole.broken, whole.frozen)


@pytest.mark.parametrize(
    ("change", "values"),
    [
        pytest.param("UPDATE mail_raw SET content = ? WHERE mail = ?", (b"x",), id="in clear"),
        pytest.param("DELETE FROM mail_raw WHERE mail = ?", (), id="gone"),
    ],
)
async def test_a_kept_mail_that_was_changed_says_so_and_the_others_open(
    store: TortoiseStore, change: str, values: tuple[bytes | str, ...]
) -> None:
    """It is never read as if it were empty, and it hides no other mail."""
    first = await take_in(store, 1, "cabc")
    second = await take_in(store, 2, "cxyz")

    async def change_it(session: Session) -> None:
        await session.run(change, (*values, first))

    await store._database.transactions.write(change_it)
    found = {mail.id: mail for mail in await store.mails_in(MailStage.KEPT, 9)}
    broken, whole = found[first], found[second]

    assert (b"", "mail") == (broken.raw, broken.broken[:4])
    assert f"of the row {first}" in broken.broken
    assert ("", True) == (whole.broken, b"cxyz" in whole.raw)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        pytest.param("UPDATE mail SET identity = ? WHERE id = ?", "seal1:x", id="identity"),
        pytest.param("UPDATE mail SET reading = ? WHERE id = ?", "{}", id="reading"),
    ],
)
async def test_a_kept_mail_whose_bytes_open_is_read_anew(
    store: TortoiseStore, change: str, value: str
) -> None:
    """What its headers said may tie it to an account by a token alone: it must not be missed."""
    mail = await take_in(store, 1, "cabc")

    async def change_it(session: Session) -> None:
        await session.run(change, (value, mail))

    await store._database.transactions.write(change_it)
    (found,) = await store.mails_in(MailStage.KEPT, 9)

    assert ("", None, None) == (found.broken, found.identity, found.reading)
    assert b"cabc" in found.raw

    await store.place(Placed(mail=mail, stage=MailStage.FILED, because="read"), (), NOW)
    settled = await store.mail(mail)

    assert settled is not None
    assert (f"of the row {mail}" in settled.broken, settled.raw) == (True, found.raw)


def test_the_same_content_has_another_seal_in_another_row() -> None:
    """And the same one in the same row: replays of a day give the same octets."""
    first, again, other = (seal(SECRET, b"x", f"mail_raw.content|{mail}") for mail in "aab")

    assert first == again != other
    assert first != seal(OTHER_SECRET, b"x", "mail_raw.content|a")
    assert b"x" == unseal(SECRET, first, "mail_raw.content|a")


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


async def test_tokens_of_another_key_are_never_made_digests(database_url: str) -> None:
    """Not even where the look at the opening saw nothing: the oldest token is asked again."""
    await make_first(database_url)
    before = await column(database_url, "first", TOKENS)
    database = await open_database(database_url, is_readonly=False)
    with pytest.raises(ConfigError, match="another signing key"):
        await digest_all(database.transactions, OTHER_SECRET)
    await database.close()

    assert before == await column(database_url, "now", TOKENS)


async def test_of_two_first_starts_under_two_keys_one_is_refused(
    postgres_cluster: Postgres,
) -> None:
    """Both found no mark; whoever is second finds the first one's, and does not replace it."""
    url = postgres_cluster.new_schema()
    databases = [await open_database(url, is_readonly=False) for _ in "ab"]
    secrets = (SECRET, OTHER_SECRET)
    found = await asyncio.gather(
        *(digest_all(one.transactions, key) for one, key in zip(databases, secrets, strict=True)),
        return_exceptions=True,
    )
    for one in databases:
        await one.close()
    first = secrets[[type(ended) for ended in found].index(int)]
    await (await open_store(url, secret=first)).close()

    assert [ConfigError, int] == sorted((type(ended) for ended in found), key=repr)


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
